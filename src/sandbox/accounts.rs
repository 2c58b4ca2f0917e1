//! Who lives in the sandbox: two people on each platform, and an application that is registered with
//! each of those where a person has to register one, all with credentials that anybody may know.

/// A Mastodon user with a token for everything that a poster needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MastodonAccount {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) token: &'static str,
}

/// An application that is registered with Meta or Tumblr, to log in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct App {
    pub(crate) id: &'static str,
    pub(crate) secret: &'static str,
}

/// The redirect address that is registered for every application. Nothing needs to listen there: who
/// is sent to it copies it out of the browser.
pub(crate) const REDIRECT_URL: &str = "https://localhost/";

/// The application at Instagram.
pub(crate) const INSTAGRAM_APP: App = App {
    id: "9100000000000003",
    secret: "sandbox-instagram-app-secret",
};

/// The application at Threads, whose id is not that of the one at Facebook.
pub(crate) const THREADS_APP: App = App {
    id: "9100000000000005",
    secret: "sandbox-threads-app-secret",
};

/// The application at Facebook; everything built-in was posted with it.
pub(crate) const FACEBOOK_APP: App = App {
    id: "9100000000000001",
    secret: "sandbox-facebook-app-secret",
};

/// A blog on Tumblr, with what its owner's requests are signed with, and an access token of OAuth 2.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TumblrBlog {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// The person who writes it, by the name of their first blog.
    pub(crate) owner: &'static str,
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

/// An account that is reached by Meta's Graph API, with a token that may publish and delete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GraphAccount {
    /// Above 2^53: whoever reads it as a floating-point number gets another one.
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) token: &'static str,
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

/// Another token of the first Mastodon user, for when one has ended.
pub(crate) const MASTODON_ANOTHER_TOKEN: &str = "sandbox-mastodon-token-another";

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
    owner: "alice",
    token: "sandbox-tumblr-token-of-alice",
    token_secret: "sandbox-tumblr-token-secret-of-alice",
    access_token: "sandbox-tumblr-access-token-of-alice",
};

/// The second blog on Tumblr.
pub(crate) const TUMBLR_BOB: TumblrBlog = TumblrBlog {
    id: "t:BobSandboxBobSandboxBob",
    name: "bob",
    owner: "bob",
    token: "sandbox-tumblr-token-of-bob",
    token_secret: "sandbox-tumblr-token-secret-of-bob",
    access_token: "sandbox-tumblr-access-token-of-bob",
};

/// Another blog of the person who writes the first. It has no keys of its own: those of a person are
/// for all of their blogs.
pub(crate) const TUMBLR_BOOKS: TumblrBlog = TumblrBlog {
    id: "t:AlicesBooksAlicesBooks",
    name: "alices-books",
    ..TUMBLR_ALICE
};

/// The consumer key of the application that is registered with Tumblr.
pub(crate) const TUMBLR_CLIENT_ID: &str = "sandbox-tumblr-consumer-key";

/// Its consumer secret.
pub(crate) const TUMBLR_CLIENT_SECRET: &str = "sandbox-tumblr-consumer-secret";

/// The blogs on Tumblr.
pub(crate) const TUMBLR_BLOGS: [TumblrBlog; 3] = [TUMBLR_ALICE, TUMBLR_BOB, TUMBLR_BOOKS];

/// The first Instagram account; its token is of the log-in at Instagram.
pub(crate) const INSTAGRAM_ALICE: GraphAccount = GraphAccount {
    id: "17841400000000001",
    name: "alice",
    token: "sandbox-instagram-token-of-alice",
};

/// The second Instagram account; its token is of the log-in at Instagram.
pub(crate) const INSTAGRAM_BOB: GraphAccount = GraphAccount {
    id: "17841400000000003",
    name: "bob",
    token: "sandbox-instagram-token-of-bob",
};

/// The first Threads profile.
pub(crate) const THREADS_ALICE: GraphAccount = GraphAccount {
    id: "24100000000000001",
    name: "alice",
    token: "sandbox-threads-token-of-alice",
};

/// The second Threads profile.
pub(crate) const THREADS_BOB: GraphAccount = GraphAccount {
    id: "24100000000000003",
    name: "bob",
    token: "sandbox-threads-token-of-bob",
};

/// The first Facebook Page; its token also speaks for the Instagram account of the same name.
pub(crate) const FACEBOOK_ALICE: GraphAccount = GraphAccount {
    id: "61550000000000001",
    name: "alice",
    token: "sandbox-facebook-token-of-alice",
};

/// The second Facebook Page; its token also speaks for the Instagram account of the same name.
pub(crate) const FACEBOOK_BOB: GraphAccount = GraphAccount {
    id: "61550000000000003",
    name: "bob",
    token: "sandbox-facebook-token-of-bob",
};

/// Another Page of the person who owns the first. No Instagram account is connected with it.
pub(crate) const FACEBOOK_BOOKS: GraphAccount = GraphAccount {
    id: "61550000000000005",
    name: "alices-books",
    token: "sandbox-facebook-token-of-alices-books",
};

/// A token of the person who owns the first Page: it lists their Pages and posts on none.
pub(crate) const FACEBOOK_USER_TOKEN: &str = "sandbox-facebook-user-token-of-alice";

/// The Mastodon users.
pub(crate) const MASTODON_ACCOUNTS: [MastodonAccount; 2] = [MASTODON_ALICE, MASTODON_BOB];

/// The Bluesky users.
pub(crate) const BLUESKY_ACCOUNTS: [BlueskyAccount; 2] = [BLUESKY_ALICE, BLUESKY_BOB];

/// The Instagram accounts.
pub(crate) const INSTAGRAM_ACCOUNTS: [GraphAccount; 2] = [INSTAGRAM_ALICE, INSTAGRAM_BOB];

/// The Threads profiles.
pub(crate) const THREADS_ACCOUNTS: [GraphAccount; 2] = [THREADS_ALICE, THREADS_BOB];

/// The Facebook Pages.
pub(crate) const FACEBOOK_ACCOUNTS: [GraphAccount; 3] =
    [FACEBOOK_ALICE, FACEBOOK_BOB, FACEBOOK_BOOKS];
