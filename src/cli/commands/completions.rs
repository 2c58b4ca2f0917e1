//! `hayon completions`: what a shell needs to complete a command line of hayon.

use std::path::PathBuf;

use clap::Args;
use clap::CommandFactory as _;
use clap::ValueEnum as _;
use clap::ValueHint;
use clap_complete::Generator as _;
use clap_complete::Shell;

use crate::cli::args::Arguments;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::generated;
use crate::cli::generated::Generated;
use crate::cli::offers;
use crate::cli::offers::Kind;
use crate::cli::wiring::wired;

/// Print the script with which a shell completes commands, flags, paths, accounts and posts
///
/// For accounts and posts the scripts for bash, zsh and fish ask hayon, with `--candidates`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon completions bash > ~/.local/share/bash-completion/completions/hayon
  hayon completions zsh > ~/.zfunc/_hayon     where `fpath` has ~/.zfunc
  hayon completions fish > ~/.config/fish/completions/hayon.fish
  hayon completions --dir completions         the scripts of all shells")]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(
        value_name = "SHELL",
        required_unless_present_any = ["dir", "candidates"],
        conflicts_with = "dir"
    )]
    shell: Option<Shell>,
    /// Write the scripts of all shells into this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    dir: Option<PathBuf>,
    /// Print what the scripts offer: the accounts or posts that there are, a line each
    #[arg(long, value_name = "KIND", conflicts_with_all = ["shell", "dir"])]
    candidates: Option<Kind>,
}

/// Prints one script, or writes all.
pub(crate) fn run(context: &Context, arguments: &CompletionsArgs) -> Result<Exit, CliError> {
    if let Some(folder) = &arguments.dir {
        let shells = Shell::value_variants().iter().copied();
        let scripts: Vec<Generated> = shells.map(script).collect();
        return generated::write(context, &scripts, folder);
    }
    if let Some(kind) = arguments.candidates {
        offers::print(context, kind);
        return Ok(Exit::Done);
    }
    match arguments.shell {
        Some(shell) => Ok(script(shell).print(context)),
        None => Err(CliError::usage("no shell is named")),
    }
}

fn script(shell: Shell) -> Generated {
    let mut command = Arguments::command();
    let name = command.get_name().to_owned();
    let mut written = Vec::new();
    clap_complete::generate(shell, &mut command, &name, &mut written);
    let text = String::from_utf8_lossy(&written);
    Generated::new(shell.file_name(&name), &wired(&text, shell, &command))
}
