//! Access tokens: whose they are, what they may do, how long they live.
//!
//! developers.facebook.com, Instagram business log-in, Threads long-lived tokens and Facebook
//! access tokens, read 2026-11-25: those of Instagram and Threads live for 60 days and are renewed
//! when they are a day old; a Page's does not end.

use std::collections::HashMap;
use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;

use crate::clock::earlier;
use crate::clock::elapsed;
use crate::clock::later;
use crate::sandbox::accounts::FACEBOOK_ACCOUNTS;
use crate::sandbox::accounts::FACEBOOK_ALICE;
use crate::sandbox::accounts::FACEBOOK_APP;
use crate::sandbox::accounts::FACEBOOK_USER_TOKEN;
use crate::sandbox::accounts::GraphAccount;
use crate::sandbox::accounts::INSTAGRAM_ACCOUNTS;
use crate::sandbox::accounts::THREADS_ACCOUNTS;
use crate::sandbox::graph::call::Call;
use crate::sandbox::graph::refusal::Refusal;
use crate::sandbox::graph::state::State;
use crate::sandbox::platform::Platform;

/// The app that everything in the sandbox was posted with.
pub(crate) const APP_ID: &str = FACEBOOK_APP.id;

/// How long a token lives that was renewed, or exchanged for a short-lived one.
pub(crate) const LIFETIME: Duration = Duration::from_hours(60 * 24);
const RENEWABLE_AFTER: Duration = Duration::from_hours(24);

const INSTAGRAM_SCOPES: &[&str] = &[
    "instagram_business_basic",
    "instagram_business_content_publish",
];
const THREADS_SCOPES: &[&str] = &[
    "threads_basic",
    "threads_content_publish",
    "threads_manage_replies",
    "threads_delete",
];
const PAGE_SCOPES: &[&str] = &[
    "pages_show_list",
    "pages_read_engagement",
    "pages_manage_posts",
    "instagram_basic",
    "instagram_content_publish",
    "instagram_manage_contents",
];

/// What an access token stands for.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    /// The account that it is of; of a person, the Page that they own.
    pub(crate) account: GraphAccount,
    pub(crate) scopes: Vec<String>,
    pub(crate) issued_at: Timestamp,
    pub(crate) end: End,
    pub(crate) life: Life,
}

/// Which of its two kinds a token is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    /// As a log-in gives it: good for an hour.
    Short,
    Long,
}

/// Where a token came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Instagram,
    Threads,
    Page,
    User,
}

/// How a token ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    At(Timestamp),
    Never,
    Revoked,
}

/// What a request does, as far as scopes are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Read,
    Publish,
    Delete,
}

/// Returns the token of an `Authorization` header.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let is_known = ["bearer", "oauth"]
        .iter()
        .any(|it| scheme.eq_ignore_ascii_case(it));
    is_known.then(|| token.trim().to_owned())
}

/// Returns the built-in tokens. Beside each account's own, every platform has
/// `sandbox-<platform>-token-to-read`, `-token-expired`, `-token-revoked` and `-token-another`, all of
/// its first.
pub(crate) fn built_in(now: Timestamp) -> HashMap<String, Token> {
    let issued_at = earlier(now, Duration::from_hours(48));
    let token = |kind: Kind, account: GraphAccount| Token {
        kind,
        account,
        scopes: kind.scopes().iter().map(|it| (*it).to_owned()).collect(),
        issued_at,
        end: match kind {
            Kind::Page => End::Never,
            _ => End::At(later(issued_at, LIFETIME)),
        },
        life: Life::Long,
    };
    let mut tokens = HashMap::new();
    for (kind, accounts) in [
        (Kind::Instagram, &INSTAGRAM_ACCOUNTS[..]),
        (Kind::Threads, &THREADS_ACCOUNTS),
        (Kind::Page, &FACEBOOK_ACCOUNTS),
    ] {
        let own = accounts.iter();
        tokens.extend(own.map(|it| (it.token.to_owned(), token(kind, *it))));
        let first = token(kind, accounts[0]);
        let name = |what: &str| format!("sandbox-{}-token-{what}", kind.platform());
        let with_end = |end| Token {
            end,
            ..first.clone()
        };
        tokens.insert(name("expired"), with_end(End::At(issued_at)));
        tokens.insert(name("revoked"), with_end(End::Revoked));
        tokens.insert(name("another"), first.clone());
        let scopes = first.scopes[..1].to_vec();
        tokens.insert(name("to-read"), Token { scopes, ..first });
    }
    let user = token(Kind::User, FACEBOOK_ALICE);
    tokens.insert(FACEBOOK_USER_TOKEN.to_owned(), user);
    tokens
}

impl Kind {
    /// Returns the platform whose log-in gives such tokens.
    pub(crate) fn platform(self) -> Platform {
        match self {
            Self::Instagram => Platform::Instagram,
            Self::Threads => Platform::Threads,
            Self::Page | Self::User => Platform::Facebook,
        }
    }

    /// Returns what its tokens may be allowed.
    pub(crate) fn scopes(self) -> &'static [&'static str] {
        match self {
            Self::Instagram => INSTAGRAM_SCOPES,
            Self::Threads => THREADS_SCOPES,
            Self::Page | Self::User => PAGE_SCOPES,
        }
    }
}

impl Token {
    /// Returns the account on `platform` that the token speaks for.
    pub(crate) fn account_on(&self, platform: Platform) -> Option<GraphAccount> {
        match (self.kind, platform) {
            (Kind::Page | Kind::User, Platform::Instagram) => INSTAGRAM_ACCOUNTS
                .into_iter()
                .find(|it| it.name == self.account.name),
            (kind, platform) => (kind.platform() == platform).then_some(self.account),
        }
    }

