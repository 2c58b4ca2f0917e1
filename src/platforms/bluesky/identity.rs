//! Where an account lives: from its handle to its DID, from the DID to its document, and there
//! to the server that holds it, its PDS (atproto.com/specs/handle and /did, read 2026-11-23).
//!
//! Whoever is found by neither names the server in the configuration.

use reqwest::Method;
use serde_json::Value;
use url::Url;

use crate::clock::Clock;
use crate::http::Answer;
use crate::http::Http;
use crate::platforms::answer::json;
use crate::platforms::answer::text_field;
use crate::platforms::answer::unanswered;
use crate::platforms::answer::unusable;
use crate::platforms::bluesky::answer::accept;
use crate::platforms::bluesky::client::xrpc;
use crate::platforms::bluesky::handle::NameService;
use crate::publish::PublishError;

/// The longest DID, in bytes (atproto.com/specs/did, read 2026-11-23).
const DID_BYTES_MAX: usize = 2048;

/// Where the servers that Bluesky runs are. They leave log-ins to the entryway.
const HOSTED_BY_BLUESKY: &str = ".bsky.network";

/// Who is asked where an account lives.
pub(crate) struct Directory<'a> {
    pub(crate) http: &'a Http,
    /// Where a handle says itself whose it is, if that can be asked here.
    pub(crate) names: Option<&'a NameService>,
    pub(crate) entryway: &'a Url,
    /// The directory of `did:plc`.
    pub(crate) plc: &'a Url,
}

impl Directory<'_> {
    /// Returns the PDS of `handle`; `None` if it is not to be found, or is one of Bluesky's own.
    pub(crate) async fn find_pds(
        &self,
        handle: &str,
        clock: &Clock,
    ) -> Result<Option<Url>, PublishError> {
        match self.find_did(handle, clock).await? {
            Some(did) => self.find_pds_of(&did, handle, clock).await,
            None => Ok(None),
        }
    }

    /// Returns the DID that `handle` leads to; `None` if it leads nowhere. Where the handle itself cannot
    /// be asked, as behind a proxy, the entryway asks for us.
    pub(crate) async fn find_did(
        &self,
        handle: &str,
        clock: &Clock,
    ) -> Result<Option<String>, PublishError> {
        if let Some(names) = self.names
            && let Some(did) = names.did_of(handle).await
        {
            return Ok(Some(did));
        }
        let answer = resolve_handle(self.http, self.entryway, handle).await?;
        did_in(answer, clock)
    }

    /// Returns the PDS of `did`, whose document must claim `handle` back.
    pub(crate) async fn find_pds_of(
        &self,
        did: &str,
        handle: &str,
        clock: &Clock,
    ) -> Result<Option<Url>, PublishError> {
        let Some(address) = document_of(did, self.plc) else {
            return Ok(None);
        };
        let answer = get(self.http, address).await?;
        if matches!(answer.status, 404 | 410) {
            return Ok(None);
        }
        let answer = accept(answer, clock.now())?;
        let document = json(&answer).ok_or_else(|| unusable(&answer, "the document of a DID"))?;
        // Anybody can point a handle at a DID; only its document can claim the handle back.
        let pds = pds_in(&document).filter(|_| is_known_as(&document, handle));
        Ok(pds.filter(|pds| {
            !pds.host_str()
                .is_some_and(|h| h.ends_with(HOSTED_BY_BLUESKY))
        }))
    }
}

/// Returns where the document of `did` is; `None` if it is of neither kind that atproto has. A
/// `did:web` names a whole host, without a path or a port (atproto.com/specs/did, read 2026-11-25).
fn document_of(did: &str, plc: &Url) -> Option<Url> {
    if did.starts_with("did:plc:") {
        let mut address = plc.clone();
        address.set_path(&format!("{}/{did}", plc.path().trim_end_matches('/')));
        return Some(address);
    }
    let host = did.strip_prefix("did:web:")?;
    let address = Url::parse(&format!("https://{host}/.well-known/did.json")).ok()?;
    let is_name = |domain: &str| domain.contains('.') && domain.eq_ignore_ascii_case(host);
    let is_whole = address.domain().is_some_and(is_name);
    is_whole.then_some(address)
}

/// `com.atproto.identity.resolveHandle`.
pub(crate) async fn resolve_handle(
    http: &Http,
    host: &Url,
    handle: &str,
) -> Result<Answer, PublishError> {
    let mut address = xrpc(host, "com.atproto.identity.resolveHandle");
    address.query_pairs_mut().append_pair("handle", handle);
    get(http, address).await
}

/// Returns the DID in an answer to [`resolve_handle`]; `None` if nobody has that handle.
pub(crate) fn did_in(answer: Answer, clock: &Clock) -> Result<Option<String>, PublishError> {
    if matches!(answer.status, 400 | 404) {
        return Ok(None);
    }
    let answer = accept(answer, clock.now())?;
    let did = json(&answer).and_then(|found| Some(text_field(&found, "did")?.to_owned()));
    let did = did.filter(|did| is_did(did));
    did.map(Some)
        .ok_or_else(|| unusable(&answer, "the DID of a handle"))
}

/// Returns the server that a DID document names as the one that holds the account.
pub(crate) fn pds_in(document: &Value) -> Option<Url> {
    let services = document.get("service")?.as_array()?;
    let is_pds =
        |service: &&Value| text_field(service, "id").is_some_and(|id| id.ends_with("#atproto_pds"));
    let endpoint = text_field(services.iter().find(is_pds)?, "serviceEndpoint")?;
    // The session goes there: nothing but HTTPS.
    Url::parse(endpoint)
        .ok()
        .filter(|url| url.scheme() == "https" && url.has_host())
}

