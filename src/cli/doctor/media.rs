//! The media store: whether pictures can be put there, for its owner's eyes only, and whether others
//! get them by the addresses that hayon hands out.

use jiff::Timestamp;

use crate::cli::context::block_on;
use crate::cli::doctor::bucket;
use crate::cli::doctor::disk;
use crate::cli::doctor::fetching;
use crate::cli::error::CliError;
use crate::cli::publishers::bucket_of;
use crate::config::account::Account;
use crate::config::tables::MediaConfig;
use crate::media::folder::FolderStore;
use crate::media::s3::S3Store;
use crate::paths::disk::nearest_folder;
use crate::post::platform::Platform;
use crate::publish::checkup::Finding;

/// Looks at the store that `config` names; where `unasked` says why, no server is asked.
pub(crate) fn check(
    config: &MediaConfig,
    unasked: Option<&str>,
    now: Timestamp,
) -> Result<Vec<Finding>, CliError> {
    let owner = &config.owner;
    if let Some(store) = bucket_of(config, None) {
        let name = config.bucket.as_ref().map_or("", |bucket| &bucket.name);
        return match unasked {
            Some(why) => Ok(vec![Finding::skipped("bucket", why)]),
            None => block_on(async { Ok(of_bucket(&store, name, owner, now).await) }),
        };
    }
    let public_url = config.public_url.clone();
    let is_shown = public_url.is_some();
    let store = FolderStore::new(config.folder.clone()).shown_at(public_url);
    let mut findings = folder(&store);
    match unasked {
        _ if !is_shown => {}
        Some(why) => findings.push(Finding::skipped("address", why)),
        None => findings.extend(block_on(async {
            Ok(fetching::check(&store, owner, now).await)
        })?),
    }
    Ok(findings)
}

/// Says so if one of `accounts` needs pictures that its platform can fetch, and `config` shows none.
pub(crate) fn unfetchable(config: &MediaConfig, accounts: &[&Account]) -> Option<Finding> {
    if config.bucket.is_some() || config.public_url.is_some() {
        return None;
    }
    let needs = |account: &&&Account| account.platform() == Platform::Instagram;
    let name = &accounts.iter().find(needs)?.name;
    let message = format!(
        "nothing can be posted to `{name}`: Instagram fetches pictures from the web, and the media \
         folder is not there"
    );
    Some(Finding::warning("address", message).hint(
        "set `bucket` in `[media]`, or `public_url` to where a web server shows the media folder",
    ))
}

async fn of_bucket(store: &S3Store, name: &str, owner: &str, now: Timestamp) -> Vec<Finding> {
    let (mut findings, is_usable) = bucket::check(store, name).await;
    if is_usable {
        if !store.is_public() {
            findings.extend(bucket::signing(store, now).await);
        }
        findings.extend(fetching::check(store, owner, now).await);
    }
    findings
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
