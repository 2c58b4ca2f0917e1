//! Logging in at Facebook: a person agrees, and each of their Pages has a token of its own, which has no
//! end if the person's own lives for 60 days.
//!
//! developers.facebook.com, "manually build a login flow", "get long-lived access tokens" and Pages
//! API, read 2026-11-23.

use std::sync::Arc;

use reqwest::Method;
use serde_json::Value;
use url::Url;

use crate::clock::Clock;
use crate::config::secret::Secret;
use crate::config::secrets::SecretField;
use crate::http::Http;
use crate::platforms::answer::excerpt;
use crate::platforms::answer::json;
use crate::platforms::answer::text_field;
use crate::platforms::answer::unanswered;
use crate::platforms::graph::answer::Phase;
use crate::platforms::graph::answer::accept;
use crate::platforms::graph::answer::code_of;
use crate::platforms::graph::client::Client;
use crate::platforms::graph::client::GRAPH_VERSION;
use crate::platforms::graph::log_in::App;
use crate::platforms::graph::log_in::Granted;
use crate::platforms::graph::log_in::beside;
use crate::platforms::graph::log_in::granted;
use crate::platforms::graph::log_in::id_in;
use crate::platforms::graph::log_in::look_at;
use crate::platforms::graph::log_in::no_token_in;
use crate::platforms::graph::log_in::told;
use crate::platforms::graph::scopes::Scope;
use crate::platforms::graph::scopes::lacking;
use crate::platforms::graph::scopes::scope_list;
use crate::platforms::graph::token::Token;
use crate::platforms::log_in::Failure;
use crate::platforms::log_in::LogInError;
use crate::platforms::log_in::LoggedIn;
use crate::platforms::oauth::state::State;
use crate::publish::PublishError;

/// Where the API is, if nobody says otherwise.
pub(crate) const API: &str = "https://graph.facebook.com";

/// What posting to a Page needs, and reading it back (developers.facebook.com, Pages API posts, read
/// 2026-11-23).
pub(crate) const SCOPES: &[Scope] = &[
    Scope {
        name: "pages_show_list",
        without: None,
    },
    Scope {
        name: "pages_manage_posts",
        without: None,
    },
    Scope {
        name: "pages_read_engagement",
        without: Some("own posts cannot be read back, so that a lost answer may end in doubt"),
    },
];

/// The most pages of a list of Pages that are read, 100 Pages each.
const LISTS_MAX: usize = 10;

const WHAT_IS_LISTED: &str = "id,name,access_token,tasks,instagram_business_account{id,username}";

/// One log-in.
pub(crate) struct LogIn<'l> {
    pub(crate) http: &'l Arc<Http>,
    pub(crate) clock: &'l Clock,
    /// Where the API is.
    pub(crate) api: &'l Url,
}

/// A Page, with the token to post to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) granted: Granted,
    /// Whether the person may post there.
    pub(crate) may_create: bool,
    pub(crate) instagram: Option<Connected>,
}

/// An Instagram account that a Page is connected with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Connected {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// What a token turned out to be of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// Of a person, who has these Pages.
    Person(Vec<Page>),
    /// Of a Page.
    Page(Box<Page>),
}

