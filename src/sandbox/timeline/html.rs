//! The timeline as HTML: whole without scripts, and each post just as the script would build it.

use std::fmt::Write as _;

use crate::sandbox::page::escape;
use crate::sandbox::platform::Platform;
use crate::sandbox::timeline::Marked;
use crate::sandbox::timeline::Run;
use crate::sandbox::timeline::Shown;
use crate::sandbox::timeline::ShownCard;
use crate::sandbox::timeline::ShownPicture;
use crate::sandbox::timeline::Timeline;

/// The style of the page.
pub(crate) const STYLE: &str = include_str!("page.css");

/// What keeps the page up to date.
pub(crate) const SCRIPT: &str = include_str!("page.js");

const FRAME: &str = include_str!("page.html");

/// Returns the whole page.
pub(crate) fn page(timeline: &Timeline) -> String {
    let posts: String = timeline.posts.iter().map(item).collect();
    let filters = Platform::ALL.iter().map(|platform| {
        format!(
            "<label><input type=\"radio\" name=\"show\" value=\"{platform}\">{}</label>\n",
            platform.title()
        )
    });
    let hidden = |is_hidden| if is_hidden { " hidden" } else { "" };
    // The posts come last: nothing in them is taken for a place of ours.
    FRAME
        .replace("{{style}}", STYLE)
        .replace("{{script}}", SCRIPT)
        .replace("{{filters}}", &filters.collect::<String>())
        .replace("{{count}}", &count(timeline))
        .replace("{{some}}", hidden(timeline.posts.is_empty()))
        .replace("{{none}}", hidden(!timeline.posts.is_empty()))
        .replace("{{posts}}", &posts)
}

fn count(timeline: &Timeline) -> String {
    let (shown, total) = (timeline.posts.len(), timeline.total);
    match total {
        1 => "1 post".to_owned(),
        _ if shown < total => format!("{total} posts, the newest {shown} are shown"),
        _ => format!("{total} posts"),
    }
}

fn item(marked: &Marked) -> String {
    let Marked {
        mark,
        network,
        post,
    } = marked;
    format!(
        "<li data-id=\"{platform}:{id}\" data-mark=\"{mark}\">\
         <article data-platform=\"{platform}\" aria-label=\"@{account} on {network}\">\
         {header}{content}</article></li>\n",
        platform = post.platform,
        id = escape(&post.id),
        account = escape(&post.account),
        header = header(post, network),
        content = content(post),
    )
}

fn header(post: &Shown, network: &str) -> String {
    let initial = post.account.chars().next();
    let audience = post.audience.map(|audience| {
        let audience = escape(audience);
        format!("<span class=\"audience\">{audience}</span>")
    });
    format!(
        "<header><span class=\"face\" aria-hidden=\"true\">{initial}</span>\
         <h2>@{account}</h2><p class=\"where\"><span class=\"network\">{network}</span>\
         <a href=\"{url}\"><time datetime=\"{at}\">{day}</time></a>{audience}</p></header>",
        initial = initial.map_or_else(String::new, |it| escape(&it.to_uppercase().to_string())),
        account = escape(&post.account),
        url = escape(&post.url),
        at = post.at,
        day = post.at.strftime("%-d %b %Y, %H:%M UTC"),
        audience = audience.unwrap_or_default(),
    )
}

fn content(post: &Shown) -> String {
    let mut content = String::new();
    if !post.text.is_empty() {
        let lang = post
            .lang
            .as_ref()
            .map(|lang| format!(" lang=\"{}\"", escape(lang)));
        let runs: String = post.text.iter().map(run).collect();
        // Writing to a string cannot fail.
        let _ = write!(
            content,
            "<p class=\"text\" dir=\"auto\"{}>{runs}</p>",
            lang.unwrap_or_default()
        );
    }
    if !post.pictures.is_empty() {
        let figures: String = post.pictures.iter().map(figure).collect();
        let _ = write!(
            content,
            "<ul class=\"pictures\" role=\"list\" data-count=\"{}\">{figures}</ul>",
            post.pictures.len()
        );
    }
    if let Some(shown) = &post.card {
        content.push_str(&card(shown));
    }
    match &post.warning {
        None => content,
        Some(warning) => format!(
            "<details><summary><span>Content warning:</span> <bdi>{}</bdi></summary>{content}</details>",
            escape(warning)
        ),
    }
}

fn run(run: &Run) -> String {
    match run {
        Run::Plain { text } => escape(text),
        Run::Link { text, href } => format!(
            "<a href=\"{}\" rel=\"nofollow noreferrer\">{}</a>",
            escape(href),
            escape(text)
        ),
        Run::Mention { text } => format!("<span class=\"mention\">{}</span>", escape(text)),
        Run::Hashtag { text } => format!("<span class=\"hashtag\">{}</span>", escape(text)),
    }
}

fn card(card: &ShownCard) -> String {
    let part = |kind: &str, text: &str| {
        let text = escape(text);
        format!("<span class=\"{kind}\" dir=\"auto\">{text}</span>")
    };
    let picture = card
        .picture
        .as_ref()
        .map(|picture| format!("<img src=\"{}\" alt=\"\">", escape(picture)));
    let parts = [
        picture.unwrap_or_default(),
        part("site", &card.site),
        part("title", &card.title),
        match card.description.as_str() {
            "" => String::new(),
            description => part("description", description),
        },
    ];
    format!(
        "<a class=\"card\" href=\"{}\" rel=\"nofollow noreferrer\">{}</a>",
        escape(&card.url),
        parts.concat()
    )
}

// The caption says for everybody what the picture itself says to a screen reader, so one of the two
// is hidden from it.
fn figure(picture: &ShownPicture) -> String {
    let size = match (picture.width, picture.height) {
        (Some(width), Some(height)) => format!(" width=\"{width}\" height=\"{height}\""),
        _ => String::new(),
    };
    let caption = match picture.alt.as_str() {
        "" => "<figcaption class=\"bare\">Without a description</figcaption>".to_owned(),
        alt => format!(
            "<figcaption aria-hidden=\"true\" dir=\"auto\"><b>Alt</b> {}</figcaption>",
            escape(alt)
        ),
    };
    format!(
        "<li><figure><img src=\"{}\" alt=\"{}\"{size}>{caption}</figure></li>",
        escape(&picture.url),
        escape(&picture.alt)
    )
}
