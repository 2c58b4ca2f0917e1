//! The timeline as it is written; how it looks and keeps up is seen in `tests/interop`.

use jiff::Timestamp;
use serde_json::Value;

use crate::sandbox::platform::Platform;
use crate::sandbox::timeline::POSTS_MAX;
use crate::sandbox::timeline::Run;
use crate::sandbox::timeline::Shown;
use crate::sandbox::timeline::ShownCard;
use crate::sandbox::timeline::ShownPicture;
use crate::sandbox::timeline::Timeline;
use crate::sandbox::timeline::html;

const HARM: &str = "</p><script>alert(1)</script>\"' onload=x & {{posts}}";
const HARMLESS: &str =
    "&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39; onload=x &amp; {{posts}}";

fn post(order: u64) -> Shown {
    Shown {
        order,
        platform: Platform::Mastodon,
        id: order.to_string(),
        account: "alice".to_owned(),
        url: format!("http://127.0.0.1:4000/@alice/{order}"),
        at: Timestamp::UNIX_EPOCH,
        lang: None,
        audience: None,
        warning: None,
        text: vec![plain(&format!("number {order}"))],
        pictures: Vec::new(),
        card: None,
    }
}

fn plain(text: &str) -> Run {
    Run::Plain {
        text: text.to_owned(),
    }
}

fn page(posts: Vec<Shown>) -> String {
    html::page(&Timeline::new(posts))
}

#[test]
fn whatever_a_post_says_is_text_and_never_markup() {
    let harmful = |text: fn(String) -> Run| text(HARM.to_owned());
    let mut post = post(1);
    HARM.clone_into(&mut post.id);
    HARM.clone_into(&mut post.account);
    HARM.clone_into(&mut post.url);
    post.lang = Some(HARM.to_owned());
    post.warning = Some(HARM.to_owned());
    post.text = vec![
        plain(HARM),
        harmful(|text| Run::Mention { text }),
        harmful(|text| Run::Hashtag { text }),
        Run::link(HARM, &format!("https://example.com/{HARM}")),
    ];
    post.pictures = vec![ShownPicture {
        url: HARM.to_owned(),
        alt: HARM.to_owned(),
        width: None,
        height: None,
    }];
    post.card = Some(ShownCard {
        url: HARM.to_owned(),
        site: HARM.to_owned(),
        title: HARM.to_owned(),
        description: HARM.to_owned(),
        picture: Some(HARM.to_owned()),
    });
    let page = page(vec![post]);
    assert!(!page.contains("alert(1)</script>"), "{page}");
    assert!(!page.contains("\"' onload"), "{page}");
    // Id, label, name, address, language, warning, four runs and an address, a picture with its
    // alternative text and caption, a card with its address, picture and three words.
    assert_eq!(page.matches(HARMLESS).count(), 19, "{page}");
}

#[test]
fn only_addresses_of_the_web_become_links() {
    for href in [
        "https://example.com/",
        "http://example.com",
        "HTTPS://example.com",
    ] {
        assert!(
            matches!(Run::link("here", href), Run::Link { .. }),
            "{href}"
        );
    }
    for href in [
        "javascript:alert(1)",
        "javascript://example.com/%0Aalert(1)",
        " javascript:alert(1)",
        "data:text/html,hello",
        "/relative",
        "https:example.com",
    ] {
        assert_eq!(Run::link("here", href), plain("here"), "{href}");
    }
}

#[test]
fn the_newest_posts_come_first_and_the_oldest_of_very_many_are_left_out() {
    let max = u64::try_from(POSTS_MAX).unwrap();
    let timeline = Timeline::new((1..=max + 2).map(post).collect());
    let shown: Vec<u64> = timeline.posts.iter().map(|it| it.post.order).collect();
    let newest: Vec<u64> = (3..=max + 2).rev().collect();
    assert_eq!(shown, newest);
    let page = html::page(&timeline);
    assert!(page.contains("302 posts, the newest 300 are shown"));
}

#[test]
fn the_mark_of_a_post_changes_with_what_is_shown_of_it() {
    let mark = |post: Shown| {
        let timeline = serde_json::to_value(Timeline::new(vec![post])).unwrap();
        timeline["posts"][0]["mark"].clone()
    };
    assert_ne!(mark(post(1)), Value::Null);
    assert_eq!(mark(post(1)), mark(post(1)));
    let mut changed = post(1);
    changed.audience = Some("Followers only");
    assert_ne!(mark(post(1)), mark(changed));
}

#[test]
fn a_picture_without_alternative_text_says_so_and_one_with_it_is_read_out_once() {
    let mut post = post(1);
    for alt in ["", "A cat"] {
        post.pictures.push(ShownPicture {
            url: "/cat".to_owned(),
            alt: alt.to_owned(),
            width: Some(4),
            height: Some(3),
        });
    }
    let page = page(vec![post]);
    let bare = "<img src=\"/cat\" alt=\"\" width=\"4\" height=\"3\">\
                <figcaption class=\"bare\">Without a description</figcaption>";
    assert!(page.contains(bare), "{page}");
    let told = "<img src=\"/cat\" alt=\"A cat\" width=\"4\" height=\"3\">\
                <figcaption aria-hidden=\"true\" dir=\"auto\"><b>Alt</b> A cat</figcaption>";
    assert!(page.contains(told), "{page}");
}
