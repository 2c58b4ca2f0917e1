//! Whether a record is a post: the lexicon `app.bsky.feed.post`, field by field.
//!
//! Unknown fields are allowed, as everywhere in atproto; unknown members of open unions too.
//! (lexicons/app/bsky/feed/post.json and richtext/facet.json, read 2026-11-23.)

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::sandbox::bluesky::POSTS;
use crate::sandbox::bluesky::cid;
use crate::sandbox::bluesky::embed;
use crate::sandbox::bluesky::issue::Issue;
use crate::sandbox::bluesky::issue::Node;
use crate::sandbox::bluesky::state::State;
use crate::sandbox::bluesky::xrpc::Refusal;

const TEXT_BYTES_MAX: usize = 3_000;
const TEXT_GRAPHEMES_MAX: usize = 300;
const LANGS_MAX: usize = 3;
const TAGS_MAX: usize = 8;
const TAG_BYTES_MAX: usize = 640;
const TAG_GRAPHEMES_MAX: usize = 64;
const UNBOUNDED: usize = usize::MAX;

/// What was done about the record's lexicon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lexicon {
    Checked,
    Unknown,
    NotAsked,
}

/// Checks `record` against the lexicon of `collection`, unless `validate` forbids it.
pub(crate) fn check(
    record: &Value,
    collection: &str,
    validate: Option<bool>,
) -> Result<Lexicon, Refusal> {
    check_numbers(record)?;
    match (validate, collection) {
        (Some(false), _) => Ok(Lexicon::NotAsked),
        (_, POSTS) => check_post(&Node::record(record))
            .map(|()| Lexicon::Checked)
            .map_err(|issue| Refusal::invalid(format!("Invalid {POSTS} record: {issue}"))),
        (Some(true), _) => {
            let words = format!("Unknown lexicon type: {collection}");
            Err(Refusal::invalid(words))
        }
        (None, _) => Ok(Lexicon::Unknown),
    }
}

// The data model of atproto has no fractions, whatever a lexicon says.
fn check_numbers(record: &Value) -> Result<(), Refusal> {
    let all = Node::record(record).all();
    let fraction = all.iter().find(|node| node.value.is_f64());
    match fraction {
        None => Ok(()),
        Some(node) => Err(Refusal::invalid(
            node.wrong_type("one of null, boolean, integer, string, cid, bytes, array or object")
                .to_string(),
        )),
    }
}

/// Checks that every blob in `record` was uploaded, and is what the record says of it.
// packages/pds/src/actor-store/blob/transactor.ts, read 2026-11-23. A PDS compares type and size
// only the first time that a blob is referred to; here it is always done.
pub(crate) fn check_blobs(record: &Value, state: &State) -> Result<(), Refusal> {
    for blob in embed::blobs(record) {
        let cid = blob["ref"]["$link"].as_str().unwrap_or_default();
        let stored = state
            .blobs
            .get(cid)
            .ok_or_else(|| Refusal::named("BlobNotFound", format!("Could not find blob: {cid}")))?;
        let mime = blob["mimeType"].as_str().unwrap_or_default();
        if mime != stored.mime {
            let words = format!(
                "Referenced Mimetype does not match stored blob. Expected: {}, Got: {mime}",
                stored.mime
            );
            return Err(Refusal::named("InvalidMimeType", words));
        }
        let size = &blob["size"];
        if size.as_u64() != u64::try_from(stored.bytes.len()).ok() {
            let words = format!(
                "Referenced Size does not match stored blob. Expected: {}, Got: {size}",
                stored.bytes.len()
            );
            return Err(Refusal::named("InvalidSize", words));
        }
    }
    Ok(())
}

