//! Reading: blogs, posts in every state, and what a browser shows.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::Method;
use axum::http::StatusCode;
use axum::http::Uri;
use axum::http::header::CONTENT_TYPE;
use axum::response::Html;
use axum::response::IntoResponse as _;
use axum::response::Response;
use serde_json::Value;
use serde_json::json;

use crate::sandbox::accounts::TUMBLR_BLOGS;
use crate::sandbox::accounts::TumblrBlog;
use crate::sandbox::page::Page;
use crate::sandbox::page::escape;
use crate::sandbox::tumblr::Tumblr;
use crate::sandbox::tumblr::answer;
use crate::sandbox::tumblr::auth::Asking;
use crate::sandbox::tumblr::blocks;
use crate::sandbox::tumblr::refusal::Refusal;
use crate::sandbox::tumblr::state::Post;
use crate::sandbox::tumblr::state::PostState;

/// The most posts of one page ("Retrieve Published Posts").
const PAGE_MAX: usize = 20;

/// What a user may do in a day ("Rate Limits").
const PER_DAY: usize = 250;
const DAY_SECONDS: i64 = 86_400;

type Parameters = Query<HashMap<String, String>>;

/// Returns the blog that `name` stands for ("Blog Identifiers").
pub(crate) fn blog_of(name: &str) -> Option<TumblrBlog> {
    let mut blogs = TUMBLR_BLOGS.into_iter();
    blogs.find(|blog| is_named(*blog, name))
}

/// Whether `blog` is what `name` stands for.
fn is_named(blog: TumblrBlog, name: &str) -> bool {
    let is_host = || name.strip_suffix(".tumblr.com") == Some(blog.name);
    name == blog.id || name.eq_ignore_ascii_case(blog.name) || is_host()
}

fn asking<'a>(method: &'a Method, uri: &'a Uri, headers: &'a HeaderMap) -> Asking<'a> {
    Asking {
        method,
        uri,
        headers,
        body: b"",
    }
}

/// `GET /v2/user/info`
pub(crate) async fn user_info(
    State(tumblr): State<Arc<Tumblr>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let owner = tumblr.authorize(asking(&method, &uri, &headers))?.blog;
    let blogs = TUMBLR_BLOGS.into_iter();
    let own = blogs.filter(|blog| blog.owner == owner.owner);
    let blogs: Vec<Value> = own.map(|blog| tumblr.blog(blog)).collect();
    let user = json!({"name": owner.name, "default_post_format": "html", "following": 0,
                      "likes": 0, "blogs": blogs});
    Ok(answer(StatusCode::OK, &json!({"user": user})))
}

/// `GET /v2/user/limits`
pub(crate) async fn user_limits(
    State(tumblr): State<Arc<Tumblr>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let owner = tumblr.authorize(asking(&method, &uri, &headers))?.blog;
    let state = tumblr.state();
    let posts = state.posts.values();
    let own = || posts.clone().filter(|it| it.blog.owner == owner.owner);
    let published = own().filter(|post| post.is_published()).count();
    let photos = own().map(|post| blocks::pictures(&post.content).count());
    let now = tumblr.clock.now().as_second();
    let reset_at = (now / DAY_SECONDS + 1) * DAY_SECONDS;
    let counter = |description: &str, count: usize| {
        json!({"description": description, "limit": PER_DAY,
               "remaining": PER_DAY.saturating_sub(count), "reset_at": reset_at})
    };
    let user = json!({
        "posts": counter("the number of posts you can create per day", published),
        "photos": counter("the number of photos you can upload per day", photos.sum()),
    });
    Ok(answer(StatusCode::OK, &json!({"user": user})))
}

/// `GET /v2/blog/{blog}/info`
pub(crate) async fn blog_info(
    State(tumblr): State<Arc<Tumblr>>,
    Path(name): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    tumblr.authorize_to_read(asking(&method, &uri, &headers))?;
    let blog = blog_of(&name).ok_or_else(Refusal::not_found)?;
    Ok(answer(StatusCode::OK, &json!({"blog": tumblr.blog(blog)})))
}

