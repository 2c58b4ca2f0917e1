//! What comes of pages of every kind, against a server that answers by script.

use std::time::Duration;

use bytes::Bytes;
use image::ImageFormat;

use crate::http::foreign::Reach;
use crate::media::probe::probe;
use crate::media::samples::file;
use crate::media::samples::noise;
use crate::platforms::card::Card;
use crate::platforms::card::PAGE_BYTES_MAX;
use crate::platforms::card::Picture;
use crate::platforms::card::Pictures;
use crate::platforms::card::TIME_MAX;
use crate::platforms::card::Wanted;
use crate::platforms::testing::account;
use crate::platforms::testing::picture;
use crate::platforms::testing::post;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::bytes_reply;
use crate::platforms::testing::server::text_reply;
use crate::post::card::CardChoice;
use crate::post::card::CardReach;
use crate::post::limits::ImageLimits;
use crate::post::platform::Platform;

const PAGE: &str = "GET /a";
const IMAGE: &str = "GET /a.png";

const HTML: &str = "<title>A page</title><meta name=description content='of words'>\
                    <meta property='og:site_name' content='Site'>\
                    <meta property='og:image' content='a.png'>";

fn html(body: impl Into<String>) -> Reply {
    text_reply(200, "text/html; charset=utf-8", body)
}

fn wanted(server: &Server) -> Wanted {
    Wanted {
        address: server.origin.join("/a").unwrap().to_string(),
        is_named: false,
        reach: Reach::Anywhere,
    }
}

async fn fetched_by(wanted: &Wanted, time_max: Duration) -> Option<(Card, Option<Picture>)> {
    let limits = ImageLimits::of_card();
    let pictures = Pictures::Within(&limits);
    let (fetched, picture) = wanted.fetch_within(pictures, time_max).await;
    Some((fetched.card?, picture))
}

async fn fetched(replies: Vec<(&str, Reply)>) -> Option<(Card, Option<Picture>)> {
    let server = Server::new(replies).await;
    fetched_by(&wanted(&server), TIME_MAX).await
}

/// Returns what is fetched of a page with a picture that is answered like this.
async fn with_image(reply: Reply) -> Option<Picture> {
    let (card, picture) = fetched(vec![(PAGE, html(HTML)), (IMAGE, reply)])
        .await
        .unwrap();
    assert_eq!(card.title, "A page");
    picture
}

fn redirect(to: &str) -> Reply {
    text_reply(302, "text/plain", "").with_header("location", to)
}

#[tokio::test]
async fn a_card_says_what_the_page_says_and_shows_its_picture() {
    let png = file(noise(80, 60), ImageFormat::Png);
    let server = Server::new([
        (PAGE, html(HTML)),
        (IMAGE, bytes_reply(200, "image/png", png.clone())),
    ])
    .await;
    let wanted = wanted(&server);
    let (card, picture) = fetched_by(&wanted, TIME_MAX).await.unwrap();
    let expected = Card {
        address: wanted.address,
        title: "A page".to_owned(),
        description: Some("of words".to_owned()),
        site: Some("Site".to_owned()),
        picture: None,
    };
    assert_eq!(card, expected);
    let picture = picture.unwrap();
    assert_eq!(
        (picture.mime.as_str(), picture.bytes),
        ("image/png", Bytes::from(png))
    );
}

#[tokio::test]
async fn a_page_that_has_moved_is_shown_under_the_address_that_was_written() {
    let server = Server::new([
        (PAGE, redirect("/there/b")),
        ("GET /there/b", html(HTML)),
        ("GET /there/a.png", text_reply(404, "text/plain", "")),
    ])
    .await;
    let wanted = wanted(&server);
    let (card, picture) = fetched_by(&wanted, TIME_MAX).await.unwrap();
    assert_eq!((card.title.as_str(), picture), ("A page", None));
    assert_eq!(card.address, wanted.address);
}

#[tokio::test]
async fn what_cannot_be_read_has_no_card_unless_it_was_named() {
    for reply in [
        text_reply(404, "text/html", HTML),
        text_reply(500, "text/html", HTML),
        text_reply(200, "application/pdf", HTML),
        bytes_reply(200, "image/png", file(noise(8, 6), ImageFormat::Png)),
        redirect("ftp://example.com/"),
        redirect("http://me@127.0.0.1/"),
        Reply::HangUp,
    ] {
        for is_named in [false, true] {
            let server = Server::new([(PAGE, reply.clone())]).await;
            let wanted = Wanted {
                is_named,
                ..wanted(&server)
            };
            let card = fetched_by(&wanted, TIME_MAX).await.map(|(card, _)| card);
            let title = card.map(|card| card.title);
            let expected = is_named.then(|| "127.0.0.1".to_owned());
            assert_eq!(title, expected, "{reply:?}");
        }
    }
}

#[tokio::test]
async fn a_page_without_a_title_is_called_by_its_site_or_its_host() {
    let site = "<meta property='og:site_name' content='Site'>";
    for (page, title) in [(site, "Site"), ("<p>Hi", "127.0.0.1")] {
        let (card, _) = fetched(vec![(PAGE, html(page))]).await.unwrap();
        assert_eq!(card.title, title);
    }
}

