//! The address that a browser is sent back to after a log-in: what it brings, and whether that answers
//! what was asked.
//!
//! It is received on loopback, or a person copies it out of the browser's address line, or copies only
//! the code that a page shows. Whatever it says was written by a stranger until `state` has been
//! checked, and its words are shown cleaned even then. The address itself is a secret: no error
//! repeats it.

use std::borrow::Cow;

use url::Url;
use url::form_urlencoded;

use crate::config::secret::Secret;
use crate::platforms::answer::excerpt;
use crate::platforms::oauth::state::State;

/// The longest text that is taken for an answer, in bytes: addresses are no longer in any browser.
const ANSWER_BYTES_MAX: usize = 16 * 1024;

/// Why an address is no answer to what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RedirectError {
    #[error("the person at the browser did not agree")]
    Denied,
    /// The server's words, cleaned.
    #[error("the server did not agree: \"{0}\"")]
    Refused(String),
    #[error("this is the answer to another log-in: its `state` is not the one that was sent")]
    WrongState,
    #[error("this answers no log-in of hayon's: it has no `state`")]
    NoState,
    #[error("there is no code in it")]
    NoCode,
    #[error("it is longer than any address")]
    TooLong,
}

impl RedirectError {
    /// Returns what a person can do about it.
    pub(crate) const fn hint(&self) -> &'static str {
        match self {
            Self::Denied => "start again, and agree in the browser",
            Self::Refused(_) => {
                "the server's own words say what it lacks; mend that, and start again"
            }
            Self::WrongState | Self::NoState => {
                "start again, and use the address that this run shows, in one browser window"
            }
            Self::NoCode | Self::TooLong => {
                "copy the whole address that the browser shows after you have agreed, or the code that \
                 the page shows"
            }
        }
    }
}

/// What a log-in calls the parts of its answer.
struct Names {
    /// What is to be exchanged for a token.
    code: &'static str,
    /// What ties the answer to the question.
    state: &'static str,
}

const OAUTH_2: Names = Names {
    code: "code",
    state: "state",
};

/// OAuth 1.0a has no `state`: the request token comes back instead (RFC 5849, section 2.2).
const OAUTH_1: Names = Names {
    code: "oauth_verifier",
    state: "oauth_token",
};

/// Returns the code in `text`: an address that answers the question with `state`, or the bare code,
/// which a person has copied and which nothing ties to the question.
pub(crate) fn code(text: &str, state: &State) -> Result<Secret, RedirectError> {
    read(text, &OAUTH_2, state)
}

/// Returns OAuth 1.0a's verifier in `text`, which is an address that answers the question with the
/// request token `token`, or the bare verifier.
pub(crate) fn verifier(text: &str, token: &State) -> Result<Secret, RedirectError> {
    read(text, &OAUTH_1, token)
}

fn read(text: &str, names: &Names, state: &State) -> Result<Secret, RedirectError> {
    if text.len() > ANSWER_BYTES_MAX {
        return Err(RedirectError::TooLong);
    }
    let text = text.trim();
    // Meta ends its addresses in `#_`, which is no part of the code
    // (developers.facebook.com/docs/instagram-platform, read 2026-11-25).
    let text = text.split('#').next().unwrap_or_default();
    match query(text, names) {
        Some(query) => answered(&query, names, state),
        None => bare(text),
    }
}

/// Returns the query of an address, or of the end of one; `None` if `text` is neither.
fn query<'t>(text: &'t str, names: &Names) -> Option<Cow<'t, str>> {
    if let Ok(url) = Url::parse(text)
        && matches!(url.scheme(), "http" | "https")
    {
        return Some(url.query().unwrap_or_default().to_owned().into());
    }
    let rest = text.strip_prefix('?').unwrap_or(text);
    let is_query = [names.code, names.state, "error"].iter().any(|name| {
        rest.strip_prefix(name)
            .is_some_and(|it| it.starts_with('='))
    });
    is_query.then_some(rest.into())
}

fn answered(query: &str, names: &Names, state: &State) -> Result<Secret, RedirectError> {
    let value = |name: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let found = pairs.find(|(key, _)| key == name).map(|(_, value)| value);
        found.filter(|value| !value.trim().is_empty())
    };
    // Tumblr sends back no token with a refusal of OAuth 1.0a, and a refusal lets nobody in.
    let refusal = value("error").map(|error| refusal(&error, value("error_description")));
    match (value(names.state), refusal) {
        (Some(told), _) if !state.is(&told) => Err(RedirectError::WrongState),
        (_, Some(refusal)) => Err(refusal),
        (None, None) if value(names.code).is_none() => Err(RedirectError::NoCode),
        (None, None) => Err(RedirectError::NoState),
        (Some(_), None) => {
            let code = value(names.code).ok_or(RedirectError::NoCode)?;
            Ok(Secret::new(code.into_owned()))
        }
    }
}

