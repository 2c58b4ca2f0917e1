//! What a doctor finds about the media store, and about what others get from it.

use serde_json::Value;

use crate::doctor::checks;
use crate::doctor::says;
use crate::doctor::wrong;
use crate::server::Server;
use crate::support::World;
use crate::support::clock::WallClock;
use crate::support::scene::Scene;

/// Returns a scene with media in the sandbox's bucket, in which `faults` strike.
fn scene(faults: &[&str]) -> Scene {
    let mut scene = Scene::with_faults(faults);
    scene.world.keep_media_in(&scene.sandbox);
    scene
}

fn upload(world: &World) {
    world.picture("cat.png", 8, 8);
    let _ = world.hayon(["media", "upload", "cat.png"]).code(0);
}

fn set_up(world: &World, origins: &[&str]) {
    let setup = ["media", "setup"];
    let _ = world.hayon(setup.iter().chain(origins)).code(0);
}

/// Returns what is wrong, for accounts that are not looked at.
#[track_caller]
fn of_media(checks: &[Value]) -> Vec<String> {
    let wrong = wrong(checks).into_iter();
    wrong.filter(|line| line.starts_with("media ")).collect()
}

#[test]
fn a_bucket_that_was_set_up_serves_what_is_there_and_a_doctor_only_asks() {
    let scene = scene(&[]);
    let origin = ["--cors-origin", "https://app.example.com"];
    set_up(&scene.world, &origin);
    upload(&scene.world);
    let before = scene.sandbox.log().len();
    let checks = checks(&scene.world, 0, ["--account", "mastodon"]);
    assert_eq!(wrong(&checks), [""; 0]);
    for (subject, words) in [
        ("bucket", "`s3://hayon-sandbox` can be read"),
        ("lifecycle", "thrown away after a day"),
        ("cors", "pages of https://app.example.com may upload"),
        (
            "address",
            "a signed one serves what is there, with its type and in parts",
        ),
    ] {
        says(&checks, "media", subject, words);
    }
    let log = scene.sandbox.log().split_off(before);
    let of_bucket = log.iter().filter(|line| line["platform"] == "s3");
    let changes = of_bucket.filter(|line| line["method"] != "GET" && line["method"] != "HEAD");
    assert_eq!(changes.count(), 0, "{log:#?}");
    assert!(!scene.world.path("media").exists(), "a folder was made");
}

#[test]
fn rules_that_are_missing_are_told_with_the_command_that_writes_them() {
    let scene = scene(&[]);
    let found = checks(&scene.world, 0, []);
    assert_eq!(wrong(&found), ["media lifecycle warning"]);
    let hint = says(
        &found,
        "media",
        "lifecycle",
        "there is no rule that deletes what is under `temp/` after a day, nor one that ends uploads in parts",
    );
    assert_eq!(hint, "run `hayon media setup`");
    says(
        &found,
        "media",
        "cors",
        "no web page may upload; `hayon media setup --cors-origin`",
    );
    let hint = says(
        &found,
        "media",
        "address",
        "not tried: nothing is there yet",
    );
    assert!(hint.contains("`hayon media upload`"), "{hint}");
    set_up(&scene.world, &[]);
    assert_eq!(wrong(&checks(&scene.world, 0, [])), [""; 0]);
}

#[test]
fn rules_that_cannot_be_read_are_a_warning_that_names_the_permissions() {
    // The list of what is there is the first question.
    let scene = scene(&["s3 GET * #2 status:403", "s3 GET * #3 status:403"]);
    let checks = checks(&scene.world, 0, ["--account", "mastodon"]);
    assert_eq!(
        wrong(&checks),
        ["media lifecycle warning", "media cors warning"]
    );
    for subject in ["lifecycle", "cors"] {
        let hint = says(&checks, "media", subject, "the rules cannot be read: ");
        assert!(hint.contains("`s3:GetBucketCORS`"), "{hint}");
    }
}

#[test]
fn a_bucket_that_does_not_answer_as_it_should_is_a_trouble_with_a_hint() {
    let mut scene = scene(&[]);
    scene.world.set("HAYON_MEDIA_BUCKET", "no-such-bucket");
    let found = checks(&scene.world, 1, []);
    assert_eq!(wrong(&found), ["media bucket trouble"]);
    let hint = says(&found, "media", "bucket", "there is no such bucket");
    assert!(hint.contains("make the bucket"), "{hint}");
    scene.world.keep_media_in(&scene.sandbox);
    scene
        .world
        .set("AWS_SECRET_ACCESS_KEY", "canary-of-a-secret");
    let found = checks(&scene.world, 5, []);
    assert_eq!(wrong(&found), ["media bucket trouble"]);
    says(
        &found,
        "media",
        "bucket",
        "the credentials are not accepted",
    );
    assert!(!format!("{found:?}").contains("canary"), "{found:#?}");
}

#[test]
fn a_signed_address_that_is_not_served_is_a_trouble_and_not_shown() {
    let scene = scene(&["s3 GET /hayon-sandbox/temp/* #* status:403"]);
    set_up(&scene.world, &[]);
    upload(&scene.world);
    let found = checks(&scene.world, 1, []);
    assert_eq!(wrong(&found), ["media address trouble"]);
    says(
        &found,
        "media",
        "address",
        ".png` is not served (status 403)",
    );
    assert!(!format!("{found:?}").contains("X-Amz"), "{found:#?}");
}

