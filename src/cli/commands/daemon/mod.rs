//! `hayon daemon`: delivers what is queued, once around or until told to stop; and has the system
//! start it ([`install`]).

mod install;
mod launchd;
mod once;
mod service;
mod systemd;

use std::cell::Cell;
use std::time::Duration;

use clap::Args;
use clap::Subcommand;
use clap::ValueHint;
use tokio::sync::watch;

use crate::cli::args::parse_wait;
use crate::cli::commands::daemon::install::InstallArgs;
use crate::cli::context::Context;
use crate::cli::context::block_on;
use crate::cli::delivering::delivery_plan;
use crate::cli::delivering::warn_of_unrenewed;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::notifying::notifier;
use crate::cli::notifying::tell_forever;
use crate::cli::publishers::publishers;
use crate::cli::stopping::STOPPING;
use crate::cli::stopping::until_stopped;
use crate::cli::view::Detail;
use crate::cli::view::hints;
use crate::cli::view::one_line;
use crate::cli::view::standing;
use crate::config::Config;
use crate::config::account::Account;
use crate::config::changes::AccountFiles;
use crate::config::changes::Stamp;
use crate::daemon::forever::Left;
use crate::daemon::supervisor;
use crate::daemon::turn::Plan;
use crate::delivery::upkeep::Unrenewed;
use crate::delivery::worker::Publishers;
use crate::notify::Notifier;
use crate::outbox::view::PostView;

/// Deliver what is queued, as it falls due
///
/// Runs until SIGTERM or Ctrl-C: then it ends what is under way and claims nothing more. One process
/// sends from an outbox at a time; a second daemon waits for the first.
#[derive(Clone, Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  hayon daemon
  hayon daemon --once --wait 5m     from cron, or in CI
  hayon daemon install              let the system start it"
)]
pub(crate) struct DaemonArgs {
    #[command(subcommand)]
    command: Option<DaemonCommand>,
    /// Deliver what is due, then end
    #[arg(long)]
    once: bool,
    /// With `--once`: keep trying for this long, such as `5m`
    #[arg(
        long,
        value_name = "DURATION",
        requires = "once",
        value_parser = parse_wait,
        value_hint = ValueHint::Other
    )]
    wait: Option<Duration>,
}

/// What can be done about the daemon beside running it.
#[derive(Clone, Debug, Subcommand)]
enum DaemonCommand {
    Install(InstallArgs),
}

/// Delivers what is queued, or has the system do so.
pub(crate) fn run(context: &Context, arguments: &DaemonArgs) -> Result<Exit, CliError> {
    match &arguments.command {
        Some(DaemonCommand::Install(arguments)) => install::run(context, arguments),
        None => deliver(context, arguments),
    }
}

fn deliver(context: &Context, arguments: &DaemonArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    // Before the secrets are read: what changes meanwhile is not missed.
    let files = context.account_files(&config);
    let stamp = files.stamp();
    let (publishers, missing) = accounts(context, &config)?;
    let outbox = context.outbox(&config)?;
    let plan = delivery_plan(context, &config, outbox, publishers, "hayon daemon");
    if arguments.once {
        once::once(context, &config, &plan, arguments.wait, missing > 0)
    } else {
        let notifier = notifier(context, &config);
        forever(context, plan, notifier.as_ref(), &files, stamp)
    }
}

/// Returns the publishers of the accounts that can log in; says which cannot, and returns how many.
fn accounts(context: &Context, config: &Config) -> Result<(Publishers, usize), CliError> {
    let accounts: Vec<&Account> = config.accounts.iter().collect();
    let (publishers, missing) = publishers(config, &context.secrets(config), &accounts)?;
    for error in &missing {
        context
            .ui
            .warn(&format!("{}; its deliveries are left alone", error.message));
        error.hints.iter().for_each(|hint| context.ui.hint(hint));
    }
    if config.accounts.is_empty() {
        context
            .ui
            .warn("there is no account: everything that is queued is left alone");
    }
    Ok((publishers, missing.len()))
}