impl LogIn<'_> {
    /// Returns the address at which a person agrees to `scopes`, and is sent back to `redirect`.
    pub(crate) fn authorize(
        &self,
        app_id: &str,
        redirect: &str,
        scopes: &[Scope],
        state: &State,
    ) -> Result<Url, LogInError> {
        let path = format!("{}/dialog/oauth", self.version());
        let page = format!("https://www.facebook.com/{path}");
        let address = beside(self.api, API, &page, &path);
        let mut address = address.ok_or_else(|| no_token_in("log in"))?;
        address
            .query_pairs_mut()
            .append_pair("client_id", app_id)
            .append_pair("redirect_uri", redirect)
            .append_pair("response_type", "code")
            .append_pair("scope", &scope_list(scopes))
            .append_pair("state", state.expose());
        Ok(address)
    }

    /// `GET /oauth/access_token`: exchanges the code for a token of the person's, of an hour or two.
    pub(crate) async fn redeem(
        &self,
        app: &App,
        redirect: &str,
        code: &Secret,
    ) -> Result<Granted, LogInError> {
        let query = [
            ("client_id", app.id.as_str()),
            ("redirect_uri", redirect),
            ("client_secret", app.secret.expose()),
            ("code", code.expose()),
        ];
        self.ask_token(&query, &[&app.secret, code], "exchange the code")
            .await
    }

    /// `GET /oauth/access_token`: exchanges a person's token for one that lives for 60 days. It may be
    /// one of those already.
    pub(crate) async fn lengthen(&self, app: &App, short: &Secret) -> Result<Granted, LogInError> {
        let query = [
            ("grant_type", "fb_exchange_token"),
            ("client_id", app.id.as_str()),
            ("client_secret", app.secret.expose()),
            ("fb_exchange_token", short.expose()),
        ];
        let what = "exchange the token for one that lives for 60 days";
        self.ask_token(&query, &[&app.secret, short], what).await
    }

    /// Finds out what `token` is of: a person's lists their Pages, and a Page's has none.
    pub(crate) async fn owner(&self, token: Secret) -> Result<Owner, LogInError> {
        let client = self.client(&token);
        let granted = look_at(&client, Granted::unknown(token), self.clock).await;
        match self.pages(&client, &granted).await? {
            Some(pages) => Ok(Owner::Person(pages)),
            None => Ok(Owner::Page(Box::new(self.page(&client, granted).await?))),
        }
    }

    /// `GET /me/accounts`: the person's Pages; `None` if the token is none of a person's.
    async fn pages(
        &self,
        client: &Client,
        person: &Granted,
    ) -> Result<Option<Vec<Page>>, LogInError> {
        let mut pages = Vec::new();
        let mut after = String::new();
        for _ in 0..LISTS_MAX {
            let mut query = vec![("fields", WHAT_IS_LISTED), ("limit", "100")];
            if !after.is_empty() {
                query.push(("after", &after));
            }
            let answer = client.get("me/accounts", &query, self.clock).await;
            let answer = answer.map_err(|error| refused(&error))?;
            // A Page that is asked for its Pages is taken to answer this: no source says so.
            if matches!(code_of(&answer), Some((100, _))) {
                return Ok(None);
            }
            let answer = accept(answer, Phase::Hidden, self.clock.now());
            let answer = answer.map_err(|error| refused(&error))?;
            let told = json(&answer).unwrap_or_default();
            let listed = told["data"].as_array().map_or(&[][..], Vec::as_slice);
            pages.extend(listed.iter().filter_map(|page| page_in(page, person)));
            let next = told
                .pointer("/paging/cursors/after")
                .and_then(Value::as_str);
            match next.filter(|_| told.pointer("/paging/next").is_some()) {
                Some(next) => next.clone_into(&mut after),
                None => break,
            }
        }
        Ok(Some(pages))
    }

    /// `GET /me`: the Page that the token is of.
    async fn page(&self, client: &Client, granted: Granted) -> Result<Page, LogInError> {
        let query = [("fields", "id,name,instagram_business_account{id,username}")];
        let answer = client.get("me", &query, self.clock).await;
        let answer = answer.and_then(|it| accept(it, Phase::Reading, self.clock.now()));
        let answer = answer.map_err(|error| refused(&error))?;
        let me = json(&answer).unwrap_or_default();
        let id = id_in(&me["id"]).ok_or_else(|| no_token_in("read whose the token is"))?;
        Ok(Page {
            name: text_field(&me, "name").map_or_else(|| id.clone(), excerpt),
            id,
            granted,
            may_create: true,
            instagram: connected_in(&me),
        })
    }

    /// Looks at the token of `page`: it may end with the person's.
    pub(crate) async fn look_at(&self, page: Page) -> Page {
        let client = self.client(&page.granted.token);
        let scopes = page.granted.scopes.clone();
        let looked_at = look_at(&client, page.granted, self.clock).await;
        Page {
            granted: Granted {
                scopes: looked_at.scopes.or(scopes),
                ..looked_at
            },
            ..page
        }
    }

    fn version(&self) -> &str {
        match self.api.path().trim_matches('/') {
            "" => GRAPH_VERSION,
            named => named,
        }
    }

    fn client(&self, token: &Secret) -> Client {
        let token = Token::lasting(token.clone());
        Client::new(Arc::clone(self.http), self.api, GRAPH_VERSION, token)
    }

    async fn ask_token(
        &self,
        query: &[(&str, &str)],
        secrets: &[&Secret],
        what: &str,
    ) -> Result<Granted, LogInError> {
        let mut address = self.api.clone();
        address.set_path(&format!("{}/oauth/access_token", self.version()));
        address.query_pairs_mut().extend_pairs(query);
        let request = self
            .http
            .request_on_fresh_connection(Method::GET, address)
            .map_err(unanswered);
        let request = request.map_err(|error| LogInError::of(&error, what))?;
        let told = told(self.http, request, secrets, what).await?;
        granted(&told, self.clock.now()).ok_or_else(|| no_token_in(what))
    }
}

