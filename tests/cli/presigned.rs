//! Addresses at which another program uploads: for a browser, a phone, a script.

use serde_json::Value;

use crate::fields;
use crate::media::is_of_a_new_png;
use crate::media::keys;
use crate::media::scene;
use crate::support::http;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

/// Returns an address for `name` in its usual words, and the headers that go with it.
fn presigned(scene: &Scene, name: &str) -> (Value, Vec<(String, String)>) {
    let arguments = ["media", "presign", name, "--json"];
    let presigned = scene.world.hayon(arguments).code(0).quiet().json();
    let headers = presigned["headers"].as_object().expect("headers").iter();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let headers = headers.map(|(name, value)| (name.clone(), text(value)));
    let headers = headers.collect();
    (presigned, headers)
}

#[test]
fn another_program_uploads_to_a_presigned_address() {
    let scene = scene();
    let (presigned, headers) = presigned(&scene, "../My Cat.PNG");
    let expected = ["expiresAt", "headers", "key", "s3Url", "uploadUrl"];
    assert_eq!(fields(&presigned), expected);
    let key = presigned["key"].as_str().unwrap();
    assert!(is_of_a_new_png(key), "{key}");
    assert!(!key.contains("Cat"), "{key}");
    assert_eq!(presigned["s3Url"], format!("s3://hayon-sandbox/{key}"));
    assert_eq!(presigned["headers"]["content-type"], "image/png");
    let url = presigned["uploadUrl"].as_str().unwrap();
    assert_eq!(http::put(url, &headers, b"png").status, 200);
    assert_eq!(keys(&scene.world, "temp/"), [key]);
    let address = scene.world.hayon(["media", "url", key, "--json"]);
    let address = address.code(0).quiet().json();
    assert_eq!(fields(&address), ["expires_at", "key", "url"]);
    let fetched = http::get_url(address["url"].as_str().unwrap());
    assert_eq!((fetched.status, fetched.body.as_str()), (200, "png"));
    let unknown = scene.world.hayon(["media", "presign", "cat"]).code(2);
    let _ = unknown.mentions(["error: `cat` does not say what the file is\n", "`--type`"]);
}

/// Threads fetches the picture, and takes it for what the bucket says that it is.
#[test]
fn a_picture_that_was_announced_as_another_kind_is_posted_as_what_it_is() {
    let scene = scene();
    let (presigned, headers) = presigned(&scene, "cat.jpg");
    scene.world.picture("cat.png", 8, 8);
    let png = std::fs::read(scene.world.path("cat.png")).unwrap();
    let url = presigned["uploadUrl"].as_str().unwrap();
    assert_eq!(http::put(url, &headers, &png).status, 200);
    let key = presigned["key"].as_str().unwrap();
    let arguments = [
        "post", "a cat", "--to", "threads", "--json", "--media", key, "--alt", "A",
    ];
    let post = scene.world.hayon(arguments).code(0).json();
    assert_eq!(delivery(&post, "threads")["attempts"], 1, "{post:#}");
    let kept = post["media"][0]["key"].as_str().unwrap();
    assert!(kept.starts_with("posts/"), "{kept}");
    assert_eq!(kept.rsplit_once('.').unwrap().1, "png");
    assert_eq!(keys(&scene.world, "temp/"), [""; 0]);
}
