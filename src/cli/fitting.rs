//! Pictures on the way to their accounts: what each platform takes is made of them before anything is
//! stored, so that what the preview says is what is sent.
//!
//! Nothing here waits on a runtime: a command makes its pictures fit before it starts one.

use std::collections::BTreeSet;

use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser;

use crate::cli::checking::Gathered;
use crate::cli::checking::owner;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::reading::ReadMedia;
use crate::config::Config;
use crate::media::fit::FitError;
use crate::media::fit::Fitted;
use crate::media::fit::fit;
use crate::media::keys::MediaName;
use crate::media::keys::Owner;
use crate::post::check::Reviews;
use crate::post::draft::Draft;
use crate::post::fit::Fit;
use crate::post::fit::Fitting;
use crate::post::fit::Wishes;
use crate::post::fit::fitting;
use crate::post::limits::Addressee;
use crate::post::media::Rendition;
use crate::post::violation::Violation;

/// Makes of the pictures of `gathered` what each of its addressees takes, beside what they are.
pub(crate) fn make_fit(
    context: &Context,
    config: &Config,
    gathered: &mut Gathered,
) -> Result<(), CliError> {
    let owner = owner(config)?;
    let wishes = Wishes {
        fit: gathered.draft.fit.unwrap_or(config.media.wishes.fit),
        ..config.media.wishes
    };
    let addressees = gathered.addressees.clone();
    let pictures = 0..gathered.plan.media.len();
    let tasks: Vec<(usize, Fitting, Vec<&Addressee>)> = pictures
        .flat_map(|index| fittings(gathered, index, &addressees, wishes))
        .collect();
    let has_work = !tasks.is_empty();
    let progress = has_work.then(|| context.ui.progress("fitting the pictures"));
    for (index, fitting, takers) in tasks {
        let (original, facts) = (&gathered.files[index], &gathered.plan.media[index].facts);
        match fit(&original.bytes, facts, &fitting) {
            Ok(fitted) => add(gathered, index, fitted, &takers, &owner),
            Err(error) => {
                let name = gathered.draft.media_name(index);
                let unfit = takers.iter().map(|taker| unfit(&name, &error, taker));
                gathered.unusable.extend(unfit);
            }
        }
    }
    drop(progress);
    Ok(())
}

/// Returns what is to be done to the picture at `index`, each with those it is to be done for.
fn fittings<'a>(
    gathered: &Gathered,
    index: usize,
    addressees: &'a [Addressee],
    wishes: Wishes,
) -> Vec<(usize, Fitting, Vec<&'a Addressee>)> {
    let facts = &gathered.plan.media[index].facts;
    let mut fittings: Vec<(usize, Fitting, Vec<&Addressee>)> = Vec::new();
    for addressee in addressees {
        let Some(wanted) = fitting(facts, &addressee.limits.image, wishes) else {
            continue;
        };
        match fittings.iter_mut().find(|(_, known, _)| *known == wanted) {
            Some((.., takers)) => takers.push(addressee),
            None => fittings.push((index, wanted, vec![addressee])),
        }
    }
    fittings
}

/// Adds what was made of a picture for some accounts; what is the same is kept once.
fn add(
    gathered: &mut Gathered,
    index: usize,
    fitted: Fitted,
    takers: &[&Addressee],
    owner: &Owner,
) {
    let accounts: BTreeSet<_> = takers.iter().map(|taker| taker.account.clone()).collect();
    let renditions = &mut gathered.plan.media[index].renditions;
    let same = |known: &&mut Rendition| known.facts.sha256 == fitted.facts.sha256;
    if let Some(known) = renditions.iter_mut().find(same) {
        known.accounts.extend(accounts);
        return;
    }
    let name = MediaName::new(gathered.plan.created_at, &fitted.facts.mime);
    renditions.push(Rendition {
        accounts,
        key: name.in_posts(owner, gathered.plan.id).as_str().to_owned(),
        facts: fitted.facts.clone(),
        changes: fitted.changes.iter().map(ToString::to_string).collect(),
    });
    gathered.files.push(ReadMedia {
        name,
        bytes: fitted.bytes,
        facts: fitted.facts,
        alt: String::new(),
        stored: None,
    });
}

fn unfit(name: &str, error: &FitError, taker: &Addressee) -> Violation {
    let fix = match error {
        FitError::Unreadable(_) | FitError::Parted => "save it anew, or name another file",
        FitError::TooManyPixels { .. } | FitError::TooManyBytes { .. } => "scale it down first",
        FitError::Unwritable(_) | FitError::Stubborn { .. } | FitError::Spoilt(_) => {
            "convert it to JPEG yourself"
        }
    };
    Violation {
        account: Some(taker.account.clone()),
        platform: Some(taker.platform),
        rule: "unfit_media",
        message: format!("{name} cannot be made to fit: {error}"),
        fix: fix.to_owned(),
    }
}

/// Tells people what was done to the pictures, and for whom.
pub(crate) fn tell(context: &Context, draft: &Draft, reviews: &Reviews) {
    let mut told: Vec<(usize, &[String], Vec<String>)> = Vec::new();
    for review in &reviews.accounts {
        for (index, media) in review.media.iter().enumerate() {
            let account = format!("`{}`", review.account);
            let Some(made) = media.renditions.first() else {
                continue;
            };
            let same = |(i, changes, _): &&mut (usize, &[String], Vec<String>)| {
                (*i, *changes) == (index, made.changes.as_slice())
            };
            match told.iter_mut().find(same) {
                Some((.., accounts)) => accounts.push(account),
                None => told.push((index, &made.changes, vec![account])),
            }
        }
    }
    for (index, changes, accounts) in told {
        let (accounts, name) = (listed(&accounts), draft.media_name(index));
        context
            .ui
            .tell(&format!("for {accounts}: {name} {}", listed(changes)));
    }
}

/// Returns words as a sentence lists them.
pub(crate) fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Reads the value of `--fit`.
pub(crate) fn parse_fit() -> impl TypedValueParser<Value = Fit> {
    PossibleValuesParser::new(Fit::ALL.map(Fit::name)).try_map(|word| word.parse::<Fit>())
}
