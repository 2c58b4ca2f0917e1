//! What a person does to a post that is stored: saves, submits, moves, edits, deletes it.

use crate::outbox::enqueue::Asked;
use crate::outbox::enqueue::Enqueued;
use crate::outbox::enqueue::Twins;
use crate::outbox::record::Ending;
use crate::outbox::record::Toll;
use crate::outbox::revise::ReviseError;
use crate::outbox::state::DeliveryState;
use crate::outbox::state::ParkReason;
use crate::outbox::state::Status;
use crate::outbox::tests::Bench;
use crate::outbox::tests::asked_at;
use crate::outbox::tests::at;
use crate::outbox::tests::post;
use crate::publish::Published;

/// A sending of the visible step, as a sender would mark it.
const SENT: &str = "INSERT INTO sendings (delivery, step, recovery, visible, begun_at, mark)
                    SELECT id, 'send', 'repeat', 1, 0, 'MARK' FROM deliveries";

/// What a hidden step has left.
const PREPARED: &str =
    "INSERT INTO sendings (delivery, step, recovery, visible, begun_at, mark, output)
     SELECT id, 'upload 1', 'repeat', 0, 0, 'done', 'blob' FROM deliveries";

fn published(id: &str) -> Ending {
    Ending::Delivered(Published {
        remote_id: Some(id.to_owned()),
        url: None,
    })
}

impl Bench {
    fn draft(&mut self, text: &str, asked: &Asked) -> i64 {
        let draft = post(text, None, &["work", "sky"]);
        match self.outbox.save_draft(&draft, asked, at(0)).unwrap() {
            Enqueued::New(number) => number,
            other => panic!("{other:?}"),
        }
    }

    fn submit(&mut self, number: i64) -> Result<(), ReviseError> {
        let seen = self.outbox.post(number).unwrap();
        let content = seen.post.clone().unwrap();
        self.outbox
            .submit(&seen, &content, &Asked::Now, Twins::Refused, at(5))
    }

    fn edit(&mut self, number: i64, text: &str, accounts: &[&str]) -> Result<(), ReviseError> {
        let seen = self.outbox.post(number).unwrap();
        let mut edited = post(text, None, accounts);
        edited.id = seen.id.parse().unwrap();
        let asked = seen.asked.clone().map_or(Asked::Now, Asked::At);
        self.outbox.edit(&seen, &edited, &asked, at(5))
    }

    fn count(&self, table: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM {table}");
        let connection = &self.outbox.connection;
        connection.query_row(&sql, [], |row| row.get(0)).unwrap()
    }

