//! The buckets: files by `s3s-fs`, and beside them in memory what it does not keep.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::SystemTime;

use jiff::SignedDuration;
use jiff::Timestamp;
use s3s::S3;
use s3s::S3Request;
use s3s::S3Response;
use s3s::S3Result;
use s3s::dto as s3;
use s3s::s3_error;
use s3s_fs::FileSystem;

use crate::clock::Clock;
use crate::sandbox::s3::uploads::Uploads;

/// The buckets.
#[derive(Debug)]
pub(super) struct Buckets {
    files: FileSystem,
    kept: Mutex<Kept>,
    clock: Clock,
}

/// What is kept in memory, by bucket where it is a bucket's.
#[derive(Debug, Default)]
struct Kept {
    cors: BTreeMap<String, Vec<s3::CORSRule>>,
    lifecycle: BTreeMap<String, Vec<s3::LifecycleRule>>,
    uploads: Uploads,
}

/// The buckets as `s3s` takes them: as its own.
pub(super) struct Shared(pub(super) Arc<Buckets>);

impl Buckets {
    /// Returns the buckets in the folder `root`.
    pub(super) fn open(root: &Path, clock: Clock) -> io::Result<Self> {
        let files =
            FileSystem::new(root).map_err(|error| io::Error::other(format!("{error:?}")))?;
        Ok(Self {
            files,
            kept: Mutex::default(),
            clock,
        })
    }

    /// Returns the CORS rules of the bucket that `path` begins with.
    pub(super) fn cors_rules_at(&self, path: &str) -> Vec<s3::CORSRule> {
        let bucket = path.trim_start_matches('/').split('/').next();
        let kept = self.kept();
        let rules = bucket.and_then(|bucket| kept.cors.get(bucket));
        rules.cloned().unwrap_or_default()
    }

    fn now(&self) -> SystemTime {
        let since = self.clock.now().duration_since(Timestamp::UNIX_EPOCH);
        SystemTime::UNIX_EPOCH + since.max(SignedDuration::ZERO).unsigned_abs()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn check_bucket(&self, bucket: &str) -> S3Result<()> {
        let input = s3::HeadBucketInput {
            bucket: bucket.to_owned(),
            ..s3::HeadBucketInput::default()
        };
        self.files.head_bucket(request(input)).await.map(|_| ())
    }
}

/// Returns a request of the sandbox to itself.
fn request<T>(input: T) -> S3Request<T> {
    S3Request {
        input,
        method: axum::http::Method::default(),
        uri: axum::http::Uri::default(),
        headers: axum::http::HeaderMap::default(),
        extensions: axum::http::Extensions::default(),
        credentials: None,
        region: None,
        service: None,
        trailing_headers: None,
    }
}

/// What a method of [`S3`] answers.
type Answer<T> = S3Result<S3Response<T>>;

#[async_trait::async_trait]
impl S3 for Shared {
    async fn list_buckets(
        &self,
        asked: S3Request<s3::ListBucketsInput>,
    ) -> Answer<s3::ListBucketsOutput> {
        self.0.files.list_buckets(asked).await
    }

    async fn head_bucket(
        &self,
        asked: S3Request<s3::HeadBucketInput>,
    ) -> Answer<s3::HeadBucketOutput> {
        self.0.files.head_bucket(asked).await
    }

    async fn get_bucket_location(
        &self,
        asked: S3Request<s3::GetBucketLocationInput>,
    ) -> Answer<s3::GetBucketLocationOutput> {
        self.0.files.get_bucket_location(asked).await
    }

    async fn list_objects(
        &self,
        mut asked: S3Request<s3::ListObjectsInput>,
    ) -> Answer<s3::ListObjectsOutput> {
        drop_empty(&mut asked.input.delimiter);
        self.0.files.list_objects(asked).await
    }

    async fn list_objects_v2(
        &self,
        mut asked: S3Request<s3::ListObjectsV2Input>,
    ) -> Answer<s3::ListObjectsV2Output> {
        drop_empty(&mut asked.input.delimiter);
        self.0.files.list_objects_v2(asked).await
    }

