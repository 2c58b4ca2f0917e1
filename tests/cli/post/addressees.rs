//! Where a post goes: nothing goes where nobody sent it.

use crate::alone;
use crate::support::World;

/// Returns a world with four accounts, on two platforms, that nobody could reach.
fn four_accounts(top: &str) -> World {
    let mut world = World::new();
    let mut config = top.to_owned();
    for (name, platform) in [
        ("sky", "platform = \"bluesky\"\nhandle = \"a.example.com\""),
        ("sea", "platform = \"bluesky\"\nhandle = \"b.example.com\""),
        (
            "work",
            "platform = \"mastodon\"\ninstance = \"http://127.0.0.1:9\"",
        ),
        (
            "home",
            "platform = \"mastodon\"\ninstance = \"http://127.0.0.1:9\"",
        ),
    ] {
        config.push_str(&format!("\n[accounts.{name}]\n{platform}\n"));
    }
    let config = world.write("config.toml", config).display().to_string();
    world.set("HAYON_CONFIG", &config);
    world.set("HAYON_OUTBOX", &world.outbox().display().to_string());
    world
}

/// Asserts to which accounts a post with `flags` goes.
#[track_caller]
fn check(world: &World, flags: &[&str], expected: &[&str]) {
    let always = ["post", "--queue", "--quiet", "--json", "--again", "hi"];
    let post = world.hayon(always.iter().chain(flags)).code(0).json();
    let deliveries = post["deliveries"].as_array().expect("deliveries").iter();
    let accounts: Vec<&str> = deliveries
        .map(|it| it["account"].as_str().expect("a name"))
        .collect();
    assert_eq!(accounts, expected, "{flags:?}");
}

#[test]
fn an_account_a_platform_and_all_may_be_named_in_any_mixture_and_count_once() {
    let world = four_accounts("");
    check(&world, &["--to", "work"], &["work"]);
    check(&world, &["--to", "mastodon"], &["work", "home"]);
    check(&world, &["--to", "home,sky"], &["home", "sky"]);
    check(&world, &["--to", " home , sky ,"], &["home", "sky"]);
    check(
        &world,
        &["--to", "home", "--to", "bluesky,home"],
        &["home", "sky", "sea"],
    );
    check(
        &world,
        &["--to", "sea,all"],
        &["sea", "sky", "work", "home"],
    );
}

#[test]
fn without_a_word_it_goes_to_the_default_accounts() {
    let world = four_accounts("default_to = [\"work\", \"sky\"]\n");
    check(&world, &[], &["work", "sky"]);
    check(&world, &["--to", "home"], &["home"]);
}

#[test]
fn without_a_word_it_goes_to_the_only_account_there_is() {
    check(&alone(), &[], &["bluesky"]);
}

#[test]
fn without_a_word_and_with_several_accounts_it_goes_nowhere_and_they_are_listed() {
    let world = four_accounts("");
    let _ = world.hayon(["post", "hi"]).code(2).complains(
        "error: nobody said where the post goes\n\
         caused by: the accounts are `sky`, `sea`, `work`, `home`\n\
         hint: name them with `--to`, or set `default_to` in the configuration\n",
    );
    world.has_stored_nothing();
}

#[test]
fn an_empty_word_is_no_default() {
    // A script whose variable is empty.
    let world = four_accounts("default_to = [\"work\"]\n");
    for nothing in ["", " ", ","] {
        let _ = world
            .hayon(["post", "hi", "--to", nothing])
            .code(2)
            .complains(
                "error: `--to` names no account\n\
             hint: name one, or leave `--to` out to post to the default accounts\n",
            );
    }
    world.has_stored_nothing();
}

#[test]
fn a_mistyped_account_is_refused_with_the_nearest() {
    let world = four_accounts("default_to = [\"work\"]\n");
    let _ = world
        .hayon(["post", "hi", "--to", "sky,wrok"])
        .code(2)
        .complains(
            "error: `wrok` is no account and no platform\n\
         caused by: the accounts are `sky`, `sea`, `work`, `home`\n\
         hint: did you mean `work`?\n",
        );
    let _ = world
        .hayon(["post", "hi", "--to", "mastdon"])
        .code(2)
        .mentions(["hint: did you mean `mastodon`?\n"]);
    let error = world
        .hayon(["post", "hi", "--to", "nosuch", "--json"])
        .code(2)
        .error_json();
    assert_eq!(error["error"]["kind"], "usage");
    world.has_stored_nothing();
}

#[test]
fn a_platform_without_an_account_is_refused() {
    let _ = alone()
        .hayon(["post", "hi", "--to", "mastodon"])
        .code(2)
        .mentions([
            "error: there is no account on Mastodon\ncaused by: the accounts are `bluesky`\n",
        ]);
}

#[test]
fn without_any_account_the_two_commands_to_a_first_post_are_told() {
    let world = World::new();
    let _ = world.hayon(["post", "hi"]).code(2).complains(
        "error: there is no account yet\n\
         hint: to see hayon work without one: `hayon sandbox --demo`\n\
         hint: two commands to a first post: `hayon account add`, `hayon post \"Hello, everyone\"`\n\
         hint: in CI variables do without a log-in, such as `HAYON_MASTODON_INSTANCE` and \
         `HAYON_MASTODON_TOKEN`\n",
    );
    world.has_stored_nothing();
}
