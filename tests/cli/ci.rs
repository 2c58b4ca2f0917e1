//! In CI: what a job is told besides, and the example workflow, run as a runner would.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use serde_json::Value;

use crate::alone;
use crate::support::World;
use crate::support::binary;
use crate::support::run::Run;
use crate::support::sandbox::Sandbox;
use crate::support::scene::Scene;

/// What GitHub would put in the place of the workflow's expressions. The tag does harm if it is
/// ever taken for a command. The address is one that is fetched for nobody's card.
const EVENT: [(&str, &str); 3] = [
    ("github.event.repository.name", "example"),
    ("github.event.release.tag_name", "1.4.0\"$(touch harm)"),
    (
        "github.event.release.html_url",
        "https://127.0.0.1/releases/1.4.0",
    ),
];

/// A machine that GitHub gives to a job: its home is empty.
struct Runner {
    world: World,
    script: String,
}

impl Runner {
    /// Returns a runner at the workflow's step `announce`, whose accounts are those of `sandbox`.
    #[track_caller]
    fn new(sandbox: &Sandbox) -> Self {
        let mut world = World::new();
        let step = Step::of_example("announce");
        let (sky, tooter) = (sandbox.account("bluesky"), sandbox.account("mastodon"));
        let settings = [
            ("vars.HAYON_BLUESKY_HANDLE", sky.login.as_str()),
            ("secrets.HAYON_BLUESKY_PASSWORD", &sky.secret),
            ("vars.HAYON_MASTODON_INSTANCE", &sandbox.address),
            ("secrets.HAYON_MASTODON_TOKEN", &tooter.secret),
        ];
        let known: BTreeMap<&str, &str> = settings.into_iter().chain(EVENT).collect();
        for (name, expression) in &step.env {
            let value = known.get(expression.as_str());
            world.set(
                name,
                value.unwrap_or_else(|| panic!("what is {expression}?")),
            );
        }
        // The one thing in which the sandbox is not the world.
        world.set("HAYON_BLUESKY_SERVICE", &sandbox.address);
        world.set("HAYON_DAEMON_SETTLE", "1s");
        world.set("HAYON_DAEMON_RETRY_DELAYS", "1s,1s,1s");
        let bin = world.write("bin/empty", "").with_file_name("hayon");
        symlink(binary::hayon(), &bin).expect("a link");
        let path = bin.parent().expect("a folder").display().to_string();
        world.set("PATH", &format!("{path}:/usr/bin:/bin"));
        for file in ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"] {
            // The runner makes them before the step.
            let path = world.write(file, "").display().to_string();
            world.set(file, &path);
        }
        let script = step.run;
        Self { world, script }
    }

    /// Runs the step as the documentation of `jobs.<job_id>.steps[*].shell` says.
    #[track_caller]
    fn run(&self) -> Run {
        let script = self.world.write("step.sh", &self.script);
        let script = script.display().to_string();
        self.world
            .start_program("/bin/bash", ["-e", &script])
            .wait()
    }

    #[track_caller]
    fn outputs(&self) -> BTreeMap<String, String> {
        outputs(&self.read("GITHUB_OUTPUT"))
    }

    #[track_caller]
    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.world.path(file)).expect("a file of the runner")
    }
}

/// A step of the example workflow.
struct Step {
    /// Names, and the expressions that stand for their values.
    env: Vec<(String, String)>,
    run: String,
}

impl Step {
    #[track_caller]
    fn of_example(id: &str) -> Self {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/announce-release.yml");
        let text = fs::read_to_string(file).expect("the example");
        let mut steps = text.split("\n      - name: ");
        let step = steps.find(|step| step.contains(&format!("\n        id: {id}\n")));
        let step = step.expect("the step");
        let expression = |line: &str| {
            let (name, value) = line.trim().split_once(": ")?;
            let value = value.strip_prefix("${{ ")?.strip_suffix(" }}")?;
            Some((name.to_owned(), value.to_owned()))
        };
        let (env, run) = step.split_once("        run: |\n").expect("a script");
        Self {
            env: env.lines().filter_map(expression).collect(),
            run: run
                .lines()
                .map(|line| format!("{}\n", line.trim_start()))
                .collect(),
        }
    }
}

/// Reads outputs as the runner does.
#[track_caller]
fn outputs(file: &str) -> BTreeMap<String, String> {
    let mut outputs = BTreeMap::new();
    let mut lines = file.lines();
    while let Some(line) = lines.next() {
        let heredoc = line
            .split_once("<<")
            .filter(|(name, _)| !name.contains('='));
        let (name, value) = if let Some((name, end)) = heredoc {
            let value: Vec<&str> = lines.by_ref().take_while(|line| *line != end).collect();
            (name, value.join("\n"))
        } else {
            let (name, value) = line.split_once('=').expect("an output");
            (name, value.to_owned())
        };
        outputs.insert(name.to_owned(), value);
    }
    outputs
}

#[track_caller]
fn public(sandbox: &Sandbox, platform: &str) -> Vec<Value> {
    let ledger = sandbox.ledger();
    let posts = ledger["posts"].as_array().expect("posts").iter();
    posts
        .filter(|post| post["platform"] == platform)
        .cloned()
        .collect()
}

