//! The storm: people, cron jobs and the kernel, who do one thing after another, as chance has it.

use std::fmt;

use crate::support::Running;
use crate::support::World;
use crate::support::scene::Scene;

/// How many commands are under way at once, at most.
const UNDER_WAY_MAX: usize = 8;

/// Where a post goes. Instagram takes no text alone and only so many posts a day.
const ADDRESSEES: [&str; 8] = [
    "bluesky,mastodon",
    "tumblr",
    "facebook",
    "threads,bluesky",
    "mastodon,facebook,tumblr",
    "instagram,threads",
    "facebook,mastodon",
    "bluesky,tumblr,threads",
];

/// When a post is due.
const WHEN: [&[&str]; 4] = [&[], &["--queue"], &["--at", "in 1s"], &["--at", "in 3s"]];

/// Where a post is moved to.
const MOVED_TO: [&str; 3] = ["now", "in 1s", "in 2s"];

/// Every exit code of a command that did its work, whatever came of it; 70 is a bug in hayon.
const NO_BUG: [i32; 7] = [0, 1, 2, 4, 5, 6, 7];

/// A command that somebody has started.
struct UnderWay {
    running: Running,
    /// The number of the post that it makes.
    post: Option<usize>,
}

/// What has been done so far, and what is under way.
pub(crate) struct Storm<'s> {
    world: &'s World,
    chance: fastrand::Rng,
    daemon: Running,
    under_way: Vec<UnderWay>,
    calm: Calm,
}

/// What was done in a storm, and what was promised in it.
#[derive(Default)]
pub(crate) struct Calm {
    /// How many posts were begun; some were killed before they were promised.
    pub(crate) begun: usize,
    /// The numbers in the text of those whose `hayon post` said that they are kept.
    pub(crate) promised: Vec<usize>,
    kills: usize,
    pauses: usize,
    changes: usize,
}

impl fmt::Display for Calm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (begun, promised) = (self.begun, self.promised.len());
        let (kills, pauses, changes) = (self.kills, self.pauses, self.changes);
        write!(
            f,
            "{begun} posts, {promised} promised, {kills} SIGKILL, {pauses} pauses, {changes} changes"
        )
    }
}

/// Returns the text of the post with this number: no other has it, nor begins like it.
pub(crate) fn text_of(post: usize) -> String {
    format!("soak {post}.")
}

/// Ends a daemon as its supervisor would.
#[track_caller]
fn end(daemon: Running) {
    daemon.terminate();
    let run = daemon.wait();
    // One that has hardly begun does not listen yet.
    if run.code.is_some() {
        let _ = run.code(0);
    }
}

impl<'s> Storm<'s> {
    /// Returns a storm in which nothing has happened yet but the start of a daemon.
    pub(crate) fn new(scene: &'s Scene, chance: fastrand::Rng) -> Self {
        let world = &scene.world;
        Self {
            world,
            chance,
            daemon: world.start(["daemon"]),
            under_way: Vec::new(),
            calm: Calm::default(),
        }
    }

    /// Does one thing.
    pub(crate) fn act(&mut self) {
        self.reap();
        match self.chance.usize(..100) {
            0..40 => self.post(),
            40..52 => self.change("cancel"),
            52..64 => self.change("reschedule"),
            64..72 => self.change("retry"),
            72..80 => self.kill_the_daemon(),
            80..84 => self.end_the_daemon(),
            84..92 => self.pause_the_daemon(),
            92..98 => self.kill_a_command(),
            _ => self.start(["daemon", "--once"].map(str::to_owned).to_vec(), None),
        }
    }

    /// Lets everything that is under way end, and returns what was done.
    pub(crate) fn calm(mut self) -> Calm {
        while let Some(one) = self.under_way.pop() {
            self.ended(one);
        }
        end(self.daemon);
        self.calm
    }

