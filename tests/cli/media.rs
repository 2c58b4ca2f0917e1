//! `hayon media`, and posts whose pictures go through a bucket: temp/, posts/, the row, temp/ no more.

use std::fs;

use serde_json::Value;

use crate::alone;
use crate::fields;
use crate::support::World;
use crate::support::http;
use crate::support::run::Ended;
use crate::support::sandbox::Sandbox;
use crate::support::scene::Scene;

const MEBIBYTE: usize = 1024 * 1024;

/// Returns a scene whose media are in the sandbox's bucket.
pub(crate) fn scene_with(faults: &[&str]) -> Scene {
    let mut scene = Scene::with_faults(faults);
    scene.world.keep_media_in(&scene.sandbox);
    scene
}

pub(crate) fn scene() -> Scene {
    scene_with(&[])
}

pub(crate) fn keys(world: &World, prefix: &str) -> Vec<String> {
    let arguments = ["media", "list", "--prefix", prefix, "--json"];
    let listed = world.hayon(arguments).code(0).quiet().json();
    let listed = listed.as_array().expect("a list").iter();
    listed
        .map(|line| {
            assert_eq!(fields(line), ["key", "modified_at", "size_bytes"]);
            line["key"].as_str().expect("a key").to_owned()
        })
        .collect()
}

/// Whether `key` is in `temp/`, and its extension that of a PNG.
pub(crate) fn is_of_a_new_png(key: &str) -> bool {
    key.starts_with("temp/") && key.rsplit_once('.').is_some_and(|(_, it)| it == "png")
}

fn film(world: &World, name: &str, size: usize) {
    let mut bytes = b"\0\0\0\x20ftypisom".to_vec();
    bytes.resize(size, 7);
    world.write(name, bytes);
}

fn uploaded(ended: &Ended) -> Vec<Value> {
    ended.json().as_array().expect("a list").clone()
}

#[test]
fn a_posts_picture_goes_through_temp_to_posts_and_leaves_nothing_behind() {
    let scene = scene();
    scene.world.picture("a.png", 8, 8);
    let arguments = ["post", "--json", "hi", "--media", "a.png", "--alt", "A"];
    let post = scene.world.hayon(arguments).code(0).quiet().json();
    assert_eq!(post["status"], "COMPLETED");
    assert_eq!(scene.public("mastodon").len(), 1);
    assert_eq!(scene.public("bluesky")[0]["media"][0]["alt"], "A");
    let key = post["media"][0]["key"].as_str().unwrap();
    assert_eq!(keys(&scene.world, ""), [key]);
    assert!(!scene.world.path("media").exists(), "a folder was made");
    let log = scene.sandbox.log();
    let deeds = log
        .iter()
        .filter(|line| line["platform"] == "s3" && line["event"] == "acted")
        .filter(|line| line["method"] == "PUT" || line["method"] == "DELETE")
        .map(|line| {
            let path = line["path"].as_str().unwrap();
            let area = path.split('/').nth(2).unwrap();
            format!("{} {area}", line["method"].as_str().unwrap())
        });
    let deeds: Vec<String> = deeds.collect();
    assert_eq!(deeds, ["PUT temp", "PUT posts", "DELETE temp"]);
}

#[test]
fn a_post_is_not_stored_where_its_picture_could_not_be() {
    let scene = scene_with(&["s3 PUT /hayon-sandbox/posts/* #* status:403"]);
    scene.world.picture("a.png", 8, 8);
    let arguments = ["post", "--json", "hi", "--media", "a.png", "--alt", "A"];
    let error = scene.world.hayon(arguments).code(1).error_json();
    assert_eq!(error["error"]["kind"], "access_denied");
    assert_eq!(scene.world.list(), Vec::<Value>::new());
    assert_eq!(scene.public("mastodon"), Vec::<Value>::new());
}

#[test]
fn a_post_without_pictures_asks_no_bucket() {
    let scene = scene_with(&["s3 * * #* hang"]);
    let _ = scene.world.hayon(["post", "hi"]).code(0);
    assert_eq!(scene.public("mastodon").len(), 1);
}

