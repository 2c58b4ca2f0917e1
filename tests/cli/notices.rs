//! `[notify]`: whoever is named there is told of what waits for a person, once, and never a secret.

use std::fs;
use std::fs::Permissions;
use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpListener;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::thread;
use std::thread::JoinHandle;

use serde_json::Value;

use crate::support::World;
use crate::support::eventually;
use crate::support::scene::Scene;

/// A command that writes each notice down, a line each.
const WRITE_DOWN: &str = "cat >> \"$HOME/notices\"";

/// Returns what was written down.
fn notices(world: &World) -> Vec<Value> {
    let text = fs::read_to_string(world.path("notices")).unwrap_or_default();
    let lines = text.lines().map(serde_json::from_str);
    lines
        .collect::<Result<_, _>>()
        .expect("a notice in each line")
}

fn scene(faults: &[&str]) -> Scene {
    let mut scene = Scene::with_faults(faults);
    scene.world.set("HAYON_NOTIFY_COMMAND", WRITE_DOWN);
    scene
}

#[test]
fn what_is_parked_is_told_once() {
    let scene = scene(&["mastodon POST /api/v1/statuses #* status:422"]);
    let _ = scene.world.hayon(["post", "Hello"]).code(4);
    let told = notices(&scene.world);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(told[0]["event"], "parked");
    assert_eq!(told[0]["account"], "mastodon");
    assert_eq!(told[0]["post"], 1);
    let hint = "`hayon show 1`, then `hayon retry 1 --account mastodon`";
    assert_eq!(told[0]["hints"][0], hint);
    let _ = scene.world.hayon(["daemon", "--once"]).code(0);
    let _ = scene
        .world
        .hayon(["post", "Well", "--to", "bluesky"])
        .code(0);
    assert_eq!(notices(&scene.world).len(), 1, "it is no news any more");
    // Parked again after a person has tried, it is news again.
    let _ = scene.world.hayon(["retry", "1"]).code(0);
    let _ = scene.world.hayon(["daemon", "--once"]).code(4);
    assert_eq!(notices(&scene.world).len(), 2);
}

#[test]
fn what_is_in_doubt_is_told_as_that() {
    let scene = scene(&[
        "mastodon POST /api/v1/statuses #1 act-and-hang-up",
        "mastodon GET * #* status:403",
    ]);
    let _ = scene
        .world
        .hayon(["post", "Hello", "--to", "mastodon"])
        .any_code([6, 7]);
    let _ = scene
        .world
        .hayon(["daemon", "--once", "--wait", "60s"])
        .any_code([0, 7]);
    let told = notices(&scene.world);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(told[0]["event"], "in_doubt");
}

#[test]
fn a_log_in_that_is_needed_is_one_event_however_many_wait_for_it() {
    let mut scene = scene(&[]);
    scene.world.set("HAYON_MASTODON_TOKEN", "revoked");
    for text in ["One", "Two"] {
        let _ = scene
            .world
            .hayon(["post", text, "--queue", "--to", "mastodon"])
            .code(0);
    }
    let _ = scene.world.hayon(["daemon", "--once"]).code(5);
    let _ = scene
        .world
        .hayon(["post", "Three", "--to", "mastodon"])
        .code(5);
    let told = notices(&scene.world);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(told[0]["event"], "login_needed");
    let text = told[0]["text"].as_str().expect("a text");
    assert!(text.contains("hayon retry --account mastodon"), "{text}");
}

#[test]
fn a_daemon_tells_at_once() {
    let scene = scene(&["mastodon POST /api/v1/statuses #* status:422"]);
    let daemon = scene.world.start_daemon();
    let post = ["post", "--queue", "Hello", "--to", "mastodon"];
    let _ = scene.world.hayon(post).code(0);
    eventually("a notice", || {
        (notices(&scene.world).len() == 1).then_some(())
    });
    daemon.terminate();
    let _ = daemon.wait().code(0);
}

#[test]
fn a_command_is_handed_no_secret() {
    let mut scene = scene(&["mastodon POST /api/v1/statuses #* status:422"]);
    let all = "{ cat; env; } >> \"$HOME/seen\"";
    scene.world.set("HAYON_NOTIFY_COMMAND", all);
    let _ = scene.world.hayon(["post", "Hello"]).code(4);
    let seen = fs::read_to_string(scene.world.path("seen")).expect("what it saw");
    assert!(seen.contains("\"event\""), "{seen}");
    assert!(!seen.contains("HAYON_"), "{seen}");
    for account in &scene.sandbox.accounts {
        assert!(!seen.contains(&account.secret), "{seen}");
    }
}

