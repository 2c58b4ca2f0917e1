//! What the platforms answer: whatever it is, it proves no more than it says.

use serde_json::Value;
use serde_json::json;
use url::Url;

use crate::clock::Clock;
use crate::clock::elapsed;
use crate::fuzzing::input;
use crate::fuzzing::input::assert_showable;
use crate::fuzzing::input::now;
use crate::http::Answer;
use crate::platforms::answer::is_plain_id;
use crate::platforms::answer::json as body_of;
use crate::platforms::bluesky;
use crate::platforms::bluesky::session::Service;
use crate::platforms::bluesky::session::Session;
use crate::platforms::facebook;
use crate::platforms::graph;
use crate::platforms::graph::answer::Phase;
use crate::platforms::mastodon;
use crate::platforms::mastodon::client::OwnAccount;
use crate::platforms::mastodon::status::Status;
use crate::platforms::permalink::Home;
use crate::platforms::retry_after::server_time;
use crate::platforms::tumblr;
use crate::post::limits::Limits;
use crate::post::platform::Platform;
use crate::publish::Cause;
use crate::publish::PublishError;
use crate::publish::Published;

/// The longest wait that a server may ask for, in seconds: a week.
const WAIT_MAX_SECONDS: u64 = 7 * 24 * 60 * 60;

/// A token that a server repeats in its words.
const TOKEN: &str = "canary/token&4711";

/// Asserts what holds of every answer, and of what it `proves`.
#[track_caller]
fn assert_proves(answer: &Answer, proves: &PublishError) {
    assert_showable(&proves.to_string());
    if let PublishError::WaitUntil { until, .. } = proves {
        let wait = elapsed(now(), *until).as_secs();
        assert!(*until > now(), "no wait at all");
        assert!(wait <= WAIT_MAX_SECONDS, "a wait of {wait} s");
    }
    let is_vague = matches!(answer.status, 100..=399 | 500..=599);
    assert!(
        !(is_vague && proves.proves_nothing_happened()),
        "{} proves nothing, and was taken for {proves:?}",
        answer.status
    );
}

/// Asserts that something public has a name, and an address that may be shown.
#[track_caller]
fn assert_named(published: &Published) {
    let id = published.remote_id.as_deref();
    assert!(id.is_some_and(|id| !id.trim().is_empty()), "{published:?}");
    assert_showable(id.unwrap_or_default());
    if let Some(url) = &published.url {
        assert!(url.is_ascii() && !url.contains([' ', '\u{7f}']), "{url:?}");
        let read = Url::parse(url);
        let is_of_the_web = read.as_ref().is_ok_and(|it| {
            it.scheme() == "https" && it.username().is_empty() && it.password().is_none()
        });
        assert!(is_of_the_web, "{url}");
    }
}

fn is_success(answer: &Answer) -> bool {
    (200..300).contains(&answer.status)
}

/// Asserts that no form of a token is left in what is told of an answer.
#[track_caller]
fn assert_forgets(answer: &Answer, cause: impl Fn(&Answer) -> Cause) {
    if is_success(answer) {
        return;
    }
    let told = cause(&answer.clone().without(TOKEN)).message;
    assert!(!told.contains(TOKEN), "{told}");
}

pub(super) fn bluesky(bytes: &[u8]) {
    let answer = input::answer(bytes);
    let Ok(host) = Url::parse("https://pds.example") else {
        return;
    };
    assert_forgets(&answer, bluesky::answer::cause);
    if is_success(&answer) {
        assert!(bluesky::answer::accept(answer.clone(), now()).is_ok());
    } else {
        assert_proves(&answer, &bluesky::answer::refusal(&answer, now()));
    }
    let _ = bluesky::answer::is_about_session(&answer);
    let did = bluesky::identity::did_in(answer.clone(), &Clock::System);
    if let Ok(Some(did)) = did {
        assert!(bluesky::identity::is_did(&did) && did.is_ascii());
        assert_named(&bluesky::record::published(&did, "3mexamplekey2"));
    }
    for service in [Service::Named, Service::Found] {
        if let Some(session) = Session::in_answer(&answer, &host, service) {
            assert_eq!(session.host.scheme(), "https");
            assert!(!session.access.expose().is_empty());
            assert!(service == Service::Found || session.host == host);
        }
    }
    if let Some(blob) = bluesky::blob::blob_in(&answer) {
        assert!(blob.pointer("/ref/$link").is_some_and(Value::is_string));
    }
    let uri = bluesky::record::uri("did:plc:abc", "3mexamplekey2");
    let put = bluesky::record::is_put(&answer, &uri);
    assert!(!put || String::from_utf8_lossy(&answer.body).contains("did"));
}

