//! The worker of one account: delivers what is due for it, one delivery after another.
//!
//! Accounts are served side by side by workers of their own; how many deliveries run at once over
//! all of them is bounded.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::Semaphore;
use tokio::sync::watch;

use crate::delivery::attempt::Ended;
use crate::delivery::attempt::Sender;
use crate::delivery::attempt::Stop;
use crate::delivery::attempt::deliver_one;
use crate::delivery::breaker::Admission;
use crate::delivery::breaker::Breaker;
use crate::delivery::breaker::Reached;
use crate::outbox::Outbox;
use crate::outbox::OutboxError;
use crate::outbox::claim::Claim;
use crate::outbox::claim::Scope;
use crate::outbox::door::Door;
use crate::post::account_name::AccountName;
use crate::publish::PublishError;
use crate::publish::Publisher;

/// How many deliveries run at once, over all accounts.
const DELIVERIES_AT_ONCE_MAX: usize = 16;

/// The publishers of the accounts that this process has a configuration and a credential for.
/// Deliveries for other accounts are left alone.
#[derive(Clone, Default)]
pub(crate) struct Publishers(Vec<Arc<dyn Publisher>>);

impl Publishers {
    /// Takes one publisher for each account.
    pub(crate) fn new(publishers: Vec<Arc<dyn Publisher>>) -> Self {
        Self(publishers)
    }

    /// Returns every publisher.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<dyn Publisher>> {
        self.0.iter()
    }

    /// Returns the publisher of the account of that name.
    pub(crate) fn of(&self, account: &str) -> Option<&Arc<dyn Publisher>> {
        let mut publishers = self.0.iter();
        publishers.find(|publisher| publisher.account().as_str() == account)
    }

    /// Returns when the next delivery is due for any of the accounts.
    pub(crate) async fn next_due(
        &self,
        door: &Door,
        scope: Scope,
    ) -> Result<Option<Timestamp>, Stop> {
        let accounts: Vec<AccountName> = self.0.iter().map(|p| p.account().clone()).collect();
        let next = door.with(move |outbox| {
            let mut earliest: Option<Timestamp> = None;
            for account in &accounts {
                let due = outbox.next_due(account, scope)?;
                earliest = earliest.into_iter().chain(due).min();
            }
            Ok(earliest)
        });
        Ok(next.await?)
    }

    /// Returns a worker for each account.
    pub(crate) fn workers(&self, sender: Sender) -> Vec<Worker> {
        let (sender, breaker) = (Arc::new(sender), Arc::new(Breaker::default()));
        let places = Arc::new(Semaphore::new(DELIVERIES_AT_ONCE_MAX));
        let worker = |publisher: &Arc<dyn Publisher>| Worker {
            sender: Arc::clone(&sender),
            publisher: Arc::clone(publisher),
            breaker: Arc::clone(&breaker),
            places: Arc::clone(&places),
        };
        self.0.iter().map(worker).collect()
    }
}

impl fmt::Debug for Publishers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|p| p.account()))
            .finish()
    }
}

/// Delivers for one account.
#[derive(Clone)]
pub(crate) struct Worker {
    sender: Arc<Sender>,
    publisher: Arc<dyn Publisher>,
    breaker: Arc<Breaker>,
    places: Arc<Semaphore>,
}

impl Worker {
    /// Returns the account that it delivers for.
    pub(crate) fn account(&self) -> &AccountName {
        self.publisher.account()
    }

    /// Delivers what is due within `scope` and returns when there may be more to do, if ever.
    ///
    /// Once `stopping` is true nothing more is claimed; what is under way is ended first.
    ///
    /// # Errors
    /// When something could not be written down: the process must end.
    pub(crate) async fn deliver_due(
        &self,
        scope: Scope,
        stopping: &watch::Receiver<bool>,
    ) -> Result<Option<Timestamp>, Stop> {
        loop {
            let Ok(_place) = self.places.acquire().await else {
                return Ok(None);
            };
            if *stopping.borrow() {
                return Ok(None);
            }
            let claim = match self.claim_next(scope).await? {
                Next::Claimed(claim) => claim,
                Next::Later(at) => return Ok(at),
            };
            let reached = self.deliver_in_a_task(*claim).await;
            let (host, patience) = (self.publisher.host(), &self.sender.patience);
            let report = reached.as_ref().copied().unwrap_or(Reached::NotTried);
            self.breaker
                .report(host, report, self.sender.clock.now(), patience);
            reached?;
        }
    }

    /// Claims what is due in one visit to the outbox: each is a thread that wakes another.
    async fn claim_next(&self, scope: Scope) -> Result<Next, Stop> {
        let (worker, now) = (self.clone(), self.sender.clock.now());
        let claim = move |outbox: &mut Outbox| worker.claim_from(outbox, scope, now);
        Ok(self.sender.door.with(claim).await?)
    }

    /// Heeds a clock that was set back, and claims what is due, if its host may be tried.
    fn claim_from(
        &self,
        outbox: &mut Outbox,
        scope: Scope,
        now: Timestamp,
    ) -> Result<Next, OutboxError> {
        let (id, account) = (&self.sender.id, self.publisher.account());
        outbox.heed_clock(id, now)?;
        let due = match outbox.next_due(account, scope)? {
            Some(due) if due <= now => due,
            later => return Ok(Next::Later(later)),
        };
        let (host, place) = (self.publisher.host(), self.publisher.place());
        if let Admission::NotBefore(at) = self.breaker.admit(host, now) {
            return Ok(Next::Later(Some(at.max(due))));
        }
        if let Some(claim) = outbox.claim_due(id, account, place, scope, now)? {
            return Ok(Next::Claimed(Box::new(claim)));
        }
        // Another process has cancelled or moved it at this moment.
        let patience = &self.sender.patience;
        self.breaker.report(host, Reached::NotTried, now, patience);
        Ok(Next::Later(outbox.next_due(account, scope)?))
    }

    /// Runs the attempt in a task of its own, so that a panic under one delivery ends neither the
    /// others nor the process: its row is read again as interrupted.
    async fn deliver_in_a_task(&self, claim: Claim) -> Result<Reached, Stop> {
        let scope = Scope::Delivery(claim.delivery);
        let (sender, publisher) = (Arc::clone(&self.sender), Arc::clone(&self.publisher));
        let task =
            tokio::spawn(async move { deliver_one(&sender, &claim, publisher.as_ref()).await });
        match task.await {
            Ok(ended) => Ok(reached(&ended?)),
            Err(_panicked) => {
                let (id, now) = (self.sender.id.clone(), self.sender.clock.now());
                let door = &self.sender.door;
                door.with(move |outbox| outbox.recover_interrupted(&id, scope, now))
                    .await?;
                Ok(Reached::Yes)
            }
        }
    }
}

/// What there is to do for an account.
enum Next {
    Claimed(Box<Claim>),
    /// Nothing before this instant; `None` if nothing is queued.
    Later(Option<Timestamp>),
}

fn reached(ended: &Ended) -> Reached {
    match ended.error {
        Some(PublishError::Unavailable(_)) => Reached::No,
        _ => Reached::Yes,
    }
}