#[tokio::test]
async fn a_private_network_is_asked_only_if_a_person_has_said_so() {
    let server = Server::new([]).await;
    let wanted = Wanted {
        reach: Reach::Public,
        ..wanted(&server)
    };
    assert_eq!(fetched_by(&wanted, TIME_MAX).await, None);
    for private in ["https://localhost/a", "https://169.254.169.254/latest"] {
        let wanted = Wanted {
            address: private.to_owned(),
            ..wanted.clone()
        };
        assert_eq!(fetched_by(&wanted, TIME_MAX).await, None, "{private}");
    }
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn a_page_that_keeps_silent_is_given_up() {
    let server = Server::new([(PAGE, Reply::Hang)]).await;
    let soon = Duration::from_secs(2);
    assert_eq!(fetched_by(&wanted(&server), soon).await, None);
}

#[tokio::test]
async fn a_picture_that_keeps_silent_is_left_out() {
    let server = Server::new([(PAGE, html(HTML)), (IMAGE, Reply::Hang)]).await;
    let soon = Duration::from_secs(2);
    let (card, picture) = fetched_by(&wanted(&server), soon).await.unwrap();
    assert_eq!((card.title.as_str(), picture), ("A page", None));
}

#[tokio::test]
async fn of_an_endless_page_only_the_beginning_counts() {
    let length = usize::try_from(PAGE_BYTES_MAX).unwrap();
    let late = "<meta property='og:title' content='Late'>";
    let page = format!("<title>Early</title>{}{late}", " ".repeat(length));
    let (card, _) = fetched(vec![(PAGE, html(page))]).await.unwrap();
    assert_eq!(card.title, "Early");
}

#[tokio::test]
async fn a_large_picture_is_made_to_fit() {
    let png = file(noise(800, 600), ImageFormat::Png);
    assert!(png.len() > 1_000_000);
    let png = bytes_reply(200, "image/png", png);
    let server = Server::new([(PAGE, html(HTML)), (IMAGE, png)]).await;
    // This is not about how fast it is: others run beside it, and nothing is optimized.
    let fetched = fetched_by(&wanted(&server), Duration::from_mins(1)).await;
    let bytes = fetched.unwrap().1.unwrap().bytes;
    assert!(bytes.len() <= 1_000_000, "{}", bytes.len());
    assert_eq!(probe(&bytes).unwrap().mime, "image/jpeg");
}

#[tokio::test]
async fn what_is_no_picture_is_left_out() {
    for reply in [
        text_reply(200, "image/png", "no picture"),
        text_reply(200, "text/html", "<p>"),
        text_reply(404, "image/png", ""),
        bytes_reply(200, "image/png", vec![0; 9 * 1024 * 1024]),
        redirect("http://me@127.0.0.1/"),
        Reply::Cut,
    ] {
        assert_eq!(with_image(reply).await, None);
    }
}

#[tokio::test]
async fn a_picture_is_asked_for_only_where_it_is_wanted() {
    let server = Server::new([(PAGE, html(HTML))]).await;
    let fetched = wanted(&server).fetch(Pictures::None).await;
    assert!(
        fetched.0.card.is_some() && fetched.1.is_none(),
        "{fetched:?}"
    );
}

#[tokio::test]
async fn only_what_was_out_of_reach_may_be_there_another_time() {
    for (reply, is_unreached) in [
        (Reply::HangUp, true),
        (html(HTML), false),
        (text_reply(404, "text/html", ""), false),
        (text_reply(200, "text/plain", ""), false),
    ] {
        let server = Server::new([(PAGE, reply.clone())]).await;
        let (fetched, _) = wanted(&server).fetch(Pictures::None).await;
        assert_eq!(fetched.is_unreached, is_unreached, "{reply:?}");
    }
    let server = Server::new([(PAGE, Reply::Hang)]).await;
    let soon = Duration::from_millis(300);
    let (fetched, _) = wanted(&server).fetch_within(Pictures::None, soon).await;
    assert!(fetched.is_unreached);
}

#[test]
fn a_post_asks_for_the_card_of_its_account() {
    let mut plain = post(Platform::Bluesky, "see https://a.example/", Vec::new());
    assert_eq!(Wanted::of(&plain, &account()), None);
    plain.card = CardChoice::FirstLink;
    plain.card_reach = CardReach::Anywhere;
    let expected = Wanted {
        address: "https://a.example/".to_owned(),
        is_named: false,
        reach: Reach::Anywhere,
    };
    assert_eq!(Wanted::of(&plain, &account()), Some(expected));
    plain.texts.insert(account(), "no link".to_owned());
    assert_eq!(Wanted::of(&plain, &account()), None);
    plain.card = CardChoice::Page("https://b.example/".to_owned());
    assert!(Wanted::of(&plain, &account()).unwrap().is_named);
    plain.media = vec![picture("a.png", "")];
    assert_eq!(Wanted::of(&plain, &account()), None);
}
