//! `hayon account add` with a person at the terminal.

use std::fs;
use std::thread;

use crate::support::World;
use crate::support::eventually;
use crate::support::http;
use crate::support::sandbox::Sandbox;

const PASSWORD: &str = "alic-esan-dbox-pass";

fn at_a_terminal() -> (Sandbox, World) {
    let mut world = World::new();
    world.set("HAYON_OUTBOX", &world.outbox().display().to_string());
    world.set("TERM", "xterm-256color");
    (Sandbox::start(&[]), world)
}

/// Returns the address that was shown last.
#[track_caller]
fn shown(said: &str) -> String {
    let (_, address) = said.rsplit_once("\n  http").expect("an address");
    let address = address.split('\n').next().expect("a line");
    format!("http{address}")
}

#[test]
fn a_person_is_asked_for_what_no_flag_has_said() {
    let (sandbox, world) = at_a_terminal();
    let add = ["account", "add", "bluesky", "--service", &sandbox.address];
    let mut talk = world.converse(&add);
    talk.answer("handle, such as `alice.bsky.social`", "no handle");
    talk.answer("`no handle` is no Bluesky handle", "@alice.sandbox.test");
    // Made in the settings, which is said before it is asked for.
    talk.hear("https://bsky.app/settings/app-passwords");
    talk.answer_unseen("app password: ", "my own password");
    talk.hear("this is no app password");
    talk.answer_unseen("app password: ", PASSWORD);
    let said = talk
        .end()
        .code(0)
        .shows(["logged in as @alice.sandbox.test"]);
    // What is typed for a secret is not shown.
    assert!(!said.stdout.contains(PASSWORD), "{said}");
    assert!(!said.stdout.contains("my own password"), "{said}");
}

#[test]
fn a_platform_is_chosen_from_the_six_by_number_or_name() {
    let (sandbox, world) = at_a_terminal();
    for choice in ["2", "mastodon"] {
        let mut talk = world.converse(&["account", "add", "--no-browser"]);
        talk.hear("  1  Bluesky");
        talk.hear("  6  Tumblr");
        talk.answer("platform", choice);
        talk.answer("server, such as `mastodon.social`", &sandbox.address);
        talk.hear("code that the page shows");
        let page = http::get_url(&shown(&talk.said()));
        let (_, code) = page
            .body
            .split_once("value=\"")
            .expect("a code on the page");
        let code = code.split('"').next().expect("a code");
        talk.answer("", code);
        let _ = talk.end().code(0).shows(["logged in as @alice@127.0.0.1:"]);
    }
}

#[test]
fn a_whole_address_may_be_pasted_and_is_checked_like_one_that_came_back() {
    let (sandbox, world) = at_a_terminal();
    let add = [
        "account",
        "add",
        "mastodon",
        "--no-browser",
        "--instance",
        &sandbox.address,
    ];
    let mut talk = world.converse(&add);
    talk.answer(
        "code that the page shows",
        "https://a.example/?code=1&state=other",
    );
    talk.answer("the answer to another log-in", "");
    let said = talk
        .end()
        .code(1)
        .shows(["no answer: code that the page shows"]);
    assert!(!said.stdout.contains("logged in"), "{said}");
}

#[test]
fn the_browser_is_opened_for_a_person_and_gets_none_of_our_variables() {
    let (sandbox, mut world) = at_a_terminal();
    let script = "#!/bin/sh\nenv > env.txt\nprintf %s \"$1\" > part.txt\nmv part.txt address.txt\n";
    let browser = world.write("browser.sh", script).display().to_string();
    world.set("BROWSER", &format!("/bin/sh {browser}"));
    world.set("PATH", "/usr/bin:/bin");
    world.set("HAYON_TUMBLR_TOKEN", "canary");
    world.set("HAYON_TUMBLR_BLOG", "me");
    let address = world.path("address.txt");
    // Somebody who agrees.
    let person = thread::spawn(move || {
        let opened = eventually("a browser", || fs::read_to_string(&address).ok());
        let back = http::get_url(&opened).location.expect("a redirect");
        http::get_url(&back)
    });
    let add = ["account", "add", "mastodon", "--instance", &sandbox.address];
    let said = world.converse(&add).end().code(0);
    let said = said.shows(["your browser opens this address", "logged in as @alice@"]);
    assert!(said.stdout.contains("waiting for the browser"), "{said}");
    let page = person.join().expect("a person");
    assert!(page.body.contains("close this window"), "{}", page.body);
    let env = fs::read_to_string(world.path("env.txt")).expect("an environment");
    assert!(env.contains("BROWSER=") && !env.contains("canary"), "{env}");
}

#[test]
fn over_ssh_no_browser_is_opened_and_a_code_is_asked_for() {
    let (sandbox, mut world) = at_a_terminal();
    world.set("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22");
    world.set("DISPLAY", ":10");
    let add = ["account", "add", "mastodon", "--instance", &sandbox.address];
    let mut talk = world.converse(&add);
    talk.hear("open this address in a browser");
    let said = talk.hear("code that the page shows");
    assert!(
        shown(&said).contains("urn%3Aietf%3Awg%3Aoauth%3A2.0%3Aoob"),
        "{said}"
    );
}

#[test]
fn who_does_not_come_back_may_paste_the_code_instead() {
    let (sandbox, mut world) = at_a_terminal();
    world.set("BROWSER", "/bin/true");
    let add = [
        "account",
        "add",
        "mastodon",
        "--wait",
        "1s",
        "--instance",
        &sandbox.address,
    ];
    let mut talk = world.converse(&add);
    talk.hear("nobody came back from the browser in time");
    let said = talk.hear("code that the page shows");
    assert!(shown(&said).contains("oob"), "{said}");
}
