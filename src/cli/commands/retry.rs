//! `hayon retry`: out of the parking lot and into the queue.

use clap::Args;
use clap::ValueHint;
use serde_json::json;

use crate::cli::commands::list::reason;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::view::whole;
use crate::outbox::Outbox;
use crate::outbox::decide::WhichParked;
use crate::outbox::state::ParkReason;
use crate::post::account_name::AccountName;

/// Queue parked deliveries again: those of a post, or of an account that has logged in again
///
/// What is in doubt is looked at first, and parked again where nobody can tell. What was scheduled
/// is sent at its time. Without a post, only what waited for a log-in is queued, unless `--reason`
/// names something else.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon retry 17
  hayon retry 17 --account work && hayon daemon --once
  hayon retry --account work           after a new log-in")]
pub(crate) struct RetryArgs {
    /// The number or the id of the post
    #[arg(value_name = "POST", value_hint = ValueHint::Other, required_unless_present = "account")]
    post: Option<String>,
    /// Only deliveries for this account
    #[arg(long, value_name = "ACCOUNT", value_hint = ValueHint::Other)]
    account: Option<AccountName>,
    /// Only what is parked for this reason
    #[arg(long, value_name = "REASON", value_parser = reason())]
    reason: Option<ParkReason>,
}

/// Queues parked deliveries again.
pub(crate) fn run(context: &Context, arguments: &RetryArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    let mut outbox = context.outbox(&config)?;
    let posts = queue(context, &mut outbox, arguments)?;
    let now = context.clock.now();
    let mut documents = Vec::new();
    for number in posts {
        let post = outbox.post(number)?;
        documents.push(context.post_json(&post));
        context.ui.print(&whole(&post, now));
    }
    match (&arguments.post, documents.as_slice()) {
        (Some(_), [one]) => context.ui.print_json(one),
        _ => context.ui.print_json(&json!(documents)),
    }
    context
        .ui
        .hint("a running daemon sends it; or `hayon daemon --once`");
    Ok(Exit::Done)
}

/// Queues what is asked for, and returns the posts that it is of.
fn queue(
    context: &Context,
    outbox: &mut Outbox,
    arguments: &RetryArgs,
) -> Result<Vec<i64>, CliError> {
    let post = arguments.post.as_deref();
    let post = post.map(|post| outbox.find_post(post)).transpose()?;
    let which = WhichParked {
        post,
        account: arguments.account.clone(),
        // Of a whole account nothing goes out that nobody thought of.
        reason: arguments
            .reason
            .or_else(|| post.is_none().then_some(ParkReason::LoginNeeded)),
    };
    Ok(outbox.retry(&which, context.clock.now())?)
}
