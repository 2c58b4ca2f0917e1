//! Posting: creating in any state, editing from one state into another, deleting.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::Path;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::Method;
use axum::http::StatusCode;
use axum::http::Uri;
use axum::response::Response;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use url::form_urlencoded;

use crate::sandbox::accounts::TumblrBlog;
use crate::sandbox::tumblr::Tumblr;
use crate::sandbox::tumblr::answer;
use crate::sandbox::tumblr::auth::Asking;
use crate::sandbox::tumblr::blocks;
use crate::sandbox::tumblr::blocks::Brought;
use crate::sandbox::tumblr::form;
use crate::sandbox::tumblr::form::Wish;
use crate::sandbox::tumblr::reading::blog_of;
use crate::sandbox::tumblr::refusal::Refusal;
use crate::sandbox::tumblr::state;
use crate::sandbox::tumblr::state::Post;
use crate::sandbox::tumblr::state::PostState;

/// `POST /v2/blog/{blog}/posts`
pub(crate) async fn create(
    State(tumblr): State<Arc<Tumblr>>,
    Path(blog): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let owner = tumblr.owner(&blog, &method, &uri, &headers, &body)?;
    let wish = form::read(&headers, body).await?;
    let mut state = tumblr.state();
    let (id, order) = (state.next_id(), tumblr.order.next());
    let mut post = Post {
        id,
        genesis: None,
        order,
        blog: owner,
        state: PostState::Published,
        content: Vec::new(),
        layout: json!([]),
        tags: Vec::new(),
        slug: String::new(),
        publish_on: None,
        published_at: tumblr.clock.now(),
    };
    tumblr.apply(&mut state, &mut post, wish)?;
    let told = json!({"id": id.to_string(), "state": post.state.told()});
    state.posts.insert(id, post);
    Ok(answer(StatusCode::CREATED, &told))
}

/// `PUT /v2/blog/{blog}/posts/{id}`: everything is said anew; what is not said is gone. A draft that
/// is published gets another id.
pub(crate) async fn edit(
    State(tumblr): State<Arc<Tumblr>>,
    Path((blog, id)): Path<(String, String)>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let owner = tumblr.owner(&blog, &method, &uri, &headers, &body)?;
    if form::is_multipart(&headers) {
        return Err(Refusal::bad_form());
    }
    let wish = form::read(&headers, body).await?;
    let mut state = tumblr.state();
    let old = state.post_of(owner, &id).cloned();
    let old = old.ok_or_else(Refusal::not_found)?;
    let mut post = Post {
        tags: Vec::new(),
        layout: json!([]),
        publish_on: None,
        ..old.clone()
    };
    tumblr.apply(&mut state, &mut post, wish)?;
    if post.is_published() && !old.is_published() {
        post.id = state.next_id();
        post.genesis = Some(old.id);
        post.order = tumblr.order.next();
        post.published_at = tumblr.clock.now();
        state.posts.remove(&old.id);
    }
    let told = json!({"id": post.id.to_string(), "state": post.state.told()});
    state.posts.insert(post.id, post);
    Ok(answer(StatusCode::OK, &told))
}

/// `POST /v2/blog/{blog}/post/delete`
pub(crate) async fn delete(
    State(tumblr): State<Arc<Tumblr>>,
    Path(blog): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let owner = tumblr.owner(&blog, &method, &uri, &headers, &body)?;
    let in_form = form_urlencoded::parse(&body);
    let mut in_form = in_form.filter(|(name, _)| name == "id");
    let id = match serde_json::from_slice::<Map<String, Value>>(&body) {
        Ok(fields) => fields.get("id").map(|id| match id {
            Value::String(id) => id.clone(),
            id => id.to_string(),
        }),
        Err(_) => in_form.next().map(|(_, id)| id.into_owned()),
    };
    let id = id.ok_or_else(|| Refusal::bad_request("'id' is required"))?;
    let mut state = tumblr.state();
    let id = state.post_of(owner, &id).map(|post| post.id);
    let id = id.ok_or_else(Refusal::not_found)?;
    state.posts.remove(&id);
    Ok(answer(StatusCode::OK, &json!({"id": id.to_string()})))
}

impl Tumblr {
    fn owner(
        &self,
        blog: &str,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<TumblrBlog, Refusal> {
        let asker = self.authorize(Asking {
            method,
            uri,
            headers,
            body,
        })?;
        match blog_of(blog) {
            None => Err(Refusal::not_found()),
            Some(_) if !asker.may_write => Err(Refusal::forbidden("The scope write is needed")),
            Some(blog) if blog.owner == asker.blog.owner => Ok(blog),
            Some(_) => Err(Refusal::forbidden("You may not post there")),
        }
    }

    /// Makes `post` what `wish` says, or refuses it and changes nothing.
    fn apply(&self, state: &mut state::State, post: &mut Post, wish: Wish) -> Result<(), Refusal> {
        let fields = wish.fields;
        let mut brought = Brought {
            pictures: wish.pictures,
            ..Brought::default()
        };
        for identifier in brought.pictures.keys() {
            let key = format!("{:x}", state.next_id());
            brought.keys.insert(identifier.clone(), key);
        }
        post.content = blocks::check(fields.get("content"), &brought, &self.base_url)?;
        post.state = match fields.get("state") {
            None => PostState::Published,
            Some(word) => word
                .as_str()
                .and_then(PostState::asked)
                .ok_or_else(|| Refusal::bad_format("'state' is not valid"))?,
        };
        if let Some(layout) = fields.get("layout") {
            if !layout.is_array() {
                return Err(Refusal::bad_format("'layout' must be an array"));
            }
            post.layout = layout.clone();
        }
        if let Some(tags) = text(&fields, "tags")? {
            let tags = tags.split(',').map(str::trim);
            let tags = tags.filter(|tag| !tag.is_empty());
            post.tags = tags.map(str::to_owned).collect();
        }
        if let Some(slug) = text(&fields, "slug")? {
            slug.clone_into(&mut post.slug);
        }
        post.publish_on = text(&fields, "publish_on")?.map(str::to_owned);
        for (identifier, picture) in brought.pictures {
            if let Some(key) = brought.keys.get(&identifier) {
                state.media.insert(key.clone(), picture);
            }
        }
        Ok(())
    }
}

fn text<'f>(fields: &'f Map<String, Value>, name: &str) -> Result<Option<&'f str>, Refusal> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        // Tags are one text, and a list of them is a common mistake.
        Some(_) => Err(Refusal::bad_format(format!("'{name}' must be a string"))),
    }
}
