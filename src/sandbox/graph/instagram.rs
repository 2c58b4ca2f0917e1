//! Instagram: containers for pictures, publishing, reading back, deleting.
//!
//! developers.facebook.com, Instagram content publishing, `ig-user/media`, `media_publish`,
//! `ig-container` and error codes, read 2026-11-25. The same account answers to a token of the
//! log-in at Instagram and to its Page's; only the second deletes. Videos, reels, stories, tags and
//! places are not imitated.

use serde_json::Value;
use serde_json::json;

use crate::sandbox::accounts::GraphAccount;
use crate::sandbox::graph::Graph;
use crate::sandbox::graph::call::Call;
use crate::sandbox::graph::container::Container;
use crate::sandbox::graph::container::ContainerState;
use crate::sandbox::graph::container::Role;
use crate::sandbox::graph::container::Wish;
use crate::sandbox::graph::fields::Node;
use crate::sandbox::graph::listing;
use crate::sandbox::graph::post::Media;
use crate::sandbox::graph::post::Post;
use crate::sandbox::graph::post::written;
use crate::sandbox::graph::publish::publish;
use crate::sandbox::graph::refusal::Refusal;
use crate::sandbox::graph::state::QUOTA_WINDOW;
use crate::sandbox::graph::state::Quota;
use crate::sandbox::graph::text;
use crate::sandbox::graph::token::Kind;
use crate::sandbox::graph::token::Need;
use crate::sandbox::platform::Platform;

const CREATE: &[&str] = &[
    "media_type",
    "image_url",
    "caption",
    "alt_text",
    "is_carousel_item",
    "children",
];

const CAPTION_MAX: usize = 2_200;
const HASHTAGS_MAX: usize = 30;
const MENTIONS_MAX: usize = 20;
const ITEMS: std::ops::RangeInclusive<usize> = 2..=10;

/// Answers a request to Instagram.
pub(crate) async fn answer(graph: &Graph, call: &Call) -> Result<Value, Refusal> {
    match (call.method.as_str(), call.edge()) {
        ("POST", "media") => create(graph, call).await,
        ("POST", "media_publish") => publish(graph, call),
        ("GET", "content_publishing_limit") => limit(graph, call),
        ("GET", "media") => list(graph, call),
        ("GET", "children") => children(graph, call),
        ("GET", "") => show(graph, call),
        ("DELETE", "") => delete(graph, call),
        (_, "") => Err(call.unsupported()),
        _ if parameters(call).is_some() => Err(call.unsupported()),
        (_, edge) => Err(Refusal::unknown_path(call.platform, edge)),
    }
}

/// Returns the parameters that a request may have; `None` if it leads nowhere.
pub(crate) fn parameters(call: &Call) -> Option<&'static [&'static str]> {
    Some(match (call.method.as_str(), call.edge()) {
        ("POST", "media") => CREATE,
        (_, "media") => listing::PARAMETERS,
        (_, "media_publish") => &["creation_id"],
        (_, "content_publishing_limit" | "children" | "") => &[],
        _ => return None,
    })
}

async fn create(graph: &Graph, call: &Call) -> Result<Value, Refusal> {
    let account = graph
        .state()
        .authorize_node(call, Need::Publish, graph.now())?;
    let kind = call.params.text("media_type")?;
    let is_item = call.params.truth("is_carousel_item")?.unwrap_or_default();
    let mut wish = Wish {
        text: caption(call)?,
        ..Wish::default()
    };
    if is_item && !wish.text.is_empty() {
        return Err(call
            .params
            .refuse("Param caption is not for carousel items"));
    }
    match kind.as_deref() {
        None | Some("IMAGE") => wish.media = vec![graph.fetch_image(call).await?],
        Some("CAROUSEL") if !is_item => {}
        Some(_) => {
            let words = "Param media_type must be CAROUSEL or nothing in this sandbox";
            return Err(call.params.refuse(words));
        }
    }
    let mut state = graph.state();
    if wish.media.is_empty() {
        for picture in ["image_url", "alt_text"] {
            if call.params.text(picture)?.is_some() {
                let words = format!("Param {picture} is not for carousels");
                return Err(call.params.refuse(words));
            }
        }
        let ids = call.params.texts("children")?;
        if !ITEMS.contains(&ids.len()) {
            return Err(call.error(100, 2_207_028));
        }
        wish.media = graph.items(&state, call, account, &ids)?;
    }
    let role = if is_item { Role::Item } else { Role::Post };
    let id = graph.contain(&mut state, call, account, role, wish);
    Ok(json!({ "id": id }))
}

fn caption(call: &Call) -> Result<String, Refusal> {
    let caption = call.params.text("caption")?.unwrap_or_default();
    let fits = caption.chars().count() <= CAPTION_MAX
        && text::hashtags(&caption) <= HASHTAGS_MAX
        && text::mentions(&caption) <= MENTIONS_MAX;
    if fits {
        return Ok(caption);
    }
    Err(call.error(36_004, 2_207_010))
}

fn show(graph: &Graph, call: &Call) -> Result<Value, Refusal> {
    let mut state = graph.state();
    let token = state.token(call, graph.now())?;
    let account = state.authorize(call, Need::Read, graph.now())?;
    if call.node == "me" || call.node == account.id {
        return profile(account, token.kind).tell(call);
    }
    let polled = graph.poll(&mut state, Platform::Instagram, account, &call.node);
    if let Some((container, now)) = polled {
        return container_node(container, now).tell(call);
    }
    let post = own_post(&state.posts, call, account)?;
    post_node(graph, post).tell(call)
}

