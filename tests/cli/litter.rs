//! Where pictures may come from besides files, and what is left of them when nobody has them any more.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use serde_json::Value;
use serde_json::json;

use crate::rules;
use crate::support::World;
use crate::support::scene::Scene;

/// Returns two scenes: media in a folder, and in a bucket.
fn scenes() -> [Scene; 2] {
    let folder = Scene::new(&[]);
    let mut bucket = Scene::new(&[]);
    bucket.world.keep_media_in(&bucket.sandbox);
    [folder, bucket]
}

/// Uploads a picture and returns its key.
#[track_caller]
fn upload(world: &World, name: &str) -> String {
    world.picture(name, 8, 8);
    let uploaded = world.hayon(["media", "upload", name, "--json"]).code(0);
    let key = &uploaded.json()[0]["key"];
    key.as_str().expect("a key").to_owned()
}

fn keys(world: &World) -> Vec<String> {
    let listed = world.hayon(["media", "list", "--json"]).code(0).json();
    let listed = listed.as_array().expect("a list").iter();
    listed
        .map(|line| line["key"].as_str().expect("a key").to_owned())
        .collect()
}

/// Lets every file in the folder of media be two days old.
fn age(world: &World) {
    let _ = world
        .shell(
            "find media -type f -exec touch -d '2 days ago' {} +",
            [""; 0],
        )
        .code(0);
}

fn removed(world: &World, flags: &[&str]) -> Vec<String> {
    let sweep = ["media", "sweep", "--json"];
    let swept = world.hayon(sweep.iter().chain(flags)).code(0).json();
    let removed = swept["removed"].as_array().expect("a list").iter();
    removed
        .map(|line| line["key"].as_str().expect("a key").to_owned())
        .collect()
}

