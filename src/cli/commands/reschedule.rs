//! `hayon reschedule`: another time for what was not sent yet.

use clap::Args;
use clap::ValueHint;

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::unattended::tell_if_nobody_sends;
use crate::cli::view::whole;
use crate::cli::when;
use crate::cli::when::WhenFlags;
use crate::post::front_matter::PostFile;

/// Move a post to another time
///
/// Moves what is queued or parked; what is delivered, in doubt or cancelled stays as it is. A draft
/// keeps the time for `hayon submit`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon reschedule 17 --at \"tomorrow 9:00\"
  hayon reschedule 17 --at \"2027-01-31 09:00\" --tz Europe/Berlin
  hayon reschedule 17 --at now")]
pub(crate) struct RescheduleArgs {
    /// The number or the id of the post
    #[arg(value_name = "POST", value_hint = ValueHint::Other)]
    pub(crate) post: String,
    /// The new time, such as `tomorrow 9:00`, or `now`
    #[arg(long, value_name = "WHEN", value_hint = ValueHint::Other)]
    pub(crate) at: String,
    /// The zone of a time that names none, such as `Europe/Berlin` [default: this machine's]
    #[arg(long, value_name = "ZONE", value_hint = ValueHint::Other)]
    pub(crate) tz: Option<String>,
}

/// Moves a post to another time.
pub(crate) fn run(context: &Context, arguments: &RescheduleArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    let mut outbox = context.outbox(&config)?;
    let number = outbox.find_post(&arguments.post)?;
    let now = context.clock.now();
    let flags = WhenFlags {
        at: Some(&arguments.at),
        tz: arguments.tz.as_deref(),
    };
    let asked = when::asked(flags, &PostFile::default(), now)?;
    when::refuse_the_past(&asked, now, "for at once, write `--at now`")?;
    outbox.reschedule(number, &asked, now)?;
    let post = outbox.post(number)?;
    context.ui.print_json(&context.post_json(&post));
    context.ui.print(&whole(&post, context.clock.now()));
    if !post.is_draft() {
        tell_if_nobody_sends(context, &outbox);
    }
    Ok(Exit::Done)
}
