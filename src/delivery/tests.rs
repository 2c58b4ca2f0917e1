//! Die at every await of an attempt, start again, and count the posts.
//!
//! The platform of these tests keeps what is public in memory; its publisher takes two hidden
//! steps and a visible one. Dying is dropping the attempt at its n-th poll, for every n: between
//! any two writes, before and after the platform has acted. The outbox is a real SQLite file.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use tempfile::TempDir;

use crate::clock::Clock;
use crate::daemon::once::Deadlines;
use crate::daemon::turn::Plan;
use crate::delivery::attempt::Sender;
use crate::delivery::attempt::deliver_one;
use crate::delivery::verdict::Patience;
use crate::delivery::worker::Publishers;
use crate::outbox::Outbox;
use crate::outbox::claim::Scope;
use crate::outbox::decide::Judgement;
use crate::outbox::door::Door;
use crate::outbox::enqueue::Asked;
use crate::outbox::sender_lock::SenderLock;
use crate::outbox::sender_lock::Taken;
use crate::outbox::state::DeliveryState;
use crate::outbox::state::ParkReason;
use crate::outbox::view::DeliveryView;
use crate::post::account_name::AccountName;
use crate::post::platform::Platform;
use crate::post::post::Post;
use crate::post::post::PostId;
use crate::publish::Cause;
use crate::publish::Looked;
use crate::publish::PublishError;
use crate::publish::Published;
use crate::publish::Publisher;
use crate::publish::Server;
use crate::publish::step::Step;
use crate::publish::step::StepLog;

const START: i64 = 1_800_000_000;
const HOUR: Duration = Duration::from_secs(3600);

/// What the fake platform does with the next sendings of its visible step.
#[derive(Clone, Debug)]
enum Act {
    Answer,
    ActAndLose,
    LoseWithoutActing,
    Fail(PublishError),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A key of our own makes a repeat harmless.
    Keyed,
    /// A repeat is harmless for an hour.
    Within,
    /// Every sending makes a post.
    Naive,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sight {
    Clear,
    Blind,
}

#[derive(Debug)]
struct FakePlatform {
    kind: Kind,
    sight: Mutex<Sight>,
    script: Mutex<Vec<Act>>,
    public: Mutex<Vec<String>>,
    sent: Mutex<Vec<String>>,
}

struct FakePublisher {
    account: AccountName,
    platform: Arc<FakePlatform>,
}

impl FakePublisher {
    async fn send(&self, key: &str) -> Result<Published, PublishError> {
        self.platform.sent.lock().unwrap().push(key.to_owned());
        let act = self
            .platform
            .script
            .lock()
            .unwrap()
            .pop()
            .unwrap_or(Act::Answer);
        tokio::task::yield_now().await;
        if matches!(act, Act::Answer | Act::ActAndLose) {
            let mut public = self.platform.public.lock().unwrap();
            let is_repeat = public.iter().any(|id| id == key);
            if self.platform.kind == Kind::Naive || !is_repeat {
                public.push(key.to_owned());
            }
        }
        tokio::task::yield_now().await;
        match act {
            Act::Answer => Ok(published(key)),
            Act::ActAndLose | Act::LoseWithoutActing => Err(lost()),
            Act::Fail(error) => Err(error),
        }
    }
}

fn published(key: &str) -> Published {
    Published {
        remote_id: Some(key.to_owned()),
        url: Some(format!("https://example.com/{key}")),
    }
}

fn lost() -> PublishError {
    PublishError::Unclear {
        cause: Cause::new("connection reset"),
        server: Server::AtWork,
    }
}

#[async_trait]
impl Publisher for FakePublisher {
    fn account(&self) -> &AccountName {
        &self.account
    }

    fn host(&self) -> &str {
        "https://example.com"
    }

    fn settle(&self) -> Duration {
        Duration::from_secs(30)
    }

    fn knows_step(&self, step: &str) -> bool {
        ["upload 1", "upload 2", "post"].contains(&step)
    }

    async fn publish(&self, _: &Post, steps: &StepLog<'_>) -> Result<Published, PublishError> {
        let upload = |n: u32| {
            steps.step(
                Step::repeatable(format!("upload {n}")),
                move || async move {
                    tokio::task::yield_now().await;
                    Ok(n)
                },
            )
        };
        let (one, two) = tokio::join!(upload(1), upload(2));
        assert_eq!((one?, two?), (1, 2));
        let step = match self.platform.kind {
            Kind::Keyed => Step::repeatable("post"),
            Kind::Within => Step::repeatable_within("post", HOUR),
            Kind::Naive => Step::once("post"),
        };
        let key = steps.identity().delivery.clone();
        steps.step(step.visible(), || self.send(&key)).await
    }

