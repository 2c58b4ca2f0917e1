//! The six platforms, for tests that hold for all of them.

use crate::support::World;
use crate::support::scene::Scene;

/// Every platform; the sandbox has an account on each that is named like it.
pub(crate) const PLATFORMS: [&str; 6] = [
    "bluesky",
    "mastodon",
    "tumblr",
    "threads",
    "instagram",
    "facebook",
];

/// Returns the method and the path of the first request that makes a post public on `platform`.
#[track_caller]
pub(crate) fn visible(platform: &str) -> (&'static str, &'static str) {
    match platform {
        "bluesky" => ("POST", "/xrpc/com.atproto.repo.putRecord"),
        "mastodon" => ("POST", "/api/v1/statuses"),
        // The draft that is created first.
        "tumblr" => ("PUT", "/v2/blog/alice/posts/790123456789016576"),
        "threads" => ("POST", "/v1.0/me/threads_publish"),
        "instagram" => ("POST", "/v26.0/17841400000000001/media_publish"),
        "facebook" => ("POST", "/v26.0/61550000000000001/feed"),
        other => panic!("no platform `{other}`"),
    }
}

/// Returns a fault that strikes the first request that makes a post public on `platform`.
#[track_caller]
pub(crate) fn at_visible(platform: &str, deed: &str) -> String {
    let (method, path) = visible(platform);
    format!("{platform} {method} {path} #1 {deed}")
}

impl Scene {
    /// Returns a scene whose machine keeps its media in the sandbox's bucket, where Meta can fetch
    /// them.
    #[track_caller]
    pub(crate) fn with_bucket(arguments: &[&str]) -> Self {
        let mut scene = Self::new(arguments);
        scene.world.keep_media_in(&scene.sandbox);
        scene
    }

    /// Does the same, and `faults` strike.
    #[track_caller]
    pub(crate) fn with_bucket_and_faults(faults: &[&str]) -> Self {
        let arguments: Vec<&str> = faults.iter().flat_map(|it| ["--fault", it]).collect();
        Self::with_bucket(&arguments)
    }

    /// Returns how many requests that make a post public on `platform` were received.
    #[track_caller]
    pub(crate) fn sent(&self, platform: &str) -> usize {
        let (method, path) = visible(platform);
        self.requests("received", method, path).len()
    }
}

impl World {
    /// Returns the options for `count` different pictures that every platform takes as they are.
    pub(crate) fn pictures(&self, count: usize) -> Vec<String> {
        let options = (1..=count).map(|at| {
            let picture = self.picture(&format!("{at}.png"), 360, 270);
            ["--media".to_owned(), picture.display().to_string()]
                .into_iter()
                .chain(["--alt".to_owned(), format!("picture {at}")])
        });
        options.flatten().collect()
    }

    /// Returns the options for the pictures without which `platform` takes no post.
    pub(crate) fn least_pictures(&self, platform: &str) -> Vec<String> {
        self.pictures(usize::from(platform == "instagram"))
    }
}
