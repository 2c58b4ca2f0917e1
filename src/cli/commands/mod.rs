//! The commands, a file each: what was typed goes in, what is printed and the exit code come out.

pub(crate) mod account;
pub(crate) mod cancel;
pub(crate) mod completions;
pub(crate) mod daemon;
pub(crate) mod delete;
pub(crate) mod doctor;
pub(crate) mod edit;
pub(crate) mod list;
pub(crate) mod man;
pub(crate) mod media;
pub(crate) mod post;
pub(crate) mod reschedule;
pub(crate) mod resolve;
pub(crate) mod retry;
#[cfg(feature = "sandbox")]
pub(crate) mod sandbox;
pub(crate) mod show;
pub(crate) mod submit;
pub(crate) mod validate;