#[test]
fn an_upload_prints_a_key_and_an_address_that_others_can_fetch() {
    let scene = scene();
    let picture = fs::read(scene.world.picture("a.png", 8, 8)).unwrap();
    film(&scene.world, "film.mp4", 17 * MEBIBYTE);
    let arguments = ["media", "upload", "a.png", "film.mp4", "--json"];
    let ended = scene.world.hayon(arguments).code(0).quiet();
    let uploads = uploaded(&ended);
    let expected = [
        "expires_at",
        "key",
        "mime",
        "path",
        "sha256",
        "size_bytes",
        "url",
    ];
    assert_eq!(fields(&uploads[0]), expected);
    assert_eq!(uploads[0]["mime"], "image/png");
    assert_eq!(uploads[1]["mime"], "video/mp4");
    assert_eq!(uploads[1]["size_bytes"], 17 * MEBIBYTE);
    let key = uploads[0]["key"].as_str().unwrap();
    assert!(is_of_a_new_png(key), "{key}");
    let fetched = http::get_url(uploads[0]["url"].as_str().unwrap());
    assert_eq!(fetched.status, 200);
    assert_eq!(fetched.body, String::from_utf8_lossy(&picture));
    assert_eq!(keys(&scene.world, "temp/").len(), 2);
    assert_eq!(keys(&scene.world, "posts/").len(), 0);
    let said = scene
        .world
        .hayon(["media", "upload", "a.png", "film.mp4"])
        .code(0)
        .quiet();
    for (mime, path) in [("image/png", "a.png"), ("video/mp4", "film.mp4")] {
        let is_told = |line: &str| line.contains(mime) && line.ends_with(path);
        let line = said.stdout.lines().find(|line| is_told(line));
        assert!(line.is_some_and(|line| line.starts_with("temp/")), "{said}");
    }
}

#[test]
fn small_files_go_side_by_side_and_are_told_in_the_order_in_which_they_were_named() {
    let scene = scene_with(&["s3 PUT * #1 slow:1s"]);
    let names = ["d.png", "c.png", "b.png", "a.png"];
    for name in names {
        scene.world.picture(name, 8, 8);
    }
    let arguments = ["media", "upload", "--json"];
    let ended = scene.world.hayon(arguments.iter().chain(&names)).code(0);
    let uploads = uploaded(&ended.quiet());
    let told: Vec<_> = uploads.iter().map(|it| it["path"].clone()).collect();
    assert_eq!(told, names);
    assert_eq!(keys(&scene.world, "temp/").len(), 4);
    let log = scene.sandbox.log();
    let puts: Vec<&Value> = log.iter().filter(|line| line["method"] == "PUT").collect();
    let first = puts
        .iter()
        .position(|line| line["event"] == "answered" && line["n"] == puts[0]["n"]);
    let received = puts.iter().filter(|line| line["event"] == "received");
    let before = puts[..first.expect("an answer")].iter();
    let before = before.filter(|line| line["event"] == "received").count();
    assert_eq!((before, received.count()), (4, 4), "{puts:#?}");
}

/// Waits until an upload remembers two parts.
#[track_caller]
fn two_parts_are_there(world: &World) {
    let memory = world.path("state/hayon/uploads");
    crate::support::eventually("two parts to be remembered", || {
        let file = fs::read_dir(&memory).ok()?.next()?.ok()?;
        let text = fs::read_to_string(file.path()).ok()?;
        (text.lines().count() >= 3).then_some(())
    });
}

