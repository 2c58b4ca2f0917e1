//! The rules about words: the text, its length, its language, and options that a platform lacks.

use std::sync::LazyLock;

use regex::Regex;

use crate::post::check::Review;
use crate::post::check::content_warning;
use crate::post::draft::Draft;
use crate::post::limits::Limits;
use crate::post::limits::Unit;
use crate::post::platform::Platform;
use crate::post::post::Visibility;
use crate::text::count_graphemes;
use crate::text::mastodon;
use crate::text::meta;
use crate::text::rich_text;
use crate::text::tumblr;

// The `langtag` and `privateuse` of RFC 5646, section 2.1: the shape, not the registry.
static LANGUAGE_TAG: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the pattern is constant, and the tests use it"
    )]
    Regex::new(
        "(?xi)^(?:
            (?:[a-z]{2,3}(?:-[a-z]{3}){0,3} | [a-z]{4,8})
            (?:-[a-z]{4})?
            (?:-(?:[a-z]{2} | [0-9]{3}))?
            (?:-(?:[a-z0-9]{5,8} | [0-9][a-z0-9]{3}))*
            (?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*
            (?:-x(?:-[a-z0-9]{1,8})+)?
          | x(?:-[a-z0-9]{1,8})+
        )$",
    )
    .expect("the pattern of a language tag")
});

/// Counts the text, finds its facets, and holds it against `limits`.
pub(super) fn look_at_text(draft: &Draft, limits: &Limits, review: &mut Review) {
    let cw = content_warning(draft).unwrap_or_default();
    review.length = match limits.unit {
        Unit::Graphemes => count_graphemes(&review.text),
        Unit::MastodonCharacters => mastodon::count(&review.text, &cw, limits.url_length),
        Unit::ThreadsCharacters => meta::count(&review.text),
        Unit::CodePoints => review.text.chars().count(),
    };
    review.facets = match review.platform {
        Platform::Bluesky => rich_text::detect_facets(&review.text),
        Platform::Mastodon => mastodon::detect_facets(&review.text),
        Platform::Tumblr => tumblr::detect_facets(&review.text),
        Platform::Instagram => meta::detect_facets_but_links(&review.text),
        Platform::Threads | Platform::Facebook => meta::detect_facets(&review.text),
    };
    if review.text.is_empty() && review.media.is_empty() {
        review.refuse(
            "empty_post",
            "there is neither a text nor a picture".to_owned(),
            "write something, or add a picture with `--media`",
        );
    }
    let has_control = |words: &str| {
        words
            .chars()
            .any(|letter| letter.is_control() && !matches!(letter, '\n' | '\t'))
    };
    if has_control(&review.text) || has_control(&cw) {
        review.refuse(
            "control_character",
            "the text has a control character that nobody could see".to_owned(),
            "remove it; an editor shows it as `^@` or `^[`",
        );
    }
    refuse_long_text(limits, &cw, review);
}

fn refuse_long_text(limits: &Limits, cw: &str, review: &mut Review) {
    let platform = review.platform.title();
    let counts_cw = limits.unit == Unit::MastodonCharacters && !cw.is_empty();
    let (subject, verb) = if counts_cw {
        ("the text and the content warning", "have")
    } else {
        ("the text", "has")
    };
    if review.length > limits.text_max {
        let (length, limit, unit) = (review.length, limits.text_max, limits.unit.name());
        review.refuse(
            "text_too_long",
            format!("{subject} {verb} {length} {unit}; {platform} takes {limit}"),
            format!(
                "shorten it by {}, or give this account a text of its own with `--text-for {}=…`",
                length - limit,
                review.account
            ),
        );
    }
    if let Some(limit) = limits.text_bytes_max
        && review.text.len() > limit
    {
        let length = review.text.len();
        review.refuse(
            "text_too_many_bytes",
            format!("the text has {length} bytes; {platform} takes {limit}"),
            format!(
                "shorten it by {} bytes: a letter beyond ASCII has 2 to 4, an emoji up to 25 or more",
                length - limit
            ),
        );
    }
    if let Some(limit) = limits.text_bytes_advised_max
        && review.text.len() > limit
        && review.length <= limits.text_max
    {
        let length = review.text.len();
        review.warn(
            "text_too_many_bytes",
            format!(
                "the text has {length} bytes; {platform} has refused texts of more than {limit}, \
                 though it documents characters"
            ),
            format!("shorten it by {} bytes to be sure", length - limit),
        );
    }
}

/// Holds the language, the content warning and the visibility against what the platform knows.
pub(super) fn look_at_options(draft: &Draft, review: &mut Review) {
    if let Some(lang) = &draft.lang {
        refuse_bad_language(lang, review);
    }
    if review.platform == Platform::Mastodon {
        return;
    }
    let platform = review.platform.title();
    let is_for_few = matches!(
        draft.visibility,
        Some(Visibility::Private | Visibility::Direct)
    );
    let is_known = knows_visibility(review.platform, draft.visibility);
    // A warning would come too late: what was meant for a few cannot be called back from everybody.
    if is_for_few && !is_known {
        let word = match draft.visibility {
            Some(visibility) if review.platform == Platform::Tumblr => visibility.name(),
            _ => "visibility",
        };
        review.refuse(
            "not_public",
            format!("{platform} has no `{word}`: everybody would see the post there"),
            "send this post to Mastodon accounts only",
        );
    }
    let given = [
        ("cw", content_warning(draft).is_some()),
        (
            "visibility",
            draft.visibility.is_some() && !is_for_few && !is_known,
        ),
    ];
    for (option, _) in given.into_iter().filter(|(_, is_given)| *is_given) {
        review.warn(
            "ignored_option",
            format!("{platform} has no `{option}`: the post appears there without it"),
            format!("leave `{option}` out, or send this post to Mastodon accounts only"),
        );
    }
}

/// Whether a post can have that visibility on `platform`. Tumblr's `private` is for those who write
/// the blog, which is fewer than Mastodon's.
fn knows_visibility(platform: Platform, visibility: Option<Visibility>) -> bool {
    match platform {
        Platform::Mastodon => true,
        Platform::Tumblr => matches!(
            visibility,
            None | Some(Visibility::Public | Visibility::Private)
        ),
        Platform::Bluesky | Platform::Instagram | Platform::Threads | Platform::Facebook => {
            visibility.is_none()
        }
    }
}

fn refuse_bad_language(lang: &str, review: &mut Review) {
    let primary = lang.split('-').next().unwrap_or_default();
    let is_tag = LANGUAGE_TAG.is_match(lang);
    // Mastodon reads the first part as ISO 639 and drops what follows (LanguagesHelper, mastodon
    // main df1439c, read 2026-11-23).
    let is_iso = review.platform != Platform::Mastodon || matches!(primary.len(), 2 | 3);
    if !(is_tag && is_iso) {
        review.refuse(
            "bad_lang",
            format!("`{}` is no language tag", lang.escape_debug()),
            "use one such as `en`, `pt-BR` or `zh-Hant`",
        );
    }
}
