//! The requests of Mastodon's client API that publishing needs, one function each.

use std::sync::Arc;

use reqwest::Method;
use reqwest::RequestBuilder;
use reqwest::StatusCode;
use reqwest::multipart::Form;
use serde_json::Value;
use url::Url;

use crate::clock::Clock;
use crate::config::secret::Secret;
use crate::http::Answer;
use crate::http::Http;
use crate::platforms::answer::is_plain_id;
use crate::platforms::answer::json;
use crate::platforms::answer::unanswered;
use crate::platforms::answer::unusable;
use crate::platforms::mastodon::answer::accept;
use crate::platforms::mastodon::instance;
use crate::platforms::mastodon::status::NewStatus;
use crate::post::post::Visibility;
use crate::publish::PublishError;

/// The most statuses of one page (docs.joinmastodon.org/methods/accounts, read 2026-11-23).
const PAGE_LENGTH: usize = 40;

/// How many statuses a page has where the server is asked for no number, or takes none (as above).
pub(crate) const PAGE_LENGTH_DEFAULT: usize = 20;

/// What the server tells of the account that the token is for.
pub(crate) struct OwnAccount {
    pub(crate) id: String,
    /// Who sees a status that does not say it.
    pub(crate) default_visibility: Option<Visibility>,
}

impl OwnAccount {
    /// Reads an account, if it has an id.
    pub(crate) fn from_value(account: &Value) -> Option<Self> {
        let privacy = account.pointer("/source/privacy").and_then(Value::as_str);
        Some(Self {
            id: id_of(account)?,
            default_visibility: privacy.and_then(|word| word.parse().ok()),
        })
    }
}

/// One account's way to its instance.
pub(crate) struct Client {
    http: Arc<Http>,
    instance: Url,
    origin: String,
    token: Secret,
}

impl Client {
    /// Returns the client of the account on `instance` that `token` belongs to.
    pub(crate) fn new(http: Arc<Http>, instance: Url, token: Secret) -> Self {
        Self {
            http,
            origin: instance.origin().ascii_serialization(),
            instance,
            token,
        }
    }

    pub(crate) const fn instance(&self) -> &Url {
        &self.instance
    }

    /// Returns the instance as `https://host:port`.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// `GET /api/v1/accounts/verify_credentials`: the account that the token is for.
    pub(crate) async fn verify_account(&self, clock: &Clock) -> Result<OwnAccount, PublishError> {
        let answer = accept(self.verify_credentials().await?, clock.now())?;
        json(&answer)
            .and_then(|account| OwnAccount::from_value(&account))
            .ok_or_else(|| unusable(&answer, "the id of the account"))
    }

    /// `GET /api/v1/accounts/verify_credentials`, as the server answers it.
    pub(crate) async fn verify_credentials(&self) -> Result<Answer, PublishError> {
        self.get("/api/v1/accounts/verify_credentials").await
    }

    /// `GET /oauth/token/info`: what the token may do, where the server tells.
    pub(crate) async fn token_info(&self) -> Result<Answer, PublishError> {
        self.get("/oauth/token/info").await
    }

    /// `GET /api/v1/apps/verify_credentials`: the application that the token was made for. Its
    /// `scopes` are told since 4.3 (docs.joinmastodon.org/methods/apps, read 2026-11-25).
    pub(crate) async fn verify_application(&self) -> Result<Answer, PublishError> {
        self.get("/api/v1/apps/verify_credentials").await
    }

    /// `POST /api/v2/media`.
    pub(crate) async fn post_media(&self, form: Form) -> Result<Answer, PublishError> {
        let address = self.address("/api/v2/media");
        let request = self.http.request_on_fresh_connection(Method::POST, address);
        self.send(request.map_err(unanswered)?.multipart(form))
            .await
    }

    /// `GET /api/v1/media/:id`. `id` is one that [`id_of`] has let pass.
    pub(crate) async fn get_media(&self, id: &str) -> Result<Answer, PublishError> {
        self.get(&format!("/api/v1/media/{id}")).await
    }

