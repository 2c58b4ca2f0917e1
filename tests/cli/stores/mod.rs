//! Where secrets are kept, and what becomes of them when an account moves or goes.

mod moving;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;
use serde_json::json;

use crate::support::World;
use crate::support::scene::Scene;

/// A world whose configuration is `config`, and whose file of secrets is `credentials`.
fn world(config: &str, credentials: &str) -> World {
    let mut world = World::new();
    let path = world.write("config.toml", config);
    world.set("HAYON_CONFIG", &path.display().to_string());
    let outbox = world.outbox().display().to_string();
    world.set("HAYON_OUTBOX", &outbox);
    write_credentials(&world, credentials);
    world
}

fn write_credentials(world: &World, credentials: &str) {
    let path = world.write("state/hayon/credentials.toml", credentials);
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("a mode");
}

fn credentials(world: &World) -> String {
    fs::read_to_string(world.path("state/hayon/credentials.toml")).expect("a file of secrets")
}

fn config(world: &World) -> String {
    fs::read_to_string(world.path("config.toml")).expect("a configuration")
}

/// A program that tells `told`, and writes down its environment.
fn program(world: &World, told: &str) -> String {
    let script = format!(
        "#!/bin/sh\nenv >> {}\n{told}\n",
        world.path("env").display()
    );
    let path = world.write("tell", script);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("a mode");
    path.display().to_string()
}

const WORK: &str = "[accounts.work]\nplatform = \"mastodon\"\ninstance = \"https://m.example\"\nhandle = \"@a@m.example\"\n";

#[test]
fn a_list_says_whose_the_accounts_are_where_their_secrets_are_and_how_they_stand() {
    let empty = world("", "");
    let _ = empty
        .hayon(["account", "list"])
        .code(0)
        .mentions(["no account is configured", "`hayon account add`"]);
    assert_eq!(
        empty.hayon(["account", "list", "--json"]).code(0).json(),
        json!([])
    );
    let accounts = format!(
        "{WORK}\n[accounts.sky]\nplatform = \"bluesky\"\nhandle = \"a.example\"\n\n\
         [accounts.locked]\nplatform = \"tumblr\"\nblog = \"b\"\nsecrets = \"keyring\"\n\n\
         [accounts.bare]\nplatform = \"facebook\"\npage_id = \"1\"\n"
    );
    let mut world = world(&accounts, "[work]\ntoken = \"canary\"\n");
    world.set("HAYON_SKY_PASSWORD", "canary");
    let said = world.hayon(["account", "list"]).code(0);
    let lines: Vec<&str> = said.stdout.lines().collect();
    assert_eq!(
        lines,
        [
            "work    mastodon  @a@m.example  in the file of secrets  -  ok",
            "sky     bluesky   a.example     in HAYON_SKY_PASSWORD   -  ok",
            "locked  tumblr    b             -                       -  unknown",
            "bare    facebook  1             -                       -  no secret",
        ]
    );
    let _ = said.mentions([
        "warning: there is no keyring here",
        "hint: outside a desktop",
    ]);
    let said = world.hayon(["account", "list", "--json"]).code(0);
    assert!(!said.stdout.contains("canary"));
    let documents = said.json();
    let column = |key: &str| -> Vec<Value> {
        let rows = documents.as_array().unwrap().iter();
        rows.map(|row| row[key].clone()).collect()
    };
    assert_eq!(column("state"), ["ok", "ok", "unknown", "no_secret"]);
    assert_eq!(
        column("secrets"),
        [
            json!("file"),
            json!("environment"),
            json!(null),
            json!(null)
        ]
    );
}

#[test]
fn a_list_knows_of_posts_that_wait_for_a_log_in_and_of_tokens_that_end() {
    let mut scene = Scene::new(&[]);
    let (variable, _) = scene.sandbox.account("mastodon").secret_variable();
    let post = ["post", "Hello", "--to", "mastodon,threads"];
    scene.world.set(&variable, "revoked");
    let _ = scene.world.hayon(post).code(4);
    let _ = scene.world.hayon(["account", "refresh", "threads"]).code(0);
    let list = scene.world.hayon(["account", "list"]).code(0);
    let line = |name: &str| {
        list.stdout
            .lines()
            .find(|line| line.starts_with(name))
            .unwrap()
    };
    assert!(
        line("mastodon").ends_with("needs log-in (1 delivery waits)"),
        "{list}"
    );
    assert!(line("threads").contains(" d left  ok"), "{list}");
}

