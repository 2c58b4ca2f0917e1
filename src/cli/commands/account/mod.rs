//! `hayon account`: the identities that hayon posts as, and whether their log-ins hold.

pub(crate) mod add;
pub(crate) mod check;
pub(crate) mod refresh;

use clap::Args;
use clap::Subcommand;

use crate::cli::commands::account::add::AddArgs;
use crate::cli::commands::account::check::CheckArgs;
use crate::cli::commands::account::refresh::RefreshArgs;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;

/// Log in, and look after accounts
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon account add
  hayon account add mastodon --instance mastodon.social --name work
  hayon account check --fail-within 7d")]
pub(crate) struct AccountArgs {
    #[command(subcommand)]
    command: AccountCommand,
}

#[derive(Clone, Debug, Subcommand)]
enum AccountCommand {
    Add(AddArgs),
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
        AccountCommand::Add(arguments) => add::run(context, arguments),
        AccountCommand::Check(arguments) => check::run(context, arguments),
        AccountCommand::Refresh(arguments) => refresh::run(context, arguments),
    }
}
