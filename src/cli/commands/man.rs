//! `hayon man`: the manual, a page per command.

use std::path::PathBuf;

use clap::Args;
use clap::ValueHint;

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::generated;
use crate::cli::manual;

/// Print the manual page of hayon
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon man | man -l -
  hayon man --dir ~/.local/share/man/man1     a page per command")]
pub(crate) struct ManArgs {
    /// Write the page of every command into this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    dir: Option<PathBuf>,
}

/// Prints the main page, or writes all.
pub(crate) fn run(context: &Context, arguments: &ManArgs) -> Result<Exit, CliError> {
    match &arguments.dir {
        Some(folder) => generated::write(context, &manual::pages()?, folder),
        None => Ok(manual::main_page()?.print(context)),
    }
}
