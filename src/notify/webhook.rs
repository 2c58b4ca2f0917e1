//! The webhook of `[notify]`: the notice as the body of a POST. Its address is a secret, and is never
//! told.

use reqwest::Method;
use serde_json::Value;
use url::Url;

use crate::config::secret::Secret;
use crate::http::Http;

/// Sends the document.
///
/// # Errors
/// In words, with the host and no more of the address.
pub(super) async fn post(http: &Http, webhook: &Secret, document: &Value) -> Result<(), String> {
    let address = Url::parse(webhook.expose()).map_err(|_| "the webhook is no address")?;
    let host = address.host_str().unwrap_or_default().to_owned();
    let request = http.request_on_fresh_connection(Method::POST, address);
    let request = request.map_err(|error| format!("`{host}`: {error}"))?;
    let answer = http.send_to_secret_address(request.json(document)).await;
    let answer = answer.map_err(|error| format!("`{host}`: {error}"))?;
    if (200..300).contains(&answer.status) {
        Ok(())
    } else {
        Err(format!("`{host}` answered {}", answer.status))
    }
}
