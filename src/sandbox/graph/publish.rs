//! Making a container public: what Instagram and Threads have in common.
//!
//! Meta does not say what publishing a container does that is published already; see
//! [`crate::sandbox::graph::behaviour::Repeat`].

use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;

use crate::sandbox::accounts::GraphAccount;
use crate::sandbox::graph::Graph;
use crate::sandbox::graph::behaviour::Repeat;
use crate::sandbox::graph::call::Call;
use crate::sandbox::graph::container::Container;
use crate::sandbox::graph::container::ContainerState;
use crate::sandbox::graph::container::Role;
use crate::sandbox::graph::container::Wish;
use crate::sandbox::graph::post::Post;
use crate::sandbox::graph::refusal::Refusal;
use crate::sandbox::graph::state::Named;
use crate::sandbox::graph::state::Quota;
use crate::sandbox::graph::state::Spent;
use crate::sandbox::graph::state::State;
use crate::sandbox::graph::token::Need;
use crate::sandbox::platform::Platform;

/// What a container is to a publishing request.
enum Found {
    Ready(Container),
    /// Published before, as the post of this id.
    Spent(Container, String),
}

/// `POST /{account}/media_publish` and `POST /{account}/threads_publish`
pub(crate) fn publish(graph: &Graph, call: &Call) -> Result<Value, Refusal> {
    let mut state = graph.state();
    let now = graph.now();
    let account = state.authorize_node(call, Need::Publish, now)?;
    let id = call.params.required("creation_id")?;
    // Any state but this one is there before the request is looked at.
    if let Some(fate) = call.fate
        && fate != ContainerState::Finished
        && let Some(container) = state.containers.get_mut(&id)
    {
        container.fate = Some(fate);
    }
    let container = match find(graph, &state, call, account, &id)? {
        Found::Ready(container) => container,
        Found::Spent(container, post) => match graph.behaviour.repeat {
            Repeat::Again => container,
            Repeat::Same => return Ok(json!({ "id": post })),
            Repeat::Refused => return Err(call.error(24, 2_207_008)),
        },
    };
    let post = graph.make_public(&mut state, call, account, container.wish, now)?;
    if let Some(container) = state.containers.get_mut(&id) {
        container.post = Some(post.clone());
        container.fate = call.fate;
    }
    Ok(json!({ "id": post }))
}

fn find(
    graph: &Graph,
    state: &State,
    call: &Call,
    account: GraphAccount,
    id: &str,
) -> Result<Found, Refusal> {
    let container = state
        .containers
        .get(id)
        .filter(|it| (it.platform, it.account) == (call.platform, account));
    let missing = match call.platform {
        Platform::Threads => 4_279_009,
        _ => 2_207_006,
    };
    let container = container.ok_or_else(|| {
        let told = format!("The media with id {id} cannot be found.");
        call.error(24, missing).telling(told)
    })?;
    if container.role == Role::Item {
        return Err(call.params.refuse("A carousel item cannot be published"));
    }
    let found = container.clone();
    match container.state(graph.now(), graph.behaviour.lifetime) {
        ContainerState::Published | ContainerState::Finished => Ok(match found.post.clone() {
            Some(post) => Found::Spent(found, post),
            None => Found::Ready(found),
        }),
        ContainerState::Expired => Err(call.error(-2, 2_207_020)),
        ContainerState::InProgress | ContainerState::Error => Err(call.error(9007, 2_207_027)),
    }
}

impl Graph {
    fn make_public(
        &self,
        state: &mut State,
        call: &Call,
        account: GraphAccount,
        wish: Wish,
        now: Timestamp,
    ) -> Result<String, Refusal> {
        let platform = call.platform;
        let what = match wish.reply_to {
            Some(_) => Quota::Replies,
            None => Quota::Posts,
        };
        if state.used(platform, account, what, now) >= self.quota(platform, what) {
            return Err(call.error(9, 2_207_042));
        }
        let spent = Spent {
            platform,
            account,
            what,
            at: now,
        };
        state.spent.push(spent);
        let id = state.next_id(platform, Named::Post);
        let mut media = wish.media;
        // On Threads, the pictures of a post keep the ids of their containers (threads-go's matcher
        // relies on it, read 2026-11-23).
        for item in &mut media {
            if platform == Platform::Instagram {
                item.id = state.next_id(platform, Named::Post);
            } else if item.id.is_empty() {
                // The only picture of a post has no container of its own.
                item.id.clone_from(&id);
            }
        }
        let shortcode = format!("S{:09}", state.next_serial());
        state.posts.push(Post {
            id: id.clone(),
            platform,
            account,
            order: Some(self.order.next()),
            created_at: now,
            shortcode,
            text: wish.text,
            media,
            reply_control: wish.reply_control,
            link: wish.link,
            topic_tag: wish.topic_tag,
            reply_to: wish.reply_to,
        });
        Ok(id)
    }

    /// Returns how much of `what` an account has in 24 hours (developers.facebook.com, Instagram
    /// content publishing and Threads overview, read 2026-11-25; the first says 50 elsewhere).
    pub(crate) fn quota(&self, platform: Platform, what: Quota) -> usize {
        let own = match (platform, what) {
            (Platform::Threads, Quota::Posts) => 250,
            (Platform::Threads, Quota::Replies) => 1000,
            _ => 100,
        };
        self.behaviour.quota.unwrap_or(own)
    }

    /// Takes a post of `call`'s token away.
    pub(crate) fn delete(&self, call: &Call) -> Result<(), Refusal> {
        let mut state = self.state();
        let now = self.now();
        let account = state.authorize(call, Need::Delete, now)?;
        let at = state.posts.iter().position(|post| {
            (post.platform, post.account, &post.id) == (call.platform, account, &call.node)
        });
        let at = at.ok_or_else(|| match call.platform {
            // It says so of what is missing, too (Threads reference, read 2026-11-25).
            Platform::Threads => call.error(10, None),
            _ => call.unsupported(),
        })?;
        let what = Quota::Deletes;
        if call.platform == Platform::Threads
            && state.used(call.platform, account, what, now) >= self.quota(call.platform, what)
        {
            return Err(call.error(9, 2_207_042));
        }
        let spent = Spent {
            platform: call.platform,
            account,
            what,
            at: now,
        };
        state.spent.push(spent);
        state.posts.remove(at);
        Ok(())
    }
}
