//! The requests of Tumblr's API that publishing needs, one function each (tumblr/docs 708be10,
//! api.md, read 2026-11-25).

use std::sync::Arc;

use jiff::Timestamp;
use reqwest::Method;
use reqwest::RequestBuilder;
use reqwest::header::AUTHORIZATION;
use reqwest::header::HeaderValue;
use reqwest::multipart::Form;
use serde_json::Value;
use serde_json::json;
use url::Url;

use crate::clock::Clock;
use crate::clock::later;
use crate::config::secret::Secret;
use crate::http::Answer;
use crate::http::Http;
use crate::platforms::answer::is_plain_id;
use crate::platforms::answer::unanswered;
use crate::platforms::answer::unusable;
use crate::platforms::retry_after::WAIT_MAX;
use crate::platforms::tumblr::answer::Counter;
use crate::platforms::tumblr::answer::accept;
use crate::platforms::tumblr::answer::response;
use crate::platforms::tumblr::oauth1;
use crate::platforms::tumblr::oauth1::Keys;
use crate::platforms::tumblr::oauth1::Once;
use crate::platforms::tumblr::rotation::Rotating;
use crate::publish::Cause;
use crate::publish::PublishError;
use crate::publish::Renewal;
use crate::publish::Renewed;

/// The most posts of one page ("Retrieve Published Posts").
pub(crate) const PAGE_LENGTH: usize = 20;

/// How a request says whose it is.
#[derive(Clone)]
pub(crate) enum Login {
    /// OAuth 2, with a token that nobody can renew.
    Bearer(Secret),
    /// OAuth 2, with a token that is renewed.
    Rotating(Arc<Rotating>),
    /// OAuth 1.0a.
    Signed(Keys),
}

/// One account's way to its blog.
pub(crate) struct Client {
    http: Arc<Http>,
    api: Url,
    origin: String,
    /// The blog's name, its host or its id.
    blog: String,
    login: Login,
}

impl Client {
    /// Returns the client that writes `blog` through the API at `api`.
    pub(crate) fn new(http: Arc<Http>, api: Url, blog: String, login: Login) -> Self {
        Self {
            http,
            origin: api.origin().ascii_serialization(),
            api,
            blog,
            login,
        }
    }

    pub(crate) fn blog(&self) -> &str {
        &self.blog
    }

    /// Returns the API's address as `https://host:port`.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// `GET /v2/blog/{blog}/info`: the id of a blog, which outlives its name; `None` if there is none
    /// of that name.
    pub(crate) async fn blog_id(
        &self,
        blog: &str,
        clock: &Clock,
    ) -> Result<Option<String>, PublishError> {
        let answer = self
            .get(&format!("/v2/blog/{blog}/info"), &[], clock)
            .await?;
        if answer.status == 404 {
            return Ok(None);
        }
        let answer = accept(answer, clock.now())?;
        let id = response(&answer)
            .and_then(|said| Some(said.pointer("/blog/uuid")?.as_str()?.to_owned()))
            .ok_or_else(|| unusable(&answer, "the id of the blog"))?;
        Ok(Some(id))
    }

    /// `POST /v2/blog/{blog}/posts` with a post that has no pictures.
    pub(crate) async fn create(&self, post: &Value, clock: &Clock) -> Result<Answer, PublishError> {
        let request = self.change(Method::POST, &self.posts())?.json(post);
        self.send(request, clock).await
    }

    /// `POST /v2/blog/{blog}/posts` with a post and its pictures.
    pub(crate) async fn create_with(
        &self,
        form: Form,
        clock: &Clock,
    ) -> Result<Answer, PublishError> {
        let request = self.change(Method::POST, &self.posts())?.multipart(form);
        self.send(request, clock).await
    }

    /// `PUT /v2/blog/{blog}/posts/{id}`, as JSON: a form is answered with 5002 (tumblr/docs#87, read
    /// 2026-11-23). What is not said again is lost.
    pub(crate) async fn edit(
        &self,
        id: &str,
        post: &Value,
        clock: &Clock,
    ) -> Result<Answer, PublishError> {
        let request = self.change(Method::PUT, &self.post(id))?.json(post);
        self.send(request, clock).await
    }

