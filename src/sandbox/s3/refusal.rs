//! What S3 says when it refuses: XML with a code.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse as _;
use axum::response::Response;

/// Returns the usual refusal with `status`.
pub(crate) fn plain_refusal(status: StatusCode) -> Response {
    // docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, read 2026-11-25.
    let code = match status.as_u16() {
        400 => "InvalidRequest",
        403 => "AccessDenied",
        404 => "NoSuchKey",
        405 => "MethodNotAllowed",
        409 => "OperationAborted",
        412 => "PreconditionFailed",
        500 => "InternalError",
        503 => "SlowDown",
        _ => "Refused",
    };
    refusal(status, code, "The sandbox was told to refuse this request.")
}

/// Returns a refusal with `code`.
pub(crate) fn refusal(status: StatusCode, code: &str, message: &str) -> Response {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code>\
         <Message>{message}</Message></Error>"
    );
    (status, [(CONTENT_TYPE, "application/xml")], body).into_response()
}
