//! What Meta's answers prove: [`codes`] has a row for every code, [`answers`] the rest; how a
//! [`token`] is got and kept alive; and that what is asked is [`specified`].

mod answers;
mod codes;
mod log_in;
mod specified;
mod token;

use bytes::Bytes;
use jiff::Timestamp;
use reqwest::header::HeaderMap;
use reqwest::header::HeaderName;
use serde_json::json;

use crate::clock::elapsed;
use crate::http::Answer;
use crate::platforms::graph::answer::Phase;
use crate::platforms::graph::answer::accept;
use crate::platforms::testing::NOW;
use crate::publish::PublishError;
use crate::publish::Server;

fn answer(status: u16, headers: &[(&'static str, &str)], body: impl Into<Bytes>) -> Answer {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(HeaderName::from_static(name), value.parse().unwrap());
    }
    Answer {
        status,
        headers: map,
        body: body.into(),
    }
}

/// Returns an answer with an error of Graph's.
fn failed(status: u16, code: i64, subcode: Option<i64>) -> Answer {
    let mut error = json!({"message": "No", "type": "OAuthException", "code": code});
    if let Some(subcode) = subcode {
        error["error_subcode"] = json!(subcode);
    }
    answer(status, &[], json!({"error": error}).to_string())
}

/// Returns in a word what `answer` proves in `phase`.
fn word(answer: Answer, phase: Phase) -> String {
    let now: Timestamp = NOW.parse().unwrap();
    match accept(answer, phase, now) {
        Ok(_) => "fine".to_owned(),
        Err(PublishError::Refused(_)) => "refused".to_owned(),
        Err(PublishError::LoginNeeded(_)) => "login".to_owned(),
        Err(PublishError::WaitUntil { until, .. }) => match elapsed(now, until).as_secs() {
            seconds if seconds % 60 == 0 => format!("{} min", seconds / 60),
            seconds => format!("{seconds} s"),
        },
        Err(PublishError::Unclear {
            server: Server::AtWork,
            ..
        }) => "unknown".to_owned(),
        Err(PublishError::Unclear {
            server: Server::Done,
            ..
        }) => "passes".to_owned(),
        Err(other) => format!("{other:?}"),
    }
}
