//! Posts of a Page: made at once or as drafts, changed, published, listed, deleted.
//!
//! developers.facebook.com, Pages API posts, and the Graph reference of `page/feed` and `page-post`,
//! read 2026-11-25. Posts for later are not imitated: hayon waits itself.

use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;
use url::Url;

use crate::sandbox::accounts::GraphAccount;
use crate::sandbox::graph::Graph;
use crate::sandbox::graph::behaviour::Duplicates;
use crate::sandbox::graph::call::Call;
use crate::sandbox::graph::fields::Node;
use crate::sandbox::graph::photos;
use crate::sandbox::graph::post::Media;
use crate::sandbox::graph::post::Post;
use crate::sandbox::graph::post::written;
use crate::sandbox::graph::refusal::Refusal;
use crate::sandbox::graph::state::Named;
use crate::sandbox::graph::state::State;
use crate::sandbox::graph::token::APP_ID;
use crate::sandbox::graph::token::Need;
use crate::sandbox::platform::Platform;

/// What a new post may name.
pub(crate) const PARAMETERS: &[&str] = &[
    "message",
    "link",
    "published",
    "unpublished_content_type",
    "attached_media",
];

/// What a change of a post may name.
pub(crate) const CHANGES: &[&str] = &["message", "is_published"];

/// What the community found; Meta names no limit.
const MESSAGE_MAX: usize = 63_206;

/// What a post is to be.
pub(crate) struct NewPost {
    pub(crate) text: String,
    pub(crate) link: Option<String>,
    pub(crate) media: Vec<Media>,
}

/// `POST /{page}/feed`
pub(crate) fn create(graph: &Graph, call: &Call) -> Result<Value, Refusal> {
    let mut state = graph.state();
    let account = state.authorize_node(call, Need::Publish, graph.now())?;
    let text = message(call)?.unwrap_or_default();
    let link = link(call)?;
    let media = photos::attached(&state, call, account)?;
    if link.is_some() && !media.is_empty() {
        let words = "Params link and attached_media cannot be combined";
        return Err(call.params.refuse(words));
    }
    if text.is_empty() && link.is_none() && media.is_empty() {
        return Err(call.error(197, None));
    }
    let is_published = call.params.truth("published")?.unwrap_or(true);
    if is_published && graph.behaviour.duplicates == Duplicates::Refused {
        let last = newest(&state, account);
        if last.is_some_and(|last| last.text == text && last.link == link) {
            return Err(call.error(506, None));
        }
    }
    let used: Vec<String> = media.iter().map(|it| it.id.clone()).collect();
    let new = NewPost { text, link, media };
    let id = if is_published {
        graph.post(&mut state, account, new)
    } else {
        graph.draft(&mut state, account, new)
    };
    for photo in used {
        if let Some(photo) = state.photos.get_mut(&photo) {
            photo.post = Some(id.clone());
        }
    }
    let mut answer = json!({ "id": id });
    if let (true, Some(post)) = (Node::is_asked_for(call), state.post(call.platform, &id)) {
        answer = node(graph, post).tell(call)?;
    }
    Ok(answer)
}

fn newest(state: &State, account: GraphAccount) -> Option<&Post> {
    let public = state.posts.iter().filter(|post| {
        (post.platform, post.account) == (Platform::Facebook, account) && post.order.is_some()
    });
    public.max_by_key(|post| post.order)
}

fn message(call: &Call) -> Result<Option<String>, Refusal> {
    let message = call.params.text("message")?;
    let length = message.as_ref().map_or(0, |it| it.chars().count());
    if length > MESSAGE_MAX {
        let words = format!("Param message must be at most {MESSAGE_MAX} characters long.");
        return Err(call.params.refuse(words));
    }
    Ok(message)
}

fn link(call: &Call) -> Result<Option<String>, Refusal> {
    let Some(link) = call.params.text("link")?.filter(|it| !it.is_empty()) else {
        return Ok(None);
    };
    let url: Url = link
        .parse()
        .map_err(|_| call.params.refuse("link URL is not properly formatted"))?;
    let host = url.host_str().unwrap_or_default();
    if !matches!(url.scheme(), "http" | "https") || host.is_empty() {
        return Err(call.params.refuse("link URL is not properly formatted"));
    }
    if host == "facebook.com" || host.ends_with(".facebook.com") {
        return Err(call.error(100, 1_609_008));
    }
    // Links are not fetched; of these it is known that nobody is there (RFC 2606).
    if host.ends_with(".invalid") {
        return Err(call.error(100, 1_609_005));
    }
    Ok(Some(link))
}

