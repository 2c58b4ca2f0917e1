//! Logging in at Instagram, Threads and Facebook: what is allowed, and every way in which it is not.

use std::time::Duration;

use serde_json::Value;
use url::Url;

use crate::clock::Clock;
use crate::sandbox::Options;
use crate::sandbox::accounts::App;
use crate::sandbox::accounts::FACEBOOK_ALICE;
use crate::sandbox::accounts::FACEBOOK_APP;
use crate::sandbox::accounts::FACEBOOK_BOOKS;
use crate::sandbox::accounts::INSTAGRAM_ALICE;
use crate::sandbox::accounts::INSTAGRAM_APP;
use crate::sandbox::accounts::THREADS_ALICE;
use crate::sandbox::accounts::THREADS_APP;
use crate::sandbox::accounts::THREADS_BOB;
use crate::sandbox::graph::tests::check_refused;
use crate::sandbox::graph::tests::id;
use crate::sandbox::testing::Ask;
use crate::sandbox::testing::Told;
use crate::sandbox::testing::World;

/// A platform's pages, and what is asked for there.
struct LogIn {
    page: &'static str,
    app: App,
    scopes: &'static str,
}

const INSTAGRAM: LogIn = LogIn {
    page: "/instagram/oauth/authorize",
    app: INSTAGRAM_APP,
    scopes: "instagram_business_basic,instagram_business_content_publish",
};
const THREADS: LogIn = LogIn {
    page: "/threads/oauth/authorize",
    app: THREADS_APP,
    scopes: "threads_basic,threads_content_publish",
};
const FACEBOOK: LogIn = LogIn {
    page: "/v26.0/dialog/oauth",
    app: FACEBOOK_APP,
    scopes: "pages_show_list,pages_read_engagement,pages_manage_posts",
};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

fn world() -> World {
    let start = "2026-11-25T10:00:00Z".parse().unwrap();
    World::new(&Options::new(Clock::paused(start)))
}

impl LogIn {
    fn query(&self) -> String {
        format!(
            "client_id={}&redirect_uri=https%3A%2F%2Flocalhost%2F&response_type=code&scope={}&state=s1",
            self.app.id, self.scopes
        )
    }

    /// Returns where the browser is sent after `decision`.
    async fn decide(&self, world: &World, decision: &str) -> Url {
        let form = format!("{}&{decision}", self.query());
        let told = world.ask(Ask::post(self.page).form(&form)).await;
        assert_eq!(told.status, 303, "{told:?}");
        told.header("location").parse().unwrap()
    }

    async fn code(&self, world: &World) -> String {
        value(&self.decide(world, "decision=allow").await, "code").unwrap()
    }

    /// Asks for the token of `code`, with `changes` made to the form.
    async fn redeem(&self, world: &World, code: &str, changes: &[(&str, &str)]) -> Told {
        let mut form = vec![
            ("client_id", self.app.id),
            ("client_secret", self.app.secret),
            ("grant_type", "authorization_code"),
            ("redirect_uri", "https://localhost/"),
            ("code", code),
        ];
        for (name, value) in changes {
            form.iter_mut()
                .filter(|(it, _)| it == name)
                .for_each(|it| it.1 = value);
        }
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        let form = pairs.extend_pairs(form).finish();
        world
            .ask(match self.page.strip_suffix("/authorize") {
                Some(path) => Ask::post(&format!("{path}/access_token")).form(&form),
                None => Ask::get(&format!("/v26.0/oauth/access_token?{form}")),
            })
            .await
    }

    /// Returns the token that somebody gets who does everything right.
    async fn short(&self, world: &World) -> String {
        let code = self.code(world).await;
        token(&self.redeem(world, &code, &[]).await)
    }
}

fn value(url: &Url, name: &str) -> Option<String> {
    let mut pairs = url.query_pairs();
    let found = pairs.find(|(known, _)| known == name);
    found.map(|(_, value)| value.into_owned())
}

