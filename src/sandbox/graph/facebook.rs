//! Facebook Pages: which request leads to [`feed`] and which to [`photos`].

use serde_json::Value;
use serde_json::json;

use crate::sandbox::accounts::FACEBOOK_ACCOUNTS;
use crate::sandbox::accounts::GraphAccount;
use crate::sandbox::accounts::INSTAGRAM_ACCOUNTS;
use crate::sandbox::graph::Graph;
use crate::sandbox::graph::call::Call;
use crate::sandbox::graph::feed;
use crate::sandbox::graph::fields::Node;
use crate::sandbox::graph::listing;
use crate::sandbox::graph::photos;
use crate::sandbox::graph::post::Photo;
use crate::sandbox::graph::refusal::Refusal;
use crate::sandbox::graph::token::Kind;
use crate::sandbox::graph::token::Need;
use crate::sandbox::platform::Platform;

/// Answers a request to Facebook.
pub(crate) async fn answer(graph: &Graph, call: &Call) -> Result<Value, Refusal> {
    match (call.method.as_str(), call.edge()) {
        ("POST", "feed") => feed::create(graph, call),
        ("POST", "photos") => photos::upload(graph, call).await,
        ("GET", "feed" | "posts" | "published_posts") => list(graph, call),
        ("GET", "") => show(graph, call),
        ("POST", "") => feed::change(graph, call),
        ("DELETE", "") => delete(graph, call),
        (_, "") => Err(call.unsupported()),
        _ if parameters(call).is_some() => Err(call.unsupported()),
        (_, edge) => Err(Refusal::unknown_path(call.platform, edge)),
    }
}

/// Returns the parameters that a request may have; `None` if it leads nowhere.
pub(crate) fn parameters(call: &Call) -> Option<&'static [&'static str]> {
    Some(match (call.method.as_str(), call.edge()) {
        ("POST", "feed") => feed::PARAMETERS,
        ("POST", "photos") => photos::PARAMETERS,
        ("POST", "") => feed::CHANGES,
        (_, "feed" | "posts" | "published_posts") => listing::PARAMETERS,
        (_, "photos" | "accounts" | "") => &[],
        _ => return None,
    })
}

fn show(graph: &Graph, call: &Call) -> Result<Value, Refusal> {
    let state = graph.state();
    let token = state.token(call, graph.now())?;
    let account = state.authorize(call, Need::Read, graph.now())?;
    if call.node == "me" && token.kind == Kind::User {
        return person(account).tell(call);
    }
    let is_page = |page: &&GraphAccount| page.id == call.node;
    if call.node == "me" || call.node == account.id {
        return page(account).tell(call);
    }
    if let Some(other) = FACEBOOK_ACCOUNTS.iter().find(is_page) {
        // A Page is public; its token is not.
        return page(*other).tell(call);
    }
    if let Some(photo) = state
        .photos
        .get(&call.node)
        .filter(|it| it.account == account)
    {
        return photos::node(graph, photo).tell(call);
    }
    let post = state.post(Platform::Facebook, &call.node);
    let post = post.filter(|post| post.account == account);
    feed::node(graph, post.ok_or_else(|| call.unsupported())?).tell(call)
}

fn person(account: GraphAccount) -> Node {
    Node {
        kind: "User",
        usual: &["name", "id"],
        id: format!("1{}", account.id),
        fields: vec![("name", json!(account.name))],
        edges: Vec::new(),
    }
}

fn page(account: GraphAccount) -> Node {
    let same = INSTAGRAM_ACCOUNTS.iter().find(|it| it.name == account.name);
    Node {
        kind: "Page",
        usual: &["name", "id"],
        id: account.id.to_owned(),
        fields: vec![
            ("name", json!(account.name)),
            ("username", json!(account.name)),
            (
                "instagram_business_account",
                json!(same.map(|it| json!({"id": it.id}))),
            ),
        ],
        edges: Vec::new(),
    }
}

fn list(graph: &Graph, call: &Call) -> Result<Value, Refusal> {
    let state = graph.state();
    let account = state.authorize_node(call, Need::Read, graph.now())?;
    let mut own: Vec<_> = state
        .posts
        .iter()
        .filter(|post| {
            (post.platform, post.account) == (Platform::Facebook, account) && post.order.is_some()
        })
        .collect();
    // Drafts become public in another order than they were made in.
    own.sort_by_key(|post| post.order);
    listing::page(graph, call, own.into_iter(), |post| feed::node(graph, post))
}

fn delete(graph: &Graph, call: &Call) -> Result<Value, Refusal> {
    let mut state = graph.state();
    let account = state.authorize(call, Need::Delete, graph.now())?;
    let is_unused = |it: &Photo| it.account == account && it.post.is_none();
    if state.photos.get(&call.node).is_some_and(is_unused) {
        state.photos.remove(&call.node);
    } else {
        drop(state);
        graph.delete(call)?;
        // Its photos go with it.
        let of_post = |photo: &Photo| photo.post.as_deref() == Some(call.node.as_str());
        graph.state().photos.retain(|_, photo| !of_post(photo));
    }
    Ok(json!({"success": true}))
}