#[test]
fn an_upload_that_was_killed_goes_on_where_it_stopped() {
    // Of five parts two arrive, and nobody hears of the others.
    let hang = [3, 4, 5].map(|nth| format!("s3 PUT * #{nth} hang"));
    let scene = scene_with(&hang.each_ref().map(String::as_str));
    film(&scene.world, "film.mp4", 40 * MEBIBYTE);
    let running = scene.world.start(["media", "upload", "film.mp4"]);
    two_parts_are_there(&scene.world);
    // One that is killed before it has sent the last part would leave its fault to the next run.
    crate::support::eventually("five parts on their way", || {
        let log = scene.sandbox.log();
        let is_part = |line: &&Value| line["event"] == "received" && line["method"] == "PUT";
        (log.iter().filter(is_part).count() >= 5).then_some(())
    });
    let _ = running.kill().killed();
    assert_eq!(keys(&scene.world, ""), [""; 0]);
    let again = scene.world.hayon(["media", "upload", "film.mp4", "--json"]);
    let uploads = uploaded(&again.code(0).quiet());
    let key = uploads[0]["key"].as_str().unwrap();
    assert_eq!(uploads[0]["size_bytes"], 40 * MEBIBYTE);
    assert_eq!(keys(&scene.world, ""), [key]);
    let path = format!("/hayon-sandbox/{key}");
    let sent = scene.requests("received", "PUT", &path);
    assert_eq!(sent.len(), 5 + 3, "what was there was sent again");
}

#[test]
fn a_stopped_upload_says_what_remains_and_how_to_go_on() {
    let scene = scene_with(&["s3 PUT * #3+ hang"]);
    film(&scene.world, "film.mp4", 40 * MEBIBYTE);
    let running = scene.world.start(["media", "upload", "film.mp4"]);
    two_parts_are_there(&scene.world);
    running.terminate();
    let _ = running.wait().code(1).complains(
        "error: stopped: 16.00 MiB of 40.00 MiB of `film.mp4` are stored\n\
         hint: `hayon media upload film.mp4` goes on where it stopped\n\
         hint: `hayon media upload --give-up film.mp4` deletes what is there\n",
    );
    let given_up = scene
        .world
        .hayon(["media", "upload", "--give-up", "film.mp4"]);
    let given_up = given_up.code(0).quiet();
    assert_eq!(given_up.stdout, "deleted what was there of `film.mp4`\n");
}

#[test]
fn what_is_no_picture_or_video_is_not_uploaded() {
    let scene = scene();
    scene.world.write("a.png", "no picture");
    let said = scene.world.hayon(["media", "upload", "a.png"]).code(1);
    let _ = said.mentions(["error: `a.png` is neither a picture nor a video that hayon knows\n"]);
    let said = scene.world.hayon(["media", "upload", "none.png"]).code(1);
    let _ = said.mentions(["error: `none.png` cannot be uploaded: No such file"]);
}

#[test]
fn a_storage_may_take_its_time_over_a_part() {
    let scene = scene_with(&["s3 PUT * #1 slow:7s", "s3 PUT * #2 slow:7s"]);
    film(&scene.world, "film.mp4", 9 * MEBIBYTE);
    let uploaded_at_last = scene.world.hayon(["media", "upload", "film.mp4", "--json"]);
    let uploads = uploaded(&uploaded_at_last.code(0).quiet());
    let path = format!("/hayon-sandbox/{}", uploads[0]["key"].as_str().unwrap());
    let sent = scene.requests("received", "PUT", &path);
    assert_eq!(sent.len(), 2, "a part was given up while it was under way");
}

#[test]
fn what_no_post_has_is_deleted_and_what_one_has_is_not() {
    let scene = scene();
    scene.world.picture("a.png", 8, 8);
    let arguments = [
        "post", "--queue", "--json", "hi", "--media", "a.png", "--alt", "A",
    ];
    let post = scene.world.hayon(arguments).code(0).json();
    let key = post["media"][0]["key"].as_str().unwrap();
    let refused = scene.world.hayon(["media", "delete", key]).code(1);
    let _ = refused.complains(&format!(
        "error: post 1 has `{key}`\n\
         hint: nothing was deleted: a post never refers to a picture that is not there\n"
    ));
    let uploaded = scene.world.hayon(["media", "upload", "a.png", "--json"]);
    let uploaded = uploaded.code(0).json();
    let temp = uploaded[0]["key"].as_str().unwrap();
    let deleted = scene.world.hayon(["media", "delete", temp, "--json"]);
    let deleted = deleted.code(0).quiet().json();
    assert_eq!(deleted["deleted"], true);
    assert_eq!(keys(&scene.world, ""), [key]);
    let again = scene.world.hayon(["media", "delete", temp]).code(1);
    let _ = again.mentions([&format!("error: the media store has no `{temp}`\n")]);
    let bad = scene
        .world
        .hayon(["media", "delete", "temp/../x", "--json"])
        .code(1);
    assert_eq!(bad.error_json()["error"]["kind"], "bad_key");
}