/// Whether `did` has the form of a DID.
pub(crate) fn is_did(did: &str) -> bool {
    let is_method = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"._:%-".contains(&b);
    let parts = did
        .strip_prefix("did:")
        .and_then(|rest| rest.split_once(':'));
    did.len() <= DID_BYTES_MAX
        && parts.is_some_and(|(method, id)| {
            is_method(method) && !id.is_empty() && id.bytes().all(is_allowed)
        })
}

fn is_known_as(document: &Value, handle: &str) -> bool {
    let names = document.get("alsoKnownAs").and_then(Value::as_array);
    let name = format!("at://{handle}");
    let is_name = |known: &Value| {
        known
            .as_str()
            .is_some_and(|known| known.eq_ignore_ascii_case(&name))
    };
    names.is_some_and(|names| names.iter().any(is_name))
}

async fn get(http: &Http, address: Url) -> Result<Answer, PublishError> {
    let request = http.request(Method::GET, address).map_err(unanswered)?;
    http.send(request).await.map_err(unanswered)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::platforms::testing::NOW;
    use crate::platforms::testing::server::Reply;
    use crate::platforms::testing::server::Server;
    use crate::platforms::testing::server::json_reply;

    #[test]
    fn a_did_is_told_from_what_is_none() {
        for did in [
            "did:plc:abc123",
            "did:web:a.example",
            "did:web:localhost%3A80",
        ] {
            assert!(is_did(did), "{did}");
        }
        for word in [
            "",
            "did:",
            "did:plc:",
            "did:PLC:a",
            "alice.example",
            "did:plc:a/b",
            "did:plc:a b",
        ] {
            assert!(!is_did(word), "{word}");
        }
    }

    #[test]
    fn only_https_is_where_an_account_lives() {
        for endpoint in [
            json!("http://pds.example"),
            json!("file:///etc"),
            json!(5),
            json!(null),
        ] {
            let document =
                json!({"service": [{"id": "#atproto_pds", "serviceEndpoint": endpoint}]});
            assert_eq!(pds_in(&document), None);
        }
    }

    #[test]
    fn the_document_of_a_did_is_in_the_directory_or_at_the_host_that_it_names() {
        let plc = Url::parse("https://plc.example/at").unwrap();
        for (did, expected) in [
            ("did:plc:abc", Some("https://plc.example/at/did:plc:abc")),
            (
                "did:web:me.example",
                Some("https://me.example/.well-known/did.json"),
            ),
            ("did:web:me.example:users:me", None),
            ("did:web:localhost%3A80", None),
            ("did:web:127.0.0.1", None),
            ("did:web:intranet", None),
            ("did:key:z6Mk", None),
        ] {
            let found = document_of(did, &plc);
            assert_eq!(found.as_ref().map(Url::as_str), expected, "{did}");
        }
    }

    fn document(handle: &str, pds: &str) -> Reply {
        let known_as = format!("at://{handle}");
        json_reply(
            200,
            &json!({"alsoKnownAs": [known_as], "service": [
                {"id": "#other", "serviceEndpoint": "https://other.example"},
                {"id": "did:plc:abc#atproto_pds", "serviceEndpoint": pds},
            ]}),
        )
    }

    async fn find(did: Reply, document: Option<Reply>) -> Result<Option<String>, PublishError> {
        let server = Server::new([("GET /xrpc/com.atproto.identity.resolveHandle", did)]).await;
        if let Some(document) = document {
            server.expect("GET /did:plc:abc", document);
        }
        let directory = Directory {
            http: &Http::new(),
            names: None,
            entryway: &server.origin,
            plc: &server.origin,
        };
        let clock = Clock::paused(NOW.parse().unwrap());
        let found = directory.find_pds("me.example", &clock).await?;
        Ok(found.map(|url| url.to_string()))
    }

    fn plc() -> Reply {
        json_reply(200, &json!({"did": "did:plc:abc"}))
    }

    #[tokio::test]
    async fn an_account_is_found_where_its_document_says() {
        let found = find(plc(), Some(document("me.example", "https://pds.example"))).await;
        assert_eq!(found, Ok(Some("https://pds.example/".to_owned())));
    }

    #[tokio::test]
    async fn a_document_that_knows_nothing_of_the_handle_is_not_believed() {
        let found = find(plc(), Some(document("eve.example", "https://pds.example"))).await;
        assert_eq!(found, Ok(None));
    }

    #[tokio::test]
    async fn what_bluesky_hosts_is_behind_the_entryway() {
        let hosted = document("me.example", "https://morel.us-east.host.bsky.network");
        assert_eq!(find(plc(), Some(hosted)).await, Ok(None));
    }

    #[tokio::test]
    async fn who_is_unknown_is_not_found_and_who_cannot_be_asked_for_is_an_error() {
        let unknown = json_reply(400, &json!({"error": "HandleNotFound"}));
        assert_eq!(find(unknown, None).await, Ok(None));
        let gone = json_reply(404, &json!({"message": "DID not registered"}));
        assert_eq!(find(plc(), Some(gone)).await, Ok(None));
        let other = json_reply(200, &json!({"did": "did:key:z6Mk"}));
        assert_eq!(find(other, None).await, Ok(None));
        assert!(find(json_reply(502, &json!({})), None).await.is_err());
        assert!(
            find(plc(), Some(json_reply(503, &json!({}))))
                .await
                .is_err()
        );
    }
}
