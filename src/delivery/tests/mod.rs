//! A platform that keeps what is public in memory, and a publisher for it, on a real outbox.
//!
//! The publisher takes two hidden steps and a visible one, which the platform answers by a script.
//! Dying is dropping an attempt at its n-th poll: between any two writes, before and after the
//! platform has acted. [`dying`] does so everywhere, [`doubts`] asks what follows a lost answer.

mod cancels;
mod clocks;
mod doubts;
mod dying;
mod idle;
mod outages;
mod unseen;

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
use crate::outbox::door::Door;
use crate::outbox::enqueue::Asked;
use crate::outbox::enqueue::Twins;
use crate::outbox::sender_lock::SenderLock;
use crate::outbox::sender_lock::Taken;
use crate::outbox::state::DeliveryState;
use crate::outbox::state::ParkReason;
use crate::outbox::view::DeliveryView;
use crate::post::account_name::AccountName;
use crate::post::card::CardChoice;
use crate::post::card::CardReach;
use crate::post::platform::Platform;
use crate::post::post::Post;
use crate::post::post::PostId;
use crate::publish::Cause;
use crate::publish::Looked;
use crate::publish::PublishError;
use crate::publish::Published;
use crate::publish::Publisher;
use crate::publish::Server;
use crate::publish::TakenDown;
use crate::publish::step::Step;
use crate::publish::step_log::StepLog;

const START: i64 = 1_800_000_000;
const HOUR: Duration = Duration::from_hours(1);

/// What the fake platform does with the next sendings of its visible step.
#[derive(Clone, Debug)]
enum Act {
    Answer,
    Lose,
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
    /// Never shows that something is absent; shows what is public from this look on.
    Partial(usize),
}

#[derive(Debug)]
struct FakePlatform {
    kind: Kind,
    sight: Mutex<Sight>,
    script: Mutex<Vec<Act>>,
    public: Mutex<Vec<String>>,
    sent: Mutex<Vec<String>>,
    /// When it was looked at, in seconds.
    looks: Mutex<Vec<i64>>,
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
        if matches!(act, Act::Answer | Act::Lose) {
            let mut public = self.platform.public.lock().unwrap();
            let is_repeat = public.iter().any(|id| id == key);
            if self.platform.kind == Kind::Naive || !is_repeat {
                public.push(key.to_owned());
            }
        }
        tokio::task::yield_now().await;
        match act {
            Act::Answer => Ok(published(key)),
            Act::Lose | Act::LoseWithoutActing => Err(lost()),
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

    fn platform(&self) -> Platform {
        Platform::Mastodon
    }

    fn place(&self) -> &'static str {
        "here"
    }

    fn host(&self) -> &'static str {
        "https://example.com"
    }

    fn settle(&self) -> Duration {
        Duration::from_secs(30)
    }

    fn knows_step(&self, step: &str) -> bool {
        ["upload 1", "upload 2", "post"].contains(&step)
    }

    async fn take_down(&self, _: &str, _: &Clock) -> Result<TakenDown, PublishError> {
        Ok(TakenDown::Now)
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
        steps.step(step.visible().last(), || self.send(&key)).await
    }

    async fn look(&self, _: &Post, steps: &StepLog<'_>) -> Result<Looked, PublishError> {
        tokio::task::yield_now().await;
        let now = steps.clock().now().as_second() - START;
        let look = {
            let mut looks = self.platform.looks.lock().unwrap();
            looks.push(now);
            looks.len()
        };
        let key = &steps.identity().delivery;
        let is_public = self.platform.public.lock().unwrap().contains(key);
        Ok(match *self.platform.sight.lock().unwrap() {
            Sight::Blind => Looked::CannotTell,
            Sight::Partial(from) if !is_public || look < from => Looked::Unseen,
            _ if is_public => Looked::Found(published(key)),
            _ => Looked::Absent,
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
        Self::with_key(None, kind, sight, script)
    }

    fn with_key(key: Option<&str>, kind: Kind, sight: Sight, script: &[Act]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::open(&folder.path().join("outbox.db")).unwrap();
        let outbox_path = outbox.path().to_owned();
        let platform = Arc::new(FakePlatform {
            kind,
            sight: Mutex::new(sight),
            script: Mutex::new(script.iter().rev().cloned().collect()),
            public: Mutex::default(),
            sent: Mutex::default(),
            looks: Mutex::default(),
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
        bench.enqueue(key);
        bench
    }

    fn enqueue(&self, key: Option<&str>) {
        let now = self.plan.clock.now();
        let post = Post {
            id: PostId::new(now),
            key: key.map(ToOwned::to_owned),
            text: "hello".to_owned(),
            texts: BTreeMap::new(),
            media: Vec::new(),
            lang: None,
            cw: None,
            visibility: None,
            fit: None,
            tags: Vec::new(),
            card: CardChoice::default(),
            card_reach: CardReach::default(),
            addressees: vec![("work".parse().unwrap(), Platform::Mastodon)],
            created_at: now,
        };
        self.plan
            .door
            .at_once(|outbox| outbox.enqueue(&post, &Asked::Now, Twins::Allowed, now))
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
            let claim = outbox.claim_due(&id, &account, "here", Scope::Everything, now)?;
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
