//! The SDK's requests, sent by hayon's own client, so that one place knows certificates and proxies.
//!
//! The SDK says how long each request may take and which are sent again. What it asks the machine itself
//! for, which is credentials, goes past every proxy.

use std::collections::HashMap;
use std::error::Error;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::PoisonError;

use aws_sdk_s3::config::HttpClient;
use aws_sdk_s3::config::RuntimeComponents;
use aws_sdk_s3::error::ConnectorError;
use aws_sdk_s3::primitives::SdkBody;
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::http::HttpConnectorFuture;
use aws_smithy_runtime_api::client::http::HttpConnectorSettings;
use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use hyper::Response;
use reqwest::Body;
use reqwest::Request;
use url::Host;
use url::Url;

use crate::http::SendError;
use crate::http::client::ForSdk;
use crate::http::client::Route;
use crate::http::client::Waits;
use crate::media::s3::part::Unreadable;

/// The clients that the SDK sends through, one for each of the patiences that it has.
#[derive(Debug, Default)]
pub(crate) struct Transport {
    known: Mutex<HashMap<Waits, SharedHttpConnector>>,
}

impl HttpClient for Transport {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let waits = Waits {
            to_connect: settings.connect_timeout(),
            to_read: settings.read_timeout(),
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let connector = known
            .entry(waits)
            .or_insert_with(|| SharedHttpConnector::new(Connector::new(waits)));
        connector.clone()
    }
}

#[derive(Debug)]
struct Connector {
    waits: Waits,
    usual: OnceLock<Result<ForSdk, SendError>>,
    direct: OnceLock<Result<ForSdk, SendError>>,
}

impl Connector {
    const fn new(waits: Waits) -> Self {
        Self {
            waits,
            usual: OnceLock::new(),
            direct: OnceLock::new(),
        }
    }

    fn client(&self, url: &Url) -> Result<ForSdk, ConnectorError> {
        let (slot, route) = if is_of_the_machine(url) {
            (&self.direct, Route::Direct)
        } else {
            (&self.usual, Route::Usual)
        };
        let client = slot.get_or_init(|| ForSdk::new(self.waits, route));
        client
            .clone()
            .map_err(|error| ConnectorError::user(error.into()))
    }

    fn begin(&self, request: HttpRequest) -> Result<(ForSdk, Request), ConnectorError> {
        let request = request
            .try_into_http1x()
            .map_err(|error| ConnectorError::user(error.into()))?;
        let request = Request::try_from(request.map(Body::wrap)).map_err(failed)?;
        Ok((self.client(request.url())?, request))
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let begun = self.begin(request);
        HttpConnectorFuture::new(async {
            let (client, request) = begun?;
            let answer = client.send(request).await.map_err(failed)?;
            let answer = Response::<Body>::from(answer).map(SdkBody::from_body_1_x);
            HttpResponse::try_from(answer)
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// Whether only the machine itself answers at this address: it gives out the credentials of the instance
/// or the container (docs.aws.amazon.com/sdkref, "IMDS" and "Container credential provider", read
/// 2026-11-26).
fn is_of_the_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_link_local(),
        Some(Host::Ipv6(address)) => address.segments()[..2] == [0xfd00, 0x0ec2],
        Some(Host::Domain(_)) | None => false,
    }
}

/// Says what may be sent again: the SDK repeats what broke off or took too long, and not what cannot be
/// read to be sent.
fn failed(error: reqwest::Error) -> ConnectorError {
    let error = error.without_url();
    if is_unreadable(&error) {
        return ConnectorError::user(error.into());
    }
    if error.is_timeout() {
        ConnectorError::timeout(error.into())
    } else if error.is_builder() {
        ConnectorError::user(error.into())
    } else {
        ConnectorError::io(error.into())
    }
}

fn is_unreadable(error: &(dyn Error + 'static)) -> bool {
    let mut causes = std::iter::successors(Some(error), |&error| error.source());
    causes.any(<dyn Error>::is::<Unreadable>)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::s3::part::Place;

    #[test]
    fn what_the_machine_alone_answers_is_told_from_the_address() {
        for (address, expected) in [
            ("http://169.254.169.254/latest/api/token", true),
            ("http://169.254.170.2/v2/credentials", true),
            ("http://[fd00:ec2::254]/latest", true),
            ("http://127.0.0.1:9000/bucket", false),
            ("http://[fd00::1]/bucket", false),
            ("https://bucket.s3.eu-central-1.amazonaws.com/key", false),
        ] {
            let url = Url::parse(address).unwrap();
            assert_eq!(is_of_the_machine(&url), expected, "{address}");
        }
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_not_sent_again() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let gone = Place {
            path: "gone.mp4".into(),
            offset: 0,
            length: 1,
        };
        let mut request = HttpRequest::new(gone.stream().into_inner());
        request.set_method("PUT").unwrap();
        let address = listener.local_addr().unwrap();
        request.set_uri(format!("http://{address}/key")).unwrap();
        let connector = Connector::new(Waits {
            to_connect: None,
            to_read: None,
        });
        let error = connector.call(request).await.unwrap_err();
        assert!(error.is_user(), "{error:?}");
    }
}
