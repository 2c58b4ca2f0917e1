//! `hayon doctor`: each trouble is found, told with what to do about it, and left as it is.

mod accounts;
mod media;
mod outbox;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::fields;
use crate::support::World;
use crate::support::run::Ended;
use crate::support::scene::Scene;

/// Runs a doctor that ends with `code`, and returns its checks.
#[track_caller]
fn checks<const N: usize>(world: &World, code: i32, more: [&str; N]) -> Vec<Value> {
    let always = ["doctor", "--json"];
    let said = world.hayon(always.iter().chain(&more)).code(code).quiet();
    let document = said.json();
    assert_eq!(fields(&document), ["checks", "ok"]);
    assert_eq!(document["ok"], code == 0, "{said}");
    document["checks"].as_array().expect("checks").clone()
}

/// Returns the checks that are not in order, as `area subject verdict`; but for a media folder whose
/// pictures Instagram cannot fetch, which most scenes have and `media.rs` looks at.
fn wrong(checks: &[Value]) -> Vec<String> {
    let is_wrong = |check: &&Value| {
        let is_of_folder = check["area"] == "media" && check["subject"] == "address";
        let is_known = is_of_folder
            && check["message"]
                .as_str()
                .expect("words")
                .contains("Instagram");
        !is_known && (check["verdict"] == "warning" || check["verdict"] == "trouble")
    };
    let word = |check: &Value, field: &str| check[field].as_str().expect("a word").to_owned();
    let line = |check: &Value| {
        ["area", "subject", "verdict"]
            .map(|field| word(check, field))
            .join(" ")
    };
    checks.iter().filter(is_wrong).map(line).collect()
}

/// Asserts that `checks` has one of `area` and `subject` that says `words`, and returns its hints.
#[track_caller]
fn says(checks: &[Value], area: &str, subject: &str, words: &str) -> String {
    let mut of_it = checks
        .iter()
        .filter(|check| check["area"] == area && check["subject"] == subject);
    let found = of_it.find(|check| check["message"].as_str().expect("words").contains(words));
    let found = found.unwrap_or_else(|| panic!("no {area} {subject} `{words}` in {checks:#?}"));
    let hints = found["hints"].as_array().expect("hints").iter();
    let hints: Vec<&str> = hints.map(|hint| hint.as_str().expect("a hint")).collect();
    hints.join("\n")
}

/// Returns every file of `world` but what processes have said, with its bytes.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("runs") {
            all.extend(contents(&path));
        } else if path.is_file() {
            all.insert(path.display().to_string(), fs::read(&path).expect("a file"));
        }
    }
    all
}

#[test]
fn where_everything_is_in_order_a_person_reads_a_line_for_each_check() {
    let scene = Scene::new(&[]);
    // Instagram needs a bucket: `media.rs`.
    let accounts = ["--account", "bluesky,mastodon,threads,facebook,tumblr"];
    scene.world.picture("cat.png", 8, 8);
    let post = ["post", "Hello", "--media", "cat.png", "--alt", "A cat"];
    let _ = scene.world.hayon(post).code(0).quiet();
    let said = scene.world.hayon(["doctor", accounts[0], accounts[1]]);
    let said = said.code(0).quiet();
    let sandbox = &scene.sandbox.address;
    let said = said.shows([
        "configuration\n  ok       file      `",
        "  ok       accounts  `bluesky` on Bluesky (from the file), `mastodon` on Mastodon (from the file), `threads` on Threads (from the file), `instagram` on Instagram (from the file), `facebook` on Facebook (from the file), `tumblr` on Tumblr (from the file)\n",
        "secrets\n  ok       password  that of `bluesky` is in the variable `HAYON_BLUESKY_PASSWORD`\n",
        "outbox\n  ok       file      `",
        "  ok       database  SQLite finds it sound\n",
        "  ok       posts     1, each as it was stored\n",
        "  ok       sender    nobody sends now\n",
        "  ok       queue     0 queued; 0 under way\n",
        "  ok       access    nobody else may read it\n",
        "media\n  ok       folder    `",
        "account `bluesky` on Bluesky\n  ok       server    `",
        "  ok       session   was made with an app password\n",
        "  ok       handle    `alice.sandbox.test` leads to the account\n",
        &format!(
            "account `mastodon` on Mastodon\n  ok       server    `{sandbox}` is Mastodon, version 4.5.15\n"
        ),
        "  ok       limits    500 characters, 4 pictures of at most 16.0 MiB\n",
        "  ok       token     is accepted, and is that of `@alice`\n",
        "  ok       scopes    the token may post, with pictures\n",
        "  ok       reading   own posts can be read back\n",
        "  ok       clock     agrees with the server's\n",
        "account `threads` on Threads\n",
        "250 of 250 posts are left of 24 hours\n",
        "account `facebook` on Facebook\n",
        "account `tumblr` on Tumblr\n",
        "  ok       log-in    is accepted, and is that of `alice`\n",
        "  ok       blog      `alice` may be written\n",
        "posts are left of the day's\n",
    ]);
    assert!(said.stdout.ends_with("\nnothing is wrong\n"), "{said}");
    let checks = checks(&scene.world, 0, accounts);
    for check in &checks {
        let names = ["account", "area", "hints", "message", "subject", "verdict"];
        assert_eq!(fields(check), names);
        assert_eq!(check["verdict"], "ok", "{check}");
        assert_eq!(check["account"].is_string(), check["area"] == "account");
    }
    for platform in ["bluesky", "mastodon", "tumblr"] {
        assert_eq!(scene.public(platform).len(), 1, "a doctor posts nothing");
    }
}

