//! What a calendar shows, at a chosen instant.

use jiff::tz::TimeZone;

use crate::cli::calendar::Reader;
use crate::cli::calendar::calendar;
use crate::outbox::state::DeliveryState;
use crate::outbox::state::ParkReason;
use crate::outbox::state::Tried;
use crate::outbox::view::DeliveryView;
use crate::outbox::view::PostView;

const NOW: &str = "2026-11-25T14:00:00Z";

/// Returns a post whose row is damaged, so that its text is known, for `account`.
fn post(number: i64, due: &str, account: &str, reason: Option<ParkReason>) -> PostView {
    let due_at = due.parse().unwrap();
    let (state, tried) = match reason {
        Some(_) => (DeliveryState::Parked, Tried::Before),
        None => (DeliveryState::Queued, Tried::Never),
    };
    let delivery = DeliveryView {
        row: number,
        account: account.to_owned(),
        platform: "mastodon".to_owned(),
        state,
        reason,
        attempts: 0,
        due_at,
        next_at: due_at,
        tried,
        place: None,
        published_at: None,
        taken_down_at: None,
        remote_id: None,
        url: None,
        error_kind: None,
        error_message: None,
    };
    PostView {
        number,
        id: String::new(),
        key: None,
        created_at: due_at,
        due_at,
        asked: None,
        post: Err("it cannot be read".to_owned()),
        deliveries: vec![delivery],
    }
}

#[track_caller]
fn check(posts: &[PostView], zone: &str, columns: usize, expected: &str) {
    let reader = Reader {
        now: NOW.parse().unwrap(),
        zone: TimeZone::get(zone).unwrap(),
        columns,
    };
    let shown = anstream::adapter::strip_str(&calendar(posts, &reader)).to_string();
    assert_eq!(shown, expected, "{zone}, {columns} columns");
}

#[test]
fn the_days_around_today_are_called_so() {
    let posts = [
        post(1, "2026-11-23T22:59:00Z", "work", None),
        post(2, "2026-11-23T23:00:00Z", "work", None),
        post(3, "2026-11-25T08:30:00Z", "sky", Some(ParkReason::InDoubt)),
        post(12, "2026-11-25T22:59:59Z", "work", None),
        post(13, "2026-11-25T23:00:00Z", "work", None),
        post(14, "2027-05-01T10:00:00Z", "work", None),
    ];
    let expected = "\
Monday 23 November 2026 (Europe/Berlin)
  23:59   1  PENDING            work  (damaged)

Yesterday, Tuesday 24 November 2026 (Europe/Berlin)
  00:00   2  PENDING            work  (damaged)

Today, Wednesday 25 November 2026 (Europe/Berlin)
  09:30   3  FAILED (in doubt)  sky   (damaged)
  23:59  12  SCHEDULED          work  (damaged)

Tomorrow, Thursday 26 November 2026 (Europe/Berlin)
  00:00  13  SCHEDULED          work  (damaged)

Saturday 1 May 2027 (Europe/Berlin)
  12:00  14  SCHEDULED          work  (damaged)
";
    check(&posts, "Europe/Berlin", 80, expected);
}

#[test]
fn in_a_narrow_terminal_a_text_has_a_line_of_its_own_and_days_are_shortened() {
    let posts = [
        post(3, "2026-11-25T08:30:00Z", "sky", Some(ParkReason::InDoubt)),
        post(4, "2026-11-26T08:30:00Z", "a-long-account-name", None),
    ];
    let expected = "\
Today, Wed 25 Nov 2026 (Europe/Berlin)
  09:30  3  FAILED (in doubt)
         sky  (damaged)

Tomorrow, Thu 26 Nov 2026 (Europe/Berl…
  09:30  4  SCHEDULED
         a-long-acco…  (damaged)
";
    check(&posts, "Europe/Berlin", 39, expected);
}

#[test]
fn no_terminal_is_too_narrow() {
    let posts = [post(
        3,
        "2026-11-25T08:30:00Z",
        "sky",
        Some(ParkReason::InDoubt),
    )];
    for columns in 0..20 {
        let reader = Reader {
            now: NOW.parse().unwrap(),
            zone: TimeZone::UTC,
            columns,
        };
        assert!(calendar(&posts, &reader).contains('3'), "{columns}");
    }
}

#[test]
fn an_hour_that_comes_twice_is_told_apart() {
    let posts = [
        post(1, "2026-10-24T22:30:00Z", "work", None),
        post(2, "2026-10-25T00:30:00Z", "work", None),
        post(3, "2026-10-25T01:30:00Z", "work", None),
    ];
    let expected = "\
Sunday 25 October 2026 (Europe/Berlin)
  00:30       1  PENDING  work  (damaged)
  02:30 CEST  2  PENDING  work  (damaged)
  02:30 CET   3  PENDING  work  (damaged)
";
    check(&posts, "Europe/Berlin", 80, expected);
}
