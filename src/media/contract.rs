//! What every media store keeps, as one suite that each of them runs.

use bytes::Bytes;
use jiff::Timestamp;

use crate::media::MediaError;
use crate::media::MediaStore;
use crate::media::keys::MediaKey;
use crate::media::keys::MediaName;
use crate::media::keys::Owner;
use crate::media::probe::sha256;
use crate::post::media::Details;
use crate::post::media::Media;
use crate::post::media::MediaFacts;
use crate::post::media::MediaKind;
use crate::post::post::PostId;

/// Returns a new key in `temp/`, and the one in `posts/` that it is promoted to.
pub(crate) fn new_keys() -> (MediaKey, MediaKey) {
    let owner: Owner = "alice".parse().unwrap();
    let name = MediaName::new(Timestamp::UNIX_EPOCH, "image/png");
    let post = PostId::new(Timestamp::UNIX_EPOCH);
    (name.in_temp(&owner), name.in_posts(&owner, post))
}

/// Returns media that promises `bytes` under `key`.
pub(crate) fn media(key: &MediaKey, bytes: &[u8]) -> Media {
    Media {
        key: key.as_str().to_owned(),
        facts: MediaFacts {
            kind: MediaKind::Image,
            mime: "image/png".to_owned(),
            width: 1,
            height: 1,
            size_bytes: bytes.len() as u64,
            sha256: sha256(bytes),
            details: Details::default(),
        },
        alt: String::new(),
        renditions: Vec::new(),
    }
}

/// Asserts everything that [`MediaStore`] promises.
pub(crate) async fn check_all(store: &dyn MediaStore) {
    check_road_of_a_picture(store).await;
    check_repeats(store).await;
    check_missing(store).await;
    check_changed(store).await;
    check_bad_keys(store).await;
}

async fn check_road_of_a_picture(store: &dyn MediaStore) {
    let (temp, posts) = new_keys();
    let bytes = Bytes::from_static(b"some picture");
    store.put(temp.as_str(), bytes.clone()).await.unwrap();
    store.promote(temp.as_str(), posts.as_str()).await.unwrap();
    store.delete(temp.as_str()).await.unwrap();
    assert_eq!(store.read(&media(&posts, &bytes)).await.unwrap(), bytes);
}

async fn check_repeats(store: &dyn MediaStore) {
    let (temp, posts) = new_keys();
    let bytes = Bytes::from_static(b"again");
    for _ in 0..2 {
        store.put(temp.as_str(), bytes.clone()).await.unwrap();
        store.promote(temp.as_str(), posts.as_str()).await.unwrap();
        store.promote(temp.as_str(), posts.as_str()).await.unwrap();
    }
    for _ in 0..2 {
        store.delete(temp.as_str()).await.unwrap();
        store.promote(temp.as_str(), posts.as_str()).await.unwrap();
    }
    assert_eq!(store.read(&media(&posts, &bytes)).await.unwrap(), bytes);
}

async fn check_missing(store: &dyn MediaStore) {
    let (temp, posts) = new_keys();
    let promoted = store.promote(temp.as_str(), posts.as_str()).await;
    assert!(matches!(promoted, Err(MediaError::Missing { key }) if key == temp.as_str()));
    let read = store.read(&media(&posts, b"x")).await;
    assert!(matches!(read, Err(MediaError::Missing { key }) if key == posts.as_str()));
    store.delete(posts.as_str()).await.unwrap();
}

async fn check_changed(store: &dyn MediaStore) {
    let (_, posts) = new_keys();
    let stored = Bytes::from_static(b"stored");
    store.put(posts.as_str(), stored).await.unwrap();
    for promised in [&b"Stored"[..], b"store", b"stored and more", b""] {
        let read = store.read(&media(&posts, promised)).await;
        assert!(matches!(read, Err(MediaError::Changed { key }) if key == posts.as_str()));
    }
    let (temp, _) = new_keys();
    store
        .put(temp.as_str(), Bytes::from_static(b"other"))
        .await
        .unwrap();
    let promoted = store.promote(temp.as_str(), posts.as_str()).await;
    assert!(matches!(promoted, Err(MediaError::Changed { key }) if key == posts.as_str()));
    store.read(&media(&posts, b"stored")).await.unwrap();
}

async fn check_bad_keys(store: &dyn MediaStore) {
    let (temp, posts) = new_keys();
    for bad in [
        "",
        "..",
        "/etc/passwd",
        "temp/../posts/x.png",
        "temp/alice/x.png",
    ] {
        let results = [
            store.put(bad, Bytes::new()).await,
            store.promote(bad, posts.as_str()).await,
            store.promote(temp.as_str(), bad).await,
            store.delete(bad).await,
        ];
        for result in results {
            assert!(matches!(result, Err(MediaError::BadKey { .. })), "{bad}");
        }
    }
}