impl Graph {
    /// Publishes on a Page and returns the post's id.
    pub(crate) fn post(&self, state: &mut State, account: GraphAccount, new: NewPost) -> String {
        let id = self.draft(state, account, new);
        if let Some(post) = state.posts.last_mut() {
            post.order = Some(self.order.next());
        }
        id
    }

    fn draft(&self, state: &mut State, account: GraphAccount, new: NewPost) -> String {
        let number = state.next_id(Platform::Facebook, Named::Post);
        let id = format!("{}_{number}", account.id);
        state.posts.push(Post {
            id: id.clone(),
            platform: Platform::Facebook,
            account,
            order: None,
            created_at: self.now(),
            shortcode: number,
            text: new.text,
            media: new.media,
            reply_control: None,
            link: new.link,
            topic_tag: None,
            reply_to: None,
        });
        id
    }
}

/// `POST /{post}`: other words, or a draft made public. To make public what is public does nothing:
/// it sets a state.
pub(crate) fn change(graph: &Graph, call: &Call) -> Result<Value, Refusal> {
    let mut state = graph.state();
    let account = state.authorize(call, Need::Publish, graph.now())?;
    let message = message(call)?;
    let is_published = call.params.truth("is_published")?;
    let now = graph.now();
    let post = state.posts.iter_mut().find(|post| {
        (post.platform, post.account) == (Platform::Facebook, account) && post.id == call.node
    });
    let post = post.ok_or_else(|| call.unsupported())?;
    match (is_published, post.order) {
        (Some(true), None) => publish(graph, post, now),
        (Some(false), Some(_)) => {
            let words = "A published post cannot be unpublished";
            return Err(call.params.refuse(words));
        }
        _ => {}
    }
    if let Some(message) = message {
        post.text = message;
    }
    Ok(json!({"success": true}))
}

fn publish(graph: &Graph, post: &mut Post, now: Timestamp) {
    post.order = Some(graph.order.next());
    post.created_at = now;
}

/// Returns what there is to know of a post.
pub(crate) fn node(graph: &Graph, post: &Post) -> Node {
    let message = Some(&post.text).filter(|it| !it.is_empty());
    let attachments: Vec<Node> = match (&post.link, post.media.as_slice()) {
        (Some(link), _) => vec![attachment("share", json!(link), Vec::new())],
        (None, []) => Vec::new(),
        (None, [only]) => vec![photo_attachment(graph, only)],
        (None, several) => vec![attachment(
            "album",
            Value::Null,
            several
                .iter()
                .map(|it| photo_attachment(graph, it))
                .collect(),
        )],
    };
    Node {
        kind: "PagePost",
        usual: &["created_time", "message", "id"],
        id: post.id.clone(),
        fields: vec![
            ("message", json!(message)),
            ("created_time", json!(written(post.created_at))),
            ("updated_time", json!(written(post.created_at))),
            ("permalink_url", json!(post.permalink(&graph.base_url))),
            ("is_published", json!(post.order.is_some())),
            (
                "application",
                json!({"id": APP_ID, "name": "hayon sandbox"}),
            ),
            (
                "from",
                json!({"id": post.account.id, "name": post.account.name}),
            ),
        ],
        edges: vec![("attachments", attachments)],
    }
}

fn photo_attachment(graph: &Graph, media: &Media) -> Node {
    let mut node = attachment("photo", Value::Null, Vec::new());
    let src = format!("{}{}", graph.base_url, media.path(Platform::Facebook));
    let alt = Some(&media.alt).filter(|it| !it.is_empty());
    node.set("target", json!({"id": media.id}));
    node.set("media", json!({"image": {"src": src}}));
    node.set("description", json!(alt));
    node
}

fn attachment(kind: &str, url: Value, inner: Vec<Node>) -> Node {
    Node {
        kind: "StoryAttachment",
        usual: &["media", "target", "type", "url", "subattachments"],
        id: String::new(),
        // Each kind has all of them to ask for, and tells those that it has.
        fields: vec![
            ("type", json!(kind)),
            ("url", url),
            ("target", Value::Null),
            ("media", Value::Null),
            ("description", Value::Null),
        ],
        edges: vec![("subattachments", inner)],
    }
}