fn forever(
    context: &Context,
    mut plan: Plan,
    notifier: Option<&Notifier>,
    files: &AccountFiles,
    mut stamp: Stamp,
) -> Result<Exit, CliError> {
    // It may be long until it ends.
    context.ui.release();
    let heard = || {
        supervisor::stopping("ending what is under way");
        context.ui.tell(STOPPING);
    };
    let left = block_on(until_stopped(heard, |mut stopping| async move {
        let ready = Cell::new(Some("delivering; SIGTERM or Ctrl-C ends it"));
        loop {
            let changed = || files.stamp() != stamp;
            let ready = || {
                supervisor::ready(&of_accounts(&plan));
                if let Some(words) = ready.take() {
                    context.ui.tell(words);
                }
            };
            let left =
                deliver_until_left(context, &plan, notifier, &mut stopping, ready, changed).await?;
            if left != Left::AccountsChanged {
                return Ok(left);
            }
            stamp = files.stamp();
            plan.publishers = accounts_again(context, plan.publishers);
        }
    }))?;
    if left == Left::Abandoned {
        context
            .ui
            .warn("what was under way did not end in time; the next start looks what became of it");
    }
    context.ui.tell("stopped");
    Ok(Exit::Done)
}

async fn deliver_until_left(
    context: &Context,
    plan: &Plan,
    notifier: Option<&Notifier>,
    stopping: &mut watch::Receiver<bool>,
    ready: impl FnOnce(),
    changed: impl Fn() -> bool,
) -> Result<Left, CliError> {
    let held = |holder: &str| {
        let holder = one_line(holder);
        let waiting = format!("waiting: {holder} is the sender of this outbox");
        // Ready all the same: it may be long until its turn comes, and it does all that it can.
        supervisor::ready(&waiting);
        context.ui.tell(&waiting);
    };
    let (count, news) = watch::channel(0);
    let parked = |post: &PostView, account: &str| {
        warn_of_parked(context, post, account);
        count.send_modify(|count| *count += 1);
    };
    let unrenewed = |unrenewed: &Unrenewed| {
        warn_of_unrenewed(context, unrenewed);
        context.ui.release();
    };
    tokio::select! {
        left = plan.deliver_forever(stopping, held, ready, parked, changed) => Ok(left?),
        never = plan.renew_credentials_forever(unrenewed) => match never {},
        never = tell_forever(context, plan, notifier, news) => match never {},
        never = plan.prove_alive_forever() => match never {},
    }
}

fn of_accounts(plan: &Plan) -> String {
    match plan.publishers.all().count() {
        1 => "delivering for 1 account".to_owned(),
        count => format!("delivering for {count} accounts"),
    }
}

/// Reads the accounts again; they stay as they were if they cannot be read.
fn accounts_again(context: &Context, before: Publishers) -> Publishers {
    let read = context
        .config()
        .and_then(|config| accounts(context, &config));
    let publishers = match read {
        Ok((publishers, _)) => {
            context.ui.tell("the accounts have changed: read again");
            publishers
        }
        Err(error) => {
            let message = one_line(&error.message);
            context
                .ui
                .warn(&format!("the accounts stay as they were: {message}"));
            error.hints.iter().for_each(|hint| context.ui.hint(hint));
            before
        }
    };
    context.ui.release();
    publishers
}

/// Nobody sees the exit code of a daemon: what waits for a person is said at once.
fn warn_of_parked(context: &Context, post: &PostView, account: &str) {
    for delivery in post.deliveries.iter().filter(|d| d.account == account) {
        let number = post.number;
        let standing = standing(delivery, Detail::Whole);
        context
            .ui
            .warn(&format!("post {number}: `{account}` is {standing}"));
        for hint in hints(delivery, number) {
            context.ui.hint(&hint);
        }
    }
    // With `--json` too: it may be long until it ends.
    context.ui.release();
}
