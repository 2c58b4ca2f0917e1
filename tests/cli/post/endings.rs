//! How a post ends that is not published everywhere: exit codes, and what to do next.

use serde_json::json;

use crate::fields;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

#[test]
fn a_missing_credential_is_told_before_anything_is_stored() {
    let scene = Scene::new(&[]);
    let mut world = scene.another_machine();
    world.unset("HAYON_MASTODON_TOKEN");
    let refused = world.hayon(["post", "Hello"]).code(5);
    let credentials = world.path("state/hayon/credentials.toml");
    let _ = refused.complains(&format!(
        "error: account `mastodon` has no access token\n\
         hint: set `HAYON_MASTODON_TOKEN`, log in with `hayon account add --name mastodon`, or \
         write `token = \"…\"` below `[mastodon]` in `{}` (mode 0600)\n\
         hint: nothing was sent or stored\n",
        credentials.display()
    ));
    let error = world
        .hayon(["post", "Hello", "--json"])
        .code(5)
        .error_json();
    assert_eq!(error["error"]["kind"], "login_needed");
    world.has_stored_nothing();
    assert!(scene.public("bluesky").is_empty());
    // To be sent by a machine that has it.
    let _ = world.hayon(["post", "--queue", "Hello"]).code(0);
}

#[test]
fn what_one_platform_refuses_leaves_the_others_published() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #* status:422"]);
    let said = scene
        .world
        .hayon(["post", "Hello", "--json"])
        .code(4)
        .quiet();
    let post = said.json();
    assert_eq!(post["status"], "PARTIAL_SUCCESS");
    assert_eq!(delivery(&post, "bluesky")["state"], "delivered");
    let refused = delivery(&post, "mastodon");
    assert_eq!(refused["state"], "parked");
    assert_eq!(refused["reason"], "refused");
    assert_eq!(fields(&refused["error"]), ["hints", "kind", "message"]);
    assert_eq!(
        refused["error"]["hints"],
        json!(["`hayon retry 1 --account mastodon` tries again"])
    );
    let _ = scene.world.hayon(["show", "1"]).code(0).shows([
        "post 1 is published in part\n",
        "mastodon  mastodon  parked (refused)",
        "    hint: `hayon retry 1 --account mastodon` tries again\n",
    ]);
}

#[test]
fn a_post_that_could_not_go_out_yet_stays_queued_and_says_what_sends_it() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1+ status:503"]);
    let arguments = ["post", "Hello", "--to", "mastodon"];
    let said = scene.world.hayon(arguments).code(6);
    let said =
        said.mentions(["hint: `hayon daemon` tries again, or `hayon daemon --once --wait 5m`"]);
    let _ = said.shows(["post 1 is not published yet\n", "queued  again at "]);
}

#[test]
fn a_dead_token_parks_the_delivery_and_says_how_to_go_on() {
    let scene = Scene::new(&[]);
    let mut world = scene.another_machine();
    world.set("HAYON_MASTODON_TOKEN", "revoked");
    let said = world.hayon(["post", "Hello", "--to", "mastodon"]);
    let _ = said.code(5).quiet().shows([
        "post 1 is not published\n",
        "parked (login needed)",
        "renew the credential of `mastodon` (`hayon account add --name mastodon`), then: `hayon retry 1 --account mastodon` tries again",
    ]);
    world.set(
        "HAYON_MASTODON_TOKEN",
        &scene.sandbox.account("mastodon").secret,
    );
    let _ = world.hayon(["retry", "1"]).code(0);
    let _ = world.hayon(["daemon", "--once"]).code(0);
    assert_eq!(scene.public("mastodon").len(), 1);
}
