//! `hayon account add tumblr`: by OAuth 1.0a, whose keys stay, and by OAuth 2, whose tokens take each
//! other's place.

use std::thread;

use serde_json::Value;

use crate::account::pages::PASTE;
use crate::account::pages::decide;
use crate::account::pages::fresh;
use crate::account::pages::post;
use crate::account::pages::shown;
use crate::account::pages::with_faults;
use crate::support::World;
use crate::support::eventually;
use crate::support::http;
use crate::support::run::Ended;
use crate::support::sandbox::Sandbox;

const TUMBLR_KEY: &str = "sandbox-tumblr-consumer-key";
const TUMBLR_SECRET: &str = "client_secret=sandbox-tumblr-consumer-secret\n";

/// Agrees for `hayon`, which waits for its browser, and returns what it says in the end.
#[track_caller]
fn back_to_this_machine(
    world: &World,
    sandbox: &Sandbox,
    arguments: &[&str],
    decision: &str,
) -> Ended {
    let always = ["account", "add", "tumblr", "--client-id", TUMBLR_KEY];
    let rest = ["--secret-stdin", "--api-url", &sandbox.address];
    let arguments = [&always[..], &rest, arguments].concat();
    let process = world.start_given(TUMBLR_SECRET, &arguments);
    let page = eventually("an address", || {
        let said = process.stderr();
        let (_, rest) = said.split_once("\n  http")?;
        let (address, _) = rest.split_once('\n')?;
        Some(format!("http{address}"))
    });
    let back = decide(&page, decision);
    // The page that the browser ends at is served before hayon goes on.
    let person = thread::spawn(move || http::get_url(back.split('#').next().expect("an address")));
    assert_eq!(person.join().expect("a person").status, 200);
    process.wait().any_code([0, 1, 2, 5])
}

#[test]
fn tumblr_comes_back_to_this_machine_with_keys_that_post() {
    let (sandbox, world) = fresh();
    let said = back_to_this_machine(&world, &sandbox, &["--blog", "alices-books"], "allow");
    let said = said.shows(["logged in as alices-books"]);
    assert!(!said.stdout.contains("the token lives"), "{said}");
    let config = std::fs::read_to_string(world.path("config/hayon/config.toml")).unwrap();
    assert!(config.contains("blog = \"alices-books\""), "{config}");
    assert_eq!(post(&world, &sandbox, "tumblr")["account"], "alices-books");
    let shown = world.show(1);
    let url = shown["deliveries"][0]["url"].as_str().unwrap_or_default();
    assert!(
        url.starts_with("https://www.tumblr.com/alices-books/"),
        "{url}"
    );

    // It is the same blog, however it is named in the configuration.
    for name in ["alices-books.tumblr.com", "t:AlicesBooksAlicesBooks"] {
        let other = config.replace("\"alices-books\"", &format!("\"{name}\""));
        world.write("config/hayon/config.toml", other);
        let again = ["--blog", "alices-books", "--name", "tumblr"];
        let said = back_to_this_machine(&world, &sandbox, &again, "allow");
        let _ = said.shows(["logged in as alices-books"]);
    }
}

#[test]
fn who_says_no_at_tumblr_is_not_logged_in() {
    let (sandbox, world) = fresh();
    let said = back_to_this_machine(&world, &sandbox, &[], "deny");
    let _ = said.mentions(["the person at the browser did not agree"]);
    assert!(!world.path("config/hayon/config.toml").exists());
}

#[test]
fn the_blogs_of_a_log_in_are_named_where_nobody_can_choose() {
    let (sandbox, world) = fresh();
    let said = back_to_this_machine(&world, &sandbox, &[], "allow");
    let _ = said.mentions(["add `--blog NAME`, one of alice, alices-books"]);
}

/// Logs in by OAuth 2 on a terminal.
#[track_caller]
fn by_oauth2(world: &World, sandbox: &Sandbox, decision: &str) -> Ended {
    let add = ["account", "add", "tumblr", "--oauth2", "--no-browser"];
    let rest = ["--client-id", TUMBLR_KEY, "--blog", "alice"];
    let at = ["--api-url", &sandbox.address];
    let mut talk = world.converse(&[&add[..], &rest, &at].concat());
    talk.answer_unseen("secret key: ", "sandbox-tumblr-consumer-secret");
    talk.hear(PASTE);
    let back = decide(&shown(&talk.said()), decision);
    talk.answer("", &back);
    talk.end().any_code([0, 1, 2, 5])
}

#[test]
fn the_tokens_of_oauth_2_post_are_renewed_and_are_never_spent_twice() {
    let (sandbox, world) = fresh();
    let said = by_oauth2(&world, &sandbox, "allow");
    let _ = said.shows(["logged in as alice"]);
    let _ = post(&world, &sandbox, "tumblr");
    for _ in 0..2 {
        let _ = world.hayon(["account", "refresh", "tumblr"]).code(0);
        let _ = post(&world, &sandbox, "tumblr");
    }
    let ledger = sandbox.ledger();
    assert_eq!(ledger["posts"].as_array().unwrap().len(), 3);
    assert_eq!(ledger["refresh_tokens_spent_again"], 0);
}

#[test]
fn a_renewal_that_is_killed_spends_no_token_twice_and_ends_in_a_new_log_in() {
    for (deed, event) in [("hang", "received"), ("act-and-hang", "acted")] {
        let renewal = format!("tumblr POST /v2/oauth2/token #2 {deed}");
        let (sandbox, world) = with_faults(&["--fault", &renewal]);
        let _ = by_oauth2(&world, &sandbox, "allow");
        let refresh = world.start(["account", "refresh", "tumblr"]);
        let is_there = |line: &Value| {
            line["event"] == event
                && line["path"] == "/v2/oauth2/token"
                && line["fault"].is_string()
        };
        let _ = sandbox.wait_for("the renewal", is_there);
        let _ = refresh.kill().killed();
        // Nobody knows whether the token was spent: it is not sent again.
        let _ = world.hayon(["account", "refresh", "tumblr"]).code(5);
        assert_eq!(sandbox.ledger()["refresh_tokens_spent_again"], 0, "{deed}");
        let _ = by_oauth2(&world, &sandbox, "allow").shows(["logged in as alice"]);
        let _ = world.hayon(["account", "refresh", "tumblr"]).code(0);
        let _ = post(&world, &sandbox, "tumblr");
    }
}

#[test]
fn without_offline_access_it_is_said_when_the_log_in_ends() {
    let (sandbox, world) = fresh();
    let granted = "allow&person=alice&granted=basic&granted=write";
    let said = by_oauth2(&world, &sandbox, granted);
    let _ = said.shows(["this log-in ends after 42 minutes"]);
}

#[test]
fn a_refresh_token_is_refused_where_the_next_one_cannot_be_written() {
    let (sandbox, mut world) = fresh();
    let _ = by_oauth2(&world, &sandbox, "allow");
    world.set("HAYON_TUMBLR_REFRESH_TOKEN", "canary");
    let said = world.hayon(["post", "--to", "tumblr", "Hi"]).code(5);
    let said = said.mentions(["the variable `HAYON_TUMBLR_REFRESH_TOKEN`", "OAuth 1.0a"]);
    assert!(!said.stderr.contains("canary"), "{said}");
    let said = world
        .hayon(["account", "check", "tumblr"])
        .any_code([0, 1, 5]);
    assert_eq!(sandbox.ledger()["refresh_tokens_spent_again"], 0, "{said}");
}
