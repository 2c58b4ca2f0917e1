//! `--at`: what may be written for a time, and how hayon answers.

use jiff::SignedDuration;
use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::civil::time;
use jiff::tz::TimeZoneDatabase;
use serde_json::Value;
use serde_json::json;

use crate::alone;
use crate::rules;
use crate::support::World;
use crate::support::scene::delivery;

/// Returns a machine in Berlin.
fn in_berlin() -> World {
    let mut world = alone();
    world.set("TZ", "Europe/Berlin");
    world
}

fn instant(value: &Value) -> Timestamp {
    value.as_str().expect("a time").parse().expect("RFC 3339")
}

#[test]
fn the_answer_repeats_the_time_with_its_zone_in_utc_and_how_far_away_it_is() {
    for (words, told) in [
        (
            "2999-01-01 9:00",
            "2999-01-01 09:00:00 CET (Europe/Berlin), 2999-01-01T08:00:00Z, in ",
        ),
        (
            "2999-01-01T09:00:00+01:00",
            "2999-01-01 09:00:00 CET (Europe/Berlin), 2999-01-01T08:00:00Z, in ",
        ),
        (
            "2999-01-01T09:00:00Z",
            "2999-01-01 09:00:00 UTC, 2999-01-01T09:00:00Z, in ",
        ),
        (
            "2999-07-01 9am Asia/Tokyo",
            "2999-07-01 09:00:00 JST (Asia/Tokyo), 2999-07-01T00:00:00Z, in ",
        ),
    ] {
        let said = in_berlin()
            .hayon(["post", "Later", "--at", words])
            .code(0)
            .quiet();
        let first = said.stdout.lines().next().unwrap();
        assert!(
            first.starts_with(&format!("post 1 is scheduled for {told}"))
                && first.ends_with(" days"),
            "{said}"
        );
    }
}

#[test]
fn the_instant_the_zone_and_the_words_are_stored_and_shown() {
    let world = in_berlin();
    let post = ["post", "Later", "--at", "2999-07-01  at 9pm"];
    let said = world.hayon(post.iter().chain(&["--json"])).code(0).quiet();
    for post in [said.json(), world.show(1)] {
        assert_eq!(post["status"], "SCHEDULED");
        assert_eq!(post["due_at"], "2999-07-01T19:00:00Z");
        assert_eq!(post["zone"], "Europe/Berlin");
        assert_eq!(post["when"], "2999-07-01 at 9pm");
        assert_eq!(delivery(&post, "bluesky")["due_at"], "2999-07-01T19:00:00Z");
    }
    let _ = world.hayon(["show", "1"]).code(0).quiet().shows([
        "  asked    2999-07-01 at 9pm (Europe/Berlin)\n",
        "  due      2999-07-01 21:00:00 CEST\n",
    ]);
    let now = world
        .hayon(["post", "--queue", "Now", "--json"])
        .code(0)
        .json();
    assert_eq!((&now["zone"], &now["when"]), (&json!(null), &json!(null)));
}

/// Returns how far ahead its time was when `post` was made.
#[track_caller]
fn ahead(post: &Value) -> SignedDuration {
    instant(&post["due_at"]).duration_since(instant(&post["created_at"]))
}

#[test]
fn words_are_read_by_the_clock_on_the_wall() {
    let world = in_berlin();
    let said = world.hayon(["post", "Soon", "--at", "in 2h"]).code(0);
    assert!(
        said.stdout.lines().next().unwrap().ends_with("Z, in 2 h"),
        "{said}"
    );
    // The words are read a moment before the post is made.
    let (two_hours, moment) = (SignedDuration::from_hours(2), SignedDuration::from_mins(1));
    let soon = ahead(&world.show(1));
    assert!(soon <= two_hours && soon > two_hours - moment, "{soon}");

    let friday = ["post", "Weekend", "--at", "friday 18:30"];
    let _ = world.hayon(friday).code(0);
    let post = world.show(2);
    let berlin = TimeZoneDatabase::bundled().get("Europe/Berlin").unwrap();
    let local = berlin.to_datetime(instant(&post["due_at"]));
    assert_eq!(
        (local.weekday(), local.time()),
        (Weekday::Friday, time(18, 30, 0, 0))
    );
    // A week in which the clocks are put back is an hour longer.
    let week = SignedDuration::from_hours(7 * 24 + 1);
    let weekend = ahead(&post);
    assert!(weekend > -moment && weekend <= week, "{weekend}");
}

