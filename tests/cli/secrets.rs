//! What is never said and who may read what: secrets, and the modes of files.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::server::Server;
use crate::support::World;
use crate::support::scene::Scene;

/// Returns every file below `folder`.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .flat_map(|entry| {
            let path = entry.path();
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

fn contains(bytes: &[u8], words: &str) -> bool {
    bytes
        .windows(words.len())
        .any(|window| window == words.as_bytes())
}

/// Asserts that no file of `world` says `secret`, in clear or in base64, but those that `may`.
///
/// Everything that was ever said on stdout and stderr here is in such files too.
#[track_caller]
fn assert_untold(world: &World, secret: &str, may: &[&str]) {
    let all = files(&world.path(""));
    assert!(!all.is_empty(), "a world without files proves nothing");
    for path in all {
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        if may.contains(&name.as_str()) {
            continue;
        }
        let bytes = fs::read(&path).expect("a file of this world");
        for words in [secret.to_owned(), STANDARD.encode(secret)] {
            assert!(
                !contains(&bytes, &words),
                "`{secret}` is in {}",
                path.display()
            );
        }
    }
}

/// Runs everything that a person may do with a post, with as much trace as there is.
fn do_everything(world: &World) {
    world.picture("cat.png", 8, 8);
    let picture = ["--media", "cat.png", "--alt", "A cat"];
    let all = [0, 1, 2, 3, 4, 5, 6, 7];
    for command in [
        &["post", "Hello #tag https://example.com/", "--key", "k"][..],
        &["post", "--queue", "Later", "--again"],
        &["daemon", "--once"],
        &["post", "--draft", "Not yet"],
        &["edit", "4", "Not quite yet"],
        &["reschedule", "4", "--at", "in 2h"],
        &["submit", "4"],
        &["doctor"],
        &["account", "refresh"],
        &["account", "check"],
        &["account", "list"],
        &["account", "export", "--for-ci"],
        &["post", "--dry-run", "Hello"],
        &["validate", "Hello"],
        &["list"],
        &["show", "1"],
        &["cancel", "1"],
        &["retry", "1"],
        &["resolve", "1", "--account", "mastodon", "--not-published"],
        &["delete", "4"],
    ] {
        let more = if command[0] == "post" {
            &picture[..]
        } else {
            &[]
        };
        let _ = world
            .hayon(command.iter().chain(more).chain(&["-vv"]))
            .any_code(all);
        let json = command.iter().chain(more).chain(&["--json"]);
        let _ = world.hayon(json).any_code(all);
    }
}

/// Returns the tokens of the sessions that are kept.
fn kept_sessions(world: &World) -> Vec<String> {
    let text = fs::read_to_string(world.path("state/hayon/sessions.toml"));
    let text = text.expect("sessions");
    let tokens: Vec<String> = text
        .lines()
        .filter_map(|line| {
            line.strip_prefix("access = ")
                .or(line.strip_prefix("refresh = "))
        })
        .map(|token| token.trim_matches('"').to_owned())
        // A renewed token has nothing beside it.
        .filter(|token| !token.is_empty())
        .collect();
    // Bluesky's two, and those of Threads and Instagram.
    assert_eq!(tokens.len(), 4, "{text}");
    tokens
}

#[test]
fn secrets_of_the_environment_are_never_told() {
    let scene = Scene::new(&[]);
    do_everything(&scene.world);
    assert_eq!(scene.public("mastodon").len(), 3);
    for account in &scene.sandbox.accounts {
        assert_untold(&scene.world, &account.secret, &[]);
    }
    for token in kept_sessions(&scene.world) {
        assert_untold(&scene.world, &token, &["sessions.toml"]);
    }
}

