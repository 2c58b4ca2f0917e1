//! What is a post, and what is not.

use serde_json::Value;
use serde_json::json;

use crate::sandbox::bluesky::cid;
use crate::sandbox::bluesky::tests::Session;
use crate::sandbox::bluesky::tests::check_refused;
use crate::sandbox::bluesky::tests::post;
use crate::sandbox::bluesky::tests::post_with;
use crate::sandbox::bluesky::tests::request;
use crate::sandbox::testing::Ask;
use crate::sandbox::testing::png;

#[tokio::test(start_paused = true)]
async fn a_record_that_is_no_post_is_refused_with_the_place() {
    let session = Session::begin().await;
    let table = [
        (
            post(&"é".repeat(301)),
            "grapheme too big (maximum 300, got 301) at $.record.text",
        ),
        (
            post(&"👨‍👩‍👧‍👦".repeat(130)),
            "string too big (maximum 3000, got 3250) at $.record.text",
        ),
        (
            post_with("text", json!(7)),
            "Expected string value type (got 7) at $.record.text",
        ),
        (
            post_with("createdAt", json!("2026-11-23 10:00:00Z")),
            "Invalid datetime",
        ),
        (
            post_with("createdAt", json!("2026-11-23T10:00:00")),
            "Invalid datetime",
        ),
        (
            post_with("langs", json!(["de", "en", "fr", "it"])),
            "array too big (maximum 3, got 4)",
        ),
        (
            post_with("langs", json!(["d"])),
            "Invalid language (got \"d\") at $.record.langs[0]",
        ),
        (
            post_with("tags", json!(["a".repeat(65)])),
            "grapheme too big (maximum 64, got 65)",
        ),
        (
            post_with("embed", json!({"images": []})),
            "\"$type\" property",
        ),
        (
            post_with("more", json!(0.5)),
            "array or object value type (got 0.5) at $.record.more",
        ),
        (
            json!({"text": "hello"}),
            "Missing required key \"createdAt\" at $.record",
        ),
    ];
    for (record, words) in table {
        check_refused(&session.put(&record).await, 400, "InvalidRequest", words);
    }
    assert!(session.world.posts().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_facet_must_name_bytes_and_say_what_it_is() {
    let session = Session::begin().await;
    let facet = |start: Value, kind: &str, field: &str, value: Value| {
        let index = json!({"byteStart": start, "byteEnd": 5});
        let feature = json!({"$type": format!("app.bsky.richtext.facet#{kind}"), field: value});
        post_with("facets", json!([{"index": index, "features": [feature]}]))
    };
    let table = [
        (
            facet(json!(0.5), "link", "uri", json!("https://example.com")),
            "array or object value type (got 0.5) at $.record.facets[0].index.byteStart",
        ),
        (
            facet(json!(0), "link", "uri", json!("example.com")),
            "Invalid uri (got \"example.com\") at $.record.facets[0].features[0].uri",
        ),
        (
            facet(json!(0), "mention", "did", json!("alice.test")),
            "Invalid DID (got \"alice.test\")",
        ),
        (
            facet(json!(0), "tag", "label", json!("rust")),
            "Missing required key \"tag\"",
        ),
    ];
    for (record, words) in table {
        check_refused(&session.put(&record).await, 400, "InvalidRequest", words);
    }
    assert!(session.world.posts().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_the_lexicon_allows_is_taken() {
    let session = Session::begin().await;
    for (record, letter) in [
        post(""),
        post(&"é".repeat(300)),
        post(&"👨‍👩‍👧‍👦".repeat(120)),
        post_with("unknown", json!({"a": [1, null]})),
        post_with("createdAt", json!("2026-11-23T10:00:00.123456+02:00")),
        post_with("embed", json!({"$type": "app.example.unknown"})),
        post_with(
            "facets",
            json!([{"index": {"byteStart": 7, "byteEnd": 900}, "features": []}]),
        ),
    ]
    .iter()
    .zip('a'..)
    {
        let rkey = format!("3lbxyzabcdef{letter}");
        let told = session.call("putRecord", &request(&rkey, record)).await;
        assert_eq!(told.status, 200, "{record}: {}", told.text);
    }
}

#[tokio::test(start_paused = true)]
async fn pictures_must_be_uploaded_and_be_what_the_record_says() {
    let session = Session::begin().await;
    let blob = session.upload("image/jpeg", png()).await;
    assert_eq!(blob["mimeType"], "image/png");
    assert_eq!(blob, session.upload("image/png", png()).await);
    let images = |blob: &Value, count: usize| {
        let image = json!({"alt": "a black box", "image": blob});
        json!({"$type": "app.bsky.embed.images", "images": vec![image; count]})
    };
    let changed = |field: &str, value: Value| {
        let mut blob = blob.clone();
        blob[field] = value;
        post_with("embed", images(&blob, 1))
    };
    let never = json!({"$link": cid::of_bytes(b"never uploaded")});
    let table = [
        (changed("ref", never), "BlobNotFound", "Could not find blob"),
        (
            changed("mimeType", json!("image/jpeg")),
            "InvalidMimeType",
            "Expected: image/png",
        ),
        (changed("size", json!(7)), "InvalidSize", "Got: 7"),
        (
            changed("size", json!(2_000_001)),
            "InvalidRequest",
            "blob too big (maximum 2000000",
        ),
        (
            changed("mimeType", json!("video/mp4")),
            "InvalidRequest",
            "Expected \"image/*\"",
        ),
        (
            post_with("embed", images(&blob, 5)),
            "InvalidRequest",
            "array too big (maximum 4, got 5) at $.record.embed.images",
        ),
    ];
    for (record, error, words) in table {
        check_refused(&session.put(&record).await, 400, error, words);
    }
    let told = session.put(&post_with("embed", images(&blob, 4))).await;
    assert_eq!(told.status, 200, "{}", told.text);
    let media = session.world.posts()[0]["media"].clone();
    assert_eq!(media.as_array().unwrap().len(), 4);
    assert_eq!(media[0]["alt"], "a black box");
    assert_eq!(media[0]["width"], 3);
}

#[tokio::test(start_paused = true)]
async fn a_gallery_needs_the_shape_of_every_picture() {
    let session = Session::begin().await;
    let blob = session.upload("image/png", png()).await;
    let gallery = |item: Value| {
        post_with(
            "embed",
            json!({"$type": "app.bsky.embed.gallery", "items": vec![item; 5]}),
        )
    };
    let mut item = json!({"alt": "", "image": blob});
    check_refused(
        &session.put(&gallery(item.clone())).await,
        400,
        "InvalidRequest",
        "\"$type\"",
    );
    item["$type"] = json!("app.bsky.embed.gallery#image");
    let told = session.put(&gallery(item.clone())).await;
    check_refused(
        &told,
        400,
        "InvalidRequest",
        "Missing required key \"aspectRatio\"",
    );
    item["aspectRatio"] = json!({"width": 3, "height": 2});
    assert_eq!(session.put(&gallery(item)).await.status, 200);
    assert_eq!(
        session.world.posts()[0]["media"].as_array().unwrap().len(),
        5
    );
}

#[tokio::test(start_paused = true)]
async fn a_blob_over_five_mebibytes_is_refused() {
    let session = Session::begin().await;
    let ask = Ask::post("/xrpc/com.atproto.repo.uploadBlob").bearer(&session.access);
    let ask = ask.body("image/png", vec![0; (5 << 20) + 1].into());
    check_refused(
        &session.world.ask(ask).await,
        413,
        "PayloadTooLarge",
        "too large",
    );
}

#[test]
fn identifiers_of_content_are_those_of_every_other_implementation() {
    // The identifiers of nothing and of an empty map are known in every IPFS implementation.
    let nothing = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
    assert_eq!(cid::of_bytes(b""), nothing);
    let empty = "bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua";
    assert_eq!(cid::of_record(&json!({})).unwrap(), empty);
    // Computed with @ipld/dag-cbor 10 and multiformats 14, 2026-11-23.
    let record = json!({
        "text": "ü".repeat(200),
        "createdAt": "2026-11-23T10:00:00Z",
        "n": [0, 23, 24, 255, 256, 65536, -1, -300, 5_000_000_000_i64, null, true, false],
        "image": {"ref": {"$link": nothing}, "size": 70000},
        "langs": ["en"],
    });
    let whole = "bafyreifhzujfllfne77uizhshkansislk2a6gauuto67jnox6o7lnjxeqm";
    assert_eq!(cid::of_record(&record).unwrap(), whole);
    assert!(cid::is_cid(nothing) && !cid::is_cid("bafk") && !cid::is_cid("hello"));
}

#[tokio::test(start_paused = true)]
async fn a_link_card_has_an_address_and_words_and_perhaps_a_picture() {
    let session = Session::begin().await;
    let blob = session.upload("image/png", png()).await;
    let whole =
        json!({"uri": "https://example.com/", "title": "", "description": "", "thumb": blob});
    let card = |field: &str, value: Option<Value>| {
        let mut external = whole.clone();
        let fields = external.as_object_mut().unwrap();
        fields.remove(field);
        fields.extend(value.map(|value| (field.to_owned(), value)));
        let embed = json!({"$type": "app.bsky.embed.external", "external": external});
        post_with("embed", embed)
    };
    let thumb = |field: &str, value: Value| {
        let mut blob = blob.clone();
        blob[field] = value;
        card("thumb", Some(blob))
    };
    for (record, words) in [
        (card("uri", None), "uri"),
        (card("uri", Some(json!("example.com"))), "uri"),
        (card("title", None), "title"),
        (card("description", None), "description"),
        (card("description", Some(json!(null))), "description"),
        (
            thumb("size", json!(1_000_001)),
            "blob too big (maximum 1000000",
        ),
        (
            thumb("mimeType", json!("text/html")),
            "Expected \"image/*\"",
        ),
    ] {
        check_refused(&session.put(&record).await, 400, "InvalidRequest", words);
    }
    let told = session.put(&card("title", Some(json!("A page")))).await;
    assert_eq!(told.status, 200, "{}", told.text);
    let public = &session.world.posts()[0];
    assert_eq!(public["link"], "https://example.com/");
    assert_eq!(public["card"]["title"], "A page");
    assert_eq!(public["card"]["picture"]["width"], 3);
}
