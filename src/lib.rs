//! hayon publishes one post to many social platforms, now or later, **exactly once each**.
//!
//! This page is the architecture: read it first, then [`publish::step_log`] and [`delivery::attempt`],
//! which are the heart.
//!
//! # The idea
//!
//! Publishing is a sequence of durable steps, and every step says what to do if it began and nobody
//! heard the answer. A crash, a power cut, a time-out or a lost reply never makes a second public
//! post, and never loses one. Where a platform leaves no way to know, a delivery is *in doubt*: it
//! is not sent again, and a person is told.
//!
//! # Words
//!
//! A **draft** is what a person wrote; a **post** is a checked draft. An **account** is an identity
//! of ours on a **platform**; an **addressee** is an account with the limits that hold for it. A
//! **delivery** is one post for one account: a row of the **outbox**. An **attempt** is one try at a
//! delivery, a **step** one request (or wait) inside an attempt, a **sending** one time that a step
//! went out, and a **checkpoint** what is on disk about it. A **publisher** can publish for one
//! account. To **park** a delivery is to stop until a person decides. A **checkup** looks at an
//! account, and a **finding** is what a look at anything of ours comes to.
//!
//! # The floors
//!
//! ```text
//!  floor 6   cli                                        words, colours, exit codes
//!  floor 5   daemon                 sandbox             when to deliver      (sandbox stands alone)
//!  floor 4   delivery    notify     platforms           how to deliver       how each platform talks
//!  floor 3   outbox                 media               what was promised    where the pictures are
//!  floor 2   publish                config              the port             who we are
//!  floor 1   post                                       the nouns and the rules
//!  floor 0   text   clock   paths   http                ground
//! ```
//!
//! A module uses floors below its own, never above, and not every one of those: `tests/architecture.rs`
//! holds the table and fails with a sentence. `delivery` cannot name a platform; `platforms` cannot
//! name the outbox; between them stand the port ([`publish::Publisher`]) and the step log.
//!
//! # How data flows
//!
//! ```text
//!  flags, file, stdin
//!      │  cli::compose
//!      ▼
//!    Draft ── media::probe (what the files are) ──┐
//!      │                                          │
//!      │  post::fit, media::fit (what of them     │
//!      │  each account takes, made before         │
//!      │  anything is stored)                     │
//!      ▼                                          ▼
//!    post::check::check(draft, plan, addressees) ──► Post       or every violation at once
//!                                                 │  media: temp/ → posts/
//!                                                 ▼
//!                              outbox.enqueue(&post, &asked) ──► a delivery per account
//!                                                 │
//!              daemon, or `hayon post`            │  outbox.claim_due(account)
//!                                                 ▼
//!          delivery::attempt::deliver_one(sender, claim, publisher)
//!                                                 │      StepLog  ◄──► checkpoints (rows)
//!                                                 ▼
//!                         publisher.publish(&post, &steps)  ──► platform
//!                                                 │
//!                               Published  or  PublishError
//!                                                 │  delivery::verdict (pure), delivery::doubt
//!                                                 ▼
//!                              outbox.record(…)  ──► delivered | queued again | parked
//! ```
//!
//! Publishing now *is* queueing with "now": there is one road, and a crash in a direct publish is
//! recovered like any other.
//!
//! # Invariants
//!
//! - `post` and `text` do no I/O and read no clock.
//! - Outside `sandbox`: only [`clock`] reads the time; only [`paths`] and [`config`] read the
//!   environment; only `cli/ui.rs` writes to stdout and stderr; only [`http`] builds an HTTP client;
//!   only `main.rs` ends the process. The AWS SDK in [`media::s3`] is the one exception: it finds its
//!   credentials, and speaks to the bucket, by itself.
//! - A row of the outbox never refers to media that is not yet under `posts/`. The order is: put in
//!   `temp/`, promote to `posts/`, commit the row, delete from `temp/`. A crash leaves litter, never
//!   a dangling row.
//! - A step is marked *begun* before its request leaves, and *done* before the next step starts; the last
//!   one together with the outcome. Before the request of a visible step leaves, its mark and all that was
//!   written before it are on disk. Marks are one row per sending; an answer that
//!   proves that nothing happened voids the sending it answers and no other.
//! - A delivery with an unanswered sending of a visible step is never `cancelled`, and parks only as
//!   in doubt, whatever the cause; cancelling it means to look, never to send again.
//! - No part of the HTTP layer sends a request that changes anything again by itself; such a request
//!   has a connection of its own; redirects are never followed.
//! - Step names and outputs are a stored contract: an unknown name in a log parks as in doubt.
//! - One sender per outbox, by an OS lock; and every claim, *begun* mark and outcome is written on
//!   condition of the sender's id, so that one whose lock file was deleted sends nothing any more.
//! - A [`config::secret::Secret`] has no `Display`, a silent `Debug`, no `Serialize`.
//!
//! # Decisions
//!
//! - **A lock, not leases.** A lease that runs out on a laptop that slept hands its delivery to
//!   somebody else while the first is still sending. An OS lock ends exactly when its holder does.
//! - **Errors stay home.** Each module owns its errors, and only `cli/error.rs` knows them all: one
//!   central error type ties every module to every other.
//! - **`synchronous = FULL`, but for what may be forgotten.** With `NORMAL` a power cut may forget a
//!   committed "delivered", and the post would go out again. A claim, and the marks of a hidden step whose
//!   repeat is harmless, are written with it all the same: the log is in order, so that the next durable
//!   mark keeps them, and if a power cut comes before that, nothing was sent that anybody sees.
//! - **A recorded setback is not an attempt.** While a host cannot be reached, its deliveries wait
//!   behind one probe; a ten-minute outage would otherwise park everything after 2 min 35 s.

mod cli;
mod clock;
mod config;
mod daemon;
mod delivery;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod http;
mod media;
mod notify;
mod outbox;
mod paths;
mod platforms;
mod post;
mod publish;
#[cfg(feature = "sandbox")]
mod sandbox;
mod text;

use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the command line `arguments` (the program's name first) and returns the exit code.
pub fn run(arguments: Vec<OsString>) -> ExitCode {
    cli::run(arguments)
}
