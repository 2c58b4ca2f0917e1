//! `hayon delete`: forgets a draft, or a post that has ended, and its media; or takes down what is
//! published of it.

use clap::Args;
use clap::ValueHint;
use serde_json::Value;

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::storing::forget_media;
use crate::cli::taking_down::Answer;
use crate::cli::taking_down::take_down;
use crate::outbox::Outbox;
use crate::outbox::state::DeliveryState;
use crate::outbox::state::ParkReason;
use crate::outbox::view::DeliveryView;
use crate::outbox::view::PostView;
use crate::post::account_name::AccountName;
use crate::post::post::Post;

/// Forget a draft, or a post that has ended, and its pictures
///
/// What is public stays public, unless `--published` takes it down first: on Instagram, only with a
/// log-in at Facebook. A key under which something was published is remembered, and never publishes
/// it again.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon delete 17
  hayon cancel 17 && hayon delete 17
  hayon delete 17 --published
  hayon delete 17 --published --account work")]
pub(crate) struct DeleteArgs {
    /// The number or the id of the post
    #[arg(value_name = "POST", value_hint = ValueHint::Other)]
    pub(crate) post: String,
    /// Take down what is public of it, then forget it
    #[arg(long)]
    published: bool,
    /// Take it down for this account alone, and forget nothing; repeatable
    #[arg(long, value_name = "ACCOUNT", requires = "published", value_hint = ValueHint::Other)]
    account: Vec<AccountName>,
}

/// Deletes a post.
pub(crate) fn run(context: &Context, arguments: &DeleteArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    let mut outbox = context.outbox(&config)?;
    let number = outbox.find_post(&arguments.post)?;
    let answers = if arguments.published {
        let view = outbox.post(number)?;
        let meant = meant(&view, &arguments.account)?;
        take_down(context, &config, &mut outbox, &meant)?
    } else {
        Vec::new()
    };
    let are_down = answers.iter().all(Answer::is_down);
    if !(are_down && arguments.account.is_empty()) {
        let post = outbox.post(number)?;
        tell(context, &post, &answers);
        return Ok(exit(&answers));
    }
    // What is left of it would be forgotten, too: it must have ended.
    let deleted = forget(&mut outbox, number)?;
    let files = deleted.post.iter().flat_map(Post::files);
    let keys: Vec<String> = files.map(|media| media.key).collect();
    // The row is gone first: what a crash leaves here is litter.
    forget_media(&config, &keys)?;
    tell(context, &deleted, &answers);
    context.ui.print(&format!("post {number} is deleted"));
    Ok(Exit::Done)
}

fn forget(outbox: &mut Outbox, number: i64) -> Result<PostView, CliError> {
    Ok(outbox.delete(number)?)
}

/// Returns the deliveries that are to be taken down: those for `accounts`, or all that are published.
fn meant<'v>(
    view: &'v PostView,
    accounts: &[AccountName],
) -> Result<Vec<&'v DeliveryView>, CliError> {
    let number = view.number;
    for account in accounts {
        let name = account.as_str();
        if !view.deliveries.iter().any(|it| it.account == name) {
            let message = format!("post {number} does not go to `{name}`");
            let hint = format!("`hayon show {number}` says where it goes");
            return Err(CliError::new("no_such_delivery", message).hint(hint));
        }
    }
    let is_named =
        |delivery: &&DeliveryView| accounts.iter().any(|it| it.as_str() == delivery.account);
    if !accounts.is_empty() {
        return Ok(view.deliveries.iter().filter(is_named).collect());
    }
    if let Some(open) = view.deliveries.iter().find(|it| is_open(it)) {
        let message = format!(
            "post {number} is not published to `{}` yet, or in doubt",
            open.account
        );
        return Err(CliError::new("too_late", message).hint(format!(
            "`hayon cancel {number}` or `hayon resolve {number}` first, or name what to take down \
             with `--account`"
        )));
    }
    let is_published = |delivery: &&DeliveryView| delivery.state == DeliveryState::Delivered;
    Ok(view.deliveries.iter().filter(is_published).collect())
}

/// Whether a delivery may yet become public, or be it.
fn is_open(delivery: &DeliveryView) -> bool {
    matches!(
        delivery.state,
        DeliveryState::Queued | DeliveryState::Sending
    ) || delivery.reason == Some(ParkReason::InDoubt)
}

fn tell(context: &Context, post: &PostView, answers: &[Answer]) {
    let mut document = context.post_json(post);
    let of = |delivery: &Value| {
        let account = delivery["account"].as_str().unwrap_or_default();
        answers.iter().find(|answer| answer.account == account)
    };
    for delivery in document["deliveries"].as_array_mut().into_iter().flatten() {
        if let Some(answer) = of(delivery) {
            delivery["answer"] = answer.name.into();
            delivery["answer_message"] = answer.why.clone().into();
        }
    }
    context.ui.print_json(&document);
    for answer in answers {
        let account = &answer.account;
        let words = match (answer.name, &answer.why) {
            ("taken_down", _) => "taken down".to_owned(),
            ("was_gone", _) => "was gone already".to_owned(),
            (_, why) => format!("not taken down: {}", why.as_deref().unwrap_or("unknown")),
        };
        context.ui.print(&format!("  {account}: {words}"));
        let url = post.deliveries.iter().find(|it| it.account == *account);
        if let Some(url) = url
            .and_then(|it| it.url.as_deref())
            .filter(|_| !answer.is_down())
        {
            context.ui.hint(&format!("delete it there yourself: {url}"));
        }
    }
}

fn exit(answers: &[Answer]) -> Exit {
    let worst = answers.iter().map(|answer| answer.exit).max();
    let is_any_down = answers.iter().any(Answer::is_down);
    match worst.unwrap_or(Exit::Done) {
        Exit::Done => Exit::Done,
        _ if is_any_down => Exit::Partial,
        worst => worst,
    }
}