    /// `POST /v2/blog/{blog}/post/delete` ("Delete a Post").
    pub(crate) async fn delete(&self, id: &str, clock: &Clock) -> Result<Answer, PublishError> {
        let path = format!("/v2/blog/{}/post/delete", self.blog);
        let request = self.change(Method::POST, &path)?.json(&json!({ "id": id }));
        self.send(request, clock).await
    }

    /// `GET /v2/blog/{blog}/posts/{id}`: a post in any state; `None` if there is none of that id.
    pub(crate) async fn fetch(
        &self,
        id: &str,
        clock: &Clock,
    ) -> Result<Option<Value>, PublishError> {
        let answer = self
            .get(&self.post(id), &[("post_format", "npf")], clock)
            .await?;
        if answer.status == 404 {
            return Ok(None);
        }
        let answer = accept(answer, clock.now())?;
        let post = response(&answer).filter(Value::is_object);
        post.map(Some)
            .ok_or_else(|| unusable(&answer, "the post that was asked for"))
    }

    /// `GET /v2/blog/{blog}/posts`, or `/posts/queue`: a page of them, beginning with number `offset`.
    pub(crate) async fn page(
        &self,
        list: List,
        offset: usize,
        clock: &Clock,
    ) -> Result<Answer, PublishError> {
        let (offset, limit) = (offset.to_string(), PAGE_LENGTH.to_string());
        let query = [("npf", "true"), ("limit", &limit), ("offset", &offset)];
        let path = match list {
            List::Published => self.posts(),
            List::Queue => format!("{}/queue", self.posts()),
        };
        let answer = self.get(&path, &query, clock).await?;
        accept(answer, clock.now())
    }

    /// `GET /v2/blog/{blog}/posts/draft`: a page of the drafts that are older than `before_id`.
    pub(crate) async fn drafts(
        &self,
        before_id: Option<&str>,
        clock: &Clock,
    ) -> Result<Answer, PublishError> {
        let query: Vec<(&str, &str)> = [("npf", "true")]
            .into_iter()
            .chain(before_id.map(|id| ("before_id", id)))
            .collect();
        let path = format!("{}/draft", self.posts());
        let answer = self.get(&path, &query, clock).await?;
        accept(answer, clock.now())
    }

    /// `GET /v2/user/limits`: when the limit that `counter` counts towards ends.
    pub(crate) async fn limit_ends(&self, counter: Counter, clock: &Clock) -> Option<Timestamp> {
        let limit = self.limit(counter, clock).await?;
        limit_end(&limit, clock.now())
    }

    /// `GET /v2/user/limits`: how many more there may be today of what `counter` counts.
    pub(crate) async fn left_today(&self, counter: Counter, clock: &Clock) -> Option<u64> {
        self.limit(counter, clock).await?.get("remaining")?.as_u64()
    }

    async fn limit(&self, counter: Counter, clock: &Clock) -> Option<Value> {
        let answer = self.get("/v2/user/limits", &[], clock).await.ok()?;
        let mut limits = response(&accept(answer, clock.now()).ok()?)?;
        let counter = limits.get_mut("user")?.get_mut(counter.name())?;
        Some(counter.take())
    }

    /// `GET /v2/user/info`: whose keys they are.
    pub(crate) async fn user_info(&self, clock: &Clock) -> Result<Answer, PublishError> {
        self.get("/v2/user/info", &[], clock).await
    }

    fn posts(&self) -> String {
        format!("/v2/blog/{}/posts", self.blog)
    }

    fn post(&self, id: &str) -> String {
        format!("{}/{id}", self.posts())
    }

    async fn get(
        &self,
        path: &str,
        query: &[(&str, &str)],
        clock: &Clock,
    ) -> Result<Answer, PublishError> {
        let mut address = self.address(path);
        if !query.is_empty() {
            address.query_pairs_mut().extend_pairs(query);
        }
        let request = match &self.login {
            Login::Bearer(_) | Login::Rotating(_) => self.http.request(Method::GET, address),
            // A signature is good once, so that a kept connection that is closed would lose it.
            Login::Signed(_) => self.http.request_on_fresh_connection(Method::GET, address),
        };
        self.send(request.map_err(unanswered)?, clock).await
    }

    fn change(&self, method: Method, path: &str) -> Result<RequestBuilder, PublishError> {
        let address = self.address(path);
        let request = self.http.request_on_fresh_connection(method, address);
        request.map_err(unanswered)
    }