fn check_post(post: &Node<'_>) -> Result<(), Issue> {
    post.required("text")?
        .short_text(TEXT_BYTES_MAX, TEXT_GRAPHEMES_MAX)?;
    check_form(&post.required("createdAt")?, &DATETIME, "datetime")?;
    for facet in list(post, "facets", UNBOUNDED)? {
        check_facet(&facet)?;
    }
    for lang in list(post, "langs", LANGS_MAX)? {
        check_form(&lang, &LANGUAGE, "language")?;
    }
    for tag in list(post, "tags", TAGS_MAX)? {
        tag.short_text(TAG_BYTES_MAX, TAG_GRAPHEMES_MAX)?;
    }
    if let Some(reply) = post.optional("reply")? {
        check_reference(&reply.required("root")?)?;
        check_reference(&reply.required("parent")?)?;
    }
    if let Some(labels) = post.optional("labels")? {
        labels.union_type()?;
    }
    match post.optional("embed")? {
        Some(embed) => embed::check(&embed),
        None => Ok(()),
    }
}

fn list<'a>(node: &Node<'a>, name: &str, max: usize) -> Result<Vec<Node<'a>>, Issue> {
    match node.optional(name)? {
        Some(list) => list.items(max),
        None => Ok(Vec::new()),
    }
}

// Offsets beyond the text are taken without a word (measured with PDS 0.5.35, 2026-11-23).
fn check_facet(facet: &Node<'_>) -> Result<(), Issue> {
    let index = facet.required("index")?;
    index.required("byteStart")?.integer(0)?;
    index.required("byteEnd")?.integer(0)?;
    for feature in facet.required("features")?.items(UNBOUNDED)? {
        match feature.union_type()? {
            "app.bsky.richtext.facet#link" => check_uri(&feature.required("uri")?)?,
            "app.bsky.richtext.facet#mention" => {
                check_form(&feature.required("did")?, &DID, "DID")?;
            }
            "app.bsky.richtext.facet#tag" => {
                let tag = feature.required("tag")?;
                tag.short_text(TAG_BYTES_MAX, TAG_GRAPHEMES_MAX)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Checks the address of something on the web.
pub(crate) fn check_uri(node: &Node<'_>) -> Result<(), Issue> {
    check_form(node, &URI, "uri")
}

/// Checks a reference to a record.
pub(crate) fn check_reference(node: &Node<'_>) -> Result<(), Issue> {
    check_form(&node.required("uri")?, &AT_URI, "at-uri")?;
    let reference = node.required("cid")?;
    if cid::is_cid(reference.text()?) {
        return Ok(());
    }
    Err(reference.wrong_format("CID string"))
}

fn check_form(node: &Node<'_>, form: &Regex, name: &str) -> Result<(), Issue> {
    if form.is_match(node.text()?) {
        return Ok(());
    }
    Err(node.wrong_format(name))
}

// atproto.com/specs/lexicon, "String Formats", read 2026-11-23, and compared with PDS 0.5.35: a
// 30th of February is taken, a second of 60 is not.
static URI: LazyLock<Regex> = LazyLock::new(|| compile(r"^[A-Za-z0-9_]+:(?://)?[^\s/]\S*$"));
static DID: LazyLock<Regex> =
    LazyLock::new(|| compile(r"^did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]$"));
static AT_URI: LazyLock<Regex> = LazyLock::new(|| {
    compile(r"^at://[a-zA-Z0-9.:%-]+(?:/[a-zA-Z0-9.-]+(?:/[a-zA-Z0-9_~.:-]+)?)?$")
});
static LANGUAGE: LazyLock<Regex> =
    LazyLock::new(|| compile(r"^(?:[a-zA-Z]{2,3}|i|x)(?:-[a-zA-Z0-9]{1,8})*$"));
static DATETIME: LazyLock<Regex> = LazyLock::new(|| {
    let day = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])";
    let minutes = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]";
    // `-00:00` says that the zone is unknown, which is not allowed.
    let zone = format!(
        r"(?:Z|\+{minutes}|-(?:0[1-9]|1[0-9]|2[0-3]):[0-5][0-9]|-00:(?:0[1-9]|[1-5][0-9]))"
    );
    compile(&format!(
        r"^{day}T{minutes}:[0-5][0-9](?:\.[0-9]{{1,20}})?{zone}$"
    ))
});

fn compile(pattern: &str) -> Regex {
    #[expect(
        clippy::expect_used,
        reason = "the patterns are constant, and the tests compile each"
    )]
    Regex::new(pattern).expect("a constant pattern")
}
