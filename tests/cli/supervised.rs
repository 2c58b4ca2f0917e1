//! A daemon under a supervisor: what systemd hears of it on the socket that it names (`sd_notify(3)`),
//! and the units that start it.

#![cfg(target_os = "linux")]

use std::os::unix::net::UnixDatagram;
use std::process::Command;
use std::time::Duration;

use crate::support::World;
use crate::support::scene::Scene;
use crate::support::strace;

/// The supervisor's end of the socket.
struct Supervisor(UnixDatagram);

impl Supervisor {
    /// Listens for what is started in `world` from now on.
    fn of(world: &mut World) -> Self {
        let path = world.path("notify");
        let socket = UnixDatagram::bind(&path).expect("a socket");
        let patience = Some(Duration::from_mins(2));
        socket.set_read_timeout(patience).expect("a time-out");
        world.set("NOTIFY_SOCKET", &path.display().to_string());
        Self(socket)
    }

    /// Returns the next message.
    #[track_caller]
    fn hear(&self) -> String {
        let mut buffer = [0; 4096];
        let length = self.0.recv(&mut buffer).expect("a message");
        String::from_utf8_lossy(&buffer[..length]).into_owned()
    }
}

#[test]
fn a_supervisor_hears_that_the_daemon_delivers_and_that_it_ends_once_what_is_under_way_has_ended() {
    let mut scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 slow:1s"]);
    let supervisor = Supervisor::of(&mut scene.world);
    let daemon = scene.world.start(["daemon"]);
    let accounts = scene.sandbox.accounts.len();
    let ready = format!("READY=1\nSTATUS=delivering for {accounts} accounts\n");
    assert_eq!(supervisor.hear(), ready);
    let post = ["post", "--queue", "--to", "mastodon", "Hello"];
    let _ = scene.world.hayon(post).code(0);
    scene.wait_for("received", "POST", "/api/v1/statuses", 1);
    daemon.terminate();
    let stopping = "STOPPING=1\nSTATUS=ending what is under way\n";
    assert_eq!(supervisor.hear(), stopping);
    let _ = daemon.wait().code(0);
    assert_eq!(scene.public("mastodon").len(), 1);
    assert_eq!(scene.world.show(1)["status"], "COMPLETED");
}

#[test]
fn a_daemon_that_waits_for_another_is_ready_and_says_whom_it_waits_for() {
    let mut scene = Scene::new(&[]);
    let first = scene.world.start_daemon();
    let supervisor = Supervisor::of(&mut scene.world);
    let second = scene.world.start(["daemon"]);
    let waiting = supervisor.hear();
    let pid = first.pid().to_string();
    assert!(
        waiting.starts_with("READY=1\nSTATUS=waiting: "),
        "{waiting}"
    );
    assert!(waiting.contains(&pid), "{waiting}");
    first.terminate();
    let _ = first.wait().code(0);
    let delivering = supervisor.hear();
    assert!(
        delivering.contains("STATUS=delivering for "),
        "{delivering}"
    );
    drop(second);
}

#[test]
fn a_supervisor_hears_that_the_daemon_is_alive_until_it_is_not() {
    let mut scene = Scene::new(&[]);
    scene.world.set("WATCHDOG_USEC", "200000");
    let supervisor = Supervisor::of(&mut scene.world);
    let daemon = scene.world.start(["daemon"]);
    let mut alive = 0;
    while alive < 3 {
        alive += usize::from(supervisor.hear() == "WATCHDOG=1\n");
    }
    let _ = daemon.kill().killed();
    let socket = supervisor.0;
    socket.set_nonblocking(true).expect("a socket");
    // What it had said before it was killed may still lie there; nothing follows.
    while socket.recv(&mut [0; 64]).is_ok() {}
    socket.set_nonblocking(false).expect("a socket");
    let longer_than_it_may_be_silent = Some(Duration::from_millis(300));
    socket
        .set_read_timeout(longer_than_it_may_be_silent)
        .expect("a time-out");
    assert!(socket.recv(&mut [0; 64]).is_err(), "who says so?");
}

#[test]
fn a_daemon_whose_supervisor_does_not_listen_delivers_all_the_same() {
    let mut scene = Scene::new(&[]);
    let nowhere = scene.world.path("nowhere").display().to_string();
    scene.world.set("NOTIFY_SOCKET", &nowhere);
    let daemon = scene.world.start_daemon();
    let post = ["post", "--queue", "--to", "mastodon", "Hello"];
    let _ = scene.world.hayon(post).code(0);
    scene.wait_for("acted", "POST", "/api/v1/statuses", 1);
    daemon.terminate();
    let _ = daemon.wait().code(0);
}

