//! One publish that is killed after one of its calls, and what must hold once it was started again.

use std::fmt;
use std::fs;

use serde_json::Value;

use crate::calls::traced::Manner;
use crate::calls::traced::Traced;
use crate::calls::traced::shorten;
use crate::case::Case;
use crate::expected::Ending;
use crate::expected::may_end;
use crate::road::Road;
use crate::support::World;
use crate::support::run::Run;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

/// What is there before the post is written.
#[derive(Clone, Copy)]
pub(crate) enum Before<'w> {
    /// Nothing: it makes the outbox, which is some hundreds of writes.
    Nothing,
    /// The outbox of this world, in which there is no post.
    Outbox(&'w World),
}

/// A publish, and where it is killed.
#[derive(Clone, Copy)]
pub(crate) struct Killed<'w> {
    pub(crate) road: Road,
    pub(crate) before: Before<'w>,
    /// How many of its calls are behind it then.
    pub(crate) calls: usize,
    /// The same for what is started after it, if that is killed too.
    pub(crate) calls_again: Option<usize>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) kills: usize,
    pub(crate) kills_again: usize,
    pub(crate) delivered: usize,
    pub(crate) in_doubt: usize,
    pub(crate) acknowledged: usize,
}

impl fmt::Display for Killed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.road)?;
        if let Before::Nothing = self.before {
            write!(f, " and no outbox")?;
        }
        write!(f, ", killed after call {}", self.calls)?;
        if let Some(calls) = self.calls_again {
            write!(f, ", and again after call {calls}")?;
        }
        Ok(())
    }
}

impl Killed<'_> {
    /// Returns a sandbox, and a machine on which nothing has been posted.
    #[track_caller]
    pub(crate) fn scene(&self) -> Scene {
        let mut scene = self.case().scene();
        shorten(&mut scene.world);
        if let Before::Outbox(world) = self.before {
            for ending in ["", "-wal"] {
                let path = |world: &World| format!("{}{ending}", world.outbox().display());
                fs::copy(path(world), path(&scene.world)).expect("a copy of an outbox");
            }
        }
        scene
    }

    const fn case(&self) -> Case {
        Case {
            road: self.road,
            strikes: Vec::new(),
        }
    }

    /// Returns how many calls it makes if nobody kills it.
    #[track_caller]
    pub(crate) fn count(&self) -> usize {
        let scene = self.scene();
        let words = self.road.words(&scene.world);
        let traced = Traced::start(&scene.world, "calls", Manner::Runs, &words);
        let (run, calls) = traced.count();
        let _ = run.code(0);
        self.case().assert_ended(&scene);
        calls.len()
    }

    /// Kills it, starts again what a person or cron would start, and asserts that it ended well.
    #[track_caller]
    pub(crate) fn survive(&self) -> Outcome {
        let scene = self.scene();
        let words = self.road.words(&scene.world);
        let traced = Traced::start(&scene.world, "calls", Manner::StopsAfterEach, &words);
        let (run, struck) = traced.kill_after(self.calls);
        let kills = usize::from(struck.is_some());
        let at = struck.unwrap_or_else(|| "its end".to_owned());
        let outcome = self.go_on(&scene, &run, &at);
        Outcome { kills, ..outcome }
    }

    /// Does what comes after the kill. `run` is what was killed, and `at` says where.
    #[track_caller]
    pub(crate) fn go_on(&self, scene: &Scene, run: &Run, at: &str) -> Outcome {
        let mut outcome = Outcome {
            acknowledged: usize::from(assert_kept(scene, run, at)),
            ..Outcome::default()
        };
        self.assert_public_at_most_once(scene, at);
        outcome.kills_again = self.kill_again(scene);
        self.assert_public_at_most_once(scene, at);
        let _ = self.case().start_again(scene).wait().any_code([0, 7]);
        // Nothing is left due, and another start does no harm.
        let _ = self.case().start_again(scene).wait().code(0);
        match self.assert_ended(scene, at) {
            Ending::InDoubt => outcome.in_doubt = 1,
            Ending::Public | Ending::PublicWithoutAddress => outcome.delivered = 1,
        }
        outcome
    }

    /// Kills what is started after the first kill, if that is asked for. It may end before.
    fn kill_again(&self, scene: &Scene) -> usize {
        let Some(calls) = self.calls_again else {
            return 0;
        };
        let words = if scene.world.list().is_empty() {
            self.road.words(&scene.world)
        } else {
            ["daemon", "--once", "--wait", "90s"]
                .map(str::to_owned)
                .to_vec()
        };
        let traced = Traced::start(&scene.world, "calls-again", Manner::StopsAfterEach, &words);
        let (_, struck) = traced.kill_after(calls);
        usize::from(struck.is_some())
    }

    #[track_caller]
    fn assert_public_at_most_once(&self, scene: &Scene, at: &str) {
        let public = scene.public(self.road.platform).len();
        assert!(public <= 1, "public {public} times, struck at {at}");
    }

    /// Asserts that the outbox says what is so: public exactly once, or, where nobody can know, in doubt.
    #[track_caller]
    fn assert_ended(&self, scene: &Scene, at: &str) -> Ending {
        let platform = self.road.platform;
        assert_eq!(scene.world.list().len(), 1, "one promise, struck at {at}");
        let post = scene.world.show(1);
        let delivery = delivery(&post, platform);
        let ending = match &delivery["state"] {
            state if state == "parked" => Ending::InDoubt,
            _ if delivery["url"] == Value::Null => Ending::PublicWithoutAddress,
            _ => Ending::Public,
        };
        let is_known = ending == Ending::Public || may_end(platform, ending);
        assert!(is_known, "struck at {at}: {ending:?} {post:#}");
        if ending == Ending::InDoubt {
            assert_eq!(delivery["reason"], "in_doubt", "struck at {at}: {post:#}");
            let public = scene.public(platform);
            assert!(public.is_empty(), "struck at {at}: {public:#?} {post:#}");
        } else {
            self.case().assert_delivered_once(scene, ending);
        }
        ending
    }
}

/// Asserts that a post that was acknowledged is in the outbox, and returns whether one was.
#[track_caller]
fn assert_kept(scene: &Scene, run: &Run, at: &str) -> bool {
    let stdout = &run.ended.stdout;
    let Ok(told) = serde_json::from_str::<Value>(stdout) else {
        assert!(stdout.is_empty(), "told a part, struck at {at}: {stdout}");
        return false;
    };
    let kept = scene.world.show(1);
    assert_eq!(kept["id"], told["id"], "struck at {at}");
    assert_eq!(kept["status"], told["status"], "struck at {at}");
    true
}
