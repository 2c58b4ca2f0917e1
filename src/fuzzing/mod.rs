//! What strangers may hand to hayon, as entry points for a fuzzer: each is a plain function of bytes
//! that asserts what must hold for every one of them.
//!
//! A server, a file of somebody else's, a damaged disk: whatever they say, hayon says in words what is
//! wrong, shows nothing that steers a terminal, believes no number without bounds, and takes nothing
//! for published that has no name. Not to panic is the least of it.
//!
//! `cargo test` replays `tests/corpus/<target>/` and tries changes of it (`tests`); cargo-fuzz, guided by
//! coverage, calls the same functions from the crate in `fuzz/`. In the product there is none of this.

mod addresses;
mod answers;
mod files;
mod input;
mod log_ins;
mod rows;
#[cfg(test)]
mod tests;
mod words;

/// A target: its name, which is that of its corpus too, and what is asserted of any bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 17] = [
    ("front_matter", files::front_matter),
    ("config", files::config),
    ("image", files::image),
    ("card_page", files::card_page),
    ("answer_bluesky", answers::bluesky),
    ("answer_mastodon", answers::mastodon),
    ("answer_graph", answers::graph),
    ("answer_tumblr", answers::tumblr),
    ("answer_log_in", log_ins::answer),
    ("retry_after", answers::retry_after),
    ("redirected", log_ins::redirected),
    ("media_key", addresses::media_key),
    ("foreign_address", addresses::foreign),
    ("facets", words::facets),
    ("npf", words::npf),
    ("when", words::when),
    ("outbox_row", rows::row),
];

/// Hands `bytes` to the target called `name`.
///
/// # Panics
/// If something does not hold that must, or if there is no such target.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|(known, _)| *known == name);
    assert!(target.is_some(), "there is no target `{name}`");
    if let Some((_, assert_holds)) = target {
        assert_holds(bytes);
    }
}
