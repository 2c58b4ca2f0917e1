//! `hayon account add`, by flags and stdin.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::account::PASSWORD;
use crate::account::TOKEN;
use crate::account::bluesky;
use crate::account::config;
use crate::account::requests;
use crate::account::strangers;
use crate::server::Server;
use crate::support::World;
use crate::support::run::Ended;
use crate::support::run::Run;
use crate::support::sandbox::Sandbox;

const TOKEN_OF_BOB: &str = "sandbox-mastodon-token-of-bob";

#[track_caller]
fn mastodon(world: &World, sandbox: &Sandbox, token: &str, flags: &[&str]) -> Run {
    let always = [
        "account",
        "add",
        "mastodon",
        "--secret-stdin",
        "--instance",
        &sandbox.address,
    ];
    world.hayon_reading(token, always.iter().chain(flags))
}

#[test]
fn a_bluesky_account_is_added_by_its_handle_and_an_app_password() {
    let (sandbox, world) = strangers();
    let handle = ["--handle", "@Alice.sandbox.test"];
    let said = bluesky(&world, &sandbox, PASSWORD, &handle).code(0).shows([
        "logged in as @alice.sandbox.test",
        "session  was made with an app password",
        "nothing is wrong",
        "hayon post --to bluesky \"Hello\"",
    ]);
    // Where there is no keyring, that is said aloud.
    said.mentions(["kept in a file that only you can read"]);
    let expected = format!(
        "[accounts.bluesky]\nplatform = \"bluesky\"\nsecrets = \"file\"\nhandle = \
         \"alice.sandbox.test\"\nservice = \"{}\"\n",
        sandbox.address
    );
    assert_eq!(config(&world), expected);
    let credentials = world.path("state/hayon/credentials.toml");
    let mode = fs::metadata(credentials).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let file = fs::metadata(world.path("config/hayon/config.toml")).unwrap();
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
    // The session that was opened is the one that posts.
    let _ = world.hayon(["post", "--to", "bluesky", "Hello"]).code(0);
    assert_eq!(
        requests(&sandbox, "/xrpc/com.atproto.server.createSession"),
        1
    );
}

#[test]
fn what_is_refused_keeps_nothing() {
    let (sandbox, world) = strangers();
    let alice = ["--handle", "alice.sandbox.test"];
    let _ = bluesky(&world, &sandbox, "aaaa-bbbb-cccc-dddd", &alice)
        .code(5)
        .mentions(["does not accept this app password", "hint: make one at"]);
    let nobody = ["--handle", "nobody.sandbox.test"];
    let _ = bluesky(&world, &sandbox, PASSWORD, &nobody)
        .code(1)
        .mentions(["nobody has the handle `nobody.sandbox.test`"]);
    let said = bluesky(&world, &sandbox, "canary hunter2", &alice).code(2);
    let said = said.mentions(["this is no app password"]);
    assert!(!said.stderr.contains("canary"), "{said}");
    let _ = bluesky(&world, &sandbox, "\n", &alice)
        .code(2)
        .mentions(["there is no secret on stdin"]);
    let _ = mastodon(&world, &sandbox, "nonsense", &[])
        .code(5)
        .mentions([
            "cannot read whose the token is",
            "The access token is invalid",
        ]);
    assert_eq!(config(&world), "");
    assert!(!world.path("state/hayon/credentials.toml").exists());
}

#[test]
fn who_cannot_be_asked_is_told_the_flag() {
    let world = World::new();
    for (arguments, flag) in [
        (&["account", "add"][..], "`hayon account add mastodon`"),
        (
            &["account", "add", "bluesky"],
            "`--handle alice.bsky.social`",
        ),
        (
            &["account", "add", "bluesky", "--handle", "a.example"],
            "`--secret-stdin`",
        ),
        (
            &["account", "add", "mastodon"],
            "`--instance mastodon.social`",
        ),
    ] {
        let _ = world
            .hayon(arguments)
            .code(2)
            .mentions(["nobody can be asked here", flag]);
    }
}

#[test]
fn what_is_no_mastodon_server_is_said_to_be_none() {
    let server = Server::start(|_, _| (404, "{}".to_owned()));
    let world = World::new();
    let add = ["account", "add", "mastodon", "--instance", &server.address];
    let _ = world.hayon(add).code(1).mentions([
        "cannot register at",
        "is it the address of a Mastodon server?",
    ]);
    for instance in [
        "http://example.social",
        "two words",
        "https://a.example/@me",
    ] {
        let add = ["account", "add", "mastodon", "--instance", instance];
        let _ = world
            .hayon(add)
            .code(2)
            .mentions(["this is no Mastodon server"]);
    }
}

