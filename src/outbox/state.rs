//! The states of a delivery as they are stored, and the status of a post as it is derived.

use jiff::Timestamp;

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DeliveryState {
    /// Due now, later, or after a pause.
    Queued,
    /// A sender has claimed it.
    Sending,
    Delivered,
    /// Stopped until a person decides.
    Parked,
    Cancelled,
}

impl DeliveryState {
    const ALL: [Self; 5] = [
        Self::Queued,
        Self::Sending,
        Self::Delivered,
        Self::Parked,
        Self::Cancelled,
    ];

    /// Returns the word of the outbox and of the JSON.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Delivered => "delivered",
            Self::Parked => "parked",
            Self::Cancelled => "cancelled",
        }
    }

    /// Returns the state that [`DeliveryState::name`] calls `name`.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Returns the state in a row, which has no other words than these by the table's CHECK.
    pub(crate) fn read(stored: &str) -> Self {
        // Parked is what a person looks at.
        Self::from_name(stored).unwrap_or(Self::Parked)
    }
}

/// Why a delivery is parked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParkReason {
    /// The platform said no, the media changed or vanished, the row is damaged, or a certificate is
    /// wrong; the error says which.
    Refused,
    /// The credential is missing, expired or revoked.
    LoginNeeded,
    /// Tried enough.
    Exhausted,
    /// Sent, and nobody knows whether it arrived.
    InDoubt,
    /// More overdue than `max_late` allows.
    Late,
    /// The outbox was put back from a backup.
    Restored,
}

impl ParkReason {
    /// Every reason, in the order of the documentation.
    pub(crate) const ALL: [Self; 6] = [
        Self::Refused,
        Self::LoginNeeded,
        Self::Exhausted,
        Self::InDoubt,
        Self::Late,
        Self::Restored,
    ];

    /// Returns the word of the outbox and of the JSON.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::LoginNeeded => "login_needed",
            Self::Exhausted => "exhausted",
            Self::InDoubt => "in_doubt",
            Self::Late => "late",
            Self::Restored => "restored",
        }
    }

    /// Returns the reason that [`ParkReason::name`] calls `name`.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// The status of a post. It is derived from its deliveries and never stored beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Draft,
    Pending,
    Scheduled,
    Processing,
    Completed,
    PartialSuccess,
    Failed,
    Cancelled,
}

impl Status {
    /// Every status, in the order of a post's life.
    pub(crate) const ALL: [Self; 8] = [
        Self::Draft,
        Self::Pending,
        Self::Scheduled,
        Self::Processing,
        Self::Completed,
        Self::PartialSuccess,
        Self::Failed,
        Self::Cancelled,
    ];

    /// Returns the product's word for it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Draft => "DRAFT",
            Self::Pending => "PENDING",
            Self::Scheduled => "SCHEDULED",
            Self::Processing => "PROCESSING",
            Self::Completed => "COMPLETED",
            Self::PartialSuccess => "PARTIAL_SUCCESS",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// Returns the status that [`Status::name`] calls `name`.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// What of a delivery decides the status of its post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) state: DeliveryState,
    /// When it is due; a delivery that was tried stays `due` as it was.
    pub(crate) due_at: Timestamp,
    /// Whether it was ever tried.
    pub(crate) tried: Tried,
}

/// Whether an attempt at a delivery was ever made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tried {
    Never,
    Before,
}

/// Derives the status of a post from its deliveries at the instant `now`.
pub(crate) fn status(deliveries: &[Standing], now: Timestamp) -> Status {
    use DeliveryState::{Cancelled, Delivered, Parked, Queued, Sending};
    if deliveries.is_empty() {
        return Status::Draft;
    }
    let counted: Vec<&Standing> = deliveries.iter().filter(|d| d.state != Cancelled).collect();
    let all = |state| counted.iter().all(|d| d.state == state);
    let any = |state| counted.iter().any(|d| d.state == state);
    if counted.is_empty() {
        return Status::Cancelled;
    }
    if any(Sending)
        || counted
            .iter()
            .any(|d| d.state == Queued && d.tried == Tried::Before)
    {
        return Status::Processing;
    }
    if all(Queued) {
        let later = counted.iter().all(|d| d.due_at > now);
        return if later {
            Status::Scheduled
        } else {
            Status::Pending
        };
    }
    if any(Queued) {
        return Status::Processing;
    }
    if all(Delivered) {
        let whole = counted.len() == deliveries.len();
        return if whole {
            Status::Completed
        } else {
            Status::PartialSuccess
        };
    }
    if all(Parked) {
        Status::Failed
    } else {
        Status::PartialSuccess
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_000_000;

    #[track_caller]
    fn check(deliveries: &[(DeliveryState, i64, Tried)], expected: Status) {
        let at = |ms| Timestamp::from_millisecond(ms).unwrap();
        let standings: Vec<Standing> = deliveries
            .iter()
            .map(|&(state, due, tried)| Standing {
                state,
                due_at: at(due),
                tried,
            })
            .collect();
        assert_eq!(status(&standings, at(NOW)), expected);
    }

    #[test]
    fn the_status_of_a_post_follows_from_its_deliveries() {
        use DeliveryState::{Cancelled, Delivered, Parked, Queued, Sending};
        use Tried::{Before, Never};
        check(&[], Status::Draft);
        check(&[(Queued, NOW, Never)], Status::Pending);
        check(&[(Queued, NOW + 1, Never)], Status::Scheduled);
        check(&[(Queued, NOW, Before)], Status::Processing);
        check(&[(Sending, NOW, Before)], Status::Processing);
        check(
            &[(Queued, NOW, Never), (Delivered, NOW, Before)],
            Status::Processing,
        );
        check(
            &[(Delivered, NOW, Before), (Delivered, NOW, Before)],
            Status::Completed,
        );
        check(
            &[(Delivered, NOW, Before), (Cancelled, NOW, Never)],
            Status::PartialSuccess,
        );
        check(
            &[(Delivered, NOW, Before), (Parked, NOW, Before)],
            Status::PartialSuccess,
        );
        check(
            &[(Parked, NOW, Before), (Cancelled, NOW, Never)],
            Status::Failed,
        );
        check(
            &[(Cancelled, NOW, Never), (Cancelled, NOW, Never)],
            Status::Cancelled,
        );
        check(
            &[(Queued, NOW + 1, Never), (Cancelled, NOW, Never)],
            Status::Scheduled,
        );
    }

    #[test]
    fn every_stored_word_is_read_back_as_itself() {
        for state in DeliveryState::ALL {
            assert_eq!(DeliveryState::from_name(state.name()), Some(state));
        }
        for reason in ParkReason::ALL {
            assert_eq!(ParkReason::from_name(reason.name()), Some(reason));
        }
    }
}
