//! Which settings there are: one table for the file and for the environment.

use crate::post::platform::Platform;

/// The keys of one table of the configuration.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// The keys that this version reads.
    pub(super) keys: &'static [&'static str],
    /// The keys that belong to a later version: known, so that they can be refused in words.
    pub(super) later: &'static [&'static str],
}

impl Shape {
    /// Returns every key that may be collected, to be read or to be refused later.
    pub(super) fn collected(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.keys.iter().chain(self.later).copied()
    }
}

/// What stands before any table.
pub(super) const TOP: Shape = Shape {
    keys: &["default_to", "require_alt"],
    later: &[],
};

/// The tables, by name.
pub(super) const TABLES: [&str; 5] = ["accounts", "media", "outbox", "daemon", "notify"];

/// `[media]`.
pub(super) const MEDIA: Shape = Shape {
    keys: &[
        "folder",
        "owner",
        "public_url",
        "bucket",
        "region",
        "endpoint",
        "path_style",
        "strip_metadata",
        "fit",
    ],
    later: &[],
};

/// `[outbox]`.
pub(super) const OUTBOX: Shape = Shape {
    keys: &["path"],
    later: &[],
};

/// `[daemon]`.
pub(super) const DAEMON: Shape = Shape {
    keys: &[
        "retry_delays",
        "give_up_after",
        "settle",
        "max_late",
        "key_window",
    ],
    later: &[],
};

/// `[notify]`.
pub(super) const NOTIFY: Shape = Shape {
    keys: &["command", "webhook"],
    later: &[],
};

/// `[accounts.NAME]`, for all platforms together.
pub(super) const ACCOUNT: Shape = Shape {
    keys: &[
        "platform",
        "instance",
        "handle",
        "service",
        "plc_url",
        "blog",
        "state",
        "user_id",
        "reply_control",
        "page_id",
        "api_url",
        "secrets",
        "secret_command",
    ],
    later: &[],
};

/// Returns the keys of an account on `platform`.
pub(super) const fn keys_of(platform: Platform) -> &'static [&'static str] {
    match platform {
        Platform::Mastodon => &[
            "platform",
            "instance",
            "handle",
            "api_url",
            "secrets",
            "secret_command",
        ],
        Platform::Bluesky => &[
            "platform",
            "handle",
            "service",
            "plc_url",
            "api_url",
            "secrets",
            "secret_command",
        ],
        Platform::Tumblr => &[
            "platform",
            "blog",
            "state",
            "api_url",
            "secrets",
            "secret_command",
        ],
        Platform::Instagram => &[
            "platform",
            "user_id",
            "handle",
            "api_url",
            "secrets",
            "secret_command",
        ],
        Platform::Threads => &[
            "platform",
            "user_id",
            "handle",
            "reply_control",
            "api_url",
            "secrets",
            "secret_command",
        ],
        Platform::Facebook => &[
            "platform",
            "page_id",
            "handle",
            "api_url",
            "secrets",
            "secret_command",
        ],
    }
}