    /// `POST /api/v1/statuses`, as JSON: some servers turn a form into an empty status.
    pub(crate) async fn post_status(
        &self,
        status: &NewStatus<'_>,
        idempotency_key: &str,
    ) -> Result<Answer, PublishError> {
        let address = self.address("/api/v1/statuses");
        let request = self.http.request_on_fresh_connection(Method::POST, address);
        let request = request
            .map_err(unanswered)?
            .header("Idempotency-Key", idempotency_key)
            .json(status);
        self.send(request).await
    }

    /// `DELETE /api/v1/statuses/:id` (docs.joinmastodon.org/methods/statuses, read 2026-11-25).
    pub(crate) async fn delete_status(&self, id: &str) -> Result<Answer, PublishError> {
        let address = self.address(&format!("/api/v1/statuses/{id}"));
        let request = self
            .http
            .request_on_fresh_connection(Method::DELETE, address);
        self.send(request.map_err(unanswered)?).await
    }

    /// `GET /api/v1/accounts/:id/statuses`: a page of the newest that are older than `max_id`.
    pub(crate) async fn statuses(
        &self,
        account_id: &str,
        max_id: Option<&str>,
        clock: &Clock,
    ) -> Result<Answer, PublishError> {
        let mut address = self.address(&format!("/api/v1/accounts/{account_id}/statuses"));
        address
            .query_pairs_mut()
            .append_pair("limit", &PAGE_LENGTH.to_string())
            .append_pair("exclude_reblogs", "true")
            .extend_pairs(max_id.map(|id| ("max_id", id)));
        let request = self.http.request(Method::GET, address);
        let answer = self.send(request.map_err(unanswered)?).await?;
        accept(answer, clock.now())
    }

    /// `GET /api/v1/statuses/:id/source`: the text as it was written; `None` where the server
    /// keeps no such thing.
    pub(crate) async fn source(
        &self,
        status_id: &str,
        clock: &Clock,
    ) -> Result<Option<String>, PublishError> {
        let answer = self
            .get(&format!("/api/v1/statuses/{status_id}/source"))
            .await?;
        match accept(answer, clock.now()) {
            Ok(answer) => {
                let source = json(&answer);
                Ok(source.and_then(|source| Some(source.get("text")?.as_str()?.to_owned())))
            }
            Err(PublishError::Refused(_) | PublishError::LoginNeeded(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether the server is Mastodon or a fork of it, of version 4.3 or later.
    pub(crate) async fn is_mastodon(&self) -> Result<bool, PublishError> {
        let answer = self.get("/api/v2/instance").await?;
        if answer.status >= 500 || answer.status == 429 {
            return Err(unusable(&answer, "a description of the instance"));
        }
        let version = json(&answer).and_then(|described| instance::api_version(&described));
        Ok(version.is_some())
    }

    /// Whether an upload is certainly no longer to be had: attached, or cleared away.
    pub(crate) async fn is_gone(&self, media_id: &str) -> bool {
        let answer = self.get_media(media_id).await;
        answer.is_ok_and(|answer| answer.status == StatusCode::NOT_FOUND)
    }

    async fn get(&self, path: &str) -> Result<Answer, PublishError> {
        let request = self.http.request(Method::GET, self.address(path));
        self.send(request.map_err(unanswered)?).await
    }

    async fn send(&self, request: RequestBuilder) -> Result<Answer, PublishError> {
        let request = request.bearer_auth(self.token.expose());
        self.http.send(request).await.map_err(unanswered)
    }

    fn address(&self, path: &str) -> Url {
        address(&self.instance, path)
    }
}

/// Returns the address of `path` on `instance`, which may itself lie under a path.
pub(crate) fn address(instance: &Url, path: &str) -> Url {
    let mut address = instance.clone();
    address.set_path(&format!("{}{path}", instance.path().trim_end_matches('/')));
    address.set_query(None);
    address.set_fragment(None);
    address
}

/// Returns the `id` of an entity, if it may stand in an address. Ids are strings
/// (docs.joinmastodon.org/api/guidelines, read 2026-11-23), but some servers send numbers.
pub(crate) fn id_of(entity: &Value) -> Option<String> {
    match entity.get("id")? {
        Value::String(id) => is_plain_id(id).then(|| id.clone()),
        number => Some(number.as_u64()?.to_string()),
    }
}
