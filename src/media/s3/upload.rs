//! A file of any size into the bucket: at once if it is small, else in parts side by side.
//!
//! One task reads the file from front to end and hashes it, and each part is read again for sending it.
//! So no part is in memory, however many are under way.
//! Nothing is put together from parts of a file that has changed: each part is one that the first reading
//! has seen, by its signature, or one whose hash that reading confirms.

use std::collections::BTreeMap;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;

use aws_sdk_s3::types::CompletedMultipartUpload;
use aws_sdk_s3::types::CompletedPart;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use crate::media::MediaError;
use crate::media::file::Hashed;
use crate::media::file::Moved;
use crate::media::file::Progress;
use crate::media::file::Source;
use crate::media::file::Upload;
use crate::media::file::Uploaded;
use crate::media::s3::S3Store;
use crate::media::s3::client::patience_for_part;
use crate::media::s3::failure;
use crate::media::s3::failure::BucketError;
use crate::media::s3::objects::size;
use crate::media::s3::part::Place;
use crate::media::s3::part::SignedByHash;
use crate::media::s3::unfinished::Memory;
use crate::media::s3::unfinished::PartLine;
use crate::media::s3::unfinished::Which;

/// The size of a part, and of the largest file that is sent whole. At least 5 MiB, and there may be
/// ten thousand (docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html, read 2026-11-25).
const PART_BYTES: u64 = 8 * 1024 * 1024;

/// How many parts are under way at a time. Where every connection is slow, this is how fast it goes.
const SIDE_BY_SIDE: usize = 8;

/// The largest file: what a copy by the storage takes (`CopyObject` in
/// docs.aws.amazon.com/AmazonS3/latest/API, read 2026-11-25), and so what can be promoted. No platform takes as much.
const FILE_BYTES_MAX: u64 = 5 * 1024 * 1024 * 1024;

/// A part that is being sent.
type Sending<'s> = Pin<Box<dyn Future<Output = Result<PartLine, MediaError>> + Send + 's>>;

impl S3Store {
    /// Uploads a file.
    pub(super) async fn upload_file(
        &self,
        upload: &Upload<'_>,
        progress: Progress<'_>,
    ) -> Result<Uploaded, MediaError> {
        let mut source = Source::open(upload.path)?;
        let size_bytes = source.stamp().size_bytes;
        if size_bytes > FILE_BYTES_MAX {
            return Err(source.failed(std::io::Error::other("it is larger than 5 GiB")));
        }
        if size_bytes > PART_BYTES {
            return self.upload_in_parts(source, upload, progress).await;
        }
        let piece = source.next(PART_BYTES)?;
        let key = upload.key.as_str();
        self.put_object(key, piece.bytes, upload.mime).await?;
        progress(Moved::Sent(size_bytes));
        Ok(Uploaded {
            key: key.to_owned(),
            size_bytes,
            sha256: piece.sha256_so_far,
        })
    }

    async fn upload_in_parts(
        &self,
        source: Source,
        upload: &Upload<'_>,
        progress: Progress<'_>,
    ) -> Result<Uploaded, MediaError> {
        let unremembered = |source| MediaError::Io {
            key: upload.memory.display().to_string(),
            source,
        };
        let memory = Memory::open(upload.memory, &self.name_of_store(), upload.path);
        let Some(mut memory) = memory.map_err(unremembered)? else {
            return Err(MediaError::FileBusy {
                path: upload.path.to_owned(),
            });
        };
        let (which, known) = self.begin_or_go_on(&mut memory, &source, upload).await?;
        let sent = self
            .send_parts(&which, known, source, &mut memory, progress)
            .await;
        let (parts, sha256) = match sent {
            // What the bucket has of it fits no file any more.
            Err(error @ MediaError::FileChanged { .. }) => {
                self.abort(&which).await?;
                memory.forget().map_err(unremembered)?;
                return Err(error);
            }
            sent => sent?,
        };
        self.complete(&which, parts).await?;
        memory.forget().map_err(unremembered)?;
        Ok(Uploaded {
            key: which.key,
            size_bytes: which.size_bytes,
            sha256,
        })
    }

    fn name_of_store(&self) -> String {
        let endpoint = self.settings.endpoint.as_ref().map(url::Url::as_str);
        format!("{} {}", endpoint.unwrap_or_default(), self.bucket())
    }

