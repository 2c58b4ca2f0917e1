//! `hayon post`: from a draft to a promise, and from the promise to what is public.
//!
//! There is one road: the post is stored with its deliveries, and publishing now is delivering
//! those rows in this process, under the sender lock.

use std::collections::BTreeSet;
use std::time::Duration;

use clap::ArgMatches;
use jiff::Timestamp;

use crate::cli::addressing;
use crate::cli::addressing::Place;
use crate::cli::args::PostArgs;
use crate::cli::ci;
use crate::cli::compose::ReadMedia;
use crate::cli::compose::compose;
use crate::cli::context::Context;
use crate::cli::context::at_once;
use crate::cli::context::block_on;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::exit::Exit;
use crate::cli::fitting;
use crate::cli::fitting::Ready;
use crate::cli::limits;
use crate::cli::limits::Ask;
use crate::cli::publishers::media_store;
use crate::cli::publishers::publishers;
use crate::cli::reviews;
use crate::cli::stopping::STOPPING;
use crate::cli::stopping::until_stopped;
use crate::cli::unattended::tell_if_nobody_sends;
use crate::cli::view::delivery_lines;
use crate::cli::view::headline;
use crate::cli::view::one_line;
use crate::cli::when;
use crate::clock::later;
use crate::config::Config;
use crate::config::account::Account;
use crate::daemon::once::Deadlines;
use crate::daemon::once::Ended;
use crate::daemon::turn::Plan as DeliveryPlan;
use crate::delivery::verdict::Patience;
use crate::delivery::worker::Publishers;
use crate::media::MediaStore;
use crate::media::keys::Owner;
use crate::outbox::Outbox;
use crate::outbox::claim::Scope;
use crate::outbox::door::Door;
use crate::outbox::enqueue::Asked;
use crate::outbox::enqueue::Enqueued;
use crate::outbox::state::DeliveryState;
use crate::outbox::view::PostView;
use crate::post::account_name::AccountName;
use crate::post::check::Checked;
use crate::post::check::MissingAlt;
use crate::post::check::Plan;
use crate::post::check::Rules;
use crate::post::check::check;
use crate::post::check::review_all;
use crate::post::media::Media;
use crate::post::post::PostId;

/// How long a lock that somebody else holds is waited for without `--wait`.
const LOCK_WAIT: Duration = Duration::from_mins(1);

/// Publishes or queues a post.
pub(crate) fn run(
    context: &Context,
    arguments: &PostArgs,
    matches: Option<&ArgMatches>,
) -> Result<Exit, CliError> {
    let config = context.config()?;
    let mut composed = compose(arguments.draft.clone(), arguments.file.as_deref(), matches)?;
    composed.draft.key = arguments.key.clone().or(composed.draft.key.take());
    // Once: what is a second ahead must not be past when the servers have answered.
    let now = context.clock.now();
    let asked = when::asked(arguments, &composed, now)?;
    let accounts = addressing::accounts(&composed.to, &config)?;
    let places: Vec<Place<'_>> = accounts.iter().copied().map(Place::Account).collect();
    let addressees = limits::addressees(context, &config, &places, Ask::Servers)?;
    let ready = fitting::ready(context, &config, &mut composed.draft, &addressees)?;
    let Ready {
        plan,
        files,
        unusable,
    } = ready;
    let rules = rules(&config);
    if arguments.dry_run {
        when::refuse_the_past(&asked, now)?;
        if let Some(asked) = asked.when() {
            let due = when::in_full(asked.at, Some(&asked.zone), now);
            context.ui.tell(&format!("it would be scheduled for {due}"));
        }
        let reviews = review_all(&composed.draft, &plan.media, &addressees, &rules);
        let reviews = reviews::with_unusable(reviews, unusable);
        context.ui.print_json(&reviews::document(&reviews));
        context.ui.print(&reviews::words(&reviews));
        return Ok(if reviews.is_clean() {
            Exit::Done
        } else {
            Exit::Violation
        });
    }
    let checked = match check(&composed.draft, plan, &addressees, &rules) {
        Ok(checked) if unusable.is_empty() => checked,
        Ok(Checked { reviews, .. }) | Err(reviews) => {
            return Err(reviews::refusal(&reviews::with_unusable(reviews, unusable)));
        }
    };
    warn(context, &checked);
    fitting::tell(context, &composed.draft, &checked.reviews);
    let publishes_now = asked == Asked::Now && !arguments.queue;
    // Before anything is stored: a post that cannot be sent from here is not to be half sent.
    let publishers = if publishes_now {
        Some(complete_publishers(context, &config, &accounts)?)
    } else {
        None
    };
    let mut outbox = context.outbox(&config)?;
    let number = store(context, &config, &mut outbox, &checked, &files, &asked, now)?;
    if let Some(publishers) = publishers {
        return deliver(context, &config, outbox, publishers, number, arguments.wait);
    }
    let post = outbox.post(number)?;
    tell(context, &post);
    // To be accepted is what was asked for; but a key may have found a post that has ended.
    Ok(match exit::of_deliveries(&post.deliveries) {
        Exit::Queued => {
            tell_if_nobody_sends(context, &outbox);
            Exit::Done
        }
        ended => ended,
    })
}

