//! Who we are: accounts, their secrets and sessions, and where things are kept.

pub(crate) mod secret;
pub(crate) mod sessions;
