//! An account on Tumblr: which blog, what becomes of a post there, and which secrets belong together.

use crate::config::account::AccountKind;
use crate::config::blog::BlogState;
use crate::config::secrets::Secrets;
use crate::config::tests::Home;
use crate::paths::write_private;

const ACCOUNT: &str = "[accounts.art]\nplatform = 'tumblr'\nblog = 'art'\n";

fn kind(settings: &str) -> AccountKind {
    let text = format!("[accounts.art]\nplatform = 'tumblr'\n{settings}");
    let config = Home::new().file(&text).config();
    config.accounts.into_iter().next().unwrap().kind
}

fn blog(name: &str) -> String {
    match kind(&format!("blog = '{name}'")) {
        AccountKind::Tumblr { blog, .. } => blog,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn check_refused(settings: &str, message: &str, hint: &str) {
    let text = format!("[accounts.art]\nplatform = 'tumblr'\n{settings}");
    let error = Home::new().file(&text).load().unwrap_err();
    assert!(error.to_string().contains(message), "{error}");
    assert!(error.hints().join("\n").contains(hint), "{error:?}");
}

#[test]
fn a_blog_is_named_in_any_of_tumblrs_ways() {
    for (written, read) in [
        ("art", "art"),
        ("@Art", "art"),
        ("art.tumblr.com", "art.tumblr.com"),
        ("https://www.tumblr.com/art", "art"),
        ("https://Blog.Example.com/", "blog.example.com"),
        ("t:0aY0xL2Fi1OFJg4YxpmegQ", "t:0aY0xL2Fi1OFJg4YxpmegQ"),
    ] {
        assert_eq!(blog(written), read);
    }
}

#[test]
fn what_names_no_blog_is_refused() {
    for written in [
        "",
        "a b",
        "a/b",
        "t:",
        "t:a/b",
        "https://www.tumblr.com",
        "größe",
    ] {
        let settings = format!("blog = '{written}'");
        check_refused(&settings, "is no blog of Tumblr", "its id");
    }
    check_refused("", "account `art` has no `blog`", "`HAYON_ART_BLOG`");
}

#[test]
fn the_state_is_one_of_four_and_published_if_nobody_says() {
    let state = |settings: &str| match kind(settings) {
        AccountKind::Tumblr { state, .. } => state,
        other => panic!("{other:?}"),
    };
    assert_eq!(state("blog = 'art'"), BlogState::Published);
    for known in BlogState::ALL {
        let settings = format!("blog = 'art'\nstate = '{}'", known.name());
        assert_eq!(state(&settings), known);
    }
    let hint = "`published`, `queue`, `draft`, `private`";
    check_refused(
        "blog = 'art'\nstate = 'queued'",
        "`queued` is no state of a post",
        hint,
    );
}

#[test]
fn the_api_is_tumblrs_own_unless_somebody_says() {
    let api = |settings: &str| match kind(settings) {
        AccountKind::Tumblr { api, .. } => api.to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!(api("blog = 'art'"), "https://api.tumblr.com/");
    let settings = "blog = 'art'\napi_url = 'http://127.0.0.1:4000'";
    assert_eq!(api(settings), "http://127.0.0.1:4000/");
}

#[test]
fn variables_alone_make_an_account() {
    let home = Home::new()
        .set("HAYON_TUMBLR_BLOG", "art")
        .set("HAYON_TUMBLR_STATE", "queue");
    let config = home.config();
    let account = &config.accounts[0];
    assert_eq!(account.name.as_str(), "tumblr");
    let is_queue = matches!(
        account.kind,
        AccountKind::Tumblr {
            state: BlogState::Queue,
            ..
        }
    );
    assert!(is_queue, "{account:?}");
}

/// Returns what is said to be missing of an account with these secrets.
fn missing(secrets: &str) -> Option<String> {
    let home = Home::new().file(ACCOUNT);
    let path = home.path(".local/state/hayon/credentials.toml");
    write_private(&path, format!("[art]\n{secrets}").as_bytes()).unwrap();
    let config = home.config();
    let found = Secrets::new(home.environment(), &config.state_dir);
    let missing = found.missing(&config.accounts[0]).unwrap();
    missing.map(|missing| missing.to_string())
}

#[test]
fn a_token_is_enough_and_a_token_secret_needs_the_rest() {
    assert_eq!(missing("token = 't'"), None);
    let without_token = missing("token_secret = 's'\nclient_id = 'c'\nclient_secret = 'd'");
    assert_eq!(
        without_token.as_deref(),
        Some("account `art` has no access token")
    );
    let with_secret = "token = 't'\ntoken_secret = 's'\n";
    let told = missing(with_secret);
    assert_eq!(told.as_deref(), Some("account `art` has no client_id"));
    let told = missing(&format!("{with_secret}client_id = 'c'"));
    assert_eq!(told.as_deref(), Some("account `art` has no client_secret"));
    let told = missing(&format!(
        "{with_secret}client_id = 'c'\nclient_secret = 'd'"
    ));
    assert_eq!(told, None);
    // What a refresh will need (OAuth 2).
    assert_eq!(
        missing("token = 't'\nclient_id = 'c'\nclient_secret = 'd'"),
        None
    );
}