#[track_caller]
fn token(told: &Told) -> String {
    assert_eq!(told.status, 200, "{told:?}");
    told.json()["access_token"].as_str().unwrap().to_owned()
}

#[track_caller]
fn check_flatly(told: &Told, words: &str) {
    let body = told.json();
    assert_eq!((told.status, &body["code"]), (400, &Value::from(400)));
    assert_eq!(body["error_type"], "OAuthException");
    assert!(
        body["error_message"].as_str().unwrap().contains(words),
        "{body}"
    );
}

#[tokio::test]
async fn the_page_says_who_asks_for_what_and_has_two_buttons() {
    let world = world();
    for (log_in, title) in [
        (INSTAGRAM, "Instagram"),
        (THREADS, "Threads"),
        (FACEBOOK, "Facebook"),
    ] {
        let told = world
            .ask(Ask::get(&format!("{}?{}", log_in.page, log_in.query())))
            .await;
        assert_eq!(told.status, 200, "{told:?}");
        assert!(told.text.contains(title), "{}", told.text);
        for scope in log_in.scopes.split(',') {
            assert!(told.text.contains(scope), "{}", told.text);
        }
        assert!(told.text.contains(">Allow</button>") && told.text.contains(">Deny</button>"));
    }
}

#[tokio::test]
async fn who_asks_in_a_wrong_way_is_told_on_the_page_and_nobody_is_sent_anywhere() {
    let world = world();
    for log_in in [INSTAGRAM, THREADS, FACEBOOK] {
        let query = log_in.query();
        for (from, to) in [
            (format!("client_id={}", log_in.app.id), "client_id=1"),
            ("localhost%2F".to_owned(), "localhost"),
            ("localhost%2F".to_owned(), "evil.example%2F"),
            ("response_type=code".to_owned(), "response_type=token"),
            (
                format!("scope={}", log_in.scopes),
                "scope=publish_everything",
            ),
        ] {
            let wrong = query.replace(&from, to);
            assert_ne!(query, wrong);
            let page = format!("{}?{wrong}", log_in.page);
            let told = world.ask(Ask::get(&page)).await;
            assert_eq!(told.status, 400, "{from} {told:?}");
            let allowed = Ask::post(log_in.page).form(&format!("{wrong}&decision=allow"));
            assert_eq!(world.ask(allowed).await.status, 400, "{from}");
        }
    }
    let old = FACEBOOK.page.replace("26", "20");
    let told = world
        .ask(Ask::get(&format!("{old}?{}", FACEBOOK.query())))
        .await;
    assert_eq!(told.status, 400, "{told:?}");
}

