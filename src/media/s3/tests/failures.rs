//! What a person is told when a bucket does not do as asked.

use bytes::Bytes;

use crate::media::MediaError;
use crate::media::MediaStore;
use crate::media::contract::new_keys;
use crate::media::s3::S3Settings;
use crate::media::s3::codes::Why;
use crate::media::s3::tests::sandbox;
use crate::media::s3::tests::sandbox_with;
use crate::media::s3::tests::settings;
use crate::media::s3::tests::store;
use crate::media::s3::tests::store_with;
use crate::sandbox::s3::ACCESS_KEY_ID;
use crate::sandbox::s3::SECRET_ACCESS_KEY;

/// Puts, promotes, describes and lists, and asserts that each fails for this reason, with words that
/// name the bucket and a hint with `hint`.
#[track_caller]
fn check(errors: Vec<MediaError>, expected: &Why, bucket: &str, hint: &str) {
    for error in errors {
        let MediaError::Bucket(of_bucket) = &error else {
            panic!("{error}");
        };
        assert_eq!(of_bucket.why(), expected, "{error}");
        assert!(error.to_string().contains(bucket), "{error}");
        assert!(error.hint().contains(hint), "{}", error.hint());
    }
}

async fn errors(settings: S3Settings, id: &str, secret: &str) -> Vec<MediaError> {
    let store = store_with(settings, id, secret);
    let (temp, posts) = new_keys();
    let (temp, posts) = (temp.as_str(), posts.as_str());
    vec![
        store.put(temp, Bytes::from_static(b"x")).await.unwrap_err(),
        store.promote(temp, posts).await.unwrap_err(),
        store.list("temp/", None).await.unwrap_err(),
    ]
}

#[tokio::test]
async fn a_wrong_secret_or_an_unknown_key_is_told_apart_from_a_denied_access() {
    let running = sandbox().await;
    for (id, secret) in [(ACCESS_KEY_ID, "wrong"), ("AKIDOTHER", SECRET_ACCESS_KEY)] {
        let errors = errors(settings(&running), id, secret).await;
        for error in &errors {
            assert!(!error.to_string().contains(SECRET_ACCESS_KEY));
        }
        let hint = "`AWS_SECRET_ACCESS_KEY`";
        check(errors, &Why::BadCredentials, "s3://hayon-sandbox", hint);
    }
}

#[tokio::test]
async fn the_region_that_a_bucket_is_in_is_named() {
    let running = sandbox().await;
    let mut settings = settings(&running);
    settings.region = Some("eu-west-1".to_owned());
    let errors = errors(settings, ACCESS_KEY_ID, SECRET_ACCESS_KEY).await;
    let why = Why::WrongRegion(Some("us-east-1".to_owned()));
    check(
        errors,
        &why,
        "s3://hayon-sandbox",
        "`region = \"us-east-1\"`",
    );
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_named() {
    let running = sandbox().await;
    let mut settings = settings(&running);
    settings.bucket = "no-such-bucket".to_owned();
    let errors = errors(settings, ACCESS_KEY_ID, SECRET_ACCESS_KEY).await;
    check(
        errors,
        &Why::NoSuchBucket,
        "s3://no-such-bucket",
        "make the bucket",
    );
}

#[tokio::test]
async fn a_storage_that_nobody_answers_for_is_named_by_its_address() {
    let running = sandbox().await;
    let settings = settings(&running);
    let address = settings.endpoint.clone().unwrap().to_string();
    running.stop().await;
    let errors = errors(settings, ACCESS_KEY_ID, SECRET_ACCESS_KEY).await;
    check(errors, &Why::Unreachable, "s3://hayon-sandbox", &address);
}

#[tokio::test]
async fn a_denied_access_says_what_the_credentials_need() {
    let running = sandbox_with(&["s3 * * #* status:403"]).await;
    let errors = errors(settings(&running), ACCESS_KEY_ID, SECRET_ACCESS_KEY).await;
    check(
        errors,
        &Why::AccessDenied,
        "s3://hayon-sandbox",
        "`s3:PutObject`",
    );
}

#[tokio::test]
async fn a_storage_in_trouble_is_tried_again_and_then_left_alone() {
    let running = sandbox_with(&["s3 * * #* status:503"]).await;
    let errors = errors(settings(&running), ACCESS_KEY_ID, SECRET_ACCESS_KEY).await;
    check(
        errors,
        &Why::Busy,
        "s3://hayon-sandbox",
        "try again in a while",
    );
}

#[tokio::test]
async fn a_key_that_is_nowhere_is_missing_and_no_fault_of_the_bucket() {
    let running = sandbox().await;
    let store = store(&running);
    let (temp, _) = new_keys();
    assert_eq!(store.describe(temp.as_str()).await.unwrap(), None);
}

#[tokio::test]
async fn an_error_in_an_answer_that_says_200_is_an_error() {
    let running = sandbox_with(&["s3 PUT /hayon-sandbox/posts/* #1+ error-in-200"]).await;
    let store = store(&running);
    let (temp, posts) = new_keys();
    let (temp, posts) = (temp.as_str(), posts.as_str());
    store.put(temp, Bytes::from_static(b"x")).await.unwrap();
    let promoted = store.promote(temp, posts).await.unwrap_err();
    check(
        vec![promoted],
        &Why::Busy,
        "s3://hayon-sandbox",
        "try again",
    );
    assert_eq!(store.describe(posts).await.unwrap(), None);
}

#[tokio::test]
async fn an_error_in_a_200_that_passes_is_nobodys_concern() {
    let running = sandbox_with(&["s3 PUT /hayon-sandbox/posts/* #1 error-in-200"]).await;
    let store = store(&running);
    let (temp, posts) = new_keys();
    let (temp, posts) = (temp.as_str(), posts.as_str());
    store.put(temp, Bytes::from_static(b"x")).await.unwrap();
    store.promote(temp, posts).await.unwrap();
    assert_eq!(store.describe(posts).await.unwrap().unwrap().size_bytes, 1);
}
