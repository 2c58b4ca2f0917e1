//! How a delivery must end, by what was struck and how: the one table of what nobody can know.
//!
//! The README's "What hayon promises" has a row for each doubt here. A doubt that is not in this
//! table fails the matrix, and so does an ending that is better than the table says.

use crate::case::Blow;

/// How a delivery ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ending {
    /// Public exactly once, and the outbox names it with its address.
    Public,
    /// The same without the address, which was asked for only after the post was public, once.
    PublicWithoutAddress,
    /// Not public, and parked in doubt: nobody can know that it is not.
    InDoubt,
}

/// A platform, a request (method, and what its path contains), the blows, and the ending.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static [Blow],
    Ending,
);

/// Everything that does not end as public with its address.
const TABLE: [Row; 3] = [
    // A Page lists only some of its posts, and a text leaves nothing to ask for: that it is not to
    // be seen proves nothing.
    (
        "facebook",
        "POST",
        "/feed",
        &[Blow::KilledBefore, Blow::LostBefore],
        Ending::InDoubt,
    ),
    (
        "threads",
        "GET",
        POST_OF_THREADS,
        &UNANSWERED,
        Ending::PublicWithoutAddress,
    ),
    (
        "instagram",
        "GET",
        POST_OF_INSTAGRAM,
        &UNANSWERED,
        Ending::PublicWithoutAddress,
    ),
];

/// How the ids of posts begin in the sandbox; those of containers begin otherwise.
const POST_OF_THREADS: &str = "/v1.0/243";
const POST_OF_INSTAGRAM: &str = "/v26.0/1805";

/// Where the address does not come: a read whose connection ends without an answer is asked again.
const UNANSWERED: [Blow; 3] = [Blow::KilledBefore, Blow::KilledAfter, Blow::Cut];

/// Returns how a delivery ends whose request `method` `path` met `blow`.
pub(crate) fn ending(platform: &str, blow: Blow, method: &str, path: &str) -> Ending {
    let fits = |row: &&Row| {
        row.0 == platform && row.1 == method && path.contains(row.2) && row.3.contains(&blow)
    };
    let row = TABLE.iter().find(fits);
    row.map_or(Ending::Public, |row| row.4)
}

/// Whether a delivery to `platform` may end so, whatever it is that was struck.
pub(crate) fn may_end(platform: &str, ending: Ending) -> bool {
    let mut of_platform = TABLE.iter().filter(|row| row.0 == platform);
    of_platform.any(|row| row.4 == ending)
}

/// Whether this request makes a post public.
pub(crate) fn is_visible(platform: &str, method: &str, path: &str) -> bool {
    let (its_method, its_path) = match platform {
        "bluesky" => ("POST", "/xrpc/com.atproto.repo.putRecord"),
        "mastodon" => ("POST", "/api/v1/statuses"),
        "tumblr" => ("PUT", "/v2/blog/alice/posts/"),
        "threads" => ("POST", "/threads_publish"),
        "instagram" => ("POST", "/media_publish"),
        "facebook" => ("POST", "/feed"),
        _ => return false,
    };
    method == its_method && path.contains(its_path)
}
