//! The look: does a record live under our own key?

use crate::platforms::answer::is_success;
use crate::platforms::answer::json;
use crate::platforms::answer::text_field;
use crate::platforms::answer::unusable;
use crate::platforms::bluesky::BlueskyPublisher;
use crate::platforms::bluesky::COLLECTION;
use crate::platforms::bluesky::COMPOSE;
use crate::platforms::bluesky::answer::error_name;
use crate::platforms::bluesky::answer::refusal;
use crate::platforms::bluesky::record::Composed;
use crate::platforms::bluesky::record::key_of;
use crate::platforms::bluesky::record::published;
use crate::platforms::bluesky::record::uri;
use crate::publish::Looked;
use crate::publish::PublishError;
use crate::publish::step_log::StepLog;

impl BlueskyPublisher {
    /// `com.atproto.repo.getRecord`, asked of the PDS itself: what readers are shown lags behind.
    pub(crate) async fn look_under_our_key(
        &self,
        steps: &StepLog<'_>,
    ) -> Result<Looked, PublishError> {
        let clock = steps.clock();
        let session = self.client.session(clock).await?;
        let composed = steps.output::<Composed>(COMPOSE).transpose()?;
        if let Some(cause) = composed
            .as_ref()
            .and_then(|composed| composed.is_elsewhere(&session.did))
        {
            // Not there to be seen from here, which says nothing.
            return Err(PublishError::Refused(cause));
        }
        let place = composed
            .map(|composed| (composed.repo, composed.rkey))
            .or_else(|| Some((session.did.clone(), key_of(steps.identity(), &session.did)?)));
        let Some((did, rkey)) = place else {
            // A record is composed before it is sent, so that none was sent.
            return Ok(Looked::Absent);
        };
        let uri = uri(&did, &rkey);
        // What lives under a key of the user's is ours, whichever account of the configuration put it.
        if steps.identity().key.is_none() && steps.belongs_to_another(&uri).await? {
            return Ok(Looked::CannotTell);
        }
        let query = [
            ("repo", did.as_str()),
            ("collection", COLLECTION),
            ("rkey", &rkey),
        ];
        let answer = self
            .client
            .get(&session, "com.atproto.repo.getRecord", &query)
            .await?;
        if error_name(&answer).as_deref() == Some("RecordNotFound") {
            return Ok(Looked::Absent);
        }
        if !is_success(&answer) {
            return Err(refusal(&answer, clock.now()));
        }
        let found = json(&answer).and_then(|found| Some(text_field(&found, "uri")?.to_owned()));
        // Some servers name the account by its handle.
        let is_ours = found.is_some_and(|found| found.ends_with(&format!("/{COLLECTION}/{rkey}")));
        if is_ours {
            Ok(Looked::Found(published(&did, &rkey)))
        } else {
            Err(unusable(&answer, "our record"))
        }
    }
}
