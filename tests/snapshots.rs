//! What a person sees, word for word: help, posts and errors, as the real binary says them.
//!
//! `snapshots/` beside this file holds it, so that a change of words is seen by whoever reviews it.
//! What differs from run to run, such as a time or an id, stands there as `<time>` or `<id>`.

#![expect(
    clippy::expect_used,
    reason = "what fails outside a test function fails the test as well"
)]

mod support;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use regex::Regex;

use crate::support::World;
use crate::support::run::Run;
use crate::support::scene::Scene;

/// What differs from run to run, and what stands for it. Times of this century: others are asked for.
const MASKED: [(&str, &str); 11] = [
    (r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC", "<time>"),
    (r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "<time>"),
    (
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "<id>",
    ),
    (r"http://127\.0\.0\.1:\d+", "http://127.0.0.1:<port>"),
    (r"/@(\w+)/\d+", "/@$1/<id>"),
    (r"tumblr\.com/(\w+)/\d+", "tumblr.com/$1/<id>"),
    (r#""remote_id": "\d+""#, r#""remote_id": "<id>""#),
    (r#""size_bytes": \d+"#, r#""size_bytes": <bytes>"#),
    (r"in \d{6} days", "in <number> days"),
    (r"did:plc:[a-z2-7]+", "did:plc:<id>"),
    (r"post/[a-z2-7]{13}", "post/<key>"),
];

/// What was said by now, by the name of its file.
struct Snapshots<'w> {
    world: &'w World,
    said: BTreeMap<String, String>,
}

impl<'w> Snapshots<'w> {
    fn of(world: &'w World) -> Self {
        let said = BTreeMap::new();
        Self { world, said }
    }

    /// Runs `hayon` and keeps what it says.
    #[track_caller]
    fn take(&mut self, name: &str, code: i32, arguments: &[&str]) {
        let run = self.world.hayon(arguments);
        self.keep(name, code, arguments, run);
    }

    /// Does so on a terminal.
    #[track_caller]
    fn take_on_terminal(&mut self, name: &str, columns: u16, arguments: &[&str]) {
        let run = self.world.on_terminal(columns, arguments);
        self.keep(name, 0, arguments, run);
    }

    #[track_caller]
    fn keep(&mut self, name: &str, code: i32, arguments: &[&str], run: Run) {
        let ended = run.code(code);
        let words: Vec<String> = arguments.iter().map(|word| quoted(word)).collect();
        let mut text = format!("$ hayon {}\n{}", words.join(" "), ended.stdout);
        if !ended.stderr.is_empty() {
            text.push_str(&format!("--- on stderr\n{}", ended.stderr));
        }
        if code != 0 {
            text.push_str(&format!("--- exit code {code}\n"));
        }
        let root = self.world.path("").display().to_string();
        let mut text = text.replace(root.trim_end_matches('/'), "<home>");
        for (pattern, mask) in MASKED {
            let pattern = Regex::new(pattern).expect("a pattern");
            text = pattern.replace_all(&text, mask).into_owned();
        }
        let is_new = self.said.insert(format!("{name}.txt"), text).is_none();
        assert!(is_new, "two of the name `{name}`");
    }

    /// Asserts that `snapshots/<folder>` holds just this.
    #[track_caller]
    fn are_those_of(self, folder: &str) {
        let held = files(&held(folder));
        let names: BTreeSet<&String> = held.keys().chain(self.said.keys()).collect();
        let mut stale = Vec::new();
        for name in names {
            let (said, held) = (self.said.get(name), held.get(name));
            if said != held {
                let [said, held] =
                    [said, held].map(|text| text.map_or("nothing\n", String::as_str));
                stale.push(format!(
                    "=== {folder}/{name} holds\n{held}=== said was\n{said}"
                ));
            }
        }
        if stale.is_empty() {
            return;
        }
        let renewed = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("snapshots")
            .join(folder);
        // What was there is of an earlier run.
        let _ = fs::remove_dir_all(&renewed);
        fs::create_dir_all(&renewed).expect("a new folder");
        for (name, text) in &self.said {
            fs::write(renewed.join(name), text).expect("a file written");
        }
        panic!(
            "{}\nif that is right, renew them: rm -rf tests/snapshots/{folder} && cp -r {} tests/snapshots",
            stale.join("\n"),
            renewed.display()
        );
    }
}

fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.,=/:@+#".contains(c);
    if word.len() > 60 {
        format!("'{}…'", &word[..20])
    } else if word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{word}'")
    }
}

