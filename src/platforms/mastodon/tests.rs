//! What each answer of Mastodon means.