#[test]
fn secrets_of_the_file_are_never_told() {
    let scene = Scene::new(&[]);
    let mut world = scene.another_machine();
    let mut credentials = String::new();
    for account in &scene.sandbox.accounts {
        let (variable, secret) = account.secret_variable();
        world.unset(&variable);
        let (_, field) = variable.rsplit_once('_').unwrap();
        let field = field.to_lowercase();
        credentials.push_str(&format!("[{}]\n{field} = \"{secret}\"\n", account.account));
    }
    let path = world.write("state/hayon/credentials.toml", credentials);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    do_everything(&world);
    assert_eq!(scene.public("bluesky").len(), 3);
    for account in &scene.sandbox.accounts {
        assert_untold(&world, &account.secret, &["credentials.toml"]);
    }
}

#[test]
fn secrets_that_are_refused_are_never_told() {
    let scene = Scene::new(&[]);
    let mut world = scene.another_machine();
    world.set("HAYON_MASTODON_TOKEN", "canary-token-4711");
    world.set("HAYON_BLUESKY_PASSWORD", "canary-password-4711");
    do_everything(&world);
    assert!(scene.public("mastodon").is_empty() && scene.public("bluesky").is_empty());
    assert_untold(&world, "canary-token-4711", &[]);
    assert_untold(&world, "canary-password-4711", &[]);
}

#[test]
fn a_server_that_repeats_the_token_does_not_make_us_tell_it() {
    let server = Server::start(|_, head| {
        let header = head
            .lines()
            .find(|line| line.to_lowercase().starts_with("authorization"));
        (
            422,
            json!({"error": format!("bad {}", header.unwrap_or("request"))}).to_string(),
        )
    });
    let mut world = World::new();
    world.set("HAYON_MASTODON_INSTANCE", &server.address);
    world.set("HAYON_MASTODON_TOKEN", "canary-token-4711");
    do_everything(&world);
    let said = world.hayon(["show", "1"]).code(0);
    assert!(
        said.stdout
            .to_lowercase()
            .contains("bad authorization: bearer …"),
        "{said}"
    );
    assert_untold(&world, "canary-token-4711", &[]);
}

#[test]
fn a_server_that_repeats_the_password_does_not_make_us_tell_it() {
    let said = json!({"error": "InvalidRequest", "message": "bad password canary-4711"});
    let server = Server::start(move |_, _| (400, said.to_string()));
    let mut world = World::new();
    world.set("HAYON_BLUESKY_HANDLE", "alice.example.com");
    world.set("HAYON_BLUESKY_SERVICE", &server.address);
    world.set("HAYON_BLUESKY_PASSWORD", "canary-4711");
    let _ = world
        .hayon(["post", "Hello", "-vv"])
        .code(1)
        .shows(["bad password …"]);
    assert_untold(&world, "canary-4711", &[]);
}

#[test]
fn a_broken_credentials_file_is_refused_without_being_quoted() {
    let scene = Scene::new(&[]);
    let mut world = scene.another_machine();
    world.unset("HAYON_MASTODON_TOKEN");
    for broken in [
        "[mastodon]\ntoken = canary-4711\n",
        "[mastodon]\ntoken = \"canary-4711\n",
        "[mastodon]\ncanary-4711 = \"x\"\n",
        "canary-4711 = \"x\"\n",
        "[mastodon]\ntoken = [\"canary-4711\"]\n",
    ] {
        let path = world.write("state/hayon/credentials.toml", broken);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let said = world.hayon(["post", "Hello", "-vv"]).code(5);
        let _ = said.mentions(["error: ", "credentials.toml", "hint: "]);
    }
    assert_untold(&world, "canary-4711", &["credentials.toml"]);
    assert!(scene.public("bluesky").is_empty());
}

#[test]
fn a_secret_in_the_configuration_is_refused_and_not_repeated() {
    let mut world = World::new();
    let config = "[accounts.work]\nplatform = \"mastodon\"\ninstance = \"https://example.social\"\n\
                  token = \"canary-4711\"\n";
    let config = world.write("config.toml", config).display().to_string();
    world.set("HAYON_CONFIG", &config);
    let _ = world
        .hayon(["list", "-vv"])
        .code(1)
        .mentions(["error: ", "hint: "]);
    assert_untold(&world, "canary-4711", &["config.toml"]);
}

