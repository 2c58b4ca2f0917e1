//! Threads: containers for text and pictures, publishing, reading back, deleting.
//!
//! developers.facebook.com, Threads posts, publishing reference, overview and troubleshooting, read
//! 2026-11-25. Videos, polls, long text, quotes and `auto_publish_text` are not imitated.

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
use crate::sandbox::graph::token::Need;
use crate::sandbox::platform::Platform;

const CREATE: &[&str] = &[
    "media_type",
    "text",
    "image_url",
    "alt_text",
    "is_carousel_item",
    "children",
    "reply_control",
    "reply_to_id",
    "topic_tag",
    "link_attachment",
];

const REPLY_CONTROLS: [&str; 5] = [
    "everyone",
    "accounts_you_follow",
    "mentioned_only",
    "parent_post_author_only",
    "followers_only",
];

const TEXT_MAX: usize = 500;
const LINKS_MAX: usize = 5;
const TOPIC_MAX: usize = 50;
const ITEMS: std::ops::RangeInclusive<usize> = 2..=20;

/// Answers a request to Threads.
pub(crate) async fn answer(graph: &Graph, call: &Call) -> Result<Value, Refusal> {
    match (call.method.as_str(), call.edge()) {
        ("POST", "threads") => create(graph, call).await,
        ("POST", "threads_publish") => publish(graph, call),
        ("GET", "threads_publishing_limit") => limits(graph, call),
        ("GET", "threads") => list(graph, call, |post| post.reply_to.is_none()),
        ("GET", "replies") => list(graph, call, |post| post.reply_to.is_some()),
        ("GET", "") => show(graph, call),
        ("DELETE", "") => {
            graph.delete(call)?;
            Ok(json!({"success": true, "deleted_id": call.node}))
        }
        (_, "") => Err(call.unsupported()),
        _ if parameters(call).is_some() => Err(call.unsupported()),
        (_, edge) => Err(Refusal::unknown_path(call.platform, edge)),
    }
}

/// Returns the parameters that a request may have; `None` if it leads nowhere.
pub(crate) fn parameters(call: &Call) -> Option<&'static [&'static str]> {
    Some(match (call.method.as_str(), call.edge()) {
        ("POST", "threads") => CREATE,
        (_, "threads" | "replies") => listing::PARAMETERS,
        (_, "threads_publish") => &["creation_id"],
        (_, "threads_publishing_limit" | "") => &[],
        _ => return None,
    })
}

async fn create(graph: &Graph, call: &Call) -> Result<Value, Refusal> {
    let account = graph
        .state()
        .authorize_node(call, Need::Publish, graph.now())?;
    let kind = call.params.required("media_type")?;
    let is_item = call.params.truth("is_carousel_item")?.unwrap_or_default();
    let mut wish = wish(graph, call)?;
    check_kind(call, &kind, &wish)?;
    if kind == "IMAGE" {
        wish.media = vec![graph.fetch_image(call).await?];
    }
    let mut state = graph.state();
    if let Some(parent) = &wish.reply_to
        && state.post(Platform::Threads, parent).is_none()
    {
        return Err(call.params.refuse("Param reply_to_id is not a valid post"));
    }
    if kind == "CAROUSEL" {
        let ids = call.params.texts("children")?;
        if !ITEMS.contains(&ids.len()) {
            let words = "Param children must have between 2 and 20 elements";
            return Err(call.params.refuse(words));
        }
        wish.media = graph.items(&state, call, account, &ids)?;
    }
    let role = if is_item { Role::Item } else { Role::Post };
    let id = graph.contain(&mut state, call, account, role, wish);
    Ok(json!({ "id": id }))
}