#[test]
fn a_command_that_fails_is_said_and_changes_no_exit_code() {
    let mut scene = scene(&["mastodon POST /api/v1/statuses #* status:422"]);
    scene.world.set("HAYON_NOTIFY_COMMAND", "exit 3");
    let said = scene.world.hayon(["post", "Hello"]).code(4);
    let _ = said
        .mentions(["warning: a notice was not taken: the command has failed (exit status: 3)\n"]);
}

#[test]
fn a_notice_that_cannot_be_written_down_changes_no_exit_code() {
    let scene = scene(&["mastodon POST /api/v1/statuses #* status:422"]);
    let _ = scene
        .world
        .hayon(["post", "Well", "--to", "bluesky"])
        .code(0);
    scene.world.tamper("DROP TABLE notices");
    let said = scene.world.hayon(["post", "Hello"]).code(4);
    let _ = said
        .shows(["post 2 is published in part"])
        .mentions(["warning: a notice was not taken: "]);
    assert!(notices(&scene.world).is_empty());
}

/// Takes one request and returns its body.
fn one_request(listener: TcpListener, status: &'static str) -> JoinHandle<Value> {
    thread::spawn(move || {
        let (stream, _) = listener.accept().expect("a request");
        let body = body(&stream);
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        (&stream).write_all(answer.as_bytes()).expect("an answer");
        body
    })
}

fn body(stream: &TcpStream) -> Value {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        let _ = reader.read_line(&mut line).expect("a line of the head");
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().expect("a length");
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    serde_json::from_slice(&body).expect("JSON")
}

fn webhook() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    (
        listener,
        format!("http://{address}/hook/canary-4711?key=canary-4712"),
    )
}

#[test]
fn a_webhook_is_sent_the_notice() {
    let mut scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #* status:422"]);
    let (listener, address) = webhook();
    scene.world.set("HAYON_NOTIFY_WEBHOOK", &address);
    let taken = one_request(listener, "200 OK");
    let _ = scene.world.hayon(["post", "Hello"]).code(4);
    assert_eq!(taken.join().expect("a notice")["event"], "parked");
}

#[test]
fn the_address_of_a_webhook_is_told_nowhere() {
    let mut scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #* status:422"]);
    let (listener, address) = webhook();
    scene.world.set("HAYON_NOTIFY_WEBHOOK", &address);
    let taken = one_request(listener, "500 No");
    let said = scene.world.hayon(["-vv", "post", "Hello"]).code(4);
    let _ = taken.join().expect("a notice");
    let said = said.mentions(["a notice was not taken: `127.0.0.1` answered 500"]);
    assert!(!said.stderr.contains("canary"), "{said}");
}

#[test]
fn a_configuration_that_others_can_read_may_not_hold_a_webhook() {
    let world = World::new();
    let text = "[notify]\nwebhook = \"https://hooks.example.com/canary-4711\"\n";
    let path = world.write("config/hayon/config.toml", text);
    for (mode, code) in [(0o644, 1), (0o640, 1), (0o600, 0)] {
        fs::set_permissions(&path, Permissions::from_mode(mode)).expect("a mode");
        let said = world.hayon(["list"]).code(code);
        assert!(!said.stderr.contains("canary"), "{said}");
        if code == 1 {
            let _ = said.mentions(["this address is a secret", "hint: run `chmod 600 "]);
        }
    }
}

#[test]
fn what_tells_nobody_is_refused() {
    for (variable, value) in [
        ("HAYON_NOTIFY_COMMAND", " "),
        ("HAYON_NOTIFY_WEBHOOK", "http://hooks.example.com/x"),
        ("HAYON_NOTIFY_WEBHOOK", "nowhere"),
        ("HAYON_NOTIFY_WEBHOK", "https://hooks.example.com/x"),
    ] {
        let mut world = World::new();
        world.set(variable, value);
        let said = world.hayon(["list"]).code(1);
        let _ = said.mentions([variable, "hint: "]);
    }
}
