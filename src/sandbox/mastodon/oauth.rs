//! Logging in: an app registers, a browser would ask its user, and a code becomes a token.
//!
//! The sandbox asks nobody: whoever opens the authorization page is the first built-in user.
//! (docs.joinmastodon.org/methods/oauth and doorkeeper's locale, read 2026-11-23.)

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::response::Html;
use axum::response::IntoResponse as _;
use axum::response::Redirect;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use serde_json::json;
use sha2::Digest as _;
use sha2::Sha256;
use url::Url;

use crate::clock::elapsed;
use crate::sandbox::accounts::MASTODON_ALICE;
use crate::sandbox::mastodon::Mastodon;
use crate::sandbox::mastodon::params::Params;
use crate::sandbox::mastodon::refusal::Refusal;
use crate::sandbox::mastodon::state::App;
use crate::sandbox::mastodon::state::Grant;
use crate::sandbox::mastodon::state::Token;
use crate::sandbox::page::escape;

/// Shows the code to the user instead of sending it anywhere.
const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

const CODE_LIFETIME: Duration = Duration::from_mins(10);

const INVALID_CLIENT: Refusal = Refusal::OAuth(
    StatusCode::UNAUTHORIZED,
    "invalid_client",
    "Client authentication failed due to unknown client, no client authentication included, or \
     unsupported authentication method.",
);
const INVALID_GRANT: Refusal = Refusal::OAuth(
    StatusCode::BAD_REQUEST,
    "invalid_grant",
    "The provided authorization grant is invalid, expired, revoked, does not match the \
     redirection URI used in the authorization request, or was issued to another client.",
);
const INVALID_SCOPE: Refusal = Refusal::OAuth(
    StatusCode::BAD_REQUEST,
    "invalid_scope",
    "The requested scope is invalid, unknown, or malformed.",
);
const INVALID_REDIRECT: Refusal = Refusal::OAuth(
    StatusCode::BAD_REQUEST,
    "invalid_redirect_uri",
    "The redirect uri included is not valid.",
);
const UNSUPPORTED_GRANT: Refusal = Refusal::OAuth(
    StatusCode::BAD_REQUEST,
    "unsupported_grant_type",
    "The authorization grant type is not supported by the authorization server.",
);
const UNSUPPORTED_RESPONSE: Refusal = Refusal::OAuth(
    StatusCode::BAD_REQUEST,
    "unsupported_response_type",
    "The authorization server does not support this response type.",
);
const INVALID_TOKEN: Refusal = Refusal::OAuth(
    StatusCode::UNAUTHORIZED,
    "invalid_token",
    "The access token is invalid",
);
const INVALID_REQUEST: Refusal = Refusal::OAuth(
    StatusCode::BAD_REQUEST,
    "invalid_request",
    "The code challenge method must be S256.",
);

/// `POST /api/v1/apps`
pub(crate) async fn register(
    State(mastodon): State<Arc<Mastodon>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let params = Params::of_body(&headers, &body)?;
    let filled = |name| Ok(params.text(name)?.filter(|text| !text.trim().is_empty()));
    let name = filled("client_name")?
        .ok_or_else(|| Refusal::validation("Application name can't be blank"))?;
    // A text with one address a line, or a list since 4.3.
    let redirect_uris: Vec<String> = match params.texts("redirect_uris") {
        Ok(list) => list,
        Err(_) => filled("redirect_uris")?
            .unwrap_or_default()
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
    };
    if redirect_uris.is_empty() {
        return Err(Refusal::validation("Redirect URI can't be blank"));
    }
    let scopes = words(&filled("scopes")?.unwrap_or_else(|| "read".to_owned()));
    let client_id = random_word();
    let mut state = mastodon.state();
    let app = App {
        id: state.next_id(mastodon.clock.now()),
        name,
        website: filled("website")?,
        redirect_uris,
        scopes,
        client_secret: random_word(),
    };
    let answer = json!({
        "id": app.id.to_string(),
        "name": app.name,
        "website": app.website,
        "scopes": app.scopes,
        "redirect_uris": app.redirect_uris,
        "redirect_uri": app.redirect_uris.join("\n"),
        "client_id": client_id,
        "client_secret": app.client_secret,
        "client_secret_expires_at": 0,
        "vapid_key": "",
    });
    state.apps.insert(client_id, app);
    Ok(Json(answer))
}