/// `GET /v2/blog/{blog}/posts`: what everybody sees, the newest first.
pub(crate) async fn posts(
    State(tumblr): State<Arc<Tumblr>>,
    Path(name): Path<String>,
    Query(parameters): Parameters,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let asker = tumblr.authorize_to_read(asking(&method, &uri, &headers))?;
    let blog = blog_of(&name).ok_or_else(Refusal::not_found)?;
    let is_owner = asker.is_some_and(|asker| asker.blog.owner == blog.owner);
    let shows = |post: &Post| {
        let is_shown =
            post.state == PostState::Published || is_owner && post.state == PostState::Private;
        is_shown && fits(post, &parameters)
    };
    if let Some(id) = parameters.get("id")
        && !tumblr.state().post_of(blog, id).is_some_and(shows)
    {
        return Err(Refusal::not_found());
    }
    let mut posts = tumblr.posts_of(blog, shows);
    posts.sort_by_key(|post| std::cmp::Reverse((post.published_at, post.id)));
    let (total, page) = (posts.len(), page(posts, &parameters)?);
    let told = tumblr.told(&page, is_owner, &parameters);
    Ok(answer(
        StatusCode::OK,
        &json!({"blog": tumblr.blog(blog), "posts": told, "total_posts": total}),
    ))
}

/// `GET /v2/blog/{blog}/posts/queue`: in the order in which they will be published.
pub(crate) async fn queue(
    State(tumblr): State<Arc<Tumblr>>,
    Path(name): Path<String>,
    Query(parameters): Parameters,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let blog = tumblr.own_blog(&name, asking(&method, &uri, &headers))?;
    let posts = tumblr.posts_of(blog, |post| post.state == PostState::Queued);
    let page = page(posts, &parameters)?;
    let told = tumblr.told(&page, true, &parameters);
    Ok(answer(StatusCode::OK, &json!({"posts": told})))
}

/// `GET /v2/blog/{blog}/posts/draft`: the newest first.
pub(crate) async fn drafts(
    State(tumblr): State<Arc<Tumblr>>,
    Path(name): Path<String>,
    Query(parameters): Parameters,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let blog = tumblr.own_blog(&name, asking(&method, &uri, &headers))?;
    let before: u64 = match number(&parameters, "before_id")? {
        None | Some(0) => u64::MAX,
        Some(id) => id,
    };
    let mut drafts = tumblr.posts_of(blog, |post| {
        post.state == PostState::Draft && post.id < before
    });
    drafts.sort_by_key(|post| std::cmp::Reverse(post.id));
    drafts.truncate(PAGE_MAX);
    let told = tumblr.told(&drafts, true, &parameters);
    Ok(answer(StatusCode::OK, &json!({"posts": told})))
}

/// `GET /v2/blog/{blog}/posts/{id}`: a post of one's own in any state.
pub(crate) async fn fetch(
    State(tumblr): State<Arc<Tumblr>>,
    Path((name, id)): Path<(String, String)>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let blog = tumblr.own_blog(&name, asking(&method, &uri, &headers))?;
    let state = tumblr.state();
    let post = state.post_of(blog, &id).ok_or_else(Refusal::not_found)?;
    let mut told = json!({
        "object_type": "post",
        "type": "blocks",
        "id": post.id.to_string(),
        "tumblelog_uuid": blog.id,
        "content": post.content,
        "layout": post.layout,
        "state": post.state.told(),
        "tags": post.tags,
        "slug": post.slug,
    });
    if post.state == PostState::Queued {
        let scheduled = post.publish_on.as_ref().map(|_| "scheduled");
        told["queued_state"] = json!(scheduled.unwrap_or("queued"));
    }
    Ok(answer(StatusCode::OK, &told))
}

/// The file of a picture, at the address that its block has.
pub(crate) async fn file(
    State(tumblr): State<Arc<Tumblr>>,
    Path(key): Path<String>,
) -> Result<Response, Refusal> {
    let state = tumblr.state();
    let picture = state.media.get(&key).ok_or_else(Refusal::not_found)?;
    let headers = [(CONTENT_TYPE, picture.mime.clone())];
    Ok((headers, picture.bytes.clone()).into_response())
}

/// `GET /tumblr/{blog}/{id}`: what anybody sees in a browser.
pub(crate) async fn show(
    State(tumblr): State<Arc<Tumblr>>,
    Path((name, id)): Path<(String, String)>,
) -> Result<Html<String>, Refusal> {
    let blog = blog_of(&name).ok_or_else(Refusal::not_found)?;
    let state = tumblr.state();
    let post = state
        .post_of(blog, &id)
        .filter(|post| post.state == PostState::Published)
        .ok_or_else(Refusal::not_found)?;
    let pictures = blocks::pictures(&post.content)
        .map(|(key, alt)| (format!("/tumblr/media/{key}"), alt.to_owned()));
    let page = Page {
        title: format!("{name} on Tumblr"),
        warning: None,
        text: &blocks::text(&post.content),
        pictures: pictures.collect(),
    };
    Ok(page.html())
}

