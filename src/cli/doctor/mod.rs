//! The checks of `hayon doctor`, a file for each part of hayon's surroundings, and how they are
//! told ([`report`]).
//!
//! A check returns findings and changes nothing. The only traces of a doctor are a session that is
//! kept, as any command keeps it, and for a moment a file in the folder of media.

pub(crate) mod accounts;
pub(crate) mod bucket;
pub(crate) mod configuration;
pub(crate) mod disk;
pub(crate) mod fetching;
pub(crate) mod media;
pub(crate) mod outbox;
pub(crate) mod report;
pub(crate) mod secrets;

use crate::config::account::Account;
use crate::publish::checkup::Finding;

/// What a group of findings is about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Area<'a> {
    Configuration,
    Secrets,
    Outbox,
    Media,
    Account(&'a Account),
}

impl Area<'_> {
    /// Returns the word that programs read.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Secrets => "secrets",
            Self::Outbox => "outbox",
            Self::Media => "media",
            Self::Account(_) => "account",
        }
    }

    fn heading(&self) -> String {
        match self {
            Self::Account(account) => {
                format!(
                    "account `{}` on {}",
                    account.name,
                    account.platform().title()
                )
            }
            other => other.name().to_owned(),
        }
    }
}

/// What was found in one area, in the order in which it was looked at.
#[derive(Debug)]
pub(crate) struct Section<'a> {
    pub(crate) area: Area<'a>,
    pub(crate) findings: Vec<Finding>,
}
