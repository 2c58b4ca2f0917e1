//! The blocks of a post: what Tumblr takes of them, and what it keeps (npf-spec.md).

use std::collections::BTreeMap;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::sandbox::accounts::TUMBLR_BLOGS;
use crate::sandbox::picture::Picture;
use crate::sandbox::tumblr::refusal::Refusal;

// "Post Content Limits".
const BLOCKS_MAX: usize = 1000;
const TEXT_MAX: usize = 4096;
const IMAGES_MAX: usize = 30;
const LINK_BLOCKS_MAX: usize = 10;
const LINKS_MAX: usize = 100;
const MENTIONS_MAX: usize = 50;
const STORED_BYTES_MAX: usize = 1_000_000;
/// Of an alternative text, and of a caption ("Content Block Type: Image").
const ALT_MAX: usize = 4096;

/// Known formats of a stretch of text, and of a text.
const FORMATS: [&str; 7] = [
    "bold",
    "italic",
    "strikethrough",
    "small",
    "link",
    "mention",
    "color",
];
const SUBTYPES: [&str; 8] = [
    "heading1",
    "heading2",
    "quirky",
    "quote",
    "indented",
    "chat",
    "ordered-list-item",
    "unordered-list-item",
];

/// What a link block says in words.
const LINK_WORDS: [&str; 7] = [
    "type",
    "url",
    "title",
    "description",
    "author",
    "site_name",
    "display_url",
];

/// The pictures that a request brings, by identifier, and where they are to be had afterwards.
#[derive(Debug, Default)]
pub(crate) struct Brought {
    pub(crate) pictures: BTreeMap<String, Picture>,
    /// The key of each picture in its address.
    pub(crate) keys: BTreeMap<String, String>,
}

/// Returns the content as it is kept, if Tumblr takes it.
pub(crate) fn check(
    content: Option<&Value>,
    brought: &Brought,
    base_url: &str,
) -> Result<Vec<Value>, Refusal> {
    let Some(Value::Array(blocks)) = content else {
        return Err(Refusal::bad_format("'content' must be an array"));
    };
    let kept: Vec<Value> = blocks
        .iter()
        .map(|block| check_block(block, brought, base_url))
        .collect::<Result<_, _>>()?;
    let kept = trimmed(kept);
    if kept.is_empty() {
        return Err(Refusal::bad_format("a post must have content"));
    }
    let formats = |name: &str| {
        let formats = formatting(&kept).into_iter();
        formats.filter(|format| format["type"] == name).count()
    };
    let blocks_of = |name: &str| kept.iter().filter(|block| block["type"] == name).count();
    let counts = [
        ("blocks", kept.len(), BLOCKS_MAX),
        ("image blocks", blocks_of("image"), IMAGES_MAX),
        ("link blocks", blocks_of("link"), LINK_BLOCKS_MAX),
        ("links", formats("link"), LINKS_MAX),
        ("mentions", formats("mention"), MENTIONS_MAX),
        (
            "bytes",
            Value::from(kept.as_slice()).to_string().len(),
            STORED_BYTES_MAX,
        ),
    ];
    match counts.into_iter().find(|(_, count, max)| count > max) {
        Some((name, _, max)) => {
            let words = format!("a post cannot have more than {max} {name}");
            Err(Refusal::bad_format(words))
        }
        None => Ok(kept),
    }
}

/// Empty text blocks at either end are dropped ("Leading and Trailing Empty Text Blocks").
fn trimmed(mut blocks: Vec<Value>) -> Vec<Value> {
    let is_empty = |block: &Value| block["type"] == "text" && block["text"] == "";
    while blocks.last().is_some_and(is_empty) {
        blocks.pop();
    }
    let leading = blocks.iter().take_while(|block| is_empty(block)).count();
    blocks.drain(..leading);
    blocks
}

fn check_block(block: &Value, brought: &Brought, base_url: &str) -> Result<Value, Refusal> {
    let Some(fields) = block.as_object() else {
        return Err(Refusal::bad_format("a block must be an object"));
    };
    match fields.get("type").and_then(Value::as_str) {
        Some("text") => check_text(fields),
        Some("image") => check_image(fields, brought, base_url),
        Some("link") => check_link(fields),
        Some("audio" | "video") => Err(Refusal::bad_media()),
        // docs#4.
        _ => Err(Refusal::bad_format("a block must have a known 'type'")),
    }
}

fn check_text(fields: &Map<String, Value>) -> Result<Value, Refusal> {
    let Some(Value::String(text)) = fields.get("text") else {
        return Err(Refusal::bad_format("a text block must have a 'text'"));
    };
    let length = text.chars().count();
    if length > TEXT_MAX {
        let words = format!("a text block cannot have more than {TEXT_MAX} characters");
        return Err(Refusal::bad_format(words));
    }
    match fields.get("subtype") {
        None | Some(Value::Null) => {}
        Some(Value::String(subtype)) if SUBTYPES.contains(&subtype.as_str()) => {}
        Some(_) => return Err(Refusal::bad_format("unknown 'subtype' of a text block")),
    }
    let formatting = match fields.get("formatting") {
        None => &[][..],
        Some(Value::Array(formatting)) => formatting,
        Some(_) => return Err(Refusal::bad_format("'formatting' must be an array")),
    };
    let kept: Vec<Value> = formatting
        .iter()
        .map(|format| check_format(format, length))
        .collect::<Result<_, _>>()?;
    let mut block = Value::Object(fields.clone());
    if !kept.is_empty() {
        block["formatting"] = Value::Array(kept);
    }
    Ok(block)
}