    async fn put_object(
        &self,
        asked: S3Request<s3::PutObjectInput>,
    ) -> Answer<s3::PutObjectOutput> {
        self.0.check_bucket(&asked.input.bucket).await?;
        self.0.files.put_object(asked).await
    }

    async fn get_object(
        &self,
        asked: S3Request<s3::GetObjectInput>,
    ) -> Answer<s3::GetObjectOutput> {
        self.0.check_bucket(&asked.input.bucket).await?;
        let mut answer = self.0.files.get_object(asked).await?;
        answer.output.accept_ranges = Some("bytes".to_owned());
        Ok(answer)
    }

    async fn head_object(
        &self,
        asked: S3Request<s3::HeadObjectInput>,
    ) -> Answer<s3::HeadObjectOutput> {
        let mut answer = self.0.files.head_object(asked).await?;
        answer.output.accept_ranges = Some("bytes".to_owned());
        Ok(answer)
    }

    async fn copy_object(
        &self,
        asked: S3Request<s3::CopyObjectInput>,
    ) -> Answer<s3::CopyObjectOutput> {
        self.0.files.copy_object(asked).await
    }

    async fn delete_object(
        &self,
        asked: S3Request<s3::DeleteObjectInput>,
    ) -> Answer<s3::DeleteObjectOutput> {
        self.0.files.delete_object(asked).await
    }

    async fn delete_objects(
        &self,
        asked: S3Request<s3::DeleteObjectsInput>,
    ) -> Answer<s3::DeleteObjectsOutput> {
        self.0.files.delete_objects(asked).await
    }

    async fn create_multipart_upload(
        &self,
        asked: S3Request<s3::CreateMultipartUploadInput>,
    ) -> Answer<s3::CreateMultipartUploadOutput> {
        self.0.check_bucket(&asked.input.bucket).await?;
        let answer = self.0.files.create_multipart_upload(asked).await?;
        self.0.kept().uploads.begin(&answer.output, self.0.now());
        Ok(answer)
    }

    async fn upload_part(
        &self,
        asked: S3Request<s3::UploadPartInput>,
    ) -> Answer<s3::UploadPartOutput> {
        let input = &asked.input;
        let (id, number) = (input.upload_id.clone(), input.part_number);
        let size = input.content_length.unwrap_or_default();
        self.0
            .kept()
            .uploads
            .check(&id, &input.bucket, &input.key)?;
        let answer = self.0.files.upload_part(asked).await?;
        let e_tag = answer.output.e_tag.clone();
        self.0
            .kept()
            .uploads
            .receive(&id, number, size, e_tag, self.0.now());
        Ok(answer)
    }

    async fn list_parts(
        &self,
        asked: S3Request<s3::ListPartsInput>,
    ) -> Answer<s3::ListPartsOutput> {
        self.0
            .kept()
            .uploads
            .parts(asked.input)
            .map(S3Response::new)
    }

    async fn list_multipart_uploads(
        &self,
        asked: S3Request<s3::ListMultipartUploadsInput>,
    ) -> Answer<s3::ListMultipartUploadsOutput> {
        self.0.check_bucket(&asked.input.bucket).await?;
        Ok(S3Response::new(self.0.kept().uploads.list(asked.input)))
    }

    async fn complete_multipart_upload(
        &self,
        asked: S3Request<s3::CompleteMultipartUploadInput>,
    ) -> Answer<s3::CompleteMultipartUploadOutput> {
        let input = &asked.input;
        let id = input.upload_id.clone();
        {
            let kept = self.0.kept();
            kept.uploads.check(&id, &input.bucket, &input.key)?;
            kept.uploads
                .check_parts(&id, input.multipart_upload.as_ref())?;
        }
        let answer = self.0.files.complete_multipart_upload(asked).await?;
        self.0.kept().uploads.end(&id);
        Ok(answer)
    }