#[test]
fn the_example_announces_a_release_once_however_often_it_runs() {
    let sandbox = Sandbox::start(&[]);
    let mut told = Vec::new();
    for _ in 0..2 {
        let runner = Runner::new(&sandbox);
        let _ = runner.run().code(0);
        for platform in ["bluesky", "mastodon"] {
            let posts = public(&sandbox, platform);
            assert_eq!(posts.len(), 1, "{platform}");
            let text = "example 1.4.0\"$(touch harm) is out: https://127.0.0.1/releases/1.4.0";
            assert_eq!(posts[0]["text"], text);
        }
        assert!(!runner.world.path("harm").exists(), "a tag was run");
        let outputs = runner.outputs();
        let names: Vec<&str> = outputs.keys().map(String::as_str).collect();
        assert_eq!(names, ["id", "in-doubt", "number", "status", "urls"]);
        assert_eq!(outputs["status"], "COMPLETED");
        assert_eq!(outputs["in-doubt"], "false");
        assert_eq!(outputs["number"], "1");
        let summary = runner.read("GITHUB_STEP_SUMMARY");
        for url in outputs["urls"].lines() {
            assert!(summary.contains(&format!("| <{url}> |")), "{summary}");
        }
        told.push(outputs["urls"].clone());
    }
    assert_eq!(told[0].lines().count(), 2);
    let on_mastodon = public(&sandbox, "mastodon").swap_remove(0);
    assert_eq!(told[0].lines().last(), on_mastodon["url"].as_str());
    assert_eq!(told[0], told[1]);
}

#[test]
fn the_example_fails_where_something_is_not_published_and_a_second_run_publishes_only_that() {
    let refusal = "mastodon POST /api/v1/statuses #1 status:422";
    let sandbox = Sandbox::start(&["--fault", refusal]);
    let first = Runner::new(&sandbox);
    let _ = first.run().code(4);
    assert_eq!(first.outputs()["status"], "PARTIAL_SUCCESS");
    assert_eq!(first.outputs()["urls"].lines().count(), 1);
    let summary = first.read("GITHUB_STEP_SUMMARY");
    let failed = "| mastodon | mastodon | parked &#40;refused&#41;: ";
    assert!(summary.contains(failed), "{summary}");

    let second = Runner::new(&sandbox);
    let _ = second.run().code(0);
    assert_eq!(second.outputs()["status"], "COMPLETED");
    assert_eq!(public(&sandbox, "bluesky").len(), 1);
    assert_eq!(public(&sandbox, "mastodon").len(), 1);
}

#[test]
fn the_example_fails_without_a_secret_and_says_which() {
    let sandbox = Sandbox::start(&[]);
    let mut runner = Runner::new(&sandbox);
    // So GitHub hands over a secret that nobody has set.
    runner.world.set("HAYON_MASTODON_TOKEN", "");
    let said = runner.run().code(5);
    let _ = said.mentions(["`mastodon`", "HAYON_MASTODON_TOKEN"]);
    assert_eq!(runner.read("GITHUB_OUTPUT"), "");
    assert_eq!(public(&sandbox, "bluesky").len(), 0);
}

#[test]
fn what_the_job_has_written_before_stays() {
    let mut world = alone();
    let output = world.write("output", "mine=1").display().to_string();
    world.set("GITHUB_OUTPUT", &output);
    let _ = world.hayon(["post", "--queue", "status=x"]).code(0).quiet();
    let _ = world.hayon(["post", "--queue", "again"]).code(0).quiet();
    let text = fs::read_to_string(&output).unwrap();
    assert!(text.starts_with("mine=1\nstatus=PENDING\nid="), "{text}");
    assert_eq!(text.matches("\nstatus=").count(), 2, "{text}");
    let outputs = outputs(&text);
    assert_eq!(outputs["number"], "2");
    assert_eq!(outputs["urls"], "");
}

#[test]
fn a_summary_shows_where_each_account_stands() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #* status:422"]);
    let mut world = scene.another_machine();
    let summary = world.path("summary").display().to_string();
    world.set("GITHUB_STEP_SUMMARY", &summary);
    let said = world.hayon(["post", "Hello"]).code(4);
    let url = said
        .stdout
        .lines()
        .find_map(|line| line.split_once("delivered  "));
    let (_, url) = url.expect("an address");
    let text = fs::read_to_string(&summary).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[..5],
        [
            "### post 1 is published in part",
            "",
            "| account | platform | state | address |",
            "| --- | --- | --- | --- |",
            &format!("| bluesky | bluesky | delivered | <{url}> |"),
        ]
    );
    assert!(
        lines[5].starts_with("| mastodon | mastodon | parked &#40;refused&#41;: "),
        "{text}"
    );
    assert!(lines[5].ends_with(" |  |"), "{text}");
    assert_eq!(lines[5].matches('|').count(), 5, "{text}");
}

#[test]
fn a_file_that_cannot_be_written_is_a_warning_and_changes_nothing_else() {
    let mut world = alone();
    world.set("GITHUB_OUTPUT", "/proc/nosuch/output");
    world.set("GITHUB_STEP_SUMMARY", "/");
    let said = world.hayon(["post", "--queue", "hi"]).code(0);
    let said = said.mentions([
        "warning: cannot write to `/proc/nosuch/output` (`GITHUB_OUTPUT`): ",
        "warning: cannot write to `/` (`GITHUB_STEP_SUMMARY`): ",
    ]);
    assert!(said.stdout.starts_with("post 1 is queued\n"), "{said}");
    let said = world.hayon(["post", "--queue", "ho", "--json"]).code(0);
    assert_eq!(said.json()["number"], 2);
}
