//! Reads what was typed, and makes only the command that is meant: a start would feel it if all were made.

use std::ffi::OsString;

use clap::ArgMatches;
use clap::Args as _;
use clap::CommandFactory as _;
use clap::FromArgMatches as _;
use clap::error::ErrorKind;

use crate::cli::args::Arguments;
use crate::cli::args::CancelArgs;
use crate::cli::args::Global;
use crate::cli::args::ResolveArgs;
use crate::cli::args::ValidateArgs;
use crate::cli::commands::account::AccountArgs;
use crate::cli::commands::completions::CompletionsArgs;
use crate::cli::commands::daemon::DaemonArgs;
use crate::cli::commands::delete::DeleteArgs;
use crate::cli::commands::doctor::DoctorArgs;
use crate::cli::commands::edit::EditArgs;
use crate::cli::commands::list::ListArgs;
use crate::cli::commands::man::ManArgs;
use crate::cli::commands::media::MediaArgs;
use crate::cli::commands::post::PostArgs;
use crate::cli::commands::reschedule::RescheduleArgs;
use crate::cli::commands::retry::RetryArgs;
#[cfg(feature = "sandbox")]
use crate::cli::commands::sandbox::SandboxArgs;
use crate::cli::commands::show::ShowArgs;
use crate::cli::commands::submit::SubmitArgs;

/// Gives a command its flags.
type Make = fn(clap::Command) -> clap::Command;

/// Every command by its name, with what makes it.
const COMMANDS: &[(&str, Make)] = &[
    ("account", AccountArgs::augment_args),
    ("cancel", CancelArgs::augment_args),
    ("completions", CompletionsArgs::augment_args),
    ("daemon", DaemonArgs::augment_args),
    ("delete", DeleteArgs::augment_args),
    ("doctor", DoctorArgs::augment_args),
    ("edit", EditArgs::augment_args),
    ("list", ListArgs::augment_args),
    ("man", ManArgs::augment_args),
    ("media", MediaArgs::augment_args),
    ("post", PostArgs::augment_args),
    ("reschedule", RescheduleArgs::augment_args),
    ("resolve", ResolveArgs::augment_args),
    ("retry", RetryArgs::augment_args),
    #[cfg(feature = "sandbox")]
    ("sandbox", SandboxArgs::augment_args),
    ("show", ShowArgs::augment_args),
    ("submit", SubmitArgs::augment_args),
    ("validate", ValidateArgs::augment_args),
];

/// Reads what was typed.
///
/// # Errors
/// What clap says to arguments that it cannot read, or in answer to `--help` and `--version`.
pub(crate) fn read(arguments: Vec<OsString>) -> Result<(Arguments, ArgMatches), clap::Error> {
    match read_by(only_what_is_meant(&arguments), arguments.clone()) {
        // What is to be said may be about the others. A name that was only the value of a flag leads here, too:
        // where the command should stand, there is another one.
        Err(error) if error.kind() != ErrorKind::DisplayVersion => {
            read_by(Arguments::command(), arguments)
        }
        done => done,
    }
}

fn read_by(
    hayon: clap::Command,
    arguments: Vec<OsString>,
) -> Result<(Arguments, ArgMatches), clap::Error> {
    let matches = hayon.try_get_matches_from(arguments)?;
    Ok((Arguments::from_arg_matches(&matches)?, matches))
}

/// Returns hayon with no command but the first that `arguments` name, and without the words of its help.
fn only_what_is_meant(arguments: &[OsString]) -> clap::Command {
    let hayon = clap::Command::new(env!("CARGO_PKG_NAME"))
        .version(env!("CARGO_PKG_VERSION"))
        .propagate_version(true)
        .disable_help_subcommand(true)
        .subcommand_required(true);
    let meant = arguments
        .iter()
        .find_map(|argument| COMMANDS.iter().find(|(name, _)| argument == name));
    let command = meant.map(|(name, make)| make(clap::Command::new(*name)));
    Global::augment_args(hayon).subcommands(command)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::CommandFactory as _;

    use crate::cli::args::Arguments;
    use crate::cli::args::Command;
    use crate::cli::typed::COMMANDS;
    use crate::cli::typed::only_what_is_meant;
    use crate::cli::typed::read;
    use crate::cli::typed::read_by;

    fn typed(words: &str) -> Vec<OsString> {
        let words = ["hayon"].into_iter().chain(words.split_whitespace());
        words.map(OsString::from).collect()
    }

    fn made(mut hayon: clap::Command) -> clap::Command {
        hayon.build();
        hayon
    }

    #[test]
    fn every_command_is_made_as_if_all_were() {
        let whole = made(Arguments::command());
        let names: Vec<&str> = COMMANDS.iter().map(|(name, _)| *name).collect();
        let mut all: Vec<&str> = whole
            .get_subcommands()
            .map(clap::Command::get_name)
            .collect();
        all.sort_unstable();
        assert_eq!(names, all);
        for name in names {
            let only = made(only_what_is_meant(&typed(name)));
            let own = only.find_subcommand(name).expect("the command");
            let among_all = whole.find_subcommand(name).expect("the command");
            let [own, among_all] =
                [own, among_all].map(|command| command.clone().render_long_help().to_string());
            assert_eq!(own, among_all);
            assert_eq!(only.get_subcommands().count(), 1, "{name}");
        }
    }

    #[test]
    fn whatever_is_typed_is_read_as_if_all_commands_were_made() {
        let lines = [
            "",
            "--help",
            "-V",
            "post --version",
            "post words --to a,b --json",
            "post -- --help",
            "--outbox post post words",
            "--outbox list show 7",
            "--json list --limit 3 --color never",
            "post list --to show",
            "-- list",
            "account add mastodon --instance example.social",
            "account post",
            "media upload --help",
            "daemon install --json",
            "help post",
            "shwo 7",
            "show 7 8",
            "list --lmit 3",
        ];
        for line in lines {
            let [only, all] = [
                read(typed(line)),
                read_by(Arguments::command(), typed(line)),
            ]
            .map(|read| match read {
                Ok((arguments, _)) => format!("{arguments:?}"),
                Err(error) => format!("{:?} {} {error}", error.kind(), error.exit_code()),
            });
            assert_eq!(only, all, "{line}");
        }
    }

    #[test]
    fn a_command_that_is_named_only_by_chance_is_not_run() {
        let (arguments, _) = read(typed("--outbox list show 7")).expect("arguments");
        assert!(
            matches!(arguments.command, Command::Show(_)),
            "{arguments:?}"
        );
        let (arguments, _) = read(typed("post list --to show")).expect("arguments");
        assert!(
            matches!(arguments.command, Command::Post(_)),
            "{arguments:?}"
        );
    }

    #[test]
    fn what_cannot_be_read_is_answered_with_all_commands_in_mind() {
        let said = |words: &str| read(typed(words)).map(|_| ()).unwrap_err().to_string();
        assert!(said("shwo 7").contains("show"), "{}", said("shwo 7"));
        assert!(said("--help").contains("reschedule"), "{}", said("--help"));
        assert!(said("show --to x").contains("Usage: hayon show"));
    }
}
