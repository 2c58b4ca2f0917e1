//! hayon's media in an S3 server that others wrote, read back with the AWS CLI; and the AWS CLI
//! against the sandbox's S3, whose signatures are checked where that server checks none.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::server::Server;
use crate::server::install;
use crate::server::output;
use crate::support::World;
use crate::support::sandbox::Sandbox;

const MEBIBYTE: usize = 1024 * 1024;

/// A bucket somewhere.
pub(crate) struct Bucket<'b> {
    endpoint: &'b str,
    name: &'b str,
    region: &'b str,
    id: &'b str,
    secret: &'b str,
}

impl Bucket<'_> {
    pub(crate) fn of(server: &Server) -> Bucket<'_> {
        Bucket {
            endpoint: server.get("S3_URL"),
            name: server.get("S3_BUCKET"),
            region: server.get("S3_REGION"),
            id: server.get("S3_KEY"),
            secret: server.get("S3_SECRET"),
        }
    }

    fn of_sandbox(sandbox: &Sandbox) -> Bucket<'_> {
        Bucket {
            endpoint: &sandbox.s3.address,
            name: &sandbox.s3.bucket,
            region: &sandbox.s3.region,
            id: &sandbox.s3.access_key_id,
            secret: &sandbox.s3.secret_access_key,
        }
    }

    /// Returns a world whose media are here.
    pub(crate) fn world(&self) -> World {
        let mut world = World::new();
        for (name, value) in [
            ("HAYON_MEDIA_BUCKET", self.name),
            ("HAYON_MEDIA_REGION", self.region),
            ("HAYON_MEDIA_ENDPOINT", self.endpoint),
            ("AWS_ACCESS_KEY_ID", self.id),
            ("AWS_SECRET_ACCESS_KEY", self.secret),
            ("HAYON_BLUESKY_HANDLE", "alice.example.com"),
        ] {
            world.set(name, value);
        }
        world
    }

    /// Runs the AWS CLI in the folder `home`, and returns what it prints.
    #[track_caller]
    fn aws(&self, home: &Path, arguments: &[&str]) -> String {
        let mut aws = Command::new(&install("aws")["AWS"]);
        let aws = aws
            .args(arguments)
            .args(["--endpoint-url", self.endpoint, "--region", self.region])
            .env_clear()
            .env("HOME", home)
            .env("AWS_ACCESS_KEY_ID", self.id)
            .env("AWS_SECRET_ACCESS_KEY", self.secret)
            .current_dir(home);
        output(aws)
    }

    /// Asks the API of the bucket by `aws s3api`.
    #[track_caller]
    fn api(&self, home: &Path, call: &str, arguments: &[&str]) -> Value {
        let always = ["s3api", call, "--bucket", self.name, "--output", "json"];
        let arguments: Vec<&str> = always.iter().chain(arguments).copied().collect();
        let told = self.aws(home, &arguments);
        if told.trim().is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&told).unwrap_or_else(|error| panic!("{error}: {told}"))
    }

    /// Returns the name of an object as `aws s3` wants it.
    fn name_of(&self, key: &str) -> String {
        format!("s3://{}/{key}", self.name)
    }
}

fn film(size: usize) -> Vec<u8> {
    let mut bytes = b"\0\0\0\x20ftypisom".to_vec();
    bytes.extend(
        (0_u32..)
            .flat_map(u32::to_be_bytes)
            .take(size - bytes.len()),
    );
    bytes
}

/// Uploads, posts, lists and deletes with hayon, and looks at each with the AWS CLI.
#[track_caller]
pub(crate) fn media_are_there(bucket: &Bucket<'_>) {
    let world = bucket.world();
    let home = world.path("");
    let film = film(20 * MEBIBYTE + 3);
    world.write("film.mp4", &film);
    let upload = world.hayon(["media", "upload", "film.mp4", "--json"]);
    let uploaded = upload.code(0).quiet().json();
    let key = uploaded[0]["key"].as_str().expect("a key");
    let head = bucket.api(&home, "head-object", &["--key", key]);
    assert_eq!(head["ContentType"], "video/mp4");
    assert_eq!(head["ContentLength"], film.len());
    bucket.aws(&home, &["s3", "cp", &bucket.name_of(key), "back.mp4"]);
    assert!(fs::read(home.join("back.mp4")).expect("a file") == film);
    let unfinished = bucket.api(&home, "list-multipart-uploads", &[]);
    assert_eq!(unfinished["Uploads"], Value::Null, "{unfinished}");

    world.picture("a.png", 8, 8);
    let arguments = [
        "post", "--queue", "--json", "hi", "--media", "a.png", "--alt", "A",
    ];
    let post = world.hayon(arguments).code(0).json();
    let posted = post["media"][0]["key"].as_str().expect("a key");
    let head = bucket.api(&home, "head-object", &["--key", posted]);
    assert_eq!(head["ContentType"], "image/png");
    let all = bucket.api(&home, "list-objects-v2", &[]);
    let all: Vec<_> = all["Contents"]
        .as_array()
        .expect("objects")
        .iter()
        .map(|object| object["Key"].as_str().expect("a key"))
        .collect();
    assert_eq!(all, [posted, key], "temp/ has something left, or less");
    let _ = world.hayon(["media", "delete", key]).code(0);
    let listed = world.hayon(["media", "list", "--json"]).code(0).json();
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
}