    /// Returns the upload that was interrupted, with the parts that the bucket has of it, or a new one.
    async fn begin_or_go_on(
        &self,
        memory: &mut Memory,
        source: &Source,
        upload: &Upload<'_>,
    ) -> Result<(Which, BTreeMap<i32, PartLine>), MediaError> {
        let unremembered = |source| MediaError::Io {
            key: upload.memory.display().to_string(),
            source,
        };
        if let Some((which, mut parts)) = memory.read().map_err(unremembered)? {
            if which.fits(PART_BYTES, source.stamp(), upload.mime) {
                if let Some(there) = self.parts_there(&which).await? {
                    parts.retain(|number, part| there.get(number) == Some(&part.e_tag));
                    return Ok((which, parts));
                }
            } else {
                self.abort(&which).await?;
            }
        }
        let key = upload.key.as_str();
        let request = self.client().await.create_multipart_upload();
        let created = request
            .bucket(self.bucket())
            .key(key)
            .content_type(upload.mime)
            .set_metadata(Some(self.marks()))
            .send()
            .await
            .map_err(|error| self.refused(key, &error))?;
        let id = created.upload_id().unwrap_or_default();
        let which = Which::new(key, id, PART_BYTES, source.stamp(), upload.mime);
        memory.begin(&which).map_err(unremembered)?;
        Ok((which, BTreeMap::new()))
    }

    /// Returns the entity tags of the whole parts that the bucket has, or nothing if it knows the
    /// upload no more.
    async fn parts_there(
        &self,
        which: &Which,
    ) -> Result<Option<BTreeMap<i32, String>>, MediaError> {
        let mut there = BTreeMap::new();
        let mut marker: Option<String> = None;
        loop {
            let request = self.client().await.list_parts().bucket(self.bucket());
            let answer = request
                .key(&which.key)
                .upload_id(&which.upload_id)
                .set_part_number_marker(marker)
                .send()
                .await;
            let answer = match answer {
                Ok(answer) => answer,
                Err(error) if failure::told(&error).is("NoSuchUpload") => return Ok(None),
                Err(error) => return Err(self.failed(&which.key, &error)),
            };
            for part in answer.parts() {
                let number = part.part_number().unwrap_or_default();
                if size(part.size()) == which.length_of(number) {
                    there.insert(number, part.e_tag().unwrap_or_default().to_owned());
                }
            }
            marker = answer.next_part_number_marker;
            if marker.is_none() || !answer.is_truncated.unwrap_or(false) {
                return Ok(Some(there));
            }
        }
    }

    /// Reads the file and sends what of it the bucket does not have. Returns all parts, and the
    /// SHA-256 of the file.
    async fn send_parts(
        &self,
        which: &Which,
        known: BTreeMap<i32, PartLine>,
        mut source: Source,
        memory: &mut Memory,
        progress: Progress<'_>,
    ) -> Result<(BTreeMap<i32, PartLine>, String), MediaError> {
        let count = which.size_bytes.div_ceil(which.part_bytes);
        let mut parts = BTreeMap::new();
        let mut sha256 = String::new();
        let mut under_way: FuturesUnordered<Sending<'_>> = FuturesUnordered::new();
        for number in 1..=i32::try_from(count).unwrap_or(i32::MAX) {
            let part;
            (source, part) = hash_aside(source, which.part_bytes).await?;
            if part.size_bytes != which.length_of(number) {
                return Err(source.changed());
            }
            sha256.clone_from(&part.sha256_so_far);
            let is_there = |known: &&PartLine| known.sha256_so_far == part.sha256_so_far;
            if let Some(known) = known.get(&number).filter(is_there) {
                progress(Moved::Found(part.size_bytes));
                parts.insert(number, known.clone());
                continue;
            }
            under_way.push(self.send_part(which, number, part, source.path()));
            if under_way.len() >= SIDE_BY_SIDE
                && let Some(sent) = under_way.next().await
            {
                let part = sent.map_err(blame(&source))?;
                note(part, which, &mut parts, memory, progress)?;
            }
        }
        while let Some(sent) = under_way.next().await {
            let part = sent.map_err(blame(&source))?;
            note(part, which, &mut parts, memory, progress)?;
        }
        // A storage that does not check signatures has taken what it was sent.
        source.check_in_place()?;
        Ok((parts, sha256))
    }