/// Returns what is settled about a post before it is checked: its id, and where its media go.
pub(crate) fn plan(
    context: &Context,
    config: &Config,
    media: &[ReadMedia],
) -> Result<Plan, CliError> {
    let created_at = context.clock.now();
    let id = PostId::new(created_at);
    let owner = owner(config)?;
    let planned = media.iter().map(|read| Media {
        key: read.name.in_posts(&owner, id).as_str().to_owned(),
        facts: read.facts.clone(),
        alt: read.alt.clone(),
        renditions: Vec::new(),
    });
    Ok(Plan {
        id,
        created_at,
        media: planned.collect(),
    })
}

/// Returns what the configuration asks of every draft.
pub(crate) fn rules(config: &Config) -> Rules {
    let missing_alt = if config.require_alt {
        MissingAlt::Refuses
    } else {
        MissingAlt::Warns
    };
    let accounts: BTreeSet<AccountName> = config
        .accounts
        .iter()
        .map(|account| account.name.clone())
        .collect();
    Rules {
        missing_alt,
        accounts,
    }
}

/// Returns whose the media are, as their keys say.
pub(crate) fn owner(config: &Config) -> Result<Owner, CliError> {
    config.media.owner.parse().map_err(|error| {
        CliError::new("config", format!("{error}")).hint("set `owner` in `[media]`")
    })
}

fn warn(context: &Context, checked: &Checked) {
    let mut told = BTreeSet::new();
    let of_accounts = checked
        .reviews
        .accounts
        .iter()
        .flat_map(|review| &review.warnings);
    for warning in checked.reviews.warnings.iter().chain(of_accounts) {
        if told.insert(&warning.message) {
            context
                .ui
                .warn(&format!("{} ({})", warning.message, warning.fix));
        }
    }
}

fn complete_publishers(
    context: &Context,
    config: &Config,
    accounts: &[&Account],
) -> Result<Publishers, CliError> {
    let (publishers, missing) = publishers(config, &context.secrets(config), accounts)?;
    match missing.into_iter().next() {
        Some(error) => Err(error.hint("nothing was sent or stored")),
        None => Ok(publishers),
    }
}

/// Stores the post and its media, or finds the one that its key has stored before.
fn store(
    context: &Context,
    config: &Config,
    outbox: &mut Outbox,
    checked: &Checked,
    media: &[ReadMedia],
    asked: &Asked,
    now: Timestamp,
) -> Result<i64, CliError> {
    let post = &checked.post;
    let known = outbox.find_key(post, asked)?;
    // A second run with a key may come after the time that the first has asked for.
    if known.is_none() {
        when::refuse_the_past(asked, now)?;
    }
    let enqueued = match known {
        Some(known) => known,
        None if media.is_empty() => outbox.enqueue(post, asked, context.clock.now())?,
        None => {
            let store = media_store(config);
            let temps = at_once(put_media(config, store.as_ref(), &post.files(), media))?;
            let enqueued = outbox.enqueue(post, asked, context.clock.now())?;
            // The row refers to `posts/` alone; what is left in `temp/` is only litter.
            at_once(async {
                for key in &temps {
                    let _ = store.delete(key).await;
                }
                Ok(())
            })?;
            enqueued
        }
    };
    match enqueued {
        Enqueued::New(number) => Ok(number),
        Enqueued::SameKey(number) => {
            context.ui.tell(&format!(
                "post {number} has this key already; nothing new was stored"
            ));
            Ok(number)
        }
        Enqueued::OtherUnderKey(number) => Err(CliError::new(
            "other_post_under_key",
            format!("post {number} has this key, and says something else"),
        )
        .hint(format!(
            "`hayon show {number}` shows it; choose another key for another post"
        ))),
    }
}

/// Puts the media in `temp/` and promotes them to `posts/`. Returns the keys in `temp/`.
async fn put_media(
    config: &Config,
    store: &dyn MediaStore,
    planned: &[Media],
    read: &[ReadMedia],
) -> Result<Vec<String>, CliError> {
    let owner = owner(config)?;
    let mut temps = Vec::new();
    for (planned, read) in planned.iter().zip(read) {
        let temp = read.name.in_temp(&owner);
        store.put(temp.as_str(), read.bytes.clone()).await?;
        store.promote(temp.as_str(), &planned.key).await?;
        temps.push(temp.as_str().to_owned());
    }
    Ok(temps)
}

/// Delivers what of the post is due, in this process, and says how it stands then.
fn deliver(
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
    let work = |mut stopping| async move {
        Ok(plan
            .deliver_once(Scope::Post(number), deadlines, &mut stopping)
            .await?)
    };
    let progress = context.ui.progress("publishing");
    let heard = || progress.make_room(|| context.ui.tell(STOPPING));
    let ended = block_on(until_stopped(heard, work));
    drop(progress);
    // Whatever has happened, the post is stored: stdout says how it stands.
    let post = plan.door.at_once(|outbox| outbox.post(number))?;
    tell(context, &post);
    tell_remarks(context, &plan.door, &post)?;
    let exit = exit::of_deliveries(&post.deliveries);
    match ended? {
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

fn tell(context: &Context, post: &PostView) {
    context.ui.print_json(&context.post_json(post));
    let now = context.clock.now();
    context.ui.print(&format!(
        "{}\n{}",
        headline(post, now),
        delivery_lines(post)
    ));
    ci::report(context, post);
}