fn held(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/snapshots")
        .join(folder)
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| {
            let name = entry.file_name().into_string().expect("a name");
            (name, fs::read_to_string(entry.path()).expect("a text"))
        })
        .collect()
}

#[test]
fn help_reads_as_it_is_held() {
    let world = World::new();
    let mut snapshots = Snapshots::of(&world);
    snapshots.take("hayon", 0, &["--help"]);
    let help = world.hayon(["--help"]).code(0).stdout;
    let (_, commands) = help.split_once("\nCommands:\n").expect("commands");
    let (commands, _) = commands.split_once("\n\n").expect("an end of them");
    for line in commands.lines().filter(|line| !line.starts_with("   ")) {
        let command = line.split_whitespace().next().expect("a command");
        snapshots.take(command, 0, &[command, "--help"]);
    }
    snapshots.are_those_of("help");
}

#[test]
fn posts_read_as_they_are_held() {
    let scene = Scene::with_faults(&[
        "mastodon POST /api/v1/statuses #2 status:422",
        "mastodon POST /api/v1/statuses #3 status:503",
    ]);
    let world = &scene.world;
    world.picture("cat.png", 8, 6);
    let mut snapshots = Snapshots::of(world);
    let picture = ["--media", "cat.png", "--alt", "A cat, asleep"];
    let post = |text| {
        ["post", text]
            .into_iter()
            .chain(picture)
            .collect::<Vec<_>>()
    };
    snapshots.take(
        "published",
        0,
        &post("Good morning! https://example.com #news"),
    );
    snapshots.take("in-part", 4, &["post", "Refused by one"]);
    snapshots.take("again", 6, &["post", "Not yet", "--to", "mastodon"]);
    let later = [
        "post",
        "日本語 at new year",
        "--at",
        "2999-01-01 09:00",
        "--tz",
        "Asia/Tokyo",
    ];
    let _ = world.hayon(later).code(0);
    let cancelled = ["post", "Never mind", "--at", "2999-01-02 09:00"];
    let _ = world.hayon(cancelled).code(0);
    snapshots.take("cancelled", 0, &["cancel", "5"]);
    for (name, number) in [
        ("whole", "1"),
        ("parked", "2"),
        ("tried", "3"),
        ("later", "4"),
    ] {
        snapshots.take(&format!("show-{name}"), 0, &["show", number]);
    }
    snapshots.take("show-json", 0, &["show", "1", "--json"]);
    snapshots.take("list", 0, &["list"]);
    snapshots.take("list-parked", 0, &["list", "--parked"]);
    let later = ["list", "--since", "2999-01-01", "--color", "never"];
    snapshots.take_on_terminal("list-on-terminal", 80, &later);
    snapshots.take_on_terminal("list-on-narrow-terminal", 40, &later);
    snapshots.take("dry-run", 0, &["post", "--dry-run", "Good evening"]);
    snapshots.take("retry", 0, &["retry", "2"]);
    let draft = ["post", "--draft", "Perhaps", "--at", "2999-01-03 09:00"];
    snapshots.take("draft", 0, &draft);
    snapshots.take("edit", 0, &["edit", "6", "Perhaps not", "--to", "mastodon"]);
    snapshots.take("submit", 0, &["submit", "6"]);
    let move_it = ["reschedule", "6", "--at", "2999-01-04 09:00"];
    snapshots.take("reschedule", 0, &move_it);
    snapshots.take("delete", 0, &["delete", "5"]);
    snapshots.are_those_of("posts");
}