#[test]
fn what_was_uploaded_before_is_posted_and_leaves_temp() {
    for scene in scenes() {
        let key = upload(&scene.world, "cat.png");
        let post = ["post", "Hi", "--media", &key, "--alt", "A cat", "--json"];
        let post = scene.world.hayon(post).code(0).json();
        assert_eq!(post["status"], "COMPLETED");
        let has = post["media"][0]["key"].as_str().unwrap().to_owned();
        assert_eq!(has.rsplit('/').next(), key.rsplit('/').next());
        assert_eq!(keys(&scene.world), [has]);
        assert_eq!(
            scene.public("mastodon")[0]["media"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
    }
}

#[test]
fn a_second_run_with_a_key_finds_the_upload_that_the_first_has_taken() {
    for scene in scenes() {
        let upload = upload(&scene.world, "cat.png");
        let post = |text: &str, code| {
            let words = [
                "post", text, "--key", "v1", "--media", &upload, "--alt", "A cat",
            ];
            scene
                .world
                .hayon(words.iter().chain(&["--json"]))
                .code(code)
        };
        let first = post("Hi", 0).json();
        let again = post("Hi", 0).json();
        assert_eq!(again["media"], first["media"]);
        assert_eq!(again["number"], 1);
        assert_eq!(scene.world.list().len(), 1);
        assert_eq!(scene.public("mastodon").len(), 1);
        let refused = post("Something else", 1).error_json();
        assert_eq!(refused["error"]["kind"], "other_post_under_key");
        // Nobody can tell what it was on a machine whose outbox is empty.
        let mut other = scene.another_machine();
        other.keep_media_as(&scene.world);
        let words = [
            "post", "Hi", "--key", "v1", "--media", &upload, "--alt", "A cat",
        ];
        let refused = other.hayon(words).code(3);
        let _ = refused.mentions([
            "the media store has no `temp/",
            "hint: an upload is gone when a post has taken it, and after a day: upload it again",
        ]);
    }
}

#[test]
fn a_draft_is_given_what_was_uploaded_and_a_post_is_not() {
    for scene in scenes() {
        let key = upload(&scene.world, "cat.png");
        let _ = scene.world.hayon(["post", "--draft", "Hi"]).code(0);
        let promote = ["media", "promote", &key, "--post", "1", "--alt", "A cat"];
        let _ = scene.world.hayon(promote).code(0);
        assert_eq!(scene.world.show(1)["media"][0]["alt"], "A cat");
        let _ = scene.world.hayon(["submit", "1"]).code(0);
        let _ = scene.world.hayon(["daemon", "--once"]).code(0);
        assert_eq!(scene.world.show(1)["status"], "COMPLETED");
        let other = upload(&scene.world, "dog.png");
        let _ = scene
            .world
            .hayon(["media", "promote", &other, "--post", "1"])
            .code(1)
            .mentions(["error: post 1 is no draft\n"]);
    }
}

#[test]
fn a_key_of_somebody_else_or_of_another_post_is_refused() {
    let scene = Scene::new(&[]);
    scene.world.picture("cat.png", 8, 8);
    let post = [
        "post", "Hi", "--media", "cat.png", "--alt", "A cat", "--json",
    ];
    let post = scene.world.hayon(post).code(0).json();
    let taken = post["media"][0]["key"].as_str().unwrap().to_owned();
    let foreign = "temp/mallory/01890000-0000-7000-8000-000000000000.png";
    let gone = "temp/sandbox/01890000-0000-7000-8000-000000000000.png";
    for (key, why) in [
        (
            taken.as_str(),
            "only what you have uploaded to `temp/` can be posted",
        ),
        (
            foreign,
            "only what you have uploaded to `temp/` can be posted",
        ),
        (gone, "the media store has no `"),
    ] {
        let refused = scene
            .world
            .hayon(["post", "Ho", "--media", key, "--json"])
            .code(3);
        let error = refused.error_json();
        assert_eq!(
            rules(&error["error"]["violations"]),
            [("-", "unreadable_media")]
        );
        assert!(
            error["error"]["message"].as_str().unwrap().contains(why),
            "{error}"
        );
    }
}

#[test]
fn a_picture_on_the_web_is_fetched_only_from_where_it_may_be() {
    let [_, scene] = scenes();
    let key = upload(&scene.world, "cat.png");
    let url = scene.world.hayon(["media", "url", &key]).code(0).stdout;
    let url = url.lines().next().unwrap().trim();
    let post = ["post", "Hi", "--media", url, "--alt", "A cat"];
    let refused = scene.world.hayon(post).code(3);
    let _ = refused.mentions(["only addresses that begin with `https://` are fetched"]);
    let secret = url.split_once('?').map_or("", |(_, query)| query);
    let refused = scene.world.hayon(post.iter().chain(&["--json"])).code(3);
    assert!(
        secret.is_empty() || !refused.stderr.contains(secret),
        "{refused}"
    );
    let allowed = post.iter().chain(&["--allow-private", "--json"]);
    let posted = scene.world.hayon(allowed).code(0).json();
    assert_eq!(posted["media"][0]["width"], 8);
    let private = ["post", "Ho", "--media", "https://169.254.169.254/a.png"];
    let refused = scene.world.hayon(private).code(3);
    let _ = refused.mentions(["`169.254.169.254` is of a private network"]);
    let offline = [
        "validate",
        "--offline",
        "Ho",
        "--media",
        "https://example.com/a.png",
    ];
    let refused = scene.world.hayon(offline).code(3);
    assert!(refused.stdout.contains("nobody is asked"), "{refused}");
}

#[test]
fn a_sweep_removes_what_is_old_and_belongs_to_no_post_of_this_outbox() {
    let scene = Scene::new(&[]);
    let world = &scene.world;
    let temp = upload(world, "a.png");
    world.picture("b.png", 9, 9);
    let post = |text: &str| {
        let post = [
            "post", "--queue", text, "--media", "b.png", "--alt", "B", "--json",
        ];
        let post = world.hayon(post).code(0).json();
        post["media"][0]["key"].as_str().unwrap().to_owned()
    };
    let (kept, orphan) = (post("Kept"), post("Gone"));
    world.tamper("DELETE FROM posts WHERE number = 2");
    assert_eq!(removed(world, &[]), [""; 0], "what is young");
    age(world);
    let mut litter = vec![orphan.clone(), temp.clone()];
    litter.sort();
    let mut listed = removed(world, &["--dry-run"]);
    listed.sort();
    assert_eq!(listed, litter);
    assert_eq!(keys(world).len(), 3, "a dry run removes nothing");
    // Another outbox with the same folder judges nothing but `temp/`.
    let other = world.path("other.db").display().to_string();
    assert_eq!(removed(world, &["--dry-run", "--outbox", &other]), [temp]);
    let mut swept = removed(world, &[]);
    swept.sort();
    assert_eq!(swept, litter);
    assert_eq!(keys(world), [kept]);
    let said = world.hayon(["media", "sweep"]).code(0);
    let _ = said.mentions(["there is no litter\n"]);
}

#[test]
fn a_sweep_of_a_folder_removes_what_a_process_that_died_was_writing() {
    let scene = Scene::new(&[]);
    let world = &scene.world;
    let kept = upload(world, "a.png");
    let post = "posts/sandbox/01890000-0000-7000-8000-000000000000";
    let half = "temp/sandbox/.new-Ab12".to_owned();
    let litter = [
        half.clone(),
        format!("{post}/.outbox"),
        format!("{post}/.new-Cd34"),
    ];
    for name in &litter {
        world.write(&format!("media/{name}"), "half");
    }
    assert_eq!(removed(world, &[]), [""; 0], "what is young");
    age(world);
    let _ = world.shell(&format!("touch media/{kept}"), [""; 0]).code(0);
    let mut listed = removed(world, &["--dry-run"]);
    listed.sort();
    let mut expected = litter.to_vec();
    expected.sort();
    assert_eq!(listed, expected);
    assert!(world.path(&format!("media/{half}")).exists(), "a dry run");
    let mut swept = removed(world, &[]);
    swept.sort();
    assert_eq!(swept, expected);
    assert_eq!(files(&world.path("media")).len(), 1);
    assert!(!world.path(&format!("media/{post}")).exists());
}

#[test]
fn a_draft_is_given_the_same_upload_once_however_often_it_is_said() {
    for scene in scenes() {
        let key = upload(&scene.world, "cat.png");
        let _ = scene.world.hayon(["post", "--draft", "Hi"]).code(0);
        let promote = ["media", "promote", &key, "--post", "1", "--alt", "A cat"];
        for _ in 0..2 {
            let _ = scene.world.hayon(promote).code(0);
            let media = scene.world.show(1)["media"].clone();
            assert_eq!(media.as_array().map(Vec::len), Some(1), "{media}");
        }
        let said = scene.world.hayon(promote).code(0);
        let _ = said.mentions(["post 1 has it already\n"]);
    }
}

#[test]
fn in_a_bucket_what_is_promoted_is_marked_with_its_outbox_and_the_young_is_left_alone() {
    let [_, scene] = scenes();
    let _ = upload(&scene.world, "a.png");
    let _ = upload(&scene.world, "b.png");
    assert_eq!(removed(&scene.world, &[]), [""; 0]);
    assert_eq!(keys(&scene.world).len(), 2);
}

/// Returns the files below `folder`, without what hayon notes beside them.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    let deep = paths.flat_map(|path| {
        if path.is_dir() {
            files(&path)
        } else {
            vec![path]
        }
    });
    let is_note = |path: &PathBuf| path.file_name().is_some_and(|name| name == ".outbox");
    deep.filter(|path| !is_note(path)).collect()
}

#[test]
fn a_deleted_post_leaves_neither_pictures_nor_notes() {
    let scene = Scene::new(&[]);
    scene.world.picture("b.png", 9, 9);
    let post = ["post", "Hi", "--media", "b.png", "--alt", "B"];
    let _ = scene.world.hayon(post).code(0);
    assert_eq!(files(&scene.world.path("media")).len(), 1);
    let deleted: Value = scene.world.hayon(["delete", "1", "--json"]).code(0).json();
    assert_eq!(deleted["number"], json!(1));
    let _ = scene
        .world
        .shell("test -z \"$(find media -type f)\"", [""; 0])
        .code(0);
}
