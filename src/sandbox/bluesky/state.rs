//! Everything that the PDS remembers.

use std::collections::BTreeMap;
use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::Value;

use crate::sandbox::accounts::BLUESKY_ACCOUNTS;
use crate::sandbox::accounts::BlueskyAccount;
use crate::sandbox::picture::Picture;

/// A repository, a collection and a record key.
pub(crate) type Place = (String, String, String);

/// The contents of the server.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) records: BTreeMap<Place, Record>,
    /// By CID.
    pub(crate) blobs: HashMap<String, Picture>,
    /// By id.
    pub(crate) refresh_tokens: HashMap<String, RefreshToken>,
    /// The newest commit of each repository.
    pub(crate) heads: HashMap<String, Commit>,
    pub(crate) last_tid: u64,
}

/// A record of a repository.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) cid: String,
    pub(crate) value: Value,
    pub(crate) order: u64,
    pub(crate) written_at: Timestamp,
}

/// A refresh token that can still be used.
#[derive(Clone, Debug)]
pub(crate) struct RefreshToken {
    pub(crate) account: BlueskyAccount,
    pub(crate) expires_at: Timestamp,
    /// The token that it was exchanged for.
    pub(crate) next: Option<String>,
}

/// A version of a repository.
#[derive(Clone, Debug)]
pub(crate) struct Commit {
    pub(crate) cid: String,
    pub(crate) rev: String,
}

impl State {
    /// Returns a server with nothing posted.
    pub(crate) fn new() -> Self {
        Self {
            records: BTreeMap::new(),
            blobs: HashMap::new(),
            refresh_tokens: HashMap::new(),
            heads: HashMap::new(),
            last_tid: 0,
        }
    }
}

impl BlueskyAccount {
    /// Returns the account with that handle or DID, if there is one.
    pub(crate) fn of_identifier(identifier: &str) -> Option<Self> {
        BLUESKY_ACCOUNTS.into_iter().find(|account| {
            account.did == identifier || account.handle.eq_ignore_ascii_case(identifier)
        })
    }
}
