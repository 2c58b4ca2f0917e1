//! What is to be said about a draft before anything is sent: for people and for `--json`.

use std::fmt::Write as _;

use serde_json::Value;
use serde_json::json;

use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::fitting::listed;
use crate::cli::view::indented;
use crate::cli::view::one_line;
use crate::post::check::Review;
use crate::post::check::Reviews;
use crate::post::media::Media;
use crate::post::platform::Platform;
use crate::post::violation::Violation;
use crate::post::violation::Warning;
use crate::text::facet::Facet;

/// Returns the document of `validate --json` and of `post --dry-run --json`.
pub(crate) fn document(reviews: &Reviews) -> Value {
    let accounts: Vec<Value> = reviews.accounts.iter().map(account_json).collect();
    json!({
        "accounts": accounts,
        "violations": reviews.violations.iter().map(violation_json).collect::<Vec<_>>(),
        "warnings": reviews.warnings.iter().map(warning_json).collect::<Vec<_>>(),
    })
}

/// Returns the error of a draft that breaks a rule, with every violation in it.
pub(crate) fn refusal(reviews: &Reviews) -> CliError {
    let violations: Vec<Violation> = reviews.all_violations().cloned().collect();
    let error = match violations.as_slice() {
        [one] => CliError::new("violation", sentence(one)).hint(&one.fix),
        several => CliError {
            causes: several.iter().map(mended).collect(),
            ..CliError::new(
                "violation",
                format!("the draft is refused for {} reasons", several.len()),
            )
        },
    };
    CliError {
        violations,
        ..error.exit(Exit::Violation)
    }
}

/// Adds to `reviews` what is wrong with pictures that cannot be used, or not for some account.
pub(crate) fn with_unusable(mut reviews: Reviews, unusable: Vec<Violation>) -> Reviews {
    if unusable.iter().any(|v| v.rule == "unreadable_media") {
        // A draft whose pictures are missing is not empty.
        for review in &mut reviews.accounts {
            review.violations.retain(|v| v.rule != "empty_post");
        }
    }
    for violation in unusable {
        let mut of_accounts = reviews.accounts.iter_mut();
        let review = of_accounts.find(|review| Some(&review.account) == violation.account.as_ref());
        review
            .map_or(&mut reviews.violations, |review| &mut review.violations)
            .push(violation);
    }
    reviews
}

/// Returns what each account would get, and what is wrong with it, in words.
pub(crate) fn words(reviews: &Reviews) -> String {
    let mut text = String::new();
    for review in &reviews.accounts {
        text.push_str(&account_words(review));
    }
    for violation in &reviews.violations {
        let _ = writeln!(
            text,
            "violation: {}\n  {}",
            violation.message, violation.fix
        );
    }
    for warning in &reviews.warnings {
        let _ = writeln!(text, "warning: {}\n  {}", warning.message, warning.fix);
    }
    text
}

fn account_words(review: &Review) -> String {
    let Review {
        account,
        length,
        limit,
        ..
    } = review;
    let (platform, unit) = (review.platform.title(), review.unit.name());
    let mut text = format!("{account} ({platform}): {length} of {limit} {unit}\n");
    text.push_str(&indented(&review.text));
    if let Some(address) = &review.card {
        let _ = writeln!(text, "    [card: {}]", one_line(address));
    }
    for media in &review.media {
        let (mime, width, height) = (&media.facts.mime, media.facts.width, media.facts.height);
        let alt = if media.alt.is_empty() {
            "no alt text"
        } else {
            &media.alt
        };
        let _ = writeln!(text, "    [{mime} {width}×{height}: {}]", one_line(alt));
        for made in &media.renditions {
            let _ = writeln!(text, "      {}", listed(&made.changes));
        }
    }
    for violation in &review.violations {
        let _ = writeln!(
            text,
            "  violation: {}\n    {}",
            violation.message, violation.fix
        );
    }
    for warning in &review.warnings {
        let _ = writeln!(text, "  warning: {}\n    {}", warning.message, warning.fix);
    }
    text
}

/// Returns one violation in a line, without what to do about it.
pub(crate) fn sentence(violation: &Violation) -> String {
    match (&violation.account, violation.platform) {
        (Some(account), Some(_)) => format!("`{account}`: {}", violation.message),
        // What is wrong with the draft as a whole names its account itself.
        _ => violation.message.clone(),
    }
}

fn mended(violation: &Violation) -> String {
    format!("{} ({})", sentence(violation), violation.fix)
}

fn account_json(review: &Review) -> Value {
    json!({
        "account": review.account.as_str(),
        "platform": review.platform.name(),
        "text": review.text,
        "length": review.length,
        "limit": review.limit,
        "unit": review.unit.name(),
        "facets": review.facets.iter().map(facet_json).collect::<Vec<_>>(),
        "media": review.media.iter().map(media_json).collect::<Vec<_>>(),
        "card": review.card,
        "violations": review.violations.iter().map(violation_json).collect::<Vec<_>>(),
        "warnings": review.warnings.iter().map(warning_json).collect::<Vec<_>>(),
    })
}

fn facet_json(facet: &Facet) -> Value {
    json!({
        "kind": facet.kind.name(),
        "byte_start": facet.byte_start,
        "byte_end": facet.byte_end,
        "value": facet.value,
    })
}

fn media_json(media: &Media) -> Value {
    json!({
        "kind": media.facts.kind.name(),
        "mime": media.facts.mime,
        "width": media.facts.width,
        "height": media.facts.height,
        "size_bytes": media.facts.size_bytes,
        "alt": media.alt,
        "changes": media.renditions.first().map_or(&[][..], |made| &made.changes),
    })
}

/// Returns a violation in the form of `--json`.
pub(crate) fn violation_json(violation: &Violation) -> Value {
    json!({
        "account": violation.account.as_ref().map(ToString::to_string),
        "platform": violation.platform.map(Platform::name),
        "rule": violation.rule,
        "message": violation.message,
        "fix": violation.fix,
    })
}

fn warning_json(warning: &Warning) -> Value {
    json!({ "rule": warning.rule, "message": warning.message, "fix": warning.fix })
}
