//! `hayon post`: from a draft to a promise, and from the promise to what is public.
//!
//! There is one road: the post is stored with its deliveries, and publishing now is delivering
//! those rows in this process, under the sender lock.

use std::path::PathBuf;
use std::time::Duration;

use clap::ArgMatches;
use clap::Args;
use clap::ValueHint;
use jiff::Timestamp;

use crate::cli::addressing;
use crate::cli::addressing::Place;
use crate::cli::args::DraftArgs;
use crate::cli::args::parse_wait;
use crate::cli::checking::Gathered;
use crate::cli::checking::new_post;
use crate::cli::compose::compose;
use crate::cli::context::Context;
use crate::cli::delivering::deliver;
use crate::cli::delivering::show;
use crate::cli::error::CliError;
use crate::cli::exit;
use crate::cli::exit::Exit;
use crate::cli::limits;
use crate::cli::limits::Ask;
use crate::cli::publishers::publishers;
use crate::cli::reading::Sources;
use crate::cli::reading::is_in_store;
use crate::cli::reviews;
use crate::cli::storing::with_media;
use crate::cli::twins;
use crate::cli::unattended::tell_if_nobody_sends;
use crate::cli::when;
use crate::cli::when::WhenFlags;
use crate::config::Config;
use crate::config::account::Account;
use crate::delivery::worker::Publishers;
use crate::outbox::Outbox;
use crate::outbox::enqueue::Asked;
use crate::outbox::enqueue::Enqueued;
use crate::outbox::enqueue::Twins;
use crate::post::draft::Draft;
use crate::post::media::Media;
use crate::post::post::Post;

/// What to do instead of asking for a time that is over.
const PUBLISH_NOW: &str = "leave `--at` out to publish now";

/// Publish a post now, or queue it for later
///
/// The post is stored first: from then on it survives a crash and a power cut. Then it is published
/// to each account on its own. Where an answer was lost, hayon looks before it sends again.
///
/// In GitHub Actions, how it stands also goes into the files that `GITHUB_OUTPUT` (`status`, `id`,
/// `number`, `in-doubt`, `urls`) and `GITHUB_STEP_SUMMARY` name.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon post \"Hello, everyone\" --to all
  echo \"Build $VERSION is out\" | hayon post - --to work --key \"release-$VERSION\"
  hayon post --media cat.jpg --alt \"A cat, asleep\" \"Monday\"
  hayon post --file POST.md --at \"friday 18:30\"
  hayon post --draft \"Not sure yet\"
  hayon post \"Happy new year\" --at \"2027-01-01 00:00\" --tz Asia/Tokyo

Times for `--at`, in the zone of this machine or of `--tz`:
  2027-01-31 09:00, today 18:00, tomorrow 9am, friday 18:30 (the next one), in 2h, in 1h30m,
  in 3 days; and with a zone of their own:
  2027-01-31 09:00 Europe/Berlin, 2027-01-31T09:00:00+01:00, 2027-01-31T08:00:00Z")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct PostArgs {
    #[command(flatten)]
    pub(crate) draft: DraftArgs,
    /// Read the draft from a file, with `+++` front matter or without; `-` is stdin
    #[arg(
        long,
        value_name = "POST.md",
        conflicts_with = "text",
        value_hint = ValueHint::FilePath
    )]
    pub(crate) file: Option<PathBuf>,
    /// Your own name for this post: the same key never publishes a second one
    #[arg(long, value_name = "KEY", value_hint = ValueHint::Other)]
    pub(crate) key: Option<String>,
    /// Publish at this time, such as `tomorrow 9:00`; a daemon does it
    #[arg(long, value_name = "WHEN", value_hint = ValueHint::Other)]
    pub(crate) at: Option<String>,
    /// The zone of a time that names none, such as `Europe/Berlin` [default: this machine's]
    #[arg(long, value_name = "ZONE", value_hint = ValueHint::Other)]
    pub(crate) tz: Option<String>,
    /// Queue it: a daemon publishes it
    #[arg(long, conflicts_with = "wait")]
    pub(crate) queue: bool,
    /// Save it as a draft, for `hayon edit` and `hayon submit`; nothing is sent
    #[arg(long = "draft", conflicts_with_all = ["queue", "wait", "dry_run"])]
    pub(crate) draft_only: bool,
    /// Post it though another post says the same, to the same account, within ten minutes
    #[arg(long)]
    pub(crate) again: bool,
    /// Check it and show what each account would get; store and send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Keep trying for this long, such as `10m`
    #[arg(
        long,
        value_name = "DURATION",
        value_parser = parse_wait,
        value_hint = ValueHint::Other
    )]
    pub(crate) wait: Option<Duration>,
}

/// Publishes, queues or saves a post.
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
    let flags = WhenFlags {
        at: arguments.at.as_deref(),
        tz: arguments.tz.as_deref(),
    };
    let asked = when::asked(flags, &composed, now)?;
    let accounts = addressing::accounts(&composed.to, &config)?;
    let reach = arguments.draft.reach();
    let kept = known_media(context, &config, &composed.draft)?;
    let sources = Sources {
        kept: &kept,
        web: Some(reach),
    };
    let gathered = gather(context, &config, composed.draft, &accounts, sources)?;
    if arguments.dry_run {
        return preview(context, &gathered, &asked, now);
    }
    if arguments.draft_only {
        return save_draft(context, &config, &gathered, &asked, now);
    }
    let checked = gathered.check(context)?;
    let publishes_now = asked == Asked::Now && !arguments.queue;
    // Before anything is stored: a post that cannot be sent from here is not to be half sent.
    let publishers = if publishes_now {
        Some(complete_publishers(context, &config, &accounts)?)
    } else {
        None
    };
    let mut outbox = context.outbox(&config)?;
    let wanted = Wanted {
        asked: &asked,
        twins: if arguments.again {
            Twins::Allowed
        } else {
            Twins::Refused
        },
        now,
    };
    let number = store(
        context,
        &config,
        &mut outbox,
        &checked.post,
        &gathered,
        wanted,
    )?;
    if let Some(publishers) = publishers {
        return deliver(context, &config, outbox, publishers, number, arguments.wait);
    }
    let post = outbox.post(number)?;
    show(context, &post);
    // To be accepted is what was asked for; but a key may have found a post that has ended.
    Ok(match exit::of_deliveries(&post.deliveries) {
        Exit::Queued => {
            tell_if_nobody_sends(context, &outbox);
            Exit::Done
        }
        ended => ended,
    })
}

