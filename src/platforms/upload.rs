//! The steps `upload 1`, `upload 2`, …: one per picture, side by side.

use std::future::Future;

use futures_util::future::join_all;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::media::MediaError;
use crate::post::media::Media;
use crate::publish::Cause;
use crate::publish::PublishError;
use crate::publish::Server;
use crate::publish::step::Step;
use crate::publish::step_log::StepLog;

/// The most pictures that have a step of their own.
const UPLOADS_MAX: usize = 99;

/// Uploads `media` side by side, each as a step, and returns what each has left, in order.
///
/// If one fails the others still end: what they have uploaded is used by the next attempt.
pub(crate) async fn upload_all<'m, T, F, Fut>(
    media: &'m [Media],
    steps: &StepLog<'_>,
    upload: F,
) -> Result<Vec<T>, PublishError>
where
    T: Serialize + DeserializeOwned,
    F: Fn(&'m Media) -> Fut,
    Fut: Future<Output = Result<T, PublishError>>,
{
    let uploads = media
        .iter()
        .zip(step_names(media.len()))
        .map(|(media, name)| {
            let upload = &upload;
            steps.step(Step::repeatable(name), move || upload(media))
        });
    join_all(uploads).await.into_iter().collect()
}

/// Returns the names of the upload steps of a post with `count` pictures.
pub(crate) fn step_names(count: usize) -> Vec<String> {
    (1..=count)
        .map(|position| format!("upload {position}"))
        .collect()
}

/// Whether `step` is the name of an upload step.
pub(crate) fn is_step_name(step: &str) -> bool {
    let position = step.strip_prefix("upload ").and_then(|n| n.parse().ok());
    position.is_some_and(|n: usize| (1..=UPLOADS_MAX).contains(&n) && step == format!("upload {n}"))
}

/// Returns what it means that a picture could not be read from the media store.
pub(crate) fn unread(error: &MediaError) -> PublishError {
    let cause = Cause::new(error.to_string());
    match error {
        MediaError::BadKey { .. } | MediaError::Missing { .. } | MediaError::Changed { .. } => {
            PublishError::Refused(cause)
        }
        // A store out of reach may come back, and it is not the platform that is out of reach.
        _ => PublishError::Unclear {
            cause,
            server: Server::Done,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_that_is_given_is_known_and_no_other() {
        assert!(
            step_names(UPLOADS_MAX)
                .iter()
                .all(|name| is_step_name(name))
        );
        for name in [
            "upload",
            "upload 0",
            "upload 100",
            "upload 01",
            "upload +1",
            "Upload 1",
            "upload 1 ",
        ] {
            assert!(!is_step_name(name), "{name}");
        }
    }
}
