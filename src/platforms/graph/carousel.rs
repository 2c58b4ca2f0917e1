//! The items of a carousel, on Instagram and Threads: a container each, made side by side, and the
//! carousel only once all of them are finished.

use std::future::Future;

use futures_util::future::join_all;

use crate::clock::Clock;
use crate::platforms::graph::client::Client;
use crate::platforms::graph::container::Created;
use crate::platforms::graph::container::Fields;
use crate::platforms::graph::container::is_public;
use crate::platforms::graph::container::item_step;
use crate::platforms::graph::container::settled;
use crate::platforms::graph::container::steps_of;
use crate::post::media::Media;
use crate::publish::PublishError;
use crate::publish::step::Step;
use crate::publish::step_log::StepLog;

/// Makes an item of each of `media`, each as a step, and returns them in order.
///
/// If one fails the others still end: those that are made are used by the next attempt.
pub(crate) async fn create_items<'m, F, Fut>(
    media: &'m [Media],
    steps: &StepLog<'_>,
    create: F,
) -> Result<Vec<Created>, PublishError>
where
    F: Fn(&'m Media) -> Fut,
    Fut: Future<Output = Result<Created, PublishError>>,
{
    let items = (1..).zip(media).map(|(position, media)| {
        let create = &create;
        steps.step(Step::repeatable(item_step(position)), move || create(media))
    });
    join_all(items).await.into_iter().collect()
}

/// Waits until each of `items` can be used.
pub(crate) async fn wait_for_items(
    client: &Client,
    items: &[Created],
    fields: Fields,
    clock: &Clock,
) -> Result<(), PublishError> {
    let states = items
        .iter()
        .map(|item| settled(client, item, fields, clock));
    for state in join_all(states).await {
        is_public(state?, &steps_of(items.len()))?;
    }
    Ok(())
}
