//! `hayon media upload`: files of any size into the store, ready for a post.

use std::cell::RefCell;
use std::path::Path;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use clap::Args;
use clap::ValueHint;
use serde_json::Value;
use serde_json::json;
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

/// How long the address works that is shown.
const LIFETIME: Duration = Duration::from_hours(24);

/// Upload pictures and videos, and print their keys
///
/// `hayon post --media KEY` takes such a key for a day. A large file goes in parts, side by side; what is
/// interrupted goes on where it stopped when the same file is uploaded again.
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

/// Uploads the files one after the other, or gives uploads up.
pub(crate) fn run(context: &Context, arguments: &UploadArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    let memory = config.state_dir.join("uploads");
    let planned = plan(context, &config, &arguments.files)?;
    if arguments.give_up {
        return give_up(context, &config, &planned, &memory);
    }
    let store = media_store(&config);
    let documents = RefCell::new(Vec::new());
    let (store, planned, memory, done_so_far) = (store.as_ref(), &planned, &memory, &documents);
    let work = |mut stopping| async move {
        for file in planned {
            let uploaded = send(context, store, file, memory, &mut stopping).await?;
            let address = address(context, store, &uploaded.key).await?;
            context.ui.print(&words(file, &uploaded, address.as_ref()));
            let document = document(file, &uploaded, address.as_ref());
            done_so_far.borrow_mut().push(document);
        }
        Ok(())
    };
    let done = block_on(async { until_stopped(|| {}, work).await });
    // What is uploaded is there, whatever became of the rest.
    context.ui.print_json(&Value::from(documents.take()));
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

async fn send(
    context: &Context,
    store: &dyn MediaStore,
    file: &Planned<'_>,
    memory: &Path,
    stopping: &mut watch::Receiver<bool>,
) -> Result<Uploaded, CliError> {
    let bar = context.ui.transfer(file.size_bytes);
    let there = AtomicU64::new(0);
    let progress = |moved| {
        let (Moved::Found(bytes) | Moved::Sent(bytes)) = moved;
        there.fetch_add(bytes, Ordering::Relaxed);
        match moved {
            Moved::Found(bytes) => bar.find(bytes),
            Moved::Sent(bytes) => bar.send(bytes),
        }
    };
    let upload = Upload {
        path: file.path,
        key: &file.key,
        mime: file.mime,
        memory,
    };
    tokio::select! {
        uploaded = store.upload(&upload, &progress) => Ok(uploaded?),
        _ = stopping.wait_for(|stopping| *stopping) => {
            Err(stopped(file, there.load(Ordering::Relaxed)))
        }
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
        "{}  {}  {}  sha256 {}",
        uploaded.key,
        file.mime,
        in_words(uploaded.size_bytes),
        uploaded.sha256
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
