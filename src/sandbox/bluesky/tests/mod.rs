//! What a client of a PDS sees.

mod records;
mod sessions;
mod writing;

use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;

use crate::clock::Clock;
use crate::sandbox::Options;
use crate::sandbox::accounts::BLUESKY_ALICE;
use crate::sandbox::accounts::BLUESKY_BOB;
use crate::sandbox::bluesky::POSTS;
use crate::sandbox::testing::Ask;
use crate::sandbox::testing::Told;
use crate::sandbox::testing::World;

const RKEY: &str = "3lbxyzabcdef2";

struct Session {
    world: World,
    access: String,
    refresh: String,
}

impl Session {
    async fn begin() -> Self {
        let start: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        Self::begin_in(World::new(&Options::new(Clock::paused(start)))).await
    }

    async fn begin_in(world: World) -> Self {
        let told = world.ask(log_in(BLUESKY_ALICE.password)).await;
        assert_eq!(told.status, 200, "{}", told.text);
        let text = |name: &str| told.json()[name].as_str().unwrap().to_owned();
        Self {
            access: text("accessJwt"),
            refresh: text("refreshJwt"),
            world,
        }
    }

    async fn call(&self, method: &str, body: &Value) -> Told {
        let ask = Ask::post(&format!("/xrpc/com.atproto.repo.{method}"));
        self.world.ask(ask.bearer(&self.access).json(body)).await
    }

    async fn put(&self, record: &Value) -> Told {
        self.call("putRecord", &request(RKEY, record)).await
    }

    async fn put_swapping(&self, record: &Value, swap: Value) -> Told {
        let mut body = request(RKEY, record);
        body["swapRecord"] = swap;
        self.call("putRecord", &body).await
    }

    async fn upload(&self, mime: &str, bytes: Vec<u8>) -> Value {
        let ask = Ask::post("/xrpc/com.atproto.repo.uploadBlob").bearer(&self.access);
        let told = self.world.ask(ask.body(mime, bytes.into())).await;
        assert_eq!(told.status, 200, "{}", told.text);
        told.json()["blob"].clone()
    }

    async fn renew(&self, refresh: &str) -> Told {
        let ask = Ask::post("/xrpc/com.atproto.server.refreshSession");
        self.world.ask(ask.bearer(refresh)).await
    }

    async fn get(&self) -> Told {
        let path = format!(
            "/xrpc/com.atproto.repo.getRecord?repo={}&collection={POSTS}&rkey={RKEY}",
            BLUESKY_ALICE.did
        );
        self.world.ask(Ask::get(&path)).await
    }
}

fn log_in(password: &str) -> Ask {
    let body = json!({"identifier": BLUESKY_ALICE.handle, "password": password});
    Ask::post("/xrpc/com.atproto.server.createSession").json(&body)
}

fn request(rkey: &str, record: &Value) -> Value {
    json!({"repo": BLUESKY_ALICE.did, "collection": POSTS, "rkey": rkey, "record": record})
}

fn post(text: &str) -> Value {
    json!({"$type": POSTS, "text": text, "createdAt": "2026-11-23T10:00:00.000Z"})
}

fn post_with(field: &str, value: Value) -> Value {
    let mut post = post("hello");
    post[field] = value;
    post
}

#[track_caller]
fn check_refused(told: &Told, status: u16, error: &str, words: &str) {
    assert_eq!(told.status, status, "{}", told.text);
    assert_eq!(told.json()["error"], error, "{}", told.text);
    let message = told.json()["message"].as_str().unwrap().to_owned();
    assert!(message.contains(words), "{message}");
}

#[tokio::test(start_paused = true)]
async fn records_are_listed_newest_key_first() {
    let session = Session::begin().await;
    for text in ["one", "two", "three"] {
        let body = json!({"repo": BLUESKY_ALICE.handle, "collection": POSTS, "record": post(text)});
        assert_eq!(session.call("createRecord", &body).await.status, 200);
    }
    let path = format!(
        "/xrpc/com.atproto.repo.listRecords?repo={}&collection={POSTS}&limit=2",
        BLUESKY_ALICE.handle
    );
    let first = session.world.ask(Ask::get(&path)).await.json();
    assert_eq!(first["records"][0]["value"]["text"], "three");
    let cursor = first["cursor"].as_str().unwrap();
    let rest = session
        .world
        .ask(Ask::get(&format!("{path}&cursor={cursor}")))
        .await
        .json();
    assert_eq!(rest["records"][0]["value"]["text"], "one");
    assert_eq!(rest["records"].as_array().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_handle_leads_to_a_did_and_a_did_to_this_server() {
    let session = Session::begin().await;
    let path = "/xrpc/com.atproto.identity.resolveHandle?handle=";
    let found = session
        .world
        .ask(Ask::get(&format!("{path}bob.sandbox.test")))
        .await;
    assert_eq!(found.json()["did"], BLUESKY_BOB.did);
    let unknown = session
        .world
        .ask(Ask::get(&format!("{path}eve.sandbox.test")))
        .await;
    check_refused(&unknown, 400, "HandleNotFound", "Unable to resolve handle");
    let document = session
        .world
        .ask(Ask::get(&format!("/plc/{}", BLUESKY_BOB.did)))
        .await
        .json();
    assert_eq!(document["alsoKnownAs"][0], "at://bob.sandbox.test");
    assert_eq!(
        document["service"][0]["serviceEndpoint"],
        "http://127.0.0.1:4000"
    );
    let nobody = session.world.ask(Ask::get("/plc/did:plc:nobody")).await;
    assert_eq!(nobody.status, 404);
}

#[tokio::test(start_paused = true)]
async fn a_post_has_a_page_that_shows_its_text_as_it_is() {
    let session = Session::begin().await;
    session.put(&post("<script>")).await;
    let path = format!("/profile/{}/post/{RKEY}", BLUESKY_ALICE.did);
    let page = session.world.ask(Ask::get(&path)).await;
    assert!(page.text.contains("&lt;script&gt;"), "{}", page.text);
    assert_eq!(page.header("ratelimit-reset"), "1795428300");
}
