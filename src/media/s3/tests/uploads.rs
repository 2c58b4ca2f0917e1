//! Large files: in parts, in bounded memory, and going on where they stopped.

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;
use std::time::SystemTime;

use tempfile::TempDir;

use crate::media::MediaError;
use crate::media::MediaStore;
use crate::media::contract::new_keys;
use crate::media::file::Moved;
use crate::media::file::Upload;
use crate::media::file::Uploaded;
use crate::media::keys::MediaKey;
use crate::media::probe::sha256;
use crate::media::s3::S3Store;
use crate::media::s3::tests::sandbox;
use crate::media::s3::tests::sandbox_with;
use crate::media::s3::tests::store;
use crate::sandbox::s3::BUCKET;

const PART: usize = 8 * 1024 * 1024;

/// A file of this machine, and where its uploads are remembered.
struct Desk {
    folder: TempDir,
    bytes: Vec<u8>,
    key: MediaKey,
}

impl Desk {
    fn new(size: usize) -> Self {
        let mut value = 7_u32;
        let bytes: Vec<u8> = std::iter::repeat_with(|| {
            value = value.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            value.to_be_bytes()[0]
        })
        .take(size)
        .collect();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("film.mp4"), &bytes).unwrap();
        let (key, _) = new_keys();
        Self { folder, bytes, key }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("film.mp4")
    }

    /// Writes the file anew: the same bytes or others, and it is seen that it was written.
    fn write(&mut self, change: impl FnOnce(&mut [u8])) {
        change(&mut self.bytes);
        std::fs::write(self.path(), &self.bytes).unwrap();
        let file = std::fs::File::options().write(true).open(self.path());
        let later = SystemTime::UNIX_EPOCH + Duration::from_secs(2_000_000_000);
        file.unwrap().set_modified(later).unwrap();
    }

    async fn upload(&self, store: &S3Store) -> (Result<Uploaded, MediaError>, u64, u64) {
        let moved = Mutex::new((0, 0));
        let progress = |bytes: Moved| match bytes {
            Moved::Found(bytes) => moved.lock().unwrap().0 += bytes,
            Moved::Sent(bytes) => moved.lock().unwrap().1 += bytes,
        };
        let (path, memory) = (self.path(), self.folder.path().join("uploads"));
        // Each try is another process, which has another key in mind.
        let (other_key, _) = new_keys();
        let is_first = !memory.exists();
        let upload = Upload {
            path: &path,
            key: if is_first { &self.key } else { &other_key },
            mime: "video/mp4",
            memory: &memory,
        };
        let uploaded = store.upload(&upload, &progress).await;
        let (found, sent) = *moved.lock().unwrap();
        (uploaded, found, sent)
    }

    async fn is_stored(&self, store: &S3Store, key: &str) {
        let request = store.client().await.get_object().bucket(BUCKET).key(key);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.content_type(), Some("video/mp4"));
        let stored = answer.body.collect().await.unwrap().to_vec();
        assert!(stored == self.bytes, "other bytes are stored");
    }
}

async fn unfinished(store: &S3Store) -> usize {
    let request = store.client().await.list_multipart_uploads();
    let answer = request.bucket(BUCKET).send().await.unwrap();
    answer.uploads().len()
}

#[tokio::test]
async fn a_file_is_stored_whole_whatever_its_size() {
    let running = sandbox().await;
    let store = store(&running);
    for size in [1, PART, PART + 1, 3 * PART] {
        let desk = Desk::new(size);
        let (uploaded, found, sent) = desk.upload(&store).await;
        let uploaded = uploaded.unwrap();
        assert_eq!(uploaded.key, desk.key.as_str());
        assert_eq!(uploaded.size_bytes, size as u64);
        assert_eq!(uploaded.sha256, sha256(&desk.bytes), "{size}");
        assert_eq!((found, sent), (0, size as u64));
        desk.is_stored(&store, &uploaded.key).await;
        let described = store.describe(&uploaded.key).await.unwrap().unwrap();
        assert_eq!(described.outbox.as_deref(), Some("0198-outbox"));
    }
    assert_eq!(unfinished(&store).await, 0);
}

#[tokio::test]
async fn parts_that_are_lost_are_sent_again() {
    let running = sandbox_with(&[
        "s3 PUT * #1 refuse-and-hang-up",
        "s3 PUT * #2 act-and-hang-up",
        "s3 PUT * #3 status:503",
        "s3 POST * #2 act-and-hang-up",
    ])
    .await;
    let store = store(&running);
    let desk = Desk::new(2 * PART + 5);
    let (uploaded, _, _) = desk.upload(&store).await;
    desk.is_stored(&store, &uploaded.unwrap().key).await;
}