/// `GET /oauth/authorize`: says yes at once.
pub(crate) async fn authorize(
    State(mastodon): State<Arc<Mastodon>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let params = Params::of_query(query.as_deref());
    let text = |name| Ok(params.text(name)?.unwrap_or_default());
    let mut state = mastodon.state();
    let client_id = text("client_id")?;
    let app = state.apps.get(&client_id).ok_or(INVALID_CLIENT)?;
    let redirect_uri = text("redirect_uri")?;
    if !app
        .redirect_uris
        .iter()
        .any(|it| is_same_place(it, &redirect_uri))
    {
        return Err(INVALID_REDIRECT);
    }
    if text("response_type")? != "code" {
        return Err(UNSUPPORTED_RESPONSE);
    }
    let scopes = words(&params.text("scope")?.unwrap_or_else(|| "read".to_owned()));
    if !scopes.iter().all(|scope| is_covered(scope, &app.scopes)) {
        return Err(INVALID_SCOPE);
    }
    let challenge = params.text("code_challenge")?;
    if challenge.is_some() && text("code_challenge_method")? != "S256" {
        return Err(INVALID_REQUEST);
    }
    let code = random_word();
    let answer = hand_over(&redirect_uri, &code, params.text("state")?.as_deref())?;
    let grant = Grant {
        client_id,
        redirect_uri,
        scopes,
        challenge,
        issued_at: mastodon.clock.now(),
    };
    state.grants.insert(code, grant);
    Ok(answer)
}

fn hand_over(redirect_uri: &str, code: &str, state: Option<&str>) -> Result<Response, Refusal> {
    if redirect_uri == OUT_OF_BAND {
        let code = escape(code);
        return Ok(Html(format!(
            "<!doctype html>\n<html>\n<meta charset=\"utf-8\">\n<title>Authorization code</title>\n\
             <p>Copy this code and paste it into the application:</p>\n\
             <input class=\"oauth-code\" readonly value=\"{code}\">\n</html>\n"
        ))
        .into_response());
    }
    let mut target = Url::parse(redirect_uri).map_err(|_| INVALID_REDIRECT)?;
    target.query_pairs_mut().append_pair("code", code);
    if let Some(state) = state {
        target.query_pairs_mut().append_pair("state", state);
    }
    Ok(Redirect::to(target.as_str()).into_response())
}

/// `POST /oauth/token`
pub(crate) async fn issue_token(
    State(mastodon): State<Arc<Mastodon>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let params = Params::of_body(&headers, &body)?;
    let text = |name| Ok(params.text(name)?.unwrap_or_default());
    if text("grant_type")? != "authorization_code" {
        return Err(UNSUPPORTED_GRANT);
    }
    let now = mastodon.clock.now();
    let mut state = mastodon.state();
    let client_id = text("client_id")?;
    let app = state.apps.get(&client_id).cloned().ok_or(INVALID_CLIENT)?;
    if app.client_secret != text("client_secret")? {
        return Err(INVALID_CLIENT);
    }
    // A code is good for one try.
    let grant = state.grants.remove(&text("code")?).ok_or(INVALID_GRANT)?;
    let is_proven = match &grant.challenge {
        None => true,
        Some(challenge) => {
            URL_SAFE_NO_PAD.encode(Sha256::digest(text("code_verifier")?)) == *challenge
        }
    };
    if grant.client_id != client_id
        || grant.redirect_uri != text("redirect_uri")?
        || elapsed(grant.issued_at, now) >= CODE_LIFETIME
        || !is_proven
    {
        return Err(INVALID_GRANT);
    }
    let access_token = random_word();
    let answer = json!({
        "access_token": access_token,
        "token_type": "Bearer",
        "scope": grant.scopes.join(" "),
        "created_at": now.as_second(),
    });
    let token = Token {
        account: MASTODON_ALICE,
        scopes: grant.scopes,
        app_name: app.name,
        app_website: app.website,
    };
    state.tokens.insert(access_token, token);
    Ok(Json(answer))
}