#[test]
fn an_account_is_removed_with_its_secrets_and_nothing_else() {
    let accounts = format!(
        "# mine\ndefault_to = [\"work\", \"sky\"]\n\n{WORK}\n[media]\nowner = \"a\"\n\n\
         [accounts.sky]\nplatform = \"bluesky\"\nhandle = \"a.example\"\n"
    );
    let world = world(
        &accounts,
        "[sky]\npassword = \"p\"\n\n[work]\ntoken = \"canary\"\n",
    );
    let _ = world
        .hayon(["post", "Hello", "--queue", "--to", "work"])
        .code(0);
    let remove = ["account", "remove", "work"];
    let _ = world
        .hayon(remove)
        .code(2)
        .mentions(["nobody can be asked", "add `--yes`"]);
    assert!(config(&world).contains("[accounts.work]"));
    let said = world.hayon(["account", "remove", "work", "--yes"]).code(0);
    assert_eq!(said.stdout, "removed `work`\n");
    let _ = said.mentions(["1 delivery is queued for `work` and will wait"]);
    assert_eq!(credentials(&world), "[sky]\npassword = \"p\"\n");
    assert_eq!(
        config(&world),
        "# mine\ndefault_to = [\"sky\"]\n\n[media]\nowner = \"a\"\n\n\
         [accounts.sky]\nplatform = \"bluesky\"\nhandle = \"a.example\"\n"
    );
    let _ = world
        .hayon(["account", "remove", "sy", "--yes"])
        .code(1)
        .mentions(["no account `sy`", "did you mean `sky`?"]);
}

#[test]
fn a_person_is_asked_before_an_account_goes() {
    let world = world(WORK, "[work]\ntoken = \"t\"\n");
    let remove = ["account", "remove", "work"];
    let said = world.on_terminal_typing("n", 80, &remove).code(0);
    assert!(said.stdout.contains("Forget the account `work`"), "{said}");
    assert!(credentials(&world).contains("[work]"));
    let said = world.on_terminal_typing("y", 80, &remove).code(0);
    assert!(said.stdout.contains("removed `work`"), "{said}");
    assert_eq!(credentials(&world), "");
}

#[test]
fn an_account_that_variables_make_is_not_gone_with_its_table() {
    let mut world = world("", "");
    world.set("HAYON_TUMBLR_BLOG", "b");
    world.set("HAYON_TUMBLR_TOKEN", "canary");
    let said = world
        .hayon(["account", "remove", "tumblr", "--yes"])
        .code(0);
    let _ =
        said.mentions(["so the account still exists: `HAYON_TUMBLR_BLOG`, `HAYON_TUMBLR_TOKEN`"]);
    let said = world
        .hayon(["account", "remove", "tumblr", "--yes", "--json"])
        .code(0);
    assert_eq!(
        said.json(),
        json!({"account": "tumblr", "removed": true, "was_in_configuration": false,
               "revoked": "not_tried", "queued": 0,
               "variables": ["HAYON_TUMBLR_BLOG", "HAYON_TUMBLR_TOKEN"]})
    );
}

#[test]
fn the_session_of_a_removed_account_is_ended_and_forgotten() {
    let scene = Scene::new(&[]);
    let _ = scene
        .world
        .hayon(["post", "Hello", "--to", "bluesky"])
        .code(0);
    let sessions = || fs::read_to_string(scene.world.path("state/hayon/sessions.toml")).unwrap();
    assert!(sessions().contains("[bluesky."));
    let remove = ["account", "remove", "bluesky", "--yes", "--json"];
    let said = scene.world.hayon(remove).code(0).json();
    assert_eq!(said["revoked"], "ended", "{said}");
    let path = "/xrpc/com.atproto.server.deleteSession";
    assert_eq!(scene.requests("acted", "POST", path).len(), 1);
    assert!(!sessions().contains("[bluesky."));
}

