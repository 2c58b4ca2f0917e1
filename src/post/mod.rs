//! The nouns and the rules: what a post is, and when a draft may become one.
//!
//! Nothing here does I/O or reads a clock. [`check::check`] is the only way from a
//! [`draft::Draft`] to a [`post::Post`].

pub(crate) mod account_name;
pub(crate) mod card;
pub(crate) mod check;
pub(crate) mod draft;
pub(crate) mod fit;
pub(crate) mod front_matter;
pub(crate) mod limits;
pub(crate) mod media;
pub(crate) mod nearest;
pub(crate) mod platform;
#[expect(
    clippy::module_inception,
    reason = "the floor is named after its chief noun, which has a file like every other"
)]
pub(crate) mod post;
pub(crate) mod violation;
pub(crate) mod when;
