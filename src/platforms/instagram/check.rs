//! The checkup of an Instagram account.

use std::sync::Arc;

use crate::clock::Clock;
use crate::http::Http;
use crate::platforms::graph::check;
use crate::platforms::graph::check::Questions;
use crate::platforms::graph::client::Client;
use crate::platforms::graph::client::GRAPH_VERSION;
use crate::platforms::instagram::InstagramAccount;
use crate::post::platform::Platform;
use crate::publish::checkup::Checkup;

/// Looks at `account`.
pub(crate) async fn check(http: &Arc<Http>, account: InstagramAccount, clock: &Clock) -> Checkup {
    let (user_id, http) = (account.user_id, Arc::clone(http));
    let client = Client::new(http, &account.api, GRAPH_VERSION, account.token);
    let questions = Questions {
        platform: Platform::Instagram,
        whose: &user_id,
        name: "username",
        limit: Some(&format!("{user_id}/content_publishing_limit")),
        list: &format!("{user_id}/media"),
        new_token: "a token lives for 60 days: make another one in the app's dashboard, and store \
                    it where the old one is",
    };
    check::check(&client, questions, clock).await
}
