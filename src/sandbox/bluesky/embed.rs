//! What hangs on a post: pictures, a gallery, a link card, a video, another record.
//!
//! An embed of an unknown type is taken and not shown (measured with PDS 0.5.35, 2026-11-23).
//! (lexicons/app/bsky/embed, read 2026-11-23.)

use serde_json::Value;

use crate::sandbox::bluesky::cid;
use crate::sandbox::bluesky::issue::Issue;
use crate::sandbox::bluesky::issue::Node;
use crate::sandbox::bluesky::record;

const IMAGES_MAX: usize = 4;
const GALLERY_MAX: usize = 20;
const IMAGE_BYTES_MAX: usize = 2_000_000;
const THUMB_BYTES_MAX: usize = 1_000_000;
const VIDEO_BYTES_MAX: usize = 300_000_000;
const GALLERY_IMAGE: &str = "app.bsky.embed.gallery#image";

/// Checks the embed of a post.
pub(crate) fn check(embed: &Node<'_>) -> Result<(), Issue> {
    match embed.union_type()? {
        "app.bsky.embed.images" => {
            for image in embed.required("images")?.items(IMAGES_MAX)? {
                check_image(&image)?;
                if let Some(ratio) = image.optional("aspectRatio")? {
                    check_ratio(&ratio)?;
                }
            }
            Ok(())
        }
        "app.bsky.embed.gallery" => {
            for item in embed.required("items")?.items(GALLERY_MAX)? {
                if item.union_type()? == GALLERY_IMAGE {
                    check_image(&item)?;
                    check_ratio(&item.required("aspectRatio")?)?;
                }
            }
            Ok(())
        }
        "app.bsky.embed.external" => check_card(&embed.required("external")?),
        "app.bsky.embed.video" => {
            let video = embed.required("video")?;
            check_blob(&video, "video/mp4", VIDEO_BYTES_MAX)
        }
        "app.bsky.embed.record" => record::check_reference(&embed.required("record")?),
        "app.bsky.embed.recordWithMedia" => {
            let inner = embed.required("record")?;
            record::check_reference(&inner.required("record")?)?;
            check(&embed.required("media")?)
        }
        _ => Ok(()),
    }
}

fn check_image(image: &Node<'_>) -> Result<(), Issue> {
    check_blob(&image.required("image")?, "image/*", IMAGE_BYTES_MAX)?;
    image.required("alt")?.text()?;
    Ok(())
}

fn check_ratio(ratio: &Node<'_>) -> Result<(), Issue> {
    ratio.required("width")?.integer(1)?;
    ratio.required("height")?.integer(1)?;
    Ok(())
}

fn check_card(card: &Node<'_>) -> Result<(), Issue> {
    record::check_uri(&card.required("uri")?)?;
    card.required("title")?.text()?;
    card.required("description")?.text()?;
    match card.optional("thumb")? {
        Some(thumb) => check_blob(&thumb, "image/*", THUMB_BYTES_MAX),
        None => Ok(()),
    }
}

fn check_blob(blob: &Node<'_>, accept: &str, bytes_max: usize) -> Result<(), Issue> {
    let value = blob.value;
    let reference = value["ref"]["$link"]
        .as_str()
        .filter(|cid| cid::is_cid(cid));
    let size = value["size"].as_u64();
    let (Some(_), Some(size), Some(mime)) = (reference, size, value["mimeType"].as_str()) else {
        return Err(blob.wrong_type("blob"));
    };
    // Exactly these fields: another one makes it something else.
    if value["$type"] != "blob" || value.as_object().is_none_or(|fields| fields.len() != 4) {
        return Err(blob.wrong_type("blob"));
    }
    let is_accepted = match accept.strip_suffix('*') {
        Some(family) => mime.starts_with(family),
        None => mime == accept,
    };
    if !is_accepted {
        let mime = blob.required("mimeType")?;
        let words = format!("Expected \"{accept}\" (got {})", mime.value);
        return Err(mime.issue(words));
    }
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    blob.check_size("blob", bytes_max, size)
}

/// Returns every blob that a record refers to, wherever it is.
pub(crate) fn blobs(value: &Value) -> Vec<&Value> {
    match value {
        Value::Object(fields) if value["$type"] == "blob" && fields.contains_key("ref") => {
            vec![value]
        }
        Value::Object(fields) => fields.values().flat_map(blobs).collect(),
        Value::Array(items) => items.iter().flat_map(blobs).collect(),
        _ => Vec::new(),
    }
}

/// Returns the link card of a post.
pub(crate) fn card(record: &Value) -> Option<&Value> {
    let embed = &record["embed"];
    let cards = ["/external", "/media/external"];
    cards.iter().find_map(|card| embed.pointer(card))
}

/// Returns the CID of the picture of the link card of a post.
pub(crate) fn card_picture(record: &Value) -> Option<&str> {
    card(record)?["thumb"]["ref"]["$link"].as_str()
}

/// Returns CID and alternative text of each picture of a post, in their order.
pub(crate) fn pictures(record: &Value) -> Vec<(String, String)> {
    let embed = &record["embed"];
    let lists = ["/images", "/items", "/media/images", "/media/items"];
    let items = lists
        .iter()
        .find_map(|list| embed.pointer(list)?.as_array());
    items
        .into_iter()
        .flatten()
        .filter_map(|item| {
            let cid = item["image"]["ref"]["$link"].as_str()?;
            let alt = item["alt"].as_str().unwrap_or_default();
            Some((cid.to_owned(), alt.to_owned()))
        })
        .collect()
}
