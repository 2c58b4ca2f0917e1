//! The bucket's rules: hayon's are written once, and those of others stay.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use aws_sdk_s3::types::BucketLifecycleConfiguration;
use aws_sdk_s3::types::CorsConfiguration;
use aws_sdk_s3::types::CorsRule;
use aws_sdk_s3::types::ExpirationStatus;
use aws_sdk_s3::types::LifecycleExpiration;
use aws_sdk_s3::types::LifecycleRule;
use aws_sdk_s3::types::LifecycleRuleFilter;
use axum::Router;
use axum::extract::Request;
use axum::http::Method;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Digest as _;
use md5::Md5;
use tokio::net::TcpListener;

use crate::media::s3::S3Settings;
use crate::media::s3::S3Store;
use crate::media::s3::setup::WebPages;
use crate::media::s3::tests::sandbox;
use crate::media::s3::tests::store;
use crate::media::s3::tests::store_with;
use crate::sandbox::s3::BUCKET;
use crate::sandbox::s3::refusal::refusal;

const ORIGIN: &str = "https://app.example.com";

async fn set_up(store: &S3Store, origins: &[&str]) -> Vec<(&'static str, bool)> {
    let origins: Vec<String> = origins.iter().map(ToString::to_string).collect();
    let setup = store.plan_setup(&origins).await.unwrap();
    let changes = setup.changes.iter();
    let changes = changes.map(|change| (change.rule, change.is_new)).collect();
    store.set_up(setup).await.unwrap();
    changes
}

async fn cors(store: &S3Store) -> Vec<CorsRule> {
    let request = store.client().await.get_bucket_cors().bucket(BUCKET);
    request.send().await.unwrap().cors_rules.unwrap()
}

async fn lifecycle(store: &S3Store) -> Vec<LifecycleRule> {
    let request = store.client().await.get_bucket_lifecycle_configuration();
    request.bucket(BUCKET).send().await.unwrap().rules.unwrap()
}

#[tokio::test]
async fn a_new_bucket_gets_the_rules_and_a_second_time_nothing() {
    let running = sandbox().await;
    let store = store(&running);
    let rules = ["HayonUploads", "DeleteTempFiles", "AbortUnfinishedUploads"];
    let first = set_up(&store, &[ORIGIN]).await;
    assert_eq!(first, rules.map(|rule| (rule, true)));
    let second = set_up(&store, &[ORIGIN]).await;
    assert_eq!(second, rules.map(|rule| (rule, false)));

    let cors = cors(&store).await;
    assert_eq!(cors.len(), 1);
    assert_eq!(cors[0].allowed_origins(), [ORIGIN]);
    assert_eq!(cors[0].allowed_methods(), ["PUT", "GET"]);
    assert_eq!(cors[0].allowed_headers(), ["*"]);
    assert_eq!(cors[0].max_age_seconds(), Some(3000));
    let lifecycle = lifecycle(&store).await;
    let names: Vec<_> = lifecycle.iter().filter_map(LifecycleRule::id).collect();
    assert_eq!(names, rules[1..]);
    let expiration = lifecycle[0].expiration().unwrap();
    assert_eq!(expiration.days(), Some(1));
    assert_eq!(lifecycle[0].filter().unwrap().prefix(), Some("temp/"));
    let abort = lifecycle[1].abort_incomplete_multipart_upload().unwrap();
    assert_eq!(abort.days_after_initiation(), Some(1));
}

#[tokio::test]
async fn rules_of_others_stay_as_they_are() {
    let running = sandbox().await;
    let store = store(&running);
    let others_cors = CorsRule::builder()
        .id("theirs")
        .allowed_origins("https://other.example")
        .allowed_methods("HEAD")
        .build()
        .unwrap();
    let document = CorsConfiguration::builder().cors_rules(others_cors.clone());
    let request = store.client().await.put_bucket_cors().bucket(BUCKET);
    let request = request.cors_configuration(document.build().unwrap());
    request.send().await.unwrap();
    let others_lifecycle = LifecycleRule::builder()
        .id("logs")
        .status(ExpirationStatus::Enabled)
        .filter(LifecycleRuleFilter::builder().prefix("logs/").build())
        .expiration(LifecycleExpiration::builder().days(30).build())
        .build()
        .unwrap();
    let document = BucketLifecycleConfiguration::builder().rules(others_lifecycle.clone());
    let request = store.client().await.put_bucket_lifecycle_configuration();
    let request = request.bucket(BUCKET);
    let request = request.lifecycle_configuration(document.build().unwrap());
    request.send().await.unwrap();

    set_up(&store, &[ORIGIN]).await;
    set_up(&store, &["https://new.example"]).await;
    let cors = cors(&store).await;
    assert_eq!(cors.len(), 2);
    assert_eq!(cors[0], others_cors);
    assert_eq!(cors[1].allowed_origins(), ["https://new.example"]);
    let lifecycle = lifecycle(&store).await;
    assert_eq!(lifecycle.len(), 3);
    assert_eq!(lifecycle[0], others_lifecycle);
}

