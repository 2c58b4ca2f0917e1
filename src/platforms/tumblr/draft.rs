//! The draft: composed once and written down, created with its pictures, read back, published.

use reqwest::multipart::Form;
use reqwest::multipart::Part;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::clock::Clock;
use crate::config::blog::BlogState;
use crate::http::Answer;
use crate::platforms::answer::unusable;
use crate::platforms::card::Card;
use crate::platforms::tumblr::CREATE_DRAFT;
use crate::platforms::tumblr::READ_DRAFT;
use crate::platforms::tumblr::TumblrPublisher;
use crate::platforms::tumblr::answer::Counter;
use crate::platforms::tumblr::answer::accept;
use crate::platforms::tumblr::answer::cause;
use crate::platforms::tumblr::answer::refusal;
use crate::platforms::tumblr::answer::response;
use crate::platforms::tumblr::client::PAGE_LENGTH;
use crate::platforms::tumblr::client::id_of;
use crate::platforms::tumblr::npf;
use crate::platforms::upload::unread;
use crate::post::media::Media;
use crate::post::post::Post;
use crate::publish::Cause;
use crate::publish::PublishError;
use crate::publish::Published;
use crate::publish::Server;
use crate::publish::step_log::StepLog;
use crate::text::facet::Facet;
use crate::text::facet::FacetKind;
use crate::text::tumblr::TAG_SEPARATOR;
use crate::text::tumblr::all_tags;
use crate::text::tumblr::detect_facets;

/// The most pages of drafts that are read.
const PAGES_MAX: usize = 10;

/// Everything about a post but its pictures: what the step `compose` leaves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Composed {
    pub(crate) slug: String,
    /// As the API takes them: one text.
    pub(crate) tags: String,
    /// What becomes of it: the API's own word.
    state: String,
    /// The text blocks, with every mention resolved; and the link card, if there is one.
    pub(crate) text: Vec<Value>,
}

impl Composed {
    /// Returns what becomes of the post.
    pub(crate) fn state(&self) -> BlogState {
        let mut states = BlogState::ALL.into_iter();
        // A word of another version is taken for the state in which nobody sees it.
        let known = states.find(|state| state.name() == self.state);
        known.unwrap_or(BlogState::Draft)
    }

    fn body(&self, state: BlogState, content: &[Value]) -> Value {
        let mut body = json!({
            "content": content,
            "state": state.name(),
            "slug": self.slug,
        });
        if !self.tags.is_empty() {
            body["tags"] = json!(self.tags);
        }
        body
    }

    /// Returns the content as it is sent first, with the pictures named by their parts.
    fn content(&self, media: &[Media]) -> Vec<Value> {
        let pictures = (1..).zip(media);
        let pictures =
            pictures.map(|(position, media)| npf::uploaded(media, &npf::identifier(position)));
        self.text.iter().cloned().chain(pictures).collect()
    }
}

/// The content of a post as it is published: what the step `read draft` leaves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Content(pub(crate) Vec<Value>);

impl TumblrPublisher {
    /// Settles everything about `post` that is not to change between two attempts.
    pub(crate) async fn compose(
        &self,
        post: &Post,
        card: Option<&Card>,
        steps: &StepLog<'_>,
    ) -> Result<Composed, PublishError> {
        let text = post.text_for(&self.account);
        let facets = detect_facets(text);
        let ids = self.ids_of_mentioned(&facets, steps.clock()).await?;
        let id_of = |name: &str| {
            let known = ids.iter().find(|(known, _)| known == name);
            known.and_then(|(_, id)| id.as_deref())
        };
        let mut blocks = npf::text_blocks(text, &facets, id_of);
        // A text that fills the post has no room for its card.
        blocks.extend(
            card.filter(|_| blocks.len() < npf::BLOCKS_MAX)
                .map(npf::link),
        );
        Ok(Composed {
            slug: self.slug(steps).await?,
            tags: all_tags(&post.tags, &facets).join(&TAG_SEPARATOR.to_string()),
            state: self.state_of(post).name().to_owned(),
            text: blocks,
        })
    }

    /// Returns the id of each blog that is mentioned; a name that is nobody's has none.
    async fn ids_of_mentioned(
        &self,
        facets: &[Facet],
        clock: &Clock,
    ) -> Result<Vec<(String, Option<String>)>, PublishError> {
        let mut ids: Vec<(String, Option<String>)> = Vec::new();
        for facet in facets.iter().filter(|it| it.kind == FacetKind::Mention) {
            if ids.iter().any(|(name, _)| *name == facet.value) {
                continue;
            }
            let id = match self.client.blog_id(&facet.value, clock).await {
                // It may hide from us, which is no reason not to publish.
                Err(PublishError::Refused(_)) => None,
                id => id?,
            };
            ids.push((facet.value.clone(), id));
        }
        Ok(ids)
    }

    /// Creates the draft and returns its id. Where it `may_exist` already, that one is looked for.
    pub(crate) async fn create_draft(
        &self,
        composed: &Composed,
        media: &[Media],
        may_exist: bool,
        clock: &Clock,
    ) -> Result<String, PublishError> {
        let content = composed.content(media);
        if may_exist && let Some(id) = self.find_draft(composed, &content, clock).await? {
            return Ok(id);
        }
        let body = composed.body(BlogState::Draft, &content);
        let answer = if media.is_empty() {
            self.client.create(&body, clock).await?
        } else {
            let form = self.form(&body, media).await?;
            self.client.create_with(form, clock).await?
        };
        let answer = self.accept(answer, clock).await?;
        id_in(&answer).ok_or_else(|| unusable(&answer, "the id of a draft"))
    }