#[test]
fn a_job_is_told_the_names_of_its_variables_and_values_go_to_a_terminal_alone() {
    let accounts = format!(
        "{WORK}\n[accounts.one]\nplatform = \"bluesky\"\nhandle = \"a.example\"\n\n\
         [accounts.two]\nplatform = \"bluesky\"\nhandle = \"b.example\"\n"
    );
    let secrets =
        "[work]\ntoken = \"canary\"\n[one]\npassword = \"canary\"\n[two]\npassword = \"canary\"\n";
    let world = world(&accounts, secrets);
    let export = ["account", "export", "--for-ci"];
    let said = world.hayon(export).code(0).quiet();
    assert_eq!(
        said.stdout,
        "# work, an account on Mastodon; in the job it is `--to mastodon`\n\
         HAYON_MASTODON_INSTANCE: ${{ vars.HAYON_MASTODON_INSTANCE }}  # a setting\n\
         HAYON_MASTODON_TOKEN: ${{ secrets.HAYON_MASTODON_TOKEN }}  # secret: the access token\n\
         # one, an account on Bluesky; the job needs a configuration file with `[accounts.one]`, for \
         there is another one\n\
         HAYON_ONE_HANDLE: ${{ vars.HAYON_ONE_HANDLE }}  # a setting\n\
         HAYON_ONE_PASSWORD: ${{ secrets.HAYON_ONE_PASSWORD }}  # secret: the app password\n\
         # two, an account on Bluesky; the job needs a configuration file with `[accounts.two]`, for \
         there is another one\n\
         HAYON_TWO_HANDLE: ${{ vars.HAYON_TWO_HANDLE }}  # a setting\n\
         HAYON_TWO_PASSWORD: ${{ secrets.HAYON_TWO_PASSWORD }}  # secret: the app password\n"
    );
    let values = ["account", "export", "--for-ci", "work", "--values"];
    let refused = world.hayon(values).code(2).mentions(["on a terminal only"]);
    assert!(!refused.stdout.contains("canary"));
    let as_json = values.iter().chain(&["--json"]);
    let refused = world.hayon(as_json).code(2);
    assert!(!refused.stderr.contains("canary"));
    let said = world
        .hayon(["account", "export", "--for-ci", "--json"])
        .code(0);
    assert!(!said.stdout.contains("canary"));
    assert_eq!(
        said.json()[0]["variables"][1]["name"],
        "HAYON_MASTODON_TOKEN"
    );
    let shown = world.on_terminal(80, &values).code(0);
    assert!(
        shown.stdout.contains("HAYON_MASTODON_TOKEN=canary"),
        "{shown}"
    );
}

#[test]
fn what_a_command_tells_is_used_and_can_be_moved_to_the_file() {
    let scene = Scene::new(&[]);
    let account = scene.sandbox.account("mastodon");
    let mut world = world("", "");
    let tell = program(&world, &format!("echo '{}'", account.secret));
    let accounts = fs::read_to_string(&scene.sandbox.config).unwrap();
    let (_, table) = accounts.split_once("[accounts.mastodon]\n").unwrap();
    let table = table.split("\n\n").next().unwrap();
    let command = format!("secret_command = [\"{tell}\", \"{{account}}\", \"{{field}}\"]");
    world.write(
        "config.toml",
        format!("[accounts.mastodon]\n{table}\nsecrets = \"command\" # of mine\n{command}\n"),
    );
    world.set("HAYON_BLUESKY_PASSWORD", "canary");
    world.set("HAYON_BLUESKY_HANDLE", "a.example");
    let _ = world.hayon(["post", "Hello", "--to", "mastodon"]).code(0);
    assert_eq!(scene.public("mastodon").len(), 1);
    let environment = fs::read_to_string(world.path("env")).unwrap();
    assert!(
        environment.contains("HOME=") && !environment.contains("HAYON_"),
        "{environment}"
    );
    assert_eq!(
        environment
            .lines()
            .filter(|it| it.starts_with("HOME="))
            .count(),
        1,
        "asked once"
    );
    let said = world
        .hayon(["account", "move", "mastodon", "--to", "file"])
        .code(0);
    assert_eq!(
        said.stdout,
        "the secrets of `mastodon` are in the file of secrets now: token\n"
    );
    assert_eq!(
        credentials(&world),
        format!("[mastodon]\ntoken = \"{}\"\n", account.secret)
    );
    assert!(
        config(&world).ends_with("\nsecrets = \"file\" # of mine\n"),
        "{}",
        config(&world)
    );
    let again = world
        .hayon(["account", "move", "mastodon", "--to", "file", "--json"])
        .code(0);
    assert_eq!(
        again.json(),
        json!({"account": "mastodon", "secrets": "file", "moved": []})
    );
    let _ = world
        .hayon(["post", "Hello again", "--to", "mastodon"])
        .code(0);
}

#[test]
fn a_command_that_fails_is_told_in_words_and_what_it_printed_is_not() {
    let world = world("", "");
    let tell = program(&world, "echo canary; echo 'no such entry' >&2; exit 1");
    world.write(
        "config.toml",
        format!("{WORK}secrets = \"command\"\nsecret_command = [\"{tell}\"]\n"),
    );
    let said = world.hayon(["post", "Hello", "-vv"]).code(5);
    assert!(!said.stderr.contains("canary"), "{said}");
    let _ = said.mentions([
        "did not tell `token` of `work`",
        "no such entry",
        "hint: run it yourself",
    ]);
}
