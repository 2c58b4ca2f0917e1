//! The checkup of an Instagram account.

use std::sync::Arc;

use crate::clock::Clock;
use crate::config::sessions::SessionStore;
use crate::http::Http;
use crate::platforms::graph::check;
use crate::platforms::graph::check::Questions;
use crate::platforms::instagram::InstagramAccount;
use crate::platforms::instagram::client_of;
use crate::post::platform::Platform;
use crate::publish::checkup::Checkup;

/// Looks at `account`.
pub(crate) async fn check(
    http: &Arc<Http>,
    sessions: &Arc<SessionStore>,
    account: InstagramAccount,
    clock: &Clock,
) -> Checkup {
    let client = client_of(Arc::clone(http), &account, Arc::clone(sessions));
    let user_id = account.user_id;
    let questions = Questions {
        platform: Platform::Instagram,
        whose: &user_id,
        name: "username",
        limit: Some(&format!("{user_id}/content_publishing_limit")),
        list: &format!("{user_id}/media"),
        new_token: "a token lives for 60 days: log in again with `hayon account add instagram`, or \
                    make another one in the app's dashboard, and store it where the old one is",
    };
    check::check(&client, questions, clock).await
}