#[test]
fn another_account_gets_another_name_and_takes_none_by_accident() {
    let (sandbox, world) = strangers();
    let _ = mastodon(&world, &sandbox, TOKEN, &[]).code(0);
    let _ = mastodon(&world, &sandbox, TOKEN_OF_BOB, &[])
        .code(0)
        .shows(["--to bob"]);
    let name = ["--name", "mastodon"];
    let said = mastodon(&world, &sandbox, TOKEN_OF_BOB, &name).code(1);
    let _ = said.mentions(["`mastodon` is the name of another account", "`--replace`"]);
    let handle = ["--handle", "alice.sandbox.test", "--name", "bob"];
    let said = bluesky(&world, &sandbox, PASSWORD, &handle).code(1);
    let _ = said.mentions(["`bob` is the name of an account on Mastodon"]);

    let replace = [&handle[..], &["--replace"]].concat();
    let _ = bluesky(&world, &sandbox, PASSWORD, &replace).code(0);
    let told = config(&world);
    let (_, bob) = told.split_once("[accounts.bob]").unwrap();
    assert!(
        bob.contains("bluesky") && !bob.contains("instance"),
        "{told}"
    );
    let credentials = fs::read_to_string(world.path("state/hayon/credentials.toml")).unwrap();
    assert!(!credentials.contains(TOKEN_OF_BOB));
}

#[test]
fn who_logs_in_again_keeps_the_settings_and_is_told_what_waits() {
    let (sandbox, mut world) = strangers();
    let written = format!(
        "# Mine.\n[accounts.work]\nplatform = \"mastodon\" # the first\ninstance = \"{}\"\n",
        sandbox.address
    );
    let path = world.write("mine.toml", written).display().to_string();
    world.set("HAYON_CONFIG", &path);
    world.set("HAYON_WORK_TOKEN", "revoked-long-ago");
    let said = world.hayon(["post", "--to", "work", "Hello"]).code(5);
    drop(said);

    let again = ["account", "add", "--name", "work", "--secret-stdin"];
    let said = world.hayon_reading(TOKEN, again).code(5);
    let _ = said.mentions(["`HAYON_WORK_TOKEN` is set, and wins over what was just kept"]);
    world.unset("HAYON_WORK_TOKEN");
    let said = world.hayon_reading(TOKEN, again).code(0);
    let said = said.mentions(["waits for `hayon retry --account work`"]);
    drop(said);
    let told = fs::read_to_string(&path).unwrap();
    assert!(
        told.starts_with("# Mine.\n[accounts.work]\nplatform = \"mastodon\" # the first\n"),
        "{told}"
    );
    assert!(told.contains("handle = \"@alice@"), "{told}");
}

#[test]
fn json_tells_what_was_added_in_one_document() {
    let (sandbox, world) = strangers();
    let said: Ended = mastodon(&world, &sandbox, TOKEN, &["--json", "--name", "work"]).code(0);
    let told = said.json();
    assert_eq!(told["account"], "work");
    assert_eq!(told["platform"], "mastodon");
    assert_eq!(told["secrets"], "file");
    assert_eq!(told["expires_at"], Value::Null);
    assert_eq!(told["ok"], true);
    assert!(
        told["checks"]
            .as_array()
            .is_some_and(|checks| checks.len() > 4)
    );
    assert!(
        !said.stdout.contains(TOKEN) && !said.stderr.contains(TOKEN),
        "{said}"
    );
    // Nobody can be told an address.
    let browser = [
        "account",
        "add",
        "mastodon",
        "--json",
        "--instance",
        &sandbox.address,
    ];
    let error = world.hayon(browser).code(2).error_json();
    assert_eq!(error["error"]["kind"], "usage");
}

#[test]
fn a_token_that_may_not_post_is_kept_and_said_to_be_of_no_use() {
    let (sandbox, world) = strangers();
    let said = mastodon(&world, &sandbox, "sandbox-mastodon-token-to-read", &[]).code(5);
    let said = said.shows(["the token may not post"]);
    assert!(!said.stdout.contains("to post:"), "{said}");
}

#[test]
fn a_configuration_that_is_named_and_not_there_is_written() {
    let (sandbox, mut world) = strangers();
    let path = world.path("new/mine.toml").display().to_string();
    world.set("HAYON_CONFIG", &path);
    let _ = mastodon(&world, &sandbox, TOKEN, &[]).code(0);
    assert!(
        fs::read_to_string(&path)
            .unwrap()
            .contains("[accounts.mastodon]")
    );
}
