//! Photos of a Page: uploaded or fetched, published at once or kept to be attached.
//!
//! developers.facebook.com, Graph reference `page/photos`, read 2026-11-25: JPEG, BMP, PNG, GIF or
//! TIFF of at most 10 MB, of which the sandbox knows JPEG, PNG and GIF.

use serde_json::Value;
use serde_json::json;

use crate::sandbox::accounts::GraphAccount;
use crate::sandbox::graph::Graph;
use crate::sandbox::graph::call::Call;
use crate::sandbox::graph::feed::NewPost;
use crate::sandbox::graph::fields::Node;
use crate::sandbox::graph::post::Media;
use crate::sandbox::graph::post::Photo;
use crate::sandbox::graph::post::written;
use crate::sandbox::graph::refusal::Refusal;
use crate::sandbox::graph::state::Named;
use crate::sandbox::graph::state::State;
use crate::sandbox::graph::token::Need;
use crate::sandbox::picture::Picture;
use crate::sandbox::platform::Platform;

/// What an upload may name.
pub(crate) const PARAMETERS: &[&str] = &[
    "url",
    "source",
    "message",
    "caption",
    "published",
    "alt_text_custom",
    "temporary",
];

const BYTES_MAX: usize = 10 << 20;
const MIMES: [&str; 3] = ["image/jpeg", "image/png", "image/gif"];

/// `POST /{page}/photos`: published, the answer names the photo and its post; otherwise the photo
/// alone.
pub(crate) async fn upload(graph: &Graph, call: &Call) -> Result<Value, Refusal> {
    let account = graph
        .state()
        .authorize_node(call, Need::Publish, graph.now())?;
    let is_published = call.params.truth("published")?.unwrap_or(true);
    let caption = match call.params.text("message")? {
        Some(message) => message,
        None => call.params.text("caption")?.unwrap_or_default(),
    };
    let alt = call.params.text("alt_text_custom")?.unwrap_or_default();
    let picture = read(graph, call).await?;
    let mut state = graph.state();
    let id = state.next_id(Platform::Facebook, Named::Photo);
    let media = Media {
        id: id.clone(),
        picture,
        alt,
    };
    let mut photo = Photo {
        account,
        created_at: graph.now(),
        caption: caption.clone(),
        media: media.clone(),
        post: None,
    };
    let mut answer = json!({ "id": id });
    if is_published {
        let new = NewPost {
            text: caption,
            link: None,
            media: vec![media],
        };
        let post = graph.post(&mut state, account, new);
        answer["post_id"] = json!(post);
        photo.post = Some(post);
    }
    state.photos.insert(id, photo);
    Ok(answer)
}

async fn read(graph: &Graph, call: &Call) -> Result<Picture, Refusal> {
    let picture = match (&call.file, call.params.text("url")?) {
        (Some(file), _) if file.len() > BYTES_MAX => None,
        (Some(file), _) => Picture::recognise(file.clone()),
        (None, Some(url)) => {
            let fetched = graph.fetcher.fetch(&url, BYTES_MAX).await;
            Some(fetched.map_err(|_| call.error(324, 2_069_019))?)
        }
        (None, None) => return Err(call.error(324, None)),
    };
    let picture = picture.filter(|it| it.size_px.is_some() && MIMES.contains(&it.mime.as_str()));
    picture.ok_or_else(|| call.error(100, 1_366_046))
}

/// Takes the photos that `call` attaches out of store; what was shown before is refused.
pub(crate) fn attached(
    state: &State,
    call: &Call,
    account: GraphAccount,
) -> Result<Vec<Media>, Refusal> {
    let items = call.params.list("attached_media")?;
    let mut attached: Vec<Media> = Vec::new();
    for item in items {
        let item = match &item {
            Value::String(text) => serde_json::from_str(text).unwrap_or_default(),
            _ => item,
        };
        let id = match &item["media_fbid"] {
            Value::String(id) => id.clone(),
            Value::Number(id) => id.to_string(),
            _ => {
                let words = "Param attached_media must be an array of {media_fbid}";
                return Err(call.params.refuse(words));
            }
        };
        let photo = state.photos.get(&id).filter(|it| it.account == account);
        let photo = photo.ok_or_else(|| {
            let words = format!("Param attached_media names no photo of this Page: {id}");
            call.params.refuse(words)
        })?;
        if photo.post.is_some() || attached.iter().any(|it| it.id == id) {
            return Err(call.error(100, 1_366_051));
        }
        attached.push(photo.media.clone());
    }
    Ok(attached)
}

/// Returns what there is to know of a photo.
pub(crate) fn node(graph: &Graph, photo: &Photo) -> Node {
    let caption = Some(&photo.caption).filter(|it| !it.is_empty());
    let alt = Some(&photo.media.alt).filter(|it| !it.is_empty());
    let size = photo.media.picture.size_px;
    Node {
        kind: "Photo",
        usual: &["created_time", "name", "id"],
        id: photo.media.id.clone(),
        fields: vec![
            ("created_time", json!(written(photo.created_at))),
            ("name", json!(caption)),
            ("alt_text_custom", json!(alt)),
            ("width", json!(size.map(|it| it.0))),
            ("height", json!(size.map(|it| it.1))),
            ("page_story_id", json!(photo.post)),
            (
                "from",
                json!({"id": photo.account.id, "name": photo.account.name}),
            ),
            (
                "link",
                json!(format!("{}/facebook/{}", graph.base_url, photo.media.id)),
            ),
        ],
        edges: Vec::new(),
    }
}