#[test]
fn a_zone_may_be_given_for_times_that_name_none() {
    let world = in_berlin();
    world.write(
        "POST.md",
        "+++\nat = \"2999-07-01 09:00\"\ntz = \"Asia/Tokyo\"\n+++\nHi",
    );
    world.write("zone.md", "+++\ntz = \"asia/tokyo\"\n+++\nHi");
    for (arguments, due_at, zone) in [
        (
            &["hi", "--at", "2999-07-01 09:00", "--tz", "America/New_York"][..],
            "13",
            "America/New_York",
        ),
        (
            &["hi", "--at", "2999-07-01 09:00", "--tz", "+05:30"],
            "03:30",
            "+05:30",
        ),
        (
            &["hi", "--at", "2999-07-01 09:00 UTC", "--tz", "Asia/Tokyo"],
            "09",
            "UTC",
        ),
        (&["--file", "POST.md"], "00", "Asia/Tokyo"),
        (&["--file", "POST.md", "--tz", "UTC"], "09", "UTC"),
        (
            &["--file", "POST.md", "--at", "2999-07-01 10:00"],
            "01",
            "Asia/Tokyo",
        ),
        (
            &["--file", "zone.md", "--at", "2999-07-01 11:00"],
            "02",
            "Asia/Tokyo",
        ),
    ] {
        let post = ["post", "--json"].iter().chain(arguments);
        let post = world.hayon(post).code(0).quiet().json();
        let due = post["due_at"].as_str().unwrap();
        assert!(
            due.starts_with(&format!("2999-07-01T{due_at}")),
            "{due} {arguments:?}"
        );
        assert_eq!(post["zone"], zone, "{arguments:?}");
    }
}

#[test]
fn a_zone_alone_on_the_command_line_is_refused() {
    let world = alone();
    let _ = world
        .hayon(["post", "hi", "--tz", "Asia/Tokyo"])
        .code(2)
        .complains(
            "error: `--tz` says where `--at` is meant\n\
         hint: give `--at WHEN` too\n",
        );
    world.has_stored_nothing();
}

#[test]
fn a_zone_that_does_not_exist_is_refused_with_the_nearest() {
    let world = alone();
    let told = "error: there is no time zone `Europe/Berln`\nhint: did you mean `Europe/Berlin`?\n";
    let at = ["post", "hi", "--at"];
    for more in [
        &["2999-01-01 09:00", "--tz", "Europe/Berln"][..],
        &["2999-01-01 09:00 Europe/Berln"],
    ] {
        let _ = world.hayon(at.iter().chain(more)).code(2).complains(told);
    }
    world.write("POST.md", "+++\ntz = \"Europe/Berln\"\n+++\nHi");
    let _ = world
        .hayon(["post", "--queue", "--file", "POST.md"])
        .code(3)
        .complains(told);
    let document = world
        .hayon(["validate", "--offline", "--file", "POST.md", "--json"])
        .code(3)
        .json();
    assert_eq!(rules(&document["violations"]), [("-", "bad_time")]);
    world.has_stored_nothing();
}

