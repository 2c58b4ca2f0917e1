//! The address at which people see a post of Instagram or Threads, which the answer to its publication
//! does not name.

use crate::clock::Clock;
use crate::platforms::answer::json;
use crate::platforms::answer::text_field;
use crate::platforms::graph::client::Client;
use crate::platforms::permalink::Home;
use crate::publish::Published;

/// Adds the address of the post. That it cannot be had is no failure: the post is public.
pub(crate) async fn with_address(
    client: &Client,
    published: Published,
    domains: &[&str],
    clock: &Clock,
) -> Published {
    let Published {
        remote_id: Some(id),
        url: None,
    } = &published
    else {
        return published;
    };
    let query = [("fields", "permalink")];
    let answer = client.get_if_quick(id, &query, clock).await;
    let body = answer.and_then(|answer| json(&answer)).unwrap_or_default();
    let home = Home {
        server: client.base(),
        domains,
    };
    Published {
        url: text_field(&body, "permalink").and_then(|url| home.believed(url)),
        ..published
    }
}
