//! Logging in through the sandbox's pages in Chromium, as a person does: click, copy the address line,
//! paste it; and then post with what was kept.

use crate::browser::Browser;
use crate::browser::Look;
use crate::page::wait_until;
use crate::support::World;
use crate::support::eventually;
use crate::support::run::Ended;
use crate::support::sandbox::Sandbox;
use crate::support::terminal::Conversation;

const PASTE: &str = "the whole address that the browser shows afterwards";

/// A platform that is agreed to in the browser.
struct Case {
    platform: &'static str,
    app: (&'static str, &'static str),
    flags: &'static [&'static str],
    /// Whose account it is in the end.
    who: &'static str,
}

const CASES: [Case; 3] = [
    Case {
        platform: "instagram",
        app: ("9100000000000003", "sandbox-instagram-app-secret"),
        flags: &[],
        who: "@alice",
    },
    Case {
        platform: "threads",
        app: ("9100000000000005", "sandbox-threads-app-secret"),
        flags: &[],
        who: "@alice",
    },
    Case {
        platform: "facebook",
        app: ("9100000000000001", "sandbox-facebook-app-secret"),
        flags: &["--page", "alices-books"],
        who: "alices-books",
    },
];

fn fresh() -> (Sandbox, World) {
    let mut world = World::new();
    world.set("HAYON_OUTBOX", &world.outbox().display().to_string());
    world.set("TERM", "xterm-256color");
    let sandbox = Sandbox::start(&[]);
    world.keep_media_in(&sandbox);
    (sandbox, world)
}

/// Returns the address that was shown last.
#[track_caller]
fn shown(said: &str) -> String {
    let (_, address) = said.rsplit_once("\n  http").expect("an address");
    let address = address.split('\n').next().expect("a line");
    format!("http{}", address.trim_end())
}

/// Clicks a button of the page, and returns the address that the browser shows in the end.
#[track_caller]
fn click(browser: &Browser, decision: &str, ends_at: &str) -> String {
    browser.run(&format!(
        "document.querySelector('button[value={decision}]').click()"
    ));
    eventually("the browser sent back", || {
        let address = browser.address();
        address.starts_with(ends_at).then_some(address)
    })
}

/// Begins a log-in, and opens its page in the browser.
#[track_caller]
fn begin(world: &World, sandbox: &Sandbox, browser: &Browser, case: &Case) -> Conversation {
    let add = ["account", "add", case.platform, "--no-browser"];
    let of_app = ["--client-id", case.app.0, "--api-url", &sandbox.address];
    let mut talk = world.converse(&[&add[..], &of_app, case.flags].concat());
    talk.answer_unseen("the app's secret: ", case.app.1);
    talk.hear(PASTE);
    browser.open(&shown(&talk.said()));
    wait_until(
        browser,
        "a page",
        "return document.querySelectorAll('button').length === 2",
    );
    talk
}

fn post(world: &World, platform: &str) -> Ended {
    let mut arguments = vec!["post", "--to", platform, "Hello from a browser"];
    let picture = world.picture("a.jpg", 800, 800).display().to_string();
    if platform == "instagram" {
        arguments.extend(["--media", &picture, "--alt", "nothing"]);
    }
    world.hayon(arguments).code(0)
}

#[test]
fn a_person_agrees_in_the_browser_pastes_its_address_and_posts() {
    let (sandbox, world) = fresh();
    let browser = Browser::start();
    for case in CASES {
        let mut talk = begin(&world, &sandbox, &browser, &case);
        for look in [Look::Desk, Look::Phone] {
            browser.look(look);
            browser.keep_picture(&format!("log-in-{}-{}", case.platform, look.name()));
            let fits = "return document.documentElement.scrollWidth <= window.innerWidth";
            assert_eq!(browser.run(fits), true, "{} {}", case.platform, look.name());
        }
        let address = click(&browser, "allow", "https://localhost/?code=");
        assert!(address.ends_with("#_"), "{address}");
        talk.answer("", &address);
        let said = talk.end().code(0);
        assert!(
            said.stdout.contains(&format!("logged in as {}", case.who)),
            "{said}"
        );
        let _ = post(&world, case.platform);
    }
    let ledger = sandbox.ledger();
    assert_eq!(
        ledger["posts"].as_array().map(Vec::len),
        Some(3),
        "{ledger:#}"
    );
}

#[test]
fn a_person_who_denies_is_not_logged_in() {
    let (sandbox, world) = fresh();
    let browser = Browser::start();
    let mut talk = begin(&world, &sandbox, &browser, &CASES[1]);
    let address = click(&browser, "deny", "https://localhost/?error=");
    talk.answer("", &address);
    let said = talk.end().code(5);
    assert!(said.stdout.contains("did not agree"), "{said}");
    assert!(!world.path("config/hayon/config.toml").exists());
}

#[test]
fn the_browser_comes_back_from_tumblr_by_itself() {
    let (sandbox, mut world) = fresh();
    // Somebody's browser, which this test is.
    world.set("BROWSER", "/bin/true");
    let browser = Browser::start();
    let add = [
        "account",
        "add",
        "tumblr",
        "--client-id",
        "sandbox-tumblr-consumer-key",
    ];
    let rest = ["--api-url", &sandbox.address, "--blog", "alice"];
    let mut talk = world.converse(&[&add[..], &rest].concat());
    talk.answer_unseen("secret key: ", "sandbox-tumblr-consumer-secret");
    talk.hear("waiting for the browser");
    browser.open(&shown(&talk.said()));
    for look in [Look::Desk, Look::Phone] {
        browser.look(look);
        browser.keep_picture(&format!("log-in-tumblr-{}", look.name()));
    }
    let _ = click(&browser, "allow", "http://127.0.0.1:");
    let text = "return document.body.textContent.includes('close this window')";
    wait_until(&browser, "a page that says so", text);
    let said = talk.end().code(0);
    assert!(said.stdout.contains("logged in as alice"), "{said}");
    let _ = post(&world, "tumblr");
}
