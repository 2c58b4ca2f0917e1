//! Logging in on Instagram: by its own log-in, or through a Page on Facebook that it is connected with.

use crate::config::secrets::SecretField;
use crate::platforms::answer::excerpt;
use crate::platforms::answer::text_field;
use crate::platforms::facebook::log_in::Page;
use crate::platforms::graph::client::GRAPH_VERSION;
use crate::platforms::graph::log_in::Granted;
use crate::platforms::graph::log_in::LogIn;
use crate::platforms::graph::log_in::Way;
use crate::platforms::graph::log_in::id_in;
use crate::platforms::graph::scopes::Scope;
use crate::platforms::graph::scopes::lacking;
use crate::platforms::log_in::Failure;
use crate::platforms::log_in::LogInError;
use crate::platforms::log_in::LoggedIn;

/// Instagram's own log-in (developers.facebook.com, Instagram API with Instagram Login, business login,
/// read 2026-11-23).
pub(crate) const WAY: Way = Way {
    platform: "Instagram",
    api: "https://graph.instagram.com",
    version: GRAPH_VERSION,
    authorize: "https://www.instagram.com/oauth/authorize",
    token: "https://api.instagram.com/oauth/access_token",
    exchange: "ig_exchange_token",
    tells_of_tokens: false,
    scopes: &[
        Scope {
            name: "instagram_business_basic",
            without: None,
        },
        Scope {
            name: "instagram_business_content_publish",
            without: None,
        },
    ],
};

/// What the log-in at Facebook has to grant for an Instagram account (developers.facebook.com,
/// Instagram content publishing and `ig-media`, read 2026-11-23).
pub(crate) const SCOPES_AT_FACEBOOK: &[Scope] = &[
    Scope {
        name: "pages_show_list",
        without: None,
    },
    Scope {
        name: "pages_read_engagement",
        without: None,
    },
    Scope {
        name: "instagram_basic",
        without: None,
    },
    Scope {
        name: "instagram_content_publish",
        without: None,
    },
    Scope {
        name: "instagram_manage_contents",
        without: Some("`hayon delete` cannot take a post down"),
    },
];

/// Asks whose the token is. `user_id` is what publishing takes; `id` is another one, of the app's.
pub(crate) async fn logged_in(
    log_in: &LogIn<'_>,
    granted: Granted,
) -> Result<LoggedIn, LogInError> {
    let me = log_in.me(&granted.token, "user_id,username").await?;
    let id = id_in(&me["user_id"]).ok_or_else(|| log_in.nobody())?;
    let name = text_field(&me, "username").map_or_else(|| id.clone(), excerpt);
    let notes = lacking(log_in.way.scopes, granted.scopes.as_deref())?;
    let session = log_in.session(&granted);
    let who = format!("@{name}");
    Ok(LoggedIn {
        settings: vec![("user_id", id.clone()), ("handle", who.clone())],
        secrets: vec![(SecretField::Token, granted.token)],
        who,
        stable_id: id,
        expires_at: granted.expires_at,
        session: Some(session),
        notes,
    })
}

/// Returns the Instagram account that `page` is connected with, which is posted to with the Page's
/// token.
pub(crate) fn of_page(page: Page) -> Result<LoggedIn, LogInError> {
    let Some(account) = page.instagram else {
        return Err(LogInError::new(
            Failure::Refused,
            format!(
                "no Instagram account is connected with the Page `{}`",
                page.name
            ),
            "connect them in the Page's settings on Facebook, under Linked accounts; the account must be \
             a professional one",
        ));
    };
    let notes = lacking(SCOPES_AT_FACEBOOK, page.granted.scopes.as_deref())?;
    let who = format!("@{}", account.name);
    Ok(LoggedIn {
        settings: vec![("user_id", account.id.clone()), ("handle", who.clone())],
        secrets: vec![(SecretField::Token, page.granted.token)],
        who,
        stable_id: account.id,
        expires_at: page.granted.expires_at,
        session: None,
        notes,
    })
}