/// The words of a link block are words, and there are no others ("Content Block Type: Link").
fn check_link(fields: &Map<String, Value>) -> Result<Value, Refusal> {
    let url = fields.get("url").and_then(Value::as_str);
    if !url.is_some_and(is_web_address) {
        return Err(Refusal::bad_format("a link block must have a 'url'"));
    }
    for (field, value) in fields {
        let is_fine = match field.as_str() {
            "poster" => value.is_array(),
            field => LINK_WORDS.contains(&field) && value.is_string(),
        };
        if !is_fine {
            let words = format!("'{field}' of a link block must be a text");
            return Err(Refusal::bad_format(words));
        }
    }
    Ok(Value::Object(fields.clone()))
}

fn check_format(format: &Value, length: usize) -> Result<Value, Refusal> {
    let offset = |field| {
        let offset = format.get(field).and_then(Value::as_u64);
        offset.and_then(|offset| usize::try_from(offset).ok())
    };
    let is_inside = match (offset("start"), offset("end")) {
        (Some(start), Some(end)) => start < end && end <= length,
        _ => false,
    };
    if !is_inside {
        return Err(Refusal::bad_format("'formatting' out of range"));
    }
    let name = format["type"].as_str().unwrap_or_default();
    if !FORMATS.contains(&name) {
        return Err(Refusal::bad_format("unknown 'type' of formatting"));
    }
    let mut kept = format.clone();
    match name {
        "link" if !format["url"].as_str().is_some_and(is_web_address) => {
            return Err(Refusal::bad_format("a link must have a 'url'"));
        }
        "mention" => {
            let id = format["blog"]["uuid"].as_str();
            let blog = TUMBLR_BLOGS.into_iter().find(|blog| Some(blog.id) == id);
            let blog = blog.ok_or_else(|| Refusal::bad_format("a mention must be of a blog"))?;
            kept["blog"] = json!({"uuid": blog.id, "name": blog.name});
        }
        _ => {}
    }
    Ok(kept)
}

/// A picture is a list of media objects, one for each size; the official client sends a single
/// object (tumblr.js a1a29dd, read 2026-11-25).
fn check_image(
    fields: &Map<String, Value>,
    brought: &Brought,
    base_url: &str,
) -> Result<Value, Refusal> {
    let objects = match fields.get("media") {
        Some(Value::Array(objects)) if !objects.is_empty() => objects.as_slice(),
        Some(object @ Value::Object(_)) => std::slice::from_ref(object),
        _ => return Err(Refusal::bad_format("an image block must have 'media'")),
    };
    for field in ["alt_text", "caption"] {
        let is_fine = match fields.get(field) {
            None => true,
            Some(Value::String(text)) => text.chars().count() <= ALT_MAX,
            Some(_) => false,
        };
        if !is_fine {
            let words = format!("'{field}' must be a text of at most {ALT_MAX} characters");
            return Err(Refusal::bad_format(words));
        }
    }
    let kept: Vec<Value> = objects
        .iter()
        .map(|object| kept_object(object, brought, base_url))
        .collect::<Result<_, _>>()?;
    let mut block = Value::Object(fields.clone());
    block["media"] = Value::Array(kept);
    Ok(block)
}

fn kept_object(object: &Value, brought: &Brought, base_url: &str) -> Result<Value, Refusal> {
    let Some(identifier) = object["identifier"].as_str() else {
        let url = object["url"].as_str().unwrap_or_default();
        // Tumblr would fetch a picture of others; the sandbox asks nobody.
        let is_ours = url.starts_with(&format!("{base_url}/tumblr/media/"));
        return if is_ours {
            Ok(object.clone())
        } else {
            Err(Refusal::bad_request("media could not be fetched"))
        };
    };
    let (Some(picture), Some(key)) = (
        brought.pictures.get(identifier),
        brought.keys.get(identifier),
    ) else {
        let words = format!("there is no part '{identifier}'");
        return Err(Refusal::bad_format(words));
    };
    let (width, height) = picture.size_px.unwrap_or_default();
    Ok(json!({
        "type": picture.mime,
        "url": format!("{base_url}/tumblr/media/{key}"),
        "media_key": key,
        "width": width,
        "height": height,
        "has_original_dimensions": true,
    }))
}

fn is_web_address(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// Returns the paragraphs of a post with blank lines between them.
pub(crate) fn text(content: &[Value]) -> String {
    let texts = content.iter().filter(|block| block["type"] == "text");
    let texts = texts.filter_map(|block| block["text"].as_str());
    texts.collect::<Vec<_>>().join("\n\n")
}

/// Returns the formatting of every text block.
pub(crate) fn formatting(content: &[Value]) -> Vec<Value> {
    let lists = content
        .iter()
        .filter_map(|block| block["formatting"].as_array());
    lists.flatten().cloned().collect()
}

/// Returns the first link block.
pub(crate) fn link(content: &[Value]) -> Option<&Value> {
    content.iter().find(|block| block["type"] == "link")
}

/// Returns the key and the alternative text of each picture.
pub(crate) fn pictures(content: &[Value]) -> impl Iterator<Item = (&str, &str)> {
    let images = content.iter().filter(|block| block["type"] == "image");
    images.filter_map(|block| {
        let key = block["media"][0]["url"].as_str()?.rsplit('/').next()?;
        Some((key, block["alt_text"].as_str().unwrap_or_default()))
    })
}
