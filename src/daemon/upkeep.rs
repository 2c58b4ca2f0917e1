//! What a daemon does beside delivering: it keeps credentials alive that end by the calendar.

use std::time::Duration;

use futures_util::future::join_all;

use crate::daemon::turn::Plan;
use crate::post::account_name::AccountName;
use crate::publish::PublishError;

/// How often it is looked whether anything is due: a token is renewed weekly, and lives for weeks.
const LOOKED_EVERY: Duration = Duration::from_hours(6);

impl Plan {
    /// Renews each credential that is due, side by side, and returns what went wrong.
    pub(crate) async fn renew_credentials(&self) -> Vec<(AccountName, PublishError)> {
        let renewals = self.publishers.all().map(|publisher| async move {
            let renewed = publisher.renew_credential(&self.clock).await;
            renewed
                .err()
                .map(|error| (publisher.account().clone(), error))
        });
        join_all(renewals).await.into_iter().flatten().collect()
    }

    /// Renews credentials as they fall due, and tells what goes wrong; it never ends.
    pub(crate) async fn renew_credentials_forever(
        &self,
        trouble: impl Fn(&AccountName, &PublishError),
    ) {
        loop {
            for (account, error) in self.renew_credentials().await {
                trouble(&account, &error);
            }
            tokio::time::sleep(LOOKED_EVERY).await;
        }
    }
}
