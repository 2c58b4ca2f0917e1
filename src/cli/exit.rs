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
    /// Every way to end, in the order of the numbers.
    const ALL: [Self; 9] = [
        Self::Done,
        Self::Failed,
        Self::Usage,
        Self::Violation,
        Self::Partial,
        Self::LoginNeeded,
        Self::Queued,
        Self::InDoubt,
        Self::Bug,
    ];

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

    /// Returns what it means, in a line.
    const fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done as asked: published, or accepted where that was asked for",
            Self::Failed => "nothing was published, or another error that a person must mend",
            Self::Usage => "wrong usage",
            Self::Violation => "the draft breaks a rule: nothing was sent or stored",
            Self::Partial => "partial success: some accounts published, others parked",
            Self::LoginNeeded => "log-in needed: a credential is missing, expired or revoked",
            Self::Queued => "not published yet: still queued for another attempt",
            Self::InDoubt => "in doubt: it may or may not be public, and a person must look",
            Self::Bug => "a bug in hayon",
        }
    }
}

/// Returns the exit codes and what each means: what help and manual say.
pub(crate) fn table() -> impl Iterator<Item = (u8, &'static str)> {
    Exit::ALL
        .into_iter()
        .map(|exit| (exit.code(), exit.meaning()))
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

#[cfg(test)]
mod tests {
    use crate::cli::exit::table;

    #[test]
    fn every_exit_code_stands_in_the_readme() {
        let readme = include_str!("../../README.md");
        for (code, meaning) in table() {
            let row = format!("| {code} | ");
            assert!(readme.contains(&row), "no row for {code}, {meaning}");
        }
    }
}
