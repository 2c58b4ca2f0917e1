//! What a CI job is told besides: how a post stands, in the files that GitHub Actions names.
//!
//! `GITHUB_OUTPUT` is for the steps that follow, `GITHUB_STEP_SUMMARY` for people. Whatever comes
//! from elsewhere (a server's words, an address) stays a value in the one and text in the other.
//! A file that cannot be written is a warning: the post stands as it stands.

use std::fs::File;
use std::io;
use std::io::Read as _;
use std::io::Seek as _;
use std::io::SeekFrom;
use std::io::Write as _;
use std::path::Path;

use jiff::Timestamp;
use url::Url;

use crate::cli::context::Context;
use crate::cli::view::Detail;
use crate::cli::view::headline;
use crate::cli::view::one_line;
use crate::cli::view::standing;
use crate::outbox::state::DeliveryState;
use crate::outbox::view::DeliveryView;
use crate::outbox::view::PostView;

/// Tells the CI job how `post` stands, if hayon runs in one.
pub(crate) fn report(context: &Context, post: &PostView) {
    let now = context.clock.now();
    for (variable, text) in [
        ("GITHUB_OUTPUT", outputs(post, now)),
        ("GITHUB_STEP_SUMMARY", summary(post, now)),
    ] {
        let Some(path) = context.file_named_in(variable) else {
            continue;
        };
        if let Err(error) = append(&path, &text) {
            let path = path.display();
            context
                .ui
                .warn(&format!("cannot write to `{path}` (`{variable}`): {error}"));
        }
    }
}

/// Adds `text` in one piece, on a line of its own.
fn append(path: &Path, text: &str) -> io::Result<()> {
    let mut file = File::options().append(true).create(true).open(path)?;
    let start = if ends_within_a_line(path)? { "\n" } else { "" };
    file.write_all(format!("{start}{text}").as_bytes())
}

fn ends_within_a_line(path: &Path) -> io::Result<bool> {
    let about = path.metadata()?;
    if !about.is_file() || about.len() == 0 {
        return Ok(false);
    }
    let mut file = File::open(path)?;
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

fn outputs(post: &PostView, now: Timestamp) -> String {
    let urls: Vec<String> = post.deliveries.iter().filter_map(public_address).collect();
    format!(
        "status={}\nid={}\nnumber={}\nin-doubt={}\n{}",
        post.status(now).name(),
        post.id,
        post.number,
        post.is_in_doubt(),
        output_of_lines("urls", &urls)
    )
}

// A line that is the delimiter would end the value early, and what follows would be outputs; so
// nobody can know it beforehand (docs.github.com, "Workflow commands", read 2026-11-23).
fn output_of_lines(name: &str, lines: &[String]) -> String {
    let delimiter = format!("end-{:032x}", fastrand::u128(..));
    let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
    format!("{name}<<{delimiter}\n{lines}{delimiter}\n")
}

fn summary(post: &PostView, now: Timestamp) -> String {
    let mut text = format!("### {}\n\n", escaped(&headline(post, now)));
    text.push_str("| account | platform | state | address |\n| --- | --- | --- | --- |\n");
    for delivery in &post.deliveries {
        let mut state = escaped(&standing(delivery, Detail::Word));
        let is_public = delivery.state == DeliveryState::Delivered;
        if let Some(message) = delivery.error_message.as_ref().filter(|_| !is_public) {
            state.push_str(&format!(": {}", escaped(message)));
        }
        let address = public_address(delivery).map(|url| format!("<{url}>"));
        text.push_str(&format!(
            "| {} | {} | {state} | {} |\n",
            escaped(&delivery.account),
            escaped(&delivery.platform),
            address.unwrap_or_default()
        ));
    }
    text.push('\n');
    text
}

fn public_address(delivery: &DeliveryView) -> Option<String> {
    let is_public = delivery.state == DeliveryState::Delivered;
    delivery
        .url
        .as_deref()
        .filter(|_| is_public)
        .and_then(web_address)
}

/// Returns `url` as one word that neither ends a link nor a cell of a table.
fn web_address(url: &str) -> Option<String> {
    // It drops line ends and writes everything that is not ASCII, and spaces, in ASCII.
    let url: Url = url.parse().ok()?;
    if !matches!(url.scheme(), "https" | "http") {
        return None;
    }
    let mut address = String::new();
    for c in url.as_str().chars() {
        match c {
            '<' | '>' | '|' | '`' | '\\' | '"' => {
                address.push_str(&format!("%{:02X}", u32::from(c)));
            }
            other => address.push(other),
        }
    }
    Some(address)
}

/// Returns words of others as they are in Markdown: whatever could mean something is a character
/// reference, which never does (spec.commonmark.org 0.31, section 2.5, read 2026-11-23).
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in one_line(text).chars() {
        if c.is_ascii_punctuation() {
            escaped.push_str(&format!("&#{};", u32::from(c)));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_say_is_text_in_markdown() {
        let shown = escaped("a|b <img src=x> [c](d)\n**e** `f`\u{1b}[31m");
        let bare = shown.replace(|c: char| c.is_ascii_digit(), "");
        let left = bare.replace("&#;", "");
        assert!(
            !left.contains(|c: char| c.is_ascii_punctuation()),
            "{shown}"
        );
        assert!(!shown.contains(char::is_control), "{shown}");
        assert!(
            shown.starts_with("a&#124;b &#60;img src&#61;x&#62; "),
            "{shown}"
        );
    }

    #[test]
    fn an_address_is_one_word_of_the_web() {
        for (given, expected) in [
            ("https://a.example/@b/1", Some("https://a.example/@b/1")),
            (
                "https://a.example/1\nnumber=2",
                Some("https://a.example/1number=2"),
            ),
            (
                "https://a.example/?q=a|b`c\\d e",
                Some("https://a.example/?q=a%7Cb%60c%5Cd%20e"),
            ),
            (
                "https://a.example/ä>b",
                Some("https://a.example/%C3%A4%3Eb"),
            ),
            ("javascript:alert(1)", None),
            ("at://did:plc:a/app.bsky.feed.post/1", None),
            ("nonsense", None),
        ] {
            assert_eq!(web_address(given).as_deref(), expected, "{given}");
        }
    }

    #[test]
    fn a_value_of_lines_ends_with_a_word_that_nobody_knows_beforehand() {
        let lines = [
            "https://a.example/1".to_owned(),
            "https://b.example/2".to_owned(),
        ];
        let (first, second) = (
            output_of_lines("urls", &lines),
            output_of_lines("urls", &lines),
        );
        assert_ne!(first, second);
        let (delimiter, rest) = first
            .strip_prefix("urls<<")
            .unwrap()
            .split_once('\n')
            .unwrap();
        assert_eq!(rest, format!("{}\n{}\n{delimiter}\n", lines[0], lines[1]));
    }
}
