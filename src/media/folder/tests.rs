//! What a folder has to keep beyond what every media store does.

use std::path::Component;
use std::path::Path;
use std::path::PathBuf;

use bytes::Bytes;
use proptest::prelude::ProptestConfig;
use proptest::prop_assert;
use proptest::proptest;
use tempfile::TempDir;

use crate::media::MediaError;
use crate::media::MediaStore;
use crate::media::contract;
use crate::media::contract::media;
use crate::media::contract::new_keys;
use crate::media::folder::FolderStore;

/// A store in a folder that does not exist yet, two folders below one that does.
fn store() -> (TempDir, PathBuf, FolderStore) {
    let home = tempfile::tempdir().unwrap();
    let root = home.path().join("share").join("media");
    let store = FolderStore::new(root.clone());
    (home, root, store)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn a_folder_is_a_media_store() {
    let (_home, _, store) = store();
    contract::check_all(&store).await;
}

#[tokio::test]
async fn a_folder_is_laid_out_by_its_keys_and_holds_nothing_else() {
    let (_home, root, store) = store();
    let (temp, posts) = new_keys();
    store
        .put(temp.as_str(), Bytes::from_static(b"x"))
        .await
        .unwrap();
    store.promote(temp.as_str(), posts.as_str()).await.unwrap();
    let mut expected = vec![root.join(temp.as_str()), root.join(posts.as_str())];
    expected.sort();
    assert_eq!(files(&root), expected);
    store.delete(temp.as_str()).await.unwrap();
    assert_eq!(files(&root), [root.join(posts.as_str())]);
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_user_may_read_it() {
    use std::os::unix::fs::PermissionsExt;

    let (_home, root, store) = store();
    let (temp, posts) = new_keys();
    store
        .put(temp.as_str(), Bytes::from_static(b"x"))
        .await
        .unwrap();
    store.promote(temp.as_str(), posts.as_str()).await.unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for key in [temp, posts] {
        let path = root.join(key.as_str());
        assert_eq!(mode(&path), 0o600);
        for folder in path
            .ancestors()
            .skip(1)
            .take_while(|path| path.starts_with(&root))
        {
            assert_eq!(mode(folder), 0o700, "{}", folder.display());
        }
    }
}

#[tokio::test]
async fn litter_of_a_crash_is_in_nobodys_way() {
    let (_home, root, store) = store();
    let (temp, posts) = new_keys();
    let folder = root.join(temp.as_str()).parent().unwrap().to_owned();
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(".new-half"), b"ha").unwrap();
    let bytes = Bytes::from_static(b"whole");
    store.put(temp.as_str(), bytes.clone()).await.unwrap();
    store.promote(temp.as_str(), posts.as_str()).await.unwrap();
    assert_eq!(store.read(&media(&posts, &bytes)).await.unwrap(), bytes);
}

#[tokio::test]
async fn a_promoted_picture_outlives_its_upload_being_replaced() {
    let (_home, _, store) = store();
    let (temp, posts) = new_keys();
    let bytes = Bytes::from_static(b"first");
    store.put(temp.as_str(), bytes.clone()).await.unwrap();
    store.promote(temp.as_str(), posts.as_str()).await.unwrap();
    store
        .put(temp.as_str(), Bytes::from_static(b"second"))
        .await
        .unwrap();
    assert_eq!(store.read(&media(&posts, &bytes)).await.unwrap(), bytes);
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_an_error_that_names_the_key() {
    let (_home, root, store) = store();
    std::fs::create_dir_all(root.parent().unwrap()).unwrap();
    std::fs::write(&root, b"a file stands here").unwrap();
    let (temp, _) = new_keys();
    let put = store.put(temp.as_str(), Bytes::from_static(b"x")).await;
    assert!(matches!(put, Err(MediaError::Io { key, .. }) if key == temp.as_str()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_key_leads_out_of_the_folder(
        key in "(?:temp/|posts/|/|\\\\|\\.\\.|\\.|alice|01890a5d-ac96-774b-bcce-b302099a8057|jpg|%2e|%2F|[a-z]{300}|\\PC|\0){1,9}",
    ) {
        let root = Path::new("/media");
        if let Ok(path) = FolderStore::new(root.to_owned()).path(&key) {
            let below = path.strip_prefix(root).unwrap();
            prop_assert!(below.components().all(|part| matches!(part, Component::Normal(_))));
            prop_assert!(below.components().count() >= 3);
        }
    }
}
