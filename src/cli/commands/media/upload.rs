//! `hayon media upload`: files of any size into the store, ready for a post.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use clap::Args;
use clap::ValueHint;
use futures_util::TryStreamExt as _;
use futures_util::stream;
use serde_json::Value;
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::sync::watch;

use crate::cli::checking::owner;
use crate::cli::commands::media::end_in_json;
use crate::cli::commands::media::in_words;
use crate::cli::commands::media::needed_bucket;
use crate::cli::context::Context;
use crate::cli::context::block_on;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::publishers::media_store;
use crate::cli::stopping::until_stopped;
use crate::cli::ui::Transfer;
use crate::cli::view::one_line;
use crate::config::Config;
use crate::media::MediaError;
use crate::media::MediaStore;
use crate::media::address::Address;
use crate::media::address::Lifetime;
use crate::media::file::Moved;
use crate::media::file::Source;
use crate::media::file::Upload;
use crate::media::file::Uploaded;
use crate::media::file::mime_of_head;
use crate::media::keys::MediaKey;
use crate::media::keys::MediaName;

/// How many small files are under way at a time.
const FILES_AT_ONCE: usize = 16;

/// How much of the files may be in memory: as much as the parts of one large file.
const ROOM_MEBIBYTES: u32 = 32;

/// How long the address works that is shown.
const LIFETIME: Duration = Duration::from_hours(24);

/// Upload pictures and videos, and print their keys
///
/// `hayon post --media KEY` takes such a key for a day. Small files go side by side, a large one in parts
/// that do; what is interrupted goes on where it stopped when the same file is uploaded again.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon media upload cat.jpg dog.jpg
  hayon media upload film.mp4 --json
  hayon media upload --give-up film.mp4     deletes what is there of an interrupted upload")]
pub(crate) struct UploadArgs {
    /// The files
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    files: Vec<PathBuf>,
    /// Upload nothing; delete what is there of interrupted uploads of these files
    #[arg(long)]
    give_up: bool,
}

/// A file that is going to be uploaded.
struct Planned<'a> {
    path: &'a Path,
    key: MediaKey,
    mime: &'static str,
    size_bytes: u64,
}

/// Uploads the files, the small ones side by side, or gives uploads up.
pub(crate) fn run(context: &Context, arguments: &UploadArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    let memory = config.state_dir.join("uploads");
    let planned = plan(context, &config, &arguments.files)?;
    if arguments.give_up {
        return give_up(context, &config, &planned, &memory);
    }
    let store = media_store(&config);
    let documents = RefCell::new(BTreeMap::new());
    let (store, documents_so_far) = (store.as_ref(), &documents);
    let bar = context
        .ui
        .transfer(planned.iter().map(|file| file.size_bytes).sum());
    let upload = Uploading {
        context,
        store,
        memory: &memory,
        bar: &bar,
        room: Semaphore::new(ROOM_MEBIBYTES as usize),
    };
    let (planned, upload) = (&planned, &upload);
    let work = |stopping| async move {
        let files = stream::iter(planned.iter().enumerate().map(Ok));
        files
            .try_for_each_concurrent(FILES_AT_ONCE, |(at, file)| {
                let stopping = watch::Receiver::clone(&stopping);
                async move {
                    let (uploaded, address) = upload.one(file, stopping).await?;
                    let address = address.as_ref();
                    upload.tell(&words(file, &uploaded, address));
                    let document = document(file, &uploaded, address);
                    documents_so_far.borrow_mut().insert(at, document);
                    Ok(())
                }
            })
            .await
    };
    let done = block_on(async { until_stopped(|| {}, work).await });
    drop(bar);
    // What is uploaded is there, whatever became of the rest.
    let documents = documents.take().into_values().collect();
    context.ui.print_json(&Value::Array(documents));
    done.map(|()| Exit::Done)
}

/// Looks at every file before anything is sent.
fn plan<'a>(
    context: &Context,
    config: &Config,
    files: &'a [PathBuf],
) -> Result<Vec<Planned<'a>>, CliError> {
    let owner = owner(config)?;
    let plan_one = |path: &'a PathBuf| {
        let mut source = Source::open(path)?;
        let shown = one_line(&path.display().to_string());
        let mime = mime_of_head(&source.head()?).ok_or_else(|| {
            let message = format!("`{shown}` is neither a picture nor a video that hayon knows");
            CliError::new("unreadable_media", message)
                .hint("it knows JPEG, PNG, WebP, GIF, MP4, MOV and WebM, by their first bytes")
        })?;
        let name = MediaName::new(context.clock.now(), mime);
        Ok(Planned {
            path,
            key: name.in_temp(&owner),
            mime,
            size_bytes: source.stamp().size_bytes,
        })
    };
    files.iter().map(plan_one).collect()
}