/// Lets curl upload to an address that hayon has signed, and fetch from another.
#[track_caller]
pub(crate) fn curl_needs_addresses_alone(bucket: &Bucket<'_>) {
    let world = bucket.world();
    let picture = world.picture("a.png", 8, 8);
    let presigned = world.hayon(["media", "presign", "a.png", "--json"]);
    let presigned = presigned.code(0).quiet().json();
    let mut curl = Command::new("curl");
    curl.args(["-sf", "--upload-file"]).arg(&picture);
    for (name, value) in presigned["headers"].as_object().expect("headers") {
        curl.arg("-H");
        curl.arg(format!("{name}: {}", value.as_str().expect("a value")));
    }
    output(curl.arg(presigned["uploadUrl"].as_str().expect("an address")));
    let key = presigned["key"].as_str().expect("a key");
    let address = world.hayon(["media", "url", key]).code(0).stdout;
    let back = world.path("back.png");
    let mut curl = Command::new("curl");
    curl.args(["-sf", "-w", "%{content_type}", "-o"]).arg(&back);
    assert_eq!(output(curl.arg(address.trim())), "image/png");
    let [sent, fetched] = [&picture, &back].map(|path| fs::read(path).expect("a file"));
    assert!(sent == fetched, "other bytes came back");
}

/// Lets the AWS CLI write rules, adds hayon's, and reads all back with the AWS CLI.
#[track_caller]
pub(crate) fn rules_are_read_back(bucket: &Bucket<'_>) {
    let world = bucket.world();
    let home = world.path("");
    let theirs = r#"{"CORSRules": [{"ID": "theirs", "AllowedOrigins": ["https://other.example"], "AllowedMethods": ["HEAD"]}]}"#;
    bucket.api(&home, "put-bucket-cors", &["--cors-configuration", theirs]);
    let theirs = r#"{"Rules": [{"ID": "logs", "Status": "Enabled", "Filter": {"Prefix": "logs/"}, "Expiration": {"Days": 30}}]}"#;
    let arguments = ["--lifecycle-configuration", theirs];
    bucket.api(&home, "put-bucket-lifecycle-configuration", &arguments);
    let setup = [
        "media",
        "setup",
        "--cors-origin",
        "https://app.example.com",
        "--json",
    ];
    for is_new in [true, false] {
        let told = world.hayon(setup).code(0).quiet().json();
        for change in told["changes"].as_array().expect("changes") {
            assert_eq!(change["is_new"], is_new, "{change}");
        }
    }
    let cors = bucket.api(&home, "get-bucket-cors", &[]);
    let cors = cors["CORSRules"].as_array().expect("rules").clone();
    assert_eq!(cors[0]["ID"], "theirs");
    assert_eq!(cors[1]["AllowedOrigins"][0], "https://app.example.com");
    assert_eq!(cors[1]["AllowedMethods"], serde_json::json!(["PUT", "GET"]));
    assert_eq!(cors[1]["AllowedHeaders"][0], "*");
    assert_eq!(cors[1]["MaxAgeSeconds"], 3000);
    let rules = bucket.api(&home, "get-bucket-lifecycle-configuration", &[]);
    let rules = rules["Rules"].as_array().expect("rules").clone();
    let names: Vec<_> = rules.iter().map(|rule| rule["ID"].clone()).collect();
    assert_eq!(names, ["logs", "DeleteTempFiles", "AbortUnfinishedUploads"]);
    assert_eq!(rules[1]["Filter"]["Prefix"], "temp/");
    assert_eq!(rules[1]["Expiration"]["Days"], 1);
    let abort = &rules[2]["AbortIncompleteMultipartUpload"];
    assert_eq!(abort["DaysAfterInitiation"], 1);
}

#[test]
fn media_are_in_a_bucket_of_moto_as_the_aws_cli_sees_them() {
    let server = Server::start("moto");
    media_are_there(&Bucket::of(&server));
}

#[test]
fn curl_uploads_to_moto_and_fetches() {
    let server = Server::start("moto");
    curl_needs_addresses_alone(&Bucket::of(&server));
}

#[test]
fn rules_in_moto_are_those_that_the_aws_cli_reads() {
    let server = Server::start("moto");
    rules_are_read_back(&Bucket::of(&server));
}

#[test]
fn the_aws_cli_does_not_tell_the_sandbox_from_a_bucket() {
    let sandbox = Sandbox::start(&[]);
    let bucket = Bucket::of_sandbox(&sandbox);
    media_are_there(&bucket);
    rules_are_read_back(&bucket);
    // Parts by the CLI's own hand, and an address that it has signed.
    let world = bucket.world();
    let home = world.path("");
    let film = film(20 * MEBIBYTE);
    world.write("theirs.mp4", &film);
    let name = bucket.name_of("theirs.mp4");
    bucket.aws(&home, &["s3", "cp", "theirs.mp4", &name]);
    let url = bucket.aws(&home, &["s3", "presign", &name]);
    let back = home.join("back.mp4");
    output(
        Command::new("curl")
            .arg("-sf")
            .arg("-o")
            .arg(&back)
            .arg(url.trim()),
    );
    assert!(fs::read(back).expect("a file") == film);
}

#[test]
fn curl_uploads_to_the_sandbox_and_fetches() {
    let sandbox = Sandbox::start(&[]);
    curl_needs_addresses_alone(&Bucket::of_sandbox(&sandbox));
}
