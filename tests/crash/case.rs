//! One case of the matrix: what is posted where, what goes wrong, and what must hold at the end.

use std::fmt;

use serde_json::Value;

use crate::support::Running;
use crate::support::World;
use crate::support::eventually;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

const TEXT: &str = "Größe 🌍 exactly once, see https://example.com/a and #rust";

const ALTS: [&str; 2] = ["the first — größer", "the second"];

/// What is posted where: one way through a publisher.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Road {
    pub(crate) platform: &'static str,
    /// The Mastodon that the sandbox imitates.
    pub(crate) version: &'static str,
    pub(crate) pictures: usize,
}

/// Every road that the matrix knows.
pub(crate) const ROADS: [Road; 8] = [
    road("bluesky", "4.5", 0),
    road("bluesky", "4.5", 2),
    road("mastodon", "4.5", 0),
    road("mastodon", "4.5", 2),
    road("mastodon", "4.6", 0),
    road("mastodon", "4.6", 2),
    road("tumblr", "4.5", 0),
    road("tumblr", "4.5", 2),
];

const fn road(platform: &'static str, version: &'static str, pictures: usize) -> Road {
    Road {
        platform,
        version,
        pictures,
    }
}

/// What goes wrong at a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blow {
    /// `hayon` is killed before the server acts.
    KilledBefore,
    /// `hayon` is killed after the server acted and before it answered.
    KilledAfter,
    /// `hayon` is killed, and the server acts when it has long been started again.
    KilledAndActsLater,
    /// The connection ends before the server acts.
    LostBefore,
    /// The connection ends after the server acted.
    LostAfter,
    /// The connection ends in the middle of the answer.
    Cut,
}

impl Blow {
    fn deed(self) -> &'static str {
        match self {
            Self::KilledBefore => "hang",
            Self::KilledAfter => "act-and-hang",
            Self::KilledAndActsLater => "slow:2s",
            Self::LostBefore => "refuse-and-hang-up",
            Self::LostAfter => "act-and-hang-up",
            Self::Cut => "cut",
        }
    }

    /// Returns the event of the request log at which `hayon` is killed.
    fn killed_at(self) -> Option<&'static str> {
        match self {
            Self::KilledBefore | Self::KilledAndActsLater => Some("received"),
            Self::KilledAfter => Some("acted"),
            Self::LostBefore | Self::LostAfter | Self::Cut => None,
        }
    }
}

/// Something that goes wrong at the request with this number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strike {
    pub(crate) blow: Blow,
    pub(crate) request: usize,
}

/// A road, and what goes wrong on it: the first strike in `hayon post`, the next in what is
/// started after it.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) road: Road,
    pub(crate) strikes: Vec<Strike>,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Road {
            platform,
            version,
            pictures,
        } = self.road;
        write!(f, "{platform} ({version}) with {pictures} pictures")?;
        for Strike { blow, request } in &self.strikes {
            write!(f, ", {blow:?} at request {request}")?;
        }
        Ok(())
    }
}

impl Road {
    /// Returns how many requests a delivery makes.
    pub(crate) const fn request_count(self) -> usize {
        match (self.platform.as_bytes(), self.pictures) {
            // The draft with its pictures, how it names them, and its publication.
            (b"tumblr", 0) => 2,
            (b"tumblr", _) => 3,
            (_, pictures) => pictures + 2,
        }
    }

    /// Makes a delivery in which nothing goes wrong, and returns the requests that it made.
    #[track_caller]
    pub(crate) fn requests(self) -> Vec<String> {
        let case = Case {
            road: self,
            strikes: Vec::new(),
        };
        let scene = case.scene();
        let _ = self.post(&scene.world).wait().code(0);
        case.assert_delivered_once(&scene);
        let log = scene.sandbox.log();
        let received = log.iter().filter(|line| line["event"] == "received");
        let word = |line: &Value, field: &str| line[field].as_str().unwrap_or("?").to_owned();
        received
            .map(|line| format!("{} {}", word(line, "method"), word(line, "path")))
            .collect()
    }

    /// Starts `hayon post`, patiently.
    pub(crate) fn post(self, world: &World) -> Running {
        let mut arguments = ["post", TEXT, "--lang", "de", "--to", self.platform]
            .map(str::to_owned)
            .to_vec();
        for (at, alt) in (1..).zip(ALTS).take(self.pictures) {
            let picture = world.picture(&format!("{at}.png"), 40 * at, 30);
            arguments.extend(["--media".to_owned(), picture.display().to_string()]);
            arguments.extend(["--alt".to_owned(), alt.to_owned()]);
        }
        // Nobody outside of this machine is asked; `cards` is about pages.
        arguments.extend(["--no-card", "--wait", "90s", "--json"].map(str::to_owned));
        world.start(arguments)
    }
}

impl Case {
    /// Returns a sandbox in which the strikes will happen, and a machine.
    #[track_caller]
    pub(crate) fn scene(&self) -> Scene {
        let fault = |Strike { blow, request }: &Strike| format!("* * * #{request} {}", blow.deed());
        let faults: Vec<String> = self.strikes.iter().map(fault).collect();
        let mut arguments = vec!["--mastodon-version", self.road.version];
        for fault in &faults {
            arguments.extend(["--fault", fault]);
        }
        Scene::new(&arguments)
    }

