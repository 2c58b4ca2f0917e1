//! One case of the matrix: what is posted where, what goes wrong, and what must hold at the end.

use std::fmt;

use serde_json::Value;

use crate::expected::Ending;
use crate::expected::ending;
use crate::expected::is_visible;
use crate::road::ALTS;
use crate::road::Road;
use crate::road::TEXT;
use crate::road::width_of;
use crate::support::Running;
use crate::support::eventually;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

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

/// Something that goes wrong at a request.
#[derive(Clone, Debug)]
pub(crate) struct Strike {
    pub(crate) blow: Blow,
    /// The request as a fault names it: its method, its path and its turn.
    pub(crate) request: String,
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
        write!(f, "{}", self.road)?;
        for Strike { blow, request } in &self.strikes {
            write!(f, ", {blow:?} at {request}")?;
        }
        Ok(())
    }
}

impl Case {
    /// Returns a sandbox in which the strikes will happen, and a machine.
    #[track_caller]
    pub(crate) fn scene(&self) -> Scene {
        let faults = self.strikes.iter().map(|strike| strike.fault(self.road));
        let faults: Vec<String> = faults.collect();
        let mut arguments = vec!["--mastodon-version", self.road.version];
        for fault in &faults {
            arguments.extend(["--fault", fault]);
        }
        let mut scene = Scene::new(&arguments);
        if self.road.needs_bucket() {
            scene.world.keep_media_in(&scene.sandbox);
        }
        scene
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
            if !strike.kills(self.road, &scene, &mut running) {
                break;
            }
            let _ = running.kill().killed();
            killed += 1;
            let public = scene.public(self.road.platform).len();
            assert!(public <= 1, "public {public} times");
            running = self.start_again(&scene);
        }
        let _ = running.wait().code(self.exit_code(&scene));
        self.let_the_server_end(&scene);
        // Nothing is left due, and another start does no harm.
        let _ = self.start_again(&scene).wait().code(0);
        self.assert_ended(&scene);
        killed
    }

    /// Lets the same process meet the strike and find its way.
    #[track_caller]
    pub(crate) fn survive_losses(&self) {
        let scene = self.scene();
        let running = self.road.post(&scene.world).wait();
        let _ = running.code(self.exit_code(&scene));
        for strike in &self.strikes {
            let struck = strike.struck(self.road, &scene, "hung_up");
            assert!(struck.is_some(), "nothing went wrong");
        }
        self.assert_ended(&scene);
    }

    fn settle(&self) -> &'static str {
        let mut strikes = self.strikes.iter();
        let acts_later = strikes.any(|strike| strike.blow == Blow::KilledAndActsLater);
        if acts_later { "4s" } else { "1s" }
    }

    /// A count that is taken before a slow server has acted would prove nothing.
    fn let_the_server_end(&self, scene: &Scene) {
        for strike in &self.strikes {
            if strike.blow == Blow::KilledAndActsLater {
                let has_acted = || strike.struck(self.road, scene, "acted");
                let _ = eventually("the slow server", has_acted);
            }
        }
    }

    /// Starts what a person or cron would start after a crash.
    pub(crate) fn start_again(&self, scene: &Scene) -> Running {
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

    /// Returns how it must end, by what was struck in fact: a later start may make fewer requests.
    fn ending(&self, scene: &Scene) -> Ending {
        let platform = self.road.platform;
        let endings = self.strikes.iter().filter_map(|strike| {
            let line = strike.struck(self.road, scene, "received")?;
            let (method, path) = (line["method"].as_str()?, line["path"].as_str()?);
            Some(ending(platform, strike.blow, method, path))
        });
        endings.max().unwrap_or(Ending::Public)
    }

    fn exit_code(&self, scene: &Scene) -> i32 {
        match self.ending(scene) {
            Ending::Public | Ending::PublicWithoutAddress => 0,
            Ending::InDoubt => 7,
        }
    }

    /// Asserts that it has ended as it must.
    #[track_caller]
    pub(crate) fn assert_ended(&self, scene: &Scene) {
        assert_eq!(scene.world.list().len(), 1, "one promise");
        match self.ending(scene) {
            Ending::InDoubt => self.assert_in_doubt(scene),
            ending => self.assert_delivered_once(scene, ending),
        }
    }

    /// Asserts that it is public exactly once, and that the outbox says so.
    #[track_caller]
    pub(crate) fn assert_delivered_once(&self, scene: &Scene, ending: Ending) {
        let platform = self.road.platform;
        let ledger = scene.sandbox.ledger();
        assert_eq!(
            ledger["posts"].as_array().map(Vec::len),
            Some(1),
            "{ledger:#}"
        );
        let public = &scene.public(platform)[0];
        self.assert_says_it(public);
        let post = scene.world.show(1);
        assert_eq!(post["status"], "COMPLETED", "{post:#}");
        assert_eq!(post["in_doubt"], false, "{post:#}");
        let delivery = delivery(&post, platform);
        assert_eq!(delivery["state"], "delivered", "{post:#}");
        assert_eq!(delivery["error"], Value::Null, "{post:#}");
        assert_eq!(delivery["remote_id"], public["id"], "{post:#}");
        if ending == Ending::PublicWithoutAddress {
            assert_eq!(delivery["url"], Value::Null, "{post:#}");
        } else {
            // Bluesky and Tumblr show posts at addresses of other hosts.
            let last = |url: &Value| {
                let url = url.as_str().expect("an address").trim_end_matches('/');
                url.rsplit('/').next().map(str::to_owned)
            };
            let url = last(&delivery["url"]);
            assert_eq!(url, last(&public["url"]), "{post:#} {public:#}");
        }
    }

    /// Asserts that what is public says what was asked for.
    #[track_caller]
    fn assert_says_it(&self, public: &Value) {
        assert_eq!(public["text"], TEXT, "{public:#}");
        // The others have no languages.
        let has_languages = ["bluesky", "mastodon"].contains(&self.road.platform);
        let lang = has_languages.then_some("de");
        assert_eq!(public["lang"].as_str(), lang, "{public:#}");
        let media = public["media"].as_array().expect("media");
        assert_eq!(media.len(), self.road.pictures, "{public:#}");
        for (at, (picture, alt)) in (1..).zip(media.iter().zip(ALTS)) {
            assert_eq!(picture["alt"], alt, "{public:#}");
            assert_eq!(picture["width"], width_of(at), "{public:#}");
        }
    }

    /// Asserts that nothing is public, that a person is told, and that a retry only looks.
    #[track_caller]
    fn assert_in_doubt(&self, scene: &Scene) {
        let platform = self.road.platform;
        let sent = || {
            let log = scene.sandbox.log();
            let visible = log.iter().filter(|line| {
                let word = |field: &str| line[field].as_str().unwrap_or_default();
                word("event") == "received" && is_visible(platform, word("method"), word("path"))
            });
            visible.count()
        };
        assert_eq!(sent(), 1, "sent again");
        let _ = scene.world.hayon(["retry", "1"]).code(0);
        let _ = self.start_again(scene).wait().code(7);
        assert_eq!(sent(), 1, "sent again");
        assert!(scene.public(platform).is_empty());
        let post = scene.world.show(1);
        assert_eq!(post["in_doubt"], true, "{post:#}");
        let delivery = delivery(&post, platform);
        assert_eq!(delivery["state"], "parked", "{post:#}");
        assert_eq!(delivery["reason"], "in_doubt", "{post:#}");
    }
}

impl Strike {
    fn fault(&self, road: Road) -> String {
        let Self { blow, request } = self;
        format!("{} {request} {}", road.platform, blow.deed())
    }

    /// Returns the line of the log at which the request that was struck has had `event`.
    fn struck(&self, road: Road, scene: &Scene, event: &str) -> Option<Value> {
        let fault = self.fault(road);
        let mut log = scene.sandbox.log().into_iter();
        log.find(|line| line["fault"] == fault && line["event"] == event)
    }

    /// Waits for the request at which `running` is to be killed. It may make fewer, and end.
    #[track_caller]
    fn kills(&self, road: Road, scene: &Scene, running: &mut Running) -> bool {
        let event = self.blow.killed_at().expect("a blow that kills");
        eventually("the request or the end", || {
            // In this order: it may end between the two.
            let has_ended = running.has_ended();
            let is_struck = self.struck(road, scene, event).is_some();
            (is_struck || has_ended).then_some(is_struck)
        })
    }
}
