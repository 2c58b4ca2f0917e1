//! The bucket store against the sandbox's S3, in this process, over TCP.

mod addresses;
mod failures;
#[cfg(feature = "interop-slow")]
mod of_others;
mod setup;
mod uploads;

use aws_sdk_s3::config::Credentials;
use aws_sdk_s3::config::SharedCredentialsProvider;
use bytes::Bytes;
use reqwest::Method;
use url::Url;

use crate::clock::Clock;
use crate::http::Answer;
use crate::http::Http;
use crate::media::MediaError;
use crate::media::MediaStore;
use crate::media::contract;
use crate::media::contract::new_keys;
use crate::media::s3::S3Settings;
use crate::media::s3::S3Store;
use crate::sandbox::Options;
use crate::sandbox::Running;
use crate::sandbox::s3::ACCESS_KEY_ID;
use crate::sandbox::s3::BUCKET;
use crate::sandbox::s3::REGION;
use crate::sandbox::s3::SECRET_ACCESS_KEY;

/// The outbox that the store of the tests is for.
const OUTBOX: &str = "0198-outbox";

async fn sandbox() -> Running {
    sandbox_with(&[]).await
}

async fn sandbox_with(faults: &[&str]) -> Running {
    let mut options = Options::new(Clock::System);
    let faults = faults.iter().map(|fault| fault.parse().unwrap());
    options.faults = faults.collect();
    crate::sandbox::start(options).await.unwrap()
}

fn settings(running: &Running) -> S3Settings {
    S3Settings {
        bucket: BUCKET.to_owned(),
        region: Some(REGION.to_owned()),
        endpoint: Some(running.s3_url().parse().unwrap()),
        path_style: true,
        public_url: None,
    }
}

fn store_with(settings: S3Settings, id: &str, secret: &str) -> S3Store {
    let credentials = Credentials::new(id, secret, None, None, "test");
    S3Store {
        credentials: Some(SharedCredentialsProvider::new(credentials)),
        ..S3Store::new(settings, Some(OUTBOX.to_owned()))
    }
}

fn store(running: &Running) -> S3Store {
    store_with(settings(running), ACCESS_KEY_ID, SECRET_ACCESS_KEY)
}

/// Asks as a platform or a browser would: without credentials.
async fn ask(method: Method, url: &str, headers: &[(&str, &str)], body: &'static [u8]) -> Answer {
    let http = Http::new();
    let url: Url = url.parse().unwrap();
    let mut request = http.request(method, url).unwrap().body(body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    http.send(request).await.unwrap()
}

#[tokio::test]
async fn a_bucket_is_a_media_store() {
    let running = sandbox().await;
    contract::check_all(&store(&running)).await;
}

#[tokio::test]
async fn a_bucket_is_a_media_store_where_answers_are_lost() {
    let running = sandbox_with(&[
        "s3 PUT * #1 act-and-hang-up",
        "s3 PUT * #3 status:503",
        "s3 PUT * #5 act-and-hang-up",
        "s3 HEAD * #2 refuse-and-hang-up",
        "s3 DELETE * #1 act-and-hang-up",
        "s3 GET * #1 cut",
    ])
    .await;
    contract::check_all(&store(&running)).await;
}

#[tokio::test]
async fn an_object_has_its_type_and_the_id_of_its_outbox_wherever_it_goes() {
    let running = sandbox().await;
    let store = store(&running);
    let (temp, posts) = new_keys();
    let (temp, posts) = (temp.as_str(), posts.as_str());
    store.put(temp, Bytes::from_static(b"abc")).await.unwrap();
    store.promote(temp, posts).await.unwrap();
    for key in [temp, posts] {
        let described = store.describe(key).await.unwrap().unwrap();
        assert_eq!(described.mime.as_deref(), Some("image/png"), "{key}");
        assert_eq!(described.outbox.as_deref(), Some(OUTBOX), "{key}");
        assert_eq!(described.size_bytes, 3);
    }
}

#[tokio::test]
async fn other_objects_of_the_bucket_are_not_listed() {
    let running = sandbox().await;
    let store = store(&running);
    let put = store.put_object("posts/index.html", Bytes::from_static(b"x"), "text/html");
    put.await.unwrap();
    let page = store.list("posts/", None).await.unwrap();
    assert_eq!(page.listed, []);
}

#[tokio::test]
async fn a_long_list_comes_in_pages() {
    let running = sandbox().await;
    let store = store(&running);
    let mut keys = Vec::new();
    for _ in 0..3 {
        let (temp, _) = new_keys();
        store.put(temp.as_str(), Bytes::new()).await.unwrap();
        keys.push(temp.as_str().to_owned());
    }
    keys.sort();
    let request = store.client().await.list_objects_v2().bucket(BUCKET);
    let first = request.max_keys(1).send().await.unwrap();
    let after = first.next_continuation_token.unwrap();
    let rest = store.list("temp/", Some(&after)).await.unwrap();
    let listed: Vec<_> = rest.listed.into_iter().map(|line| line.key).collect();
    assert_eq!(listed, keys[1..]);
    assert_eq!(rest.next, None);
}

#[tokio::test]
async fn a_promotion_of_something_else_under_the_same_key_is_refused() {
    let running = sandbox().await;
    let store = store(&running);
    let (temp, posts) = new_keys();
    store
        .put(temp.as_str(), Bytes::from_static(b"one"))
        .await
        .unwrap();
    store.promote(temp.as_str(), posts.as_str()).await.unwrap();
    store
        .put(temp.as_str(), Bytes::from_static(b"two"))
        .await
        .unwrap();
    let promoted = store.promote(temp.as_str(), posts.as_str()).await;
    let is_refused = matches!(&promoted, Err(MediaError::Changed { key }) if key == posts.as_str());
    assert!(is_refused, "{promoted:?}");
}
