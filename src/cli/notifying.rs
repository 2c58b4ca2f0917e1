//! Notices, by whatever command has seen to it that something waits for a person.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::cli::context::Context;
use crate::cli::view::one_line;
use crate::config::Config;
use crate::daemon::turn::Plan;
use crate::http::Http;
use crate::notify::Expiring;
use crate::notify::Notifier;

/// How often it is looked whether a token ends soon, and whether what nobody took is to be told again.
const LOOKED_EVERY: Duration = Duration::from_hours(1);

/// Returns who tells, if anybody is to be told.
pub(crate) fn notifier(context: &Context, config: &Config) -> Option<Notifier> {
    let http = Arc::new(Http::new());
    Notifier::new(&config.notify, http, context.own_variables())
}

/// Tells what is to be told, and says what nobody took. A notice that fails changes nothing of what
/// the command has done: a script that read a failure here would post again.
pub(crate) async fn tell(context: &Context, plan: &Plan, notifier: Option<&Notifier>) {
    let Some(notifier) = notifier else {
        return;
    };
    let expiring = expiring(plan);
    let why = match notifier.tell(&plan.door, &expiring, &plan.clock).await {
        Ok(untaken) => untaken.into_iter().map(|untaken| untaken.why).collect(),
        Err(error) => vec![error.to_string()],
    };
    for why in why {
        let why = one_line(&why);
        context.ui.warn(&format!("a notice was not taken: {why}"));
    }
}

/// Tells what is to be told at once, and again whenever `parked` has changed; it never ends.
pub(crate) async fn tell_forever(
    context: &Context,
    plan: &Plan,
    notifier: Option<&Notifier>,
    mut parked: watch::Receiver<u64>,
) -> Infallible {
    loop {
        tell(context, plan, notifier).await;
        tokio::select! {
            changed = parked.changed() => {
                if changed.is_err() {
                    std::future::pending::<()>().await;
                }
            }
            () = tokio::time::sleep(LOOKED_EVERY) => {}
        }
    }
}

fn expiring(plan: &Plan) -> Vec<Expiring> {
    let ends = plan.publishers.all().filter_map(|publisher| {
        Some(Expiring {
            account: publisher.account().to_string(),
            ends_at: publisher.credential_ends_at()?,
        })
    });
    ends.collect()
}
