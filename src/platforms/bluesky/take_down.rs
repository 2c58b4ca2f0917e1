//! How a post is taken down: `com.atproto.repo.deleteRecord`, which says nothing of what was not there
//! (lexicon, read 2026-11-25).

use serde_json::json;

use crate::clock::Clock;
use crate::platforms::bluesky::BlueskyPublisher;
use crate::platforms::bluesky::COLLECTION;
use crate::platforms::bluesky::answer::accept;
use crate::publish::Cause;
use crate::publish::PublishError;
use crate::publish::TakenDown;

impl BlueskyPublisher {
    /// Deletes the record at `uri`.
    pub(crate) async fn delete_record(
        &self,
        uri: &str,
        clock: &Clock,
    ) -> Result<TakenDown, PublishError> {
        let Some((did, rkey)) = parts(uri) else {
            let message = format!("`{uri}` is no address of a post");
            return Err(PublishError::Refused(Cause::new(message)));
        };
        let body = json!({"repo": did, "collection": COLLECTION, "rkey": rkey});
        let method = "com.atproto.repo.deleteRecord";
        let answer = self.client.post_json(method, &body, clock).await?;
        accept(answer, clock.now()).map(|_| TakenDown::Now)
    }
}

/// Returns the account and the record key of a post's `uri`.
fn parts(uri: &str) -> Option<(&str, &str)> {
    let (did, rest) = uri.strip_prefix("at://")?.split_once('/')?;
    let (collection, rkey) = rest.split_once('/')?;
    (collection == COLLECTION && !rkey.contains('/')).then_some((did, rkey))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_post_is_deleted() {
        let post = "at://did:plc:a/app.bsky.feed.post/3abc";
        assert_eq!(parts(post), Some(("did:plc:a", "3abc")));
        for other in [
            "at://did:plc:a/app.bsky.feed.like/3abc",
            "at://did:plc:a/app.bsky.feed.post/3abc/x",
            "https://bsky.app/profile/a/post/3abc",
            "",
        ] {
            assert_eq!(parts(other), None, "{other}");
        }
    }
}
