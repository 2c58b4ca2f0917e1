//! How one delivery is made: an attempt, what it proves, and what follows from that.
//!
//! This module knows publishers only by their port and never by name. The order within an attempt
//! is the heart of hayon: before anything that a stranger could see is sent a second time, the
//! platform is asked what became of the first ([`doubt`]). [`verdict`] is the whole retry policy,
//! pure; [`breaker`] keeps a host that cannot be reached from using up anybody's patience.

pub(crate) mod attempt;
pub(crate) mod breaker;
pub(crate) mod doubt;
pub(crate) mod upkeep;
pub(crate) mod verdict;
pub(crate) mod worker;

#[cfg(test)]
mod tests;
