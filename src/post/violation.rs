//! One thing that is wrong with a draft, and how to mend it.

use crate::post::account_name::AccountName;
use crate::post::platform::Platform;

/// One thing that is wrong with a draft: nothing of it is sent or stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    /// For whom it is wrong; nobody if it is wrong for all.
    pub(crate) account: Option<AccountName>,
    pub(crate) platform: Option<Platform>,
    /// A stable word for programs, such as `text_too_long`.
    pub(crate) rule: &'static str,
    /// What is wrong, with figures: a lower-case fragment without a full stop.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) fix: String,
}

/// One thing that its author may want to know before a draft is sent as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Warning {
    /// A stable word for programs, such as `missing_alt`.
    pub(crate) rule: &'static str,
    /// A lower-case fragment without a full stop.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) fix: String,
}
