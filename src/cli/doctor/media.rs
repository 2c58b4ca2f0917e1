//! The media store: whether pictures can be put there, for its owner's eyes only.
//!
//! A store of another kind gets a function of its own beside [`folder`].

use crate::cli::doctor::disk;
use crate::config::tables::MediaConfig;
use crate::media::folder::FolderStore;
use crate::paths::disk::nearest_folder;
use crate::publish::checkup::Finding;

/// Looks at the store that `config` names.
pub(crate) fn check(config: &MediaConfig) -> Vec<Finding> {
    folder(&FolderStore::new(config.folder.clone()))
}

fn folder(store: &FolderStore) -> Vec<Finding> {
    let root = store.root();
    let shown = root.display();
    if root.is_dir() {
        let mut findings = vec![writable(store), disk::free_room(root)];
        findings.extend(disk::private([root]));
        return findings;
    }
    let finding = match disk::obstacle(root) {
        Some(obstacle) => {
            let message = format!("there is none at `{shown}`, and none can be made: {obstacle}");
            Finding::trouble("folder", message)
                .hint("make room for it there, or name another `folder` in `[media]`")
        }
        None => Finding::fine("folder", format!("there is none yet at `{shown}`")),
    };
    vec![finding, disk::free_room(nearest_folder(root))]
}

fn writable(store: &FolderStore) -> Finding {
    let shown = store.root().display();
    match store.try_out() {
        Ok(()) => Finding::fine("folder", format!("`{shown}` takes files")),
        Err(error) => Finding::trouble("folder", format!("`{shown}` takes no files: {error}"))
            .hint("let hayon write there, or name another `folder` in `[media]`"),
    }
}
