//! `hayon account check`: whether every log-in holds, and for how long.

use std::time::Duration;

use clap::Args;
use clap::ValueHint;

use crate::cli::addressing;
use crate::cli::context::Context;
use crate::cli::context::block_on;
use crate::cli::doctor::Area;
use crate::cli::doctor::Section;
use crate::cli::doctor::accounts;
use crate::cli::doctor::accounts::Told;
use crate::cli::doctor::report;
use crate::cli::doctor::secrets;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::clock::later;
use crate::config::account::Account;
use crate::config::duration::parse_duration;
use crate::publish::checkup::Finding;

/// The longest time ahead that can be looked at: no token lives longer.
const AHEAD_MAX: Duration = Duration::from_hours(365 * 24);

/// Ask each account's server whether the log-in holds
///
/// Made for cron and CI: exit code 0 if every log-in holds, 5 if one does not, or ends within
/// `--fail-within`. What it says and its JSON are those of `hayon doctor`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon account check
  hayon account check --fail-within 7d
  hayon account check insta threads --json")]
pub(crate) struct CheckArgs {
    /// These accounts only, by name or platform
    #[arg(value_name = "ACCOUNT", value_hint = ValueHint::Other)]
    account: Vec<String>,
    /// Fail if a token ends within this time, such as `7d`
    #[arg(long, value_name = "DURATION", value_parser = parse_ahead, value_hint = ValueHint::Other)]
    fail_within: Option<Duration>,
}

/// Asks the servers.
pub(crate) fn run(context: &Context, arguments: &CheckArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    let chosen = addressing::chosen(&config.accounts, &arguments.account)?;
    let found = context.secrets(&config);
    let mut sections = vec![Section {
        area: Area::Secrets,
        findings: secrets::check(&found, &config.state_dir, &chosen),
    }];
    let progress = context.ui.progress("asking the servers");
    let asked = accounts::check(&chosen, &found, &context.clock);
    let told = block_on(async { Ok(asked.await) });
    drop(progress);
    for mut told in told? {
        told.findings.extend(ending(context, arguments, &told));
        sections.push(told.section());
    }
    context.ui.print_json(&report::document(&sections));
    context.ui.print(&report::words(&sections));
    Ok(report::exit(&sections))
}

/// Returns the finding that a token ends too soon, if it does.
fn ending(context: &Context, arguments: &CheckArgs, told: &Told<'_>) -> Option<Finding> {
    let (within, at) = (arguments.fail_within?, told.ends_at?);
    if at > later(context.clock.now(), within) {
        return None;
    }
    let Account { name, .. } = told.account;
    Some(
        Finding::trouble("token", format!("ends at {at:.0}, sooner than asked for"))
            .needs_login()
            .hint(format!(
                "`hayon account refresh {name}` renews it, or `hayon account add` logs in anew"
            )),
    )
}

/// Reads how far ahead to look.
fn parse_ahead(word: &str) -> Result<Duration, String> {
    parse_duration(word, Duration::ZERO..=AHEAD_MAX)
        .map_err(|error| format!("{error}; {}", error.hint()))
}
