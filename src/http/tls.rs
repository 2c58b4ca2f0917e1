//! How servers prove who they are: by the certificates that this machine trusts.
//!
//! They are read once for all clients, and only where a server has to prove itself: on Debian they are some
//! 150 files. A thread begins to read them when the first request to such a server begins, so that they are
//! there by the time its certificate is. Whether to trust it is for `rustls-platform-verifier` to say, as it
//! is with the client's own settings, and for nobody else.

use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::Mutex;
use std::sync::Once;
use std::sync::PoisonError;
use std::thread;

use rustls::ClientConfig;
use rustls::DigitallySignedStruct;
use rustls::Error;
use rustls::SignatureScheme;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::client::danger::ServerCertVerified;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs;
use rustls::crypto::verify_tls12_signature;
use rustls::crypto::verify_tls13_signature;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::ServerName;
use rustls::pki_types::UnixTime;
use rustls_platform_verifier::Verifier;
use url::Url;

static PROVIDER: LazyLock<Arc<CryptoProvider>> =
    LazyLock::new(|| Arc::new(aws_lc_rs::default_provider()));

/// What decides by the certificates of this machine whether a server is who it says it is, once they
/// could be read.
static OF_THIS_MACHINE: Mutex<Option<Arc<Verifier>>> = Mutex::new(None);

/// The one configuration of all clients, which remember their TLS sessions together.
static CONFIG: LazyLock<Result<ClientConfig, Error>> = LazyLock::new(|| {
    let builder = ClientConfig::builder_with_provider(Arc::clone(&PROVIDER));
    let mut config = builder
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(ByThisMachine))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".into(), b"http/1.1".into()];
    Ok(config)
});

/// Returns how every client speaks TLS.
pub(super) fn config() -> Result<ClientConfig, Error> {
    CONFIG.clone()
}

/// Has the certificates of this machine read if the server at `url` will have to prove itself, and does
/// not wait for it.
pub(super) fn prepare(url: &Url) {
    static BEGUN: Once = Once::new();
    if url.scheme() == "https" {
        // Without a thread they are read when they are needed.
        BEGUN.call_once(|| drop(thread::Builder::new().spawn(|| of_this_machine().is_ok())));
    }
}

/// Returns what decides. Who needs it while another thread reads the certificates waits for that one.
///
/// # Errors
/// If they cannot be read: the next who needs them tries again.
fn of_this_machine() -> Result<Arc<Verifier>, Error> {
    let mut found = OF_THIS_MACHINE
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = &*found {
        return Ok(Arc::clone(found));
    }
    let read = Verifier::new(Arc::clone(&PROVIDER)).map_err(|error| {
        Error::General(format!(
            "this machine has no certificates to tell by whom to trust ({error}): install \
             `ca-certificates`, or name a file of them in `SSL_CERT_FILE`"
        ))
    })?;
    Ok(Arc::clone(found.insert(Arc::new(read))))
}

/// Decides as the certificates of this machine say, which are read when the first is to be checked.
#[derive(Debug)]
struct ByThisMachine;

impl ServerCertVerifier for ByThisMachine {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verifier = of_this_machine()?;
        verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &PROVIDER.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &PROVIDER.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        PROVIDER
            .signature_verification_algorithms
            .supported_schemes()
    }
}
