//! The exit codes: a contract with scripts. A number is never used for another meaning.

use crate::outbox::state::DeliveryState;
use crate::outbox::state::ParkReason;
use crate::outbox::view::DeliveryView;

/// How a command ends, as the shell sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    // In the order in which the weightier wins where several hold.
    /// Done as asked: published everywhere; or accepted, where that was asked for.
    Done,
    /// Nothing was published and nothing will be tried again; or another error to be mended.
    Failed,
    /// Wrong usage.
    Usage,
    /// The draft breaks a rule: nothing was sent or stored.
    Violation,
    /// A credential is missing, expired or revoked.
    LoginNeeded,
    /// Some accounts published, others parked.
    Partial,
    /// Not published yet: still queued for another attempt.
    Queued,
    /// Something may or may not be public, and a person must look.
    InDoubt,
    /// A bug in hayon.
    Bug,
}

impl Exit {
    /// Returns the number that the shell sees.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Violation => 3,
            Self::Partial => 4,
            Self::LoginNeeded => 5,
            Self::Queued => 6,
            Self::InDoubt => 7,
            Self::Bug => 70,
        }
    }
}

/// Returns how a command ends that was to publish `deliveries`.
pub(crate) fn of_deliveries(deliveries: &[DeliveryView]) -> Exit {
    let any = |state| deliveries.iter().any(|d| d.state == state);
    let because = |reason| deliveries.iter().any(|d| d.reason == Some(reason));
    if because(ParkReason::InDoubt) {
        Exit::InDoubt
    } else if any(DeliveryState::Queued) || any(DeliveryState::Sending) {
        Exit::Queued
    } else if any(DeliveryState::Delivered) {
        let rest = any(DeliveryState::Parked) || any(DeliveryState::Cancelled);
        if rest { Exit::Partial } else { Exit::Done }
    } else if because(ParkReason::LoginNeeded) {
        Exit::LoginNeeded
    } else {
        Exit::Failed
    }
}