    async fn send(&self, request: RequestBuilder, clock: &Clock) -> Result<Answer, PublishError> {
        match &self.login {
            Login::Bearer(token) => self.answer(request.bearer_auth(token.expose())).await,
            Login::Signed(keys) => {
                let answer = self.answer(signed(request, keys, clock)?).await?;
                Ok(answer.without(keys.token.expose()))
            }
            Login::Rotating(tokens) => self.send_with(tokens, request, clock).await,
        }
    }

    /// Sends a request with the access token, and once more with the next one if that was not accepted:
    /// what was refused so has done nothing.
    async fn send_with(
        &self,
        tokens: &Rotating,
        request: RequestBuilder,
        clock: &Clock,
    ) -> Result<Answer, PublishError> {
        let again = request.try_clone();
        let token = tokens.access(&self.http, clock).await?;
        let answer = self.answer(request.bearer_auth(token.expose())).await?;
        if answer.status != 401 {
            return Ok(answer);
        }
        let newer = tokens.in_place_of(&token, &self.http, clock).await?;
        match again {
            Some(again) => self.answer(again.bearer_auth(newer.expose())).await,
            // A form with files cannot be had twice; the next attempt makes another one.
            None => Err(PublishError::WaitUntil {
                until: clock.now(),
                cause: Cause::new("the access token had ended, and is renewed"),
            }),
        }
    }

    async fn answer(&self, request: RequestBuilder) -> Result<Answer, PublishError> {
        self.http.send(request).await.map_err(unanswered)
    }

    /// Renews the credential, if it is one that is renewed.
    pub(crate) async fn renew(
        &self,
        when: Renewal,
        clock: &Clock,
    ) -> Result<Renewed, PublishError> {
        match &self.login {
            Login::Rotating(tokens) => tokens.renew_if(when, &self.http, clock).await,
            Login::Bearer(_) | Login::Signed(_) => Ok(Renewed::Lasting),
        }
    }

    /// Returns when the log-in ends if nobody renews it, as far as that is known.
    pub(crate) fn ends_at(&self) -> Option<Timestamp> {
        match &self.login {
            Login::Rotating(tokens) => tokens.ends_at(),
            Login::Bearer(_) | Login::Signed(_) => None,
        }
    }

    fn address(&self, path: &str) -> Url {
        let mut address = self.api.clone();
        address.set_path(path);
        address.set_query(None);
        address
    }
}

/// Returns when a limit of the day ends, within the longest wait that is believed.
pub(crate) fn limit_end(limit: &Value, now: Timestamp) -> Option<Timestamp> {
    let end = Timestamp::from_second(limit.get("reset_at")?.as_i64()?).ok()?;
    Some(end.min(later(now, WAIT_MAX)))
}

/// Which posts of a blog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    /// Newest first.
    Published,
    /// In the order in which they will be published.
    Queue,
}

fn signed(
    request: RequestBuilder,
    keys: &Keys,
    clock: &Clock,
) -> Result<RequestBuilder, PublishError> {
    let once = Once {
        timestamp: clock.now().as_second(),
        nonce: format!("{:032x}", fastrand::u128(..)),
    };
    let bad = |words: String| PublishError::Refused(Cause::new(words));
    let (client, built) = request.build_split();
    let built = built.map_err(|_| bad("no request could be made".to_owned()))?;
    let header = oauth1::authorization(built.method().as_str(), built.url(), keys, &once);
    let mut header = HeaderValue::from_str(&header)
        .map_err(|_| bad("a key of the account has a character that no header takes".to_owned()))?;
    header.set_sensitive(true);
    Ok(RequestBuilder::from_parts(client, built).header(AUTHORIZATION, header))
}

/// Returns the id of a post, if it may stand in an address. `id` is a number of 64 bits in lists, so
/// that `id_string` comes first ("Post Identifiers").
pub(crate) fn id_of(post: &Value) -> Option<String> {
    let text = |field| post.get(field).and_then(Value::as_str);
    let number = || Some(post.get("id")?.as_u64()?.to_string());
    let id = text("id_string").or_else(|| text("id")).map(str::to_owned);
    id.or_else(number)
        .filter(|id| !id.is_empty() && is_plain_id(id))
}
