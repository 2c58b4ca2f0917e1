//! The checkup of a Mastodon account: whose token it is, what it may do, and what the server is.
//!
//! It only asks. What a token may do is told in three ways, none of which every server has: by the
//! OAuth server (doorkeeper's `GET /oauth/token/info`, which Mastodon has by default; its source
//! was read 2026-11-25), by the application that the token was made for, whose scopes are the most
//! that the token can have, and by trying: reading is tried, posting is not.

use std::sync::Arc;

use serde_json::Value;
use url::Url;

use crate::clock::Clock;
use crate::http::Answer;
use crate::http::Http;
use crate::platforms::answer::excerpt;
use crate::platforms::answer::is_success;
use crate::platforms::answer::json;
use crate::platforms::answer::text_field;
use crate::platforms::answer::unusable;
use crate::platforms::checkup::in_words;
use crate::platforms::checkup::server_ahead;
use crate::platforms::checkup::unreachable;
use crate::platforms::mastodon::MastodonAccount;
use crate::platforms::mastodon::answer::accept;
use crate::platforms::mastodon::client::Client;
use crate::platforms::mastodon::client::id_of;
use crate::platforms::mastodon::instance;
use crate::post::limits::Limits;
use crate::post::platform::Platform;
use crate::publish::PublishError;
use crate::publish::checkup::Checkup;
use crate::publish::checkup::Finding;

/// What a new token should have.
const NEW_TOKEN: &str = "log in again with `hayon account add`, or make a new token in the server's \
                         preferences, under Development, with the scopes `read`, \
                         `write:statuses` and `write:media`";

/// The most scopes of a token that are read.
const SCOPES_MAX: usize = 64;

/// What the server tells of what the token may do.
enum Scopes {
    /// What the token may do, as the server itself says.
    OfToken(Vec<String>),
    /// The most that a token of this application may do.
    OfApplication(Vec<String>),
    Untold,
}

impl Scopes {
    /// Whether the token certainly has none of `scopes`.
    fn lack_all(&self, scopes: &[&str]) -> bool {
        match self {
            Self::OfToken(told) | Self::OfApplication(told) => {
                !scopes.iter().any(|scope| allows(told, scope))
            }
            Self::Untold => false,
        }
    }
}

/// `write` stands for every `write:…` (docs.joinmastodon.org/api/oauth-scopes, read 2026-11-25).
fn allows(told: &[String], scope: &str) -> bool {
    let family = scope.split(':').next();
    told.iter()
        .any(|told| told == scope || Some(told.as_str()) == family)
}

/// Looks at `account` and its server.
pub(crate) async fn check(http: &Arc<Http>, account: MastodonAccount, clock: &Clock) -> Checkup {
    let instance = account.instance.clone();
    let client = Client::new(Arc::clone(http), account.instance, account.token);
    let asked_at = clock.now();
    let answer = match client.verify_credentials().await {
        Ok(answer) => answer,
        Err(error) => return unreachable(&error, client.origin()),
    };
    let server_ahead = server_ahead(&answer, asked_at, clock.now());
    let mut findings = server(http, &instance, client.origin()).await;
    let own = accept(answer, clock.now()).and_then(|answer| own_account(&answer));
    let scopes = scopes(&client).await;
    let is_alive = own.is_ok() || matches!(scopes, Scopes::OfToken(_));
    findings.push(token(&own, is_alive));
    if is_alive {
        findings.push(posting(&scopes));
        findings.push(reading(&client, own.ok().as_ref(), &scopes, clock).await);
    }
    Checkup {
        findings,
        server_ahead,
        ends_at: None,
    }
}

/// The account that a token is for.
struct Own {
    id: String,
    name: String,
}

fn own_account(answer: &Answer) -> Result<Own, PublishError> {
    let own = json(answer).and_then(|account| {
        let id = id_of(&account)?;
        let name = text_field(&account, "acct").map_or_else(|| id.clone(), excerpt);
        Some(Own { id, name })
    });
    own.ok_or_else(|| unusable(answer, "the id of the account"))
}