    /// Kills `hayon post` at the first strike, and what is started after it at the next ones; at
    /// last lets it end. Returns how many were killed.
    #[track_caller]
    pub(crate) fn survive_kills(&self) -> usize {
        let mut scene = self.scene();
        // Longer than a server that acts late is at work, which is what it is for.
        scene.world.set("HAYON_DAEMON_SETTLE", self.settle());
        let mut killed = 0;
        let mut running = self.road.post(&scene.world);
        for strike in &self.strikes {
            if !strike.kills(&scene, &mut running) {
                break;
            }
            let _ = running.kill().killed();
            killed += 1;
            let public = scene.public(self.road.platform).len();
            assert!(public <= 1, "public {public} times");
            running = self.start_again(&scene);
        }
        let _ = running.wait().code(0);
        self.let_the_server_end(&scene);
        // Nothing is left due, and another start does no harm.
        let _ = self.start_again(&scene).wait().code(0);
        self.assert_delivered_once(&scene);
        killed
    }

    /// Lets the same process meet the strike and find its way.
    #[track_caller]
    pub(crate) fn survive_losses(&self) {
        let scene = self.scene();
        let post = self.road.post(&scene.world).wait().code(0).json();
        assert_eq!(post["status"], "COMPLETED", "{post:#}");
        for strike in &self.strikes {
            let struck = scene
                .sandbox
                .log()
                .into_iter()
                .find(|line| line["n"] == strike.request && line["event"] == "hung_up");
            assert!(struck.is_some(), "nothing went wrong");
        }
        self.assert_delivered_once(&scene);
    }

    fn settle(&self) -> &'static str {
        let mut strikes = self.strikes.iter();
        let acts_later = strikes.any(|strike| strike.blow == Blow::KilledAndActsLater);
        if acts_later { "4s" } else { "1s" }
    }

    /// A count that is taken before a slow server has acted would prove nothing.
    fn let_the_server_end(&self, scene: &Scene) {
        for Strike { blow, request } in &self.strikes {
            if *blow == Blow::KilledAndActsLater {
                let has_acted = |line: &Value| line["n"] == *request && line["event"] == "acted";
                let _ = scene.sandbox.wait_for("the slow server", has_acted);
            }
        }
    }

    /// Starts what a person or cron would start after a crash.
    fn start_again(&self, scene: &Scene) -> Running {
        if scene.world.list().is_empty() {
            // It died before it promised anything: the person says it again.
            assert!(
                scene.public(self.road.platform).is_empty(),
                "public unasked"
            );
            return self.road.post(&scene.world);
        }
        scene.world.start(["daemon", "--once", "--wait", "90s"])
    }

    #[track_caller]
    fn assert_delivered_once(&self, scene: &Scene) {
        let platform = self.road.platform;
        let ledger = scene.sandbox.ledger();
        assert_eq!(
            ledger["posts"].as_array().map(Vec::len),
            Some(1),
            "{ledger:#}"
        );
        let public = &scene.public(platform)[0];
        assert_eq!(public["text"], TEXT, "{public:#}");
        // Tumblr has no languages.
        let lang = (platform != "tumblr").then_some("de");
        assert_eq!(public["lang"].as_str(), lang, "{public:#}");
        let media = public["media"].as_array().expect("media");
        assert_eq!(media.len(), self.road.pictures, "{public:#}");
        for (at, (picture, alt)) in (1..).zip(media.iter().zip(ALTS)) {
            assert_eq!(picture["alt"], alt, "{public:#}");
            assert_eq!(picture["width"], 40 * at, "{public:#}");
        }
        assert_eq!(scene.world.list().len(), 1, "one promise");
        let post = scene.world.show(1);
        assert_eq!(post["status"], "COMPLETED", "{post:#}");
        assert_eq!(post["in_doubt"], false, "{post:#}");
        let delivery = delivery(&post, platform);
        assert_eq!(delivery["state"], "delivered", "{post:#}");
        assert_eq!(delivery["error"], Value::Null, "{post:#}");
        assert_eq!(delivery["remote_id"], public["id"], "{post:#}");
        let id = public["id"].as_str().and_then(|id| id.rsplit('/').next());
        let url = delivery["url"].as_str().expect("an address");
        assert_eq!(url.rsplit('/').next(), id, "{post:#}");
    }
}

impl Strike {
    /// Waits for the request at which `running` is to be killed. It may make fewer, and end.
    #[track_caller]
    fn kills(self, scene: &Scene, running: &mut Running) -> bool {
        let event = self.blow.killed_at().expect("a blow that kills");
        eventually("the request or the end", || {
            // In this order: it may end between the two.
            let has_ended = running.has_ended();
            let mut log = scene.sandbox.log().into_iter();
            let is_struck = log.any(|line| line["n"] == self.request && line["event"] == event);
            (is_struck || has_ended).then_some(is_struck)
        })
    }
}
