//! The roads of the matrix: what is posted where, and the requests that a delivery makes on its way.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use serde_json::Value;

use crate::case::Case;
use crate::pool::each;
use crate::support::Running;
use crate::support::World;

pub(crate) const TEXT: &str = "Größe 🌍 exactly once, see https://example.com/a and #rust";

pub(crate) const ALTS: [&str; 2] = ["the first — größer", "the second"];

/// What is posted where: one way through a publisher.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Road {
    pub(crate) platform: &'static str,
    /// The Mastodon that the sandbox imitates.
    pub(crate) version: &'static str,
    pub(crate) pictures: usize,
}

/// Every road that the matrix knows.
const ROADS: [Road; 16] = [
    road("bluesky", 0),
    road("bluesky", 2),
    road("mastodon", 0),
    road("mastodon", 2),
    mastodon_4_6(0),
    mastodon_4_6(2),
    road("tumblr", 0),
    road("tumblr", 2),
    road("threads", 0),
    road("threads", 1),
    road("threads", 2),
    road("instagram", 1),
    road("instagram", 2),
    road("facebook", 0),
    road("facebook", 1),
    road("facebook", 2),
];

/// Every road with the requests of a delivery on it in which nothing goes wrong.
static REQUESTS: LazyLock<Vec<(Road, Vec<Request>)>> = LazyLock::new(|| {
    let mut found = each(&ROADS, |road| road.ask());
    found.sort_by_key(|(at, _)| *at);
    let requests = found.into_iter().map(|(_, requests)| requests);
    ROADS.into_iter().zip(requests).collect()
});

const fn road(platform: &'static str, pictures: usize) -> Road {
    Road {
        platform,
        version: "4.5",
        pictures,
    }
}

const fn mastodon_4_6(pictures: usize) -> Road {
    Road {
        platform: "mastodon",
        version: "4.6",
        pictures,
    }
}

/// A request of a delivery: the same in every delivery on the same road, whatever runs beside it.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Which one of those with this method and path, from 1 on.
    turn: usize,
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} #{}", self.method, self.path, self.turn)
    }
}

impl fmt::Display for Road {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            platform,
            version,
            pictures,
        } = self;
        write!(f, "{platform} ")?;
        if *platform == "mastodon" {
            write!(f, "({version}) ")?;
        }
        write!(f, "with {pictures} pictures")
    }
}

impl Road {
    /// Returns every road with its requests.
    pub(crate) fn all() -> &'static [(Self, Vec<Request>)] {
        &REQUESTS
    }

    /// Returns a road to each platform without pictures and with two, or the fewest that it takes.
    pub(crate) fn plain() -> Vec<Self> {
        let is_plain = |road: &Self| {
            let least = usize::from(road.platform == "instagram");
            road.version == "4.5" && [least, 2].contains(&road.pictures)
        };
        ROADS.into_iter().filter(is_plain).collect()
    }

    /// Makes a delivery in which nothing goes wrong, and returns the requests that it made.
    #[track_caller]
    fn ask(self) -> Vec<Request> {
        let case = Case {
            road: self,
            strikes: Vec::new(),
        };
        let scene = case.scene();
        let _ = self.post(&scene.world).wait().code(0);
        case.assert_ended(&scene);
        let log = scene.sandbox.log();
        let received = log
            .iter()
            .filter(|line| line["event"] == "received" && line["platform"] == self.platform);
        let word = |line: &Value, field: &str| line[field].as_str().unwrap_or("?").to_owned();
        let mut turns = BTreeMap::new();
        let requests = received.map(|line| {
            let (method, path) = (word(line, "method"), word(line, "path"));
            let turn = turns.entry(format!("{method} {path}")).or_insert(0);
            *turn += 1;
            Request {
                method,
                path,
                turn: *turn,
            }
        });
        requests.collect()
    }

    /// Whether Meta fetches the pictures from an address.
    pub(crate) fn needs_bucket(self) -> bool {
        self.pictures > 0 && ["threads", "instagram"].contains(&self.platform)
    }

    /// Starts `hayon post`, patiently.
    pub(crate) fn post(self, world: &World) -> Running {
        world.start(self.words(world))
    }

    /// Returns the words of `hayon post`, patient.
    pub(crate) fn words(self, world: &World) -> Vec<String> {
        let mut arguments = ["post", TEXT, "--lang", "de", "--to", self.platform]
            .map(str::to_owned)
            .to_vec();
        for (at, alt) in (1..).zip(ALTS).take(self.pictures) {
            let width = width_of(at);
            let picture = world.picture(&format!("{at}.png"), width, width * 3 / 4);
            arguments.extend(["--media".to_owned(), picture.display().to_string()]);
            arguments.extend(["--alt".to_owned(), alt.to_owned()]);
        }
        // Nobody outside of this machine is asked; `cards` is about pages.
        arguments.extend(["--no-card", "--wait", "90s", "--json"].map(str::to_owned));
        arguments
    }
}

/// Returns how wide the picture at `position` is, from 1 on: wide enough for every platform to take
/// it as it is.
pub(crate) const fn width_of(position: u32) -> u32 {
    320 + 40 * position
}