#[tokio::test]
async fn what_was_interrupted_goes_on_where_it_stopped_under_the_same_key() {
    // The third part is refused for good.
    let running = sandbox_with(&["s3 PUT * #3 status:400"]).await;
    let store = store(&running);
    let desk = Desk::new(4 * PART + 5);
    let (uploaded, _, sent) = desk.upload(&store).await;
    assert!(
        matches!(uploaded, Err(MediaError::Bucket(_))),
        "{uploaded:?}"
    );
    assert_eq!(unfinished(&store).await, 1);
    let (uploaded, found, sent_again) = desk.upload(&store).await;
    let uploaded = uploaded.unwrap();
    assert_eq!(uploaded.key, desk.key.as_str());
    assert_eq!(uploaded.sha256, sha256(&desk.bytes));
    assert_eq!(found, sent, "what was there is not sent again");
    assert_eq!(found + sent_again, desk.bytes.len() as u64);
    desk.is_stored(&store, &uploaded.key).await;
    assert_eq!(unfinished(&store).await, 0);
}

#[tokio::test]
async fn a_file_that_has_changed_begins_anew_and_the_old_parts_are_deleted() {
    let running = sandbox_with(&["s3 PUT * #3 status:400"]).await;
    let store = store(&running);
    let mut desk = Desk::new(2 * PART + 5);
    assert!(desk.upload(&store).await.0.is_err());
    desk.write(|bytes| bytes[3] ^= 1);
    let (uploaded, found, _) = desk.upload(&store).await;
    let uploaded = uploaded.unwrap();
    assert_eq!(found, 0);
    assert_ne!(uploaded.key, desk.key.as_str());
    desk.is_stored(&store, &uploaded.key).await;
    assert_eq!(unfinished(&store).await, 0);
}

#[tokio::test]
async fn parts_of_other_bytes_are_not_used_even_if_the_file_looks_the_same() {
    // Four go side by side: the fifth begins when one of them has arrived.
    let running = sandbox_with(&["s3 PUT * #5 status:400"]).await;
    let store = store(&running);
    let mut desk = Desk::new(4 * PART + 5);
    // Before and after, the file has the same size and the same time.
    desk.write(|_| {});
    let (uploaded, _, sent) = desk.upload(&store).await;
    assert!(uploaded.is_err() && sent > 0, "{uploaded:?}");
    desk.write(|bytes| bytes[3] ^= 1);
    let (uploaded, found, _) = desk.upload(&store).await;
    assert_eq!(found, 0);
    desk.is_stored(&store, &uploaded.unwrap().key).await;
}

#[tokio::test]
async fn an_upload_that_the_bucket_has_forgotten_begins_anew() {
    let running = sandbox_with(&["s3 PUT * #3 status:400"]).await;
    let first = store(&running);
    let desk = Desk::new(2 * PART + 5);
    assert!(desk.upload(&first).await.0.is_err());
    let request = first.client().await.list_multipart_uploads();
    let uploads = request
        .bucket(BUCKET)
        .send()
        .await
        .unwrap()
        .uploads
        .unwrap();
    let request = first.client().await.abort_multipart_upload().bucket(BUCKET);
    let request = request.set_key(uploads[0].key.clone());
    let request = request.set_upload_id(uploads[0].upload_id.clone());
    request.send().await.unwrap();
    let (uploaded, found, _) = desk.upload(&first).await;
    assert_eq!(found, 0);
    desk.is_stored(&first, &uploaded.unwrap().key).await;
}

#[tokio::test]
async fn what_is_given_up_leaves_nothing_behind() {
    let running = sandbox_with(&["s3 PUT * #3 status:400"]).await;
    let store = store(&running);
    let desk = Desk::new(2 * PART + 5);
    assert!(desk.upload(&store).await.0.is_err());
    let (path, memory) = (desk.path(), desk.folder.path().join("uploads"));
    let upload = Upload {
        path: &path,
        key: &desk.key,
        mime: "video/mp4",
        memory: &memory,
    };
    assert!(store.give_up(&upload).await.unwrap());
    assert!(!store.give_up(&upload).await.unwrap());
    assert_eq!(unfinished(&store).await, 0);
    assert_eq!(std::fs::read_dir(memory).unwrap().count(), 0);
}
