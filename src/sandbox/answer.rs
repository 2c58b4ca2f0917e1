//! An answer of the sandbox, which may break off in the middle.

use std::pin::Pin;
use std::task::Context;
use std::task::Poll;

use axum::body::Body;
use axum::body::Bytes;
use axum::http::header::CONTENT_LENGTH;
use axum::response::Response;
use hyper::body::Frame;

/// The connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection ends without an answer")]
pub(crate) struct HungUp;

/// An answer, whole in memory.
pub(crate) struct Answer {
    pub(crate) parts: axum::http::response::Parts,
    pub(crate) body: Bytes,
}

impl Answer {
    /// Returns it as it is.
    pub(crate) fn whole(self) -> Response {
        Response::from_parts(self.parts, Body::from(self.body))
    }

    /// Returns the length of the whole, and half of the body.
    pub(crate) fn cut(mut self) -> Response {
        let length = self.body.len();
        self.parts.headers.insert(CONTENT_LENGTH, length.into());
        let half = HalfBody {
            half: Some(self.body.slice(..length / 2)),
            is_flushed: false,
        };
        Response::from_parts(self.parts, Body::new(half))
    }
}

/// Half of an answer, and then the end of the connection.
struct HalfBody {
    half: Option<Bytes>,
    is_flushed: bool,
}

impl hyper::body::Body for HalfBody {
    type Data = Bytes;
    type Error = HungUp;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HungUp>>> {
        if let Some(half) = self.half.take() {
            return Poll::Ready(Some(Ok(Frame::data(half))));
        }
        // An error throws away what is not written yet; hyper writes whenever a body makes it wait.
        if !self.is_flushed {
            self.is_flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(HungUp)))
    }
}
