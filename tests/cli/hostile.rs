//! Servers that mean harm, and other programs of the same user: what they get, and what they make us do.

#![cfg(unix)]

use std::fs;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::os::unix::process::ExitStatusExt as _;

use serde_json::json;

use crate::server::Server;
use crate::support::World;
use crate::support::scene::Scene;

/// Sets the clipboard, makes a link, clears the screen, turns the reading direction; and the last once
/// more in 8 bits.
const EVIL: &str =
    "\u{1b}]52;c;ZXZpbA==\u{7}\u{1b}]8;;https://evil.example\u{7}x\u{1b}[2J\u{202e}\u{9b}2J";

/// The platforms, which the accounts are called like.
const PLATFORMS: [&str; 6] = [
    "bluesky",
    "facebook",
    "instagram",
    "mastodon",
    "threads",
    "tumblr",
];

/// Returns a machine whose six accounts are all on the server at `address`.
fn on(address: &str) -> World {
    let mut world = World::new();
    for (name, value) in [
        ("HAYON_BLUESKY_HANDLE", "alice.example.com"),
        ("HAYON_BLUESKY_SERVICE", address),
        ("HAYON_BLUESKY_PASSWORD", "canary-bluesky-4711"),
        ("HAYON_FACEBOOK_PAGE_ID", "100000000000001"),
        ("HAYON_FACEBOOK_API_URL", address),
        ("HAYON_FACEBOOK_TOKEN", "canary-facebook-4711"),
        ("HAYON_INSTAGRAM_USER_ID", "17841400000000000"),
        ("HAYON_INSTAGRAM_API_URL", address),
        ("HAYON_INSTAGRAM_TOKEN", "canary-instagram-4711"),
        ("HAYON_MASTODON_INSTANCE", address),
        ("HAYON_MASTODON_TOKEN", "canary-mastodon-4711"),
        ("HAYON_THREADS_API_URL", address),
        ("HAYON_THREADS_TOKEN", "canary-threads-4711"),
        ("HAYON_TUMBLR_BLOG", "staff"),
        ("HAYON_TUMBLR_API_URL", address),
        ("HAYON_TUMBLR_TOKEN", "canary-tumblr-4711"),
        ("HAYON_MEDIA_PUBLIC_URL", "https://media.example.com"),
        ("HAYON_DAEMON_SETTLE", "1s"),
        ("HAYON_DAEMON_RETRY_DELAYS", "1s"),
    ] {
        world.set(name, value);
    }
    world.set("HAYON_OUTBOX", &world.outbox().display().to_string());
    world.picture("a.png", 320, 320);
    world
}

const POST: [&str; 8] = [
    "post", "Hello", "--to", "all", "--media", "a.png", "--alt", "A cat",
];

#[test]
fn a_redirect_carries_no_credential_to_another_server() {
    for status in [301, 302, 307, 308] {
        // Whoever comes here stays in its queue.
        let other = TcpListener::bind("127.0.0.1:0").expect("a port");
        let location = format!("http://{}/", other.local_addr().expect("an address"));
        let server = Server::redirecting(status, &location);
        let world = on(&server.address);
        let said = world.hayon(POST.iter().chain(&["-vv"])).code(6);
        for platform in PLATFORMS {
            assert!(said.stdout.contains(platform), "{status}: {said}");
        }
        assert!(said.stdout.contains("which is not followed"), "{said}");
        other.set_nonblocking(true).expect("a socket");
        let visit = other.accept().map(|(_, from)| from);
        let nobody = visit.expect_err("somebody was sent there");
        assert_eq!(nobody.kind(), ErrorKind::WouldBlock, "{status}");
    }
}

