//! What a daemon does beside delivering: it keeps credentials alive that end by the calendar.

use std::convert::Infallible;
use std::time::Duration;

use crate::daemon::turn::Plan;
use crate::delivery::upkeep::Unrenewed;

/// How often it is looked whether anything is due: a token is renewed weekly, and lives for weeks.
const LOOKED_EVERY: Duration = Duration::from_hours(6);

impl Plan {
    /// Renews each credential that is due, and returns what went wrong.
    pub(crate) async fn renew_credentials(&self) -> Vec<Unrenewed> {
        self.publishers.renew_credentials(&self.clock).await
    }

    /// Renews credentials as they fall due, and tells what goes wrong; it never ends.
    pub(crate) async fn renew_credentials_forever(
        &self,
        trouble: impl Fn(&Unrenewed),
    ) -> Infallible {
        loop {
            self.renew_credentials().await.iter().for_each(&trouble);
            tokio::time::sleep(LOOKED_EVERY).await;
        }
    }
}
