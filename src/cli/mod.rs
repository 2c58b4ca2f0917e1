//! The face of the tool: commands, words, colours, exit codes.
//!
//! [`args`] is what a person may type and [`typed`] reads it, [`commands`] has a file per command,
//! [`error`] and [`exit`] say how a command ends, [`ui`] is the only way to stdout and stderr. Data flows
//! down from here: a command gathers a draft ([`compose`]), has it checked, and hands it to the outbox;
//! what is sent is sent by [`crate::daemon`] and [`crate::delivery`].

pub(crate) mod addressing;
pub(crate) mod args;
pub(crate) mod beside;
pub(crate) mod browser;
pub(crate) mod bug;
pub(crate) mod calendar;
pub(crate) mod checking;
pub(crate) mod ci;
pub(crate) mod commands;
pub(crate) mod compose;
pub(crate) mod context;
pub(crate) mod core_dumps;
pub(crate) mod delivering;
#[cfg(feature = "sandbox")]
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod editor;
pub(crate) mod error;
pub(crate) mod exit;
pub(crate) mod fitting;
mod generated;
pub(crate) mod limits;
pub(crate) mod manual;
pub(crate) mod notifying;
mod offers;
pub(crate) mod prompts;
pub(crate) mod publishers;
pub(crate) mod reading;
pub(crate) mod reviews;
pub(crate) mod revoking;
pub(crate) mod standing;
pub(crate) mod stopping;
pub(crate) mod stored;
pub(crate) mod storing;
pub(crate) mod taking_down;
pub(crate) mod twins;
mod typed;
pub(crate) mod ui;
pub(crate) mod unattended;
pub(crate) mod view;
pub(crate) mod when;
pub(crate) mod wiring;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::ArgMatches;

use crate::cli::args::Command;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::ui::Form;
use crate::cli::ui::Ui;
use crate::cli::ui::Volume;

/// Runs the command line and returns how it ends.
pub(crate) fn run(arguments: Vec<OsString>) -> ExitCode {
    core_dumps::prevent();
    // Whoever asked for JSON gets it even for arguments that cannot be read.
    let wants_json = arguments.iter().any(|argument| argument == "--json");
    let (arguments, matches) = match typed::read(arguments) {
        Ok(parsed) => parsed,
        Err(error) => return refuse_arguments(&error, wants_json),
    };
    arguments.global.color.apply();
    let ui = Ui {
        form: if arguments.global.json {
            Form::Json
        } else {
            Form::Words
        },
        volume: if arguments.global.quiet {
            Volume::Quiet
        } else {
            Volume::Normal
        },
    };
    ui::trace(ui, arguments.global.verbose > 0);
    let purpose = match &arguments.command {
        Command::List(_)
        | Command::Show(_)
        | Command::Validate(_)
        | Command::Doctor(_)
        | Command::Completions(_)
        | Command::Man(_) => Purpose::Answer,
        Command::Account(account) if account.is_question() => Purpose::Answer,
        Command::Media(media) if media.is_question() => Purpose::Answer,
        _ => Purpose::Deed,
    };
    let exit = bug::caught(ui, || {
        let context = Context::new(ui, arguments.global);
        run_command(&context, arguments.command, &matches)
            .and_then(|exit| answered(ui, exit, purpose))
            .unwrap_or_else(|error| {
                ui.fail(&error);
                error.exit
            })
    });
    ui.release();
    ExitCode::from(exit.code())
}

/// What a command is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Answer,
    Deed,
}

/// A question is answered only if stdout took the answer. A deed is done all the same: a script
/// that read a failure here would post again.
fn answered(ui: Ui, exit: Exit, purpose: Purpose) -> Result<Exit, CliError> {
    match ui::unanswered() {
        Some(why) if purpose == Purpose::Answer => {
            Err(CliError::new("stdout", "cannot write to stdout")
                .cause(why)
                .hint("make room where the output goes, or send it elsewhere, and ask again"))
        }
        Some(why) => {
            ui.warn(&format!("cannot write to stdout: {why}"));
            Ok(exit)
        }
        None => Ok(exit),
    }
}

fn run_command(
    context: &Context,
    command: Command,
    matches: &ArgMatches,
) -> Result<Exit, CliError> {
    let own_matches = matches.subcommand().map(|(_, own)| own);
    match command {
        Command::Account(arguments) => commands::account::run(context, &arguments),
        Command::Post(arguments) => commands::post::run(context, &arguments, own_matches),
        Command::Submit(arguments) => commands::submit::run(context, &arguments),
        Command::Edit(arguments) => commands::edit::run(context, &arguments, own_matches),
        Command::Reschedule(arguments) => commands::reschedule::run(context, &arguments),
        Command::Delete(arguments) => commands::delete::run(context, &arguments),
        Command::Validate(arguments) => commands::validate::run(context, &arguments, own_matches),
        Command::List(arguments) => commands::list::run(context, &arguments),
        Command::Show(arguments) => commands::show::run(context, &arguments),
        Command::Cancel(arguments) => commands::cancel::run(context, &arguments),
        Command::Retry(arguments) => commands::retry::run(context, &arguments),
        Command::Resolve(arguments) => commands::resolve::run(context, arguments),
        Command::Daemon(arguments) => commands::daemon::run(context, &arguments),
        Command::Doctor(arguments) => commands::doctor::run(context, &arguments),
        Command::Media(arguments) => commands::media::run(context, &arguments),
        #[cfg(feature = "sandbox")]
        Command::Sandbox(arguments) => commands::sandbox::run(context, arguments),
        Command::Completions(arguments) => commands::completions::run(context, &arguments),
        Command::Man(arguments) => commands::man::run(context, &arguments),
    }
}

/// Says what is wrong with the arguments; help and version are no errors.
fn refuse_arguments(error: &clap::Error, wants_json: bool) -> ExitCode {
    if wants_json && error.exit_code() != 0 {
        let text = error.render().to_string();
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let message = lines.next().unwrap_or_default();
        let mut told = CliError::usage(message.trim_start_matches("error: "));
        told.hints = lines
            .map(|line| line.trim_start_matches("tip: ").to_owned())
            .collect();
        Ui {
            form: Form::Json,
            volume: Volume::Normal,
        }
        .fail(&told);
    } else {
        Ui::refuse_arguments(error);
    }
    ExitCode::from(if error.exit_code() != 0 {
        Exit::Usage.code()
    } else {
        Exit::Done.code()
    })
}
