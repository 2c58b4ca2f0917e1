//! Where media are in a bucket.

use crate::config::tests::Home;
use crate::config::tests::refusals::refused;
use crate::config::tests::refusals::variables_refused;

#[test]
fn a_bucket_is_named_in_the_file_or_by_variables() {
    let home = Home::new();
    assert_eq!(home.config().media.bucket, None);
    let home = home
        .file("[media]\nbucket = 'my-media'\nregion = 'eu-west-1'\n")
        .set("HAYON_MEDIA_BUCKET", "other");
    let bucket = home.config().media.bucket.unwrap();
    assert_eq!(bucket.name, "other");
    assert_eq!(bucket.region.as_deref(), Some("eu-west-1"));
    assert_eq!(bucket.endpoint, None);
    assert!(!bucket.path_style);
    let home = home.set("HAYON_MEDIA_ENDPOINT", "http://127.0.0.1:9000");
    let bucket = home.config().media.bucket.unwrap();
    assert_eq!(
        bucket.endpoint,
        Some("http://127.0.0.1:9000".parse().unwrap())
    );
    assert!(
        bucket.path_style,
        "a storage of others has no host for each bucket"
    );
    let home = home.set("HAYON_MEDIA_PATH_STYLE", "false");
    assert!(!home.config().media.bucket.unwrap().path_style);
}

#[test]
fn what_belongs_to_a_bucket_is_refused_where_none_is_named() {
    let message = "this belongs to a bucket, and none is named";
    for setting in [
        "region = 'eu-west-1'",
        "endpoint = 'https://s3.example'",
        "path_style = true",
    ] {
        refused(&format!("[media]\n{setting}"), 2, message, "`bucket`");
    }
    let variable = [("HAYON_MEDIA_REGION", "eu-west-1")];
    variables_refused(&variable, message, "`bucket`");
}

#[test]
fn a_bucket_has_a_name_and_is_where_an_address_says() {
    for (setting, message, hint) in [
        (
            "bucket = 's3://b'",
            "`s3://b` is not well formed",
            "the name alone",
        ),
        ("bucket = 'ab'", "`ab` is not well formed", "the name alone"),
        ("bucket = 'b/../c'", "is not well formed", "the name alone"),
        (
            "bucket = 'bbb'\nregion = 'us east'",
            "`us east` is not well formed",
            "`us-east-1`",
        ),
        (
            "bucket = 'bbb'\nendpoint = 'http://s3.example'",
            "is not encrypted",
            "https://",
        ),
        (
            "bucket = 'bbb'\nendpoint = 'https://s3.example/bbb'",
            "must end after the host",
            "https://",
        ),
        ("bucket = 'bbb'\npath_style = 'yes'", "yes or no", "`true`"),
    ] {
        let line = 1 + setting.lines().count();
        refused(&format!("[media]\n{setting}"), line, message, hint);
    }
    let variables = [
        ("HAYON_MEDIA_BUCKET", "bbb"),
        ("HAYON_MEDIA_PATH_STYLE", "yes"),
    ];
    variables_refused(&variables, "yes or no", "`true` or `false`");
}
