//! Everything that the Mastodon server remembers.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::fmt;

use jiff::Timestamp;

use crate::sandbox::accounts::MASTODON_ACCOUNTS;
use crate::sandbox::accounts::MASTODON_ALICE;
use crate::sandbox::accounts::MASTODON_ANOTHER_TOKEN;
use crate::sandbox::accounts::MASTODON_READ_ONLY_TOKEN;
use crate::sandbox::accounts::MastodonAccount;
use crate::sandbox::picture::Picture;

/// The contents of the server.
#[derive(Debug)]
pub(crate) struct State {
    /// By client id.
    pub(crate) apps: HashMap<String, App>,
    /// By authorization code.
    pub(crate) grants: HashMap<String, Grant>,
    /// By access token.
    pub(crate) tokens: HashMap<String, Token>,
    pub(crate) media: BTreeMap<u64, Upload>,
    pub(crate) statuses: BTreeMap<u64, Status>,
    /// By account id and idempotency key.
    pub(crate) keys: HashMap<(&'static str, String), SavedKey>,
    last_id: u64,
}

/// A client that was registered.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) website: Option<String>,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) scopes: Vec<String>,
    pub(crate) client_secret: String,
}

/// A log-in that waits for its code to be handed in.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) scopes: Vec<String>,
    /// The PKCE challenge, which is of method S256.
    pub(crate) challenge: Option<String>,
    pub(crate) issued_at: Timestamp,
}

/// What an access token stands for.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) account: MastodonAccount,
    pub(crate) scopes: Vec<String>,
    pub(crate) app_name: String,
    pub(crate) app_website: Option<String>,
}

/// An uploaded file.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) id: u64,
    pub(crate) account: MastodonAccount,
    pub(crate) picture: Picture,
    pub(crate) description: String,
    pub(crate) focus: Option<(f64, f64)>,
    /// How often the server will still say that it is not ready.
    pub(crate) polls_left: u32,
    pub(crate) status: Option<u64>,
}

/// A public (or less public) post.
#[derive(Clone, Debug)]
pub(crate) struct Status {
    pub(crate) id: u64,
    pub(crate) order: u64,
    pub(crate) account: MastodonAccount,
    pub(crate) created_at: Timestamp,
    pub(crate) text: String,
    pub(crate) spoiler_text: String,
    pub(crate) is_sensitive: bool,
    pub(crate) visibility: Visibility,
    pub(crate) language: Option<String>,
    pub(crate) media: Vec<u64>,
    pub(crate) in_reply_to: Option<(u64, MastodonAccount)>,
    pub(crate) app_name: String,
    pub(crate) app_website: Option<String>,
    pub(crate) idempotency_key: Option<String>,
}

/// What was posted under an idempotency key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SavedKey {
    pub(crate) status: u64,
    pub(crate) saved_at: Timestamp,
}

/// Who may see a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visibility {
    Public,
    Unlisted,
    Private,
    Direct,
}

impl Visibility {
    /// Returns the visibility of that name, if there is one.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Some(match name {
            "public" => Self::Public,
            "unlisted" => Self::Unlisted,
            "private" => Self::Private,
            "direct" => Self::Direct,
            _ => return None,
        })
    }

    /// Whether a stranger sees it at its address.
    pub(crate) fn is_for_everybody(self) -> bool {
        matches!(self, Self::Public | Self::Unlisted)
    }
}

impl fmt::Display for Visibility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "public",
            Self::Unlisted => "unlisted",
            Self::Private => "private",
            Self::Direct => "direct",
        })
    }
}

impl State {
    /// Returns a server with the built-in accounts and nothing posted.
    pub(crate) fn new() -> Self {
        let mut tokens: HashMap<String, Token> = MASTODON_ACCOUNTS
            .iter()
            .map(|account| {
                let token = built_in_token(*account, &["read", "write", "profile"]);
                (account.token.to_owned(), token)
            })
            .collect();
        let another = built_in_token(MASTODON_ALICE, &["read", "write", "profile"]);
        tokens.insert(MASTODON_ANOTHER_TOKEN.to_owned(), another);
        let read_only = built_in_token(MASTODON_ALICE, &["read"]);
        tokens.insert(MASTODON_READ_ONLY_TOKEN.to_owned(), read_only);
        Self {
            apps: HashMap::new(),
            grants: HashMap::new(),
            tokens,
            media: BTreeMap::new(),
            statuses: BTreeMap::new(),
            keys: HashMap::new(),
            last_id: 0,
        }
    }

    /// Returns a new id. Ids grow with time, as Mastodon's do: milliseconds above 16 other bits
    /// (lib/mastodon/snowflake.rb, read 2026-11-23).
    pub(crate) fn next_id(&mut self, now: Timestamp) -> u64 {
        let time = u64::try_from(now.as_millisecond()).unwrap_or(0) << 16;
        self.last_id = time.max(self.last_id + 1);
        self.last_id
    }

    /// Returns the media of `status` in the order in which they are shown.
    pub(crate) fn attachments(&self, status: &Status) -> impl Iterator<Item = &Upload> {
        status.media.iter().filter_map(|id| self.media.get(id))
    }
}

fn built_in_token(account: MastodonAccount, scopes: &[&str]) -> Token {
    Token {
        account,
        scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
        app_name: "hayon sandbox".to_owned(),
        app_website: None,
    }
}
