//! Publishing now: what of a post is due is delivered in this process, under the sender lock.

use std::time::Duration;

use crate::cli::ci;
use crate::cli::context::Context;
use crate::cli::context::block_on;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::exit::Exit;
use crate::cli::notifying::notifier;
use crate::cli::notifying::tell;
use crate::cli::stopping::STOPPING;
use crate::cli::stopping::until_stopped;
use crate::cli::view::one_line;
use crate::cli::view::whole;
use crate::clock::later;
use crate::config::Config;
use crate::daemon::once::Deadlines;
use crate::daemon::once::Ended;
use crate::daemon::turn::Plan as DeliveryPlan;
use crate::delivery::upkeep::Unrenewed;
use crate::delivery::verdict::Patience;
use crate::delivery::worker::Publishers;
use crate::outbox::Outbox;
use crate::outbox::claim::Scope;
use crate::outbox::door::Door;
use crate::outbox::state::DeliveryState;
use crate::outbox::view::PostView;

/// How long a lock that somebody else holds is waited for without `--wait`.
const LOCK_WAIT: Duration = Duration::from_mins(1);

/// Delivers what of the post is due, in this process, and says how it stands then.
pub(crate) fn deliver(
    context: &Context,
    config: &Config,
    outbox: Outbox,
    publishers: Publishers,
    number: i64,
    wait: Option<Duration>,
) -> Result<Exit, CliError> {
    let now = context.clock.now();
    let deadlines = Deadlines {
        lock: later(now, wait.unwrap_or(LOCK_WAIT)),
        attempts: wait.map_or(now, |wait| later(now, wait)),
    };
    let plan = &delivery_plan(context, config, outbox, publishers, "hayon post");
    let notifier = notifier(context, config);
    let notifier = notifier.as_ref();
    let work = |mut stopping| async move {
        let scope = Scope::Post(number);
        let ended = plan.deliver_once(scope, deadlines, &mut stopping).await?;
        let post = plan.door.with(move |outbox| outbox.post(number)).await;
        // Where something did not arrive, nobody is kept waiting for more of the same.
        let unrenewed = match exit::of_deliveries(&post?.deliveries) {
            Exit::Done => plan.renew_credentials().await,
            _ => Vec::new(),
        };
        tell(context, plan, notifier).await;
        Ok((ended, unrenewed))
    };
    let progress = context.ui.progress("publishing");
    let heard = || progress.make_room(|| context.ui.tell(STOPPING));
    let ended = block_on(until_stopped(heard, work));
    drop(progress);
    // Whatever has happened, the post is stored: stdout says how it stands.
    let post = plan.door.at_once(|outbox| outbox.post(number))?;
    show(context, &post);
    tell_remarks(context, &plan.door, &post)?;
    let exit = exit::of_deliveries(&post.deliveries);
    let (ended, unrenewed) = ended?;
    for unrenewed in &unrenewed {
        warn_of_unrenewed(context, unrenewed);
    }
    match ended {
        Ended::HeldBy(holder) => context.ui.warn(&format!(
            "{} is the sender of this outbox, and did not finish in time; the post stays queued",
            one_line(&holder)
        )),
        Ended::Stopped if exit == Exit::Queued => context.ui.hint(&format!(
            "stopped; what is queued waits for a daemon; `hayon cancel {number}` takes it back"
        )),
        Ended::Stopped | Ended::Done => {}
    }
    if exit == Exit::Queued {
        context
            .ui
            .hint("`hayon daemon` tries again, or `hayon daemon --once --wait 5m`");
    }
    Ok(exit)
}

/// What is not renewed dies one day: a person has weeks to see to it.
pub(crate) fn warn_of_unrenewed(context: &Context, unrenewed: &Unrenewed) {
    let Unrenewed { account, why } = unrenewed;
    let words = one_line(why);
    context.ui.warn(&format!(
        "the token of `{account}` could not be renewed: {words}"
    ));
}

/// Says what the last attempt at each delivered row has to say: that it was public already.
fn tell_remarks(context: &Context, door: &Door, post: &PostView) -> Result<(), CliError> {
    for delivery in post
        .deliveries
        .iter()
        .filter(|d| d.state == DeliveryState::Delivered)
    {
        let attempts = door.at_once(|outbox| outbox.attempts(delivery.row))?;
        if let Some(said) = attempts.last().and_then(|attempt| attempt.said.as_deref()) {
            context.ui.warn(&format!("`{}`: {said}", delivery.account));
        }
    }
    Ok(())
}

/// Returns what is needed to make deliveries from `outbox`.
pub(crate) fn delivery_plan(
    context: &Context,
    config: &Config,
    outbox: Outbox,
    publishers: Publishers,
    command: &str,
) -> DeliveryPlan {
    let outbox_path = outbox.path().to_owned();
    let daemon = &config.daemon;
    DeliveryPlan {
        door: Door::new(outbox),
        outbox_path,
        clock: context.clock.clone(),
        patience: Patience {
            retry_delays: daemon.retry_delays.clone(),
            give_up_after: daemon.give_up_after,
            settle: daemon.settle,
            max_late: daemon.max_late,
            key_window: daemon.key_window,
        },
        publishers,
        holder: format!("`{command}` (process {})", std::process::id()),
    }
}

/// Prints how a post stands, also for the CI job that it may have been made by.
pub(crate) fn show(context: &Context, post: &PostView) {
    context.ui.print_json(&context.post_json(post));
    context.ui.print(&whole(post, context.clock.now()));
    ci::report(context, post);
}
