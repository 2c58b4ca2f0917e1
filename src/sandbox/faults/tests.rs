//! Faults strike exactly the requests that they name.

use axum::http::Method;
use jiff::Timestamp;

use crate::sandbox::faults::Fault;
use crate::sandbox::faults::Faults;
use crate::sandbox::faults::PathPattern;
use crate::sandbox::faults::deed::Deed;
use crate::sandbox::faults::deed::Words;
use crate::sandbox::platform::Platform;

const STATUSES: &str = "/api/v1/statuses";

fn armed(texts: &[&str]) -> Faults {
    Faults::new(texts.iter().map(|text| text.parse().unwrap()).collect())
}

fn post(faults: &mut Faults, path: &str) -> Option<String> {
    let struck = faults.strike(Platform::of_path(path), &Method::POST, path);
    struck.map(|fault| fault.text().to_owned())
}

#[test]
fn a_fault_strikes_the_nth_matching_request_and_no_other() {
    let mut faults = armed(&["mastodon POST /api/v1/statuses #2 hang"]);
    assert_eq!(post(&mut faults, STATUSES), None);
    assert_eq!(post(&mut faults, "/api/v2/media"), None);
    assert!(post(&mut faults, STATUSES).is_some());
    assert_eq!(post(&mut faults, STATUSES), None);
}

#[test]
fn a_fault_with_a_plus_strikes_from_there_on() {
    let mut faults = armed(&["* * * #2+ hang"]);
    let struck: Vec<bool> = (0..4)
        .map(|_| post(&mut faults, STATUSES).is_some())
        .collect();
    assert_eq!(struck, [false, true, true, true]);
}

#[test]
fn faults_count_apart_and_the_first_given_wins() {
    let first = "* POST /api/* #2 hang";
    let second = "* * * #* cut";
    let mut faults = armed(&[first, second]);
    assert_eq!(post(&mut faults, "/xrpc/x").as_deref(), Some(second));
    assert_eq!(post(&mut faults, STATUSES).as_deref(), Some(second));
    assert_eq!(post(&mut faults, STATUSES).as_deref(), Some(first));
}

#[test]
fn a_fault_of_one_method_or_platform_leaves_the_others_alone() {
    let mut faults = armed(&["bluesky GET * #* hang"]);
    assert_eq!(post(&mut faults, "/xrpc/x"), None);
    let get = |faults: &mut Faults, path| {
        faults
            .strike(Platform::of_path(path), &Method::GET, path)
            .is_some()
    };
    assert!(!get(&mut faults, STATUSES));
    assert!(get(&mut faults, "/xrpc/x"));
}

#[test]
fn paths_match_by_segment_and_by_beginning() {
    let table = [
        ("*", "/anything/at/all", true),
        ("/api/v1/statuses", "/api/v1/statuses", true),
        ("/api/v1/statuses", "/api/v1/statuses/7", false),
        ("/api/v1/statuses/*", "/api/v1/statuses/7", true),
        ("/api/v1/statuses/*", "/api/v1/statuses/7/source", true),
        ("/api/v1/statuses/*", "/api/v1/statuses", false),
        (
            "/api/v1/statuses/*/source",
            "/api/v1/statuses/7/source",
            true,
        ),
        ("/api/v1/statuses/*/source", "/api/v1/statuses/7", false),
        (
            "/api/v1/accounts/*/sta*",
            "/api/v1/accounts/7/statuses",
            true,
        ),
        ("/api/v1/accounts/*/sta*", "/api/v1/accounts/7/lists", false),
        (
            "/xrpc/com.atproto.repo.*",
            "/xrpc/com.atproto.repo.putRecord",
            true,
        ),
        (
            "/xrpc/com.atproto.repo.*",
            "/xrpc/com.atproto.server.getSession",
            false,
        ),
    ];
    for (pattern, path, matches) in table {
        let pattern_read: PathPattern = pattern.parse().unwrap();
        assert_eq!(pattern_read.matches(path), matches, "{pattern} and {path}");
    }
}

#[test]
fn a_text_that_is_no_fault_is_refused_with_what_was_expected() {
    let table = [
        (
            "mastodon POST",
            "expected `<platform|*> <METHOD|*> <path> #<n> <what>`",
        ),
        (
            "friendica POST / #1 hang",
            "it has `bluesky`, `mastodon`, `instagram`, `threads`, `facebook`, `tumblr` and `s3`",
        ),
        ("* post / #1 hang", "`post` is no method"),
        ("* POST api #1 hang", "`api` is no path"),
        ("* POST / 1 hang", "`1` says no request"),
        ("* POST / #0 hang", "`#0` says no request"),
        (
            "* POST / #1 explode",
            "`explode` is nothing that can go wrong",
        ),
        ("* POST / #1 status:200", "`200` is no status"),
        ("* POST / #1 status:429 soon", "`soon` is no header"),
        ("* POST / #1 slow:soon", "`soon` is no duration"),
        (
            "threads POST / #1 error:no",
            "`error:no` is nothing that can",
        ),
        (
            "threads POST / #1 container:NEW",
            "`container:NEW` is nothing",
        ),
        ("mastodon POST / #1 error:4", "`error:4` is for `instagram`"),
        (
            "* POST / #1 act-and-error:4",
            "`act-and-error:4` is for `instag",
        ),
    ];
    for (text, words) in table {
        let error = text.parse::<Fault>().unwrap_err().to_string();
        assert!(error.contains(words), "{text}: {error}");
    }
}

#[test]
fn a_time_in_a_header_is_written_in_the_platforms_own_form() {
    let now: Timestamp = "2026-11-23T10:00:00.5Z".parse().unwrap();
    let table = [
        ("Retry-After: +30s", "30"),
        (
            "Retry-After: Mon, 23 Nov 2026 10:00:00 GMT",
            "Mon, 23 Nov 2026 10:00:00 GMT",
        ),
        ("X-RateLimit-Reset: +30s", "2026-11-23T10:00:30.500000Z"),
        ("ratelimit-reset: +30s", "1795428031"),
        ("x-other: +30s", "+30s"),
    ];
    for (header, value) in table {
        let fault: Fault = format!("* * * #1 status:429 {header}").parse().unwrap();
        let Deed::Refuse(said) = fault.deed() else {
            panic!("no refusal in {fault:?}");
        };
        let (Words::Status(status), Some(header)) = (said.words, &said.header) else {
            panic!("no header in {fault:?}");
        };
        assert_eq!(status.as_u16(), 429);
        assert_eq!(header.value_at(now), value);
    }
}
