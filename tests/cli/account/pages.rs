//! `hayon account add` where a person agrees on a page of Meta's, and what comes of it.

use serde_json::Value;

use crate::support::World;
use crate::support::http;
use crate::support::run::Ended;
use crate::support::sandbox::Sandbox;

pub(crate) const PASTE: &str = "the whole address that the browser shows afterwards";

/// The sandbox's apps, which anybody may know.
const INSTAGRAM_APP: (&str, &str) = ("9100000000000003", "sandbox-instagram-app-secret");
const THREADS_APP: (&str, &str) = ("9100000000000005", "sandbox-threads-app-secret");
const FACEBOOK_APP: (&str, &str) = ("9100000000000001", "sandbox-facebook-app-secret");

pub(crate) fn fresh() -> (Sandbox, World) {
    with_faults(&[])
}

pub(crate) fn with_faults(faults: &[&str]) -> (Sandbox, World) {
    let mut world = World::new();
    world.set("HAYON_OUTBOX", &world.outbox().display().to_string());
    world.set("TERM", "xterm-256color");
    let sandbox = Sandbox::start(faults);
    world.keep_media_in(&sandbox);
    (sandbox, world)
}

/// Returns the address that was shown last.
#[track_caller]
pub(crate) fn shown(said: &str) -> String {
    let (_, address) = said.rsplit_once("\n  http").expect("an address");
    let address = address.split('\n').next().expect("a line");
    format!("http{}", address.trim_end())
}

/// Decides on the page at `address`, and returns where the browser is sent.
#[track_caller]
pub(crate) fn decide(address: &str, decision: &str) -> String {
    let answer = http::get_url(&format!("{address}&decision={decision}"));
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.location.expect("a redirect")
}

/// Logs in with `app` on a terminal, and pastes what `paste` makes of the address on the screen.
#[track_caller]
fn in_browser(
    world: &World,
    sandbox: &Sandbox,
    arguments: &[&str],
    app: (&str, &str),
    paste: impl Fn(&str) -> String,
) -> Ended {
    let always = ["account", "add", "--no-browser"];
    let of_app = ["--client-id", app.0, "--api-url", &sandbox.address];
    let arguments = [&always[..], arguments, &of_app].concat();
    let mut talk = world.converse(&arguments);
    talk.answer_unseen("the app's secret: ", app.1);
    talk.hear(PASTE);
    let said = talk.said();
    // The guide stands in lines, as it is written.
    assert!(said.contains("\n  1. https://"), "{said}");
    let pasted = paste(&shown(&talk.said()));
    talk.answer("", &pasted);
    talk.end().any_code([0, 1, 2, 5])
}

/// Posts to `account`, and returns the post as it is public.
#[track_caller]
pub(crate) fn post(world: &World, sandbox: &Sandbox, account: &str) -> Value {
    let said = world.hayon(["post", "--again", "--to", account, "Hello from a log-in"]);
    let _ = said.code(0);
    let ledger = sandbox.ledger();
    let posts = ledger["posts"].as_array().expect("posts");
    posts.last().expect("a post").clone()
}

#[test]
fn threads_is_agreed_to_in_the_browser_and_the_address_is_pasted() {
    let (sandbox, world) = fresh();
    let said = in_browser(&world, &sandbox, &["threads"], THREADS_APP, |page| {
        decide(page, "allow")
    });
    let said = said.shows(["logged in as @alice", "the token lives until "]);
    assert!(!said.stdout.contains(THREADS_APP.1), "{said}");
    let public = post(&world, &sandbox, "threads");
    assert_eq!(
        (&public["platform"], &public["account"]),
        (&"threads".into(), &"alice".into())
    );
}

