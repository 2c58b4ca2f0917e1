//! The checkup of a Threads account.

use std::sync::Arc;

use crate::clock::Clock;
use crate::config::sessions::SessionStore;
use crate::http::Http;
use crate::platforms::graph::check;
use crate::platforms::graph::check::Questions;
use crate::platforms::threads::ME;
use crate::platforms::threads::ThreadsAccount;
use crate::platforms::threads::client_of;
use crate::post::platform::Platform;
use crate::publish::checkup::Checkup;

/// Looks at `account`.
pub(crate) async fn check(
    http: &Arc<Http>,
    sessions: &Arc<SessionStore>,
    account: ThreadsAccount,
    clock: &Clock,
) -> Checkup {
    let client = client_of(Arc::clone(http), &account, Arc::clone(sessions));
    let questions = Questions {
        platform: Platform::Threads,
        whose: ME,
        name: "username",
        limit: Some("me/threads_publishing_limit"),
        list: "me/threads",
        new_token: "a token lives for 60 days: log in again with `hayon account add threads`, or \
                    make another one with the app's user token generator, and store it where the \
                    old one is",
    };
    check::check(&client, questions, clock).await
}
