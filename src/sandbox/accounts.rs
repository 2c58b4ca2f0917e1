//! Who lives in the sandbox: two people on each platform, with credentials that anybody may know.

/// A Mastodon user with a token for everything that a poster needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MastodonAccount {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) token: &'static str,
}

/// A blog on Tumblr, with what its owner's requests are signed with, and an access token of OAuth 2.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TumblrBlog {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) token: &'static str,
    pub(crate) token_secret: &'static str,
    pub(crate) access_token: &'static str,
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

/// The first blog on Tumblr.
pub(crate) const TUMBLR_ALICE: TumblrBlog = TumblrBlog {
    id: "t:AliceSandboxAliceSandbox",
    name: "alice",
    token: "sandbox-tumblr-token-of-alice",
    token_secret: "sandbox-tumblr-token-secret-of-alice",
    access_token: "sandbox-tumblr-access-token-of-alice",
};

/// The second blog on Tumblr.
pub(crate) const TUMBLR_BOB: TumblrBlog = TumblrBlog {
    id: "t:BobSandboxBobSandboxBob",
    name: "bob",
    token: "sandbox-tumblr-token-of-bob",
    token_secret: "sandbox-tumblr-token-secret-of-bob",
    access_token: "sandbox-tumblr-access-token-of-bob",
};

/// The consumer key of the application that is registered with Tumblr.
pub(crate) const TUMBLR_CLIENT_ID: &str = "sandbox-tumblr-consumer-key";

/// Its consumer secret.
pub(crate) const TUMBLR_CLIENT_SECRET: &str = "sandbox-tumblr-consumer-secret";

/// The blogs on Tumblr.
pub(crate) const TUMBLR_BLOGS: [TumblrBlog; 2] = [TUMBLR_ALICE, TUMBLR_BOB];

/// The Mastodon users.
pub(crate) const MASTODON_ACCOUNTS: [MastodonAccount; 2] = [MASTODON_ALICE, MASTODON_BOB];

/// The Bluesky users.
pub(crate) const BLUESKY_ACCOUNTS: [BlueskyAccount; 2] = [BLUESKY_ALICE, BLUESKY_BOB];
