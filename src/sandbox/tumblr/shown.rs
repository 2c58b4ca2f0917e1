//! Posts as Tumblr's own page shows them, for the timeline.

use serde_json::Value;

use crate::sandbox::platform::Platform;
use crate::sandbox::timeline::Run;
use crate::sandbox::timeline::Shown;
use crate::sandbox::timeline::ShownCard;
use crate::sandbox::timeline::ShownPicture;
use crate::sandbox::tumblr::Tumblr;
use crate::sandbox::tumblr::blocks;
use crate::sandbox::tumblr::state::Post;
use crate::sandbox::tumblr::state::PostState;
use crate::sandbox::tumblr::state::State;

impl Tumblr {
    /// Returns every post that was published, as those see it who may.
    pub(crate) fn shown(&self) -> Vec<Shown> {
        let state = self.state();
        let posts = state.posts.values().filter(|post| post.is_published());
        posts.map(|post| self.shown_post(&state, post)).collect()
    }

    fn shown_post(&self, state: &State, post: &Post) -> Shown {
        let pictures = blocks::pictures(&post.content).map(|(key, alt)| {
            let size = state.media.get(key).and_then(|picture| picture.size_px);
            ShownPicture {
                url: format!("/tumblr/media/{key}"),
                alt: alt.to_owned(),
                width: size.map(|(width, _)| width),
                height: size.map(|(_, height)| height),
            }
        });
        Shown {
            order: post.order,
            platform: Platform::Tumblr,
            id: post.id.to_string(),
            account: post.blog.name.to_owned(),
            url: self.page_url(post),
            at: post.published_at,
            lang: None,
            audience: (post.state == PostState::Private).then_some("Only this blog"),
            warning: None,
            text: runs(post),
            pictures: pictures.collect(),
            card: ShownCard::of(&self.ledger_post(state, post), None),
        }
    }
}

/// Returns the text blocks one below the other, and below them the tags.
fn runs(post: &Post) -> Vec<Run> {
    let mut runs = Vec::new();
    let texts = post.content.iter().filter(|block| block["type"] == "text");
    for block in texts {
        if !runs.is_empty() {
            runs.push(plain("\n\n"));
        }
        runs.extend(runs_of(block));
    }
    for (number, tag) in post.tags.iter().enumerate() {
        let space = if number == 0 { "\n\n" } else { " " };
        runs.push(plain(if runs.is_empty() { "" } else { space }));
        runs.push(Run::Hashtag {
            text: format!("#{tag}"),
        });
    }
    runs.retain(|run| *run != plain(""));
    runs
}

fn runs_of(block: &Value) -> Vec<Run> {
    let text: Vec<char> = block["text"].as_str().unwrap_or_default().chars().collect();
    let stretch = |start: usize, end: usize| -> String {
        let end = end.min(text.len());
        text[start.min(end)..end].iter().collect()
    };
    let formats = block["formatting"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    let mut runs = Vec::new();
    let mut done = 0;
    for format in formats {
        let offset = |field: &str| format[field].as_u64().unwrap_or(0);
        let (Ok(start), Ok(end)) = (
            usize::try_from(offset("start")),
            usize::try_from(offset("end")),
        ) else {
            continue;
        };
        if start < done {
            continue;
        }
        let shown = stretch(start, end);
        let run = match format["type"].as_str() {
            Some("link") => Run::link(&shown, format["url"].as_str().unwrap_or_default()),
            Some("mention") => Run::Mention { text: shown },
            _ => continue,
        };
        runs.push(plain(&stretch(done, start)));
        runs.push(run);
        done = end;
    }
    runs.push(plain(&stretch(done, text.len())));
    runs
}

fn plain(text: &str) -> Run {
    Run::Plain {
        text: text.to_owned(),
    }
}
