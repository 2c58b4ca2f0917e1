//! Rules of the outbox, against a real SQLite file.

mod backlog;
mod changes;
mod cost;
mod listing;
mod opening;
mod twins;

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;
use tempfile::TempDir;

use crate::outbox::Outbox;
use crate::outbox::OutboxError;
use crate::outbox::claim::Claim;
use crate::outbox::claim::Scope;
use crate::outbox::claim::SenderId;
use crate::outbox::decide::Answer;
use crate::outbox::enqueue::Asked;
use crate::outbox::enqueue::Enqueued;
use crate::outbox::enqueue::Twins;
use crate::outbox::record::Ending;
use crate::outbox::record::Note;
use crate::outbox::record::Toll;
use crate::outbox::sender_lock::SenderLock;
use crate::outbox::sender_lock::Taken;
use crate::outbox::state::DeliveryState;
use crate::outbox::state::ParkReason;
use crate::outbox::state::Status;
use crate::post::account_name::AccountName;
use crate::post::card::CardChoice;
use crate::post::card::CardReach;
use crate::post::platform::Platform;
use crate::post::post::Post;
use crate::post::post::PostId;
use crate::post::when::When;
use crate::publish::Published;

struct Bench {
    folder: TempDir,
    outbox: Outbox,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::open(&folder.path().join("outbox.db")).unwrap();
        Self { folder, outbox }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("outbox.db")
    }

    fn reopen(self) -> Result<Self, OutboxError> {
        let Self { folder, outbox } = self;
        drop(outbox);
        let outbox = Outbox::open(&folder.path().join("outbox.db"))?;
        Ok(Self { folder, outbox })
    }

    fn enqueue(&mut self, post: &Post, asked: &Asked) -> Enqueued {
        self.outbox
            .enqueue(post, asked, Twins::Allowed, at(0))
            .unwrap()
    }

    fn become_sender(&mut self) -> SenderId {
        let path = self.outbox.path().to_owned();
        let Taken::Ours(lock) = SenderLock::take(&path, "test").unwrap() else {
            panic!("nobody else holds the lock");
        };
        self.outbox.become_sender(&lock).unwrap()
    }

    fn claim(&mut self, sender: &SenderId, account: &str, seconds: i64) -> Option<Claim> {
        let account = name(account);
        self.outbox
            .claim_due(sender, &account, "here", Scope::Everything, at(seconds))
            .unwrap()
    }

    fn record(&mut self, sender: &SenderId, claim: &Claim, ending: &Ending) {
        self.outbox
            .record(sender, claim, ending, &Note::default(), at(1))
            .unwrap();
    }

    fn state(&self, post: i64, account: &str) -> DeliveryState {
        let post = self.outbox.post(post).unwrap();
        post.deliveries
            .iter()
            .find(|d| d.account == account)
            .unwrap()
            .state
    }

    fn run_sql(&self, sql: &str) {
        rusqlite::Connection::open_with_flags(
            self.path(),
            rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE,
        )
        .unwrap()
        .execute_batch(sql)
        .unwrap();
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

fn asked_at(seconds: i64) -> Asked {
    Asked::At(When {
        at: at(seconds),
        zone: "Europe/Berlin".to_owned(),
        words: format!("in {seconds} s"),
    })
}

fn name(account: &str) -> AccountName {
    account.parse().unwrap()
}

fn post(text: &str, key: Option<&str>, accounts: &[&str]) -> Post {
    Post {
        id: PostId::new(at(0)),
        key: key.map(ToOwned::to_owned),
        text: text.to_owned(),
        texts: BTreeMap::new(),
        media: Vec::new(),
        lang: None,
        cw: None,
        visibility: None,
        fit: None,
        tags: Vec::new(),
        card: CardChoice::default(),
        card_reach: CardReach::default(),
        addressees: accounts
            .iter()
            .map(|a| (name(a), Platform::Mastodon))
            .collect(),
        created_at: at(0),
    }
}

fn delivered(id: &str) -> Ending {
    Ending::Delivered(Published {
        remote_id: Some(id.to_owned()),
        url: None,
    })
}

#[test]
fn a_post_is_read_back_as_it_was_stored() {
    let mut bench = Bench::new();
    let stored = post("Grüße 👋", Some("k"), &["work", "home"]);
    assert_eq!(bench.enqueue(&stored, &Asked::Now), Enqueued::New(1));
    let bench = bench.reopen().unwrap();
    let view = bench.outbox.post(1).unwrap();
    assert_eq!(view.post, Ok(stored));
    assert_eq!(view.status(at(0)), Status::Pending);
    assert_eq!(bench.outbox.find_post(&view.id).unwrap(), 1);
    assert_eq!(bench.listed().len(), 1);
}

#[test]
fn a_key_stores_one_post_and_refuses_another_text_account_or_time() {
    let mut bench = Bench::new();
    let first = post("one", Some("release-1"), &["work"]);
    assert_eq!(bench.enqueue(&first, &Asked::Now), Enqueued::New(1));
    let again = post("one", Some("release-1"), &["work"]);
    assert_eq!(bench.enqueue(&again, &Asked::Now), Enqueued::SameKey(1));
    for (other, asked) in [
        (post("two", Some("release-1"), &["work"]), Asked::Now),
        (
            post("one", Some("release-1"), &["work", "home"]),
            Asked::Now,
        ),
        (post("one", Some("release-1"), &["work"]), asked_at(60)),
    ] {
        assert_eq!(bench.enqueue(&other, &asked), Enqueued::OtherUnderKey(1));
    }
    assert_eq!(bench.listed().len(), 1);
}

#[test]
fn a_claim_takes_what_is_due_longest_and_never_what_is_not_due_or_cancelled() {
    let mut bench = Bench::new();
    bench.enqueue(&post("later", None, &["work"]), &asked_at(60));
    bench.enqueue(&post("sooner", None, &["work"]), &asked_at(30));
    bench.enqueue(&post("cancelled", None, &["work"]), &asked_at(10));
    bench.outbox.cancel(3).unwrap();
    let sender = bench.become_sender();
    assert!(bench.claim(&sender, "work", 29).is_none());
    assert_eq!(bench.claim(&sender, "work", 99).unwrap().number, 2);
    assert_eq!(bench.claim(&sender, "work", 99).unwrap().number, 1);
    assert!(bench.claim(&sender, "work", 99).is_none());
    assert!(bench.claim(&sender, "home", 99).is_none());
}

#[test]
fn a_sender_that_was_replaced_can_write_nothing() {
    let mut bench = Bench::new();
    bench.enqueue(&post("one", None, &["work"]), &Asked::Now);
    let old = bench.become_sender();
    let claim = bench.claim(&old, "work", 1).unwrap();
    let _new = bench.become_sender();
    let note = Note::default();
    let recorded = bench
        .outbox
        .record(&old, &claim, &delivered("1"), &note, at(1));
    assert!(matches!(recorded, Err(OutboxError::NotSender)));
    let claimed = bench
        .outbox
        .claim_due(&old, &name("work"), "here", Scope::Everything, at(1));
    assert!(matches!(claimed, Err(OutboxError::NotSender)));
    assert_eq!(bench.state(1, "work"), DeliveryState::Sending);
}

#[test]
fn what_an_interrupted_sender_left_is_queued_again_and_counts_a_crash() {
    let mut bench = Bench::new();
    bench.enqueue(&post("one", None, &["work"]), &Asked::Now);
    for crashes in 0..2 {
        let sender = bench.become_sender();
        bench
            .outbox
            .recover_interrupted(&sender, Scope::Everything, at(1))
            .unwrap();
        let claim = bench.claim(&sender, "work", 1).unwrap();
        assert_eq!(claim.history.crashes, crashes);
    }
}

#[test]
fn a_log_in_that_is_needed_parks_what_is_due_and_leaves_what_is_due_later() {
    let mut bench = Bench::new();
    for asked in [Asked::Now, Asked::Now, asked_at(600)] {
        bench.enqueue(&post("text", None, &["work", "home"]), &asked);
    }
    let sender = bench.become_sender();
    let claim = bench.claim(&sender, "work", 1).unwrap();
    bench.record(&sender, &claim, &Ending::Parked(ParkReason::LoginNeeded));
    assert_eq!(bench.state(1, "work"), DeliveryState::Parked);
    assert_eq!(bench.state(2, "work"), DeliveryState::Parked);
    assert_eq!(bench.state(3, "work"), DeliveryState::Queued);
    assert_eq!(bench.state(1, "home"), DeliveryState::Queued);
}

#[test]
fn two_deliveries_never_have_one_public_post() {
    let mut bench = Bench::new();
    for _ in 0..2 {
        bench.enqueue(&post("text", None, &["work"]), &Asked::Now);
    }
    let sender = bench.become_sender();
    for _ in 0..2 {
        let claim = bench.claim(&sender, "work", 1).unwrap();
        bench.record(&sender, &claim, &delivered("42"));
    }
    let ids: Vec<_> = [1, 2]
        .map(|post| {
            bench.outbox.post(post).unwrap().deliveries[0]
                .remote_id
                .clone()
        })
        .to_vec();
    assert_eq!(ids, [Some("42".to_owned()), None]);
    assert_eq!(bench.state(2, "work"), DeliveryState::Delivered);
}

#[test]
fn a_cancel_answers_honestly_for_each_account() {
    let mut bench = Bench::new();
    bench.enqueue(
        &post("text", None, &["queued", "sending", "done"]),
        &Asked::Now,
    );
    let sender = bench.become_sender();
    let claim = bench.claim(&sender, "done", 1).unwrap();
    bench.record(&sender, &claim, &delivered("1"));
    let under_way = bench.claim(&sender, "sending", 1).unwrap();
    let answers = bench.outbox.cancel(1).unwrap();
    let said: Vec<_> = answers
        .iter()
        .map(|a| (a.account.as_str(), a.answer))
        .collect();
    assert_eq!(
        said,
        [
            ("queued", Answer::Cancelled),
            ("sending", Answer::UnderWay),
            ("done", Answer::TooLate)
        ]
    );
    // A cancel that came while it was sending wins over another attempt.
    bench.record(
        &sender,
        &under_way,
        &Ending::Again {
            at: at(5),
            toll: Toll::Attempt,
        },
    );
    assert_eq!(bench.state(1, "sending"), DeliveryState::Cancelled);
}

#[test]
fn a_flipped_byte_in_a_text_is_noticed_before_it_is_sent() {
    let mut bench = Bench::new();
    bench.enqueue(&post("pay 100", None, &["work"]), &Asked::Now);
    bench.run_sql("UPDATE posts SET content = replace(content, '100', '900')");
    let sender = bench.become_sender();
    let claim = bench.claim(&sender, "work", 1).unwrap();
    assert_eq!(
        claim.post,
        Err("its content is not what was stored".to_owned())
    );
}

#[test]
fn a_flipped_bit_that_leaves_no_text_is_noticed_and_keeps_nothing_else_from_being_read() {
    let mut bench = Bench::new();
    bench.enqueue(&post("damaged", None, &["work"]), &Asked::Now);
    bench.enqueue(&post("whole", None, &["work"]), &Asked::Now);
    bench.run_sql("UPDATE posts SET content = CAST(x'ff' AS TEXT) WHERE number = 1");
    let sender = bench.become_sender();
    assert!(bench.claim(&sender, "work", 1).unwrap().post.is_err());
    assert!(bench.claim(&sender, "work", 1).unwrap().post.is_ok());
    assert_eq!(bench.listed().len(), 2);
}

#[test]
fn the_instant_the_zone_and_the_words_that_were_asked_for_are_kept() {
    let mut bench = Bench::new();
    bench.enqueue(&post("now", None, &["work"]), &Asked::Now);
    bench.enqueue(&post("later", None, &["work"]), &asked_at(60));
    let asked = |number| bench.outbox.post(number).unwrap().asked;
    assert_eq!(asked(1), None);
    assert_eq!(asked(2).as_ref(), asked_at(60).when());
    // Words that are damaged keep nobody from reading the rest.
    bench.run_sql("UPDATE posts SET asked_words = CAST(x'ff' AS TEXT) WHERE number = 2");
    assert_eq!(asked(2).unwrap().words, "\u{fffd}");
}

#[test]
fn a_delivered_row_is_not_sent_again_because_an_index_says_that_it_is_queued() {
    let mut bench = Bench::new();
    bench.enqueue(&post("one", None, &["work"]), &Asked::Now);
    let sender = bench.become_sender();
    // The row changes behind the back of the index, as it does when a page of the file is lost.
    bench.run_sql(
        "PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = replace(sql, '''queued''', '''delivered''')
         WHERE name = 'deliveries_due';",
    );
    bench.run_sql("UPDATE deliveries SET state = 'delivered'");
    bench.run_sql(
        "PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = replace(sql, '''delivered''', '''queued''')
         WHERE name = 'deliveries_due';",
    );
    let bench = bench.reopen();
    let mut bench = bench.unwrap();
    let account = name("work");
    let claimed = bench
        .outbox
        .claim_due(&sender, &account, "here", Scope::Everything, at(1));
    let refused = claimed.unwrap_err().to_string();
    assert!(refused.contains("index"), "{refused}");
    assert_eq!(bench.state(1, "work"), DeliveryState::Delivered);
}
