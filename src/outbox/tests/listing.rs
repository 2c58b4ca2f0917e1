//! Which posts are listed, and in what order.

use jiff::Timestamp;

use crate::outbox::enqueue::Asked;
use crate::outbox::list::Parked;
use crate::outbox::list::Which;
use crate::outbox::record::Ending;
use crate::outbox::state::ParkReason;
use crate::outbox::state::Status;
use crate::outbox::tests::Bench;
use crate::outbox::tests::asked_at;
use crate::outbox::tests::at;
use crate::outbox::tests::delivered;
use crate::outbox::tests::post;
use crate::outbox::view::PostView;

impl Bench {
    pub(super) fn listed(&self) -> Vec<PostView> {
        self.outbox.posts(&Which::default(), 10, at(0)).unwrap()
    }

    #[track_caller]
    fn lists(&self, which: &Which, limit: usize, now: Timestamp, expected: &[i64]) {
        let posts = self.outbox.posts(which, limit, now).unwrap();
        let numbers: Vec<i64> = posts.iter().map(|post| post.number).collect();
        assert_eq!(numbers, expected, "{which:?}");
    }
}

/// Five posts, of which the second is due last, and the fourth and fifth at the same instant.
fn bench() -> Bench {
    let mut bench = Bench::new();
    for (text, seconds, accounts) in [
        ("one", 10, &["a"][..]),
        ("two", 90, &["b"]),
        ("three", 20, &["a", "b"]),
        ("four", 30, &["b"]),
        ("five", 30, &["a"]),
    ] {
        let _ = bench.enqueue(&post(text, None, accounts), &asked_at(seconds));
    }
    bench
}

#[test]
fn posts_are_in_the_order_of_their_time_and_a_limit_keeps_the_last() {
    let bench = bench();
    let all = Which::default();
    bench.lists(&all, 10, at(0), &[1, 3, 4, 5, 2]);
    bench.lists(&all, 3, at(0), &[4, 5, 2]);
}

#[test]
fn a_span_has_its_beginning_and_not_its_end() {
    let bench = bench();
    let between = |since: Option<i64>, until: Option<i64>| Which {
        since: since.map(at),
        until: until.map(at),
        ..Which::default()
    };
    bench.lists(&between(Some(20), Some(30)), 10, at(0), &[3]);
    bench.lists(&between(Some(20), Some(31)), 10, at(0), &[3, 4, 5]);
    bench.lists(&between(Some(30), None), 10, at(0), &[4, 5, 2]);
    bench.lists(&between(None, Some(20)), 10, at(0), &[1]);
}

#[test]
fn a_post_is_one_of_each_account_to_which_it_goes() {
    let bench = bench();
    let to = |accounts: &[&str]| Which {
        accounts: accounts.iter().map(ToString::to_string).collect(),
        ..Which::default()
    };
    bench.lists(&to(&["a"]), 10, at(0), &[1, 3, 5]);
    bench.lists(&to(&["a", "b"]), 2, at(0), &[5, 2]);
    bench.lists(&to(&["c", "a' OR 'a' = 'a"]), 10, at(0), &[]);
    assert_eq!(bench.outbox.accounts().unwrap(), ["a", "b"]);
}

#[test]
fn the_status_is_that_of_now_and_the_limit_counts_what_has_it() {
    let mut bench = bench();
    let sender = bench.become_sender();
    let claim = bench.claim(&sender, "a", 15).unwrap();
    bench.record(&sender, &claim, &delivered("1"));
    let with = |statuses: &[Status]| Which {
        statuses: statuses.to_vec(),
        ..Which::default()
    };
    bench.lists(&with(&[Status::Completed]), 10, at(25), &[1]);
    bench.lists(&with(&[Status::Pending]), 10, at(25), &[3]);
    bench.lists(&with(&[Status::Scheduled]), 10, at(25), &[4, 5, 2]);
    bench.lists(&with(&[Status::Scheduled]), 10, at(50), &[2]);
    // The last by their time are no answer: the one before them is.
    bench.lists(&with(&[Status::Completed]), 1, at(25), &[1]);
    let ended = [Status::Completed, Status::Pending];
    bench.lists(&with(&ended), 10, at(25), &[1, 3]);
    bench.lists(&with(&[Status::Failed]), 10, at(25), &[]);
}

#[test]
fn everything_that_is_asked_for_must_hold() {
    let mut bench = bench();
    let sender = bench.become_sender();
    let claim = bench.claim(&sender, "a", 15).unwrap();
    let refused = Ending::Parked(ParkReason::Refused);
    bench.record(&sender, &claim, &refused);
    let parked = |parked, statuses: &[Status]| Which {
        parked,
        statuses: statuses.to_vec(),
        accounts: vec!["a".to_owned()],
        since: Some(at(10)),
        until: Some(at(11)),
    };
    let (now, refused) = (at(25), Parked::For(ParkReason::Refused));
    bench.lists(&parked(refused, &[Status::Failed]), 1, now, &[1]);
    bench.lists(&parked(Parked::ForAnyReason, &[]), 1, now, &[1]);
    bench.lists(&parked(Parked::OrNot, &[Status::Failed]), 1, now, &[1]);
    bench.lists(&parked(refused, &[Status::Pending]), 1, now, &[]);
    let late = Parked::For(ParkReason::Late);
    bench.lists(&parked(late, &[Status::Failed]), 1, now, &[]);
}

#[test]
fn a_post_without_deliveries_is_listed_too() {
    let mut bench = Bench::new();
    let _ = bench.enqueue(&post("one", None, &["a"]), &Asked::Now);
    bench.run_sql("DELETE FROM deliveries");
    let drafts = Which {
        statuses: vec![Status::Draft],
        ..Which::default()
    };
    bench.lists(&drafts, 10, at(0), &[1]);
}
