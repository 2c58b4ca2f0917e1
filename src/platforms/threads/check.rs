//! The checkup of a Threads account.

use std::sync::Arc;

use crate::clock::Clock;
use crate::http::Http;
use crate::platforms::graph::check;
use crate::platforms::graph::check::Questions;
use crate::platforms::graph::client::Client;
use crate::platforms::graph::client::THREADS_VERSION;
use crate::platforms::threads::ME;
use crate::platforms::threads::ThreadsAccount;
use crate::post::platform::Platform;
use crate::publish::checkup::Checkup;

/// Looks at `account`.
pub(crate) async fn check(http: &Arc<Http>, account: ThreadsAccount, clock: &Clock) -> Checkup {
    let http = Arc::clone(http);
    let client = Client::new(http, &account.api, THREADS_VERSION, account.token);
    let questions = Questions {
        platform: Platform::Threads,
        whose: ME,
        name: "username",
        limit: Some("me/threads_publishing_limit"),
        list: "me/threads",
        new_token: "a token lives for 60 days: make another one with the app's user token \
                    generator, and store it where the old one is",
    };
    check::check(&client, questions, clock).await
}