#[test]
fn a_doctor_makes_nothing_and_changes_nothing() {
    let scene = Scene::new(&[]);
    let empty = contents(&scene.world.path(""));
    let checks_of_nothing = checks(&scene.world, 0, ["--offline"]);
    says(&checks_of_nothing, "outbox", "file", "there is none yet at");
    says(
        &checks_of_nothing,
        "media",
        "folder",
        "there is none yet at",
    );
    assert_eq!(contents(&scene.world.path("")), empty);
    scene.world.picture("cat.png", 8, 8);
    let post = ["post", "Hello", "--media", "cat.png", "--alt", "A cat"];
    let _ = scene.world.hayon(post).code(0).quiet();
    let mut before = contents(&scene.world.path(""));
    let _ = checks(&scene.world, 0, []);
    let mut after = contents(&scene.world.path(""));
    // The index of the log, which every reader marks.
    for files in [&mut before, &mut after] {
        files.retain(|name, _| !name.ends_with("-shm"));
    }
    assert_eq!(
        after.keys().collect::<Vec<_>>(),
        before.keys().collect::<Vec<_>>()
    );
    assert!(after == before, "a file has changed");
}

#[test]
fn a_copy_that_somebody_has_put_away_is_looked_at_and_left_alone() {
    let scene = Scene::new(&[]);
    let _ = scene.world.hayon(["post", "Hello"]).code(0).quiet();
    scene.world.tamper("PRAGMA wal_checkpoint(TRUNCATE)");
    let name = "put away/100 %?#.db";
    let copy = scene
        .world
        .write(name, fs::read(scene.world.outbox()).unwrap());
    let before = contents(copy.parent().unwrap());
    let found = checks(
        &scene.world,
        0,
        ["--offline", "--outbox", &copy.display().to_string()],
    );
    says(&found, "outbox", "posts", "1, each as it was stored");
    assert_eq!(contents(copy.parent().unwrap()), before);
}

#[test]
fn offline_no_server_is_asked() {
    let scene = Scene::new(&[]);
    let checks = checks(&scene.world, 0, ["--offline"]);
    says(&checks, "account", "server", "not asked (`--offline`)");
    assert_eq!(scene.sandbox.log(), Vec::<Value>::new());
}

#[test]
fn only_the_accounts_that_were_named_are_asked() {
    let scene = Scene::new(&[]);
    let checks = checks(&scene.world, 0, ["--account", "mastodon"]);
    let asked = checks.iter().filter(|check| check["area"] == "account");
    assert!(asked.clone().count() > 3);
    assert!(asked.clone().all(|check| check["account"] == "mastodon"));
    let platforms = scene.sandbox.log();
    assert!(platforms.iter().all(|line| line["platform"] == "mastodon"));
    let said = scene
        .world
        .hayon(["doctor", "--account", "mastodom"])
        .code(2);
    let _ = said.mentions(["hint: did you mean `mastodon`?"]);
}