    fn identities(&self) -> Vec<String> {
        let connection = &self.outbox.connection;
        let mut select = connection
            .prepare("SELECT identity FROM deliveries ORDER BY id")
            .unwrap();
        let rows = select.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// Stores a post for `work` and delivers it under `id`.
    fn deliver(&mut self, text: &str, key: Option<&str>, id: &str) {
        self.enqueue(&post(text, key, &["work"]), &Asked::Now);
        let sender = self.become_sender();
        let claim = self.claim(&sender, "work", 1).unwrap();
        self.record(&sender, &claim, &published(id));
    }
}

#[test]
fn a_draft_is_never_claimed_until_it_is_submitted_and_then_once() {
    let mut bench = Bench::new();
    let number = bench.draft("Later", &Asked::Now);
    let sender = bench.become_sender();
    assert!(bench.claim(&sender, "work", 10).is_none());
    let draft = bench.outbox.post(number).unwrap();
    assert_eq!(draft.status(at(10)), Status::Draft);
    bench.submit(number).unwrap();
    assert!(matches!(
        bench.submit(number),
        Err(ReviseError::NotADraft { post: 1 })
    ));
    assert_eq!(bench.count("deliveries"), 2);
    let claim = bench.claim(&sender, "work", 10).unwrap();
    assert_eq!(claim.post.unwrap().text, "Later");
}

#[test]
fn a_draft_that_changed_meanwhile_is_not_submitted_as_it_was_seen() {
    let mut bench = Bench::new();
    let number = bench.draft("One", &Asked::Now);
    let seen = bench.outbox.post(number).unwrap();
    let content = seen.post.clone().unwrap();
    bench.edit(number, "Two", &["work"]).unwrap();
    let submitted = bench
        .outbox
        .submit(&seen, &content, &Asked::Now, Twins::Refused, at(5));
    assert!(matches!(submitted, Err(ReviseError::Changed { post: 1 })));
    assert_eq!(bench.count("deliveries"), 0);
}

#[test]
fn a_draft_keeps_the_time_that_was_asked_for() {
    let mut bench = Bench::new();
    let number = bench.draft("Later", &asked_at(60));
    bench
        .outbox
        .reschedule(number, &asked_at(90), at(1))
        .unwrap();
    let draft = bench.outbox.post(number).unwrap();
    assert_eq!(draft.asked.unwrap().at, at(90));
    assert_eq!(bench.count("deliveries"), 0);
}

#[test]
fn another_time_moves_what_is_queued_or_parked_and_forgets_what_was_prepared() {
    let mut bench = Bench::new();
    bench.enqueue(&post("Hi", None, &["work", "sky", "fox"]), &Asked::Now);
    let sender = bench.become_sender();
    let claim = bench.claim(&sender, "work", 1).unwrap();
    bench.record(&sender, &claim, &published("1"));
    let claim = bench.claim(&sender, "sky", 1).unwrap();
    bench.record(&sender, &claim, &Ending::Parked(ParkReason::Late));
    bench.run_sql(PREPARED);
    assert_eq!(bench.outbox.reschedule(1, &asked_at(60), at(5)).unwrap(), 2);
    assert_eq!(bench.state(1, "work"), DeliveryState::Delivered);
    let moved = bench.outbox.post(1).unwrap();
    for account in ["sky", "fox"] {
        let delivery = moved.deliveries.iter().find(|d| d.account == account);
        let delivery = delivery.unwrap();
        assert_eq!(delivery.state, DeliveryState::Queued);
        assert_eq!((delivery.due_at, delivery.next_at), (at(60), at(60)));
        assert_eq!(delivery.attempts, 0);
    }
    assert_eq!(bench.count("sendings"), 1, "that of what is delivered");
    assert!(bench.claim(&sender, "sky", 59).is_none());
    assert!(bench.claim(&sender, "sky", 60).is_some());
}

#[test]
fn what_is_or_may_be_public_is_neither_moved_nor_edited() {
    for (mark, ending) in [
        ("begun", None),
        ("done", None),
        ("begun", Some(Ending::Parked(ParkReason::InDoubt))),
        ("done", Some(published("1"))),
    ] {
        let mut bench = Bench::new();
        bench.enqueue(&post("Hi", None, &["work"]), &Asked::Now);
        let sender = bench.become_sender();
        let claim = bench.claim(&sender, "work", 1).unwrap();
        bench.run_sql(&SENT.replace("MARK", mark));
        let again = Ending::Again {
            at: at(100),
            toll: Toll::Attempt,
        };
        bench.record(&sender, &claim, ending.as_ref().unwrap_or(&again));
        let moved = bench.outbox.reschedule(1, &asked_at(60), at(5));
        assert!(
            matches!(moved, Err(ReviseError::TooLate { .. })),
            "{moved:?}"
        );
        let edited = bench.edit(1, "Other", &["work"]);
        assert!(matches!(edited, Err(ReviseError::TooLate { .. })));
        assert_eq!(bench.outbox.post(1).unwrap().post.unwrap().text, "Hi");
        assert_eq!(bench.count("sendings"), 1);
    }
}

#[test]
fn what_a_sender_has_claimed_is_not_edited() {
    let mut bench = Bench::new();
    bench.enqueue(&post("Hi", None, &["work", "sky"]), &Asked::Now);
    let sender = bench.become_sender();
    let _claim = bench.claim(&sender, "work", 1).unwrap();
    let edited = bench.edit(1, "Other", &["work", "sky"]);
    let Err(ReviseError::TooLate { account, state, .. }) = edited else {
        panic!("{edited:?}");
    };
    assert_eq!((account.as_str(), state), ("work", "under way"));
}

#[test]
fn an_edit_readdresses_and_no_server_takes_it_for_what_was_before() {
    let mut bench = Bench::new();
    bench.enqueue(&post("Hi", None, &["work", "sky"]), &asked_at(60));
    bench.run_sql(PREPARED);
    bench.run_sql(&SENT.replace("MARK", "void"));
    let before = bench.identities();
    bench.edit(1, "Other", &["sky", "fox"]).unwrap();
    let edited = bench.outbox.post(1).unwrap();
    let accounts: Vec<&str> = edited.deliveries.iter().map(|d| &d.account[..]).collect();
    assert_eq!(accounts, ["sky", "fox"]);
    assert!(edited.deliveries.iter().all(|d| d.due_at == at(60)));
    assert_eq!(edited.post.unwrap().text, "Other");
    let after = bench.identities();
    assert!(after.iter().all(|identity| !before.contains(identity)));
    assert_eq!(bench.count("sendings"), 0);
}

#[test]
fn an_edit_of_what_is_cancelled_or_under_a_taken_key_is_refused() {
    let mut bench = Bench::new();
    bench.enqueue(&post("Hi", None, &["work"]), &Asked::Now);
    bench.outbox.cancel(1).unwrap();
    assert!(matches!(
        bench.edit(1, "Other", &["work"]),
        Err(ReviseError::Cancelled { post: 1 })
    ));
    bench.enqueue(&post("Keyed", Some("k"), &["work"]), &Asked::Now);
    bench.enqueue(&post("Free", None, &["work"]), &Asked::Now);
    let seen = bench.outbox.post(3).unwrap();
    let edited = post("Free", Some("k"), &["work"]);
    let taken = bench.outbox.edit(&seen, &edited, &Asked::Now, at(5));
    assert!(matches!(taken, Err(ReviseError::KeyTaken { other: 2, .. })));
}

#[test]
fn only_what_has_ended_without_doubt_is_deleted() {
    let mut bench = Bench::new();
    bench.enqueue(&post("Hi", None, &["work"]), &Asked::Now);
    let refused = bench.outbox.delete(1);
    assert!(matches!(
        refused,
        Err(ReviseError::TooLate {
            state: "queued",
            ..
        })
    ));
    let sender = bench.become_sender();
    let claim = bench.claim(&sender, "work", 1).unwrap();
    let refused = bench.outbox.delete(1);
    assert!(matches!(
        refused,
        Err(ReviseError::TooLate {
            state: "under way",
            ..
        })
    ));
    bench.record(&sender, &claim, &Ending::Parked(ParkReason::InDoubt));
    let refused = bench.outbox.delete(1);
    assert!(matches!(
        refused,
        Err(ReviseError::TooLate {
            state: "in doubt",
            ..
        })
    ));
    bench.enqueue(&post("Bye", None, &["work"]), &Asked::Now);
    bench.outbox.cancel(2).unwrap();
    assert_eq!(bench.outbox.delete(2).unwrap().number, 2);
    assert!(bench.outbox.post(2).is_err());
    assert_eq!(bench.count("posts"), 1);
}

#[tokio::test]
async fn a_deleted_post_is_never_taken_for_another_with_the_same_words() {
    use crate::outbox::checkpoints::DeliveryCheckpoints;
    use crate::outbox::door::Door;
    use crate::publish::step::Checkpoints as _;

    let mut bench = Bench::new();
    bench.deliver("Same", None, "remote-1");
    bench.outbox.delete(1).unwrap();
    bench.enqueue(&post("Same", None, &["work"]), &Asked::Now);
    let sender = bench.become_sender();
    let claim = bench.claim(&sender, "work", 10).unwrap();
    let Bench { folder, outbox } = bench;
    let checkpoints = DeliveryCheckpoints::new(&Door::new(outbox), &sender, &claim);
    assert!(checkpoints.is_taken("remote-1").await.unwrap());
    assert!(!checkpoints.is_taken("remote-2").await.unwrap());
    drop(folder);
}

#[test]
fn a_key_that_has_published_is_not_free_when_its_post_is_deleted() {
    let mut bench = Bench::new();
    bench.deliver("Out", Some("k"), "1");
    bench.outbox.delete(1).unwrap();
    let again = bench.enqueue(&post("Out", Some("k"), &["work"]), &Asked::Now);
    assert_eq!(again, Enqueued::ForgottenKey(1));
    // One that has published nothing is.
    bench.enqueue(&post("Never", Some("n"), &["work"]), &Asked::Now);
    bench.outbox.cancel(2).unwrap();
    bench.outbox.delete(2).unwrap();
    let again = bench.enqueue(&post("Never", Some("n"), &["work"]), &Asked::Now);
    assert_eq!(again, Enqueued::New(3));
}
