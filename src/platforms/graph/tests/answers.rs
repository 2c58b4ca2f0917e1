//! What an answer proves beside its code: its status, its headers, its words.

use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;

use crate::http::Answer;
use crate::platforms::graph::answer::Phase;
use crate::platforms::graph::answer::accept;
use crate::platforms::graph::tests::answer;
use crate::platforms::graph::tests::failed;
use crate::platforms::graph::tests::word;
use crate::platforms::testing::NOW;

const HTML: &[(&str, &str)] = &[("content-type", "text/html")];

#[track_caller]
fn check(answer: &Answer, hidden: &str, visible: &str) {
    let found = (
        word(answer.clone(), Phase::Hidden),
        word(answer.clone(), Phase::Visible),
    );
    assert_eq!(found, (hidden.to_owned(), visible.to_owned()), "{answer:?}");
}

#[test]
fn without_an_error_of_graphs_own_nobody_knows_what_became_of_a_publication() {
    for (status, hidden) in [
        (400, "refused"),
        (401, "login"),
        (404, "refused"),
        (408, "unknown"),
        (500, "passes"),
        (502, "unknown"),
        (503, "passes"),
        (504, "unknown"),
        (302, "passes"),
    ] {
        check(
            &answer(status, HTML, "<html>an edge server"),
            hidden,
            "unknown",
        );
        check(&answer(status, &[], "{}"), hidden, "unknown");
        check(
            &answer(status, &[], r#"{"error": "words"}"#),
            hidden,
            "unknown",
        );
    }
}

#[test]
fn a_success_that_carries_an_error_is_none() {
    check(&answer(200, &[], r#"{"id": "1"}"#), "fine", "fine");
    check(&failed(200, 100, None), "refused", "unknown");
    check(&failed(200, 2, None), "passes", "unknown");
    check(&failed(200, 190, None), "login", "unknown");
}

#[test]
fn an_error_that_says_that_it_passes_does_unless_its_code_says_otherwise() {
    let with = |code: i64, is_transient: bool| {
        let error = json!({"message": "No", "code": code, "is_transient": is_transient});
        answer(400, &[], json!({"error": error}).to_string())
    };
    check(&with(77_777, true), "passes", "unknown");
    check(&with(77_777, false), "refused", "refused");
    check(&with(190, true), "login", "login");
    check(&with(9004, false), "passes", "unknown");
}

#[test]
fn a_limit_is_over_when_the_answer_says_and_else_after_an_hour() {
    let business = |minutes: u64| {
        let entry = json!({"type": "pages", "call_count": 100, "total_cputime": 1,
                           "total_time": 1, "estimated_time_to_regain_access": minutes});
        json!({"123": [entry]}).to_string()
    };
    let of = |status: u16, code: i64, subcode: Option<i64>, name, value: &str| {
        let plain = failed(status, code, subcode);
        answer(status, &[(name, value)], plain.body)
    };
    let (after, usage) = ("retry-after", "x-business-use-case-usage");
    for (limited, hidden) in [
        (of(429, 4, None, after, "600"), "10 min"),
        (of(400, 4, None, after, "7200"), "120 min"),
        (
            of(400, 4, None, after, "Mon, 23 Nov 2026 12:05:00 GMT"),
            "5 min",
        ),
        (of(400, 80_001, None, usage, &business(19)), "19 min"),
        (of(400, 80_001, None, usage, &business(0)), "60 min"),
        (of(400, 4, None, "x-app-usage", "nonsense"), "60 min"),
        // What blocks an account is not over earlier because something else is.
        (of(400, 368, None, usage, &business(19)), "60 min"),
        (of(400, 368, None, usage, &business(90)), "90 min"),
        (of(400, 4, Some(2_207_051), usage, &business(1)), "360 min"),
        (of(400, 4, Some(2_207_051), after, "60"), "360 min"),
    ] {
        assert_eq!(
            word(limited.clone(), Phase::Hidden),
            hidden,
            "{:?}",
            limited.headers
        );
    }
}

#[test]
fn too_many_requests_is_a_limit_whoever_says_so() {
    check(&answer(429, HTML, "<html>slow down"), "1 min", "1 min");
    check(
        &answer(429, &[("retry-after", "120")], ""),
        "2 min",
        "2 min",
    );
    let usage = r#"{"1":[{"call_count":100,"estimated_time_to_regain_access":5}]}"#;
    let headers = [("x-business-use-case-usage", usage)];
    check(&answer(429, &headers, ""), "5 min", "5 min");
}

/// Returns the sentence about an error of Graph's.
fn said(error: &Value) -> String {
    let answer = answer(400, &[], json!({"error": error}).to_string());
    let now: Timestamp = NOW.parse().unwrap();
    accept(answer, Phase::Hidden, now).unwrap_err().to_string()
}

#[test]
fn what_is_meant_for_people_is_told_with_its_codes() {
    let mut error = json!({"message": "(#100) Invalid parameter", "code": 100,
                           "error_subcode": 2_207_023, "error_user_title": "A title",
                           "error_user_msg": "The media type is unknown."});
    let words = "the server answered 400: \"The media type is unknown. (100/2207023)\"";
    assert_eq!(said(&error), words);
    error["error_user_msg"] = json!(" ");
    let words = "the server answered 400: \"(#100) Invalid parameter (100/2207023)\"";
    assert_eq!(said(&error), words);
    let bare = json!({"message": "No\u{1b}[31m", "code": 100});
    assert!(!said(&bare).contains('\u{1b}'), "{}", said(&bare));
    assert!(said(&bare).ends_with("(100)\""), "{}", said(&bare));
}

#[test]
fn a_signed_address_that_a_server_repeats_is_blotted_out_however_it_writes_it() {
    let address = "https://m.example/a.png?X-Amz-Expires=9&X-Amz-Signature=0a1b2c";
    let encoded = "https%3A%2F%2Fm.example%2Fa.png%3FX-Amz-Expires%3D9%26X-Amz-Signature%3D0a1b2c";
    for written in [
        address.to_owned(),
        address.replace('/', "\\/"),
        address.replace('/', "\\/").replace('&', "\\u0026"),
        address.replace('&', "\\u0026"),
        address.replace('&', "&amp;"),
        encoded.to_owned(),
    ] {
        let words = format!("{{\"error\": {{\"message\": \"cannot fetch {written}!\"}}}}");
        let blotted = answer(400, &[], words.clone()).without(address);
        let body = String::from_utf8_lossy(&blotted.body).into_owned();
        assert_eq!(body, "{\"error\": {\"message\": \"cannot fetch …!\"}}");
        let success = answer(200, &[], words.clone()).without(address);
        assert_eq!(success.body, words.as_bytes());
    }
}
