//! What a client of Graph sees, whichever platform it asks.

mod facebook;
mod instagram;
mod log_in;
mod threads;

use axum::http::Method;
use serde_json::Value;
use serde_json::json;

use crate::clock::Clock;
use crate::sandbox::Options;
use crate::sandbox::accounts::FACEBOOK_ALICE;
use crate::sandbox::accounts::FACEBOOK_USER_TOKEN;
use crate::sandbox::accounts::INSTAGRAM_ALICE;
use crate::sandbox::accounts::INSTAGRAM_BOB;
use crate::sandbox::accounts::THREADS_ALICE;
use crate::sandbox::graph::behaviour::Behaviour;
use crate::sandbox::graph::behaviour::Switch;
use crate::sandbox::testing::Ask;
use crate::sandbox::testing::Told;
use crate::sandbox::testing::World;

/// Returns a world in which Graph behaves as `switches` say.
fn world(switches: &[&str]) -> World {
    let mut options = Options::new(Clock::System);
    options.graph = behaviour(switches);
    World::new(&options)
}

fn behaviour(switches: &[&str]) -> Behaviour {
    let switches: Vec<Switch> = switches.iter().map(|it| it.parse().unwrap()).collect();
    Behaviour::with(&switches)
}

fn id(told: &Told) -> String {
    assert_eq!(told.status, 200, "{told:?}");
    told.json()["id"].as_str().unwrap().to_owned()
}

#[track_caller]
fn check_refused(told: &Told, status: u16, code: i64, subcode: Option<u64>) {
    let error = &told.json()["error"];
    assert_eq!(told.status, status, "{}", told.text);
    assert_eq!(error["code"], code, "{error}");
    assert_eq!(error["error_subcode"].as_u64(), subcode, "{error}");
    assert!(error["message"].is_string(), "{error}");
    assert_eq!(error["fbtrace_id"].as_str().unwrap().len(), 23, "{error}");
}

#[tokio::test]
async fn a_token_that_is_missing_unknown_ended_or_revoked_is_told_apart() {
    let world = World::ordinary();
    check_refused(&world.ask(Ask::get("/v26.0/me")).await, 400, 104, None);
    for (path, platform) in [
        ("/v26.0/me/media", "instagram"),
        ("/v1.0/me", "threads"),
        ("/v26.0/me/feed", "facebook"),
    ] {
        for (what, status, subcode) in [
            ("nonsense", 400, None),
            ("expired", 401, Some(463)),
            ("revoked", 401, Some(458)),
        ] {
            let token = format!("sandbox-{platform}-token-{what}");
            let told = world.ask(Ask::get(path).bearer(&token)).await;
            check_refused(&told, status, 190, subcode);
            assert!(told.header("www-authenticate").starts_with("OAuth "));
        }
    }
}

#[tokio::test]
async fn a_token_may_travel_in_the_query_too() {
    let world = World::ordinary();
    for (path, token, name) in [
        ("/v26.0/me?fields=username", INSTAGRAM_ALICE.token, "alice"),
        ("/v1.0/me?fields=username", THREADS_ALICE.token, "alice"),
        ("/v26.0/me?fields=username", FACEBOOK_ALICE.token, "alice"),
    ] {
        let told = world
            .ask(Ask::get(&format!("{path}&access_token={token}")))
            .await;
        assert_eq!(told.json()["username"], name, "{}", told.text);
    }
}

#[tokio::test]
async fn a_token_of_threads_opens_nothing_at_facebook_and_the_other_way_round() {
    let world = World::ordinary();
    let there = Ask::get("/v26.0/me").bearer(THREADS_ALICE.token);
    check_refused(&world.ask(there).await, 400, 190, None);
    let here = Ask::get("/v1.0/me").bearer(FACEBOOK_ALICE.token);
    check_refused(&world.ask(here).await, 400, 190, None);
}

#[tokio::test]
async fn me_tells_the_id_to_publish_with_and_no_id_survives_as_a_number() {
    let world = World::ordinary();
    let me = Ask::get("/v26.0/me?fields=user_id,username").bearer(INSTAGRAM_ALICE.token);
    let me = world.ask(me).await.json();
    assert_eq!(me["user_id"], INSTAGRAM_ALICE.id);
    assert_ne!(me["id"], me["user_id"]);
    for id in [INSTAGRAM_ALICE.id, THREADS_ALICE.id, FACEBOOK_ALICE.id] {
        let exact: u64 = id.parse().unwrap();
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "that it is lost is the point"
        )]
        let through_a_float = exact as f64 as u64;
        assert_ne!(exact, through_a_float);
    }
}

#[tokio::test]
async fn a_person_lists_their_pages_with_the_tokens_to_post_with() {
    let world = World::ordinary();
    let fields = "id,name,access_token,tasks,instagram_business_account";
    let ask = Ask::get(&format!("/v26.0/me/accounts?fields={fields}"));
    let told = world.ask(ask.bearer(FACEBOOK_USER_TOKEN)).await.json();
    assert_eq!(told["data"][0]["access_token"], FACEBOOK_ALICE.token);
    let linked = &told["data"][0]["instagram_business_account"]["id"];
    assert_eq!(*linked, INSTAGRAM_ALICE.id);
    let post = Ask::post(&format!("/v26.0/{}/feed", FACEBOOK_ALICE.id));
    let post = post.bearer(FACEBOOK_USER_TOKEN).form("message=hello");
    check_refused(&world.ask(post).await, 403, 210, None);
}