/// Returns an answer that says the same evil words wherever a platform says anything.
fn evil_answer() -> String {
    let post = json!({
        "id": "1", "id_string": "1", "url": EVIL, "uri": EVIL, "content": EVIL, "text": EVIL,
        "permalink": EVIL, "permalink_url": EVIL, "name": EVIL, "username": EVIL, "acct": EVIL,
        "handle": EVIL, "title": EVIL, "slug": EVIL, "state": EVIL, "status": EVIL,
        "status_code": EVIL, "error_message": EVIL, "msg": EVIL,
    });
    let mut answer = post.clone();
    for (field, value) in [
        ("error", json!(EVIL)),
        ("error_description", json!(EVIL)),
        ("message", json!(EVIL)),
        ("did", json!("did:plc:abc")),
        ("accessJwt", json!("canary-access")),
        ("refreshJwt", json!("canary-refresh")),
        ("data", json!([post])),
        ("meta", json!({"msg": EVIL, "status": 200})),
        (
            "errors",
            json!([{"title": EVIL, "detail": EVIL, "code": 1}]),
        ),
        (
            "response",
            json!({"blog": {"uuid": EVIL, "name": EVIL}, "posts": [post],
            "user": {"name": EVIL, "blogs": [{"uuid": EVIL, "name": EVIL}]}}),
        ),
        ("version", json!(EVIL)),
        ("domain", json!(EVIL)),
        (
            "configuration",
            json!({"media_attachments": {"supported_mime_types": [EVIL]}}),
        ),
    ] {
        answer[field] = value;
    }
    answer.to_string()
}

#[test]
fn no_command_obeys_what_a_server_says_on_any_platform() {
    for status in [200, 403] {
        let server = Server::start(move |_, _| (status, evil_answer()));
        let world = on(&server.address);
        let mut is_shown = false;
        for command in [
            &POST[..],
            &["daemon", "--once", "--wait", "1s"],
            &["show", "1"],
            &["list"],
            &["retry", "1"],
            &["cancel", "1"],
            &["delete", "1", "--yes"],
            &["account", "list"],
            &["account", "check"],
            &["account", "refresh"],
            &["doctor"],
            &["validate", "Hello"],
        ] {
            let always = ["--color", "never", "-vv"];
            let codes = [0, 1, 2, 3, 4, 5, 6, 7];
            let said = world.hayon(command.iter().chain(&always)).any_code(codes);
            let steers = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
            for stream in [&said.stdout, &said.stderr] {
                assert!(!stream.contains(steers), "{status}: {stream:?}");
                is_shown |= stream.contains(r"\u{1b}]52;c;");
            }
        }
        assert!(is_shown, "{status}: the words were not shown");
    }
}

#[test]
fn no_program_that_is_started_sees_a_secret_in_arguments_or_variables() {
    let mut scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #* status:422"]);
    let look = "{ cat /proc/$$/cmdline /proc/$$/environ /proc/$PPID/cmdline | tr '\\0' '\\n'; } \
                >> \"$HOME/seen\"";
    scene.world.set("HAYON_NOTIFY_COMMAND", look);
    let _ = scene.world.hayon(["post", "Hello"]).code(4);
    let seen = fs::read_to_string(scene.world.path("seen")).expect("what it saw");
    assert!(seen.contains("HOME=") && seen.contains("Hello"), "{seen}");
    assert!(!seen.contains("HAYON_"), "{seen}");
    for account in &scene.sandbox.accounts {
        assert!(!seen.contains(&account.secret), "{seen}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_process_that_is_ended_by_a_fault_leaves_no_core_dump() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 hang"]);
    let script = "ulimit -c unlimited 2>/dev/null; exec \"$@\"";
    let arguments = [
        "-c",
        script,
        "sh",
        env!("CARGO_BIN_EXE_hayon"),
        "post",
        "Hello",
    ];
    let running = scene.world.start_program("/bin/sh", arguments);
    scene.wait_for("received", "POST", "/api/v1/statuses", 1);
    let limits = fs::read_to_string(format!("/proc/{}/limits", running.pid())).expect("limits");
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .expect("a limit");
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    let status = running.end_by("-ABRT");
    assert_eq!(status.signal(), Some(6));
    assert!(!status.core_dumped(), "its memory was written down");
}
