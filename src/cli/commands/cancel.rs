//! `hayon cancel`: an honest answer for each account.

use serde_json::Value;

use crate::cli::args::CancelArgs;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::view::Detail;
use crate::cli::view::standing;
use crate::daemon::turn::DaemonError;
use crate::outbox::Outbox;
use crate::outbox::claim::Scope;
use crate::outbox::decide::Answer;
use crate::outbox::decide::CancelAnswer;
use crate::outbox::sender_lock::SenderLock;
use crate::outbox::sender_lock::Taken;
use crate::outbox::state::DeliveryState;
use crate::outbox::view::PostView;

/// Cancels a post.
pub(crate) fn run(context: &Context, arguments: &CancelArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    let mut outbox = context.outbox(&config)?;
    let number = outbox.find_post(&arguments.post)?;
    if outbox.post(number)?.is_draft() {
        let message = format!("post {number} is a draft: nothing of it was promised");
        return Err(
            CliError::new("draft", message).hint(format!("`hayon delete {number}` forgets it"))
        );
    }
    put_interrupted_back(context, &mut outbox, number)?;
    let answers = outbox.cancel(number)?;
    let post = outbox.post(number)?;
    context.ui.print_json(&document(context, &post, &answers));
    context.ui.print(&words(&post, &answers));
    let exit = exit(&answers);
    if exit == Exit::Queued {
        if post
            .deliveries
            .iter()
            .any(|d| d.state == DeliveryState::Queued)
        {
            context
                .ui
                .hint("a running daemon looks, and sends nothing; or `hayon daemon --once`");
        }
        context.ui.hint(&format!(
            "what is under way ends by itself; `hayon show {number}` will say how"
        ));
    }
    Ok(exit)
}

/// While nobody sends, rows that say `sending` are interrupted, and may be cancelled at once.
fn put_interrupted_back(
    context: &Context,
    outbox: &mut Outbox,
    number: i64,
) -> Result<(), CliError> {
    let path = outbox.path().to_owned();
    let taken = SenderLock::take(&path, "hayon cancel")
        .map_err(|source| CliError::from(DaemonError::Lock { path, source }))?;
    if let Taken::Ours(lock) = taken {
        let sender = outbox.become_sender(&lock)?;
        outbox.recover_interrupted(&sender, Scope::Post(number), context.clock.now())?;
    }
    Ok(())
}

fn document(context: &Context, post: &PostView, answers: &[CancelAnswer]) -> Value {
    let mut document = context.post_json(post);
    if let Some(deliveries) = document["deliveries"].as_array_mut() {
        for (delivery, answer) in deliveries.iter_mut().zip(answers) {
            delivery["answer"] = answer.answer.name().into();
        }
    }
    document
}

fn words(post: &PostView, answers: &[CancelAnswer]) -> String {
    let number = post.number;
    let mut text = format!("post {number}\n");
    for (answer, delivery) in answers.iter().zip(&post.deliveries) {
        let account = &answer.account;
        text.push_str(&match answer.answer {
            Answer::Cancelled => format!("  {account}: cancelled, it was never sent\n"),
            Answer::TooLate => {
                format!(
                    "  {account}: too late, {}\n",
                    standing(delivery, Detail::Whole)
                )
            }
            Answer::UnderWay if delivery.state == DeliveryState::Queued => {
                format!("  {account}: under way, it will end by itself: hayon looks whether it is public\n")
            }
            Answer::UnderWay => format!("  {account}: under way, it will end by itself\n"),
        });
    }
    text
}

fn exit(answers: &[CancelAnswer]) -> Exit {
    let any = |answer| answers.iter().any(|given| given.answer == answer);
    if any(Answer::UnderWay) {
        Exit::Queued
    } else if any(Answer::TooLate) {
        Exit::Failed
    } else {
        Exit::Done
    }
}
