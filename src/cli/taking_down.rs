//! Taking a published post down: each account is asked, and each answer is written down at once.

use std::sync::Arc;

use futures_util::future::join_all;

use crate::cli::context::Context;
use crate::cli::context::block_on;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::publishers::publishers;
use crate::config::Config;
use crate::config::account::Account;
use crate::outbox::Outbox;
use crate::outbox::state::DeliveryState;
use crate::outbox::view::DeliveryView;
use crate::publish::PublishError;
use crate::publish::Publisher;
use crate::publish::TakenDown;

/// What became of one delivery.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) row: i64,
    pub(crate) account: String,
    /// `taken_down`, `was_gone`, `not_possible` or `failed`.
    pub(crate) name: &'static str,
    /// Why not, in words for people.
    pub(crate) why: Option<String>,
    pub(crate) exit: Exit,
}

impl Answer {
    fn new(delivery: &DeliveryView, name: &'static str) -> Self {
        Self {
            row: delivery.row,
            account: delivery.account.clone(),
            name,
            why: None,
            exit: Exit::Done,
        }
    }

    fn not(delivery: &DeliveryView, name: &'static str, why: String, exit: Exit) -> Self {
        Self {
            why: Some(why),
            exit,
            ..Self::new(delivery, name)
        }
    }

    /// Whether nobody sees the post there any more.
    pub(crate) fn is_down(&self) -> bool {
        self.exit == Exit::Done
    }
}

/// Takes each of `deliveries` down that is published, side by side, and writes down which are gone.
pub(crate) fn take_down(
    context: &Context,
    config: &Config,
    outbox: &mut Outbox,
    deliveries: &[&DeliveryView],
) -> Result<Vec<Answer>, CliError> {
    let is_meant = |account: &&Account| {
        deliveries
            .iter()
            .any(|it| it.account == account.name.as_str())
    };
    let accounts: Vec<&Account> = config.accounts.iter().filter(is_meant).collect();
    let (publishers, _) = publishers(config, &context.secrets(config), &accounts)?;
    let asked = deliveries.iter().map(|delivery| {
        let publisher = publishers.of(&delivery.account);
        ask(context, delivery, publisher)
    });
    let answers = block_on(async { Ok(join_all(asked).await) })?;
    let now = context.clock.now();
    for answer in answers.iter().filter(|answer| answer.is_down()) {
        outbox.taken_down(answer.row, now)?;
    }
    Ok(answers)
}

async fn ask(
    context: &Context,
    delivery: &DeliveryView,
    publisher: Option<&Arc<dyn Publisher>>,
) -> Answer {
    if delivery.state != DeliveryState::Delivered {
        let why = format!("it is {}, not published", delivery.state.name());
        return Answer::not(delivery, "not_possible", why, Exit::Failed);
    }
    if delivery.taken_down_at.is_some() {
        return Answer::new(delivery, "was_gone");
    }
    let Some(publisher) = publisher else {
        let why = "the account is not in the configuration, or has no credential".to_owned();
        return Answer::not(delivery, "failed", why, Exit::LoginNeeded);
    };
    if delivery.place.as_deref() != Some(publisher.place()) {
        let why = "the account was pointed elsewhere since".to_owned();
        return Answer::not(delivery, "not_possible", why, Exit::Failed);
    }
    let Some(remote_id) = &delivery.remote_id else {
        let why = "it is published, and nobody knows under which name".to_owned();
        return Answer::not(delivery, "not_possible", why, Exit::Failed);
    };
    match publisher.take_down(remote_id, &context.clock).await {
        Ok(TakenDown::Now) => Answer::new(delivery, "taken_down"),
        Ok(TakenDown::Before) => Answer::new(delivery, "was_gone"),
        Ok(TakenDown::NotPossible(why)) => Answer::not(delivery, "not_possible", why, Exit::Failed),
        Err(error) => {
            let exit = match error {
                PublishError::LoginNeeded(_) => Exit::LoginNeeded,
                _ => Exit::Failed,
            };
            Answer::not(delivery, "failed", error.to_string(), exit)
        }
    }
}