#[test]
fn instagram_is_agreed_to_in_the_browser_and_renamed_as_asked() {
    let (sandbox, world) = fresh();
    let arguments = ["instagram", "--name", "insta"];
    let said = in_browser(&world, &sandbox, &arguments, INSTAGRAM_APP, |page| {
        decide(
            page,
            "allow&person=bob&granted=instagram_business_basic&granted=instagram_business_content_publish",
        )
    });
    let _ = said.shows(["logged in as @bob", "the token lives until "]);
    let picture = world.picture("a.jpg", 800, 800).display().to_string();
    let said = world.hayon([
        "post", "--to", "insta", "--media", &picture, "--alt", "a", "Hi",
    ]);
    let _ = said.code(0);
    assert_eq!(sandbox.ledger()["posts"][0]["account"], "bob");
}

#[test]
fn a_page_on_facebook_is_chosen_from_a_list_or_by_a_flag() {
    let (sandbox, world) = fresh();
    let app = FACEBOOK_APP;
    let arguments = ["account", "add", "facebook", "--no-browser"];
    let of_app = ["--client-id", app.0, "--api-url", &sandbox.address];
    let mut talk = world.converse(&[&arguments[..], &of_app].concat());
    talk.hear("https://developers.facebook.com/apps");
    talk.answer_unseen("the app's secret: ", app.1);
    talk.hear(PASTE);
    let back = decide(&shown(&talk.said()), "allow");
    talk.answer("", &back);
    talk.hear("  1  alice  (61550000000000001, with @alice on Instagram)");
    talk.answer("which Page", "2");
    let _ = talk.end().code(0).shows(["logged in as alices-books"]);
    assert_eq!(
        post(&world, &sandbox, "facebook")["account"],
        "alices-books"
    );

    let arguments = ["facebook", "--name", "second", "--page", "alice"];
    let said = in_browser(&world, &sandbox, &arguments, app, |page| {
        decide(page, "allow")
    });
    let _ = said.shows(["logged in as alice;"]);
    assert_eq!(post(&world, &sandbox, "second")["account"], "alice");
}

#[test]
fn instagram_through_facebook_is_posted_to_with_the_token_of_the_page() {
    let (sandbox, world) = fresh();
    let arguments = ["instagram", "--through-facebook", "--page", "alice"];
    let said = in_browser(&world, &sandbox, &arguments, FACEBOOK_APP, |page| {
        decide(page, "allow")
    });
    let _ = said.shows(["logged in as @alice;"]);
    let picture = world.picture("a.jpg", 800, 800).display().to_string();
    let said = world.hayon([
        "post",
        "--to",
        "instagram",
        "--media",
        &picture,
        "--alt",
        "a",
        "Hi",
    ]);
    let _ = said.code(0);
    assert_eq!(sandbox.ledger()["posts"][0]["platform"], "instagram");

    let books = ["instagram", "--through-facebook", "--page", "alices-books"];
    let said = in_browser(&world, &sandbox, &books, FACEBOOK_APP, |page| {
        decide(page, "allow")
    });
    let _ = said.shows(["no Instagram account is connected with the Page `alices-books`"]);
}

#[test]
fn what_does_not_answer_the_question_logs_nobody_in() {
    let (sandbox, world) = fresh();
    let add = |paste: &dyn Fn(&str) -> String| {
        in_browser(&world, &sandbox, &["threads"], THREADS_APP, paste)
    };
    let said = add(&|page| decide(page, "deny"));
    let _ = said.shows(["the person at the browser did not agree"]);
    let said = add(&|page| decide(page, "allow&person=alice&granted=threads_basic"));
    let _ = said.shows(["the token may not post: `threads_content_publish` is missing"]);
    let said = add(&|_| "made-up-code".to_owned());
    let _ = said.shows(["cannot exchange the code", "Matching code was not found"]);
    assert!(!world.path("config/hayon/config.toml").exists());
}

