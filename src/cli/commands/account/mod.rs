//! `hayon account`: the identities that hayon posts as, and whether their log-ins hold.

pub(crate) mod add;
pub(crate) mod check;
pub(crate) mod export;
pub(crate) mod list;
pub(crate) mod move_to;
pub(crate) mod refresh;
pub(crate) mod remove;

use std::path::PathBuf;

use clap::Args;
use clap::Subcommand;

use crate::cli::commands::account::add::AddArgs;
use crate::cli::commands::account::check::CheckArgs;
use crate::cli::commands::account::export::ExportArgs;
use crate::cli::commands::account::list::ListArgs;
use crate::cli::commands::account::move_to::MoveArgs;
use crate::cli::commands::account::refresh::RefreshArgs;
use crate::cli::commands::account::remove::RemoveArgs;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::config::Config;
use crate::config::account::Account;
use crate::post::account_name::AccountName;
use crate::post::nearest::nearest;

/// Log in, and look after accounts
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon account add
  hayon account add mastodon --instance mastodon.social --name work
  hayon account list
  hayon account check --fail-within 7d
  hayon account move work --to keyring")]
pub(crate) struct AccountArgs {
    #[command(subcommand)]
    command: AccountCommand,
}

#[derive(Clone, Debug, Subcommand)]
enum AccountCommand {
    Add(AddArgs),
    List(ListArgs),
    Check(CheckArgs),
    Refresh(RefreshArgs),
    Move(MoveArgs),
    Remove(RemoveArgs),
    Export(ExportArgs),
}

impl AccountArgs {
    /// Whether the command only answers a question.
    pub(crate) fn is_question(&self) -> bool {
        matches!(
            self.command,
            AccountCommand::Check(_) | AccountCommand::List(_) | AccountCommand::Export(_)
        )
    }
}

/// Returns the account of this very name.
fn named<'c>(config: &'c Config, name: &AccountName) -> Result<&'c Account, CliError> {
    let found = config.accounts.iter().find(|account| account.name == *name);
    found.ok_or_else(|| {
        let names = config.accounts.iter().map(|account| account.name.as_str());
        let near = nearest(name.as_str(), names);
        let hint = near.map_or_else(
            || "`hayon account list` shows the accounts".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        CliError::new("unknown_account", format!("there is no account `{name}`")).hint(hint)
    })
}

/// Returns the configuration file, to be written to.
fn config_file(context: &Context) -> Result<PathBuf, CliError> {
    context.config_file().ok_or_else(|| {
        CliError::new("config", "there is no place for a configuration file")
            .hint("name one with `--config` or `HAYON_CONFIG`")
    })
}

/// Does as asked.
pub(crate) fn run(context: &Context, arguments: &AccountArgs) -> Result<Exit, CliError> {
    match &arguments.command {
        AccountCommand::Add(arguments) => add::run(context, arguments),
        AccountCommand::List(arguments) => list::run(context, arguments),
        AccountCommand::Check(arguments) => check::run(context, arguments),
        AccountCommand::Refresh(arguments) => refresh::run(context, arguments),
        AccountCommand::Move(arguments) => move_to::run(context, arguments),
        AccountCommand::Remove(arguments) => remove::run(context, arguments),
        AccountCommand::Export(arguments) => export::run(context, arguments),
    }
}
