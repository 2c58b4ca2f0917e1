//! How long a server takes over a request, before the effect of it is there.

use std::time::Duration;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

/// The time that a server takes; it travels with the request.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pace(Duration);

impl Pace {
    /// Returns a pace of `duration` a request.
    pub(crate) fn new(duration: Duration) -> Self {
        Self(duration)
    }

    /// Takes the time.
    pub(crate) async fn take(self) {
        if !self.0.is_zero() {
            tokio::time::sleep(self.0).await;
        }
    }
}

/// Takes the request's time before anything else, as most routes do.
pub(crate) async fn take_first(request: Request, next: Next) -> Response {
    let pace = request.extensions().get::<Pace>().copied();
    pace.unwrap_or_default().take().await;
    next.run(request).await
}
