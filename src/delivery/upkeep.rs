//! Credentials that end by the calendar are renewed in time, whether or not there is anything to
//! deliver.

use futures_util::future::join_all;

use crate::clock::Clock;
use crate::delivery::worker::Publishers;
use crate::publish::Renewal;

/// A credential that could not be renewed; it works until it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unrenewed {
    pub(crate) account: String,
    /// A lower-case fragment without a full stop.
    pub(crate) why: String,
}

impl Publishers {
    /// Renews each credential that is due, side by side, and returns what went wrong.
    pub(crate) async fn renew_credentials(&self, clock: &Clock) -> Vec<Unrenewed> {
        let renewals = self.all().map(|publisher| async move {
            let error = publisher
                .renew_credential(Renewal::IfDue, clock)
                .await
                .err()?;
            Some(Unrenewed {
                account: publisher.account().to_string(),
                why: error.to_string(),
            })
        });
        join_all(renewals).await.into_iter().flatten().collect()
    }
}