pub(super) fn mastodon(bytes: &[u8]) {
    let answer = input::answer(bytes);
    let Ok(instance) = Url::parse("https://mastodon.example") else {
        return;
    };
    assert_forgets(&answer, mastodon::answer::cause);
    if is_success(&answer) {
        assert!(mastodon::answer::accept(answer.clone(), now()).is_ok());
    } else {
        assert_proves(&answer, &mastodon::answer::refusal(&answer, now()));
    }
    let Some(body) = body_of(&answer) else {
        return;
    };
    let page = body.as_array().map_or(&[][..], Vec::as_slice);
    for value in page.iter().chain([&body]) {
        if let Some(status) = Status::from_value(value) {
            let _ = mastodon::html::text_of(&status.content);
            let published = status.published(&instance);
            assert!(published.remote_id.as_deref().is_some_and(is_plain_id));
            assert_named(&published);
        }
        if let Some(account) = OwnAccount::from_value(value) {
            assert!(is_plain_id(&account.id));
        }
    }
    let base = Limits::built_in(Platform::Mastodon);
    let read = mastodon::instance::read(&body, base);
    assert!(read.text_max > 0 && read.images_max > 0 && read.url_length > 0);
    assert!(read.image.bytes_max > 0 && !read.image.types.is_empty());
}

pub(super) fn graph(bytes: &[u8]) {
    let answer = input::answer(bytes);
    let Ok(server) = Url::parse("https://graph.facebook.com/v26.0") else {
        return;
    };
    let home = Home {
        server: &server,
        domains: &["facebook.com", "instagram.com"],
    };
    assert_forgets(&answer, graph::answer::cause);
    for phase in [Phase::Hidden, Phase::Visible, Phase::Reading] {
        if let Err(error) = graph::answer::accept(answer.clone(), phase, now()) {
            assert_showable(&error.to_string());
            if phase == Phase::Visible {
                assert_proves(&answer, &error);
            }
        }
    }
    let brake = graph::usage::Brake::default();
    brake.read(&answer, now());
    if let Err(PublishError::WaitUntil { until, .. }) = brake.check(now()) {
        assert!(elapsed(now(), until).as_secs() <= WAIT_MAX_SECONDS);
    }
    if let Ok(id) = graph::container::id_in(&answer, "an id") {
        assert!(is_plain_id(&id), "{id}");
        let body = body_of(&answer).unwrap_or_default();
        let of_facebook = Published {
            url: Some(facebook::feed::address(&body, &id, home)),
            remote_id: Some(id),
        };
        assert_named(&of_facebook);
    }
    let _ = graph::container::check_quota(Some(answer.clone()), now());
    if let Ok((posts, _)) = graph::newest::page(&answer) {
        for post in &posts {
            listed(post, home);
        }
    }
}

fn listed(post: &Value, home: Home<'_>) {
    let _ = facebook::look::photos_in(post);
    if let Some(published) = graph::newest::published(post, "permalink", home) {
        assert!(published.remote_id.as_deref().is_some_and(is_plain_id));
        assert_named(&published);
    }
}

pub(super) fn tumblr(bytes: &[u8]) {
    let answer = input::answer(bytes);
    assert_forgets(&answer, tumblr::answer::cause);
    if is_success(&answer) {
        assert!(tumblr::answer::accept(answer.clone(), now()).is_ok());
    } else {
        assert_proves(&answer, &tumblr::answer::refusal(&answer, now()));
    }
    let _ = tumblr::answer::Counter::of(&answer);
    let posts = tumblr::draft::posts_in(&answer).unwrap_or_default();
    for post in &posts {
        if let Some(id) = tumblr::client::id_of(post) {
            assert!(is_plain_id(&id) && !id.is_empty(), "{id}");
        }
        let pictures = tumblr::npf::pictures_in(&post["content"]);
        let blocks: Vec<Value> = pictures.iter().map(|it| json!({"media": it})).collect();
        let _ = tumblr::npf::says_the_same(&post["content"], &blocks);
    }
    if let Some(id) = tumblr::draft::id_in(&answer) {
        assert!(is_plain_id(&id) && !id.is_empty(), "{id}");
    }
    let limit = tumblr::answer::response(&answer).unwrap_or_default();
    if let Some(until) = tumblr::client::limit_end(&limit["user"]["posts"], now()) {
        let wait = elapsed(now(), until).as_secs();
        assert!(wait <= WAIT_MAX_SECONDS, "a wait of {wait} s");
    }
}

/// The headers of every platform that say when to come again, of an answer that is a 429.
pub(super) fn retry_after(bytes: &[u8]) {
    let answer = Answer {
        status: 429,
        ..input::answer(bytes)
    };
    let _ = server_time(&answer);
    for proves in [
        bluesky::answer::refusal(&answer, now()),
        mastodon::answer::refusal(&answer, now()),
        tumblr::answer::refusal(&answer, now()),
        graph::answer::refusal(&answer, Phase::Visible, now()),
    ] {
        assert_proves(&answer, &proves);
    }
}