#[tokio::test]
async fn without_an_origin_web_pages_are_not_spoken_of() {
    let running = sandbox().await;
    let store = store(&running);
    set_up(&store, &[]).await;
    let request = store.client().await.get_bucket_cors().bucket(BUCKET);
    assert!(request.send().await.is_err());
    assert_eq!(lifecycle(&store).await.len(), 2);
}

async fn write_cors(store: &S3Store, rule: CorsRule) {
    let document = CorsConfiguration::builder().cors_rules(rule).build();
    let request = store.client().await.put_bucket_cors().bucket(BUCKET);
    let request = request.cors_configuration(document.unwrap());
    request.send().await.unwrap();
}

#[tokio::test]
async fn a_look_tells_which_pages_may_upload_and_whether_the_rule_is_whole() {
    let running = sandbox().await;
    let store = store(&running);
    let origins = vec![ORIGIN.to_owned()];
    assert_eq!(store.web_pages().await.unwrap(), WebPages::None);
    set_up(&store, &[ORIGIN]).await;
    let of_origins = WebPages::Of(origins.clone());
    assert_eq!(store.web_pages().await.unwrap(), of_origins);
    let rule = || CorsRule::builder().allowed_origins(ORIGIN);
    write_cors(
        &store,
        rule()
            .id("HayonUploads")
            .allowed_methods("GET")
            .build()
            .unwrap(),
    )
    .await;
    let hampered = WebPages::Hampered(origins);
    assert_eq!(store.web_pages().await.unwrap(), hampered);
    // A storage that does not keep names, or a rule of somebody else.
    write_cors(&store, rule().allowed_methods("PUT").build().unwrap()).await;
    assert_eq!(store.web_pages().await.unwrap(), of_origins);
    write_cors(&store, rule().allowed_methods("GET").build().unwrap()).await;
    assert_eq!(store.web_pages().await.unwrap(), WebPages::None);
}

/// A storage that takes rules only with the sum that S3 wanted at first; returns where it is, and
/// whether it has taken any.
async fn older_storage() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let taken = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&taken);
    let answer = async move |request: Request| {
        let (head, body) = request.into_parts();
        let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        if head.method == Method::GET {
            let is_cors = head.uri.query().is_some_and(|query| query.contains("cors"));
            let what = if is_cors { "CORS" } else { "Lifecycle" };
            let code = format!("NoSuch{what}Configuration");
            return refusal(StatusCode::NOT_FOUND, &code, "none");
        }
        let sum = STANDARD.encode(Md5::digest(&body));
        match head.headers.get("content-md5") {
            None => {
                let message = "Missing or invalid required header for this request: Content-MD5";
                refusal(StatusCode::BAD_REQUEST, "MissingContentMD5", message)
            }
            Some(told) if told == sum.as_str() => {
                counted.fetch_add(1, Ordering::Relaxed);
                StatusCode::OK.into_response()
            }
            Some(_) => refusal(StatusCode::BAD_REQUEST, "BadDigest", "another sum"),
        }
    };
    let router = Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, taken)
}

#[tokio::test]
async fn a_storage_that_wants_the_older_sum_gets_it() {
    let (address, taken) = older_storage().await;
    let settings = S3Settings {
        bucket: BUCKET.to_owned(),
        region: None,
        endpoint: Some(address.parse().unwrap()),
        path_style: true,
        public_url: None,
    };
    let store = store_with(settings, "id", "secret");
    set_up(&store, &[ORIGIN]).await;
    assert_eq!(taken.load(Ordering::Relaxed), 2, "CORS and lifecycle");
}
