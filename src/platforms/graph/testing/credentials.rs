//! The requests about credentials, as Meta describes them: to get one, to renew it, to look at it, and to
//! take a post down with it.
//!
//! developers.facebook.com, read 2026-11-25: Instagram API with Instagram Login, "business login" and
//! reference `access_token` and `refresh_access_token`; Threads, "get access tokens and permissions",
//! "long-lived tokens" and `debug_token`; Facebook Login, "manually build a login flow" and "get
//! long-lived access tokens"; Graph reference `user/accounts` and `debug_token`. What can be deleted is
//! in the sources of `specification`.

use crate::platforms::graph::testing::specification::Row;
use crate::platforms::graph::testing::specification::Type;

const CODE: &[(&str, Type)] = &[
    ("client_id", Type::Number),
    ("client_secret", Type::Text),
    ("code", Type::Text),
    ("grant_type", Type::Text),
    ("redirect_uri", Type::Text),
];

const EXCHANGE: &[(&str, Type)] = &[
    ("access_token", Type::Text),
    ("client_secret", Type::Text),
    ("grant_type", Type::Text),
];

const REFRESH: &[(&str, Type)] = &[("access_token", Type::Text), ("grant_type", Type::Text)];

const DELETE: Row = Row {
    method: "DELETE",
    path: "{}",
    parameters: &[],
    fields: &[],
};

const DEBUG: Row = Row {
    method: "GET",
    path: "debug_token",
    parameters: &[("input_token", Type::Text)],
    fields: &[],
};

pub(super) const INSTAGRAM: &[Row] = &[
    // At api.instagram.com, whose place is taken by a path of its own elsewhere.
    Row {
        method: "POST",
        path: "/instagram/oauth/access_token",
        parameters: CODE,
        fields: &[],
    },
    Row {
        method: "GET",
        path: "/access_token",
        parameters: EXCHANGE,
        fields: &[],
    },
    Row {
        method: "GET",
        path: "/refresh_access_token",
        parameters: REFRESH,
        fields: &[],
    },
    Row {
        method: "GET",
        path: "me",
        parameters: &[],
        fields: &["id", "user_id", "username"],
    },
    DELETE,
];

pub(super) const THREADS: &[Row] = &[
    Row {
        method: "POST",
        path: "/threads/oauth/access_token",
        parameters: CODE,
        fields: &[],
    },
    Row {
        method: "GET",
        path: "/access_token",
        parameters: EXCHANGE,
        fields: &[],
    },
    Row {
        method: "GET",
        path: "/refresh_access_token",
        parameters: REFRESH,
        fields: &[],
    },
    DEBUG,
    DELETE,
];

pub(super) const FACEBOOK: &[Row] = &[
    Row {
        method: "GET",
        path: "oauth/access_token",
        parameters: &[
            ("client_id", Type::Number),
            ("client_secret", Type::Text),
            ("code", Type::Text),
            ("redirect_uri", Type::Text),
        ],
        fields: &[],
    },
    Row {
        method: "GET",
        path: "oauth/access_token",
        parameters: &[
            ("client_id", Type::Number),
            ("client_secret", Type::Text),
            ("fb_exchange_token", Type::Text),
            ("grant_type", Type::Text),
        ],
        fields: &[],
    },
    Row {
        method: "GET",
        path: "me/accounts",
        parameters: &[],
        fields: &[
            "access_token",
            "id",
            "instagram_business_account",
            "name",
            "tasks",
        ],
    },
    Row {
        method: "GET",
        path: "me",
        parameters: &[],
        fields: &["id", "instagram_business_account", "name"],
    },
    DEBUG,
    DELETE,
];

/// Whether the request is one whose secrets are documented to stand in its address or its form.
pub(super) fn carries_secrets(line: &str) -> bool {
    let path = line.split('?').next().unwrap_or_default();
    path.ends_with("access_token")
}
