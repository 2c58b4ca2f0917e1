//! `hayon validate`: everything that is wrong with a draft, before anything is sent.

use clap::ArgMatches;
use serde_json::Value;

use crate::cli::addressing;
use crate::cli::args::ValidateArgs;
use crate::cli::commands::post::plan;
use crate::cli::commands::post::rules;
use crate::cli::compose::compose;
use crate::cli::compose::read_media;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::limits;
use crate::cli::limits::Ask;
use crate::cli::reviews;
use crate::config::Config;
use crate::post::check::Reviews;
use crate::post::check::review_all;
use crate::post::front_matter::PostFile;

/// Checks one draft, or each file.
pub(crate) fn run(
    context: &Context,
    arguments: ValidateArgs,
    matches: Option<&ArgMatches>,
) -> Result<Exit, CliError> {
    let config = context.config()?;
    let ask = if arguments.offline {
        Ask::Nobody
    } else {
        Ask::Servers
    };
    let mut files: Vec<_> = arguments
        .file
        .iter()
        .map(|path| Some(path.as_path()))
        .collect();
    if files.is_empty() {
        files.push(None);
    }
    let mut reviewed = Vec::new();
    for file in files {
        let composed = compose(arguments.draft.clone(), file, matches)?;
        reviewed.push((file, review(context, &config, &composed, ask)?));
    }
    let documents: Vec<Value> = reviewed.iter().map(|(_, r)| reviews::document(r)).collect();
    match <[Value; 1]>::try_from(documents) {
        Ok([only]) => context.ui.print_json(&only),
        Err(several) => context.ui.print_json(&several.into()),
    }
    for (file, reviews) in &reviewed {
        if let (Some(file), true) = (file, reviewed.len() > 1) {
            context.ui.print(&format!("{}:", file.display()));
        }
        context.ui.print(&reviews::words(reviews));
    }
    let is_clean = reviewed.iter().all(|(_, reviews)| reviews.is_clean());
    Ok(if is_clean {
        Exit::Done
    } else {
        Exit::Violation
    })
}

fn review(
    context: &Context,
    config: &Config,
    composed: &PostFile,
    ask: Ask,
) -> Result<Reviews, CliError> {
    let places = addressing::places(&composed.to, config)?;
    let addressees = limits::addressees(context, config, &places, ask)?;
    let media = read_media(&composed.draft.media, context.clock.now())?;
    let plan = plan(context, config, &media)?;
    Ok(review_all(
        &composed.draft,
        &plan.media,
        &addressees,
        &rules(config),
    ))
}
