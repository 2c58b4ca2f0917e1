//! `hayon account`: the identities that hayon posts as.

pub(crate) mod add;

use clap::Args;
use clap::Subcommand;

use crate::cli::commands::account::add::AddArgs;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;

/// Log in, and look after accounts
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon account add
  hayon account add mastodon --instance mastodon.social --name work")]
pub(crate) struct AccountArgs {
    #[command(subcommand)]
    command: AccountCommand,
}

#[derive(Clone, Debug, Subcommand)]
enum AccountCommand {
    Add(AddArgs),
}

/// Does as asked.
pub(crate) fn run(context: &Context, arguments: &AccountArgs) -> Result<Exit, CliError> {
    match &arguments.command {
        AccountCommand::Add(arguments) => add::run(context, arguments),
    }
}
