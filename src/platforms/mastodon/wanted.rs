//! Is a status ours? It is if warning, pictures and text are equal.
//!
//! Mastodon tells what was written (`/source`), so that *equal* is exact there. Other servers only
//! show HTML, which may have been rewritten on the way (mentions, Markdown, emoji). There a text
//! that is equal in its letters counts as ours after a sending of ours, and stays undecided where
//! a key alone makes us look.

use unicode_normalization::UnicodeNormalization;

use crate::platforms::mastodon::status::Status;
use crate::post::account_name::AccountName;
use crate::post::post::Post;

/// Why we look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// It was sent, and no answer was heard.
    Sent,
    /// It has a key, under which another machine may have sent it.
    KeyOnly,
}

/// Whether two texts are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Likeness {
    Same,
    Different,
    Undecided,
}

/// What our status looks like.
pub(crate) struct Wanted {
    forms: Vec<Form>,
    media_count: usize,
}

/// A warning and a text, each as its words with single spaces between.
struct Form {
    spoiler: String,
    text: String,
}

impl Wanted {
    /// Returns what `post` looks like once `account` has sent it.
    pub(crate) fn of(post: &Post, account: &AccountName) -> Self {
        Self::new(
            post.text_for(account),
            post.cw.as_deref().unwrap_or_default(),
            post.media.len(),
        )
    }

    fn new(text: &str, spoiler: &str, media_count: usize) -> Self {
        let form = |spoiler, text| Form {
            spoiler: words(spoiler),
            text: words(text),
        };
        let mut forms = vec![form(spoiler, text)];
        if forms.iter().any(|form| form.text.is_empty()) {
            // A warning without a text becomes the text (`app/services/post_status_service.rb` of
            // Mastodon, read 2026-11-23).
            forms.push(form("", spoiler));
        }
        Self { forms, media_count }
    }

    /// Whether all but the text of `status` is as it should be.
    pub(crate) fn may_be(&self, status: &Status) -> bool {
        status.media_count == self.media_count
            && !status.refers_to_another
            && self.texts_beside(&status.spoiler).next().is_some()
    }

    /// Compares what was written.
    pub(crate) fn compare_written(&self, status: &Status, written: &str) -> Likeness {
        let written = words(written);
        if self
            .texts_beside(&status.spoiler)
            .any(|text| text == written)
        {
            Likeness::Same
        } else {
            Likeness::Different
        }
    }

    /// Compares what a server shows, which may have been rewritten.
    pub(crate) fn compare_shown(
        &self,
        status: &Status,
        shown: &str,
        evidence: Evidence,
    ) -> Likeness {
        let shown = without_hosts(&words(shown));
        let texts = || self.texts_beside(&status.spoiler).map(without_hosts);
        if texts().any(|text| text == shown) {
            return Likeness::Same;
        }
        let shown = letters(&shown);
        if !texts().any(|text| letters(&text) == shown) {
            return Likeness::Different;
        }
        match evidence {
            Evidence::Sent if !shown.is_empty() => Likeness::Same,
            Evidence::Sent | Evidence::KeyOnly => Likeness::Undecided,
        }
    }

    fn texts_beside(&self, spoiler: &str) -> impl Iterator<Item = &str> {
        let spoiler = words(spoiler);
        self.forms
            .iter()
            .filter(move |form| form.spoiler == spoiler)
            .map(|form| form.text.as_str())
    }
}

