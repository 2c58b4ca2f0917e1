//! `hayon resolve`: a person says what became of a delivery in doubt.

use crate::cli::args::ResolveArgs;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::view::whole;
use crate::outbox::decide::Judgement;

/// Writes down what a person has found out.
pub(crate) fn run(context: &Context, arguments: ResolveArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    let mut outbox = context.outbox(&config)?;
    let number = outbox.find_post(&arguments.post)?;
    let now = context.clock.now();
    let judgement = match arguments.published {
        Some(url) => Judgement::Published {
            url: url.to_string(),
        },
        None => Judgement::NotPublished,
    };
    outbox.resolve(number, &arguments.account, &judgement, now)?;
    let post = outbox.post(number)?;
    context.ui.print_json(&context.post_json(&post));
    context.ui.print(&whole(&post, now));
    if judgement == Judgement::NotPublished {
        context
            .ui
            .hint("a running daemon sends it; or `hayon daemon --once`");
    }
    Ok(Exit::Done)
}
