//! Tokens end, are renewed, and are told apart.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use crate::clock::Clock;
use crate::sandbox::Options;
use crate::sandbox::accounts::BLUESKY_ALICE;
use crate::sandbox::accounts::BLUESKY_BOB;
use crate::sandbox::bluesky::tests::RKEY;
use crate::sandbox::bluesky::tests::Session;
use crate::sandbox::bluesky::tests::check_refused;
use crate::sandbox::bluesky::tests::log_in;
use crate::sandbox::bluesky::tests::post;
use crate::sandbox::bluesky::tests::request;
use crate::sandbox::testing::Ask;
use crate::sandbox::testing::Told;
use crate::sandbox::testing::World;

#[tokio::test(start_paused = true)]
async fn an_access_token_expires_with_a_400() {
    let start: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
    let mut options = Options::new(Clock::paused(start));
    options.access_lifetime = Duration::from_mins(10);
    let session = Session::begin_in(World::new(&options)).await;
    tokio::time::advance(Duration::from_secs(599)).await;
    assert_eq!(session.put(&post("hello")).await.status, 200);
    tokio::time::advance(Duration::from_secs(1)).await;
    let told = session.put(&post("hello")).await;
    check_refused(&told, 400, "ExpiredToken", "Token has expired");
}

#[tokio::test(start_paused = true)]
async fn a_used_refresh_token_gives_the_same_next_one_for_two_hours() {
    let session = Session::begin().await;
    let next = |told: &Told| {
        let token = told.json()["refreshJwt"].as_str().unwrap().to_owned();
        token.rsplit('.').nth(1).unwrap().to_owned()
    };
    let first = session.renew(&session.refresh).await;
    assert_eq!(next(&first), next(&session.renew(&session.refresh).await));
    tokio::time::advance(Duration::from_hours(2)).await;
    let late = session.renew(&session.refresh).await;
    check_refused(&late, 400, "ExpiredToken", "Token has been revoked");
    let newer = first.json()["refreshJwt"].as_str().unwrap().to_owned();
    let renewed = session.renew(&newer).await.json();
    let ask = Ask::get("/xrpc/com.atproto.server.getSession");
    let ask = ask.bearer(renewed["accessJwt"].as_str().unwrap());
    assert_eq!(
        session.world.ask(ask).await.json()["did"],
        BLUESKY_ALICE.did
    );
}

#[tokio::test(start_paused = true)]
async fn a_deleted_session_cannot_be_renewed() {
    let session = Session::begin().await;
    let ask = Ask::post("/xrpc/com.atproto.server.deleteSession").bearer(&session.refresh);
    assert_eq!(session.world.ask(ask).await.status, 200);
    let told = session.renew(&session.refresh).await;
    check_refused(&told, 400, "ExpiredToken", "Token has been revoked");
}

#[tokio::test(start_paused = true)]
async fn wrong_credentials_are_told_apart() {
    let session = Session::begin().await;
    let told = session.world.ask(log_in("wron-gwro-ngwr-ongw")).await;
    check_refused(
        &told,
        401,
        "AuthenticationRequired",
        "Invalid identifier or password",
    );
    let path = "/xrpc/com.atproto.server.getSession";
    check_refused(
        &session.world.ask(Ask::get(path)).await,
        401,
        "AuthMissing",
        "",
    );
    let forged = Ask::get(path).bearer(&format!("{}x", session.access));
    check_refused(
        &session.world.ask(forged).await,
        400,
        "InvalidToken",
        "not be verified",
    );
    let misused = Ask::get(path).bearer(&session.refresh);
    check_refused(
        &session.world.ask(misused).await,
        400,
        "InvalidToken",
        "not be verified",
    );
    let mut body = request(RKEY, &post("hello"));
    body["repo"] = json!(BLUESKY_BOB.did);
    let told = session.call("putRecord", &body).await;
    check_refused(&told, 401, "AuthenticationRequired", "");
}
