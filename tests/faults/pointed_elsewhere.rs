//! An account of the configuration that is pointed elsewhere while something of it is under way:
//! what was left at the old place is neither used nor looked for at the new one.

use serde_json::Value;

use crate::support::scene::Scene;
use crate::support::scene::delivery;

const STATUSES: &str = "/api/v1/statuses";
const ONCE: [&str; 4] = ["daemon", "--once", "--wait", "30s"];

/// Lets the first scene's accounts be those of the second, with the first one's outbox.
fn point_elsewhere(scene: &mut Scene, there: &Scene) {
    let instance = &there.sandbox.address;
    scene.world.set("HAYON_MASTODON_INSTANCE", instance);
    scene.world.set("HAYON_BLUESKY_SERVICE", instance);
}

#[test]
fn what_may_be_public_on_one_instance_is_not_sent_to_another() {
    let lost = format!("mastodon POST {STATUSES} #1 act-and-hang-up");
    let (mut scene, there) = (Scene::with_faults(&[&lost]), Scene::new(&[]));
    let post = ["post", "moved", "--to", "mastodon"];
    let _ = scene.world.hayon(post).code(6);
    let old = scene.sandbox.address.clone();
    point_elsewhere(&mut scene, &there);
    let _ = scene.world.hayon(ONCE).code(7);
    let shown = scene.world.show(1);
    let of_account = delivery(&shown, "mastodon");
    assert_eq!(of_account["reason"], "in_doubt", "{shown:#}");
    let words = of_account["error"]["message"].as_str().expect("words");
    assert!(words.contains(&old), "{words}");
    assert!(there.public("mastodon").is_empty());
    // Pointed back, it is found.
    scene.world.set("HAYON_MASTODON_INSTANCE", &old);
    let _ = scene.world.hayon(["retry", "1"]).code(0);
    let _ = scene.world.hayon(ONCE).code(0);
    assert_eq!(scene.world.show(1)["status"], "COMPLETED");
    assert_eq!(scene.public("mastodon").len(), 1);
}

#[test]
fn pictures_that_were_uploaded_to_one_instance_are_uploaded_anew_to_another() {
    let busy = format!("mastodon POST {STATUSES} #1 status:429 Retry-After: 1");
    let (mut scene, there) = (Scene::with_faults(&[&busy]), Scene::new(&[]));
    let picture = scene.world.picture("one.png", 20, 10).display().to_string();
    let post = [
        "post", "moved", "--to", "mastodon", "--media", &picture, "--alt", "one",
    ];
    let _ = scene.world.hayon(post).code(6);
    point_elsewhere(&mut scene, &there);
    let _ = scene.world.hayon(ONCE).code(0);
    assert_eq!(
        there.requests("received", "POST", "/api/v2/media").len(),
        1,
        "an id of the old instance may be another picture there"
    );
    let public = there.public("mastodon");
    assert_eq!(public.len(), 1);
    assert_eq!(public[0]["media"].as_array().map(Vec::len), Some(1));
    assert!(scene.public("mastodon").is_empty());
}

#[test]
fn what_was_made_for_one_platform_is_not_sent_to_another() {
    let mut scene = Scene::new(&[]);
    let queue = ["post", "for mastodon", "--to", "mastodon", "--queue"];
    let _ = scene.world.hayon(queue).code(0);
    let bluesky = scene.sandbox.accounts.iter();
    let bluesky = bluesky.clone().find(|it| it.platform == "bluesky");
    let (_, password) = bluesky.expect("an account").secret_variable();
    let address = scene.sandbox.address.clone();
    let config = format!(
        "[accounts.mastodon]\nplatform = \"bluesky\"\nhandle = \"alice.sandbox.test\"\nservice = \"{address}\"\n"
    );
    let config = scene.world.write("other.toml", config);
    let config = config.display().to_string();
    scene.world.set("HAYON_CONFIG", &config);
    for account in &scene.sandbox.accounts {
        for (variable, _) in account.secret_variables() {
            scene.world.unset(&variable);
        }
    }
    scene.world.set("HAYON_MASTODON_PASSWORD", &password);
    let _ = scene.world.hayon(ONCE).code(1);
    let shown: Value = scene.world.show(1);
    let of_account = delivery(&shown, "mastodon");
    assert_eq!(of_account["reason"], "refused", "{shown:#}");
    assert_eq!(
        of_account["error"]["message"],
        "it was made for mastodon, and the account is now on bluesky",
        "{shown:#}"
    );
    assert!(scene.public("bluesky").is_empty());
}