#[test]
fn an_answer_to_another_log_in_is_told_and_asked_for_again() {
    let (sandbox, world) = fresh();
    let app = ["--client-id", THREADS_APP.0, "--api-url", &sandbox.address];
    let add = ["account", "add", "threads", "--no-browser"];
    let mut talk = world.converse(&[&add[..], &app].concat());
    talk.answer_unseen("the app's secret: ", THREADS_APP.1);
    talk.hear(PASTE);
    let back = decide(&shown(&talk.said()), "allow");
    let (start, _) = back.split_once("state=").expect("a state");
    talk.answer("", &format!("{start}state=other#_"));
    talk.hear("this is the answer to another log-in");
    talk.answer(PASTE, &back);
    let _ = talk.end().code(0).shows(["logged in as @alice"]);
}

#[test]
fn what_was_not_granted_and_is_not_needed_is_said() {
    let (sandbox, world) = fresh();
    let said = in_browser(&world, &sandbox, &["threads"], THREADS_APP, |page| {
        decide(
            page,
            "allow&person=alice&granted=threads_basic&granted=threads_content_publish",
        )
    });
    let _ =
        said.shows(["`threads_delete` was not granted: `hayon delete` cannot take a post down"]);
}

#[test]
fn a_token_of_the_dashboard_is_taken_as_it_is_from_stdin() {
    let (sandbox, world) = fresh();
    for (platform, token, who) in [
        ("threads", "sandbox-threads-token-of-alice", "@alice"),
        ("instagram", "sandbox-instagram-token-of-bob", "@bob"),
        ("facebook", "sandbox-facebook-token-of-alice", "alice"),
    ] {
        // It is never exchanged, not even with a secret beside it.
        let given = format!("token={token}\nclient_secret=sandbox-{platform}-app-secret\n");
        let add = ["account", "add", platform, "--secret-stdin", "--json"];
        let add = [&add[..], &["--api-url", &sandbox.address]].concat();
        let said = world.hayon_reading(&given, add).code(0);
        let told: Value = serde_json::from_str(&said.stdout).unwrap();
        assert_eq!(told["who"], who, "{said}");
        let listed = world.hayon(["account", "list", "--json"]).code(0).json();
        let mut rows = listed.as_array().unwrap().iter();
        let row = rows.find(|row| row["platform"] == platform).unwrap();
        assert_eq!(row["who"], who, "{row:#}");
        // The dashboard does not say when its token ends: 60 days are the most.
        if platform == "instagram" {
            assert_eq!(row["days_left"], 59, "{row:#}");
        }
        let kept = std::fs::read_to_string(world.path("state/hayon/credentials.toml")).unwrap();
        assert!(kept.contains(token), "{platform}");
        assert!(
            !kept.contains("app-secret"),
            "{platform}: nothing needs it later"
        );
    }
}

#[test]
fn a_persons_own_token_at_facebook_lists_the_pages() {
    let (sandbox, world) = fresh();
    let token = "sandbox-facebook-user-token-of-alice";
    let add = ["account", "add", "facebook", "--secret-stdin"];
    let add = [&add[..], &["--api-url", &sandbox.address]].concat();
    let said = world.hayon_reading(token, &add).code(2);
    let _ = said.mentions(["add `--page ID` of one of alice  (61550000000000001"]);
    let add = [&add[..], &["--page", "nobody"]].concat();
    let said = world.hayon_reading(token, &add).code(2);
    let _ = said.mentions(["`nobody` is none of the Pages", "alices-books"]);
    let add = [&add[..add.len() - 1], &["alice"]].concat();
    let _ = world.hayon_reading(token, &add).code(0);
}

#[test]
fn a_dead_token_is_refused_in_words_and_nothing_is_kept() {
    let (sandbox, world) = fresh();
    for platform in ["threads", "instagram", "facebook"] {
        let token = format!("sandbox-{platform}-token-expired");
        let add = ["account", "add", platform, "--secret-stdin"];
        let add = [&add[..], &["--api-url", &sandbox.address]].concat();
        let said = world.hayon_reading(&token, add).code(5);
        let said = said.mentions(["hint: "]);
        assert!(!said.stderr.contains(&token), "{said}");
    }
    assert!(!world.path("state/hayon/credentials.toml").exists());
}
