//! Uploads in parts that are not complete: the list of them, and what each part was, of which
//! `s3s-fs` keeps neither.

use std::collections::BTreeMap;
use std::time::SystemTime;

use s3s::S3Result;
use s3s::dto::CompletedMultipartUpload;
use s3s::dto::CreateMultipartUploadOutput;
use s3s::dto::ETag;
use s3s::dto::ListMultipartUploadsInput;
use s3s::dto::ListMultipartUploadsOutput;
use s3s::dto::ListPartsInput;
use s3s::dto::ListPartsOutput;
use s3s::dto::MultipartUpload;
use s3s::dto::Part;
use s3s::dto::Timestamp;
use s3s::s3_error;

/// The most that one page of a list holds.
const PAGE_MAX: i32 = 1000;

/// The uploads, by their ids.
#[derive(Debug, Default)]
pub(super) struct Uploads(BTreeMap<String, Upload>);

#[derive(Debug)]
struct Upload {
    bucket: String,
    key: String,
    initiated: Timestamp,
    parts: BTreeMap<i32, Part>,
}

impl Uploads {
    /// Notes that an upload has begun.
    pub(super) fn begin(&mut self, created: &CreateMultipartUploadOutput, now: SystemTime) {
        let upload = Upload {
            bucket: created.bucket.clone().unwrap_or_default(),
            key: created.key.clone().unwrap_or_default(),
            initiated: Timestamp::from(now),
            parts: BTreeMap::new(),
        };
        let id = created.upload_id.clone().unwrap_or_default();
        self.0.insert(id, upload);
    }

    /// Says whether there is an upload `id` of `key`.
    pub(super) fn check(&self, id: &str, bucket: &str, key: &str) -> S3Result<()> {
        self.find(id, bucket, key).map(|_| ())
    }

    fn find(&self, id: &str, bucket: &str, key: &str) -> S3Result<&Upload> {
        self.0
            .get(id)
            .filter(|upload| upload.bucket == bucket && upload.key == key)
            .ok_or_else(|| s3_error!(NoSuchUpload, "The specified upload does not exist."))
    }

    /// Notes a part that has been received.
    pub(super) fn receive(
        &mut self,
        id: &str,
        number: i32,
        size: i64,
        e_tag: Option<ETag>,
        now: SystemTime,
    ) {
        let part = Part {
            e_tag,
            last_modified: Some(Timestamp::from(now)),
            part_number: Some(number),
            size: Some(size),
            ..Part::default()
        };
        if let Some(upload) = self.0.get_mut(id) {
            upload.parts.insert(number, part);
        }
    }

    /// Says whether an upload can be put together from the parts that a client names.
    pub(super) fn check_parts(
        &self,
        id: &str,
        named: Option<&CompletedMultipartUpload>,
    ) -> S3Result<()> {
        let received = self.0.get(id).map(|upload| &upload.parts);
        for part in named
            .and_then(|named| named.parts.as_ref())
            .into_iter()
            .flatten()
        {
            let number = part.part_number.unwrap_or_default();
            let known = received.and_then(|parts| parts.get(&number));
            if known.is_none_or(|known| known.e_tag != part.e_tag) {
                return Err(s3_error!(
                    InvalidPart,
                    "One or more of the specified parts could not be found."
                ));
            }
        }
        Ok(())
    }

    /// Forgets an upload that is complete or given up.
    pub(super) fn end(&mut self, id: &str) {
        self.0.remove(id);
    }

    /// Lists the parts of an upload.
    pub(super) fn parts(&self, asked: ListPartsInput) -> S3Result<ListPartsOutput> {
        let upload = self.find(&asked.upload_id, &asked.bucket, &asked.key)?;
        let after = asked.part_number_marker.unwrap_or(0);
        let most = asked.max_parts.unwrap_or(PAGE_MAX).clamp(0, PAGE_MAX);
        let most = usize::try_from(most).unwrap_or_default();
        let mut parts: Vec<Part> = upload
            .parts
            .range(after + 1..)
            .map(|(_, part)| part.clone())
            .take(most + 1)
            .collect();
        let is_truncated = parts.len() > most;
        parts.truncate(most);
        let last = parts.last().and_then(|part| part.part_number);
        Ok(ListPartsOutput {
            bucket: Some(asked.bucket),
            key: Some(asked.key),
            upload_id: Some(asked.upload_id),
            part_number_marker: asked.part_number_marker,
            next_part_number_marker: last.filter(|_| is_truncated),
            is_truncated: Some(is_truncated),
            parts: Some(parts),
            ..ListPartsOutput::default()
        })
    }

    /// Lists the uploads to a bucket.
    pub(super) fn list(&self, asked: ListMultipartUploadsInput) -> ListMultipartUploadsOutput {
        let prefix = asked.prefix.as_deref().unwrap_or_default();
        let is_asked =
            |upload: &Upload| upload.bucket == asked.bucket && upload.key.starts_with(prefix);
        let uploads = self.0.iter().filter(|(_, upload)| is_asked(upload));
        let uploads: Vec<MultipartUpload> = uploads
            .map(|(id, upload)| MultipartUpload {
                initiated: Some(upload.initiated.clone()),
                key: Some(upload.key.clone()),
                upload_id: Some(id.clone()),
                ..MultipartUpload::default()
            })
            .collect();
        ListMultipartUploadsOutput {
            bucket: Some(asked.bucket),
            prefix: asked.prefix,
            is_truncated: Some(false),
            uploads: Some(uploads),
            ..ListMultipartUploadsOutput::default()
        }
    }
}
