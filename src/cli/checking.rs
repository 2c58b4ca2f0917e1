//! From a gathered draft to a checked post: what every command that stores one shares.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::fitting;
use crate::cli::reading::ReadMedia;
use crate::cli::reading::Sources;
use crate::cli::reading::read_media;
use crate::cli::reviews;
use crate::config::Config;
use crate::media::keys::Owner;
use crate::post::account_name::AccountName;
use crate::post::check::Checked;
use crate::post::check::MissingAlt;
use crate::post::check::Plan;
use crate::post::check::Reviews;
use crate::post::check::Rules;
use crate::post::check::check;
use crate::post::check::review_all;
use crate::post::check::save;
use crate::post::draft::Draft;
use crate::post::limits::Addressee;
use crate::post::media::Media;
use crate::post::post::PostId;
use crate::post::violation::Violation;

/// A draft with everything that its check needs.
#[derive(Debug)]
pub(crate) struct Gathered {
    pub(crate) draft: Draft,
    /// The bytes of every file of the post to be, in the order of [`crate::post::post::Post::files`].
    pub(crate) files: Vec<ReadMedia>,
    /// What is wrong with pictures that cannot be used, or not for some account.
    pub(crate) unusable: Vec<Violation>,
    pub(crate) addressees: Vec<Addressee>,
    pub(crate) plan: Plan,
    pub(crate) rules: Rules,
}

/// What is settled about a post before its draft is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Begun {
    pub(crate) id: PostId,
    pub(crate) created_at: Timestamp,
}

/// Begins a new post.
pub(crate) fn new_post(context: &Context) -> Begun {
    let created_at = context.clock.now();
    Begun {
        id: PostId::new(created_at),
        created_at,
    }
}

impl Gathered {
    /// Reads the pictures of `draft`, and makes of them what each of `addressees` takes.
    pub(crate) fn new(
        context: &Context,
        config: &Config,
        mut draft: Draft,
        addressees: Vec<Addressee>,
        begun: Begun,
        sources: Sources<'_>,
    ) -> Result<Self, CliError> {
        let (files, unusable) = read_media(context, config, &mut draft, sources)?;
        let plan = Plan {
            id: begun.id,
            created_at: begun.created_at,
            media: planned_media(config, begun.id, &files)?,
        };
        let mut gathered = Self {
            draft,
            files,
            unusable,
            addressees,
            plan,
            rules: rules(config),
        };
        fitting::make_fit(context, config, &mut gathered)?;
        Ok(gathered)
    }

    /// Says everything about it.
    pub(crate) fn review(&self) -> Reviews {
        let reviews = review_all(&self.draft, &self.plan.media, &self.addressees, &self.rules);
        reviews::with_unusable(reviews, self.unusable.clone())
    }

    /// Makes it a post, and warns of what its author may want to know.
    ///
    /// # Errors
    /// With every violation, if it breaks a rule.
    pub(crate) fn check(&self, context: &Context) -> Result<Checked, CliError> {
        let plan = self.plan.clone();
        let checked = match check(&self.draft, plan, &self.addressees, &self.rules) {
            Ok(checked) if self.unusable.is_empty() => checked,
            Ok(_) | Err(_) => return Err(reviews::refusal(&self.review())),
        };
        warn(context, &checked.reviews);
        fitting::tell(context, &self.draft, &checked.reviews);
        Ok(checked)
    }

    /// Makes it a draft that is saved, and warns of what it would be refused for.
    ///
    /// # Errors
    /// If a file cannot be used: there is nothing of it to save.
    pub(crate) fn save(&self, context: &Context) -> Result<Checked, CliError> {
        let unreadable: Vec<Violation> = self
            .unusable
            .iter()
            .filter(|violation| violation.account.is_none())
            .cloned()
            .collect();
        if !unreadable.is_empty() {
            return Err(reviews::refusal(&Reviews {
                violations: unreadable,
                ..Reviews::default()
            }));
        }
        let saved = save(
            &self.draft,
            self.plan.clone(),
            &self.addressees,
            &self.rules,
        );
        for violation in self.review().all_violations() {
            let told = reviews::sentence(violation);
            let fix = &violation.fix;
            context
                .ui
                .warn(&format!("as it is, it would be refused: {told} ({fix})"));
        }
        warn(context, &saved.reviews);
        Ok(saved)
    }
}

/// Returns `media` with the keys under which post `id` will have them.
fn planned_media(config: &Config, id: PostId, media: &[ReadMedia]) -> Result<Vec<Media>, CliError> {
    let owner = owner(config)?;
    let planned = media.iter().map(|read| Media {
        key: read.name.in_posts(&owner, id).as_str().to_owned(),
        facts: read.facts.clone(),
        alt: read.alt.clone(),
        renditions: Vec::new(),
    });
    Ok(planned.collect())
}

/// Returns what the configuration asks of every draft.
fn rules(config: &Config) -> Rules {
    let missing_alt = if config.require_alt {
        MissingAlt::Refuses
    } else {
        MissingAlt::Warns
    };
    let accounts: BTreeSet<AccountName> = config
        .accounts
        .iter()
        .map(|account| account.name.clone())
        .collect();
    Rules {
        missing_alt,
        accounts,
    }
}

/// Returns whose media the keys say they are.
pub(crate) fn owner(config: &Config) -> Result<Owner, CliError> {
    config.media.owner.parse().map_err(|error| {
        CliError::new("config", format!("{error}")).hint("set `owner` in `[media]`")
    })
}

fn warn(context: &Context, reviews: &Reviews) {
    let mut told = BTreeSet::new();
    let of_accounts = reviews.accounts.iter().flat_map(|review| &review.warnings);
    for warning in reviews.warnings.iter().chain(of_accounts) {
        if told.insert(&warning.message) {
            context
                .ui
                .warn(&format!("{} ({})", warning.message, warning.fix));
        }
    }
}
