//! Everything that Tumblr remembers.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::Value;

use crate::sandbox::accounts::TumblrBlog;
use crate::sandbox::picture::Picture;
use crate::sandbox::tumblr::oauth1::KeyRequest;
use crate::sandbox::tumblr::oauth1::Keys;
use crate::sandbox::tumblr::oauth2::Bearer;
use crate::sandbox::tumblr::oauth2::Grant;
use crate::sandbox::tumblr::oauth2::Refresh;

/// The id of the first post: 64 bits, more than a double has digits for ("Post Identifiers").
const FIRST_ID: u64 = 790_123_456_789_012_480;

/// The contents of the server.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) posts: BTreeMap<u64, Post>,
    /// By the key in their address.
    pub(crate) media: BTreeMap<String, Picture>,
    /// Nonces of signed requests, which are good once.
    pub(crate) nonces: HashSet<String>,
    /// What may become keys, by its token.
    pub(crate) requests: HashMap<String, KeyRequest>,
    /// Keys that were given, by their token.
    pub(crate) keys: HashMap<String, Keys>,
    /// By code.
    pub(crate) grants: HashMap<String, Grant>,
    /// Access tokens of OAuth 2.
    pub(crate) bearers: HashMap<String, Bearer>,
    /// Refresh tokens, those that are spent too.
    pub(crate) refreshes: HashMap<String, Refresh>,
    /// How often a refresh token came that was spent.
    pub(crate) spent_again: u64,
    last_id: u64,
}

/// A post in any state.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(crate) id: u64,
    /// The id that it had as a draft or in the queue.
    pub(crate) genesis: Option<u64>,
    pub(crate) order: u64,
    pub(crate) blog: TumblrBlog,
    pub(crate) state: PostState,
    pub(crate) content: Vec<Value>,
    pub(crate) layout: Value,
    pub(crate) tags: Vec<String>,
    pub(crate) slug: String,
    pub(crate) publish_on: Option<String>,
    pub(crate) published_at: Timestamp,
}

/// What has become of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PostState {
    Published,
    Queued,
    Draft,
    Private,
}

impl PostState {
    /// Returns the state that a request asks for. It is asked for as `queue` and told as `queued`
    /// (docs#58).
    pub(crate) fn asked(word: &str) -> Option<Self> {
        Some(match word {
            "published" => Self::Published,
            "queue" => Self::Queued,
            "draft" => Self::Draft,
            "private" => Self::Private,
            _ => return None,
        })
    }

    /// Returns the word of answers.
    pub(crate) fn told(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Queued => "queued",
            Self::Draft => "draft",
            Self::Private => "private",
        }
    }

    /// Whether it leaves the drafts and the queue for good.
    pub(crate) fn is_published(self) -> bool {
        matches!(self, Self::Published | Self::Private)
    }
}

impl Post {
    /// Whether it has left the drafts and the queue.
    pub(crate) fn is_published(&self) -> bool {
        self.state.is_published()
    }
}

impl State {
    /// Returns a server with nothing posted.
    pub(crate) fn new() -> Self {
        Self {
            posts: BTreeMap::new(),
            media: BTreeMap::new(),
            nonces: HashSet::new(),
            requests: HashMap::new(),
            keys: HashMap::new(),
            grants: HashMap::new(),
            bearers: HashMap::new(),
            refreshes: HashMap::new(),
            spent_again: 0,
            last_id: FIRST_ID,
        }
    }

    /// Returns a new id. Ids grow.
    pub(crate) fn next_id(&mut self) -> u64 {
        self.last_id += 4096;
        self.last_id
    }

    /// Returns the post `id` of `blog`.
    pub(crate) fn post_of(&self, blog: TumblrBlog, id: &str) -> Option<&Post> {
        let post = self.posts.get(&id.parse().ok()?)?;
        (post.blog.name == blog.name).then_some(post)
    }
}
