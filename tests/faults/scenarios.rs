//! The scenario suite: each row of the table holds for every platform.
//!
//! A row is a test, which runs its columns side by side and names the platform that fails.

use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::thread;

use serde_json::Value;

use crate::columns::COLUMNS;
use crate::columns::Column;
use crate::columns::Lost;
use crate::support::eventually;
use crate::support::platforms::PLATFORMS;
use crate::support::platforms::at_visible;
use crate::support::platforms::visible;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

/// Runs a row of the table, and names the platforms for which it does not hold.
#[track_caller]
pub(crate) fn on_each(row: impl Fn(&Column) + Sync) {
    let failed: Vec<String> = thread::scope(|scope| {
        let running = COLUMNS.each_ref().map(|column| {
            let row = &row;
            scope.spawn(move || catch_unwind(AssertUnwindSafe(|| row(column))))
        });
        let ended = COLUMNS.iter().zip(running);
        let failed = ended.filter_map(|(column, running)| {
            let panic = running.join().expect("a caught panic").err()?;
            let why = panic.downcast_ref::<String>().cloned();
            let why = why.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
            Some(format!("{}: {}", column.platform, why.unwrap_or_default()))
        });
        failed.collect()
    });
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

impl Column {
    /// Returns the words of a post with `text`, and with the least pictures unless `pictures` are
    /// given.
    fn words(&self, scene: &Scene, text: &str, pictures: Option<usize>) -> Vec<String> {
        let media = match pictures {
            Some(count) => scene.world.pictures(count),
            None => scene.world.least_pictures(self.platform),
        };
        let words = ["post", text, "--to", self.platform].map(str::to_owned);
        words.into_iter().chain(media).collect()
    }

    /// Runs `hayon post` to its end and returns the post.
    #[track_caller]
    fn post(&self, scene: &Scene, text: &str, more: &[&str], code: i32) -> Value {
        let words = self.words(scene, text, None);
        let more = more.iter().map(ToString::to_string);
        let all: Vec<String> = words.into_iter().chain(more).collect();
        // With as much trace as there is: no run of the suite may tell a secret.
        let all = all.iter().map(String::as_str).chain(["--json", "-vv"]);
        scene.world.hayon(all).code(code).json()
    }

    /// Asserts that the first post is public once, and known to be.
    #[track_caller]
    pub(crate) fn assert_delivered(&self, scene: &Scene) -> Value {
        let post = scene.world.show(1);
        assert_eq!(post["status"], "COMPLETED", "{post:#}");
        let public = scene.public(self.platform);
        assert_eq!(public.len(), 1, "{public:#?}");
        let delivery = delivery(&post, self.platform);
        assert_eq!(delivery["state"], "delivered", "{post:#}");
        assert_eq!(delivery["error"], Value::Null, "{post:#}");
        assert_eq!(delivery["remote_id"], public[0]["id"], "{post:#}");
        assert!(delivery["url"].is_string(), "{post:#}");
        public[0].clone()
    }

    /// Asserts that the first post is parked, and public nowhere.
    #[track_caller]
    pub(crate) fn assert_parked(&self, scene: &Scene, reason: &str, attempts: u64) -> Value {
        let post = scene.world.show(1);
        let delivery = delivery(&post, self.platform).clone();
        assert_eq!(delivery["state"], "parked", "{post:#}");
        assert_eq!(delivery["reason"], reason, "{post:#}");
        assert_eq!(delivery["error"]["kind"], reason, "{post:#}");
        assert_eq!(delivery["attempts"], attempts, "{post:#}");
        assert!(scene.public(self.platform).is_empty());
        delivery
    }

    /// Asserts how a publication ends whose answer was lost, and which happened or did not.
    #[track_caller]
    fn assert_found_or_in_doubt(&self, scene: &Scene, happened: bool) {
        if happened || self.lost_before == Lost::SentAgain {
            let _ = self.assert_delivered(scene);
            return;
        }
        let post = scene.world.show(1);
        assert_eq!(post["in_doubt"], true, "{post:#}");
        let delivery = delivery(&post, self.platform);
        assert_eq!(delivery["reason"], "in_doubt", "{post:#}");
        assert!(scene.public(self.platform).is_empty());
        // A retry looks, and sends nothing.
        retry(scene, 7);
        assert_eq!(scene.sent(self.platform), 1);
    }

    fn code_after(&self, happened: bool) -> i32 {
        let is_in_doubt = !happened && self.lost_before == Lost::InDoubt;
        if is_in_doubt { 7 } else { 0 }
    }
}

/// Queues what was parked once more, and delivers it.
#[track_caller]
fn retry(scene: &Scene, code: i32) {
    let _ = scene.world.hayon(["retry", "1"]).code(0);
    let once = ["daemon", "--once", "--wait", "60s"];
    let _ = scene.world.hayon(once).code(code);
}

#[test]
fn the_table_has_every_platform() {
    let platforms = COLUMNS.each_ref().map(|column| column.platform);
    assert_eq!(platforms, PLATFORMS);
}

#[test]
fn a_text_alone_is_published_where_the_platform_has_that() {
    on_each(|column| {
        let scene = Scene::new(&[]);
        let text = ["post", "Größe 🌍\n\nund mehr", "--to", column.platform];
        if column.platform == "instagram" {
            let told = scene.world.hayon(text).code(3);
            assert!(told.stderr.contains("no post without a picture"), "{told}");
            assert!(scene.world.list().is_empty(), "nothing is stored");
            assert!(scene.sandbox.log().is_empty(), "nothing is sent");
            return;
        }
        let _ = scene.world.hayon(text).code(0);
        let public = column.assert_delivered(&scene);
        assert_eq!(public["text"], "Größe 🌍\n\nund mehr");
        assert_eq!(scene.sent(column.platform), 1);
    });
}

#[test]
fn links_mentions_and_hashtags_arrive_as_the_platform_has_them() {
    on_each(|column| {
        let scene = Scene::with_bucket(&[]);
        let text = format!("see https://example.com/ä #rust with {}", column.mention);
        let _ = column.post(&scene, &text, &["--no-card"], 0);
        let public = column.assert_delivered(&scene);
        assert_eq!(public["text"], text);
        let facets = public["facets"].as_array().expect("facets");
        let mut told: Vec<&str> = facets.iter().filter_map(kind).collect();
        told.sort_unstable();
        assert_eq!(told, column.told, "{public:#}");
    });
}

/// Returns what a facet is, as Bluesky and Tumblr write it.
fn kind(facet: &Value) -> Option<&str> {
    let of_bluesky = facet.pointer("/features/0/$type").and_then(Value::as_str);
    let of_bluesky = of_bluesky.and_then(|name| name.rsplit('#').next());
    of_bluesky.or_else(|| facet["type"].as_str())
}

#[track_caller]
fn pictures_arrive(column: &Column, count: usize) {
    let scene = Scene::with_bucket(&[]);
    let words = column.words(&scene, "pictures", Some(count));
    let _ = scene.world.hayon(words).code(0);
    let public = column.assert_delivered(&scene);
    let media = public["media"].as_array().expect("media");
    let alts = media.iter().filter_map(|picture| picture["alt"].as_str());
    let alts: Vec<&str> = alts.collect();
    let expected: Vec<String> = (1..=count).map(|at| format!("picture {at}")).collect();
    assert_eq!(alts, expected, "in this order");
    for picture in media {
        assert_eq!(picture["width"], 360, "{picture:#}");
    }
}

#[test]
fn one_picture_arrives_with_its_alt_text() {
    on_each(|column| pictures_arrive(column, 1));
}

#[test]
fn two_pictures_arrive_in_order() {
    on_each(|column| pictures_arrive(column, 2));
}

#[test]
fn the_most_pictures_arrive_in_order() {
    on_each(|column| pictures_arrive(column, column.pictures_max));
}

#[test]
fn one_picture_too_many_is_refused_before_anything_is_stored() {
    on_each(|column| {
        let scene = Scene::with_bucket(&[]);
        let words = column.words(&scene, "pictures", Some(column.pictures_max + 1));
        let told = scene
            .world
            .hayon(words.iter().chain(&["--json".to_owned()]));
        let told = told.code(3).error_json();
        let violation = &told["error"]["violations"][0];
        assert_eq!(violation["rule"], "too_many_images", "{told:#}");
        assert_eq!(violation["platform"], column.platform, "{told:#}");
        assert!(scene.world.list().is_empty());
        assert!(scene.public(column.platform).is_empty());
    });
}

#[test]
fn what_is_refused_is_parked_at_once_and_a_retry_publishes_it_once() {
    on_each(|column| {
        let fault = format!("{} {}", column.platform, column.refusal);
        let scene = Scene::with_bucket_and_faults(&[&fault]);
        let post = column.post(&scene, "refused", &["--wait", "60s"], 1);
        assert_eq!(post["status"], "FAILED", "{post:#}");
        let parked = column.assert_parked(&scene, "refused", 1);
        let words = parked["error"]["message"].as_str().unwrap_or_default();
        assert!(words.contains("the server answered"), "{words}");
        retry(&scene, 0);
        let _ = column.assert_delivered(&scene);
    });
}

#[test]
fn what_is_limited_waits_as_long_as_the_platform_says_and_uses_up_no_attempt() {
    on_each(|column| {
        let limit = at_visible(column.platform, "status:429 Retry-After: 60");
        let scene = Scene::with_bucket_and_faults(&[&limit]);
        let post = column.post(&scene, "limited", &[], 6);
        let waits = delivery(&post, column.platform);
        assert_eq!(waits["state"], "queued", "{post:#}");
        assert_eq!(waits["error"]["kind"], "rate_limited", "{post:#}");
        assert_eq!(waits["attempts"], 0, "{post:#}");
        let _ = scene.world.hayon(["daemon", "--once"]).code(6);
        assert_eq!(scene.sent(column.platform), 1, "nothing is sent early");
        // The minute is over.
        scene.world.tamper("UPDATE deliveries SET next_at = due_at");
        let once = ["daemon", "--once", "--wait", "60s"];
        let _ = scene.world.hayon(once).code(0);
        let _ = column.assert_delivered(&scene);
        assert_eq!(scene.sent(column.platform), 2);
    });
}

#[test]
fn a_dead_log_in_parks_the_post_until_a_person_has_logged_in() {
    on_each(|column| {
        for dead in column.dead {
            let mut scene = Scene::with_bucket(&[]);
            let (variable, secret) = scene.sandbox.account(column.platform).secret_variable();
            scene.world.set(&variable, dead);
            let post = column.post(&scene, "log-in needed", &["--wait", "60s"], 5);
            assert_eq!(post["status"], "FAILED", "{post:#}");
            let parked = column.assert_parked(&scene, "login_needed", 0);
            let hint = parked["error"]["hints"][0].as_str().unwrap_or_default();
            assert!(hint.contains("renew the credential"), "{hint}");
            assert_eq!(scene.sent(column.platform).min(1), sent_with_dead(column));
            scene.world.set(&variable, &secret);
            retry(&scene, 0);
            let _ = column.assert_delivered(&scene);
        }
    });
}

/// Returns how many visible requests carry the dead token: where they come first, one.
fn sent_with_dead(column: &Column) -> usize {
    usize::from(["mastodon", "facebook"].contains(&column.platform))
}

#[test]
fn when_the_connection_ends_before_the_server_acts_it_is_never_public_twice() {
    on_each(|column| {
        let lost = at_visible(column.platform, "refuse-and-hang-up");
        let scene = Scene::with_bucket_and_faults(&[&lost]);
        let code = column.code_after(false);
        let _ = column.post(&scene, "lost before", &["--wait", "60s"], code);
        column.assert_found_or_in_doubt(&scene, false);
    });
}

#[test]
fn when_the_connection_ends_after_the_server_acted_it_is_found_and_not_sent_again() {
    on_each(|column| {
        let lost = at_visible(column.platform, "act-and-hang-up");
        let scene = Scene::with_bucket_and_faults(&[&lost]);
        let _ = column.post(&scene, "lost after", &["--wait", "60s"], 0);
        column.assert_found_or_in_doubt(&scene, true);
        // On Bluesky a repeat changes nothing, and needs no look before it.
        let most = if column.platform == "bluesky" { 2 } else { 1 };
        let sent = scene.sent(column.platform);
        assert!(sent <= most, "sent {sent} times");
    });
}

#[test]
fn a_daemon_that_is_killed_and_started_again_publishes_exactly_once() {
    on_each(|column| {
        for (deed, event) in [("act-and-hang", "acted"), ("hang", "received")] {
            let happened = event == "acted";
            let scene = Scene::with_bucket_and_faults(&[&at_visible(column.platform, deed)]);
            let _ = column.post(&scene, "killed", &["--queue"], 0);
            let first = scene.world.start_daemon();
            let (method, path) = visible(column.platform);
            scene.wait_for(event, method, path, 1);
            let _ = first.kill().killed();
            let second = scene.world.start_daemon();
            eventually("the end of the delivery", || {
                let post = scene.world.show(1);
                let state = delivery(&post, column.platform)["state"].clone();
                (state == "delivered" || state == "parked").then_some(())
            });
            second.terminate();
            let _ = second.wait().any_code([0]);
            column.assert_found_or_in_doubt(&scene, happened);
        }
    });
}