fn own_post<'s>(
    posts: &'s [Post],
    call: &Call,
    account: GraphAccount,
) -> Result<&'s Post, Refusal> {
    let mut posts = posts.iter();
    let found = posts.find(|post| {
        (post.platform, post.account) == (Platform::Instagram, account) && post.id == call.node
    });
    found.ok_or_else(|| call.unsupported())
}

/// With the log-in at Instagram, `id` is the app's own name of the account, and `user_id` the one to
/// publish with.
fn profile(account: GraphAccount, kind: Kind) -> Node {
    let (id, user_id) = match kind {
        Kind::Instagram => (format!("9{}", account.id), Some(account.id)),
        _ => (account.id.to_owned(), None),
    };
    Node {
        kind: "IGUser",
        usual: &["id"],
        id,
        fields: vec![
            ("user_id", json!(user_id)),
            ("username", json!(account.name)),
            ("name", json!(account.name)),
            ("account_type", json!("BUSINESS")),
        ],
        edges: Vec::new(),
    }
}

fn container_node(container: &Container, now: ContainerState) -> Node {
    // The words of an error are of this shape (Instagram error codes, read 2026-11-25).
    let status = match now {
        ContainerState::InProgress => "In Progress: Media is still being processed.",
        ContainerState::Finished => {
            "Finished: Media has been uploaded and it is ready to be published."
        }
        ContainerState::Error => "Error: Media upload has failed with error code 2207053",
        ContainerState::Expired => "Expired: The container was not published within 24 hours.",
        ContainerState::Published => "Published: Media has been successfully published.",
    };
    Node {
        kind: "ShadowIGMediaBuilder",
        usual: &["id"],
        id: container.id.clone(),
        fields: vec![
            ("status_code", json!(now.to_string())),
            ("status", json!(status)),
        ],
        edges: Vec::new(),
    }
}

fn post_node(graph: &Graph, post: &Post) -> Node {
    let kind = match post.media.len() {
        0 | 1 => "IMAGE",
        _ => "CAROUSEL_ALBUM",
    };
    let first = post.media.first();
    let only = first.filter(|_| post.media.len() == 1);
    let items = post.media.iter().filter(|_| post.media.len() > 1);
    Node {
        kind: "Media",
        usual: &["id"],
        id: post.id.clone(),
        fields: vec![
            (
                "caption",
                json!(Some(&post.text).filter(|it| !it.is_empty())),
            ),
            ("media_type", json!(kind)),
            ("media_product_type", json!("FEED")),
            ("media_url", json!(first.map(|it| url(graph, it)))),
            ("permalink", json!(post.permalink(&graph.base_url))),
            ("shortcode", json!(post.shortcode)),
            ("timestamp", json!(written(post.created_at))),
            ("username", json!(post.account.name)),
            ("owner", json!({"id": post.account.id})),
            ("alt_text", json!(only.and_then(alt))),
        ],
        edges: vec![(
            "children",
            items.map(|media| item_node(graph, post, media)).collect(),
        )],
    }
}

fn item_node(graph: &Graph, post: &Post, media: &Media) -> Node {
    Node {
        kind: "Media",
        usual: &["id"],
        id: media.id.clone(),
        fields: vec![
            ("media_type", json!("IMAGE")),
            ("media_url", json!(url(graph, media))),
            ("alt_text", json!(alt(media))),
            ("timestamp", json!(written(post.created_at))),
            ("username", json!(post.account.name)),
        ],
        edges: Vec::new(),
    }
}

fn alt(media: &Media) -> Option<&str> {
    Some(media.alt.as_str()).filter(|alt| !alt.is_empty())
}

fn url(graph: &Graph, media: &Media) -> String {
    format!("{}{}", graph.base_url, media.path(Platform::Instagram))
}

fn list(graph: &Graph, call: &Call) -> Result<Value, Refusal> {
    let state = graph.state();
    let account = state.authorize_node(call, Need::Read, graph.now())?;
    let own = state
        .posts
        .iter()
        .filter(|post| (post.platform, post.account) == (Platform::Instagram, account));
    listing::page(graph, call, own, |post| post_node(graph, post))
}

fn children(graph: &Graph, call: &Call) -> Result<Value, Refusal> {
    let state = graph.state();
    let account = state.authorize(call, Need::Read, graph.now())?;
    let post = own_post(&state.posts, call, account)?;
    let items = post.media.iter().filter(|_| post.media.len() > 1);
    let told: Result<Vec<Value>, Refusal> = items
        .map(|media| item_node(graph, post, media).tell(call))
        .collect();
    Ok(json!({ "data": told? }))
}

fn limit(graph: &Graph, call: &Call) -> Result<Value, Refusal> {
    let state = graph.state();
    let now = graph.now();
    let account = state.authorize_node(call, Need::Read, now)?;
    let node = Node {
        kind: "IGContentPublishingLimit",
        usual: &["quota_usage"],
        id: account.id.to_owned(),
        fields: vec![
            (
                "quota_usage",
                json!(state.used(Platform::Instagram, account, Quota::Posts, now)),
            ),
            (
                "config",
                json!({
                    "quota_total": graph.quota(Platform::Instagram, Quota::Posts),
                    "quota_duration": QUOTA_WINDOW.as_secs(),
                }),
            ),
        ],
        edges: Vec::new(),
    };
    let mut told = node.tell(call)?;
    if let Some(told) = told.as_object_mut() {
        told.remove("id");
    }
    Ok(json!({ "data": [told] }))
}

/// Since 2025-12-03, and only with a Page's token.
fn delete(graph: &Graph, call: &Call) -> Result<Value, Refusal> {
    let token = graph.state().token(call, graph.now())?;
    if token.kind == Kind::Instagram {
        return Err(call.unsupported());
    }
    graph.delete(call)?;
    Ok(json!({"success": true, "deleted_id": call.node}))
}
