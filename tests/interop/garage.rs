//! hayon's media in Garage, a real S3 server that is strict about signatures, as moto is not.

use std::process::Command;

use crate::s3::Bucket;
use crate::s3::curl_needs_addresses_alone;
use crate::s3::media_are_there;
use crate::s3::rules_are_read_back;
use crate::server::Server;
use crate::server::output;

/// Asks for `address` and returns the status of the answer.
#[track_caller]
fn status(address: &str) -> String {
    let mut curl = Command::new("curl");
    curl.args(["-s", "-o", "/dev/null", "-w", "%{http_code}", address]);
    output(&mut curl)
}

#[test]
fn a_bucket_of_garage_is_a_media_store() {
    let server = Server::start("garage");
    let mut test = Command::new(env!("CARGO"));
    test.args(["test", "--locked", "--features", "interop-slow", "--lib"]);
    test.args([
        "--",
        "--exact",
        "media::s3::tests::of_others::a_bucket_of_others_is_a_media_store",
    ]);
    for name in ["S3_URL", "S3_BUCKET", "S3_REGION", "S3_KEY", "S3_SECRET"] {
        test.env(name, server.get(name));
    }
    let said = output(&mut test);
    assert!(said.contains("test result: ok. 1 passed"), "{said}");
}

#[test]
fn media_are_in_a_bucket_of_garage_as_the_aws_cli_sees_them() {
    let server = Server::start("garage");
    media_are_there(&Bucket::of(&server));
}

#[test]
fn an_address_holds_for_what_it_was_signed_for_and_for_as_long() {
    let server = Server::start("garage");
    let bucket = Bucket::of(&server);
    curl_needs_addresses_alone(&bucket);
    let world = bucket.world();
    world.picture("a.png", 8, 8);
    let uploaded = world.hayon(["media", "upload", "a.png", "--json"]);
    let uploaded = uploaded.code(0).json();
    let key = uploaded[0]["key"].as_str().expect("a key");
    let address = world.hayon(["media", "url", key]).code(0).stdout;
    let address = address.trim();
    assert_eq!(status(address), "200");
    assert_eq!(status(&address.replace(".png?", ".jpg?")), "403");
    let longer = address.replace("X-Amz-Expires=", "X-Amz-Expires=1");
    assert_eq!(status(&longer), "403");
    let brief = world.hayon(["media", "url", key, "--expires", "1s"]);
    let brief = brief.code(0).stdout;
    crate::support::eventually("the end of an address", || {
        (status(brief.trim()) != "200").then_some(())
    });
}

#[test]
fn rules_in_garage_are_those_that_the_aws_cli_reads() {
    let server = Server::start("garage");
    rules_are_read_back(&Bucket::of(&server));
}

#[test]
fn what_garage_refuses_is_told_by_its_cause_with_what_to_do() {
    let server = Server::start("garage");
    let bucket = Bucket::of(&server);
    for (variable, value, what, hint) in [
        (
            "AWS_SECRET_ACCESS_KEY",
            "wrong",
            "the credentials are not accepted",
            "`AWS_SECRET_ACCESS_KEY`",
        ),
        (
            "AWS_ACCESS_KEY_ID",
            "GK000000000000000000000000",
            "the credentials are not accepted",
            "`AWS_ACCESS_KEY_ID`",
        ),
        (
            "HAYON_MEDIA_BUCKET",
            "no-such-bucket",
            "there is no such bucket",
            "no-such-bucket",
        ),
        (
            "HAYON_MEDIA_REGION",
            "eu-west-1",
            "the bucket is in another region",
            "`region = \"garage\"`",
        ),
    ] {
        let mut world = bucket.world();
        world.set(variable, value);
        world.picture("a.png", 8, 8);
        let refused = world.hayon(["media", "upload", "a.png"]).any_code([1, 5]);
        assert!(refused.stderr.contains(what), "{variable}: {refused}");
        assert!(refused.stderr.contains(hint), "{variable}: {refused}");
    }
}
