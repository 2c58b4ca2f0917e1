//! The public pages of posts, and their pictures.

use std::sync::Arc;

use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::Html;
use axum::response::IntoResponse as _;
use axum::response::Response;

use crate::sandbox::graph::Graph;
use crate::sandbox::graph::post::Post;
use crate::sandbox::page::Page;
use crate::sandbox::platform::Platform;

/// `GET /instagram/p/{shortcode}/`
pub(crate) async fn of_instagram(
    State(graph): State<Arc<Graph>>,
    Path(shortcode): Path<String>,
) -> Result<Html<String>, StatusCode> {
    graph.page(Platform::Instagram, |post| post.shortcode == shortcode)
}

/// `GET /threads/@{name}/post/{shortcode}`
pub(crate) async fn of_threads(
    State(graph): State<Arc<Graph>>,
    Path((account, shortcode)): Path<(String, String)>,
) -> Result<Html<String>, StatusCode> {
    graph.page(Platform::Threads, |post| {
        post.shortcode == shortcode && account.strip_prefix('@') == Some(post.account.name)
    })
}

/// `GET /facebook/{page}_{post}`
pub(crate) async fn of_facebook(
    State(graph): State<Arc<Graph>>,
    Path(id): Path<String>,
) -> Result<Html<String>, StatusCode> {
    graph.page(Platform::Facebook, |post| post.id == id)
}

/// `GET /{platform}/pictures/{id}`
pub(crate) async fn picture(
    State(graph): State<Arc<Graph>>,
    Path((platform, id)): Path<(String, String)>,
) -> Result<Response, StatusCode> {
    let state = graph.state();
    let posts = state.posts.iter();
    let mut media = posts
        .filter(|post| post.order.is_some() && post.platform.name() == platform)
        .flat_map(|post| &post.media);
    let found = media.find(|media| media.id == id);
    let picture = &found.ok_or(StatusCode::NOT_FOUND)?.picture;
    let headers = [(CONTENT_TYPE, picture.mime.clone())];
    Ok((headers, picture.bytes.clone()).into_response())
}

impl Graph {
    fn page(
        &self,
        platform: Platform,
        is_meant: impl Fn(&Post) -> bool,
    ) -> Result<Html<String>, StatusCode> {
        let state = self.state();
        let mut posts = state.posts.iter();
        let post = posts
            .find(|post| post.order.is_some() && post.platform == platform && is_meant(post))
            .ok_or(StatusCode::NOT_FOUND)?;
        let pictures = post.media.iter();
        let pictures = pictures.map(|media| (media.path(platform), media.alt.clone()));
        let page = Page {
            title: format!("@{} on {}", post.account.name, platform.title()),
            warning: None,
            text: &post.text,
            pictures: pictures.collect(),
        };
        Ok(page.html())
    }
}
