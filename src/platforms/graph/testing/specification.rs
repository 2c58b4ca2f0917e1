//! Meta's own machine-readable descriptions, as far as they concern posts: no request has a path, a
//! parameter or a field that they do not name.
//!
//! Instagram and Facebook: facebook/facebook-business-sdk-codegen ad2b0b6 (2026-04-15),
//! `api_specs/specs/{IGUser,IGMedia,ShadowIGMediaBuilder,ContentPublishingLimitResponse,Page,PagePost,Photo}.json`.
//! Threads: `fbsamples/threads_api` 44df04d (2026-01-02),
//! `postman/threads-api.postman_collection.json`. Both read 2026-11-25.

use serde_json::Value;

use crate::platforms::graph::testing::credentials;
use crate::platforms::graph::testing::fields;
use crate::platforms::testing::server::Received;
use crate::post::platform::Platform;

/// What a parameter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Bool,
    Number,
    /// Unix seconds.
    Time,
    /// Separated by commas.
    Ids,
    /// Each under an index of its own.
    Objects,
    File,
    /// The names of fields, each of which the row has to name.
    Fields,
}

use Type::Bool;
use Type::Fields;
use Type::File;
use Type::Ids;
use Type::Number;
use Type::Objects;
use Type::Text;
use Type::Time;

/// A request that is described.
pub(super) struct Row {
    pub(super) method: &'static str,
    /// `{}` is an id; with a `/` in front, there is no version before it.
    pub(super) path: &'static str,
    pub(super) parameters: &'static [(&'static str, Type)],
    /// The fields and edges of what is asked for.
    pub(super) fields: &'static [&'static str],
}

/// What every reading takes, and every list (developers.facebook.com, Graph API, "Paginated Results",
/// read 2026-11-23). A change takes `fields` too and answers with them.
const EVERYWHERE: [(&str, Type); 5] = [
    ("fields", Fields),
    ("limit", Number),
    ("after", Text),
    ("since", Time),
    ("until", Time),
];

const INSTAGRAM: &[Row] = &[
    Row {
        method: "POST",
        path: "{}/media",
        parameters: &[
            ("alt_text", Text),
            ("caption", Text),
            ("children", Ids),
            ("image_url", Text),
            ("is_carousel_item", Bool),
            ("media_type", Text),
        ],
        fields: &[],
    },
    Row {
        method: "POST",
        path: "{}/media_publish",
        parameters: &[("creation_id", Number)],
        fields: &[],
    },
    Row {
        method: "GET",
        path: "{}/media",
        parameters: &[],
        fields: MEDIA_FIELDS,
    },
    Row {
        method: "GET",
        path: "{}/content_publishing_limit",
        parameters: &[],
        fields: &["config", "quota_usage"],
    },
    // ShadowIGMediaBuilder.
    Row {
        method: "GET",
        path: "{}",
        parameters: &[],
        fields: &["id", "status", "status_code"],
    },
    Row {
        method: "GET",
        path: "{}",
        parameters: &[],
        fields: MEDIA_FIELDS,
    },
    // IGUser.
    Row {
        method: "GET",
        path: "{}",
        parameters: &[],
        fields: &["id", "name", "username"],
    },
];

/// Those that `IGMedia` and `IGMediaForIGOnlyAPI` have both.
const MEDIA_FIELDS: &[&str] = &[
    "alt_text",
    "caption",
    "children",
    "id",
    "media_product_type",
    "media_type",
    "permalink",
    "shortcode",
    "timestamp",
    "username",
];

const FACEBOOK: &[Row] = &[
    Row {
        method: "POST",
        path: "{}/photos",
        parameters: &[
            ("alt_text_custom", Text),
            ("published", Bool),
            // The descriptions leave files out: Graph reference `page/photos`, read 2026-11-23.
            ("source", File),
        ],
        fields: &[],
    },
    Row {
        method: "POST",
        path: "{}/feed",
        parameters: &[
            ("attached_media", Objects),
            ("link", Text),
            ("message", Text),
        ],
        fields: POST_FIELDS,
    },
    Row {
        method: "GET",
        path: "{}/published_posts",
        parameters: &[],
        fields: POST_FIELDS,
    },
    // PagePost.
    Row {
        method: "GET",
        path: "{}",
        parameters: &[],
        fields: POST_FIELDS,
    },
    // Photo.
    Row {
        method: "GET",
        path: "{}",
        parameters: &[],
        fields: &["id", "page_story_id"],
    },
    // Page.
    Row {
        method: "GET",
        path: "{}",
        parameters: &[],
        fields: &["id", "name", "username"],
    },
];

const POST_FIELDS: &[&str] = &[
    "attachments",
    "created_time",
    "id",
    "is_published",
    "message",
    "permalink_url",
];

