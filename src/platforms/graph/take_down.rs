//! How a post is taken down on Meta's platforms: `DELETE /{post}` (developers.facebook.com, Pages API
//! posts, Threads posts and `ig-media`, read 2026-11-23).

use crate::clock::Clock;
use crate::platforms::answer::is_plain_id;
use crate::platforms::graph::answer::Phase;
use crate::platforms::graph::answer::accept;
use crate::platforms::graph::answer::code_of;
use crate::platforms::graph::answer::is_gone;
use crate::platforms::graph::client::Client;
use crate::publish::Cause;
use crate::publish::PublishError;
use crate::publish::TakenDown;

/// What Graph says of what is not there, or not for this token, or cannot be done (Graph error
/// handling, read 2026-11-23).
const UNREADABLE: (i64, Option<i64>) = (100, Some(33));

/// Deletes the post `id`, and looks whether it was there if the answer leaves that open.
pub(crate) async fn delete(
    client: &Client,
    id: &str,
    clock: &Clock,
) -> Result<TakenDown, PublishError> {
    if !is_plain_id(id) {
        let message = format!("`{id}` is no id of a post");
        return Err(PublishError::Refused(Cause::new(message)));
    }
    let answer = client.delete(id, clock).await?;
    if is_gone(&answer) {
        return Ok(TakenDown::Before);
    }
    let Err(refused) = accept(answer, Phase::Hidden, clock.now()) else {
        return Ok(TakenDown::Now);
    };
    // It says the same of what is missing and of what may not be done: only what can be read is there.
    let answer = client.get(id, &[("fields", "id")], clock).await?;
    if is_gone(&answer) || code_of(&answer) == Some(UNREADABLE) {
        return Ok(TakenDown::Before);
    }
    Err(refused)
}
