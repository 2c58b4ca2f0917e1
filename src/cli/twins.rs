//! The guard against pressing twice: the same words to the same account within ten minutes.

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::view::moment;
use crate::outbox::state::DeliveryState;
use crate::outbox::twin::Twin;

/// Lets a person decide whether what `twin` says goes out once more.
///
/// # Errors
/// When the answer is no, and where nobody can be asked.
pub(crate) fn ask_about(context: &Context, twin: &Twin) -> Result<(), CliError> {
    let told = sentence(context, twin);
    match context.ui.ask(&format!("{told}; once more?"))? {
        Some(true) => Ok(()),
        Some(false) | None => Err(refusal(context, twin)),
    }
}

fn sentence(context: &Context, twin: &Twin) -> String {
    let (post, account, at) = (twin.post, &twin.account, moment(twin.at));
    let how = match twin.state {
        DeliveryState::Delivered => format!("went out at {at}"),
        DeliveryState::Sending => "is under way".to_owned(),
        DeliveryState::Queued if twin.at > context.clock.now() => format!("goes out at {at}"),
        DeliveryState::Queued => "is queued".to_owned(),
        DeliveryState::Parked | DeliveryState::Cancelled => "is in doubt".to_owned(),
    };
    format!("post {post} says the same to `{account}`, and {how}")
}

/// Returns why something that another post says already is not accepted.
pub(crate) fn refusal(context: &Context, twin: &Twin) -> CliError {
    let post = twin.post;
    CliError::new("said_already", sentence(context, twin))
        .hint(format!("`hayon show {post}` shows it"))
        .hint("to say it once more, add `--again`")
}