    /// Whether the token was granted `scope`.
    pub(crate) fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted == scope)
    }

    /// Whether the token may do what `need` says on `platform`.
    fn may(&self, platform: Platform, need: Need) -> bool {
        let scope = match (platform, self.kind, need) {
            (_, _, Need::Read) => return true,
            (Platform::Instagram, Kind::Instagram, _) => "instagram_business_content_publish",
            (Platform::Instagram, _, Need::Publish) => "instagram_content_publish",
            (Platform::Instagram, _, Need::Delete) => "instagram_manage_contents",
            (Platform::Threads, _, Need::Publish) => "threads_content_publish",
            (Platform::Threads, _, Need::Delete) => "threads_delete",
            _ => "pages_manage_posts",
        };
        self.has(scope)
    }

    /// Refuses `call` if the token has ended.
    pub(crate) fn check_life(&self, call: &Call, now: Timestamp) -> Result<(), Refusal> {
        match self.end {
            End::Revoked => Err(call.error(190, 458)),
            End::At(end) if now >= end => Err(call.error(190, 463)),
            End::At(_) | End::Never => Ok(()),
        }
    }

    /// Returns the token's claims, as `debug_token` tells them.
    fn claims(&self, now: Timestamp) -> Value {
        let expires_at = match self.end {
            End::At(end) => end.as_second(),
            End::Never | End::Revoked => 0,
        };
        let is_valid = match self.end {
            End::At(end) => now < end,
            End::Never => true,
            End::Revoked => false,
        };
        json!({
            "app_id": APP_ID,
            "application": "hayon sandbox",
            "type": if self.kind == Kind::Page { "PAGE" } else { "USER" },
            "is_valid": is_valid,
            "issued_at": self.issued_at.as_second(),
            "expires_at": expires_at,
            "scopes": self.scopes,
            "user_id": self.user_id(),
        })
    }

    /// Returns whose the token is: a person is not their Page.
    fn user_id(&self) -> String {
        match self.kind {
            Kind::User => format!("1{}", self.account.id),
            _ => self.account.id.to_owned(),
        }
    }
}

impl State {
    /// Returns the token of `call`.
    pub(crate) fn token(&self, call: &Call, now: Timestamp) -> Result<Token, Refusal> {
        let text = call.token.as_ref().ok_or_else(|| call.error(104, None))?;
        let token = self.tokens.get(text).filter(|token| {
            let of_threads = |platform| platform == Platform::Threads;
            of_threads(token.kind.platform()) == of_threads(call.platform)
        });
        let token = token.ok_or_else(|| call.error(190, None))?;
        token.check_life(call, now)?;
        Ok(token.clone())
    }

    /// Returns the account that `call`'s token speaks for, if it may do what `need` says.
    pub(crate) fn authorize(
        &self,
        call: &Call,
        need: Need,
        now: Timestamp,
    ) -> Result<GraphAccount, Refusal> {
        let token = self.token(call, now)?;
        let Some(account) = token.account_on(call.platform) else {
            return Err(call.unsupported());
        };
        if call.platform == Platform::Facebook && need != Need::Read && token.kind == Kind::User {
            return Err(call.error(210, None));
        }
        if token.may(call.platform, need) {
            return Ok(account);
        }
        Err(match call.platform {
            Platform::Facebook => call.error(200, None),
            _ => call.error(10, None),
        })
    }

    /// The same, for the account that `call` names as its node.
    pub(crate) fn authorize_node(
        &self,
        call: &Call,
        need: Need,
        now: Timestamp,
    ) -> Result<GraphAccount, Refusal> {
        let account = self.authorize(call, need, now)?;
        if call.node == "me" || call.node == account.id {
            return Ok(account);
        }
        Err(call.unsupported())
    }
}

/// `GET /debug_token`
pub(crate) fn debug(state: &State, call: &Call, now: Timestamp) -> Result<Value, Refusal> {
    state.token(call, now)?;
    let input = call.params.required("input_token")?;
    let data = match state.tokens.get(&input) {
        Some(token) => token.claims(now),
        None => json!({
            "is_valid": false,
            "scopes": [],
            "error": {"code": 190, "message": "Invalid OAuth access token."},
        }),
    };
    Ok(json!({ "data": data }))
}

/// `GET /refresh_access_token`: 60 days more for a token that is a day old.
pub(crate) fn refresh(state: &mut State, call: &Call, now: Timestamp) -> Result<Value, Refusal> {
    let grant_type = match call.platform {
        Platform::Instagram => "ig_refresh_token",
        Platform::Threads => "th_refresh_token",
        _ => return Err(Refusal::unknown_path(call.platform, "refresh_access_token")),
    };
    if call.params.required("grant_type")? != grant_type {
        return Err(call.params.refuse("Invalid grant type"));
    }
    let token = state.token(call, now)?;
    if token.life == Life::Short {
        return Err(call.error(452, 4_279_019));
    }
    if elapsed(token.issued_at, now) < RENEWABLE_AFTER {
        return Err(call.params.refuse("The token is not yet 24 hours old"));
    }
    let platform = call.platform;
    let text = format!("sandbox-{platform}-renewed-{}", state.next_serial());
    let answer = json!({
        "access_token": text,
        "token_type": "bearer",
        "expires_in": LIFETIME.as_secs(),
        "permissions": token.scopes.join(","),
    });
    let renewed = Token {
        issued_at: now,
        end: End::At(later(now, LIFETIME)),
        ..token
    };
    state.tokens.insert(text, renewed);
    Ok(answer)
}