impl Tumblr {
    fn own_blog(&self, name: &str, asking: Asking<'_>) -> Result<TumblrBlog, Refusal> {
        let owner = self.authorize(asking)?.blog;
        match blog_of(name) {
            None => Err(Refusal::not_found()),
            Some(blog) if blog.owner == owner.owner => Ok(blog),
            Some(_) => Err(Refusal::forbidden("That blog is somebody else's")),
        }
    }

    fn posts_of(&self, blog: TumblrBlog, is_one: impl Fn(&Post) -> bool) -> Vec<Post> {
        let state = self.state();
        let posts = state.posts.values().filter(|it| it.blog.name == blog.name);
        posts.filter(|post| is_one(post)).cloned().collect()
    }

    fn blog(&self, blog: TumblrBlog) -> Value {
        json!({
            "name": blog.name,
            "title": format!("The blog of {}", blog.name),
            "url": format!("{}/tumblr/{}", self.base_url, blog.name),
            "uuid": blog.id,
            "primary": blog.name == blog.owner,
            "type": "public",
        })
    }

    fn told(
        &self,
        posts: &[Post],
        is_owner: bool,
        parameters: &HashMap<String, String>,
    ) -> Vec<Value> {
        let is_npf = parameters.get("npf").is_some_and(|npf| npf == "true");
        let posts = posts.iter();
        posts
            .map(|post| self.post(post, is_owner, is_npf))
            .collect()
    }

    fn post(&self, post: &Post, is_owner: bool, is_npf: bool) -> Value {
        let mut told = json!({
            "blog_name": post.blog.name,
            "id": post.id,
            "id_string": post.id.to_string(),
            "post_url": format!("{}/{}", self.page_url(post), post.slug),
            "slug": post.slug,
            "type": if is_npf { "blocks" } else { "text" },
            "is_blocks_post_format": true,
            "timestamp": post.published_at.as_second(),
            "date": post.published_at.strftime("%Y-%m-%d %H:%M:%S GMT").to_string(),
            "tags": post.tags,
            "state": post.state.told(),
        });
        if is_npf {
            told["content"] = json!(post.content);
            told["layout"] = post.layout.clone();
            told["trail"] = json!([]);
        } else {
            told["format"] = json!("html");
            told["body"] = json!(format!("<p>{}</p>", escape(&blocks::text(&post.content))));
        }
        // "Only available to the post owner in certain circumstances".
        if let (true, Some(genesis)) = (is_owner, post.genesis) {
            told["genesis_post_id"] = json!(genesis.to_string());
        }
        told
    }
}

fn fits(post: &Post, parameters: &HashMap<String, String>) -> bool {
    let is_id = |id: &String| *id == post.id.to_string();
    let is_tagged = |tag: &String| post.tags.iter().any(|it| it.eq_ignore_ascii_case(tag));
    let second = post.published_at.as_second();
    let is_before = |text: &String| text.parse().is_ok_and(|before: i64| second < before);
    let is_after = |text: &String| text.parse().is_ok_and(|after: i64| second > after);
    parameters.get("id").is_none_or(is_id)
        && parameters.get("tag").is_none_or(is_tagged)
        && parameters.get("before").is_none_or(is_before)
        && parameters.get("after").is_none_or(is_after)
}

fn page(posts: Vec<Post>, parameters: &HashMap<String, String>) -> Result<Vec<Post>, Refusal> {
    if parameters.contains_key("before") && parameters.contains_key("offset") {
        return Err(Refusal::bad_request("'before' and 'offset' together"));
    }
    let limit = number(parameters, "limit")?.unwrap_or(PAGE_MAX);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(Refusal::bad_request("'limit' must be from 1 to 20"));
    }
    let offset = number(parameters, "offset")?.unwrap_or(0);
    Ok(posts.into_iter().skip(offset).take(limit).collect())
}

fn number<N: std::str::FromStr>(
    parameters: &HashMap<String, String>,
    name: &str,
) -> Result<Option<N>, Refusal> {
    let number = parameters.get(name).map(|text| text.parse());
    let number = number.transpose();
    number.map_err(|_| Refusal::bad_request(format!("'{name}' must be a number")))
}
