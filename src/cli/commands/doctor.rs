//! `hayon doctor`: what keeps posts from going out, or soon will, and what to do about it.

use clap::Args;
use clap::ValueHint;

use crate::cli::addressing;
use crate::cli::context::Context;
use crate::cli::context::block_on;
use crate::cli::doctor::Area;
use crate::cli::doctor::Section;
use crate::cli::doctor::accounts;
use crate::cli::doctor::accounts::Told;
use crate::cli::doctor::configuration;
use crate::cli::doctor::media;
use crate::cli::doctor::outbox;
use crate::cli::doctor::report;
use crate::cli::doctor::secrets;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::config::account::Account;
use crate::config::survey::Servers;
use crate::config::survey::Survey;
use crate::publish::checkup::Finding;

/// Look at everything that posts depend on, and say what is wrong
///
/// Looks at the configuration, the secrets, the outbox, the media store, and at each account: whether
/// the log-in is accepted, what it may do, what the server takes, and whether the clocks agree. Nothing
/// is published and nothing is repaired; a log-in may be made anew, as a post would make it. Of a bucket
/// it reads the rules too, and fetches the newest picture as Instagram or Threads would.
///
/// With `--json`: `checks` is an array, and `ok` is whether nothing is in trouble. A check has `area`
/// (`configuration`, `secrets`, `outbox`, `media` or `account`), `account` (its name, or null),
/// `subject`, `verdict` (`ok`, `skipped`, `warning` or `trouble`), `message` and `hints`. Exit codes:
/// 0 without a trouble, also with warnings; 5 if a log-in is what is wrong; else 1.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon doctor
  hayon doctor --account work
  hayon doctor --offline --json")]
pub(crate) struct DoctorArgs {
    /// Ask no server
    #[arg(long)]
    offline: bool,
    /// Look at these accounts only, by name or platform; repeatable, or separated by commas
    #[arg(long, value_name = "ACCOUNT", value_delimiter = ',', value_hint = ValueHint::Other)]
    account: Vec<String>,
}

/// Looks at everything.
pub(crate) fn run(context: &Context, arguments: &DoctorArgs) -> Result<Exit, CliError> {
    let survey = context.survey();
    let chosen = chosen(&survey, &arguments.account)?;
    let mut sections = vec![
        Section {
            area: Area::Configuration,
            findings: configuration::check(&survey),
        },
        Section {
            area: Area::Secrets,
            findings: of_secrets(context, &survey, &chosen),
        },
        Section {
            area: Area::Outbox,
            findings: match &survey.outbox_path {
                Some(path) => outbox::check(path, &survey.accounts, context.clock.now()),
                None => vec![unknown_place("file")],
            },
        },
        Section {
            area: Area::Media,
            findings: match &survey.media {
                Some(config) => {
                    let unasked = unasked(&survey, arguments);
                    let mut findings = media::check(config, unasked, context.clock.now())?;
                    findings.extend(media::unfetchable(config, &chosen));
                    findings
                }
                None => vec![unknown_place("folder")],
            },
        },
    ];
    sections.extend(of_accounts(context, &survey, &chosen, arguments)?);
    context.ui.print_json(&report::document(&sections));
    context.ui.print(&report::words(&sections));
    Ok(report::exit(&sections))
}

/// Returns the accounts that `words` mean; all of them if there are none.
pub(crate) fn chosen<'s>(
    survey: &'s Survey,
    words: &[String],
) -> Result<Vec<&'s Account>, CliError> {
    if words.is_empty() {
        return Ok(survey.accounts.iter().collect());
    }
    let mut chosen: Vec<&Account> = Vec::new();
    for word in words {
        let meant = match addressing::meant_by(word.trim(), &survey.accounts) {
            Ok(meant) => meant,
            // It may be the one that the configuration is wrong about.
            Err(_) if !survey.errors.is_empty() => Vec::new(),
            Err(error) => return Err(error),
        };
        for account in meant {
            if !chosen.iter().any(|known| known.name == account.name) {
                chosen.push(account);
            }
        }
    }
    Ok(chosen)
}

fn unknown_place(subject: &'static str) -> Finding {
    Finding::skipped(
        subject,
        "where it is cannot be told before the configuration is right",
    )
}

fn of_secrets(context: &Context, survey: &Survey, chosen: &[&Account]) -> Vec<Finding> {
    match &survey.state_dir {
        Some(_) if chosen.is_empty() => {
            vec![Finding::skipped(
                "secrets",
                "no account is known that has any",
            )]
        }
        Some(state_dir) => secrets::check(&context.secrets_in(state_dir), state_dir, chosen),
        None => vec![unknown_place("secrets")],
    }
}

/// Returns why no server is to be asked, if none is.
fn unasked(survey: &Survey, arguments: &DoctorArgs) -> Option<&'static str> {
    if arguments.offline {
        return Some("not asked (`--offline`)");
    }
    (survey.servers == Servers::Unsure).then_some(
        "not asked: the file is not understood, and secrets go to no server by half of it",
    )
}

fn of_accounts<'a>(
    context: &Context,
    survey: &Survey,
    chosen: &[&'a Account],
    arguments: &DoctorArgs,
) -> Result<Vec<Section<'a>>, CliError> {
    if let Some(why) = unasked(survey, arguments) {
        return Ok(accounts::unasked(chosen, why));
    }
    let Some(state_dir) = survey.state_dir.as_deref() else {
        let why = "not asked: it cannot be told where secrets and sessions are kept";
        return Ok(accounts::unasked(chosen, why));
    };
    let secrets = context.secrets_in(state_dir);
    let progress = context.ui.progress("asking the servers");
    let asked = accounts::check(chosen, &secrets, &context.clock);
    let told = block_on(async { Ok(asked.await) });
    drop(progress);
    Ok(told?.into_iter().map(Told::section).collect())
}