fn refusal(error: &str, description: Option<Cow<'_, str>>) -> RedirectError {
    match (error, description) {
        // RFC 6749, section 4.1.2.1.
        ("access_denied", _) => RedirectError::Denied,
        (error, None) => RedirectError::Refused(excerpt(error)),
        (error, Some(more)) => RedirectError::Refused(excerpt(&format!("{error}: {more}"))),
    }
}

/// A code as a page shows it: one word of printable ASCII (RFC 6749, appendix A.11).
fn bare(text: &str) -> Result<Secret, RedirectError> {
    let is_code = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    is_code
        .then(|| Secret::new(text))
        .ok_or(RedirectError::NoCode)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVIL: &str = "%1B%5D52;c;ZXZpbA%3D%3D%07%1B%5B2J";

    #[track_caller]
    fn check(text: &str, expected: Result<&str, RedirectError>) {
        let state = State::given(Secret::new("S1"));
        let code = code(text, &state);
        let told = code.map(|code| code.expose().to_owned());
        assert_eq!(told, expected.map(str::to_owned), "{text}");
    }

    #[test]
    fn an_address_that_answers_the_question_brings_a_code() {
        for address in [
            "http://127.0.0.1:4000/callback?code=C1&state=S1",
            "http://127.0.0.1:4000/callback?state=S1&code=C1&iss=https%3A%2F%2Fexample.social",
            "https://example.com/?code=C1&state=S1#_",
            "  https://example.com/?code=C1&state=S1#_=_\n",
            "?code=C1&state=S1",
            "code=C1&state=S1#_",
        ] {
            check(address, Ok("C1"));
        }
        check("https://example.com/?code=a%2Fb%2B&state=S1", Ok("a/b+"));
    }

    #[test]
    fn a_code_that_a_page_shows_is_taken_as_it_is() {
        check("C1", Ok("C1"));
        check(" AQD-x_y.z~1#_\n", Ok("AQD-x_y.z~1"));
        check("NTYz=", Ok("NTYz="));
        for text in ["", " ", "#_", "two words", "Grüße", "a\u{1b}[2Jb"] {
            check(text, Err(RedirectError::NoCode));
        }
    }

    #[test]
    fn an_answer_to_another_question_is_refused() {
        for address in [
            "https://example.com/?code=C1&state=S2",
            "https://example.com/?code=C1&state=S1S1",
            "https://example.com/?error=access_denied&state=S2",
        ] {
            check(address, Err(RedirectError::WrongState));
        }
        for address in [
            "https://example.com/?code=C1",
            "https://example.com/?code=C1&state=",
            "code=C1",
        ] {
            check(address, Err(RedirectError::NoState));
        }
    }

    #[test]
    fn an_address_without_a_code_is_said_to_be_one() {
        for address in [
            "https://example.com/?state=S1",
            "https://example.com/?code=&state=S1",
            "https://example.com/",
            "https://example.com/oauth/authorize?client_id=1",
        ] {
            check(address, Err(RedirectError::NoCode));
        }
        check(
            &"a".repeat(ANSWER_BYTES_MAX + 1),
            Err(RedirectError::TooLong),
        );
    }

    #[test]
    fn a_refusal_is_told_in_words_that_steer_no_terminal() {
        let denied =
            format!("https://a.example/?error=access_denied&error_description={EVIL}&state=S1");
        check(&denied, Err(RedirectError::Denied));
        check("?error=access_denied", Err(RedirectError::Denied));
        let other =
            format!("https://a.example/?error=invalid_scope&error_description={EVIL}&state=S1");
        let state = State::given(Secret::new("S1"));
        let told = code(&other, &state).unwrap_err().to_string();
        assert!(told.contains("invalid_scope: "), "{told}");
        assert!(!told.contains(char::is_control), "{told:?}");
    }

    #[test]
    fn no_error_repeats_the_answer() {
        let state = State::given(Secret::new("S1"));
        for text in [
            "https://example.com/?code=canary&state=S2",
            "https://example.com/?code=canary",
            "canary canary",
        ] {
            let error = code(text, &state).unwrap_err();
            let told = format!("{error} {error:?} {}", error.hint());
            assert!(!told.contains("canary"), "{told}");
        }
    }

    #[test]
    fn oauth_1_brings_a_verifier_and_its_own_token() {
        let token = State::given(Secret::new("T1"));
        let read = |text: &str| verifier(text, &token).map(|it| it.expose().to_owned());
        let address = "https://a.example/cb?oauth_token=T1&oauth_verifier=V1#_=_";
        assert_eq!(read(address), Ok("V1".to_owned()));
        assert_eq!(read("V1"), Ok("V1".to_owned()));
        assert_eq!(
            read("https://a.example/cb?oauth_token=T2&oauth_verifier=V1"),
            Err(RedirectError::WrongState)
        );
        assert_eq!(
            read("https://a.example/cb?oauth_verifier=V1"),
            Err(RedirectError::NoState)
        );
        // What Tumblr sends when somebody says no.
        assert_eq!(
            read("https://a.example/cb?oauth_token=T1"),
            Err(RedirectError::NoCode)
        );
    }
}