#[test]
fn what_the_clocks_skip_or_show_twice_is_refused_and_either_candidate_taken() {
    let world = in_berlin();
    let _ = world.hayon(["post", "hi", "--at", "2999-03-31 02:30"]).code(2).complains(
        "error: `2999-03-31 02:30` does not exist in `Europe/Berlin`: the clocks are put forward \
         then\n\
         hint: write `2999-03-31 01:30+01:00` or `2999-03-31 03:30+02:00`\n",
    );
    let _ = world.hayon(["post", "hi", "--at", "2999-10-27 2:30"]).code(2).complains(
        "error: `2999-10-27 02:30` comes twice in `Europe/Berlin`: the clocks are put back then\n\
         hint: write `2999-10-27 02:30+02:00` for the first time, or `2999-10-27 02:30+01:00` for \
         the second\n",
    );
    world.has_stored_nothing();
    for (number, (candidate, due_at)) in [
        ("2999-03-31 03:30+02:00", "2999-03-31T01:30:00Z"),
        ("2999-10-27 02:30+02:00", "2999-10-27T00:30:00Z"),
        ("2999-10-27 02:30+01:00", "2999-10-27T01:30:00Z"),
    ]
    .into_iter()
    .enumerate()
    {
        let _ = world.hayon(["post", "hi", "--at", candidate]).code(0);
        let post = world.show(number as u64 + 1);
        assert_eq!(
            (&post["due_at"], &post["zone"]),
            (&json!(due_at), &json!("Europe/Berlin"))
        );
    }
}

#[test]
fn a_time_in_the_past_is_refused_with_a_hint() {
    let world = in_berlin();
    for (words, told) in [
        ("2020-01-01T00:00:00Z", "2020-01-01 00:00:00 UTC"),
        (
            "2020-01-01 00:00",
            "2020-01-01 00:00:00 CET (Europe/Berlin)",
        ),
    ] {
        let past = ["post", "hi", "--at", words];
        for more in [&[][..], &["--queue"], &["--dry-run"]] {
            let refused = world.hayon(past.iter().chain(more));
            let _ = refused.code(2).complains(&format!(
                "error: the time is in the past: {told}\n\
                 hint: leave `--at` out to publish now\n"
            ));
        }
    }
    world.has_stored_nothing();
}

#[test]
fn what_is_no_time_is_refused_with_examples() {
    let world = alone();
    for words in ["soon", "next friday 9:00", ""] {
        let refused = world.hayon(["post", "hi", "--at", words]);
        let _ = refused.code(2).complains(&format!(
            "error: `{words}` is no time\n\
             hint: write it as in `2027-01-31 09:00`, `tomorrow 9:00`, `friday 18:30`, `in 2h`, or \
             `2027-01-31T09:00:00+01:00`\n"
        ));
    }
    for day in ["2999-01-01", "tomorrow"] {
        let refused = world.hayon(["post", "hi", "--at", day]);
        let _ = refused.code(2).complains(&format!(
            "error: `{day}` has no time of day\n\
             hint: add one, as in `{day} 09:00`\n"
        ));
    }
    world.has_stored_nothing();
}

#[test]
fn a_dry_run_tells_the_time_too() {
    let said = in_berlin()
        .hayon(["post", "hi", "--dry-run", "--at", "2999-07-01 09:00"])
        .code(0);
    let told = "it would be scheduled for 2999-07-01 09:00:00 CEST (Europe/Berlin), \
                2999-07-01T07:00:00Z, in ";
    let _ = said.mentions([told]);
}

#[test]
fn the_same_time_in_other_words_is_the_same_under_a_key() {
    let world = in_berlin();
    let post = ["post", "Out", "--key", "k", "--json", "--at"];
    let first = ["2999-01-01 09:00"];
    let _ = world.hayon(post.iter().chain(&first)).code(0);
    for same in ["2999-01-01T08:00:00Z", "2999-01-01 5pm Asia/Tokyo"] {
        let again = world.hayon(post.iter().chain(&[same])).code(0).json();
        assert_eq!(again["number"], 1);
        assert_eq!(again["when"], "2999-01-01 09:00");
    }
    let other = ["2999-01-01 09:01"];
    let _ = world.hayon(post.iter().chain(&other)).code(1);
}
