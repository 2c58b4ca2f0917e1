//! A scene: a sandbox in which something goes wrong, and a machine whose `hayon` posts to it.
//!
//! The machine's outbox and media are its own, and its `hayon` is impatient, so that a test need
//! not wait for minutes.

use std::path::PathBuf;

use rusqlite::Connection;
use rusqlite::OpenFlags;
use serde_json::Value;

use crate::support::Running;
use crate::support::World;
use crate::support::sandbox::Sandbox;

/// A sandbox and a machine.
pub(crate) struct Scene {
    pub(crate) sandbox: Sandbox,
    pub(crate) world: World,
}

impl Scene {
    /// Returns a scene whose sandbox was started with `arguments`.
    #[track_caller]
    pub(crate) fn new(arguments: &[&str]) -> Self {
        let sandbox = Sandbox::start(arguments);
        let world = machine(&sandbox);
        Self { sandbox, world }
    }

    /// Returns a scene in which `faults` strike.
    #[track_caller]
    pub(crate) fn with_faults(faults: &[&str]) -> Self {
        let arguments: Vec<&str> = faults.iter().flat_map(|it| ["--fault", it]).collect();
        Self::new(&arguments)
    }

    /// Returns another machine with the same accounts and an outbox of its own.
    pub(crate) fn another_machine(&self) -> World {
        machine(&self.sandbox)
    }

    /// Returns what is public on `platform`.
    #[track_caller]
    pub(crate) fn public(&self, platform: &str) -> Vec<Value> {
        let ledger = self.sandbox.ledger();
        let posts = ledger["posts"].as_array().expect("posts");
        let of_platform = posts.iter().filter(|post| post["platform"] == platform);
        of_platform.cloned().collect()
    }

    /// Returns the log's lines about `event`s of requests with this method and path.
    #[track_caller]
    pub(crate) fn requests(&self, event: &str, method: &str, path: &str) -> Vec<Value> {
        let is_one = |line: &Value| {
            line["event"] == event && line["method"] == method && line["path"] == path
        };
        let log = self.sandbox.log();
        log.into_iter().filter(is_one).collect()
    }

    /// Waits until a request with this method and path has had this event `times` times.
    #[track_caller]
    pub(crate) fn wait_for(&self, event: &str, method: &str, path: &str, times: usize) {
        let what = format!("{method} {path} to be {event}");
        crate::support::eventually(&what, || {
            let lines = self.requests(event, method, path);
            (lines.len() >= times).then_some(())
        });
    }
}

fn machine(sandbox: &Sandbox) -> World {
    let mut world = World::on(sandbox);
    let outbox = world.outbox().display().to_string();
    world.set("HAYON_OUTBOX", &outbox);
    let media = world.path("media").display().to_string();
    world.set("HAYON_MEDIA_FOLDER", &media);
    world.set("HAYON_DAEMON_SETTLE", "1s");
    world.set("HAYON_DAEMON_RETRY_DELAYS", "1s,1s,1s");
    world
}

impl World {
    /// Returns a machine without servers, and with an outbox of its own.
    pub(crate) fn with_outbox() -> Self {
        let mut world = Self::new();
        let outbox = world.outbox().display().to_string();
        world.set("HAYON_OUTBOX", &outbox);
        world
    }

    /// Returns where this machine's outbox is.
    pub(crate) fn outbox(&self) -> PathBuf {
        self.path("outbox.db")
    }

    /// Opens this machine's outbox behind the back of `hayon`.
    #[track_caller]
    pub(crate) fn database(&self) -> Connection {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
        Connection::open_with_flags(self.outbox(), flags).expect("an outbox")
    }

    /// Runs `statements` on this machine's outbox, behind the back of `hayon`.
    #[track_caller]
    pub(crate) fn tamper(&self, statements: &str) {
        let done = self.database().execute_batch(statements);
        done.expect("statements that fit the outbox");
    }

    /// Returns post `number` as `show --json` has it.
    #[track_caller]
    pub(crate) fn show(&self, number: u64) -> Value {
        let number = number.to_string();
        self.hayon(["show", &number, "--json"]).code(0).json()
    }

    /// Returns every post as `list --json` has it.
    #[track_caller]
    pub(crate) fn list(&self) -> Vec<Value> {
        let list = self.hayon(["list", "--json"]).code(0).json();
        list.as_array().expect("a list").clone()
    }

    /// Starts a daemon and waits until it delivers.
    #[track_caller]
    pub(crate) fn start_daemon(&self) -> Running {
        let daemon = self.start(["daemon"]);
        crate::support::eventually("a daemon that delivers", || {
            daemon.stderr().contains("delivering").then_some(())
        });
        daemon
    }
}

/// Returns the delivery of `post` to `account`.
#[track_caller]
pub(crate) fn delivery<'p>(post: &'p Value, account: &str) -> &'p Value {
    let deliveries = post["deliveries"].as_array().expect("deliveries");
    let mut of_account = deliveries.iter().filter(|it| it["account"] == account);
    of_account
        .next()
        .unwrap_or_else(|| panic!("no delivery to {account}: {post:#}"))
}
