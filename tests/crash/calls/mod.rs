//! Killed after every system call of a publish that leaves a trace: on the disk, or at a server.
//!
//! strace counts the calls of each thread by itself, so its own `when=N` would never strike most of
//! what the threads of the outbox do. It stops the whole process after every call instead, and this
//! counts them, lets it go on, and kills it where it stands.

pub(crate) mod every;
pub(crate) mod killed;
pub(crate) mod traced;
