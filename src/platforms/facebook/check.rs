//! The checkup of a Page on Facebook.

use std::sync::Arc;

use crate::clock::Clock;
use crate::http::Http;
use crate::platforms::facebook::FacebookAccount;
use crate::platforms::graph::check;
use crate::platforms::graph::check::Questions;
use crate::platforms::graph::client::Client;
use crate::platforms::graph::client::GRAPH_VERSION;
use crate::platforms::graph::token::Token;
use crate::post::platform::Platform;
use crate::publish::checkup::Checkup;

/// Looks at `account`.
pub(crate) async fn check(http: &Arc<Http>, account: FacebookAccount, clock: &Clock) -> Checkup {
    let (page_id, http) = (account.page_id, Arc::clone(http));
    let client = Client::new(
        http,
        &account.api,
        GRAPH_VERSION,
        Token::lasting(account.token),
    );
    let questions = Questions {
        platform: Platform::Facebook,
        whose: &page_id,
        name: "name",
        limit: None,
        list: &format!("{page_id}/published_posts"),
        new_token: "a Page's token dies when a password or a role changes: log in again with \
                    `hayon account add facebook`, or make another one from a user token that lives \
                    long, and store it where the old one is",
    };
    check::check(&client, questions, clock).await
}