#[test]
fn a_bucket_is_set_up_once() {
    let scene = scene();
    let setup = [
        "media",
        "setup",
        "--cors-origin",
        "https://app.example.com/",
    ];
    let dry = scene
        .world
        .hayon(setup.iter().chain(&["--dry-run"]))
        .code(0)
        .quiet();
    assert_eq!(
        dry.stdout,
        "HayonUploads  would be written: lets pages of https://app.example.com upload and fetch\n\
         DeleteTempFiles  would be written: deletes what is under `temp/` after a day\n\
         AbortUnfinishedUploads  would be written: ends uploads in parts that are a day old\n"
    );
    for is_new in [true, false] {
        let done = scene.world.hayon(setup.iter().chain(&["--json"]));
        let done = done.code(0).quiet().json();
        assert_eq!(fields(&done), ["bucket", "changes", "dry_run"]);
        for change in done["changes"].as_array().unwrap() {
            assert_eq!(fields(change), ["does", "is_new", "rule"]);
            assert_eq!(change["is_new"], is_new, "{change}");
        }
    }
}

#[test]
fn a_folder_is_a_media_store_too_and_says_what_it_cannot_do() {
    let mut world = alone();
    world.picture("a.png", 8, 8);
    let uploaded = world.hayon(["media", "upload", "a.png", "--json"]);
    let uploaded = uploaded.code(0).quiet().json();
    let key = uploaded[0]["key"].as_str().unwrap();
    assert_eq!(uploaded[0]["url"], Value::Null);
    assert_eq!(keys(&world, "temp/"), [key]);
    for command in [&["presign", "a.png"][..], &["setup"]] {
        let refused = world.hayon(["media"].iter().chain(command)).code(1);
        let _ = refused.mentions(["not in a bucket\n", "hint: set `bucket` in `[media]`"]);
    }
    let refused = world.hayon(["media", "url", key]).code(1);
    let _ = refused.mentions(["hint: set `public_url` in `[media]`"]);
    world.set("HAYON_MEDIA_PUBLIC_URL", "https://media.example.com");
    let shown = world.hayon(["media", "url", key]).code(0).quiet();
    assert_eq!(shown.stdout, format!("https://media.example.com/{key}\n"));
    let _ = world.hayon(["media", "delete", key]).code(0);
    assert_eq!(keys(&world, ""), [""; 0]);
}

#[test]
fn credentials_that_are_missing_or_wrong_are_a_log_in() {
    let sandbox = Sandbox::start(&[]);
    let mut world = alone();
    world.keep_media_in(&sandbox);
    world.set("AWS_SECRET_ACCESS_KEY", "canary-of-a-secret");
    let said = world.hayon(["media", "list", "--json"]).code(5);
    assert_eq!(said.error_json()["error"]["kind"], "login_needed");
    let _ = said.mentions(["SignatureDoesNotMatch", "s3://hayon-sandbox"]);
    let said = world.hayon(["media", "list", "-vv"]).code(5);
    assert!(!said.stderr.contains("canary"), "{said}");
    world.unset("AWS_ACCESS_KEY_ID");
    world.unset("AWS_SECRET_ACCESS_KEY");
    let said = world.hayon(["media", "list"]).code(5);
    let _ = said.mentions([
        "error: `s3://hayon-sandbox`: there are no credentials",
        "hint: set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`",
    ]);
    world.write(
        ".aws/credentials",
        format!(
            "[default]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
            sandbox.s3.access_key_id, sandbox.s3.secret_access_key
        ),
    );
    assert_eq!(keys(&world, ""), [""; 0]);
}

#[test]
fn a_signed_address_is_not_traced() {
    let scene = scene();
    scene.world.picture("a.png", 8, 8);
    let said = scene
        .world
        .hayon(["media", "upload", "a.png", "-vv"])
        .code(0);
    assert!(said.stdout.contains("X-Amz-Signature"), "{said}");
    assert!(!said.stderr.contains("X-Amz-Signature"), "{said}");
}
