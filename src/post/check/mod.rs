//! The rules: whether a draft may become a post, and everything that is wrong with it at once.
//!
//! What a platform would refuse is a violation, and nothing is sent or stored; what it would take
//! but its author might regret is a warning. The figures are in [`crate::post::limits`].

mod blocks;
mod cards;
mod pictures;
mod references;
mod tags;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::post::account_name::AccountName;
use crate::post::draft::Draft;
use crate::post::limits::Addressee;
use crate::post::limits::Unit;
use crate::post::media::Media;
use crate::post::nearest::nearest;
use crate::post::platform::Platform;
use crate::post::post::Post;
use crate::post::post::PostId;
use crate::post::violation::Violation;
use crate::post::violation::Warning;
use crate::text::facet::Facet;
use crate::text::normalise;

/// The longest `--key`, in bytes.
const KEY_BYTES_MAX: usize = 255;

/// What a picture without an alt text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum MissingAlt {
    #[default]
    Warns,
    /// `require_alt = true` of the configuration.
    Refuses,
}

/// What the user's own configuration asks of every draft.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rules {
    pub(crate) missing_alt: MissingAlt,
    /// Every account of the configuration: a text for another one is a slip of the pen.
    pub(crate) accounts: BTreeSet<AccountName>,
}

/// What is settled about a post before its draft is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) id: PostId,
    pub(crate) created_at: Timestamp,
    /// The media of the draft, in its order, with the keys under which they will be kept.
    pub(crate) media: Vec<Media>,
}

/// What one account would get, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Review {
    pub(crate) account: AccountName,
    pub(crate) platform: Platform,
    /// The text for this account, normalised.
    pub(crate) text: String,
    /// The length of the text in `unit`, with the content warning where the platform counts it.
    pub(crate) length: usize,
    pub(crate) limit: usize,
    pub(crate) unit: Unit,
    pub(crate) facets: Vec<Facet>,
    /// What this account would be given, each with nothing else in its `renditions`.
    pub(crate) media: Vec<Media>,
    /// The address of the page that it would be shown with, where hayon decides that.
    pub(crate) card: Option<String>,
    pub(crate) violations: Vec<Violation>,
    pub(crate) warnings: Vec<Warning>,
}

/// What is to be said about a draft for all its accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reviews {
    /// One for each account, in the order in which they were named.
    pub(crate) accounts: Vec<Review>,
    /// What is wrong for no account in particular.
    pub(crate) violations: Vec<Violation>,
    pub(crate) warnings: Vec<Warning>,
}

impl Reviews {
    /// Returns every violation: those of the draft as a whole first, then account by account.
    pub(crate) fn all_violations(&self) -> impl Iterator<Item = &Violation> {
        let of_accounts = self.accounts.iter().flat_map(|review| &review.violations);
        self.violations.iter().chain(of_accounts)
    }

    /// Whether nothing is wrong; there may be warnings.
    pub(crate) fn is_clean(&self) -> bool {
        self.all_violations().next().is_none()
    }
}

/// A post, and what its author may still want to know about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Checked {
    pub(crate) post: Post,
    pub(crate) reviews: Reviews,
}

/// Makes `draft` the post that `plan` has begun.
///
/// # Errors
/// When any rule is broken, for any account: then the reviews say every one of them.
pub(crate) fn check(
    draft: &Draft,
    plan: Plan,
    addressees: &[Addressee],
    rules: &Rules,
) -> Result<Checked, Reviews> {
    let reviews = review_all(draft, &plan.media, addressees, rules);
    if !reviews.is_clean() {
        return Err(reviews);
    }
    Ok(assemble(draft, plan, reviews))
}

/// Makes `draft` a post that is only to be saved: it may break rules, which the reviews say.
pub(crate) fn save(draft: &Draft, plan: Plan, addressees: &[Addressee], rules: &Rules) -> Checked {
    let reviews = review_all(draft, &plan.media, addressees, rules);
    assemble(draft, plan, reviews)
}

fn assemble(draft: &Draft, plan: Plan, reviews: Reviews) -> Checked {
    let texts: BTreeMap<_, _> = reviews
        .accounts
        .iter()
        .filter(|review| draft.texts.contains_key(&review.account))
        .map(|review| (review.account.clone(), review.text.clone()))
        .collect();
    let addressees = reviews
        .accounts
        .iter()
        .map(|review| (review.account.clone(), review.platform))
        .collect();
    let post = Post {
        id: plan.id,
        key: draft.key.clone(),
        text: normalise(&draft.text),
        texts,
        media: plan.media.into_iter().map(with_alt_normalised).collect(),
        lang: draft.lang.clone(),
        cw: content_warning(draft),
        visibility: draft.visibility,
        fit: draft.fit,
        tags: tags::normalised(draft),
        card: draft.card.clone(),
        card_reach: draft.card_reach,
        addressees,
        created_at: plan.created_at,
    };
    Checked { post, reviews }
}

