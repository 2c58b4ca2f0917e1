//! Posts as the readers of Instagram, Threads and Facebook see them, for the timeline.

use crate::sandbox::graph::post::Media;
use crate::sandbox::graph::post::Post;
use crate::sandbox::graph::text;
use crate::sandbox::graph::text::Links;
use crate::sandbox::platform::Platform;
use crate::sandbox::timeline::Run;
use crate::sandbox::timeline::Shown;
use crate::sandbox::timeline::ShownPicture;

/// Returns a post as its readers see it, if it is public.
pub(crate) fn shown(post: &Post, base_url: &str) -> Option<Shown> {
    Some(Shown {
        order: post.order?,
        platform: post.platform,
        id: post.id.clone(),
        account: post.account.name.to_owned(),
        url: post.permalink(base_url),
        at: post.created_at,
        lang: None,
        audience: post.reply_control.as_deref().and_then(audience),
        warning: None,
        text: runs(post),
        pictures: post
            .media
            .iter()
            .map(|media| picture(post.platform, media))
            .collect(),
        card: None,
    })
}

fn audience(reply_control: &str) -> Option<&'static str> {
    Some(match reply_control {
        "accounts_you_follow" => "Replies: accounts it follows",
        "mentioned_only" => "Replies: mentioned people",
        "parent_post_author_only" => "Replies: the author above",
        "followers_only" => "Replies: followers",
        _ => return None,
    })
}

fn runs(post: &Post) -> Vec<Run> {
    let mut runs = Vec::new();
    if let Some(topic) = &post.topic_tag {
        let text = format!("#{topic}");
        runs.push(Run::Hashtag { text });
        runs.push(Run::Plain {
            text: "\n".to_owned(),
        });
    }
    let links = match post.platform {
        Platform::Instagram => Links::AreText,
        _ => Links::Work,
    };
    runs.extend(text::runs(&post.text, links));
    if let Some(link) = &post.link {
        if !runs.is_empty() {
            let text = "\n".to_owned();
            runs.push(Run::Plain { text });
        }
        runs.push(Run::link(link, link));
    }
    runs
}

fn picture(platform: Platform, media: &Media) -> ShownPicture {
    let size = media.picture.size_px;
    ShownPicture {
        url: media.path(platform),
        alt: media.alt.clone(),
        width: size.map(|(width, _)| width),
        height: size.map(|(_, height)| height),
    }
}
