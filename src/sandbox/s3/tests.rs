//! S3 from outside: over TCP, asked by the AWS SDK and by plain HTTP.

use aws_sdk_s3::Client;
use aws_sdk_s3::config::BehaviorVersion;
use aws_sdk_s3::config::Credentials;
use aws_sdk_s3::config::Region;
use aws_sdk_s3::config::SharedHttpClient;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::CompletedMultipartUpload;
use aws_sdk_s3::types::CompletedPart;
use aws_sdk_s3::types::CorsConfiguration;
use aws_sdk_s3::types::CorsRule;
use reqwest::Method;

use crate::clock::Clock;
use crate::http::Answer;
use crate::http::Http;
use crate::media::s3::transport::Transport;
use crate::sandbox::Options;
use crate::sandbox::Running;
use crate::sandbox::s3::ACCESS_KEY_ID;
use crate::sandbox::s3::BUCKET;
use crate::sandbox::s3::PUBLIC_BUCKET;
use crate::sandbox::s3::REGION;
use crate::sandbox::s3::SECRET_ACCESS_KEY;
use crate::sandbox::start;

const KEY: &str = "posts/alice/a.png";

async fn sandbox() -> Running {
    start(Options::new(Clock::System)).await.unwrap()
}

fn client_with(running: &Running, id: &str, secret: &str, region: &str) -> Client {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .credentials_provider(Credentials::new(id, secret, None, None, "test"))
        .region(Region::new(region.to_owned()))
        .endpoint_url(running.s3_url())
        .http_client(SharedHttpClient::new(Transport::default()))
        .force_path_style(true)
        .build();
    Client::from_conf(config)
}

fn client(running: &Running) -> Client {
    client_with(running, ACCESS_KEY_ID, SECRET_ACCESS_KEY, REGION)
}

async fn put(client: &Client, bucket: &str, bytes: &'static [u8]) {
    let request = client.put_object().bucket(bucket).key(KEY);
    let request = request.content_type("image/png");
    let request = request.body(ByteStream::from_static(bytes));
    request.send().await.unwrap();
}

async fn ask(running: &Running, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let http = Http::new();
    let url = format!("{}{path}", running.s3_url()).parse().unwrap();
    let mut request = http.request(method, url).unwrap();
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    http.send(request).await.unwrap()
}

#[tokio::test]
async fn only_the_public_bucket_is_read_without_a_signature() {
    let running = sandbox().await;
    let client = client(&running);
    put(&client, BUCKET, b"private").await;
    put(&client, PUBLIC_BUCKET, b"public").await;
    for (method, path, status) in [
        (Method::GET, format!("/{BUCKET}/{KEY}"), 403),
        (Method::GET, format!("/{PUBLIC_BUCKET}/{KEY}"), 200),
        (Method::GET, format!("/{PUBLIC_BUCKET}?list-type=2"), 403),
        (Method::PUT, format!("/{PUBLIC_BUCKET}/{KEY}"), 403),
        (Method::DELETE, format!("/{PUBLIC_BUCKET}/{KEY}"), 403),
        (Method::GET, "/".to_owned(), 403),
    ] {
        let answer = ask(&running, method.clone(), &path, &[]).await;
        assert_eq!(answer.status, status, "{method} {path}");
    }
}

#[tokio::test]
async fn what_is_read_has_its_type_and_comes_in_ranges() {
    let running = sandbox().await;
    put(&client(&running), PUBLIC_BUCKET, b"0123456789").await;
    let path = format!("/{PUBLIC_BUCKET}/{KEY}");
    let whole = ask(&running, Method::GET, &path, &[]).await;
    assert_eq!(whole.header("content-type"), Some("image/png"));
    assert_eq!(whole.header("accept-ranges"), Some("bytes"));
    assert_eq!(&whole.body[..], b"0123456789");
    let part = ask(&running, Method::GET, &path, &[("range", "bytes=2-4")]).await;
    assert_eq!(part.status, 206);
    assert_eq!(part.header("content-range"), Some("bytes 2-4/10"));
    assert_eq!(&part.body[..], b"234");
}

#[tokio::test]
async fn a_wrong_key_secret_or_region_is_refused_in_the_words_of_s3() {
    let running = sandbox().await;
    for (id, secret, region, code) in [
        (ACCESS_KEY_ID, "wrong", REGION, "SignatureDoesNotMatch"),
        ("AKIDOTHER", SECRET_ACCESS_KEY, REGION, "InvalidAccessKeyId"),
        (
            ACCESS_KEY_ID,
            SECRET_ACCESS_KEY,
            "eu-west-1",
            "AuthorizationHeaderMalformed",
        ),
    ] {
        let client = client_with(&running, id, secret, region);
        let error = client.list_objects_v2().bucket(BUCKET).send().await;
        assert_eq!(error.unwrap_err().code(), Some(code));
    }
}

#[tokio::test]
async fn what_is_not_there_is_said_as_s3_says_it() {
    let running = sandbox().await;
    let client = client(&running);
    let get = |bucket| client.get_object().bucket(bucket).key(KEY).send();
    assert_eq!(get(BUCKET).await.unwrap_err().code(), Some("NoSuchKey"));
    assert_eq!(
        get("no-bucket").await.unwrap_err().code(),
        Some("NoSuchBucket")
    );
    let put = client.put_object().bucket("no-bucket").key(KEY);
    let put = put.body(ByteStream::from_static(b"x")).send().await;
    assert_eq!(put.unwrap_err().code(), Some("NoSuchBucket"));
    let cors = client.get_bucket_cors().bucket(BUCKET).send().await;
    assert_eq!(cors.unwrap_err().code(), Some("NoSuchCORSConfiguration"));
    let lifecycle = client.get_bucket_lifecycle_configuration();
    let lifecycle = lifecycle.bucket(BUCKET).send().await;
    let code = Some("NoSuchLifecycleConfiguration");
    assert_eq!(lifecycle.unwrap_err().code(), code);
}

