//! One thing that is wrong with a draft, and how to mend it.

use crate::post::account_name::AccountName;
use crate::post::platform::Platform;

/// One thing that is wrong with a draft for one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    pub(crate) account: AccountName,
    pub(crate) platform: Platform,
    /// A stable word for programs, such as `text_too_long`.
    pub(crate) rule: &'static str,
    /// What is wrong, with figures: a lower-case fragment without a full stop.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) fix: String,
}
