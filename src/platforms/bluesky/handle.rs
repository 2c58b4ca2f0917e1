//! What a handle leads to by its own word: a text in the name service, else a page of its own web
//! server (atproto.com/specs/handle, read 2026-11-23).
//!
//! Whatever goes wrong here, there is somebody else to ask: the entryway.

use std::time::Duration;

use futures_util::future::join;
use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::RData;
use hickory_resolver::proto::rr::RecordType;
use url::Url;

use crate::http::foreign::Bounds;
use crate::http::foreign::Reach;
use crate::http::foreign::fetch;
use crate::platforms::bluesky::identity::is_did;

/// How long both together may take.
const TIME_MAX: Duration = Duration::from_secs(5);

/// The largest page that is read, in bytes: a DID has 2048 at most.
const PAGE_BYTES_MAX: u64 = 4096;

/// The ends of names that lead nowhere in public, so that nobody is asked
/// (atproto.com/specs/handle, "Additional Restrictions", read 2026-11-23).
const NOT_PUBLIC: [&str; 9] = [
    ".alt",
    ".arpa",
    ".example",
    ".internal",
    ".invalid",
    ".local",
    ".localhost",
    ".onion",
    ".test",
];

/// The name service, as this machine is set up to ask it.
pub(crate) struct NameService(TokioResolver);

impl NameService {
    /// Returns the one of this machine; `None` where it says none. Call it inside the runtime.
    pub(crate) fn of_this_machine() -> Option<Self> {
        let builder = TokioResolver::builder_tokio();
        let built = builder.and_then(|mut builder| {
            builder.options_mut().timeout = Duration::from_secs(2);
            builder.options_mut().attempts = 1;
            builder.build()
        });
        let built = built.inspect_err(|error| tracing::debug!(%error, "no name service"));
        built.ok().map(Self)
    }

    /// Returns the DID that `handle` itself says it is of; `None` if it says nothing, or nobody who
    /// knows can be asked. If both places say something, the name service is right.
    pub(crate) async fn did_of(&self, handle: &str) -> Option<String> {
        if NOT_PUBLIC.iter().any(|end| handle.ends_with(end)) {
            return None;
        }
        let both = join(self.did_in_texts(handle), did_on_page(handle));
        let (text, page) = tokio::time::timeout(TIME_MAX, both).await.ok()?;
        text.or(page)
    }

    async fn did_in_texts(&self, handle: &str) -> Option<String> {
        // With the dot at its end it is the whole name, whatever this machine would search in.
        let name = format!("_atproto.{handle}.");
        let found = self.0.lookup(name, RecordType::TXT).await;
        let found = found.inspect_err(|error| tracing::debug!(%error, "no text of a handle"));
        let found = found.ok()?;
        let texts = found
            .answers()
            .iter()
            .filter_map(|record| match &record.data {
                // A text of more than 255 bytes comes in pieces.
                RData::TXT(text) => String::from_utf8(text.txt_data.concat()).ok(),
                _ => None,
            });
        did_in(texts)
    }
}

/// Returns the one DID in the texts of a name; several that differ say nothing
/// (atproto.com/specs/handle, "DNS TXT Method", read 2026-11-23).
fn did_in(texts: impl Iterator<Item = String>) -> Option<String> {
    let dids = texts.filter_map(|text| text.strip_prefix("did=").map(str::to_owned));
    let mut dids: Vec<String> = dids.filter(|did| is_did(did)).collect();
    dids.dedup();
    let only = dids.pop()?;
    dids.is_empty().then_some(only)
}

async fn did_on_page(handle: &str) -> Option<String> {
    let address = Url::parse(&format!("https://{handle}/.well-known/atproto-did")).ok()?;
    let bounds = Bounds {
        bytes_max: PAGE_BYTES_MAX,
        time_max: TIME_MAX,
    };
    let page = fetch(address, bounds, Reach::Public).await;
    let page = page.inspect_err(|error| tracing::debug!(%error, "no page of a handle"));
    did_in_page(&page.ok()?)
}

