//! Everything that Graph remembers, for all of its platforms together.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::clock::elapsed;
use crate::sandbox::accounts::GraphAccount;
use crate::sandbox::graph::container::Container;
use crate::sandbox::graph::log_in::Grant;
use crate::sandbox::graph::post::Photo;
use crate::sandbox::graph::post::Post;
use crate::sandbox::graph::token::Token;
use crate::sandbox::platform::Platform;

/// Over what time quotas are counted (developers.facebook.com, `content_publishing_limit` and
/// Threads overview, read 2026-11-25).
pub(crate) const QUOTA_WINDOW: Duration = Duration::from_hours(24);

/// The contents of the servers.
#[derive(Debug)]
pub(crate) struct State {
    /// By access token.
    pub(crate) tokens: HashMap<String, Token>,
    /// By code.
    pub(crate) grants: HashMap<String, Grant>,
    /// By id.
    pub(crate) containers: BTreeMap<String, Container>,
    /// In the order of their creation, with those of Facebook that are not published.
    pub(crate) posts: Vec<Post>,
    /// Of Facebook, by id.
    pub(crate) photos: BTreeMap<String, Photo>,
    pub(crate) spent: Vec<Spent>,
    serial: u64,
}

/// Something that counts against a quota.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spent {
    pub(crate) platform: Platform,
    pub(crate) account: GraphAccount,
    pub(crate) what: Quota,
    pub(crate) at: Timestamp,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quota {
    Posts,
    Replies,
    Deletes,
}

/// What an id names.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Named {
    Container,
    Post,
    Photo,
}

impl State {
    /// Returns servers with the built-in accounts and nothing posted.
    pub(crate) fn new(tokens: HashMap<String, Token>) -> Self {
        Self {
            tokens,
            grants: HashMap::new(),
            containers: BTreeMap::new(),
            posts: Vec::new(),
            photos: BTreeMap::new(),
            spent: Vec::new(),
            serial: 0,
        }
    }

    /// Returns a number that nothing has yet.
    pub(crate) fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// Returns an id that nothing has yet. Each is odd and above 2^53, so that none survives being
    /// read as a floating-point number.
    pub(crate) fn next_id(&mut self, platform: Platform, named: Named) -> String {
        let first: u64 = match (platform, named) {
            (Platform::Instagram, Named::Container) => 17_990_000_000_000_001,
            (Platform::Instagram, _) => 18_050_000_000_000_001,
            (Platform::Threads, Named::Container) => 24_200_000_000_000_001,
            (Platform::Threads, _) => 24_300_000_000_000_001,
            (_, Named::Photo) => 122_100_000_000_000_001,
            _ => 122_200_000_000_000_001,
        };
        (first + 2 * self.next_serial()).to_string()
    }

    /// Returns the post of that id on that platform.
    pub(crate) fn post(&self, platform: Platform, id: &str) -> Option<&Post> {
        let mut posts = self.posts.iter();
        posts.find(|post| post.platform == platform && post.id == id)
    }

    /// Returns how much of a quota was used.
    pub(crate) fn used(
        &self,
        platform: Platform,
        account: GraphAccount,
        what: Quota,
        now: Timestamp,
    ) -> usize {
        let counts = |spent: &&Spent| {
            (spent.platform, spent.account, spent.what) == (platform, account, what)
                && elapsed(spent.at, now) < QUOTA_WINDOW
        };
        self.spent.iter().filter(counts).count()
    }
}