#[tokio::test]
async fn a_page_of_an_origin_that_is_let_in_may_upload_and_no_other() {
    let running = sandbox().await;
    let client = client(&running);
    let rule = CorsRule::builder()
        .allowed_origins("https://*.example.com")
        .allowed_methods("PUT")
        .allowed_headers("*")
        .max_age_seconds(3000)
        .build()
        .unwrap();
    let rules = CorsConfiguration::builder().cors_rules(rule.clone());
    let request = client.put_bucket_cors().bucket(BUCKET);
    let request = request.cors_configuration(rules.build().unwrap());
    request.send().await.unwrap();
    let read = client
        .get_bucket_cors()
        .bucket(BUCKET)
        .send()
        .await
        .unwrap();
    assert_eq!(read.cors_rules(), [rule]);

    let path = format!("/{BUCKET}/temp/x.png");
    let preflight = |origin: &'static str, method: &'static str| {
        let headers = [
            ("origin", origin),
            ("access-control-request-method", method),
            ("access-control-request-headers", "content-type"),
        ];
        let (running, path) = (&running, &path);
        async move { ask(running, Method::OPTIONS, path, &headers).await }
    };
    let answer = preflight("https://app.example.com", "PUT").await;
    assert_eq!(answer.status, 200);
    let allowed = answer.header("access-control-allow-origin");
    assert_eq!(allowed, Some("https://app.example.com"));
    let allowed = answer.header("access-control-allow-headers");
    assert_eq!(allowed, Some("content-type"));
    assert_eq!(answer.header("access-control-max-age"), Some("3000"));
    assert_eq!(preflight("https://evil.test", "PUT").await.status, 403);
    assert_eq!(
        preflight("https://app.example.com", "POST").await.status,
        403
    );

    let request = client.delete_bucket_cors().bucket(BUCKET);
    request.send().await.unwrap();
    assert_eq!(
        preflight("https://app.example.com", "PUT").await.status,
        403
    );
}

#[tokio::test]
async fn uploads_in_parts_are_listed_until_they_end() {
    const PART: usize = 5 * 1024 * 1024;
    let running = sandbox().await;
    let client = client(&running);
    let begin = client.create_multipart_upload().bucket(BUCKET).key(KEY);
    let begun = begin.content_type("video/mp4").send().await.unwrap();
    let id = begun.upload_id().unwrap();
    let mut parts = Vec::new();
    for (number, bytes) in [(1, vec![1; PART]), (2, vec![2; 7])] {
        let request = client.upload_part().bucket(BUCKET).key(KEY).upload_id(id);
        let request = request.part_number(number).body(bytes.into());
        let e_tag = request.send().await.unwrap().e_tag.unwrap();
        parts.push((number, e_tag));
    }
    let list = client.list_multipart_uploads().bucket(BUCKET).send();
    assert_eq!(list.await.unwrap().uploads()[0].upload_id(), Some(id));

    let list = client.list_parts().bucket(BUCKET).key(KEY).upload_id(id);
    let page = list.clone().max_parts(1).send().await.unwrap();
    assert_eq!(page.is_truncated(), Some(true));
    assert_eq!(page.parts()[0].e_tag(), Some(parts[0].1.as_str()));
    let marker = page.next_part_number_marker().unwrap();
    let page = list.part_number_marker(marker).send().await.unwrap();
    assert_eq!(page.parts()[0].part_number(), Some(2));
    assert_eq!(page.parts()[0].size(), Some(7));

    let complete = |tags: Vec<(i32, String)>| {
        let parts = tags.into_iter().map(|(number, tag)| {
            let part = CompletedPart::builder().part_number(number);
            part.e_tag(tag).build()
        });
        let all = CompletedMultipartUpload::builder().set_parts(Some(parts.collect()));
        let request = client.complete_multipart_upload().bucket(BUCKET);
        let request = request.key(KEY).upload_id(id);
        request.multipart_upload(all.build()).send()
    };
    let wrong = vec![(1, parts[1].1.clone())];
    assert_eq!(
        complete(wrong).await.unwrap_err().code(),
        Some("InvalidPart")
    );
    complete(parts.clone()).await.unwrap();
    assert_eq!(
        complete(parts).await.unwrap_err().code(),
        Some("NoSuchUpload")
    );
    let head = client.head_object().bucket(BUCKET).key(KEY).send();
    let head = head.await.unwrap();
    assert_eq!(head.content_length(), Some(5 * 1024 * 1024 + 7));
    assert_eq!(head.content_type(), Some("video/mp4"));
    let list = client.list_multipart_uploads().bucket(BUCKET).send();
    assert!(list.await.unwrap().uploads().is_empty());
}

#[tokio::test]
async fn its_faults_strike_there_and_its_requests_are_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let mut options = Options::new(Clock::System);
    options.log = Some(log.clone());
    let fault = format!("s3 PUT /{BUCKET}/* #1 status:503");
    options.faults.push(fault.parse().unwrap());
    let running = start(options).await.unwrap();
    // The SDK tries again.
    put(&client(&running), BUCKET, b"x").await;
    let log = std::fs::read_to_string(log).unwrap();
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let answered = lines.iter().filter(|line| line["event"] == "answered");
    let statuses: Vec<_> = answered
        .map(|line| {
            assert_eq!(line["platform"], "s3");
            assert_eq!(line["path"], format!("/{BUCKET}/{KEY}"));
            line["status"].as_u64().unwrap()
        })
        .collect();
    assert_eq!(statuses, [503, 200]);
}