/// Returns the pictures of the post that has the key of `draft`: they may have been taken from where the
/// draft names them.
fn known_media(context: &Context, config: &Config, draft: &Draft) -> Result<Vec<Media>, CliError> {
    let is_stored = draft.media.iter().any(is_in_store);
    let Some(key) = draft.key.as_ref().filter(|_| is_stored) else {
        return Ok(Vec::new());
    };
    if !config.outbox_path.exists() {
        return Ok(Vec::new());
    }
    let outbox = context.outbox(config)?;
    let Some(number) = outbox.find_post_under_key(key)? else {
        return Ok(Vec::new());
    };
    let post = outbox.post(number)?.post;
    Ok(post.map_or_else(|_| Vec::new(), |post| post.media))
}

/// Reads the files of a new draft and asks for the limits of its accounts.
fn gather(
    context: &Context,
    config: &Config,
    draft: Draft,
    accounts: &[&Account],
    sources: Sources<'_>,
) -> Result<Gathered, CliError> {
    let places: Vec<Place<'_>> = accounts.iter().copied().map(Place::Account).collect();
    let addressees = limits::addressees(context, config, &places, Ask::Servers)?;
    Gathered::new(
        context,
        config,
        draft,
        addressees,
        new_post(context),
        sources,
    )
}

/// Shows what each account would get.
fn preview(
    context: &Context,
    gathered: &Gathered,
    asked: &Asked,
    now: Timestamp,
) -> Result<Exit, CliError> {
    when::refuse_the_past(asked, now, PUBLISH_NOW)?;
    if let Some(asked) = asked.when() {
        let due = when::in_full(asked.at, Some(&asked.zone), now);
        context.ui.tell(&format!("it would be scheduled for {due}"));
    }
    let reviews = gathered.review();
    context.ui.print_json(&reviews::document(&reviews));
    context.ui.print(&reviews::words(&reviews));
    Ok(if reviews.is_clean() {
        Exit::Done
    } else {
        Exit::Violation
    })
}

/// Stores a draft, which promises nothing.
fn save_draft(
    context: &Context,
    config: &Config,
    gathered: &Gathered,
    asked: &Asked,
    now: Timestamp,
) -> Result<Exit, CliError> {
    when::refuse_the_past(asked, now, "leave `--at` out: `hayon submit` takes it too")?;
    let saved = gathered.save(context)?;
    let mut outbox = context.outbox(config)?;
    let post = &saved.post;
    let id = outbox.id()?;
    let saved = with_media(config, &id, &post.files(), &gathered.files, || {
        Ok(outbox.save_draft(post, asked, now)?)
    })?;
    let number = number_of(context, saved)?;
    let post = outbox.post(number)?;
    show(context, &post);
    if post.is_draft() {
        context.ui.hint(&format!(
            "`hayon edit {number}` changes it, `hayon submit {number}` promises it"
        ));
    }
    Ok(Exit::Done)
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

/// What is wanted of a post beside what it says.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    asked: &'a Asked,
    twins: Twins,
    now: Timestamp,
}

/// Stores the post and its media, or finds the one that its key has stored before.
fn store(
    context: &Context,
    config: &Config,
    outbox: &mut Outbox,
    post: &Post,
    gathered: &Gathered,
    mut wanted: Wanted<'_>,
) -> Result<i64, CliError> {
    let known = outbox.foresee(post, wanted.asked, wanted.twins, wanted.now)?;
    let twin = match known {
        Some(Enqueued::Twin(twin)) => Some(twin),
        // A second run with a key may come after the time that the first has asked for.
        Some(known) => return submitted(outbox, number_of(context, known)?),
        None => None,
    };
    when::refuse_the_past(wanted.asked, wanted.now, PUBLISH_NOW)?;
    if let Some(twin) = twin {
        twins::ask_about(context, &twin)?;
        wanted.twins = Twins::Allowed;
    }
    let id = outbox.id()?;
    let enqueued = with_media(config, &id, &post.files(), &gathered.files, || {
        let now = context.clock.now();
        Ok(outbox.enqueue(post, wanted.asked, wanted.twins, now)?)
    })?;
    number_of(context, enqueued)
}

/// Refuses to take a draft for a post.
fn submitted(outbox: &Outbox, number: i64) -> Result<i64, CliError> {
    if outbox.post(number)?.is_draft() {
        let message = format!("post {number} has this key, and is a draft");
        return Err(CliError::new("draft_under_key", message)
            .hint(format!("`hayon submit {number}` publishes it")));
    }
    Ok(number)
}

/// Returns the number of the post that is stored, and says if that is not new.
fn number_of(context: &Context, enqueued: Enqueued) -> Result<i64, CliError> {
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
        Enqueued::ForgottenKey(number) => Err(CliError::new(
            "other_post_under_key",
            format!("post {number} had this key, was published, and is deleted"),
        )
        .hint("nothing was stored or sent; choose another key for another post")),
        Enqueued::Twin(twin) => Err(twins::refusal(context, &twin)),
    }
}