fn check_kind(call: &Call, kind: &str, wish: &Wish) -> Result<(), Refusal> {
    let refuse = |words: &str| Err(call.params.refuse(words));
    match kind {
        "TEXT" if wish.text.is_empty() => refuse("The parameter text is required."),
        "TEXT" | "IMAGE" | "CAROUSEL" if kind != "TEXT" && wish.link.is_some() => {
            refuse("Param link_attachment is only for text posts")
        }
        "TEXT" | "CAROUSEL" if call.params.text("image_url")?.is_some() => {
            refuse("Param image_url is only for images")
        }
        "TEXT" | "CAROUSEL" if call.params.text("alt_text")?.is_some() => {
            refuse("Param alt_text is only for images and videos")
        }
        "TEXT" | "CAROUSEL" if call.params.truth("is_carousel_item")? == Some(true) => {
            refuse("Param is_carousel_item is only for images and videos")
        }
        "TEXT" | "IMAGE" | "CAROUSEL" => Ok(()),
        _ => refuse("Param media_type must be one of {TEXT, IMAGE, CAROUSEL} in this sandbox"),
    }
}

fn wish(graph: &Graph, call: &Call) -> Result<Wish, Refusal> {
    let text = call.params.text("text")?.unwrap_or_default();
    if text::threads_length(&text, graph.behaviour.counting) > TEXT_MAX {
        let words = format!("Param text must be at most {TEXT_MAX} characters long.");
        return Err(call.params.refuse(words));
    }
    let link = call.params.text("link_attachment")?;
    let mut links = text::links(&text);
    links.extend(link.clone());
    links.sort();
    links.dedup();
    if links.len() > LINKS_MAX {
        return Err(call.params.refuse("THREADS_API__LINK_LIMIT_EXCEEDED"));
    }
    let reply_control = call.params.text("reply_control")?;
    if let Some(control) = &reply_control
        && !REPLY_CONTROLS.contains(&control.as_str())
    {
        let words = "Param reply_control must be one of {everyone, accounts_you_follow, \
                     mentioned_only, parent_post_author_only, followers_only}";
        return Err(call.params.refuse(words));
    }
    let topic_tag = call.params.text("topic_tag")?;
    if let Some(topic) = &topic_tag
        && (!(1..=TOPIC_MAX).contains(&topic.chars().count()) || topic.contains(['.', '&']))
    {
        return Err(call.params.refuse("Param topic_tag is not a valid topic"));
    }
    Ok(Wish {
        text,
        media: Vec::new(),
        reply_control,
        link,
        topic_tag,
        reply_to: call.params.text("reply_to_id")?,
    })
}

fn show(graph: &Graph, call: &Call) -> Result<Value, Refusal> {
    let mut state = graph.state();
    let account = state.authorize(call, Need::Read, graph.now())?;
    if call.node == "me" || call.node == account.id {
        return profile(account).tell(call);
    }
    let polled = graph.poll(&mut state, Platform::Threads, account, &call.node);
    if let Some((container, now)) = polled {
        return container_node(container, now).tell(call);
    }
    let post = state.post(Platform::Threads, &call.node);
    let post = post.filter(|post| post.account == account).ok_or_else(|| {
        let told = format!("The media with id {} cannot be found.", call.node);
        call.error(24, 4_279_009).telling(told)
    })?;
    post_node(graph, post).tell(call)
}

fn profile(account: GraphAccount) -> Node {
    Node {
        kind: "ThreadsUser",
        usual: &["id"],
        id: account.id.to_owned(),
        fields: vec![
            ("username", json!(account.name)),
            ("name", json!(account.name)),
            ("threads_profile_picture_url", Value::Null),
            ("threads_biography", Value::Null),
            ("is_verified", json!(false)),
        ],
        edges: Vec::new(),
    }
}

fn container_node(container: &Container, now: ContainerState) -> Node {
    let failed = now == ContainerState::Error;
    Node {
        kind: "ThreadsMediaContainer",
        usual: &["id"],
        id: container.id.clone(),
        fields: vec![
            ("status", json!(now.to_string())),
            ("error_message", json!(failed.then_some("UNKNOWN"))),
        ],
        edges: Vec::new(),
    }
}