fn words(text: &str) -> String {
    let composed: String = text.nfc().collect();
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns `text` with every `@user@host` as `@user`, which is how servers show mentions.
fn without_hosts(text: &str) -> String {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
    let mut shortened = String::with_capacity(text.len());
    let mut follows_name = false;
    for (position, part) in text.split('@').enumerate() {
        if follows_name {
            let end = part.find(|c| !is_name(c)).unwrap_or(part.len());
            // A full stop after the host ends the sentence.
            let host = part[..end].trim_end_matches(['.', '-']);
            shortened.push_str(&part[host.len()..]);
            follows_name = false;
            continue;
        }
        if position > 0 {
            shortened.push('@');
        }
        shortened.push_str(part);
        follows_name = position > 0 && !part.is_empty() && part.chars().all(is_name);
    }
    shortened
}

/// Returns the letters and digits of `text`: what Markdown, and emoji for `:name:`, leave alone.
fn letters(text: &str) -> String {
    let is_name = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    let parts: Vec<&str> = text.split(':').collect();
    let last = parts.len().saturating_sub(1);
    let kept = parts
        .iter()
        .enumerate()
        .filter(|(position, part)| *position == 0 || *position == last || !is_name(part));
    kept.flat_map(|(_, part)| part.chars())
        .filter(|c| c.is_alphanumeric())
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn status(spoiler: &str, media_count: usize) -> Status {
        let media = vec![json!({"id": "9"}); media_count];
        let value = json!({"id": "1", "spoiler_text": spoiler, "media_attachments": media});
        Status::from_value(&value).unwrap()
    }

    #[track_caller]
    fn check_shown(ours: &str, shown: &str, evidence: Evidence, likeness: Likeness) {
        let wanted = Wanted::new(ours, "", 0);
        assert_eq!(
            wanted.compare_shown(&status("", 0), shown, evidence),
            likeness
        );
    }

    #[test]
    fn warning_and_pictures_must_be_equal() {
        let wanted = Wanted::new("hello", "cats", 2);
        assert!(wanted.may_be(&status("cats", 2)));
        assert!(!wanted.may_be(&status("cats", 1)));
        assert!(!wanted.may_be(&status("", 2)));
        assert!(!wanted.may_be(&status("dogs", 2)));
    }

    #[test]
    fn a_boost_or_an_answer_is_never_ours() {
        let wanted = Wanted::new("hello", "", 0);
        for field in ["reblog", "in_reply_to_id"] {
            let other = json!({"id": "1", field: "7"});
            assert!(
                !wanted.may_be(&Status::from_value(&other).unwrap()),
                "{field}"
            );
        }
        let plain = json!({"id": "1", "reblog": null, "in_reply_to_id": null});
        assert!(wanted.may_be(&Status::from_value(&plain).unwrap()));
    }

    #[test]
    fn what_was_written_is_compared_exactly_but_for_space() {
        let wanted = Wanted::new("one two\nthree @a@b.example", "", 0);
        let written = |text| wanted.compare_written(&status("", 0), text);
        assert_eq!(written("one two\r\nthree @a@b.example "), Likeness::Same);
        assert_eq!(written("one two three @a"), Likeness::Different);
        assert_eq!(written("one two three! @a@b.example"), Likeness::Different);
    }

    #[test]
    fn a_warning_without_a_text_may_have_become_the_text() {
        let wanted = Wanted::new("", "cats", 0);
        assert!(wanted.may_be(&status("", 0)));
        assert_eq!(
            wanted.compare_written(&status("", 0), "cats"),
            Likeness::Same
        );
        assert_eq!(
            wanted.compare_written(&status("cats", 0), ""),
            Likeness::Same
        );
        assert_eq!(
            wanted.compare_written(&status("", 0), ""),
            Likeness::Different
        );
    }

    #[test]
    fn a_mention_is_shown_without_its_host() {
        let ours = "hi @bob@a.example, and @eve@b.example.";
        check_shown(
            ours,
            "hi @bob, and @eve.",
            Evidence::KeyOnly,
            Likeness::Same,
        );
        check_shown(ours, ours, Evidence::KeyOnly, Likeness::Same);
        check_shown(
            ours,
            "hi @bob, and @mallory.",
            Evidence::Sent,
            Likeness::Different,
        );
    }

    #[test]
    fn rewritten_text_is_ours_only_after_a_sending_of_ours() {
        for (ours, shown) in [
            ("a *bold* word", "a bold word"),
            ("well :smile: done", "well 😄 done"),
        ] {
            check_shown(ours, shown, Evidence::Sent, Likeness::Same);
            check_shown(ours, shown, Evidence::KeyOnly, Likeness::Undecided);
        }
    }

    #[test]
    fn signs_alone_decide_nothing() {
        check_shown("🎉", "🔥", Evidence::Sent, Likeness::Undecided);
        check_shown("🎉", "🎉", Evidence::Sent, Likeness::Same);
        check_shown("🎉", "hello", Evidence::Sent, Likeness::Different);
    }
}
