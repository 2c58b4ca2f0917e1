//! `hayon retry`: out of the parking lot and into the queue.

use crate::cli::args::RetryArgs;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::view::whole;

/// Queues parked deliveries again.
pub(crate) fn run(context: &Context, arguments: &RetryArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    let mut outbox = context.outbox(&config)?;
    let number = outbox.find_post(&arguments.post)?;
    let now = context.clock.now();
    outbox.retry(number, arguments.account.as_ref(), now)?;
    let post = outbox.post(number)?;
    context.ui.print_json(&context.post_json(&post));
    context.ui.print(&whole(&post, now));
    context
        .ui
        .hint("a running daemon sends it; or `hayon daemon --once`");
    Ok(Exit::Done)
}