fn post_node(graph: &Graph, post: &Post) -> Node {
    let kind = match post.media.len() {
        0 => "TEXT_POST",
        1 => "IMAGE",
        _ => "CAROUSEL_ALBUM",
    };
    let only = post.media.first().filter(|_| post.media.len() == 1);
    let items = post.media.iter().filter(|_| post.media.len() > 1);
    let replied_to = post.reply_to.as_ref().map(|id| json!({ "id": id }));
    let is_reply = post.reply_to.is_some();
    Node {
        kind: "ThreadsMedia",
        usual: &["id"],
        id: post.id.clone(),
        fields: vec![
            ("media_product_type", json!("THREADS")),
            ("media_type", json!(kind)),
            ("media_url", json!(only.map(|it| url(graph, it)))),
            ("permalink", json!(post.permalink(&graph.base_url))),
            ("owner", json!({"id": post.account.id})),
            ("username", json!(post.account.name)),
            ("text", json!(Some(&post.text).filter(|it| !it.is_empty()))),
            ("timestamp", json!(written(post.created_at))),
            ("shortcode", json!(post.shortcode)),
            ("is_quote_post", json!(false)),
            ("is_reply", json!(is_reply)),
            ("replied_to", json!(replied_to)),
            ("alt_text", json!(only.and_then(alt))),
            ("link_attachment_url", json!(post.link)),
            ("topic_tag", json!(post.topic_tag)),
            ("reply_audience", json!(reply_audience(post))),
        ],
        edges: vec![(
            "children",
            items.map(|media| item_node(graph, post, media)).collect(),
        )],
    }
}

fn reply_audience(post: &Post) -> String {
    let control = post.reply_control.as_deref();
    control.unwrap_or("everyone").to_uppercase()
}

fn item_node(graph: &Graph, post: &Post, media: &Media) -> Node {
    Node {
        kind: "ThreadsMedia",
        usual: &["id"],
        id: media.id.clone(),
        fields: vec![
            ("media_type", json!("IMAGE")),
            ("media_url", json!(url(graph, media))),
            ("alt_text", json!(alt(media))),
            ("timestamp", json!(written(post.created_at))),
            ("owner", json!({"id": post.account.id})),
            ("username", json!(post.account.name)),
        ],
        edges: Vec::new(),
    }
}

fn alt(media: &Media) -> Option<&str> {
    Some(media.alt.as_str()).filter(|alt| !alt.is_empty())
}

fn url(graph: &Graph, media: &Media) -> String {
    format!("{}{}", graph.base_url, media.path(Platform::Threads))
}

fn list(graph: &Graph, call: &Call, is_meant: fn(&Post) -> bool) -> Result<Value, Refusal> {
    let state = graph.state();
    let account = state.authorize_node(call, Need::Read, graph.now())?;
    let own = state.posts.iter().filter(|post| {
        (post.platform, post.account) == (Platform::Threads, account) && is_meant(post)
    });
    listing::page(graph, call, own, |post| post_node(graph, post))
}

fn limits(graph: &Graph, call: &Call) -> Result<Value, Refusal> {
    let state = graph.state();
    let now = graph.now();
    let account = state.authorize_node(call, Need::Read, now)?;
    let used = |what| state.used(Platform::Threads, account, what, now);
    let config = |what| {
        json!({
            "quota_total": graph.quota(Platform::Threads, what),
            "quota_duration": QUOTA_WINDOW.as_secs(),
        })
    };
    let node = Node {
        kind: "ThreadsPublishingLimit",
        usual: &["quota_usage"],
        id: account.id.to_owned(),
        fields: vec![
            ("quota_usage", json!(used(Quota::Posts))),
            ("config", config(Quota::Posts)),
            ("reply_quota_usage", json!(used(Quota::Replies))),
            ("reply_config", config(Quota::Replies)),
            ("delete_quota_usage", json!(used(Quota::Deletes))),
            ("delete_config", config(Quota::Deletes)),
        ],
        edges: Vec::new(),
    };
    let mut told = node.tell(call)?;
    if let Some(told) = told.as_object_mut() {
        told.remove("id");
    }
    Ok(json!({ "data": [told] }))
}