/// What every upload of a command shares.
struct Uploading<'a> {
    context: &'a Context,
    store: &'a dyn MediaStore,
    memory: &'a Path,
    bar: &'a Transfer,
    /// A permit for each mebibyte that may be in memory.
    room: Semaphore,
}

impl Uploading<'_> {
    /// Uploads `file` as soon as there is room for it, and finds out where others can fetch it.
    async fn one(
        &self,
        file: &Planned<'_>,
        mut stopping: watch::Receiver<bool>,
    ) -> Result<(Uploaded, Option<Address>), CliError> {
        let mebibytes = u32::try_from(file.size_bytes >> 20).unwrap_or(u32::MAX);
        // A large file fills all of it with its parts, and so is alone.
        let needed = mebibytes.saturating_add(1).min(ROOM_MEBIBYTES);
        let _room = self.room.acquire_many(needed).await;
        let there = AtomicU64::new(0);
        let progress = |moved| {
            let (Moved::Found(bytes) | Moved::Sent(bytes)) = moved;
            there.fetch_add(bytes, Ordering::Relaxed);
            match moved {
                Moved::Found(bytes) => self.bar.find(bytes),
                Moved::Sent(bytes) => self.bar.send(bytes),
            }
        };
        let upload = Upload {
            path: file.path,
            key: &file.key,
            mime: file.mime,
            memory: self.memory,
        };
        let uploaded = tokio::select! {
            uploaded = self.store.upload(&upload, &progress) => uploaded?,
            _ = stopping.wait_for(|stopping| *stopping) => {
                return Err(stopped(file, there.load(Ordering::Relaxed)));
            }
        };
        let address = address(self.context, self.store, &uploaded.key).await?;
        Ok((uploaded, address))
    }

    /// Tells what was uploaded, with the bar out of the way.
    fn tell(&self, words: &str) {
        self.bar.make_room(|| self.context.ui.print(words));
    }
}

fn stopped(file: &Planned<'_>, there_bytes: u64) -> CliError {
    let shown = one_line(&file.path.display().to_string());
    let (there, all) = (in_words(there_bytes), in_words(file.size_bytes));
    if there_bytes == 0 {
        return CliError::new(
            "stopped",
            format!("stopped: nothing of `{shown}` is stored"),
        );
    }
    CliError::new(
        "stopped",
        format!("stopped: {there} of {all} of `{shown}` are stored"),
    )
    .hint(format!(
        "`hayon media upload {shown}` goes on where it stopped"
    ))
    .hint(format!(
        "`hayon media upload --give-up {shown}` deletes what is there"
    ))
}

/// Returns the address of what was uploaded, if others can fetch it at all.
async fn address(
    context: &Context,
    store: &dyn MediaStore,
    key: &str,
) -> Result<Option<Address>, CliError> {
    let lifetime = Lifetime {
        from: context.clock.now(),
        length: LIFETIME,
    };
    match store.address(key, lifetime).await {
        Ok(address) => Ok(Some(address)),
        Err(MediaError::NoAddress { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn give_up(
    context: &Context,
    config: &Config,
    planned: &[Planned<'_>],
    memory: &Path,
) -> Result<Exit, CliError> {
    let bucket = needed_bucket(config)?;
    let mut documents = Vec::new();
    block_on(async {
        for file in planned {
            let upload = Upload {
                path: file.path,
                key: &file.key,
                mime: file.mime,
                memory,
            };
            let was_there = bucket.give_up(&upload).await?;
            let path = one_line(&file.path.display().to_string());
            context.ui.print(&if was_there {
                format!("deleted what was there of `{path}`")
            } else {
                format!("nothing was there of `{path}`")
            });
            documents.push(json!({ "path": path, "given_up": was_there }));
        }
        Ok(())
    })?;
    context.ui.print_json(&Value::from(documents));
    Ok(Exit::Done)
}

fn words(file: &Planned<'_>, uploaded: &Uploaded, address: Option<&Address>) -> String {
    let mut words = format!(
        "{}  {}  {}  sha256 {}  {}",
        uploaded.key,
        file.mime,
        in_words(uploaded.size_bytes),
        uploaded.sha256,
        one_line(&file.path.display().to_string())
    );
    if let Some(address) = address {
        words.push_str(&format!("\n  {}", address.expose()));
    }
    words
}

fn document(file: &Planned<'_>, uploaded: &Uploaded, address: Option<&Address>) -> Value {
    json!({
        "path": file.path.display().to_string(),
        "key": uploaded.key,
        "url": address.map(Address::expose),
        "expires_at": address.map_or(Value::Null, end_in_json),
        "size_bytes": uploaded.size_bytes,
        "mime": file.mime,
        "sha256": uploaded.sha256,
    })
}
