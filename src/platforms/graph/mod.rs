//! What Instagram, Threads and Facebook share: Meta's Graph API, its errors, its containers, its lists.
//!
//! developers.facebook.com, Graph API guides, read 2026-11-23. Each of the three has a module of its
//! own for what is its own.

pub(crate) mod answer;
pub(crate) mod carousel;
pub(crate) mod check;
pub(crate) mod client;
pub(crate) mod codes;
pub(crate) mod container;
pub(crate) mod log_in;
pub(crate) mod look;
pub(crate) mod newest;
pub(crate) mod permalink;
mod refused;
pub(crate) mod scopes;
pub(crate) mod take_down;
pub(crate) mod token;
pub(crate) mod usage;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
