//! What pages say, and what they cannot make us believe.

use encoding_rs::WINDOWS_1252;
use proptest::prop_assert;
use proptest::proptest;

use crate::platforms::card::page::DESCRIPTION_MAX;
use crate::platforms::card::page::IMAGE_MAX;
use crate::platforms::card::page::Page;
use crate::platforms::card::page::TITLE_MAX;
use crate::platforms::card::page::is_page;
use crate::platforms::card::page::read_page;

fn read(html: &str) -> Page {
    read_page(html.as_bytes(), Some("text/html"))
}

#[track_caller]
fn check(html: &str, title: Option<&str>, description: Option<&str>, image: Option<&str>) {
    let page = read(html);
    let said = (
        page.title.as_deref(),
        page.description.as_deref(),
        page.image.as_deref(),
    );
    assert_eq!(said, (title, description, image), "{html}");
}

#[test]
fn the_best_place_that_says_anything_is_heard() {
    check("<title>A</title>", Some("A"), None, None);
    check(
        "<title>A</title><meta name=description content=B>",
        Some("A"),
        Some("B"),
        None,
    );
    check(
        "<meta name='twitter:title' content=T><meta property='og:title' content=O>\
         <title>A</title>",
        Some("O"),
        None,
        None,
    );
    check(
        "<meta property='og:title' content=' '><title>A</title>",
        Some("A"),
        None,
        None,
    );
    check(
        "<META NAME='OG:Description' CONTENT='B'><meta name=description content=C>",
        None,
        Some("B"),
        None,
    );
    check(
        "<meta property='og:image' content='/a.png'><meta property='og:image' content='/b.png'>",
        None,
        None,
        Some("/a.png"),
    );
    check(
        "<meta name='twitter:image:src' content='https://a.example/t.png'>",
        None,
        None,
        Some("https://a.example/t.png"),
    );
    let site = read("<meta property='og:site_name' content='Site'>").site;
    assert_eq!(site.as_deref(), Some("Site"));
}

#[test]
fn entities_are_read_and_white_space_is_one_space() {
    check(
        "<title>\n  Caf&eacute; &amp;\n\t bar &#x1F600;&nbsp;</title>",
        Some("Café & bar 😀"),
        None,
        None,
    );
    check(
        "<meta name=description content='&quot;x&quot; &lt;b&gt;'>",
        None,
        Some("\"x\" <b>"),
        None,
    );
}

#[test]
fn what_is_no_tag_says_nothing() {
    check(
        "<!-- <title>A</title> --><script>'<title>B</title>'</script>\
         <style><title>C</title></style>",
        None,
        None,
        None,
    );
    check("<title>a <b>c</title>", Some("a <b>c"), None, None);
    check(
        "<title>first</title><svg><title>second</title></svg>",
        Some("first"),
        None,
        None,
    );
    check("", None, None, None);
    check("no page at all", None, None, None);
    check("<title>cut sho", Some("cut sho"), None, None);
    check("<meta property='og:title'>", None, None, None);
}

#[test]
fn nothing_that_drives_a_terminal_or_turns_letters_round_is_left() {
    let html = "<title>a\u{1b}]52;b\u{7}\u{202e}c&#x202E;d&#27;</title>";
    check(html, Some("a ]52;b cd"), None, None);
    check("<title>\u{1b}\u{0}</title>", Some("\u{fffd}"), None, None);
}

#[test]
fn long_words_are_cut() {
    let long = "ä".repeat(5000);
    let page = read(&format!(
        "<title>{long}</title><meta name=description content={long}>\
         <meta property=og:image content={long}>"
    ));
    let title = page.title.unwrap();
    assert_eq!(title.chars().count(), TITLE_MAX);
    assert!(title.ends_with("ä…"), "{title}");
    let description = page.description.unwrap();
    assert_eq!(description.chars().count(), DESCRIPTION_MAX);
    // Half of an address leads nowhere.
    assert_eq!(page.image, None);
}

#[test]
fn the_encoding_is_that_of_the_server_else_that_of_the_page_else_utf_8() {
    let latin = |html: &str| WINDOWS_1252.encode(html).0.into_owned();
    let title = |bytes: &[u8], kind: &str| read_page(bytes, Some(kind)).title.unwrap();
    let plain = "<title>Café</title>";
    assert_eq!(title(plain.as_bytes(), "text/html"), "Café");
    for kind in [
        "text/html; charset=ISO-8859-1",
        "text/html;CHARSET=\"windows-1252\"",
    ] {
        assert_eq!(title(&latin(plain), kind), "Café", "{kind}");
    }
    for meta in [
        "<meta charset=iso-8859-1>",
        "<meta http-equiv=Content-Type content='text/html; charset=iso-8859-1'>",
    ] {
        let html = format!("{meta}{plain}");
        assert_eq!(title(&latin(&html), "text/html"), "Café", "{meta}");
    }
    // The server's word counts, and one that nobody knows does not.
    let both = format!("<meta charset=iso-8859-1>{plain}");
    let utf_8 = "text/html; charset=utf-8";
    assert_eq!(title(both.as_bytes(), utf_8), "Café");
    let unknown = "text/html; charset=klingon";
    assert_eq!(title(plain.as_bytes(), unknown), "Café");
    let marked = format!("\u{feff}{both}");
    assert_eq!(title(marked.as_bytes(), "text/html"), "Café");
    let utf_16 = format!("<meta charset=utf-16>{plain}");
    assert_eq!(title(utf_16.as_bytes(), "text/html"), "Café");
}

#[test]
fn a_page_is_what_the_server_calls_one() {
    for kind in [
        "text/html",
        "Text/HTML ; charset=x",
        "application/xhtml+xml",
    ] {
        assert!(is_page(Some(kind)), "{kind}");
    }
    for kind in ["application/pdf", "text/plain", "image/png", "", "html"] {
        assert!(!is_page(Some(kind)), "{kind}");
    }
    assert!(!is_page(None));
}

fn is_bounded(page: &Page) -> bool {
    let lines = [
        (&page.title, TITLE_MAX),
        (&page.description, DESCRIPTION_MAX),
        (&page.site, TITLE_MAX),
        (&page.image, IMAGE_MAX),
    ];
    lines.into_iter().all(|(line, length_max)| {
        line.as_deref().is_none_or(|line| {
            !line.is_empty()
                && line.chars().count() <= length_max
                && line.trim() == line
                && !line.chars().any(char::is_control)
        })
    })
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(
        bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400),
        kind in "(text/html)?(; ?charset=(utf-16|utf-8|big5|gbk|x))?",
    ) {
        prop_assert!(is_bounded(&read_page(&bytes, Some(&kind))));
    }

    #[test]
    fn nothing_like_a_page_makes_it_panic(
        html in "(<(title|meta|script|!--|/title|/script)( (name|property|content|charset)=('og:title'|\"og:image\"|\\PC{0,9}))*/?>?|&(amp|#x?[0-9a-f]{0,7});?|\\PC|[\\x00-\\x20]){0,40}",
    ) {
        prop_assert!(is_bounded(&read(&html)));
    }
}