    async fn form(&self, body: &Value, media: &[Media]) -> Result<Form, PublishError> {
        let part = |part: Part, kind: &str| {
            let bad =
                |_| PublishError::Refused(Cause::new(format!("`{kind}` is no type of a file")));
            part.mime_str(kind).map_err(bad)
        };
        // The description comes first ("User Uploaded Media").
        let json = part(Part::text(body.to_string()), "application/json")?;
        let mut form = Form::new().part("json", json);
        for (position, media) in (1..).zip(media) {
            let bytes = self.media.read(media).await;
            let bytes = bytes.map_err(|error| unread(&error))?;
            let name = media.key.rsplit('/').next().unwrap_or(&media.key);
            let file = Part::stream(bytes).file_name(name.to_owned());
            form = form.part(npf::identifier(position), part(file, &media.facts.mime)?);
        }
        Ok(form)
    }

    /// Looks for a draft of ours that says what we would say.
    async fn find_draft(
        &self,
        composed: &Composed,
        content: &[Value],
        clock: &Clock,
    ) -> Result<Option<String>, PublishError> {
        let is_ours = |post: &Value| {
            post["slug"] == composed.slug.as_str() && npf::says_the_same(&post["content"], content)
        };
        self.find_among_drafts(is_ours, clock).await
    }

    /// Returns the id of the newest draft that is what `is_it` says.
    pub(crate) async fn find_among_drafts(
        &self,
        is_it: impl Fn(&Value) -> bool,
        clock: &Clock,
    ) -> Result<Option<String>, PublishError> {
        let mut before: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let answer = self.client.drafts(before.as_deref(), clock).await?;
            let page = posts_in(&answer)?;
            if let Some(id) = page.iter().find(|post| is_it(post)).and_then(id_of) {
                return Ok(Some(id));
            }
            let last = page.last().and_then(id_of);
            if page.len() < PAGE_LENGTH || last.is_none() || last == before {
                break;
            }
            before = last;
        }
        Ok(None)
    }

    /// Reads how the draft names its pictures, and returns the content as it is to be published.
    pub(crate) async fn read_draft(
        &self,
        id: &str,
        composed: &Composed,
        media: &[Media],
        clock: &Clock,
    ) -> Result<Content, PublishError> {
        let Some(draft) = self.client.fetch(id, clock).await? else {
            return Err(gone(Cause::answered(
                404,
                format!("the draft {id} is gone"),
            )));
        };
        let pictures = npf::pictures_in(&draft["content"]);
        if pictures.len() != media.len() {
            let (has, sent) = (pictures.len(), media.len());
            let cause = Cause::new(format!("the draft {id} has {has} pictures and not {sent}"));
            return Err(PublishError::Unclear {
                cause,
                server: Server::Done,
            });
        }
        let pictures = pictures
            .iter()
            .zip(media)
            .map(|(objects, media)| npf::picture(objects, &media.alt));
        Ok(Content(
            composed.text.iter().cloned().chain(pictures).collect(),
        ))
    }

    /// Publishes the draft `id`. This is what makes it public.
    pub(crate) async fn publish_draft(
        &self,
        id: &str,
        composed: &Composed,
        content: &Content,
        is_first: bool,
        steps: &StepLog<'_>,
    ) -> Result<Published, PublishError> {
        let (clock, state) = (steps.clock(), composed.state());
        let body = composed.body(state, &content.0);
        let answer = self.client.edit(id, &body, clock).await?;
        if answer.status == 404 {
            return self
                .without_draft(id, composed, &answer, is_first, steps)
                .await;
        }
        let answer = self.accept(answer, clock).await?;
        let new_id = id_in(&answer).ok_or_else(|| unusable(&answer, "the id of a post"))?;
        if new_id != id || state == BlogState::Queue {
            return Ok(self.published(new_id, state));
        }
        // The old id, which leads nowhere once a post is public. It is public in any case.
        let found = self.find_published(Some(id), composed, steps).await;
        Ok(found.ok().flatten().unwrap_or_default())
    }

    /// What follows when the draft to be published is gone: an earlier sending, or a person, may have
    /// published it.
    async fn without_draft(
        &self,
        id: &str,
        composed: &Composed,
        answer: &Answer,
        is_first: bool,
        steps: &StepLog<'_>,
    ) -> Result<Published, PublishError> {
        if !is_first {
            return Err(PublishError::Unclear {
                cause: cause(answer),
                server: Server::Done,
            });
        }
        let found = self.find_published(Some(id), composed, steps).await?;
        found.ok_or_else(|| gone(cause(answer)))
    }

    /// Returns an answer that reports success. A limit of the day is over when Tumblr says.
    async fn accept(&self, answer: Answer, clock: &Clock) -> Result<Answer, PublishError> {
        let Some(counter) = Counter::of(&answer) else {
            return accept(answer, clock.now());
        };
        let ends_at = self.client.limit_ends(counter, clock).await;
        let now = clock.now();
        Err(match (refusal(&answer, now), ends_at) {
            (PublishError::WaitUntil { cause, .. }, Some(until)) if until > now => {
                PublishError::WaitUntil { until, cause }
            }
            (error, _) => error,
        })
    }
}

/// Returns the posts of a page.
pub(crate) fn posts_in(answer: &Answer) -> Result<Vec<Value>, PublishError> {
    let posts = response(answer).and_then(|mut said| match said.get_mut("posts")?.take() {
        Value::Array(posts) => Some(posts),
        _ => None,
    });
    posts.ok_or_else(|| unusable(answer, "a list of posts"))
}

pub(crate) fn id_in(answer: &Answer) -> Option<String> {
    id_of(&response(answer)?)
}

/// The draft is gone and was not published: another one is to be made.
fn gone(cause: Cause) -> PublishError {
    PublishError::Stale {
        steps: vec![CREATE_DRAFT.to_owned(), READ_DRAFT.to_owned()],
        cause,
    }
}
