//! When deliveries are made: at once, once around, or as they fall due until told to stop.
//!
//! Everything here happens under the sender lock, which is held for as long as something is sent
//! ([`turn`]): by `hayon daemon` all the time, by `hayon post` and `hayon daemon --once` only while
//! an attempt is made, and never while they wait. [`watch`] is how a daemon notices a new row at
//! once without asking for it all the time, [`upkeep`] keeps credentials alive meanwhile, and
//! [`supervisor`] is what systemd hears of it.

pub(crate) mod forever;
pub(crate) mod once;
pub(crate) mod supervisor;
pub(crate) mod turn;
pub(crate) mod upkeep;
pub(crate) mod watch;
