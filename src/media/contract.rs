//! What every media store keeps, as one suite that each of them runs.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use jiff::Timestamp;

use crate::media::MediaError;
use crate::media::MediaStore;
use crate::media::file::Moved;
use crate::media::file::Upload;
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
    check_files(store).await;
    check_lists(store).await;
}

async fn check_road_of_a_picture(store: &dyn MediaStore) {
    let (temp, posts) = new_keys();
    let bytes = Bytes::from_static(b"some picture");
    store.put(temp.as_str(), bytes.clone()).await.unwrap();
    store.promote(temp.as_str(), posts.as_str()).await.unwrap();
    let size = bytes.len() as u64;
    assert_eq!(store.get(temp.as_str(), size).await.unwrap(), bytes);
    let refused = store.get(temp.as_str(), size - 1).await;
    assert!(matches!(refused, Err(MediaError::TooLarge { key, .. }) if key == temp.as_str()));
    store.delete(temp.as_str()).await.unwrap();
    let gone = store.get(temp.as_str(), size).await;
    assert!(matches!(gone, Err(MediaError::Missing { key }) if key == temp.as_str()));
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

async fn check_files(store: &dyn MediaStore) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a file.png");
    let bytes: Bytes = (0..3_000_000_u32).map(|n| n.to_be_bytes()[2]).collect();
    std::fs::write(&path, &bytes).unwrap();
    let (temp, _) = new_keys();
    let moved = AtomicU64::new(0);
    let progress = |bytes| {
        let (Moved::Found(bytes) | Moved::Sent(bytes)) = bytes;
        moved.fetch_add(bytes, Ordering::Relaxed);
    };
    let upload = Upload {
        path: &path,
        key: &temp,
        mime: "image/png",
        memory: &folder.path().join("memory"),
    };
    let uploaded = store.upload(&upload, &progress).await.unwrap();
    assert_eq!(uploaded.key, temp.as_str());
    assert_eq!(uploaded.size_bytes, bytes.len() as u64);
    assert_eq!(uploaded.sha256, sha256(&bytes));
    assert_eq!(moved.into_inner(), bytes.len() as u64);
    assert_eq!(store.read(&media(&temp, &bytes)).await.unwrap(), bytes);
}

async fn check_lists(store: &dyn MediaStore) {
    let (temp, posts) = new_keys();
    let (temp, posts) = (temp.as_str(), posts.as_str());
    assert_eq!(store.describe(temp).await.unwrap(), None);
    store
        .put(temp, Bytes::from_static(b"listed"))
        .await
        .unwrap();
    store.promote(temp, posts).await.unwrap();
    for (prefix, key, other) in [("temp/", temp, posts), ("posts/alice/", posts, temp)] {
        let described = store.describe(key).await.unwrap().unwrap();
        assert_eq!(described.size_bytes, 6);
        let (mut listed, mut after) = (Vec::new(), None);
        loop {
            let page = store.list(prefix, after.as_deref()).await.unwrap();
            listed.extend(page.listed);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert!(
            listed.is_sorted_by_key(|line| line.key.clone()),
            "{listed:?}"
        );
        let line = listed.iter().find(|line| line.key == key).unwrap();
        assert_eq!(line.size_bytes, 6);
        assert!(line.modified_at > Timestamp::UNIX_EPOCH);
        assert!(listed.iter().all(|line| line.key != other));
    }
    store.delete(temp).await.unwrap();
    assert_eq!(store.describe(temp).await.unwrap(), None);
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
