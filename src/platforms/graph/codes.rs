//! What Meta's error codes mean: one table.
//!
//! developers.facebook.com, Graph error handling, Instagram error codes and Threads troubleshooting;
//! rows marked with a repository were met by its users. All read 2026-11-23. The HTTP status is
//! unreliable: limits come as 400, and Threads tells of wrong parameters with 500.

use std::time::Duration;

/// What an error means, whichever request it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// It passes by itself.
    Passing,
    /// Nobody knows what became of the request: it was answered so, and had done its work.
    Unknown,
    /// A limit that is over after this long, unless the answer says better.
    Limit(Duration),
    /// Blocked for a while: this long at least, whatever else the answer says.
    Blocked(Duration),
    /// Wrong for good.
    Refused,
    /// The token, or what it may do.
    LoginNeeded,
    /// What was made before is not ready yet.
    NotReady,
    /// What was made before has expired, or cannot be found.
    Gone,
    /// The post looks like one that is there.
    Duplicate,
}

const HOUR: Duration = Duration::from_hours(1);

/// The subcode of a post that Meta took for spam.
pub(crate) const TAKEN_FOR_SPAM: i64 = 2_207_051;

/// How long to wait after Meta took a post for spam: hours, says who was blocked.
pub(crate) const SPAM_PAUSE: Duration = Duration::from_hours(6);

/// A code, its subcode if it matters, and the meaning. The first row that fits counts.
const CODES: [(i64, Option<i64>, Meaning); 42] = [
    // Unknown, service down, or too busy: HTTP 500 with code 2 has come with the post public
    // (arsduo/koala#699).
    (1, Some(2_207_057), Meaning::Refused),
    (1, None, Meaning::Unknown),
    (2, None, Meaning::Unknown),
    (-1, None, Meaning::Unknown),
    (-2, Some(2_207_003), Meaning::Passing),
    (-2, Some(2_207_020), Meaning::Gone),
    (24, Some(2_207_008), Meaning::Gone),
    (24, Some(2_207_006), Meaning::Gone),
    // Right after the container was made, and even after it said that it was finished
    // (gitroomhq/postiz-app#2047).
    (24, Some(4_279_009), Meaning::Gone),
    (9007, None, Meaning::NotReady),
    // Meta cannot fetch the picture: it passes at times (gitroomhq/postiz-app#1900).
    (9004, None, Meaning::Passing),
    (352, None, Meaning::Refused),
    (36_000, None, Meaning::Refused),
    (36_001, None, Meaning::Refused),
    (36_003, None, Meaning::Refused),
    (36_004, None, Meaning::Refused),
    // Taken for spam; met although the post went out.
    (4, Some(TAKEN_FOR_SPAM), Meaning::Blocked(SPAM_PAUSE)),
    (4, None, Meaning::Limit(HOUR)),
    (17, None, Meaning::Limit(HOUR)),
    (32, None, Meaning::Limit(HOUR)),
    (341, None, Meaning::Limit(HOUR)),
    (613, None, Meaning::Limit(HOUR)),
    (80_001, None, Meaning::Limit(HOUR)),
    (80_002, None, Meaning::Limit(HOUR)),
    (80_007, None, Meaning::Limit(HOUR)),
    // The day's posts are used up.
    (9, Some(2_207_042), Meaning::Limit(HOUR)),
    // Against the rules, or blocked for something that was (gitroomhq/postiz-app).
    (368, Some(1_346_003), Meaning::Refused),
    (368, Some(1_404_102), Meaning::Refused),
    (368, Some(1_404_006), Meaning::Refused),
    (368, Some(1_404_112), Meaning::Refused),
    (368, None, Meaning::Blocked(HOUR)),
    (25, Some(2_207_050), Meaning::Refused),
    (506, None, Meaning::Duplicate),
    // A parameter of an app that lacks a permission.
    (100, Some(10), Meaning::LoginNeeded),
    (100, None, Meaning::Refused),
    (3, None, Meaning::LoginNeeded),
    (10, None, Meaning::LoginNeeded),
    (102, None, Meaning::LoginNeeded),
    (190, None, Meaning::LoginNeeded),
    (452, None, Meaning::LoginNeeded),
    (197, None, Meaning::Refused),
    // The version of the API is gone.
    (2635, None, Meaning::Refused),
];

/// What means the same wherever it stands: Meta's own pages give some of these as a code, and its
/// answers have them as the subcode of several.
const NUMBERS: [(i64, Meaning); 12] = [
    (2_207_042, Meaning::Limit(HOUR)),
    (4_279_009, Meaning::Gone),
    (4_279_013, Meaning::Refused),
    (4_279_019, Meaning::LoginNeeded),
    (1_366_051, Meaning::Duplicate),
    (1_404_078, Meaning::LoginNeeded),
    (4_854_002, Meaning::LoginNeeded),
    (1_609_005, Meaning::Refused),
    (1_609_008, Meaning::Refused),
    (2_061_006, Meaning::Refused),
    (1_363_047, Meaning::Passing),
    (1_609_010, Meaning::Passing),
];

/// The subcodes that a container's status names when it failed, and that pass: the picture could not
/// be fetched or read in time, or the service failed.
const PASSING_FAILURES: [i64; 8] = [
    2_207_001, 2_207_003, 2_207_032, 2_207_052, 2_207_053, 2_207_076, 2_207_077, 2_207_082,
];

/// Returns what `code` with `subcode` means; `None` if the tables do not have it.
pub(crate) fn meaning(code: i64, subcode: Option<i64>) -> Option<Meaning> {
    let number = |number: i64| NUMBERS.iter().find(|row| row.0 == number).map(|row| row.1);
    subcode
        .and_then(number)
        .or_else(|| number(code))
        .or_else(|| {
            // A permission is missing.
            if (200..=299).contains(&code) {
                return Some(Meaning::LoginNeeded);
            }
            let mut rows = CODES.iter();
            let fits = |row: &&(i64, Option<i64>, Meaning)| {
                row.0 == code && (row.1.is_none() || row.1 == subcode)
            };
            rows.find(fits).map(|row| row.2)
        })
}

/// Whether the failure of a container, as its status names it, passes by itself.
pub(crate) fn is_passing_failure(subcode: i64) -> bool {
    PASSING_FAILURES.contains(&subcode)
}

/// How long to wait for what is not ready.
pub(crate) const NOT_READY_PAUSE: Duration = Duration::from_secs(10);