#[test]
fn a_credentials_file_that_others_may_read_is_refused() {
    let scene = Scene::new(&[]);
    let mut world = scene.another_machine();
    world.unset("HAYON_MASTODON_TOKEN");
    let secret = &scene.sandbox.account("mastodon").secret;
    let path = world.write(
        "state/hayon/credentials.toml",
        format!("[mastodon]\ntoken = \"{secret}\"\n"),
    );
    for mode in [0o644, 0o640, 0o604, 0o620] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let shown = path.display();
        let said = world.hayon(["post", "Hello"]).code(5);
        let _ = said.complains(&format!(
            "error: `{shown}` can be read by others (its mode is {mode:04o})\n\
             hint: run `chmod 600 {shown}`; if others may have read it, renew the secrets in it\n"
        ));
    }
    assert!(scene.public("bluesky").is_empty() && scene.public("mastodon").is_empty());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let _ = world.hayon(["post", "Hello"]).code(0).quiet();
}

#[test]
fn whatever_the_umask_is_only_the_owner_may_read_what_is_kept() {
    let scene = Scene::new(&[]);
    scene.world.picture("cat.png", 8, 8);
    let open = "umask 000; exec \"$@\"";
    for arguments in [
        &["post", "Hello", "--media", "cat.png", "--alt", "A cat"][..],
        &["post", "--queue", "Later"],
        &["daemon", "--once"],
        &["post", "--draft", "Not yet"],
        &["edit", "3", "Not quite yet"],
        &["reschedule", "3", "--at", "in 2h"],
        &["submit", "3"],
    ] {
        let _ = scene.world.shell(open, arguments).code(0);
    }
    let kept: Vec<PathBuf> = ["media", "state", "cache"]
        .into_iter()
        .flat_map(|folder| files(&scene.world.path(folder)))
        .collect();
    for wanted in ["sessions.toml", "limits.json", ".png"] {
        let is_wanted = |path: &PathBuf| path.to_string_lossy().ends_with(wanted);
        assert!(kept.iter().any(is_wanted), "no {wanted} among {kept:?}");
    }
    for path in &kept {
        assert_eq!(mode(path), 0o600, "{}", path.display());
        // Below the folders that the test itself has named.
        let own = path
            .ancestors()
            .skip(1)
            .take_while(|it| *it != scene.world.path("").as_path());
        for folder in own.filter(|folder| folder.starts_with(scene.world.path("media/posts"))) {
            assert_eq!(mode(folder), 0o700, "{}", folder.display());
        }
    }
    for folder in [
        "media",
        "media/posts",
        "media/temp",
        "state/hayon",
        "cache/hayon",
    ] {
        assert_eq!(mode(&scene.world.path(folder)), 0o700, "{folder}");
    }
    for suffix in ["", "-wal", "-shm", ".lock"] {
        let path = scene.world.path(&format!("outbox.db{suffix}"));
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn the_folder_of_the_outbox_is_made_for_its_owner_alone() {
    let mut world = crate::alone();
    world.unset("HAYON_OUTBOX");
    let _ = world
        .shell("umask 000; exec \"$@\"", ["post", "--queue", "Hello"])
        .code(0);
    assert_eq!(mode(&world.path("data/hayon")), 0o700);
    assert_eq!(mode(&world.path("data/hayon/outbox.db")), 0o600);
}

#[cfg(target_os = "linux")]
#[test]
fn the_arguments_of_a_process_hold_no_secret() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 hang"]);
    let process = scene.world.start(["post", "Hello"]);
    scene.wait_for("received", "POST", "/api/v1/statuses", 1);
    let arguments = fs::read(format!("/proc/{}/cmdline", process.pid())).unwrap();
    assert!(contains(&arguments, "Hello"));
    for account in &scene.sandbox.accounts {
        assert!(!contains(&arguments, &account.secret));
    }
}

fn mode(path: &Path) -> u32 {
    let metadata = fs::metadata(path).expect("something at this path");
    metadata.permissions().mode() & 0o7777
}
