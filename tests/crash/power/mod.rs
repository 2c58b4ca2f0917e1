//! The power fails: of what `hayon` wrote only that is left which an fsync covers, or that and a part
//! of the rest, as disks do both.
//!
//! strace writes down every write with its bytes. [`trace`] reads that, [`disk`] plays it to a disk of
//! its own up to any call, and `hayon` is started again on what that disk would have kept.
//!
//! What cannot be seen so: how the kernel orders what nobody has synced, beyond that any of it may be
//! lost; and the shared memory beside the outbox, which is mapped and holds nothing of its own.

mod disk;
mod enqueues;
mod publishes;
mod secrets;
mod trace;
