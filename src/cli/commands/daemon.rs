//! `hayon daemon`: delivers what is queued, once around or until told to stop.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use tokio::sync::watch;

use crate::cli::args::DaemonArgs;
use crate::cli::context::Context;
use crate::cli::context::block_on;
use crate::cli::delivering::delivery_plan;
use crate::cli::delivering::warn_of_unrenewed;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::notifying::notifier;
use crate::cli::notifying::tell;
use crate::cli::notifying::tell_forever;
use crate::cli::publishers::publishers;
use crate::cli::stopping::STOPPING;
use crate::cli::stopping::until_stopped;
use crate::cli::view::Detail;
use crate::cli::view::delivery_lines;
use crate::cli::view::headline;
use crate::cli::view::hints;
use crate::cli::view::one_line;
use crate::cli::view::standing;
use crate::clock::later;
use crate::config::Config;
use crate::config::account::Account;
use crate::config::changes::AccountFiles;
use crate::config::changes::Stamp;
use crate::daemon::forever::Left;
use crate::daemon::once::Deadlines;
use crate::daemon::once::Ended;
use crate::daemon::turn::Plan;
use crate::delivery::upkeep::Unrenewed;
use crate::delivery::worker::Publishers;
use crate::notify::Notifier;
use crate::outbox::claim::Scope;
use crate::outbox::state::DeliveryState;
use crate::outbox::view::PostView;
use crate::outbox::view::Unfinished;

/// How long `--once` waits for a lock that somebody else holds.
const LOCK_WAIT: Duration = Duration::from_mins(1);

/// Delivers what is queued.
pub(crate) fn run(context: &Context, arguments: &DaemonArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    // Before the secrets are read: what changes meanwhile is not missed.
    let files = context.account_files(&config);
    let stamp = files.stamp();
    let (publishers, missing) = accounts(context, &config)?;
    let outbox = context.outbox(&config)?;
    let plan = delivery_plan(context, &config, outbox, publishers, "hayon daemon");
    if arguments.once {
        once(context, &config, &plan, arguments.wait, missing > 0)
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
    let heard = || context.ui.tell(STOPPING);
    block_on(until_stopped(heard, |mut stopping| async move {
        let ready = Cell::new(Some("delivering; SIGTERM or Ctrl-C ends it"));
        loop {
            let changed = || files.stamp() != stamp;
            let ready = || ready.take().map_or((), |words| context.ui.tell(words));
            let left = deliver(context, &plan, notifier, &mut stopping, ready, changed).await?;
            if left == Left::Stopped {
                return Ok(());
            }
            stamp = files.stamp();
            plan.publishers = accounts_again(context, plan.publishers);
        }
    }))?;
    context.ui.tell("stopped");
    Ok(Exit::Done)
}

async fn deliver(
    context: &Context,
    plan: &Plan,
    notifier: Option<&Notifier>,
    stopping: &mut watch::Receiver<bool>,
    ready: impl FnOnce(),
    changed: impl Fn() -> bool,
) -> Result<Left, CliError> {
    let held = |holder: &str| {
        let holder = one_line(holder);
        context
            .ui
            .tell(&format!("waiting: {holder} is the sender of this outbox"));
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

fn once(
    context: &Context,
    config: &Config,
    plan: &Plan,
    wait: Option<Duration>,
    lacks_credential: bool,
) -> Result<Exit, CliError> {
    let before = unfinished(context, plan)?;
    let now = context.clock.now();
    let deadlines = Deadlines {
        lock: later(now, wait.unwrap_or(LOCK_WAIT)),
        attempts: wait.map_or(now, |wait| later(now, wait)),
    };
    let heard = || context.ui.tell(STOPPING);
    let (ended, unrenewed) = block_on(until_stopped(heard, |mut stopping| async move {
        let ended = plan
            .deliver_once(Scope::Everything, deadlines, &mut stopping)
            .await?;
        let unrenewed = plan.renew_credentials().await;
        tell(context, plan, notifier(context, config).as_ref()).await;
        Ok((ended, unrenewed))
    }))?;
    for unrenewed in &unrenewed {
        warn_of_unrenewed(context, unrenewed);
    }
    if let Ended::HeldBy(holder) = &ended {
        let holder = one_line(holder);
        context.ui.warn(&format!(
            "{holder} is the sender of this outbox, and did not let go"
        ));
    }
    let after = unfinished(context, plan)?;
    let posts = touched(plan, &before, &after)?;
    let documents: Vec<_> = posts.iter().map(|post| context.post_json(post)).collect();
    context.ui.print_json(&json!(documents));
    for post in &posts {
        let line = headline(post, context.clock.now());
        context
            .ui
            .print(&format!("{line}\n{}", delivery_lines(post)));
    }
    Ok(exit(config, &before, &after, &posts, lacks_credential))
}

fn unfinished(context: &Context, plan: &Plan) -> Result<Unfinished, CliError> {
    let now = context.clock.now();
    Ok(plan.door.at_once(|outbox| outbox.unfinished(now))?)
}

/// Returns the posts of which something was due before, or was parked since.
fn touched(
    plan: &Plan,
    before: &Unfinished,
    after: &Unfinished,
) -> Result<Vec<PostView>, CliError> {
    let newly_parked = after.parked.difference(&before.parked);
    let numbers: BTreeSet<i64> = before
        .due
        .iter()
        .chain(&after.due)
        .chain(newly_parked)
        .map(|row| row.post)
        .collect();
    let posts = numbers
        .into_iter()
        .map(|number| plan.door.at_once(|outbox| outbox.post(number)));
    Ok(posts.collect::<Result<_, _>>()?)
}

/// 0 if nothing is left due and nothing newly parked; else as for `post`.
fn exit(
    config: &Config,
    before: &Unfinished,
    after: &Unfinished,
    posts: &[PostView],
    lacks_credential: bool,
) -> Exit {
    let newly_parked: BTreeSet<_> = after.parked.difference(&before.parked).collect();
    if after.due.is_empty() && newly_parked.is_empty() {
        return Exit::Done;
    }
    let is_new = |row: i64| newly_parked.iter().any(|parked| parked.id == row);
    let of_post = |post: &PostView| {
        // What was parked before is no news of this run.
        let news: Vec<_> = post
            .deliveries
            .iter()
            .filter(|d| d.state != DeliveryState::Parked || is_new(d.row))
            .cloned()
            .collect();
        crate::cli::exit::of_deliveries(&news)
    };
    let left_alone = |row: &crate::outbox::view::Row| {
        lacks_credential
            || !config
                .accounts
                .iter()
                .any(|a| a.name.as_str() == row.account)
    };
    let worst = posts.iter().map(of_post).max().unwrap_or(Exit::Done);
    if worst == Exit::Queued && newly_parked.is_empty() && after.due.iter().all(left_alone) {
        return Exit::LoginNeeded;
    }
    worst
}
