//! Each thing that can happen is told in words that a person can act on.

use super::*;

fn event(reason: &str, deliveries: u32) -> Event {
    Event {
        id: "id".into(),
        reason: reason.into(),
        account: "work".into(),
        platform: "mastodon".into(),
        post: 17,
        deliveries,
        said: Some("the server said \u{1b}[31mno".into()),
    }
}

#[track_caller]
fn check(reason: &str, kind: &str, text: &str) {
    let document = Notice::of_event(&event(reason, 2)).document();
    assert_eq!(document["event"], kind);
    assert_eq!(document["post"], 17);
    let told = document["text"].as_str().unwrap();
    assert!(told.starts_with(text), "{told}");
    assert!(!told.contains('\u{1b}'), "{told}");
}

#[test]
fn a_notice_says_what_happened_and_what_to_do() {
    check(
        "refused",
        "parked",
        "hayon: post 17 is not published on `work` (refused): the server said ",
    );
    check(
        "in_doubt",
        "in_doubt",
        "hayon: post 17 may or may not be public on `work`: ",
    );
    check(
        "login_needed",
        "login_needed",
        "hayon: `work` needs a log-in, and 2 posts are waiting for it: ",
    );
}

#[test]
fn nobody_to_tell_is_no_notifier() {
    let http = Arc::new(Http::new());
    assert!(Notifier::new(&NotifyConfig::default(), http, Vec::new()).is_none());
}
