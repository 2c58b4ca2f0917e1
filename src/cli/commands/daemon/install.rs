//! `hayon daemon install`: has the system start the daemon, for whoever installs it.
//!
//! It writes one file and runs nothing: what a service manager is told is told by a person, who is
//! shown the commands, and those that take it back.

use std::path::Path;
use std::path::PathBuf;

use clap::Args;
use clap::ValueEnum;
use serde_json::json;

use crate::cli::commands::daemon::launchd;
use crate::cli::commands::daemon::service::Commands;
use crate::cli::commands::daemon::service::Service;
use crate::cli::commands::daemon::systemd;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::paths::read_text;
use crate::paths::replace;

/// Variables that say where things are; the service is given those that are set now.
const PLACES: [&str; 7] = [
    "HAYON_CONFIG",
    "HAYON_OUTBOX",
    "HAYON_MEDIA_FOLDER",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "XDG_CACHE_HOME",
];

/// Have the system start the daemon, and start it again if it fails
///
/// Writes a service of your own for systemd, or an agent for macOS' launchd, and prints the commands
/// that start it and those that take it back; it runs none of them. What is under way is ended when the
/// service is stopped; systemd is told when it delivers, and restarts it if it hangs.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon daemon install
  hayon daemon install --print      look at it first")]
pub(crate) struct InstallArgs {
    /// Print the file instead of writing it
    #[arg(long)]
    print: bool,
    /// Overwrite a file that is there already
    #[arg(long, conflicts_with = "print")]
    replace: bool,
    /// What starts it [default: this system's own]
    #[arg(long, value_enum, value_name = "MANAGER")]
    manager: Option<Manager>,
}

/// What starts services for a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Manager {
    Systemd,
    Launchd,
}

impl Manager {
    const fn of_this_system() -> Option<Self> {
        if cfg!(target_os = "linux") {
            Some(Self::Systemd)
        } else if cfg!(target_os = "macos") {
            Some(Self::Launchd)
        } else {
            None
        }
    }
}

/// A file that a manager reads, and what a person tells the manager of it.
struct Installation {
    file: PathBuf,
    text: String,
    commands: Commands,
}

/// Writes the service, or prints it.
pub(crate) fn run(context: &Context, arguments: &InstallArgs) -> Result<Exit, CliError> {
    let manager = arguments.manager.or_else(Manager::of_this_system);
    let manager = manager.ok_or_else(|| {
        CliError::new("service", "no manager of services is known on this system")
            .hint("let its scheduler run `hayon daemon --once` every minute")
            .exit(Exit::Usage)
    })?;
    // A service that cannot read its configuration would only fail again and again.
    let _ = context.config()?;
    let installation = installation(context, manager)?;
    if arguments.print {
        context.ui.print(&installation.text);
        context.ui.print_json(&document(&installation));
        return Ok(Exit::Done);
    }
    write(&installation, arguments.replace)?;
    context.ui.print(&told(&installation));
    context.ui.print_json(&document(&installation));
    warn_of_unseen(context);
    Ok(Exit::Done)
}

fn installation(context: &Context, manager: Manager) -> Result<Installation, CliError> {
    let program = context.program().map_err(|error| {
        CliError::new("service", "cannot tell where hayon itself is").cause(error.to_string())
    })?;
    let mut service = Service {
        program,
        arguments: arguments(context)?,
        variables: variables(context)?,
        log: None,
    };
    let (file, text, commands) = match manager {
        Manager::Systemd => {
            let file = systemd::file(&context.config_home()?);
            let commands = systemd::commands(&file);
            let text = systemd::unit(&service, &commands.undo);
            (file, text, commands)
        }
        Manager::Launchd => {
            let home = context.home()?;
            service.log = Some(launchd::log(&home));
            let file = launchd::file(&home);
            let commands = launchd::commands(&file);
            let text = launchd::agent(&service, &commands.undo);
            (file, text, commands)
        }
    };
    Ok(Installation {
        file,
        text,
        commands,
    })
}

/// What was named on this command line holds for the service, too.
fn arguments(context: &Context) -> Result<Vec<String>, CliError> {
    let mut arguments = vec!["daemon".to_owned()];
    for (flag, path) in context.places() {
        arguments.extend([flag.to_owned(), absolute(path)?]);
    }
    Ok(arguments)
}

fn variables(context: &Context) -> Result<Vec<(String, String)>, CliError> {
    let mut variables = Vec::new();
    for name in PLACES {
        if let Some(path) = context.file_named_in(name) {
            variables.push((name.to_owned(), absolute(&path)?));
        }
    }
    Ok(variables)
}

/// A service starts in another folder, and its files are text.
fn absolute(path: &Path) -> Result<String, CliError> {
    let absolute = std::path::absolute(path).map_err(|error| {
        CliError::new("service", format!("cannot find `{}`", path.display()))
            .cause(error.to_string())
    })?;
    let text = absolute.to_str().map(str::to_owned);
    text.ok_or_else(|| {
        let path = path.display();
        CliError::new("service", format!("the name of `{path}` is not UTF-8"))
            .hint("give it another name, or write the service by hand")
    })
}

fn write(installation: &Installation, may_replace: bool) -> Result<(), CliError> {
    let Installation { file, text, .. } = installation;
    let unwritten = |error: std::io::Error| {
        CliError::new("service", format!("cannot write `{}`", file.display()))
            .cause(error.to_string())
    };
    let present = read_text(file).map_err(unwritten)?;
    match present {
        Some(present) if present == *text => Ok(()),
        Some(_) if !may_replace => Err(CliError::new(
            "service",
            format!("`{}` is there already, and is another", file.display()),
        )
        .hint("look at what is new with `--print`, and overwrite it with `--replace`")),
        _ => replace(file, text.as_bytes()).map_err(unwritten),
    }
}

fn told(installation: &Installation) -> String {
    let Commands { start, undo } = &installation.commands;
    let lines = |commands: &[String]| -> String {
        let lines = commands.iter().map(|command| format!("  {command}\n"));
        lines.collect()
    };
    format!(
        "wrote `{}`\n\nto start it:\n{}\nto take it back:\n{}",
        installation.file.display(),
        lines(start),
        lines(undo).trim_end_matches('\n'),
    )
}

fn document(installation: &Installation) -> serde_json::Value {
    let Commands { start, undo } = &installation.commands;
    json!({
        "file": installation.file.display().to_string(),
        "text": installation.text,
        "start": start,
        "undo": undo,
    })
}

/// The service has an environment of its own: what only this shell knows is missing there.
fn warn_of_unseen(context: &Context) {
    let mut unseen = context.own_variables();
    unseen.retain(|name| !PLACES.contains(&name.as_str()));
    if unseen.is_empty() {
        return;
    }
    let names: Vec<String> = unseen.iter().map(|name| format!("`{name}`")).collect();
    context
        .ui
        .warn(&format!("the service does not see {}", names.join(", ")));
    context.ui.hint(
        "log in with `hayon account add`, which keeps secrets where the service finds them, and write \
         settings into the configuration",
    );
}