#[test]
fn a_web_server_that_serves_something_else_is_told_everything_that_is_wrong() {
    let mut scene = scene(&[]);
    set_up(&scene.world, &[]);
    upload(&scene.world);
    let server = Server::start(|_, _| (200, "{}".to_owned()));
    scene.world.set("HAYON_MEDIA_PUBLIC_URL", &server.address);
    let found = checks(&scene.world, 1, []);
    assert_eq!(of_media(&found), ["media address trouble"; 3]);
    for words in [
        "is served as `application/json` and is `image/png`",
        "is served with 2 bytes and has ",
        "is not served in parts (status 200 where a part was asked for)",
    ] {
        let hint = says(&found, "media", "address", words);
        assert!(hint.contains("`public_url`"), "{hint}");
    }
    let server = Server::start(|_, _| (302, String::new()));
    scene.world.set("HAYON_MEDIA_PUBLIC_URL", &server.address);
    let found = checks(&scene.world, 1, []);
    assert_eq!(of_media(&found), ["media address trouble"]);
    says(&found, "media", "address", "leads elsewhere (status 302)");
}

#[test]
fn a_public_bucket_and_a_folder_behind_a_web_server_are_fetched_from_too() {
    let mut scene = scene(&[]);
    let (address, bucket) = (&scene.sandbox.s3.address, &scene.sandbox.s3.public_bucket);
    let public_url = format!("{address}/{bucket}");
    let bucket = bucket.clone();
    scene.world.set("HAYON_MEDIA_BUCKET", &bucket);
    scene.world.set("HAYON_MEDIA_PUBLIC_URL", &public_url);
    // What is served without a signature outlives every session.
    scene.world.set("AWS_SESSION_TOKEN", "of-a-session");
    set_up(&scene.world, &[]);
    upload(&scene.world);
    let found = checks(&scene.world, 0, []);
    assert_eq!(wrong(&found), [""; 0]);
    says(
        &found,
        "media",
        "address",
        "the public one serves what is there",
    );
    let mut other = scene.another_machine();
    upload(&other);
    other.set("HAYON_MEDIA_PUBLIC_URL", &public_url);
    let found = checks(&other, 1, []);
    assert_eq!(wrong(&found), ["media address trouble"]);
    says(&found, "media", "address", "is not served (status 404)");
}

#[test]
fn signed_addresses_that_end_within_a_day_are_a_warning() {
    let mut scene = scene(&[]);
    set_up(&scene.world, &[]);
    scene.world.set("AWS_SESSION_TOKEN", "of-a-session");
    let found = checks(&scene.world, 0, []);
    assert_eq!(wrong(&found), ["media address warning"]);
    let hint = says(&found, "media", "address", "end with the session");
    assert!(hint.contains("the credentials of a user"), "{hint}");
    // As an instance of Amazon's gets them: with the time of their end.
    for name in ["ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN"] {
        scene.world.unset(&format!("AWS_{name}"));
    }
    let s3 = &scene.sandbox.s3;
    let (id, secret) = (s3.access_key_id.clone(), s3.secret_access_key.clone());
    for (left, warned) in [("an hour", true), ("two days", false)] {
        let hours = if warned { 1 } else { 48 };
        let end = jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(hours);
        let end = end + since_epoch();
        let document = serde_json::json!({
            "AccessKeyId": id, "SecretAccessKey": secret, "Token": "t", "Expiration": end.to_string(),
        });
        let server = Server::start(move |_, _| (200, document.to_string()));
        let uri = format!("{}/credentials", server.address);
        scene.world.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", &uri);
        let found = checks(&scene.world, 0, []);
        if warned {
            assert_eq!(wrong(&found), ["media address warning"], "{left}");
            says(&found, "media", "address", "min and not for a day");
        } else {
            assert_eq!(wrong(&found), [""; 0], "{left}");
        }
    }
}

fn since_epoch() -> jiff::SignedDuration {
    #[expect(
        clippy::disallowed_methods,
        reason = "credentials that end an hour from now need to know what now is"
    )]
    let now = jiff::Timestamp::now();
    now.duration_since(jiff::Timestamp::UNIX_EPOCH)
}

#[test]
fn offline_no_bucket_is_asked() {
    let scene = scene(&[]);
    let found = checks(&scene.world, 0, ["--offline"]);
    says(&found, "media", "bucket", "not asked (`--offline`)");
    assert_eq!(scene.sandbox.log(), Vec::<Value>::new());
}

#[test]
fn pictures_that_instagram_could_not_fetch_are_told_before_the_first_post() {
    let mut world = World::new();
    world.set("HAYON_INSTAGRAM_TOKEN", "t");
    world.set("HAYON_INSTAGRAM_USER_ID", "17841400000000001");
    let report = world
        .hayon(["doctor", "--offline", "--json"])
        .any_code([0, 1, 5]);
    let told = report.stdout;
    assert!(
        told.contains("nothing can be posted to `instagram`"),
        "{told}"
    );
    world.set("HAYON_MEDIA_PUBLIC_URL", "https://media.example.com");
    let report = world
        .hayon(["doctor", "--offline", "--json"])
        .any_code([0, 1, 5]);
    let told = report.stdout;
    assert!(!told.contains("nothing can be posted"), "{told}");
}

#[test]
fn a_clock_that_is_wrong_is_told_as_what_makes_signed_addresses_useless() {
    let mut scene = scene(&[]);
    upload(&scene.world);
    let Some(clock) = WallClock::of(&mut scene.world) else {
        return;
    };
    clock.set("+1h");
    let looked = ["doctor", "--json", "--account", "mastodon"];
    let said = scene.world.hayon(looked).any_code([0, 1, 5]);
    let document = said.json();
    let checks = document["checks"].as_array().expect("checks");
    let hint = says(checks, "media", "address", "this machine's clock is wrong");
    assert!(hint.starts_with("set the clock"), "{hint}");
}
