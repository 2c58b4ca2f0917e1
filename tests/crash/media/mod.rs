//! Media and SIGKILL: between upload, promote, commit and delete, in a bucket and in a folder.
//!
//! Whatever the moment, no row refers to a picture that is not there, the errand ends well when it is
//! done again, and a sweep leaves nothing that no post has. In a bucket the moments are the requests to
//! it, in a folder the system calls that change the disk.

mod bucket;
mod errand;
#[cfg(target_os = "linux")]
mod folder;