async fn server(http: &Http, instance: &Url, origin: &str) -> Vec<Finding> {
    let base = Limits::built_in(Platform::Mastodon);
    let described = match instance::described(http, instance).await {
        Ok(described) => described,
        Err(untold) => {
            let assumed = format!("{untold}; {} are assumed", in_words(&base));
            return vec![Finding::warning("limits", assumed)];
        }
    };
    let version = text_field(&described, "version").map_or_else(|| "unknown".to_owned(), excerpt);
    let server = match instance::api_version(&described) {
        Some(_) => format!("`{origin}` is Mastodon, version {version}"),
        None => format!(
            "`{origin}` (version {version}) does not say that it is Mastodon 4.3 or later: after a \
             lost answer hayon relies on what it can read back"
        ),
    };
    let limits = instance::read(&described, base);
    vec![
        Finding::fine("server", server),
        Finding::fine("limits", in_words(&limits)),
    ]
}

/// Asks what the token may do. Whoever does not tell is no trouble.
async fn scopes(client: &Client) -> Scopes {
    if let Some(told) = told_by(client.token_info().await, "scope") {
        return Scopes::OfToken(told);
    }
    let application = client.verify_application().await;
    told_by(application, "scopes").map_or(Scopes::Untold, Scopes::OfApplication)
}

/// Reads a list of scopes, or a text of them with spaces between (RFC 6749, section 3.3).
fn told_by(answer: Result<Answer, PublishError>, field: &str) -> Option<Vec<String>> {
    let answer = answer.ok().filter(is_success)?;
    let told = match json(&answer)?.get_mut(field)?.take() {
        Value::String(text) => text.split_whitespace().map(excerpt).collect(),
        Value::Array(words) => words
            .iter()
            .filter_map(Value::as_str)
            .map(excerpt)
            .collect(),
        _ => Vec::new(),
    };
    let told: Vec<String> = told;
    (1..=SCOPES_MAX).contains(&told.len()).then_some(told)
}

fn token(own: &Result<Own, PublishError>, is_alive: bool) -> Finding {
    match own {
        Ok(own) => Finding::fine(
            "token",
            format!("is accepted, and is that of `@{}`", own.name),
        ),
        Err(PublishError::LoginNeeded(_)) if is_alive => Finding::warning(
            "token",
            "is accepted, but may not tell whose it is: a post with `--key` needs that",
        )
        .hint(NEW_TOKEN),
        Err(error) => {
            let finding = Finding::of_error("token", error);
            if matches!(error, PublishError::LoginNeeded(_)) {
                return finding.hint(NEW_TOKEN);
            }
            finding
        }
    }
}

fn posting(scopes: &Scopes) -> Finding {
    if scopes.lack_all(&["write:statuses"]) {
        return Finding::trouble(
            "scopes",
            "the token may not post: it lacks `write:statuses`",
        )
        .needs_login()
        .hint(NEW_TOKEN);
    }
    if scopes.lack_all(&["write:media"]) {
        let message = "the token may not upload pictures: it lacks `write:media`";
        return Finding::warning("scopes", message).hint(NEW_TOKEN);
    }
    match scopes {
        Scopes::OfToken(_) => Finding::fine("scopes", "the token may post, with pictures"),
        Scopes::OfApplication(_) => Finding::fine(
            "scopes",
            "the token's application may post, with pictures; the server does not tell of the \
             token itself",
        ),
        Scopes::Untold => {
            Finding::skipped("scopes", "the server does not tell what the token may do")
        }
    }
}

/// Whether a look can find a post whose answer was lost.
async fn reading(client: &Client, own: Option<&Own>, scopes: &Scopes, clock: &Clock) -> Finding {
    let blind = |why: &str| {
        let message = format!(
            "{why}: a post whose answer is lost may end in doubt, and `--key` finds no earlier one"
        );
        Finding::warning("reading", message).hint(NEW_TOKEN)
    };
    if scopes.lack_all(&["read:statuses"]) {
        return blind("the token lacks `read:statuses`");
    }
    let Some(own) = own else {
        return blind("the token may not tell whose posts to read back");
    };
    match client.statuses(&own.id, None, clock).await {
        Ok(answer) if json(&answer).is_some_and(|page| page.is_array()) => {
            Finding::fine("reading", "own posts can be read back")
        }
        Ok(answer) => blind(&format!("own posts are a {} without a list", answer.status)),
        Err(error) => blind(&format!("own posts cannot be read back ({error})")),
    }
}
