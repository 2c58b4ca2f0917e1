//! A real PDS: what is posted reads back as it was meant, exactly once.

use std::fs;
use std::path::Path;

use serde_json::Value;
use serde_json::json;
use sha2::Digest as _;
use sha2::Sha256;

use crate::proxy::Side;
use crate::scene::Scene;
use crate::server::Server;
use crate::support::http;

/// Letters of two bytes before each facet: offsets in characters would be wrong.
const TEXT: &str = "Grüße an @bob.test 👋🏽 https://example.com/ä?b=c#d und #Käse!";

/// Returns a scene whose account posts as alice.
#[track_caller]
pub(crate) fn scene() -> Scene {
    let server = Server::start("pds");
    let (url, plc) = (server.get("PDS_URL").to_owned(), server.get("PLC_URL"));
    let handle = server.get("ALICE_HANDLE");
    let account = format!("platform = \"bluesky\"\nhandle = \"{handle}\"\nplc_url = \"{plc}\"\n");
    let password = server.get("ALICE_APP_PASSWORD").to_owned();
    let mut scene = Scene::new(server, &url, |proxy| {
        format!("{account}service = \"{}\"\n", proxy.address())
    });
    scene.world.set("HAYON_ME_PASSWORD", &password);
    scene
}

/// Returns every post of alice, as the server holds it: `uri` and `value`.
#[track_caller]
pub(crate) fn posts(server: &Server) -> Vec<Value> {
    let did = server.get("ALICE_DID");
    let path = format!(
        "/xrpc/com.atproto.repo.listRecords?repo={did}&collection=app.bsky.feed.post&limit=100"
    );
    let answer = http::get(server.get("PDS_URL"), &path, "").json();
    answer["records"].as_array().expect("records").clone()
}

/// Counts the posts with this text.
#[track_caller]
pub(crate) fn count(server: &Server, text: &str) -> usize {
    let posts = posts(server);
    posts
        .iter()
        .filter(|post| post["value"]["text"] == text)
        .count()
}

/// Returns the pieces of the text that its facets cover, with what they mean.
fn facets(record: &Value) -> Vec<(&str, Value)> {
    let text = record["text"].as_str().expect("a text");
    let facets = record["facets"].as_array().expect("facets");
    let piece = |facet: &Value| {
        let offset = |name: &str| facet["index"][name].as_u64().map(usize::try_from);
        let start = offset("byteStart")
            .expect("byteStart")
            .expect("a small number");
        let end = offset("byteEnd").expect("byteEnd").expect("a small number");
        start..end
    };
    facets
        .iter()
        .map(|facet| {
            assert_eq!(facet["features"].as_array().map(Vec::len), Some(1));
            (&text[piece(facet)], facet["features"][0].clone())
        })
        .collect()
}

#[test]
fn a_doctor_finds_nothing_wrong_with_it() {
    let scene = scene();
    let found = scene.checkup();
    let did = scene.server.get("ALICE_DID");
    assert!(found["log-in"].1.contains(did), "{found:?}");
    for subject in ["server", "limits", "log-in", "session", "handle", "clock"] {
        let verdict = found.get(subject).map(|(verdict, _)| verdict.as_str());
        assert_eq!(verdict, Some("ok"), "{subject}: {found:?}");
    }
}

