//! The columns of the scenario suite: what differs between the platforms.

/// What differs between the columns of the table.
pub(crate) struct Column {
    pub(crate) platform: &'static str,
    /// The most pictures of one post.
    pub(crate) pictures_max: usize,
    /// What a text says to name somebody there.
    pub(crate) mention: &'static str,
    /// What the server is told of links, mentions and hashtags; the others find them by themselves.
    pub(crate) told: &'static [&'static str],
    /// How it refuses a post: the request and what it answers.
    pub(crate) refusal: &'static str,
    /// Secrets that are no log-in any more.
    pub(crate) dead: &'static [&'static str],
    /// What a lost answer to a publication that did not happen comes to.
    pub(crate) lost_before: Lost,
}

/// What a lost answer comes to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    /// It is seen that nothing happened, or a repeat is harmless: it is sent again.
    SentAgain,
    /// Nobody can know.
    InDoubt,
}

/// The columns, in the order of the platforms.
pub(crate) const COLUMNS: [Column; 6] = [
    Column {
        platform: "bluesky",
        pictures_max: 10,
        mention: "@bob.sandbox.test",
        told: &["link", "mention", "tag"],
        refusal: "POST /xrpc/com.atproto.repo.putRecord #1 status:400",
        dead: &["revoked"],
        lost_before: Lost::SentAgain,
    },
    Column {
        platform: "mastodon",
        pictures_max: 4,
        mention: "@bob",
        told: &[],
        refusal: "POST /api/v1/statuses #1 status:422",
        dead: &["revoked"],
        lost_before: Lost::SentAgain,
    },
    Column {
        platform: "tumblr",
        pictures_max: 30,
        mention: "@bob",
        told: &["link", "mention"],
        refusal: "POST /v2/blog/alice/posts #1 status:403",
        dead: &["revoked"],
        lost_before: Lost::SentAgain,
    },
    Column {
        platform: "threads",
        pictures_max: 20,
        mention: "@bob",
        told: &[],
        refusal: "POST /v1.0/me/threads #1 error:100",
        dead: &[
            "sandbox-threads-token-expired",
            "sandbox-threads-token-revoked",
        ],
        lost_before: Lost::SentAgain,
    },
    Column {
        platform: "instagram",
        pictures_max: 10,
        mention: "@bob",
        told: &[],
        refusal: "POST /v26.0/*/media #1 error:36003/2207009",
        dead: &[
            "sandbox-instagram-token-expired",
            "sandbox-instagram-token-revoked",
        ],
        lost_before: Lost::SentAgain,
    },
    Column {
        platform: "facebook",
        pictures_max: 10,
        mention: "@bob",
        told: &[],
        refusal: "POST /v26.0/*/feed #1 error:100",
        dead: &[
            "sandbox-facebook-token-expired",
            "sandbox-facebook-token-revoked",
        ],
        lost_before: Lost::InDoubt,
    },
];