const THREADS: &[Row] = &[
    // Of a text.
    Row {
        method: "POST",
        path: "me/threads",
        parameters: &[
            ("link_attachment", Text),
            ("media_type", Text),
            ("reply_control", Text),
            ("text", Text),
            ("topic_tag", Text),
        ],
        fields: &[],
    },
    // Of a picture.
    Row {
        method: "POST",
        path: "me/threads",
        parameters: &[
            ("alt_text", Text),
            ("image_url", Text),
            ("media_type", Text),
            ("reply_control", Text),
            ("text", Text),
            ("topic_tag", Text),
        ],
        fields: &[],
    },
    // Of an item.
    Row {
        method: "POST",
        path: "me/threads",
        parameters: &[
            ("alt_text", Text),
            ("image_url", Text),
            ("is_carousel_item", Bool),
            ("media_type", Text),
        ],
        fields: &[],
    },
    Row {
        method: "POST",
        path: "me/threads",
        parameters: &[
            ("children", Ids),
            ("media_type", Text),
            ("reply_control", Text),
            ("text", Text),
            ("topic_tag", Text),
        ],
        fields: &[],
    },
    Row {
        method: "POST",
        path: "me/threads_publish",
        parameters: &[("creation_id", Number)],
        fields: &[],
    },
    Row {
        method: "GET",
        path: "me/threads",
        parameters: &[],
        fields: THREAD_FIELDS,
    },
    Row {
        method: "GET",
        path: "me/threads_publishing_limit",
        parameters: &[],
        fields: &["config", "quota_usage"],
    },
    Row {
        method: "GET",
        path: "me",
        parameters: &[],
        fields: &["id", "name", "username"],
    },
    // A container.
    Row {
        method: "GET",
        path: "{}",
        parameters: &[],
        fields: &["id", "status", "error_message"],
    },
    Row {
        method: "GET",
        path: "{}",
        parameters: &[],
        fields: THREAD_FIELDS,
    },
];

const THREAD_FIELDS: &[&str] = &[
    "alt_text",
    "children",
    "id",
    "is_quote_post",
    "link_attachment_url",
    "media_type",
    "permalink",
    "shortcode",
    "text",
    "timestamp",
    "topic_tag",
    "username",
];

/// Asserts that a row of the platform's has all of `received`.
#[track_caller]
pub(super) fn assert_specified(platform: Platform, received: &Received) {
    let (rows, of_credentials, version) = match platform {
        Platform::Instagram => (INSTAGRAM, credentials::INSTAGRAM, "/v26.0/"),
        Platform::Facebook => (FACEBOOK, credentials::FACEBOOK, "/v26.0/"),
        Platform::Threads => (THREADS, credentials::THREADS, "/v1.0/"),
        other => panic!("{other:?}"),
    };
    let (method, target) = received.line.split_once(' ').unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = path.strip_prefix(version).unwrap_or(path);
    let mut parameters = fields(query);
    let is_file = received.header("content-type").starts_with("multipart/");
    if is_file {
        parameters.extend(parts(&received.text()));
    } else {
        parameters.extend(fields(&received.text()));
    }
    let mut of_path = rows
        .iter()
        .chain(of_credentials)
        .filter(|row| row.method == method && is_at(path, row.path));
    let is_known = of_path.any(|row| parameters.iter().all(|it| is_in(row, it)));
    assert!(is_known, "{} {parameters:?}", received.line);
}

fn is_at(path: &str, pattern: &str) -> bool {
    let is_id = |segment: &str| segment.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    let (segments, patterns) = (path.split('/'), pattern.split('/'));
    segments.clone().count() == patterns.clone().count()
        && segments
            .zip(patterns)
            .all(|(segment, pattern)| match pattern {
                "{}" => !segment.is_empty() && is_id(segment),
                _ => segment == pattern,
            })
}

fn is_in(row: &Row, (name, value): &(String, String)) -> bool {
    let name = name.split('[').next().unwrap();
    let mut known = row.parameters.iter().chain(&EVERYWHERE);
    let found = known.find(|(known, _)| *known == name);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    found.is_some_and(|(_, kind)| match kind {
        Text | File => !value.is_empty(),
        Bool => value == "true" || value == "false",
        Number | Time => is_number(value),
        Ids => value.split(',').all(is_number),
        Objects => serde_json::from_str::<Value>(value).is_ok_and(|value| value.is_object()),
        Fields => outer_names(value).iter().all(|it| row.fields.contains(it)),
    })
}

/// Returns the names in `id,children{id}`, without what is asked of each.
fn outer_names(fields: &str) -> Vec<&str> {
    let mut depth = 0;
    let names = fields.split(|letter| {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        letter == ',' && depth == 0
    });
    names.map(|name| name.split('{').next().unwrap()).collect()
}

/// Returns the name and the value of each part of a form with files.
fn parts(form: &str) -> Vec<(String, String)> {
    let heads = form
        .split("Content-Disposition: form-data; name=\"")
        .skip(1);
    let part = |part: &str| {
        let (name, rest) = part.split_once('"').unwrap();
        let (_, value) = rest.split_once("\r\n\r\n").unwrap();
        let (value, _) = value.split_once("\r\n--").unwrap();
        (name.to_owned(), value.to_owned())
    };
    heads.map(part).collect()
}

#[test]
fn what_the_descriptions_do_not_name_is_not_specified() {
    let row = &INSTAGRAM[0];
    let is_in_row = |name: &str, value: &str| is_in(row, &(name.to_owned(), value.to_owned()));
    assert!(is_in_row("caption", "x") && is_in_row("is_carousel_item", "true"));
    assert!(is_in_row("children", "1,2"));
    for (name, value) in [
        ("captions", "x"),
        ("is_carousel_item", "1"),
        ("children", "[1]"),
        ("access_token", "t"),
        ("creation_id", "1"),
    ] {
        assert!(!is_in_row(name, value), "{name}={value}");
    }
    assert!(is_at("17/media", "{}/media") && is_at("7_9", "{}"));
    assert!(!is_at("17/medias", "{}/media") && !is_at("me/threads", "me"));
    assert_eq!(outer_names("id,a{b,c{d}},e"), ["id", "a", "e"]);
}