#[test]
fn a_post_with_facets_and_pictures_reads_back_as_written() {
    let scene = scene();
    let pictures = [
        ("one.png", "das erste Bild, schön"),
        ("two.png", "das \"zweite\""),
    ];
    let ended = scene.post(TEXT, &pictures).wait().code(0);

    let posts = posts(&scene.server);
    assert_eq!(posts.len(), 1, "{ended}");
    let record = &posts[0]["value"];
    assert_eq!(record["text"], TEXT);
    assert_eq!(record["langs"], json!(["de"]));
    let kind = |name: &str| format!("app.bsky.richtext.facet#{name}");
    let bob = scene.server.get("BOB_DID");
    let link = "https://example.com/ä?b=c#d";
    assert_eq!(
        facets(record),
        [
            ("@bob.test", json!({"$type": kind("mention"), "did": bob})),
            (link, json!({"$type": kind("link"), "uri": link})),
            ("#Käse", json!({"$type": kind("tag"), "tag": "Käse"})),
        ]
    );
    assert_eq!(record["embed"]["$type"], "app.bsky.embed.images");
    let images = record["embed"]["images"].as_array().expect("images");
    let seen: Vec<_> = images
        .iter()
        .map(|image| (&image["alt"], &image["aspectRatio"]))
        .collect();
    assert_eq!(
        seen,
        [
            (&json!(pictures[0].1), &json!({"width": 40, "height": 30})),
            (&json!(pictures[1].1), &json!({"width": 80, "height": 30})),
        ]
    );

    let delivery = &ended.json()["deliveries"][0];
    assert_eq!(delivery["state"], "delivered", "{ended}");
    let (uri, url) = (posts[0]["uri"].as_str(), delivery["url"].as_str());
    let key = uri
        .and_then(|uri| uri.rsplit('/').next())
        .expect("a record key");
    assert!(
        url.is_some_and(|url| url.ends_with(key)),
        "{url:?} leads elsewhere than {uri:?}"
    );
}

#[test]
fn five_pictures_become_a_gallery_in_their_order() {
    let scene = scene();
    let pictures = [
        ("a.png", "1"),
        ("b.png", "2"),
        ("c.png", "3"),
        ("d.png", "4"),
        ("e.png", "5"),
    ];
    let _ = scene.post("five pictures", &pictures).wait().code(0);

    let posts = posts(&scene.server);
    let embed = &posts[0]["value"]["embed"];
    assert_eq!(embed["$type"], "app.bsky.embed.gallery");
    let items = embed["items"].as_array().expect("items");
    let alts: Vec<_> = items.iter().map(|item| item["alt"].as_str()).collect();
    assert_eq!(alts, pictures.map(|(_, alt)| Some(alt)));
    for item in items {
        assert_eq!(item["$type"], "app.bsky.embed.gallery#image");
        assert_eq!(item["aspectRatio"]["height"], 30);
    }
    // Uploads run side by side: each text must still stand beside its own picture.
    let uploaded: Vec<_> = items.iter().map(|item| &item["image"]["ref"]).collect();
    let files = pictures.map(|(name, _)| json!({"$link": cid(&scene.world.path(name))}));
    assert_eq!(uploaded, files.iter().collect::<Vec<_>>());
}

/// Returns the name by which the network knows the bytes of a file: a CID of version 1, `raw`,
/// with their SHA-256, in base32 (atproto.com/specs/blob, read 2026-11-23).
#[track_caller]
fn cid(path: &Path) -> String {
    let digest = Sha256::digest(fs::read(path).expect("a picture"));
    let bytes = [&[0x01, 0x55, 0x12, 0x20], digest.as_slice()].concat();
    let bits: Vec<u8> = bytes
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1))
        .collect();
    let letters = bits.chunks(5).map(|chunk| {
        let value = chunk.iter().fold(0, |value, bit| value << 1 | bit);
        let padded = usize::from(value) << (5 - chunk.len());
        char::from(b"abcdefghijklmnopqrstuvwxyz234567"[padded])
    });
    format!("b{}", letters.collect::<String>())
}

#[test]
fn a_kill_at_any_request_leaves_one_post() {
    let scene = scene();
    scene.kill_at_every_request(|text| count(&scene.server, text));
}

#[test]
fn a_lost_connection_leaves_one_post() {
    let scene = scene();
    for side in [Side::Before, Side::After] {
        scene.lose("com.atproto.repo.putRecord", side, |text| {
            count(&scene.server, text)
        });
    }
}

#[test]
fn a_key_finds_the_post_that_another_machine_has_published() {
    let scene = scene();
    let text = "once for all machines";
    let first = scene.post(text, &[]).wait().code(0).json();
    let again = scene.post_with(text, &scene.empty_outbox()).wait();
    let again = again.code(0).json();
    assert_eq!(posts(&scene.server).len(), 1);
    let remote_id = |post: &Value| post["deliveries"][0]["remote_id"].clone();
    assert_eq!(remote_id(&again), remote_id(&first));
    assert_eq!(again["number"], 1);
}