/// `POST /oauth/revoke`
pub(crate) async fn revoke(
    State(mastodon): State<Arc<Mastodon>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let params = Params::of_body(&headers, &body)?;
    let text = |name| Ok(params.text(name)?.unwrap_or_default());
    let mut state = mastodon.state();
    let app = state.apps.get(&text("client_id")?);
    let secret = text("client_secret")?;
    if app.is_none_or(|app| app.client_secret != secret) {
        let words = "You are not authorized to revoke this token";
        return Err(Refusal::OAuth(
            StatusCode::FORBIDDEN,
            "unauthorized_client",
            words,
        ));
    }
    state.tokens.remove(&text("token")?);
    Ok(Json(json!({})))
}

/// `GET /oauth/token/info`
// app/controllers/doorkeeper/token_info_controller.rb of doorkeeper, read 2026-11-25.
pub(crate) async fn token_info(
    State(mastodon): State<Arc<Mastodon>>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    let token = mastodon.asker(&headers).ok_or(INVALID_TOKEN)?;
    Ok(Json(json!({
        "resource_owner_id": token.account.id,
        "scope": token.scopes,
        "expires_in": null,
        "application": {"uid": token.app_name},
    })))
}

/// `GET /api/v1/apps/verify_credentials`: the application that the token was made for
pub(crate) async fn show_app(
    State(mastodon): State<Arc<Mastodon>>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    let token = mastodon.asker(&headers).ok_or(Refusal::Unauthorized)?;
    let state = mastodon.state();
    let app = state.apps.values().find(|app| app.name == token.app_name);
    Ok(Json(json!({
        "name": token.app_name,
        "website": token.app_website,
        "scopes": app.map_or(&token.scopes, |app| &app.scopes),
    })))
}

/// `GET /.well-known/oauth-authorization-server`
pub(crate) async fn metadata(State(mastodon): State<Arc<Mastodon>>) -> Json<Value> {
    let base_url = &mastodon.base_url;
    Json(json!({
        "issuer": format!("{base_url}/"),
        "authorization_endpoint": format!("{base_url}/oauth/authorize"),
        "token_endpoint": format!("{base_url}/oauth/token"),
        "revocation_endpoint": format!("{base_url}/oauth/revoke"),
        "app_registration_endpoint": format!("{base_url}/api/v1/apps"),
        "scopes_supported": ["read", "write", "profile", "read:accounts", "read:statuses",
            "write:media", "write:statuses"],
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
    }))
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn is_covered(scope: &str, granted: &[String]) -> bool {
    let family = scope.split(':').next().unwrap_or(scope);
    granted.iter().any(|it| it == scope || it == family)
}

// Doorkeeper looks away from the port where both addresses are loopback numbers, not names
// (doorkeeper's uri_checker.rb, read 2026-11-23).
fn is_same_place(registered: &str, asked: &str) -> bool {
    if registered == asked {
        return true;
    }
    let without_port = |text: &str| {
        let mut url = Url::parse(text).ok()?;
        let is_number = matches!(url.host_str(), Some("127.0.0.1" | "[::1]"));
        url.set_port(None).ok()?;
        is_number.then_some(url)
    };
    match (without_port(registered), without_port(asked)) {
        (Some(registered), Some(asked)) => registered == asked,
        _ => false,
    }
}

fn random_word() -> String {
    let bytes: Vec<u8> = std::iter::repeat_with(|| fastrand::u8(..))
        .take(32)
        .collect();
    URL_SAFE_NO_PAD.encode(bytes)
}
