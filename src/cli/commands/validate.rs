//! `hayon validate`: everything that is wrong with a draft, before anything is sent.

use std::path::Path;

use clap::ArgMatches;
use serde_json::Value;

use crate::cli::addressing;
use crate::cli::args::ValidateArgs;
use crate::cli::checking::Gathered;
use crate::cli::checking::new_post;
use crate::cli::compose::compose;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::limits;
use crate::cli::limits::Ask;
use crate::cli::reading::Sources;
use crate::cli::reviews;
use crate::cli::view::one_line;
use crate::cli::when;
use crate::config::Config;
use crate::http::foreign::Reach;
use crate::post::check::Reviews;
use crate::post::front_matter::PostFile;

/// Checks one draft, or each file.
pub(crate) fn run(
    context: &Context,
    arguments: &ValidateArgs,
    matches: Option<&ArgMatches>,
) -> Result<Exit, CliError> {
    let config = context.config()?;
    let ask = if arguments.offline {
        Ask::Nobody
    } else {
        Ask::Servers
    };
    let files = arguments.file.iter().map(|path| Some(path.as_path()));
    let drafts: Vec<Option<&Path>> = match arguments.file.len() {
        0 => vec![None],
        _ => files.collect(),
    };
    let mut reviewed = Vec::new();
    for file in drafts {
        let reviews = match compose(arguments.draft.clone(), file, matches) {
            Ok(composed) => review(context, &config, composed, ask, arguments.draft.reach())?,
            // What is wrong with one file is no reason to say nothing of the others.
            Err(error) if !error.violations.is_empty() => Reviews {
                violations: error.violations,
                ..Reviews::default()
            },
            Err(error) => return Err(error),
        };
        reviewed.push((file, reviews));
    }
    print(context, &reviewed);
    let is_clean = reviewed.iter().all(|(_, reviews)| reviews.is_clean());
    Ok(if is_clean {
        Exit::Done
    } else {
        Exit::Violation
    })
}

/// One document for one draft; for several files an array, in their order.
fn print(context: &Context, reviewed: &[(Option<&Path>, Reviews)]) {
    let documents: Vec<Value> = reviewed.iter().map(document).collect();
    match <[Value; 1]>::try_from(documents) {
        Ok([only]) => context.ui.print_json(&only),
        Err(several) => context.ui.print_json(&several.into()),
    }
    for (file, reviews) in reviewed {
        if let (Some(file), true) = (file, reviewed.len() > 1) {
            let file = one_line(&file.display().to_string());
            context.ui.print(&format!("{file}:"));
        }
        context.ui.print(&reviews::words(reviews));
    }
}

fn document((file, reviews): &(Option<&Path>, Reviews)) -> Value {
    let mut document = reviews::document(reviews);
    if let Some(file) = file {
        document["file"] = file.display().to_string().into();
    }
    document
}

fn review(
    context: &Context,
    config: &Config,
    mut composed: PostFile,
    ask: Ask,
    reach: Reach,
) -> Result<Reviews, CliError> {
    let places = addressing::places(&composed.to, !composed.draft.media.is_empty(), config)?;
    let addressees = limits::addressees(context, config, &places, ask)?;
    let bad_time = when::violation_in(&composed, context.clock.now());
    let draft = std::mem::take(&mut composed.draft);
    let begun = new_post(context);
    let sources = Sources {
        kept: &[],
        web: (ask == Ask::Servers).then_some(reach),
    };
    let mut gathered = Gathered::new(context, config, draft, addressees, begun, sources)?;
    gathered.unusable.extend(bad_time);
    Ok(gathered.review())
}