    async fn look(&self, _: &Post, steps: &StepLog<'_>) -> Result<Looked, PublishError> {
        tokio::task::yield_now().await;
        if *self.platform.sight.lock().unwrap() == Sight::Blind {
            return Ok(Looked::CannotTell);
        }
        let key = &steps.identity().delivery;
        let is_public = self.platform.public.lock().unwrap().contains(key);
        Ok(if is_public {
            Looked::Found(published(key))
        } else {
            Looked::Absent
        })
    }
}

struct Bench {
    _folder: TempDir,
    plan: Plan,
    platform: Arc<FakePlatform>,
    publisher: Arc<FakePublisher>,
}

impl Bench {
    fn new(kind: Kind, sight: Sight, script: &[Act]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::open(&folder.path().join("outbox.db")).unwrap();
        let outbox_path = outbox.path().to_owned();
        let platform = Arc::new(FakePlatform {
            kind,
            sight: Mutex::new(sight),
            script: Mutex::new(script.iter().rev().cloned().collect()),
            public: Mutex::default(),
            sent: Mutex::default(),
        });
        let account: AccountName = "work".parse().unwrap();
        let publisher = Arc::new(FakePublisher {
            account,
            platform: Arc::clone(&platform),
        });
        let plan = Plan {
            door: Door::new(outbox),
            outbox_path,
            clock: Clock::paused(Timestamp::from_second(START).unwrap()),
            patience: Patience::default(),
            publishers: Publishers::new(vec![publisher.clone()]),
            holder: "test".to_owned(),
        };
        let bench = Self {
            _folder: folder,
            plan,
            platform,
            publisher,
        };
        bench.enqueue();
        bench
    }

    fn enqueue(&self) {
        let now = self.plan.clock.now();
        let post = Post {
            id: PostId::new(now),
            key: None,
            text: "hello".to_owned(),
            texts: BTreeMap::new(),
            media: Vec::new(),
            lang: None,
            cw: None,
            visibility: None,
            addressees: vec![("work".parse().unwrap(), Platform::Mastodon)],
            created_at: now,
        };
        self.plan
            .door
            .at_once(|outbox| outbox.enqueue(&post, Asked::Now, now))
            .unwrap();
    }

    /// Runs as a sender for `patience`, which paused time makes short.
    async fn run_for(&self, patience: Duration) {
        let (_told, mut stopping) = tokio::sync::watch::channel(false);
        let now = self.plan.clock.now();
        let until = crate::clock::later(now, patience);
        let deadlines = Deadlines {
            lock: now,
            attempts: until,
        };
        self.plan
            .deliver_once(Scope::Everything, deadlines, &mut stopping)
            .await
            .unwrap();
    }

    /// Makes one attempt, as a process of its own that has just started.
    async fn attempt_once(&self) {
        let (plan, now) = (&self.plan, self.plan.clock.now());
        let Taken::Ours(lock) = SenderLock::take(&plan.outbox_path, "test").unwrap() else {
            panic!("the lock of a dead sender is free");
        };
        let account = self.publisher.account.clone();
        let turn = plan.door.with(move |outbox| {
            let id = outbox.become_sender(&lock)?;
            outbox.recover_interrupted(&id, Scope::Everything, now)?;
            let claim = outbox.claim_due(&id, &account, Scope::Everything, now)?;
            Ok((lock, id, claim))
        });
        let (_lock, id, claim) = turn.await.unwrap();
        let Some(claim) = claim else { return };
        let (door, clock) = (plan.door.clone(), plan.clock.clone());
        let sender = Sender {
            door,
            id,
            clock,
            patience: plan.patience.clone(),
        };
        deliver_one(&sender, &claim, self.publisher.as_ref())
            .await
            .unwrap();
    }

    /// Runs as a sender and dies at the `n`-th poll. Returns whether it had ended before.
    async fn die_at(&self, n: usize) -> bool {
        let mut polls = 0;
        let mut run = pin!(self.attempt_once());
        std::future::poll_fn(|context| {
            if polls == n {
                return Poll::Ready(false);
            }
            polls += 1;
            run.as_mut().poll(context).map(|()| true)
        })
        .await
    }