    async fn abort_multipart_upload(
        &self,
        asked: S3Request<s3::AbortMultipartUploadInput>,
    ) -> Answer<s3::AbortMultipartUploadOutput> {
        let input = &asked.input;
        let id = input.upload_id.clone();
        self.0
            .kept()
            .uploads
            .check(&id, &input.bucket, &input.key)?;
        let answer = self.0.files.abort_multipart_upload(asked).await?;
        self.0.kept().uploads.end(&id);
        Ok(answer)
    }

    async fn get_bucket_cors(
        &self,
        asked: S3Request<s3::GetBucketCorsInput>,
    ) -> Answer<s3::GetBucketCorsOutput> {
        self.0.check_bucket(&asked.input.bucket).await?;
        let rules = self.0.kept().cors.get(&asked.input.bucket).cloned();
        let none = || {
            s3_error!(
                NoSuchCORSConfiguration,
                "The CORS configuration does not exist"
            )
        };
        let cors_rules = Some(rules.ok_or_else(none)?);
        Ok(S3Response::new(s3::GetBucketCorsOutput { cors_rules }))
    }

    async fn put_bucket_cors(
        &self,
        asked: S3Request<s3::PutBucketCorsInput>,
    ) -> Answer<s3::PutBucketCorsOutput> {
        let input = asked.input;
        self.0.check_bucket(&input.bucket).await?;
        let rules = input.cors_configuration.cors_rules;
        self.0.kept().cors.insert(input.bucket, rules);
        Ok(S3Response::new(s3::PutBucketCorsOutput::default()))
    }

    async fn delete_bucket_cors(
        &self,
        asked: S3Request<s3::DeleteBucketCorsInput>,
    ) -> Answer<s3::DeleteBucketCorsOutput> {
        self.0.kept().cors.remove(&asked.input.bucket);
        Ok(S3Response::new(s3::DeleteBucketCorsOutput::default()))
    }

    async fn get_bucket_lifecycle_configuration(
        &self,
        asked: S3Request<s3::GetBucketLifecycleConfigurationInput>,
    ) -> Answer<s3::GetBucketLifecycleConfigurationOutput> {
        self.0.check_bucket(&asked.input.bucket).await?;
        let rules = self.0.kept().lifecycle.get(&asked.input.bucket).cloned();
        let none = || {
            s3_error!(
                NoSuchLifecycleConfiguration,
                "The lifecycle configuration does not exist"
            )
        };
        Ok(S3Response::new(s3::GetBucketLifecycleConfigurationOutput {
            rules: Some(rules.ok_or_else(none)?),
            ..s3::GetBucketLifecycleConfigurationOutput::default()
        }))
    }

    async fn put_bucket_lifecycle_configuration(
        &self,
        asked: S3Request<s3::PutBucketLifecycleConfigurationInput>,
    ) -> Answer<s3::PutBucketLifecycleConfigurationOutput> {
        let input = asked.input;
        self.0.check_bucket(&input.bucket).await?;
        let rules = input.lifecycle_configuration.map(|it| it.rules);
        let rules = rules.ok_or_else(|| s3_error!(MalformedXML))?;
        self.0.kept().lifecycle.insert(input.bucket, rules);
        Ok(S3Response::new(
            s3::PutBucketLifecycleConfigurationOutput::default(),
        ))
    }

    async fn delete_bucket_lifecycle(
        &self,
        asked: S3Request<s3::DeleteBucketLifecycleInput>,
    ) -> Answer<s3::DeleteBucketLifecycleOutput> {
        self.0.kept().lifecycle.remove(&asked.input.bucket);
        Ok(S3Response::new(s3::DeleteBucketLifecycleOutput::default()))
    }
}

/// `s3s-fs` takes an empty delimiter for one that stands everywhere.
fn drop_empty(delimiter: &mut Option<String>) {
    if delimiter.as_deref() == Some("") {
        *delimiter = None;
    }
}