    /// Returns the sending of a part.
    fn send_part<'s>(
        &'s self,
        which: &'s Which,
        number: i32,
        part: Hashed,
        path: &Path,
    ) -> Sending<'s> {
        let length = which.length_of(number);
        let place = Place {
            path: path.to_owned(),
            offset: which.offset_of(number),
            length,
        };
        let signed = SignedByHash {
            sha256: part.sha256,
        };
        Box::pin(async move {
            let request = self.client().await.upload_part().bucket(self.bucket());
            let answer = request
                .key(&which.key)
                .upload_id(&which.upload_id)
                .part_number(number)
                .body(place.stream())
                .customize()
                // All share the line.
                .config_override(patience_for_part(length * SIDE_BY_SIDE as u64))
                .interceptor(signed)
                .send()
                .await
                .map_err(|error| self.failed(&which.key, &error))?;
            Ok(PartLine {
                number,
                sha256_so_far: part.sha256_so_far,
                e_tag: answer.e_tag.unwrap_or_default(),
            })
        })
    }

    async fn complete(
        &self,
        which: &Which,
        parts: BTreeMap<i32, PartLine>,
    ) -> Result<(), MediaError> {
        let parts = parts.into_values().map(|part| {
            CompletedPart::builder()
                .part_number(part.number)
                .e_tag(part.e_tag)
                .build()
        });
        let all = CompletedMultipartUpload::builder().set_parts(Some(parts.collect()));
        let request = self.client().await.complete_multipart_upload();
        let completed = request
            .bucket(self.bucket())
            .key(&which.key)
            .upload_id(&which.upload_id)
            .multipart_upload(all.build())
            .customize()
            // A storage may take its time over putting gigabytes together.
            .config_override(patience_for_part(which.size_bytes))
            .send()
            .await;
        if let Err(error) = completed {
            // The answer to an earlier sending may have been lost: then it is put together already.
            let may_be_done = failure::told(&error).is("NoSuchUpload");
            if !may_be_done {
                return Err(self.failed(&which.key, &error));
            }
        }
        let head = self.head(&which.key).await?;
        let length = head.map(|head| size(head.content_length()));
        if length == Some(which.size_bytes) {
            return Ok(());
        }
        let told = failure::refused("the object is not what was uploaded".into());
        Err(MediaError::Bucket(BucketError::new(
            &self.settings,
            &which.key,
            told,
        )))
    }

    /// Gives an upload up: the bucket forgets its parts.
    async fn abort(&self, which: &Which) -> Result<(), MediaError> {
        let request = self.client().await.abort_multipart_upload();
        let aborted = request
            .bucket(self.bucket())
            .key(&which.key)
            .upload_id(&which.upload_id)
            .send()
            .await;
        match aborted {
            Err(error) if !failure::told(&error).is("NoSuchUpload") => {
                Err(self.failed(&which.key, &error))
            }
            _ => Ok(()),
        }
    }

    /// Gives up what was interrupted of the file, if anything was. Says whether something was.
    pub(crate) async fn give_up(&self, upload: &Upload<'_>) -> Result<bool, MediaError> {
        let unremembered = |source| MediaError::Io {
            key: upload.memory.display().to_string(),
            source,
        };
        let memory = Memory::open(upload.memory, &self.name_of_store(), upload.path);
        let Some(mut memory) = memory.map_err(unremembered)? else {
            return Err(MediaError::FileBusy {
                path: upload.path.to_owned(),
            });
        };
        let remembered = memory.read().map_err(unremembered)?;
        if let Some((which, _)) = &remembered {
            self.abort(which).await?;
        }
        memory.forget().map_err(unremembered)?;
        Ok(remembered.is_some())
    }
}

/// Hashes the next part where nobody waits for it but us.
async fn hash_aside(mut source: Source, size_max: u64) -> Result<(Source, Hashed), MediaError> {
    let hashing = tokio::task::spawn_blocking(move || {
        let part = source.hash_next(size_max);
        (source, part)
    });
    match hashing.await {
        Ok((source, part)) => Ok((source, part?)),
        Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
    }
}

/// Returns who says why a part could not be sent: that the file has changed comes before all.
fn blame(source: &Source) -> impl Fn(MediaError) -> MediaError {
    move |error| source.check_in_place().err().unwrap_or(error)
}

fn note(
    part: PartLine,
    which: &Which,
    parts: &mut BTreeMap<i32, PartLine>,
    memory: &mut Memory,
    progress: Progress<'_>,
) -> Result<(), MediaError> {
    memory.add(&part).map_err(|source| MediaError::Io {
        key: which.key.clone(),
        source,
    })?;
    progress(Moved::Sent(which.length_of(part.number)));
    parts.insert(part.number, part);
    Ok(())
}