#[test]
fn a_broken_file_is_a_finding_and_the_rest_is_looked_at_without_asking_any_server() {
    let scene = Scene::new(&[]);
    let _ = scene.world.hayon(["post", "Hello"]).code(0).quiet();
    let asked = scene.sandbox.log().len();
    let mut world = scene.world;
    let sound = fs::read_to_string(&scene.sandbox.config).unwrap();
    let config = world.write("config.toml", format!("{sound}\n[accounts"));
    world.set("HAYON_CONFIG", &config.display().to_string());
    let broken = checks(&world, 1, []);
    assert_eq!(wrong(&broken), ["configuration setting trouble"]);
    let hint = says(&broken, "configuration", "setting", "is not TOML");
    assert!(hint.starts_with("mend line"), "{hint}");
    says(&broken, "outbox", "posts", "1, each as it was stored");
    // A misspelt setting may be the one that names the server.
    let config = world.write(
        "config.toml",
        sound
            .replace("service = ", "servise = ")
            .replace("default_to", "default_too"),
    );
    world.set("HAYON_CONFIG", &config.display().to_string());
    let misspelt = checks(&world, 1, []);
    assert_eq!(
        wrong(&misspelt),
        [
            "configuration setting trouble",
            "configuration setting trouble"
        ],
        "all that is wrong, not only the first"
    );
    says(
        &misspelt,
        "account",
        "server",
        "secrets go to no server by half of it",
    );
    assert_eq!(scene.sandbox.log().len(), asked);
}

#[test]
fn one_account_that_is_wrong_does_not_keep_another_from_being_asked() {
    let scene = Scene::new(&[]);
    let mut world = scene.another_machine();
    world.set("HAYON_BLUESKY_SERVICE", "http://example.com");
    let checks = checks(&world, 1, []);
    assert_eq!(wrong(&checks), ["configuration setting trouble"]);
    says(&checks, "configuration", "setting", "is not encrypted");
    says(
        &checks,
        "account",
        "token",
        "is accepted, and is that of `@alice`",
    );
}

#[test]
fn a_variable_that_nothing_reads_is_told_with_the_nearest_that_something_does() {
    let scene = Scene::new(&[]);
    let mut world = scene.another_machine();
    world.set("HAYON_MASTODON_TOKN", "canary-4711");
    let checks = checks(&world, 0, ["--offline"]);
    assert_eq!(wrong(&checks), ["configuration variable warning"]);
    let hint = says(
        &checks,
        "configuration",
        "variable",
        "`HAYON_MASTODON_TOKN` is set",
    );
    assert_eq!(hint, "did you mean `HAYON_MASTODON_TOKEN`?");
}

#[test]
fn without_an_account_there_is_nothing_to_post_with() {
    let world = World::new();
    let checks = checks(&world, 1, []);
    assert_eq!(wrong(&checks), ["configuration accounts trouble"]);
    let hints = says(
        &checks,
        "configuration",
        "accounts",
        "there is no account yet",
    );
    assert!(hints.contains("two commands to a first post"), "{hints}");
}

#[test]
fn hints_stand_below_their_check_and_the_last_line_counts() {
    let mut world = crate::alone();
    world.set("HAYON_BLUSKY_HANDLE", "alice.example.com");
    let said: Ended = world.hayon(["doctor", "--offline"]).code(5).quiet();
    let said = said.shows([
        "  warning  variable  `HAYON_BLUSKY_HANDLE` is set, and nothing reads it\n           hint: did you \
         mean `HAYON_BLUESKY_HANDLE`?\n",
        "  trouble  password  account `bluesky` has no app password\n           hint: set `",
        "  skipped  server    not asked (`--offline`)\n",
    ]);
    assert!(said.stdout.ends_with("\n1 trouble, 1 warning\n"), "{said}");
}
