//! Servers that cannot prove who they are, or speak no TLS that is still good: nothing is sent to them.
//!
//! They are `openssl s_server`, with certificates of the test's own. Where there is no openssl, a test
//! says so, and fails in CI.

use std::fs;
use std::net::TcpListener;
use std::net::TcpStream;
use std::process::Command;

use serde_json::Value;

use crate::support::Running;
use crate::support::World;
use crate::support::eventually;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

/// Makes a CA and, signed by it, one certificate that is right, one that has expired, and one of
/// another host.
const MAKE: &str = r#"
set -e
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=tests -days 2
openssl req -newkey rsa:2048 -nodes -keyout key.pem -out request.pem -subj /CN=tests
sign() {
    echo "subjectAltName=$2" > extension
    openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days "$3" \
        -extfile extension -out "$1.pem"
}
sign right IP:127.0.0.1 1
sign expired IP:127.0.0.1 -1
sign other DNS:example.org 1
"#;

fn openssl_is_there() -> bool {
    let is_there = Command::new("openssl").arg("version").output().is_ok();
    #[expect(
        clippy::disallowed_methods,
        reason = "a test of the product's environment has one of its own"
    )]
    let must = std::env::var_os("CI").is_some();
    assert!(is_there || !must, "install openssl: this was not tested");
    #[expect(
        clippy::print_stderr,
        reason = "to whoever runs the tests, who would take silence for success"
    )]
    if !is_there {
        eprintln!("not tested: there is no openssl");
    }
    is_there
}

/// Starts a server on a free port, and returns its address.
#[track_caller]
fn serve(world: &World, certificate: &str, more: &[&str]) -> (Running, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address").to_string();
    drop(listener);
    let certificate = format!("{certificate}.pem");
    let always = [
        "s_server",
        "-accept",
        &address,
        "-cert",
        &certificate,
        "-key",
        "key.pem",
        "-www",
    ];
    let server = world.start_program("openssl", always.iter().chain(more));
    eventually("a server", || TcpStream::connect(&address).ok());
    (server, format!("https://{address}"))
}

/// Posts to a server with `certificate`, and returns the delivery.
#[track_caller]
fn post_to(scene: &mut Scene, certificate: &str, more: &[&str]) -> Value {
    let (_server, address) = serve(&scene.world, certificate, more);
    scene.world.set("HAYON_MASTODON_INSTANCE", &address);
    let post = ["post", "a secret", "--to", "mastodon", "--again", "--json"];
    let post = scene.world.hayon(post).any_code([1, 6]).json();
    delivery(&post, "mastodon").clone()
}

#[test]
fn a_server_that_cannot_prove_who_it_is_is_sent_nothing_and_the_post_is_parked() {
    if !openssl_is_there() {
        return;
    }
    let mut scene = Scene::new(&[]);
    let made = scene.world.start_program("sh", ["-c", MAKE]);
    let _ = made.wait().code(0);
    let message = |delivery: &Value| {
        let words = delivery["error"]["message"].as_str().unwrap_or_default();
        words.to_lowercase()
    };
    let untrusted = post_to(&mut scene, "right", &[]);
    // Where there is nothing to tell by, it says so, and by its name what helps.
    let none = scene.world.path("none.pem");
    fs::write(&none, "").expect("a file");
    scene
        .world
        .set("SSL_CERT_FILE", &none.display().to_string());
    let nobody = post_to(&mut scene, "right", &[]);
    assert!(message(&nobody).contains("ssl_cert_file"), "{nobody:#}");
    assert_eq!(nobody["state"], "parked", "{nobody:#}");
    let authorities = scene.world.path("ca.pem").display().to_string();
    scene.world.set("SSL_CERT_FILE", &authorities);
    let expired = post_to(&mut scene, "expired", &[]);
    let other = post_to(&mut scene, "other", &[]);
    for refused in [&untrusted, &expired, &other] {
        assert_eq!(refused["state"], "parked", "{refused:#}");
        assert_eq!(refused["reason"], "refused", "{refused:#}");
        assert!(message(refused).contains("certificate"), "{refused:#}");
    }
    // No older protocol is fallen back to, and that may pass.
    let old = ["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"];
    let old = post_to(&mut scene, "right", &old);
    assert_eq!(old["error"]["kind"], "unavailable", "{old:#}");
    assert_eq!(old["attempts"], 0, "{old:#}");
    // The certificates were the reason: where it is right, only what is said is not understood.
    let (_server, address) = serve(&scene.world, "right", &[]);
    scene.world.set("HAYON_MASTODON_INSTANCE", &address);
    let told = scene.world.hayon(["validate", "a", "--to", "mastodon"]);
    let told = told.code(0);
    assert!(told.stderr.contains("warning: "), "{told}");
    assert!(!told.stderr.contains("certificate"), "{told}");
    assert!(!told.stderr.contains("cannot connect"), "{told}");
}