    fn delivery(&self) -> DeliveryView {
        self.plan
            .door
            .at_once(|outbox| outbox.post(1))
            .unwrap()
            .deliveries
            .remove(0)
    }

    fn public(&self) -> usize {
        self.platform.public.lock().unwrap().len()
    }

    fn sent(&self) -> usize {
        self.platform.sent.lock().unwrap().len()
    }

    #[track_caller]
    fn assert_delivered_once(&self, context: &str) {
        let delivery = self.delivery();
        assert_eq!(self.public(), 1, "{context}: {delivery:?}");
        assert_eq!(
            delivery.state,
            DeliveryState::Delivered,
            "{context}: {delivery:?}"
        );
    }

    #[track_caller]
    fn assert_parked(&self, reason: ParkReason) {
        let delivery = self.delivery();
        assert_eq!(delivery.reason, Some(reason), "{delivery:?}");
    }
}

/// Dies at every poll of the first run, runs again to the end, and hands each outcome to `check`.
async fn die_everywhere(kind: Kind, sight: Sight, check: impl Fn(&Bench, &str)) {
    for n in 0..400 {
        let bench = Bench::new(kind, sight, &[]);
        let is_over = bench.die_at(n).await;
        bench.run_for(2 * HOUR).await;
        check(&bench, &format!("died at poll {n} ({kind:?}, {sight:?})"));
        if is_over {
            assert!(n > 8, "an attempt has more awaits than {n}");
            return;
        }
    }
    panic!("the attempt never ended");
}

#[tokio::test(start_paused = true)]
async fn a_crash_anywhere_leaves_one_post_where_a_key_makes_a_repeat_harmless() {
    die_everywhere(Kind::Keyed, Sight::Clear, Bench::assert_delivered_once).await;
    die_everywhere(Kind::Keyed, Sight::Blind, Bench::assert_delivered_once).await;
}

#[tokio::test(start_paused = true)]
async fn a_crash_anywhere_leaves_one_post_where_the_platform_can_be_looked_at() {
    die_everywhere(Kind::Naive, Sight::Clear, Bench::assert_delivered_once).await;
    die_everywhere(Kind::Within, Sight::Clear, Bench::assert_delivered_once).await;
    die_everywhere(Kind::Within, Sight::Blind, Bench::assert_delivered_once).await;
}

#[tokio::test(start_paused = true)]
async fn a_crash_anywhere_leaves_at_most_one_post_where_nobody_can_know() {
    die_everywhere(Kind::Naive, Sight::Blind, |bench, context| {
        let delivery = bench.delivery();
        assert!(bench.public() <= 1, "{context}: {delivery:?}");
        let in_doubt = delivery.reason == Some(ParkReason::InDoubt);
        let is_told = in_doubt || delivery.state == DeliveryState::Delivered;
        assert!(
            is_told && (in_doubt || bench.public() == 1),
            "{context}: {delivery:?}"
        );
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_looked_at_before_anything_is_sent_again() {
    let bench = Bench::new(Kind::Naive, Sight::Clear, &[Act::ActAndLose]);
    bench.run_for(HOUR).await;
    bench.assert_delivered_once("the answer was lost");
    assert_eq!(bench.sent(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_absent_post_counts_as_absent_only_after_the_server_has_settled() {
    let bench = Bench::new(Kind::Naive, Sight::Clear, &[Act::LoseWithoutActing]);
    bench.run_for(Duration::from_secs(25)).await;
    assert_eq!(
        (bench.sent(), bench.delivery().state),
        (1, DeliveryState::Queued)
    );
    bench.run_for(HOUR).await;
    bench.assert_delivered_once("the first sending did nothing");
    assert_eq!(bench.sent(), 2);
}

#[tokio::test(start_paused = true)]
async fn after_the_window_of_a_key_a_blind_platform_leaves_the_post_in_doubt() {
    let bench = Bench::new(Kind::Within, Sight::Blind, &[Act::ActAndLose]);
    bench.run_for(Duration::ZERO).await;
    tokio::time::advance(2 * HOUR).await;
    bench.run_for(HOUR).await;
    bench.assert_parked(ParkReason::InDoubt);
    assert_eq!((bench.sent(), bench.public()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_dead_token_after_a_lost_answer_parks_as_in_doubt_and_not_as_login_needed() {
    let login = PublishError::LoginNeeded(Cause::answered(401, "revoked"));
    let script = [Act::ActAndLose, Act::Fail(login)];
    let bench = Bench::new(Kind::Within, Sight::Blind, &script);
    bench.run_for(HOUR).await;
    bench.assert_parked(ParkReason::InDoubt);
}

#[tokio::test(start_paused = true)]
async fn a_refused_repeat_means_to_look_and_never_refused() {
    let refused = PublishError::Refused(Cause::answered(422, "already attached"));
    let script = [Act::ActAndLose, Act::Fail(refused)];
    let bench = Bench::new(Kind::Within, Sight::Blind, &script);
    bench.run_for(Duration::from_secs(20)).await;
    assert_eq!(bench.sent(), 1);
    bench.run_for(HOUR).await;
    // The repeat was refused; a blind look cannot tell what became of the first.
    assert_eq!(bench.sent(), 2);
    bench.assert_parked(ParkReason::InDoubt);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_fails_through_the_whole_schedule_is_looked_at_and_parks_as_exhausted() {
    let failed = PublishError::Unclear {
        cause: Cause::answered(503, "busy"),
        server: Server::Done,
    };
    let script = [0; 5].map(|_| Act::Fail(failed.clone()));
    let bench = Bench::new(Kind::Naive, Sight::Clear, &script);
    bench.run_for(HOUR).await;
    bench.assert_parked(ParkReason::Exhausted);
    assert_eq!((bench.sent(), bench.delivery().attempts), (4, 4));
    // And out again: the fifth failure, then a success.
    let now = bench.plan.clock.now();
    bench
        .plan
        .door
        .at_once(|outbox| Ok(outbox.retry(1, None, now).unwrap()))
        .unwrap();
    bench.run_for(HOUR).await;
    bench.assert_delivered_once("retried from the parking lot");
}

#[tokio::test(start_paused = true)]
async fn a_cancel_while_in_doubt_looks_and_never_sends_again() {
    for (act, expected) in [
        (Act::ActAndLose, DeliveryState::Delivered),
        (Act::LoseWithoutActing, DeliveryState::Cancelled),
    ] {
        let bench = Bench::new(Kind::Keyed, Sight::Clear, &[act]);
        bench.run_for(Duration::ZERO).await;
        bench.plan.door.at_once(|outbox| outbox.cancel(1)).unwrap();
        assert_eq!(bench.delivery().state, DeliveryState::Queued);
        bench.run_for(HOUR).await;
        assert_eq!((bench.delivery().state, bench.sent()), (expected, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_person_resolves_what_is_in_doubt() {
    let account: AccountName = "work".parse().unwrap();
    for (judgement, sent) in [
        (
            Judgement::Published {
                url: "https://example.com/1".to_owned(),
            },
            1,
        ),
        (Judgement::NotPublished, 2),
    ] {
        let bench = Bench::new(Kind::Naive, Sight::Blind, &[Act::LoseWithoutActing]);
        bench.run_for(HOUR).await;
        bench.assert_parked(ParkReason::InDoubt);
        let now = bench.plan.clock.now();
        bench
            .plan
            .door
            .at_once(|outbox| Ok(outbox.resolve(1, &account, &judgement, now).unwrap()))
            .unwrap();
        bench.run_for(HOUR).await;
        assert_eq!(
            (bench.delivery().state, bench.sent()),
            (DeliveryState::Delivered, sent)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_of_what_is_in_doubt_parks_again_where_nobody_can_tell() {
    let bench = Bench::new(Kind::Naive, Sight::Blind, &[Act::LoseWithoutActing]);
    bench.run_for(HOUR).await;
    let now = bench.plan.clock.now();
    bench
        .plan
        .door
        .at_once(|outbox| Ok(outbox.retry(1, None, now).unwrap()))
        .unwrap();
    bench.run_for(HOUR).await;
    bench.assert_parked(ParkReason::InDoubt);
    assert_eq!(bench.sent(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_delivery_under_which_the_process_died_three_times_parks_as_exhausted() {
    let bench = Bench::new(Kind::Keyed, Sight::Clear, &[]);
    let mut crashes = 0;
    // The claim is on disk once the row says so; nothing has been sent by then.
    for n in 0..60 {
        if crashes == 3 {
            break;
        }
        bench.die_at(n).await;
        if bench.delivery().state == DeliveryState::Sending && bench.sent() == 0 {
            crashes += 1;
        }
    }
    assert_eq!(crashes, 3);
    bench.run_for(HOUR).await;
    bench.assert_parked(ParkReason::Exhausted);
    assert_eq!(bench.public(), 0);
}