/// Says everything about `draft`, for each of `addressees` and as a whole. An account that is named
/// twice counts once.
pub(crate) fn review_all(
    draft: &Draft,
    media: &[Media],
    addressees: &[Addressee],
    rules: &Rules,
) -> Reviews {
    let mut seen = BTreeSet::new();
    let accounts: Vec<Review> = addressees
        .iter()
        .filter(|addressee| seen.insert(&addressee.account))
        .map(|addressee| review(draft, media, addressee, rules))
        .collect();
    let mut reviews = Reviews {
        accounts,
        ..Reviews::default()
    };
    if addressees.is_empty() {
        reviews.violations.push(for_all(
            "no_addressee",
            "it goes to no account".to_owned(),
            "name one with `--to`, or set `default_to` in the configuration".to_owned(),
        ));
    }
    reviews.violations.extend(bad_key(draft));
    reviews.violations.extend(tags::bad_tags(draft));
    reviews.violations.extend(cards::bad_card(draft, media));
    for account in draft.texts.keys().filter(|name| !seen.contains(name)) {
        look_at_unused_text(account, rules, &mut reviews);
    }
    reviews
}

/// Says everything about `draft`, with `media` as its media, for `addressee` alone.
pub(crate) fn review(
    draft: &Draft,
    media: &[Media],
    addressee: &Addressee,
    rules: &Rules,
) -> Review {
    let own_text = draft.texts.get(&addressee.account);
    let for_this_account = |media: &Media| {
        let given = media.for_account(&addressee.account);
        with_alt_normalised(given)
    };
    let mut review = Review {
        account: addressee.account.clone(),
        platform: addressee.platform,
        text: normalise(own_text.unwrap_or(&draft.text)),
        length: 0,
        limit: addressee.limits.text_max,
        unit: addressee.limits.unit,
        facets: Vec::new(),
        media: media.iter().map(for_this_account).collect(),
        card: None,
        violations: Vec::new(),
        warnings: Vec::new(),
    };
    words::look_at_text(draft, &addressee.limits, &mut review);
    tags::look_at_ignored_tags(draft, &mut review);
    words::look_at_options(draft, &mut review);
    blocks::look_at_blocks(&addressee.limits, &mut review);
    references::look_at_references(draft, &addressee.limits.facets, &mut review);
    tags::look_at_tags(draft, &addressee.limits, &mut review);
    cards::look_at_card(draft, &mut review);
    pictures::look_at_media(draft, &addressee.limits, rules.missing_alt, &mut review);
    review
}

impl Review {
    /// Adds that the account's platform would refuse it.
    fn refuse(&mut self, rule: &'static str, message: String, fix: impl Into<String>) {
        self.violations.push(Violation {
            account: Some(self.account.clone()),
            platform: Some(self.platform),
            rule,
            message,
            fix: fix.into(),
        });
    }

    /// Adds what its author may want to know.
    fn warn(&mut self, rule: &'static str, message: String, fix: impl Into<String>) {
        self.warnings.push(Warning {
            rule,
            message,
            fix: fix.into(),
        });
    }
}

/// Returns the content warning, if there are any words in it.
fn content_warning(draft: &Draft) -> Option<String> {
    let cw = normalise(draft.cw.as_deref()?);
    (!cw.is_empty()).then_some(cw)
}

fn with_alt_normalised(media: Media) -> Media {
    Media {
        alt: normalise(&media.alt),
        ..media
    }
}

fn for_all(rule: &'static str, message: String, fix: String) -> Violation {
    Violation {
        account: None,
        platform: None,
        rule,
        message,
        fix,
    }
}

fn bad_key(draft: &Draft) -> Option<Violation> {
    let key = draft.key.as_deref()?;
    let is_fine =
        !key.trim().is_empty() && key.len() <= KEY_BYTES_MAX && !key.chars().any(char::is_control);
    (!is_fine).then(|| {
        for_all(
            "bad_key",
            format!(
                "the key has {} bytes: it may have 1 to {KEY_BYTES_MAX}, without control characters",
                key.len()
            ),
            "choose a short name for this post, such as `release-1.2.0`".to_owned(),
        )
    })
}

fn look_at_unused_text(account: &AccountName, rules: &Rules, reviews: &mut Reviews) {
    if rules.accounts.contains(account) {
        reviews.warnings.push(Warning {
            rule: "unused_text",
            message: format!("there is a text for `{account}`, but the post does not go there"),
            fix: format!("add `--to {account}`, or leave the text out"),
        });
        return;
    }
    let names = rules.accounts.iter().map(AccountName::as_str);
    let fix = nearest(account.as_str(), names).map_or_else(
        || "correct the name, or add the account to the configuration".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    let message = format!("there is a text for `{account}`, but no account of that name");
    reviews.violations.push(Violation {
        account: Some(account.clone()),
        ..for_all("unknown_account", message, fix)
    });
}