#[tokio::test]
async fn yes_brings_a_code_and_no_brings_a_reason_with_the_state_and_a_fragment() {
    let world = world();
    for log_in in [INSTAGRAM, THREADS, FACEBOOK] {
        let yes = log_in.decide(&world, "decision=allow").await;
        assert!(
            yes.as_str().starts_with("https://localhost/?code="),
            "{yes}"
        );
        assert_eq!(value(&yes, "state").as_deref(), Some("s1"));
        assert_eq!(yes.fragment(), Some("_"));
        let no = log_in.decide(&world, "decision=deny").await;
        assert_eq!(value(&no, "error").as_deref(), Some("access_denied"));
        assert_eq!(value(&no, "state").as_deref(), Some("s1"));
        assert_eq!(value(&no, "code"), None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_code_of_instagram_or_threads_is_good_once_for_an_hour_and_with_everything_right() {
    let world = world();
    for log_in in [INSTAGRAM, THREADS] {
        for (change, words) in [
            (("client_id", "1"), "Invalid platform app"),
            (("client_secret", "x"), "client secret"),
            (("redirect_uri", "https://localhost"), "redirect_uri"),
            (("grant_type", "password"), "grant_type"),
            (("code", "made-up"), "Matching code was not found"),
        ] {
            let code = log_in.code(&world).await;
            check_flatly(&log_in.redeem(&world, &code, &[change]).await, words);
        }
        let code = log_in.code(&world).await;
        let told = log_in.redeem(&world, &code, &[]).await;
        assert!(told.json()["user_id"].is_u64(), "{told:?}");
        let again = log_in.redeem(&world, &code, &[]).await;
        check_flatly(&again, "was already used");
        let code = log_in.code(&world).await;
        tokio::time::advance(HOUR).await;
        check_flatly(&log_in.redeem(&world, &code, &[]).await, "has expired");
    }
}

#[tokio::test(start_paused = true)]
async fn a_code_of_facebook_is_refused_in_graphs_words() {
    let world = world();
    for (change, code, subcode) in [
        (("client_id", "1"), 101, None),
        (("client_secret", "x"), 1, None),
        (("redirect_uri", "https://localhost"), 100, Some(36_008)),
        (("code", "made-up"), 100, None),
    ] {
        let word = FACEBOOK.code(&world).await;
        let told = FACEBOOK.redeem(&world, &word, &[change]).await;
        check_refused(&told, 400, code, subcode);
    }
    let code = FACEBOOK.code(&world).await;
    let told = FACEBOOK.redeem(&world, &code, &[]).await;
    assert_eq!(told.json()["expires_in"], 3600, "{told:?}");
    let again = FACEBOOK.redeem(&world, &code, &[]).await;
    check_refused(&again, 400, 100, Some(36_009));
    let code = FACEBOOK.code(&world).await;
    tokio::time::advance(HOUR).await;
    let late = FACEBOOK.redeem(&world, &code, &[]).await;
    check_refused(&late, 400, 100, Some(36_007));
}

#[tokio::test]
async fn a_code_of_one_platform_opens_no_other() {
    let world = world();
    let code = INSTAGRAM.code(&world).await;
    check_flatly(&THREADS.redeem(&world, &code, &[]).await, "was not found");
}

#[tokio::test(start_paused = true)]
async fn a_short_token_is_exchanged_once_for_sixty_days_and_renewed_only_after_a_day() {
    let world = world();
    for (log_in, prefix) in [(INSTAGRAM, "ig"), (THREADS, "th")] {
        let threads = prefix == "th";
        let get = |what: &str, token: &str, secret: &str| {
            Ask::get(&format!(
                "/{what}?grant_type={prefix}_{}&client_secret={secret}&access_token={token}",
                if what == "access_token" {
                    "exchange_token"
                } else {
                    "refresh_token"
                }
            ))
        };
        let secret = log_in.app.secret;
        let short = log_in.short(&world).await;
        let refresh = world.ask(get("refresh_access_token", &short, secret)).await;
        check_refused(&refresh, 400, 452, Some(4_279_019));
        let wrong = world.ask(get("access_token", &short, "x")).await;
        check_refused(&wrong, 400, 1, None);
        let told = world.ask(get("access_token", &short, secret)).await;
        assert_eq!(told.json()["expires_in"], 5_184_000);
        let long = token(&told);
        let again = world.ask(get("access_token", &long, secret)).await;
        check_refused(&again, 400, 452, Some(4_279_019));
        tokio::time::advance(HOUR).await;
        let dead = world.ask(get("access_token", &short, secret)).await;
        check_refused(&dead, 401, 190, Some(463));
        let status = if threads { 500 } else { 400 };
        let early = world.ask(get("refresh_access_token", &long, secret)).await;
        check_refused(&early, status, 100, None);
        tokio::time::advance(DAY).await;
        let renewed = world.ask(get("refresh_access_token", &long, secret)).await;
        assert_ne!(token(&renewed), long);
    }
}

#[tokio::test]
async fn a_token_may_do_what_was_left_ticked_for_who_was_chosen() {
    let world = world();
    let chosen = "decision=allow&person=bob&granted=threads_basic";
    let code = value(&THREADS.decide(&world, chosen).await, "code").unwrap();
    let short = token(&THREADS.redeem(&world, &code, &[]).await);
    let me = world
        .ask(Ask::get("/v1.0/me?fields=id,username").bearer(&short))
        .await;
    assert_eq!(me.json()["id"], THREADS_BOB.id);
    let post = Ask::post("/v1.0/me/threads").bearer(&short);
    let told = world.ask(post.form("media_type=TEXT&text=hello")).await;
    check_refused(&told, 500, 10, None);
    let path = format!("/v1.0/debug_token?input_token={short}");
    let told = world.ask(Ask::get(&path).bearer(&short)).await;
    assert_eq!(
        told.json()["data"]["scopes"],
        serde_json::json!(["threads_basic"])
    );
}

#[tokio::test]
async fn the_token_of_a_log_in_publishes() {
    let world = world();
    let short = THREADS.short(&world).await;
    let post = Ask::post(&format!("/v1.0/{}/threads", THREADS_ALICE.id)).bearer(&short);
    let container = id(&world.ask(post.form("media_type=TEXT&text=hello")).await);
    let publish = Ask::post("/v1.0/me/threads_publish").bearer(&short);
    let _ = id(&world
        .ask(publish.form(&format!("creation_id={container}")))
        .await);
    assert_eq!(world.posts().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_token_of_a_page_lives_as_long_as_that_of_its_person_or_for_good() {
    let world = world();
    let short = FACEBOOK.short(&world).await;
    let exchange = format!(
        "/v26.0/oauth/access_token?grant_type=fb_exchange_token&client_id={}&client_secret={}\
         &fb_exchange_token={short}",
        FACEBOOK_APP.id, FACEBOOK_APP.secret
    );
    let wrong = exchange.replace(FACEBOOK_APP.secret, "x");
    check_refused(&world.ask(Ask::get(&wrong)).await, 400, 1, None);
    let told = world.ask(Ask::get(&exchange)).await;
    assert_eq!(told.json()["expires_in"], 5_184_000);
    let long = token(&told);
    let mut of_first = Vec::new();
    for person in [&short, &long] {
        let fields = "id,name,access_token,instagram_business_account";
        let ask = Ask::get(&format!("/v26.0/me/accounts?fields={fields}")).bearer(person);
        let pages = world.ask(ask).await.json();
        let ids = [0, 1].map(|index| pages["data"][index]["id"].clone());
        assert_eq!(ids, [FACEBOOK_ALICE.id, FACEBOOK_BOOKS.id]);
        let connected =
            [0, 1].map(|index| pages["data"][index]["instagram_business_account"]["id"].clone());
        assert_eq!(connected, [Value::from(INSTAGRAM_ALICE.id), Value::Null]);
        of_first.push(
            pages["data"][0]["access_token"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
    }
    let me = |token: &str| Ask::get("/v26.0/me").bearer(token);
    assert_eq!(
        world.ask(me(&of_first[0])).await.json()["id"],
        FACEBOOK_ALICE.id
    );
    tokio::time::advance(HOUR).await;
    check_refused(&world.ask(me(&of_first[0])).await, 401, 190, Some(463));
    tokio::time::advance(DAY * 61).await;
    check_refused(&world.ask(me(&long)).await, 401, 190, Some(463));
    assert_eq!(
        world.ask(me(&of_first[1])).await.json()["id"],
        FACEBOOK_ALICE.id
    );
}

#[tokio::test]
async fn who_does_not_let_their_pages_be_listed_has_none() {
    let world = world();
    let chosen = "decision=allow&person=alice&granted=pages_manage_posts";
    let code = value(&FACEBOOK.decide(&world, chosen).await, "code").unwrap();
    let short = token(&FACEBOOK.redeem(&world, &code, &[]).await);
    let pages = world
        .ask(Ask::get("/v26.0/me/accounts").bearer(&short))
        .await;
    assert_eq!(pages.json()["data"], serde_json::json!([]));
}
