//! `hayon submit`: from a draft to a promise.

use clap::Args;
use clap::ValueHint;

use crate::cli::context::Context;
use crate::cli::delivering::show;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::stored;
use crate::cli::twins;
use crate::cli::unattended::tell_if_nobody_sends;
use crate::cli::when;
use crate::cli::when::WhenFlags;
use crate::http::foreign::Reach;
use crate::outbox::enqueue::Asked;
use crate::outbox::enqueue::Twins;
use crate::outbox::revise::ReviseError;
use crate::post::front_matter::PostFile;

/// Queue a draft: a daemon publishes it, now or at its time
///
/// It is checked against the limits of its accounts; a draft that breaks a rule stays a draft.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon submit 17
  hayon submit 17 --at \"friday 18:30\"
  hayon submit 17 --at now && hayon daemon --once")]
pub(crate) struct SubmitArgs {
    /// The number or the id of the draft
    #[arg(value_name = "POST", value_hint = ValueHint::Other)]
    pub(crate) post: String,
    /// Publish at this time, such as `tomorrow 9:00`, or `now` [default: the draft's own, else now]
    #[arg(long, value_name = "WHEN", value_hint = ValueHint::Other)]
    pub(crate) at: Option<String>,
    /// The zone of a time that names none, such as `Europe/Berlin` [default: this machine's]
    #[arg(long, value_name = "ZONE", requires = "at", value_hint = ValueHint::Other)]
    pub(crate) tz: Option<String>,
    /// Submit it though another post says the same, to the same account, within ten minutes
    #[arg(long)]
    pub(crate) again: bool,
}

/// Submits a draft.
pub(crate) fn run(context: &Context, arguments: &SubmitArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    let mut outbox = context.outbox(&config)?;
    let number = outbox.find_post(&arguments.post)?;
    let seen = outbox.post(number)?;
    if !seen.is_draft() {
        return Err(ReviseError::NotADraft { post: number }.into());
    }
    let now = context.clock.now();
    let flags = WhenFlags {
        at: arguments.at.as_deref(),
        tz: arguments.tz.as_deref(),
    };
    let asked = match (&arguments.at, &seen.asked) {
        (None, Some(when)) => Asked::At(when.clone()),
        _ => when::asked(flags, &PostFile::default(), now)?,
    };
    when::refuse_the_past(&asked, now, "give another with `--at WHEN`, or `--at now`")?;
    let post = stored::content(&seen)?;
    let written = stored::post_file(&seen, post);
    let gathered = stored::gather(context, &config, post, written, Reach::Public)?;
    let checked = gathered.check(context)?;
    let mut twins = if arguments.again {
        Twins::Allowed
    } else {
        Twins::Refused
    };
    if let Some(twin) = outbox.twin_of_draft(&seen, &checked.post, &asked, twins, now)? {
        twins::ask_about(context, &twin)?;
        twins = Twins::Allowed;
    }
    let id = outbox.id()?;
    stored::replace(&config, &id, post, &checked.post, &gathered, || {
        let now = context.clock.now();
        Ok(outbox.submit(&seen, &checked.post, &asked, twins, now)?)
    })?;
    show(context, &outbox.post(number)?);
    tell_if_nobody_sends(context, &outbox);
    Ok(Exit::Done)
}