/// Runs a tool of systemd's; where there is none, says so, and fails in CI.
fn systemd_analyze(arguments: &[&str]) -> Option<String> {
    let ran = Command::new("systemd-analyze")
        .args(arguments)
        // Without a session of its own it would not know where that is.
        .env("XDG_RUNTIME_DIR", "/run")
        .output();
    if ran.is_err() {
        strace::cannot_be_tested("systemd-analyze, of Debian's `systemd`");
        return None;
    }
    let ran = ran.expect("a command that ran");
    let said = [ran.stdout, ran.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(ran.status.success(), "{arguments:?}: {said}");
    Some(said)
}

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/hayon.service");

#[test]
fn the_unit_for_a_whole_system_exposes_little_of_it() {
    // In tenths: "OK" is what systemd says of 2.0 and less.
    let arguments = ["security", "--offline=true", "--threshold=20", EXAMPLE];
    if let Some(said) = systemd_analyze(&arguments) {
        assert!(said.contains("Overall exposure level"), "{said}");
    }
}

#[test]
fn the_unit_that_install_writes_is_one_for_systemd_and_holds_no_secret() {
    let scene = Scene::new(&[]);
    let world = &scene.world;
    let installed = world.hayon(["daemon", "install"]).code(0);
    let file = world.path("config/systemd/user/hayon.service");
    let path = file.display().to_string();
    for told in [
        path.as_str(),
        "systemctl --user enable --now hayon.service",
        "systemctl --user disable --now hayon.service",
    ] {
        assert!(installed.stdout.contains(told), "{told}: {installed}");
    }
    let unit = std::fs::read_to_string(&file).expect("a unit");
    let config = scene.sandbox.config.display().to_string();
    let variable = format!("Environment=\"HAYON_CONFIG={config}\"\n");
    assert!(unit.contains(&variable), "{unit}");
    for account in &scene.sandbox.accounts {
        for (name, secret) in account.secret_variables() {
            assert!(!unit.contains(&secret), "{name} is in {unit}");
            assert!(installed.stderr.contains(&name), "{name}: {installed}");
        }
    }
    let verify = ["verify", "--user", "--man=no", &path];
    if let Some(said) = systemd_analyze(&verify) {
        assert_eq!(said, "", "{unit}");
    }
}

#[test]
fn install_overwrites_only_what_it_is_told_to() {
    let scene = Scene::new(&[]);
    let world = &scene.world;
    let _ = world.hayon(["daemon", "install"]).code(0);
    // The same again is nothing to ask about.
    let _ = world.hayon(["daemon", "install"]).code(0);
    let file = world.path("config/systemd/user/hayon.service");
    std::fs::write(&file, "mine").expect("a file");
    let refused = world.hayon(["daemon", "install"]).code(1);
    assert!(refused.stderr.contains("--replace"), "{refused}");
    let read = || std::fs::read_to_string(&file).expect("a file");
    assert_eq!(read(), "mine");
    let _ = world.hayon(["daemon", "install", "--print"]).code(0);
    assert_eq!(read(), "mine");
    let _ = world.hayon(["daemon", "install", "--replace"]).code(0);
    assert!(read().contains("ExecStart="));
}

#[test]
fn for_launchd_it_is_an_agent_with_the_same_command() {
    let scene = Scene::new(&[]);
    let world = &scene.world;
    let outbox = world.path("a & b/outbox.db").display().to_string();
    let command = ["daemon", "install", "--manager", "launchd", "--json"];
    let installed = world.hayon(command.iter().chain(&["--outbox", &outbox]));
    let installed = installed.code(0).json();
    let file = world.path("Library/LaunchAgents/hayon.daemon.plist");
    assert_eq!(installed["file"], file.display().to_string());
    let agent = std::fs::read_to_string(&file).expect("an agent");
    let escaped = outbox.replace('&', "&amp;");
    for part in ["daemon", "--outbox", &escaped] {
        assert!(
            agent.contains(&format!("<string>{part}</string>")),
            "{agent}"
        );
    }
    let undo = installed["undo"].as_array().expect("commands");
    assert_eq!(undo[0], "launchctl bootout gui/$(id -u)/hayon.daemon");
}