#[tokio::test]
async fn a_token_tells_its_life_and_is_renewed_for_sixty_days() {
    let world = World::ordinary();
    for (platform, token, grant) in [
        ("instagram", INSTAGRAM_ALICE.token, "ig_refresh_token"),
        ("threads", THREADS_ALICE.token, "th_refresh_token"),
    ] {
        let path = format!("/refresh_access_token?grant_type={grant}&access_token={token}");
        let told = world.ask(Ask::get(&path)).await.json();
        assert_eq!(told["expires_in"], 5_184_000, "{platform}");
        let renewed = told["access_token"].as_str().unwrap();
        let again = path.replace(token, renewed);
        check_refused_or_threads(&world.ask(Ask::get(&again)).await, platform);
    }
    let exchange = "/access_token?grant_type=th_exchange_token&client_secret=x&access_token=";
    let told = world
        .ask(Ask::get(&format!("{exchange}{}", THREADS_ALICE.token)))
        .await;
    check_refused(&told, 400, 452, Some(4_279_019));
    let path = format!("/v1.0/debug_token?input_token={}", THREADS_ALICE.token);
    let told = world.ask(Ask::get(&path).bearer(THREADS_ALICE.token)).await;
    assert_eq!(told.json()["data"]["is_valid"], true);
    let revoked = "/v1.0/debug_token?input_token=sandbox-threads-token-revoked";
    let told = world
        .ask(Ask::get(revoked).bearer(THREADS_ALICE.token))
        .await;
    assert_eq!(told.json()["data"]["is_valid"], false);
}

/// A token that is not a day old is not renewed; Threads says so with another status.
#[track_caller]
fn check_refused_or_threads(told: &Told, platform: &str) {
    let status = if platform == "threads" { 500 } else { 400 };
    check_refused(told, status, 100, None);
}

#[tokio::test]
async fn a_path_that_leads_nowhere_is_told_in_graphs_words() {
    let world = World::ordinary();
    let ask = |method: Method, path: &str| Ask::new(method, path).bearer(INSTAGRAM_ALICE.token);
    let unknown = world.ask(ask(Method::GET, "/v26.0/me/nonsense")).await;
    check_refused(&unknown, 400, 2500, None);
    let method = world.ask(ask(Method::PUT, "/v26.0/me/media")).await;
    check_refused(&method, 400, 100, Some(33));
    let words = method.json()["error"]["message"].to_string();
    assert!(words.contains("Unsupported put request"), "{words}");
    let nobody = ask(Method::GET, "/v26.0/17841499999999999/media");
    check_refused(&world.ask(nobody).await, 400, 100, Some(33));
    let bob = format!("/v26.0/{}/media", INSTAGRAM_BOB.id);
    check_refused(&world.ask(ask(Method::GET, &bob)).await, 400, 100, Some(33));
    for dead in ["/v20.0/me/media", "/v27.0/me/media"] {
        check_refused(&world.ask(ask(Method::GET, dead)).await, 400, 2635, None);
    }
    assert_eq!(world.ask(Ask::get("/nonsense")).await.status, 404);
}

#[tokio::test]
async fn every_answer_tells_how_much_of_the_calls_is_used() {
    let world = world(&["usage=93"]);
    let told = world
        .ask(Ask::get("/v26.0/me").bearer(INSTAGRAM_ALICE.token))
        .await;
    let app: Value = serde_json::from_str(told.header("x-app-usage")).unwrap();
    assert_eq!(app["call_count"], 93);
    let business = told.header("x-business-use-case-usage");
    let business: Value = serde_json::from_str(business).unwrap();
    let usage = &business[INSTAGRAM_ALICE.id][0];
    assert_eq!(usage["type"], "instagram");
    assert_eq!(usage["estimated_time_to_regain_access"], 0);
}

#[tokio::test]
async fn a_parameter_that_graph_does_not_know_is_ignored_and_noted() {
    let world = World::ordinary();
    let ask = Ask::post("/v1.0/me/threads?colour=red").bearer(THREADS_ALICE.token);
    let body = json!({"media_type": "TEXT", "text": "hello", "caption": "hello"});
    let told = world.ask(ask.json(&body)).await;
    assert_eq!(told.status, 200, "{}", told.text);
    assert_eq!(told.unknown, ["caption", "colour"]);
}

#[tokio::test]
async fn wrong_types_are_refused() {
    let world = World::ordinary();
    for body in [
        json!({"media_type": "TEXT", "text": ["hello"]}),
        json!({"media_type": "TEXT", "text": "hello", "is_carousel_item": "perhaps"}),
        json!({"media_type": "CAROUSEL", "children": 7}),
        json!({"text": "hello"}),
    ] {
        let ask = Ask::post("/v1.0/me/threads").bearer(THREADS_ALICE.token);
        check_refused(&world.ask(ask.json(&body)).await, 500, 100, None);
    }
    let unreadable = Ask::post("/v1.0/me/threads").bearer(THREADS_ALICE.token);
    let unreadable = unreadable.body("application/json", "{".into());
    check_refused(&world.ask(unreadable).await, 500, 100, None);
}

#[test]
fn what_is_no_behaviour_is_refused() {
    for text in [
        "ready-after",
        "ready-after=soon",
        "repeat=perhaps",
        "colour=red",
    ] {
        assert!(text.parse::<Switch>().is_err(), "{text}");
    }
}
