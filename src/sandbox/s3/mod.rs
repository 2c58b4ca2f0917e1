//! The sandbox's S3: a storage with buckets, which checks signatures as strictly as the real one.
//!
//! Signatures, checksums and XML are the work of `s3s`, files that of `s3s-fs`; the latter knows no
//! CORS, no lifecycle and no list of uploads, so [`buckets`] keeps those in memory. It has an origin
//! of its own, since a bucket's name is the first part of a path there, and shares nothing with
//! `media`, which it is there to test.

mod access;
mod buckets;
mod cors;
pub(crate) mod refusal;
mod uploads;

#[cfg(test)]
mod tests;

use std::io;
use std::path::Path;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::Method;
use axum::http::StatusCode;
use axum::http::header::ORIGIN;
use axum::response::Response;
use http_body_util::BodyExt as _;
use s3s::service::S3Service;
use s3s::service::S3ServiceBuilder;

use crate::clock::Clock;
use crate::sandbox::pace::Pace;
use crate::sandbox::s3::access::Access;
use crate::sandbox::s3::access::Keys;
use crate::sandbox::s3::buckets::Buckets;
use crate::sandbox::s3::refusal::plain_refusal;

/// The bucket that is read with a signature only.
pub(crate) const BUCKET: &str = "hayon-sandbox";

/// The bucket whose objects everybody may read, as behind a `public_url`.
pub(crate) const PUBLIC_BUCKET: &str = "hayon-sandbox-public";

/// The region that requests must be signed for: the one that clients take where nobody says.
pub(crate) const REGION: &str = "us-east-1";

/// Who may use the buckets. It opens nothing but a sandbox, and anybody may know it.
pub(crate) const ACCESS_KEY_ID: &str = "AKIDHAYONSANDBOX";

/// The secret that goes with [`ACCESS_KEY_ID`].
pub(crate) const SECRET_ACCESS_KEY: &str = "sandbox-s3-secret-that-anybody-may-know";

/// The storage.
pub(crate) struct S3 {
    service: S3Service,
    buckets: Arc<Buckets>,
}

impl S3 {
    /// Returns a storage with two buckets in the folder `root`.
    pub(crate) fn open(root: &Path, clock: Clock) -> io::Result<Self> {
        for bucket in [BUCKET, PUBLIC_BUCKET] {
            std::fs::create_dir_all(root.join(bucket))?;
        }
        let buckets = Arc::new(Buckets::open(root, clock)?);
        let mut builder = S3ServiceBuilder::new(buckets::Shared(Arc::clone(&buckets)));
        builder.set_auth(Keys);
        builder.set_access(Access);
        let service = builder.build();
        Ok(Self { service, buckets })
    }

    /// Answers a request.
    pub(crate) async fn answer(&self, request: Request) -> Response {
        let pace = request.extensions().get::<Pace>().copied();
        pace.unwrap_or_default().take().await;
        let (parts, body) = request.into_parts();
        // The front door has read the body: it is in memory and cannot fail.
        let body = body
            .collect()
            .await
            .map(http_body_util::Collected::to_bytes);
        let origin = parts.headers.get(ORIGIN).cloned();
        let rules = self.buckets.cors_rules_at(parts.uri.path());
        if parts.method == Method::OPTIONS {
            return cors::preflight(&rules, &parts.headers);
        }
        let method = parts.method.clone();
        let request = s3s::HttpRequest::from_parts(parts, body.unwrap_or_default().into());
        let Ok(response) = self.service.call(request).await else {
            return plain_refusal(StatusCode::INTERNAL_SERVER_ERROR);
        };
        let mut response = response.map(Body::new);
        if let Some(origin) = origin {
            cors::allow(&rules, &origin, &method, response.headers_mut());
        }
        response
    }
}
