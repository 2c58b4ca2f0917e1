//! Tokens that end in mid-publish, on each platform: what was done stays done, and the rest goes on
//! with the new one; and renewals that are cut off, which lock nobody out.

use crate::columns::Column;
use crate::scenarios::on_each;
use crate::support::platforms::at_visible;
use crate::support::scene::Scene;

/// Where a session of Bluesky is renewed, and where it is opened.
const REFRESH: &str = "/xrpc/com.atproto.server.refreshSession";
const LOG_IN: &str = "/xrpc/com.atproto.server.createSession";

/// Where a token of Instagram or Threads is renewed.
const RENEW: &str = "/refresh_access_token";

impl Column {
    /// Returns a request that makes something nobody sees yet, of which a post with one picture needs
    /// one.
    fn hidden(&self) -> (&'static str, &'static str) {
        match self.platform {
            "bluesky" => ("POST", "/xrpc/com.atproto.repo.uploadBlob"),
            "mastodon" => ("POST", "/api/v2/media"),
            "tumblr" => ("POST", "/v2/blog/alice/posts"),
            "threads" => ("POST", "/v1.0/me/threads"),
            "instagram" => ("POST", "/v26.0/17841400000000001/media"),
            _ => ("POST", "/v26.0/61550000000000001/photos"),
        }
    }

    fn made(&self, scene: &Scene) -> usize {
        let (method, path) = self.hidden();
        scene.requests("received", method, path).len()
    }

    /// Gives the account another secret that is accepted.
    fn log_in_again(&self, scene: &mut Scene) {
        let (variable, _) = scene.sandbox.account(self.platform).secret_variable();
        let another = match self.platform {
            // The app password stays as it is.
            "bluesky" => return,
            // One of OAuth 2, whose requests are not signed.
            "tumblr" => "sandbox-tumblr-access-token-of-alice".to_owned(),
            platform => format!("sandbox-{platform}-token-another"),
        };
        if self.platform == "tumblr" {
            scene.world.unset("HAYON_TUMBLR_TOKEN_SECRET");
        }
        scene.world.set(&variable, &another);
    }
}

fn with_one_picture(scene: &Scene, column: &Column) -> Vec<String> {
    let words = ["post", "in mid-publish", "--to", column.platform].map(str::to_owned);
    let pictures = scene.world.pictures(1);
    words.into_iter().chain(pictures).collect()
}

/// Asserts that what a token's end has interrupted goes on after a log-in, with what was made before.
#[track_caller]
fn goes_on_after_a_log_in(column: &Column, faults: &[String]) {
    let faults: Vec<&str> = faults.iter().map(String::as_str).collect();
    let mut scene = Scene::with_bucket_and_faults(&faults);
    let _ = scene.world.hayon(with_one_picture(&scene, column)).code(5);
    let _ = column.assert_parked(&scene, "login_needed", 0);
    let made = column.made(&scene);
    column.log_in_again(&mut scene);
    let _ = scene
        .world
        .hayon(["retry", "--account", column.platform])
        .code(0);
    let once = ["daemon", "--once", "--wait", "60s"];
    let _ = scene.world.hayon(once).code(0);
    let _ = column.assert_delivered(&scene);
    assert_eq!(column.made(&scene), made, "nothing is made twice");
    assert_eq!(made, 1);
}

#[test]
fn a_token_that_is_revoked_in_mid_publish_waits_for_a_log_in_and_goes_on_from_there() {
    on_each(|column| {
        let mut faults = vec![at_visible(column.platform, "token:revoked")];
        if column.platform == "bluesky" {
            // With the app password goes what was opened by it.
            faults.push(format!("bluesky POST {REFRESH} #1 token:revoked"));
            faults.push(format!("bluesky POST {LOG_IN} #2 status:401"));
        }
        goes_on_after_a_log_in(column, &faults);
    });
}

#[test]
fn a_token_that_ends_in_mid_publish_is_renewed_where_that_can_be_and_else_waits() {
    on_each(|column| {
        let ended = at_visible(column.platform, "token:expired");
        if column.platform != "bluesky" {
            return goes_on_after_a_log_in(column, &[ended]);
        }
        let scene = Scene::with_bucket_and_faults(&[&ended]);
        let _ = scene.world.hayon(with_one_picture(&scene, column)).code(0);
        let _ = column.assert_delivered(&scene);
        assert_eq!(scene.requests("received", "POST", REFRESH).len(), 1);
        assert_eq!(scene.requests("received", "POST", LOG_IN).len(), 1);
        assert_eq!(column.made(&scene), 1);
    });
}

#[test]
fn a_token_that_somebody_else_renews_in_mid_publish_is_taken_over() {
    on_each(|column| {
        let renewed_by = match column.platform {
            "bluesky" => ("POST", REFRESH),
            "threads" | "instagram" => ("GET", RENEW),
            // Their tokens have no end, and only a person makes new ones.
            _ => return,
        };
        let (method, path) = column.hidden();
        let slow = format!("{} {method} {path} #1 slow:3s", column.platform);
        let ended = at_visible(column.platform, "token:expired");
        let scene = Scene::with_bucket_and_faults(&[&slow, &ended]);
        let post = scene.world.start(with_one_picture(&scene, column));
        scene.wait_for("received", method, path, 1);
        // It sees nothing of the renewal until that is over.
        post.stop();
        let refresh = ["account", "refresh", column.platform];
        let _ = scene.world.hayon(refresh).code(0);
        post.go_on();
        let _ = post.wait().code(0);
        let _ = column.assert_delivered(&scene);
        let (method, path) = renewed_by;
        assert_eq!(scene.requests("received", method, path).len(), 1);
    });
}

/// Kills `hayon account refresh` while the answer to its request is lost.
#[track_caller]
fn killed_in_a_renewal(platform: &str, method: &str, path: &str, deed: &str) -> Scene {
    let lost = format!("{platform} {method} {path} #1 {deed}");
    let scene = Scene::with_bucket_and_faults(&[&lost]);
    let words = |text| {
        let words = ["post", text, "--to", platform].map(str::to_owned);
        let least = scene.world.least_pictures(platform);
        words.into_iter().chain(least).collect::<Vec<_>>()
    };
    let _ = scene.world.hayon(words("before")).code(0);
    let refresh = scene.world.start(["account", "refresh", platform]);
    let event = if deed == "hang" { "received" } else { "acted" };
    scene.wait_for(event, method, path, 1);
    let _ = refresh.kill().killed();
    let _ = scene.world.hayon(words("after")).code(0);
    assert_eq!(scene.public(platform).len(), 2);
    let _ = scene.world.hayon(["account", "check", platform]).code(0);
    scene
}

#[test]
fn a_renewal_that_is_killed_before_or_after_the_server_acted_locks_nobody_out() {
    on_each(|column| {
        for deed in ["hang", "act-and-hang"] {
            match column.platform {
                "bluesky" => {
                    let scene = killed_in_a_renewal("bluesky", "POST", REFRESH, deed);
                    let opened = scene.requests("received", "POST", LOG_IN).len();
                    assert_eq!(opened, 1, "the session before goes on");
                }
                platform @ ("threads" | "instagram") => {
                    let scene = killed_in_a_renewal(platform, "GET", RENEW, deed);
                    // Whoever was killed holds the lock no more.
                    let refresh = ["account", "refresh", platform];
                    let _ = scene.world.hayon(refresh).code(0);
                }
                _ => {}
            }
        }
    });
}
