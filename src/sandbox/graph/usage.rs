//! The headers that tell how much of its calls an app has used.
//!
//! developers.facebook.com, Graph rate limiting, read 2026-11-25: percentages, and the time to
//! regain access in minutes.

use axum::http::HeaderMap;
use axum::http::HeaderValue;
use serde_json::Value;
use serde_json::json;

use crate::sandbox::accounts::GraphAccount;
use crate::sandbox::platform::Platform;

/// Adds both headers, for the account if it is known.
pub(crate) fn add(
    headers: &mut HeaderMap,
    platform: Platform,
    account: Option<GraphAccount>,
    percent: u8,
) {
    let app = json!({"call_count": percent, "total_cputime": 0, "total_time": percent});
    insert(headers, "x-app-usage", &app);
    let Some(account) = account else {
        return;
    };
    let kind = match platform {
        Platform::Instagram => "instagram",
        Platform::Threads => "threads",
        _ => "pages",
    };
    let business = json!({account.id: [{
        "type": kind,
        "call_count": percent,
        "total_cputime": 0,
        "total_time": percent,
        "estimated_time_to_regain_access": 0,
    }]});
    insert(headers, "x-business-use-case-usage", &business);
}

fn insert(headers: &mut HeaderMap, name: &'static str, value: &Value) {
    if let Ok(value) = HeaderValue::from_str(&value.to_string()) {
        headers.insert(name, value);
    }
}
