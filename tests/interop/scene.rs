//! A server of others, a proxy in front of it, and a `hayon` that knows the proxy only.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::proxy::Proxy;
use crate::proxy::Side;
use crate::proxy::Then;
use crate::proxy::Trap;
use crate::proxy::Which;
use crate::server::Server;
use crate::support::Running;
use crate::support::World;

/// More requests than any delivery here makes.
const REQUESTS_MAX: usize = 30;

/// Patience that fits a test: the servers answer at once or not at all.
const DAEMON: &str = "[daemon]\nretry_delays = [\"1s\", \"1s\", \"1s\"]\nsettle = \"1s\"\n";

/// Where one account posts to one server.
pub(crate) struct Scene {
    pub(crate) server: Server,
    pub(crate) proxy: Proxy,
    pub(crate) world: World,
}

impl Scene {
    /// Returns a scene with one account, `me`, which `account` describes by its proxy.
    #[track_caller]
    pub(crate) fn new(server: Server, url: &str, account: impl Fn(&Proxy) -> String) -> Self {
        let proxy = Proxy::start(url);
        let mut world = World::new();
        let config = format!("{DAEMON}\n[accounts.me]\n{}", account(&proxy));
        let path = world.write("config.toml", config);
        world.set("HAYON_CONFIG", &path.display().to_string());
        Self {
            server,
            proxy,
            world,
        }
    }

    /// Starts to publish `text` with `pictures` (name and alt text) under a key of its own.
    pub(crate) fn post(&self, text: &str, pictures: &[(&str, &str)]) -> Running {
        let mut arguments = Vec::new();
        for (at, (name, alt)) in (1..).zip(pictures) {
            let picture = self.world.picture(name, 40 * at, 30);
            let picture = picture.display().to_string();
            arguments.extend(["--media".to_owned(), picture]);
            arguments.extend(["--alt".to_owned(), (*alt).to_owned()]);
        }
        self.post_with(text, &arguments)
    }

    /// Starts to publish `text` under a key of its own, with more `arguments`.
    pub(crate) fn post_with(&self, text: &str, arguments: &[String]) -> Running {
        let key = format!("key of {text}");
        let always = ["post", text, "--to", "me", "--lang", "de", "--key", &key];
        let patiently = ["--wait", "60s", "--json"];
        let arguments = arguments.iter().map(String::as_str);
        self.world
            .start(always.into_iter().chain(patiently).chain(arguments))
    }

    /// Returns the arguments that stand for another machine: an outbox that holds nothing.
    pub(crate) fn empty_outbox(&self) -> [String; 2] {
        let path = self.world.path("another-machine/outbox.db");
        ["--outbox".to_owned(), path.display().to_string()]
    }

    /// Returns what a doctor finds, by subject: each with its verdict and its words.
    #[track_caller]
    pub(crate) fn checkup(&self) -> BTreeMap<String, (String, String)> {
        let ended = self.world.hayon(["doctor", "--json"]).code(0).json();
        let checks = ended["checks"].as_array().expect("checks").iter();
        let of_account = checks.filter(|check| check["area"] == "account");
        let word = |check: &Value, field: &str| check[field].as_str().expect("a word").to_owned();
        let finding = |check| {
            let found = (word(check, "verdict"), word(check, "message"));
            (word(check, "subject"), found)
        };
        of_account.map(finding).collect()
    }

    /// Publishes, and kills `hayon` at each request of the way, on either side of the server's
    /// doing; publishes again, and asserts that `count` finds every text once.
    #[track_caller]
    pub(crate) fn kill_at_every_request(&self, count: impl Fn(&str) -> usize) {
        let pictures = [("one.png", "one"), ("two.png", "two")];
        for side in [Side::Before, Side::After] {
            let mut number = 0;
            loop {
                number += 1;
                assert!(number <= REQUESTS_MAX, "there is no end of requests");
                let text = format!("killed at request {number}, {side:?} the server acted");
                let which = Which::Number(number);
                let then = Then::Hold;
                self.proxy.set(Trap { which, side, then });
                let mut running = self.post(&text, &pictures);
                let is_caught = self.proxy.wait(|| running.has_ended());
                if is_caught {
                    let _ = running.kill().killed();
                } else {
                    let _ = running.wait().code(0);
                }
                self.proxy.clear();
                let _ = self.post(&text, &pictures).wait().code(0);
                assert_eq!(count(&text), 1, "`{text}` is not public exactly once");
                if !is_caught {
                    break;
                }
            }
            // Two uploads and the post itself, at the least.
            assert!(number > 3, "the proxy has seen {number} requests");
        }
    }

    /// Publishes, loses the request whose line contains `line` or its answer, and asserts that
    /// `hayon` finds out by itself.
    #[track_caller]
    pub(crate) fn lose(&self, line: &'static str, side: Side, count: impl Fn(&str) -> usize) {
        let text = format!("connection lost {side:?} the server acted");
        let (which, then) = (Which::Line(line), Then::HangUp);
        self.proxy.set(Trap { which, side, then });
        let ended = self.post(&text, &[]).wait().code(0);
        assert!(
            self.proxy.is_sprung(),
            "no `{line}` in {:?}",
            self.proxy.lines()
        );
        let delivery = &ended.json()["deliveries"][0];
        assert_eq!(delivery["state"], "delivered", "{ended}");
        assert_eq!(count(&text), 1, "`{text}` is not public exactly once");
    }
}
