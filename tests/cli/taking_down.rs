//! `hayon delete --published`: what is public is taken down where the platform lets a program do so.

use serde_json::Value;

use crate::support::World;
use crate::support::run::Run;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

/// Every platform that lets a program delete whatever its log-in.
const DELETING: [&str; 5] = ["bluesky", "mastodon", "threads", "facebook", "tumblr"];

/// Publishes a post and returns it.
#[track_caller]
fn published(world: &World, to: &str, more: &[&str]) -> Value {
    let always = ["post", "Soon gone", "--to", to, "--json"];
    let arguments = always.iter().chain(more);
    world.hayon(arguments).code(0).json()
}

#[track_caller]
fn delete(world: &World, flags: &[&str]) -> Run {
    let always = ["delete", "1", "--published", "--json"];
    world.hayon(always.iter().chain(flags))
}

/// Returns what is said of the account's delivery, and why.
fn answer<'p>(post: &'p Value, account: &str) -> (&'p str, &'p str) {
    let delivery = delivery(post, account);
    let word = |field: &str| delivery[field].as_str().unwrap_or_default();
    (word("answer"), word("answer_message"))
}

#[test]
fn what_is_published_is_taken_down_everywhere_and_forgotten() {
    let scene = Scene::new(&[]);
    published(&scene.world, &DELETING.join(","), &[]);
    let ended = delete(&scene.world, &[]);
    let post = ended.code(0).json();
    for platform in DELETING {
        assert_eq!(answer(&post, platform), ("taken_down", ""), "{platform}");
        assert!(scene.public(platform).is_empty(), "{platform}");
    }
    assert!(scene.world.list().is_empty());
}

#[test]
fn for_one_account_alone_it_is_taken_down_there_and_nothing_is_forgotten() {
    let scene = Scene::new(&[]);
    published(&scene.world, "bluesky,mastodon", &[]);
    let post = delete(&scene.world, &["--account", "mastodon"])
        .code(0)
        .json();
    assert_eq!(answer(&post, "mastodon"), ("taken_down", ""));
    assert_eq!(delivery(&post, "bluesky")["answer"], Value::Null);
    assert!(scene.public("mastodon").is_empty());
    assert_eq!(scene.public("bluesky").len(), 1);

    let kept = scene.world.show(1);
    assert_eq!(kept["status"], "COMPLETED");
    let is_time = |account: &str| delivery(&kept, account)["taken_down_at"].is_string();
    assert_eq!((is_time("mastodon"), is_time("bluesky")), (true, false));
    let shown = scene.world.hayon(["show", "1"]).code(0).stdout;
    assert!(shown.contains("delivered  taken down 20"), "{shown}");

    let again = delete(&scene.world, &["--account", "mastodon"])
        .code(0)
        .json();
    assert_eq!(answer(&again, "mastodon"), ("was_gone", ""));
}

#[test]
fn where_no_program_may_delete_it_says_so_and_where_to_do_it() {
    let mut scene = Scene::new(&[]);
    let sandbox = &scene.sandbox;
    scene.world.keep_media_in(sandbox);
    let picture = scene
        .world
        .picture("one.png", 400, 400)
        .display()
        .to_string();
    let media = ["--media", &picture, "--alt", "one"];
    published(&scene.world, "bluesky,instagram", &media);
    let said = scene.world.hayon(["delete", "1", "--published"]).code(4);
    assert!(
        said.stdout.contains("bluesky: taken down\n"),
        "{}",
        said.stdout
    );
    let why = "instagram: not taken down: Instagram deletes only for programs with a log-in at \
               Facebook";
    assert!(said.stdout.contains(why), "{}", said.stdout);
    let hint = "hint: delete it there yourself: http://127.0.0.1:";
    assert!(said.stderr.contains(hint), "{}", said.stderr);
    assert!(scene.public("bluesky").is_empty());
    assert_eq!(scene.public("instagram").len(), 1);
    assert_eq!(scene.world.list().len(), 1);
}

#[test]
fn what_somebody_else_has_deleted_was_gone_already() {
    let scene = Scene::new(&[]);
    let to = "mastodon,threads,facebook,tumblr";
    published(&scene.world, to, &[]);
    // Another machine's outbox that knows the same posts.
    let other = scene.another_machine();
    for name in ["outbox.db", "outbox.db-wal"] {
        std::fs::copy(scene.world.path(name), other.path(name)).expect("an outbox");
    }
    delete(&scene.world, &[]).code(0).quiet();
    let post = delete(&other, &[]).code(0).json();
    for platform in to.split(',') {
        assert_eq!(answer(&post, platform), ("was_gone", ""), "{platform}");
    }
}

#[test]
fn a_revoked_token_is_said_and_the_post_is_kept() {
    let mut scene = Scene::new(&[]);
    published(&scene.world, "mastodon", &[]);
    scene.world.set("HAYON_MASTODON_TOKEN", "revoked");
    let post = delete(&scene.world, &[]).code(5).json();
    let (word, why) = answer(&post, "mastodon");
    assert_eq!(word, "failed");
    assert!(why.contains("401"), "{why}");
    assert_eq!(scene.public("mastodon").len(), 1);
    assert_eq!(
        delivery(&scene.world.show(1), "mastodon")["taken_down_at"],
        Value::Null
    );
}

#[test]
fn what_is_still_to_be_sent_is_cancelled_first() {
    let scene = Scene::new(&[]);
    let queued = ["post", "Later", "--to", "mastodon", "--queue"];
    let _ = scene.world.hayon(queued).code(0);
    let _ = scene
        .world
        .hayon(["delete", "1", "--published"])
        .code(1)
        .complains(
            "error: post 1 is not published to `mastodon` yet, or in doubt\n\
         hint: `hayon cancel 1` or `hayon resolve 1` first, or name what to take down with \
         `--account`\n",
        );
    let _ = scene
        .world
        .hayon(["delete", "1", "--published", "--account", "bluesky"])
        .code(1)
        .complains(
            "error: post 1 does not go to `bluesky`\n\
             hint: `hayon show 1` says where it goes\n",
        );
}

#[test]
fn the_same_words_may_go_out_again_at_once() {
    let scene = Scene::new(&[]);
    published(&scene.world, "mastodon", &[]);
    let _ = delete(&scene.world, &["--account", "mastodon"]).code(0);
    published(&scene.world, "mastodon", &[]);
    assert_eq!(scene.public("mastodon").len(), 1);
}
