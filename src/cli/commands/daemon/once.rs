//! `hayon daemon --once`: delivers what is due, says what became of it, and ends.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;

use crate::cli::context::Context;
use crate::cli::context::block_on;
use crate::cli::delivering::warn_of_unrenewed;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::notifying::notifier;
use crate::cli::notifying::tell;
use crate::cli::stopping::STOPPING;
use crate::cli::stopping::until_stopped;
use crate::cli::view::delivery_lines;
use crate::cli::view::headline;
use crate::cli::view::one_line;
use crate::clock::later;
use crate::config::Config;
use crate::daemon::once::Deadlines;
use crate::daemon::once::Ended;
use crate::daemon::turn::Plan;
use crate::outbox::claim::Scope;
use crate::outbox::settled::Unfinished;
use crate::outbox::state::DeliveryState;
use crate::outbox::view::PostView;
use crate::outbox::view::Row;

/// How long it waits for a lock that somebody else holds.
const LOCK_WAIT: Duration = Duration::from_mins(1);

/// Delivers what is due, and says what became of it.
pub(crate) fn once(
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
    let left_alone = |row: &Row| {
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