    fn post(&mut self) {
        self.calm.begun += 1;
        let post = self.calm.begun;
        let to = self.one_of(&ADDRESSEES);
        let text = text_of(post);
        let words = [
            "post",
            &text,
            "--to",
            to,
            "--no-card",
            "--json",
            "--wait",
            "5s",
        ];
        let mut arguments = words.map(str::to_owned).to_vec();
        let when = self.one_of(&WHEN);
        arguments.extend(when.iter().map(|&word| word.to_owned()));
        let needed = usize::from(to.contains("instagram"));
        for at in 0..needed.max(self.chance.usize(..3)) {
            let picture = self.world.picture(&format!("{post}-{at}.png"), 320, 240);
            arguments.extend(["--media".to_owned(), picture.display().to_string()]);
            arguments.extend(["--alt".to_owned(), format!("picture {at}")]);
        }
        self.start(arguments, Some(post));
    }

    /// Changes one of the posts so far, whatever has become of it.
    fn change(&mut self, command: &str) {
        if self.calm.begun == 0 {
            return;
        }
        self.calm.changes += 1;
        let post = self.chance.usize(1..=self.calm.begun);
        let mut arguments = vec![command.to_owned(), post.to_string()];
        if command == "reschedule" {
            let when = self.one_of(&MOVED_TO);
            arguments.extend(["--at".to_owned(), when.to_owned()]);
        }
        self.start(arguments, None);
    }

    fn kill_the_daemon(&mut self) {
        self.calm.kills += 1;
        let killed = std::mem::replace(&mut self.daemon, self.world.start(["daemon"]));
        let _ = killed.kill().killed();
    }

    fn end_the_daemon(&mut self) {
        let daemon = std::mem::replace(&mut self.daemon, self.world.start(["daemon"]));
        end(daemon);
    }

    /// Stops it where it is, as a suspended machine would, while something else goes on.
    fn pause_the_daemon(&mut self) {
        self.calm.pauses += 1;
        self.daemon.stop();
        self.post();
        let listed = self.world.hayon(["list"]).any_code([0, 1]);
        self.daemon.go_on();
        // It may have been stopped while it held what a reader needs: then that is said, and holds no longer.
        if listed.stderr.contains("error: ") {
            assert!(
                listed.stderr.contains("another process holds it"),
                "{listed}"
            );
            let _ = self.world.hayon(["list"]).code(0);
        }
    }

    fn kill_a_command(&mut self) {
        if self.under_way.is_empty() {
            return;
        }
        self.calm.kills += 1;
        let at = self.chance.usize(..self.under_way.len());
        let one = self.under_way.swap_remove(at);
        let run = one.running.kill();
        // It may have ended before.
        if run.code.is_some_and(|code| NO_BUG.contains(&code)) {
            self.note(one.post, &run.ended.stdout);
        } else {
            let _ = run.killed();
        }
    }

    fn start(&mut self, arguments: Vec<String>, post: Option<usize>) {
        while self.under_way.len() >= UNDER_WAY_MAX {
            let first = self.under_way.remove(0);
            self.ended(first);
        }
        let running = self.world.start(arguments);
        self.under_way.push(UnderWay { running, post });
    }

    fn reap(&mut self) {
        let mut at = 0;
        while at < self.under_way.len() {
            if self.under_way[at].running.has_ended() {
                let one = self.under_way.swap_remove(at);
                self.ended(one);
            } else {
                at += 1;
            }
        }
    }

    fn ended(&mut self, one: UnderWay) {
        let run = one.running.wait().any_code(NO_BUG);
        self.note(one.post, &run.stdout);
    }

    /// A post whose document was printed is promised.
    fn note(&mut self, post: Option<usize>, stdout: &str) {
        if let (Some(post), false) = (post, stdout.trim().is_empty()) {
            self.calm.promised.push(post);
        }
    }

    fn one_of<T: Copy>(&mut self, things: &[T]) -> T {
        things[self.chance.usize(..things.len())]
    }
}
