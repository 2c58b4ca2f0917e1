//! Signed addresses, used by who has nothing but them.

use std::time::Duration;

use bytes::Bytes;
use jiff::SignedDuration;
use jiff::Timestamp;
use reqwest::Method;

use crate::clock::Clock;
use crate::media::MediaStore;
use crate::media::address::Lifetime;
use crate::media::contract::new_keys;
use crate::media::s3::S3Store;
use crate::media::s3::addresses::Announced;
use crate::media::s3::addresses::Invitation;
use crate::media::s3::tests::ask;
use crate::media::s3::tests::sandbox;
use crate::media::s3::tests::settings;
use crate::media::s3::tests::store;
use crate::media::s3::tests::store_with;
use crate::sandbox::s3::ACCESS_KEY_ID;
use crate::sandbox::s3::PUBLIC_BUCKET;
use crate::sandbox::s3::SECRET_ACCESS_KEY;

const MINUTE: Duration = Duration::from_mins(1);

fn now() -> Timestamp {
    Clock::System.now()
}

fn for_a_minute(from: Timestamp) -> Lifetime {
    Lifetime {
        from,
        length: MINUTE,
    }
}

async fn invitation(store: &S3Store, size_bytes: Option<u64>) -> (String, Invitation) {
    let (temp, _) = new_keys();
    let announced = Announced {
        key: &temp,
        mime: "image/png",
        size_bytes,
    };
    let invitation = store.presign_put(announced, for_a_minute(now())).await;
    (temp.as_str().to_owned(), invitation.unwrap())
}

fn headers(invitation: &Invitation) -> Vec<(&str, &str)> {
    let headers = invitation.headers.iter();
    headers
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

#[tokio::test]
async fn whoever_has_a_signed_address_fetches_the_bytes_with_their_type_and_in_ranges() {
    let running = sandbox().await;
    let store = store(&running);
    let (temp, _) = new_keys();
    let put = store.put(temp.as_str(), Bytes::from_static(b"0123456789"));
    put.await.unwrap();
    let from = now();
    let address = store
        .address(temp.as_str(), for_a_minute(from))
        .await
        .unwrap();
    assert_eq!(
        address.good_until,
        Some(from + SignedDuration::from_secs(60))
    );
    let whole = ask(Method::GET, address.expose(), &[], b"").await;
    assert_eq!(whole.status, 200);
    assert_eq!(whole.header("content-type"), Some("image/png"));
    assert_eq!(&whole.body[..], b"0123456789");
    let range = [("range", "bytes=1-3")];
    let part = ask(Method::GET, address.expose(), &range, b"").await;
    assert_eq!((part.status, &part.body[..]), (206, &b"123"[..]));
}

#[tokio::test]
async fn an_address_that_has_expired_or_was_tampered_with_opens_nothing() {
    let running = sandbox().await;
    let store = store(&running);
    let (temp, other) = new_keys();
    store
        .put(temp.as_str(), Bytes::from_static(b"x"))
        .await
        .unwrap();
    store
        .put(other.as_str(), Bytes::from_static(b"y"))
        .await
        .unwrap();
    let an_hour_ago = now() - SignedDuration::from_hours(1);
    let expired = store.address(temp.as_str(), for_a_minute(an_hour_ago));
    let expired = expired.await.unwrap();
    let good = store.address(temp.as_str(), for_a_minute(now()));
    let good = good.await.unwrap().expose().to_owned();
    let elsewhere = good.replace(temp.as_str(), other.as_str());
    let longer = good.replace("X-Amz-Expires=60", "X-Amz-Expires=600");
    assert!(elsewhere != good && longer != good, "{good}");
    for url in [expired.expose(), &elsewhere, &longer] {
        let answer = ask(Method::GET, url, &[], b"").await;
        assert_eq!(answer.status, 403);
    }
    // It is for fetching, and for nothing else.
    let answer = ask(Method::DELETE, &good, &[], b"").await;
    assert_eq!(answer.status, 403);
    assert_eq!(ask(Method::GET, &good, &[], b"").await.status, 200);
}

#[tokio::test]
async fn whoever_is_invited_uploads_with_the_headers_that_go_with_it() {
    let running = sandbox().await;
    let store = store(&running);
    let (key, invitation) = invitation(&store, None).await;
    let headers = headers(&invitation);
    assert_eq!(
        headers,
        [
            ("content-type", "image/png"),
            ("x-amz-meta-hayon-outbox", "0198-outbox")
        ]
    );
    let url = invitation.address.expose();
    let answer = ask(Method::PUT, url, &headers, b"png").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let described = store.describe(&key).await.unwrap().unwrap();
    assert_eq!(described.size_bytes, 3);
    assert_eq!(described.mime.as_deref(), Some("image/png"));
    assert_eq!(described.outbox.as_deref(), Some("0198-outbox"));
}

#[tokio::test]
async fn an_upload_of_another_type_or_size_than_was_announced_is_refused() {
    let running = sandbox().await;
    let store = store(&running);
    let (key, invitation) = invitation(&store, Some(3)).await;
    let url = invitation.address.expose();
    let mut other_type = headers(&invitation);
    other_type.retain(|(name, _)| *name != "content-type" && *name != "content-length");
    other_type.push(("content-type", "text/html"));
    assert_eq!(ask(Method::PUT, url, &other_type, b"png").await.status, 403);
    let mut same = headers(&invitation);
    same.retain(|(name, _)| *name != "content-length");
    assert_eq!(ask(Method::PUT, url, &same, b"larger").await.status, 403);
    assert_eq!(store.describe(&key).await.unwrap(), None);
    assert_eq!(ask(Method::PUT, url, &same, b"png").await.status, 200);
}

#[tokio::test]
async fn with_a_web_server_of_the_users_the_address_is_there_and_never_expires() {
    let running = sandbox().await;
    let mut settings = settings(&running);
    settings.bucket = PUBLIC_BUCKET.to_owned();
    let base = format!("{}/{PUBLIC_BUCKET}", running.s3_url());
    settings.public_url = Some(base.parse().unwrap());
    let store = store_with(settings, ACCESS_KEY_ID, SECRET_ACCESS_KEY);
    let (temp, _) = new_keys();
    store
        .put(temp.as_str(), Bytes::from_static(b"x"))
        .await
        .unwrap();
    let address = store.address(temp.as_str(), for_a_minute(now()));
    let address = address.await.unwrap();
    assert_eq!(address.good_until, None);
    assert_eq!(address.expose(), format!("{base}/{temp}"));
    assert_eq!(
        ask(Method::GET, address.expose(), &[], b"").await.status,
        200
    );
}
