//! Who lives in the sandbox: two people on each platform, with credentials that anybody may know.

/// A Mastodon user with a token for everything that a poster needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MastodonAccount {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) token: &'static str,
}

/// A Bluesky user with an app password.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BlueskyAccount {
    pub(crate) did: &'static str,
    pub(crate) handle: &'static str,
    pub(crate) password: &'static str,
}

/// The first Mastodon user: the one who logs in where a browser would ask.
pub(crate) const MASTODON_ALICE: MastodonAccount = MastodonAccount {
    id: "110000000000000001",
    name: "alice",
    token: "sandbox-mastodon-token-of-alice",
};

/// The second Mastodon user.
pub(crate) const MASTODON_BOB: MastodonAccount = MastodonAccount {
    id: "110000000000000002",
    name: "bob",
    token: "sandbox-mastodon-token-of-bob",
};

/// A token of the first Mastodon user that may only read.
pub(crate) const MASTODON_READ_ONLY_TOKEN: &str = "sandbox-mastodon-token-to-read";

/// The first Bluesky user.
pub(crate) const BLUESKY_ALICE: BlueskyAccount = BlueskyAccount {
    did: "did:plc:alicesandboxaaaaaaaaaaaa",
    handle: "alice.sandbox.test",
    password: "alic-esan-dbox-pass",
};

/// The second Bluesky user.
pub(crate) const BLUESKY_BOB: BlueskyAccount = BlueskyAccount {
    did: "did:plc:bobsandboxaaaaaaaaaaaaaa",
    handle: "bob.sandbox.test",
    password: "bobs-sand-boxp-pass",
};

/// The Mastodon users.
pub(crate) const MASTODON_ACCOUNTS: [MastodonAccount; 2] = [MASTODON_ALICE, MASTODON_BOB];

/// The Bluesky users.
pub(crate) const BLUESKY_ACCOUNTS: [BlueskyAccount; 2] = [BLUESKY_ALICE, BLUESKY_BOB];