fn did_in_page(page: &[u8]) -> Option<String> {
    let did = std::str::from_utf8(page).ok()?.trim();
    is_did(did).then(|| did.to_owned())
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use hickory_resolver::config::ConnectionConfig;
    use hickory_resolver::config::NameServerConfig;
    use hickory_resolver::config::ResolverConfig;
    use hickory_resolver::net::runtime::TokioRuntimeProvider;
    use hickory_resolver::proto::op::Message;
    use hickory_resolver::proto::op::OpCode;
    use hickory_resolver::proto::rr::Record;
    use hickory_resolver::proto::rr::rdata::TXT;
    use tokio::net::UdpSocket;

    use super::*;

    /// Returns a name service that has these texts under one name, each in pieces.
    async fn name_service(name: &'static str, texts: &[&[&str]]) -> NameService {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = socket.local_addr().unwrap().port();
        let pieces = |text: &&[&str]| text.iter().map(ToString::to_string).collect();
        let texts: Vec<Vec<String>> = texts.iter().map(pieces).collect();
        tokio::spawn(async move {
            let mut buffer = [0; 1024];
            loop {
                let (length, asker) = socket.recv_from(&mut buffer).await.unwrap();
                let asked = Message::from_vec(&buffer[..length]).unwrap();
                let query = asked.queries[0].clone();
                let mut answer = Message::response(asked.metadata.id, OpCode::Query);
                answer.add_query(query.clone());
                if query.name().to_string() == name {
                    for text in &texts {
                        let data = RData::TXT(TXT::new(text.clone()));
                        answer.add_answer(Record::from_rdata(query.name().clone(), 60, data));
                    }
                }
                let answer = answer.to_vec().unwrap();
                socket.send_to(&answer, asker).await.unwrap();
            }
        });
        let mut connection = ConnectionConfig::udp();
        connection.port = port;
        let server = NameServerConfig::new(Ipv4Addr::LOCALHOST.into(), true, vec![connection]);
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
        let builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        NameService(builder.build().unwrap())
    }

    #[tokio::test]
    async fn a_handle_says_in_the_name_service_whose_it_is() {
        let texts: [&[&str]; 2] = [&["v=spf1 -all"], &["did=did:plc", ":abc123"]];
        let names = name_service("_atproto.me.somewhere.", &texts).await;
        let did = names.did_in_texts("me.somewhere").await;
        assert_eq!(did.as_deref(), Some("did:plc:abc123"));
        assert_eq!(names.did_in_texts("you.somewhere").await, None);
    }

    #[tokio::test]
    async fn a_handle_that_says_two_things_says_nothing() {
        let texts: [&[&str]; 2] = [&["did=did:plc:abc"], &["did=did:plc:def"]];
        let names = name_service("_atproto.me.somewhere.", &texts).await;
        assert_eq!(names.did_in_texts("me.somewhere").await, None);
        let twice = ["did=did:plc:abc", "did=did:plc:abc", "did=nonsense"];
        let did = did_in(twice.into_iter().map(str::to_owned));
        assert_eq!(did.as_deref(), Some("did:plc:abc"));
    }

    #[test]
    fn a_page_holds_the_did_and_nothing_else() {
        let did = did_in_page(b" did:plc:abc\r\n");
        assert_eq!(did.as_deref(), Some("did:plc:abc"));
        for page in [
            &b"<!doctype html>"[..],
            b"",
            b"did:plc:abc did:plc:def",
            b"\xff",
        ] {
            assert_eq!(did_in_page(page), None);
        }
    }

    #[tokio::test]
    async fn nobody_is_asked_about_a_name_that_is_not_public() {
        let names = name_service("_atproto.alice.test.", &[&["did=did:plc:abc"]]).await;
        assert_eq!(names.did_of("alice.test").await, None);
    }
}
