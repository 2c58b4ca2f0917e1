//! `hayon account`: who hayon posts as, and whether that still holds.

pub(crate) mod check;
pub(crate) mod refresh;

use clap::Args;
use clap::Subcommand;

use crate::cli::commands::account::check::CheckArgs;
use crate::cli::commands::account::refresh::RefreshArgs;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;

/// Log in, and look after the accounts
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon account check --fail-within 7d
  hayon account refresh insta")]
pub(crate) struct AccountArgs {
    #[command(subcommand)]
    command: AccountCommand,
}

#[derive(Clone, Debug, Subcommand)]
enum AccountCommand {
    Check(CheckArgs),
    Refresh(RefreshArgs),
}

impl AccountArgs {
    /// Whether the command only answers a question.
    pub(crate) fn is_question(&self) -> bool {
        matches!(self.command, AccountCommand::Check(_))
    }
}

/// Does as asked.
pub(crate) fn run(context: &Context, arguments: &AccountArgs) -> Result<Exit, CliError> {
    match &arguments.command {
        AccountCommand::Check(arguments) => check::run(context, arguments),
        AccountCommand::Refresh(arguments) => refresh::run(context, arguments),
    }
}