/// Returns a world with two accounts, a post, and files with something wrong.
fn mistaken() -> World {
    let mut world = World::new();
    world.set("HAYON_OUTBOX", &world.outbox().display().to_string());
    world.set("HAYON_BLUESKY_HANDLE", "alice.example.com");
    let config = "[accounts.work]\nplatform = \"mastodon\"\ninstance = \"http://127.0.0.1:9\"\n";
    let config = world.write("config.toml", config).display().to_string();
    world.set("HAYON_CONFIG", &config);
    let _ = world.write("broken.toml", "[accounts.work]\nplatform = \"mastodno\"\n");
    let _ = world.write("post.md", "+++\nto = \"work\"\n+++\nHello\n");
    let _ = world.write("key.md", "+++\nwhen = \"tomorrow\"\n+++\nHello\n");
    let _ = world
        .hayon(["post", "--queue", "--to", "bluesky", "Hello"])
        .code(0);
    world
}

#[test]
fn errors_read_as_they_are_held() {
    let world = mistaken();
    let long = "x".repeat(301);
    let mut snapshots = Snapshots::of(&world);
    for (name, code, arguments) in [
        ("command", 2, &["pots", "Hello"][..]),
        (
            "said-already",
            1,
            &["post", "Hello", "--to", "bluesky", "--queue"],
        ),
        ("delete-queued", 1, &["delete", "1"]),
        ("submit-submitted", 1, &["submit", "1"]),
        ("edit-nothing", 2, &["edit", "1"]),
        ("flag", 2, &["post", "Hello", "--quuee"]),
        ("value", 2, &["list", "--status", "failde"]),
        ("account", 2, &["post", "Hello", "--to", "wrok"]),
        ("account-of-list", 2, &["list", "--account", "blusky"]),
        ("account-of-post", 1, &["retry", "1", "--account", "blusky"]),
        ("nobody-said-where", 2, &["post", "Hello"]),
        ("no-such-post", 1, &["show", "7"]),
        ("no-such-post-json", 1, &["show", "7", "--json"]),
        ("nothing-parked", 1, &["retry", "1"]),
        ("too-long", 3, &["post", "--to", "bluesky", &long]),
        ("no-file", 3, &["post", "--file", "nowhere.md"]),
        (
            "no-picture",
            3,
            &["post", "Hello", "--to", "bluesky", "--media", "nowhere.png"],
        ),
        ("front-matter", 3, &["post", "--file", "post.md"]),
        ("front-matter-key", 3, &["post", "--file", "key.md"]),
        (
            "no-time",
            2,
            &["post", "Hello", "--to", "bluesky", "--at", "soon"],
        ),
        (
            "past",
            2,
            &[
                "post",
                "Hello",
                "--to",
                "bluesky",
                "--at",
                "1999-01-01 09:00",
            ],
        ),
        (
            "twice",
            2,
            &[
                "post",
                "Hello",
                "--at",
                "2999-10-27 02:30",
                "--tz",
                "Europe/Berlin",
            ],
        ),
        ("no-bound", 2, &["list", "--since", "last month"]),
        ("config", 1, &["list", "--config", "broken.toml"]),
        ("no-config", 1, &["list", "--config", "nowhere.toml"]),
        ("no-secret", 5, &["post", "Hello", "--to", "bluesky"]),
    ] {
        snapshots.take(name, code, arguments);
    }
    snapshots.are_those_of("errors");
}

#[test]
fn a_first_run_reads_as_it_is_held() {
    let world = World::new();
    let mut snapshots = Snapshots::of(&world);
    snapshots.take("post", 2, &["post", "Hello"]);
    snapshots.take("list", 0, &["list"]);
    snapshots.take("daemon", 0, &["daemon", "--once"]);
    snapshots.are_those_of("first-run");
}
