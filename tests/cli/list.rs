//! `hayon list`: which posts are asked for, and what is said where there are none.

use crate::alone;
use crate::support::World;
use crate::support::scene::Scene;

/// Returns the numbers of the posts that `flags` ask for.
#[track_caller]
fn numbers(world: &World, flags: &[&str]) -> Vec<u64> {
    let arguments = ["list", "--json"].iter().chain(flags);
    let list = world.hayon(arguments).code(0).quiet().json();
    let posts = list.as_array().expect("a list").iter();
    posts
        .map(|post| post["number"].as_u64().expect("a number"))
        .collect()
}

/// Returns a world with posts of the days around now: 1 was due two days ago, 2 a day ago, 3 is due
/// now, 4 in an hour, 5 in two days.
fn days() -> World {
    let world = alone();
    for hours in [-48, -24, 0, 1, 48] {
        let text = format!("In {hours} hours");
        let _ = world.hayon(["post", "--queue", &text]).code(0).quiet();
        let later = hours * 3_600_000;
        world.tamper(&format!(
            "UPDATE posts SET due_at = due_at + {later}
             WHERE number = (SELECT max(number) FROM posts);
             UPDATE deliveries SET due_at = due_at + {later}, next_at = next_at + {later}
             WHERE post = (SELECT max(number) FROM posts);"
        ));
    }
    world
}

#[test]
fn posts_are_asked_for_by_when_they_are_due() {
    let world = days();
    assert_eq!(numbers(&world, &[]), [1, 2, 3, 4, 5]);
    assert_eq!(numbers(&world, &["--since", "25h ago"]), [2, 3, 4, 5]);
    assert_eq!(numbers(&world, &["--until", "25 h ago"]), [1]);
    assert_eq!(numbers(&world, &["--since", "now"]), [4, 5]);
    let span = ["--since", "30h ago", "--until", "in 2h"];
    assert_eq!(numbers(&world, &span), [2, 3, 4]);
    assert_eq!(
        numbers(&world, &["--until", "in 2h", "--limit", "2"]),
        [3, 4]
    );
    assert_eq!(numbers(&world, &["--until", "2000-01-01"]), [0; 0]);
}

#[test]
fn a_day_is_all_of_it() {
    let world = alone();
    for at in [
        "2999-06-01T00:00",
        "2999-06-01T23:59:59.999",
        "2999-06-02T00:00",
    ] {
        let _ = world.hayon(["post", "--at", at, at]).code(0).quiet();
    }
    let day = ["--since", "2999-06-01", "--until", "2999-06-01"];
    assert_eq!(numbers(&world, &day), [1, 2]);
}

#[test]
fn posts_are_asked_for_by_status_in_any_case() {
    let world = days();
    let _ = world.hayon(["cancel", "1"]).code(0);
    for status in ["PENDING", "pending", "Pending"] {
        assert_eq!(numbers(&world, &["--status", status]), [2, 3]);
    }
    assert_eq!(
        numbers(&world, &["--status", "scheduled,CANCELLED"]),
        [1, 4, 5]
    );
    let twice = ["--status", "scheduled", "--status", "cancelled"];
    assert_eq!(numbers(&world, &twice), [1, 4, 5]);
    // As many as were asked for, though others come after them.
    let one = ["--status", "cancelled,pending", "--limit", "2"];
    assert_eq!(numbers(&world, &one), [2, 3]);
    let of_yesterday = ["--status", "pending", "--until", "1h ago"];
    assert_eq!(numbers(&world, &of_yesterday), [2]);
    let _ = world
        .hayon(["list", "--status", "failde"])
        .code(2)
        .mentions([
            "[possible values: DRAFT, PENDING, SCHEDULED, PROCESSING, COMPLETED, PARTIAL_SUCCESS, \
         FAILED, CANCELLED]",
        ]);
}

#[test]
fn posts_are_asked_for_by_account_even_one_that_is_gone() {
    let mut scene = Scene::new(&[]);
    for (text, to) in [
        ("One", "mastodon"),
        ("Two", "bluesky"),
        ("Three", "bluesky,mastodon"),
    ] {
        let _ = scene
            .world
            .hayon(["post", "--queue", text, "--to", to])
            .code(0);
    }
    assert_eq!(numbers(&scene.world, &["--account", "mastodon"]), [1, 3]);
    assert_eq!(
        numbers(&scene.world, &["--account", "bluesky,mastodon"]),
        [1, 2, 3]
    );
    // Only the outbox remembers it.
    let config = scene.world.write(
        "config.toml",
        "[accounts.sky]\nplatform = \"bluesky\"\nhandle = \"a.example.com\"\n",
    );
    scene
        .world
        .set("HAYON_CONFIG", &config.display().to_string());
    for account in &scene.sandbox.accounts {
        for (variable, _) in account.secret_variables() {
            scene.world.unset(&variable);
        }
    }
    assert_eq!(numbers(&scene.world, &["--account", "mastodon"]), [1, 3]);
    assert_eq!(numbers(&scene.world, &["--account", "sky"]), [0; 0]);
    let refused = scene
        .world
        .hayon(["list", "--account", "sky,mastodn"])
        .code(2);
    let _ = refused.complains("error: `mastodn` is no account\nhint: did you mean `mastodon`?\n");
    let refused = scene.world.hayon(["list", "--account", "x"]).code(2);
    let _ = refused.complains(
        "error: `x` is no account\ncaused by: the accounts are `bluesky`, `mastodon`, `sky`\n",
    );
}

#[test]
fn where_nothing_fits_the_answer_is_empty_and_people_are_told() {
    let world = days();
    let said = world.hayon(["list", "--status", "failed"]).code(0);
    let _ = said.complains("there is no such post: `hayon list` shows them all\n");
    let said = world.hayon(["list", "--parked"]).code(0);
    let _ = said.complains("nothing is parked\n");
}

#[test]
fn a_time_that_cannot_be_meant_is_refused() {
    let world = alone();
    let said = world.hayon(["list", "--since", "last month"]).code(2);
    let _ = said.complains(
        "error: `last month` is no time\nhint: write it as in `2027-01-31`, `yesterday`, \
         `monday`, `3 days ago`, `in 2h` or `2027-01-31 09:00`\n",
    );
    let backwards = ["list", "--since", "2027-01-02", "--until", "2027-01-01"];
    let _ = world.hayon(backwards).code(2).complains(
        "error: `--since` is not before `--until`\nhint: name the earlier time with `--since`\n",
    );
}