fn page_in(page: &Value, person: &Granted) -> Option<Page> {
    let id = id_in(&page["id"])?;
    let tasks = page["tasks"].as_array();
    Some(Page {
        name: text_field(page, "name").map_or_else(|| id.clone(), excerpt),
        id,
        granted: Granted {
            token: Secret::new(text_field(page, "access_token")?),
            scopes: person.scopes.clone(),
            expires_at: None,
        },
        may_create: tasks.is_none_or(|tasks| tasks.iter().any(|task| task == "CREATE_CONTENT")),
        instagram: connected_in(page),
    })
}

fn connected_in(page: &Value) -> Option<Connected> {
    let account = &page["instagram_business_account"];
    let id = id_in(&account["id"])?;
    let name = text_field(account, "username").map_or_else(|| id.clone(), excerpt);
    Some(Connected { id, name })
}

fn refused(error: &PublishError) -> LogInError {
    let told = LogInError::of(error, "list the Pages of the token");
    match error {
        PublishError::LoginNeeded(_) => told.hint(
            "the token has ended, or is of another app: make another one, with `pages_show_list` and \
             `pages_manage_posts`",
        ),
        _ => told,
    }
}

/// Returns the error that there is no Page to post to.
pub(crate) fn no_page() -> LogInError {
    LogInError::new(
        Failure::Refused,
        "this log-in lists no Page",
        "start again, and agree to `pages_show_list` and choose a Page there; a Page that belongs to a \
         business may need `business_management` too, or paste the Page's own token",
    )
}

/// Returns the account of `page`.
pub(crate) fn logged_in(page: Page) -> Result<LoggedIn, LogInError> {
    let mut notes = lacking(SCOPES, page.granted.scopes.as_deref())?;
    if !page.may_create {
        notes.push(format!(
            "you may not create content on the Page `{}`: posts will be refused",
            page.name
        ));
    }
    if page.granted.expires_at.is_some() {
        notes.push(
            "this Page's token ends soon, since the token that it was made with does; with the app's \
             secret hayon gets one without an end"
                .to_owned(),
        );
    }
    Ok(LoggedIn {
        settings: vec![("page_id", page.id.clone()), ("handle", page.name.clone())],
        secrets: vec![(SecretField::Token, page.granted.token)],
        who: page.name,
        stable_id: page.id,
        expires_at: page.granted.expires_at,
        session: None,
        notes,
    })
}
