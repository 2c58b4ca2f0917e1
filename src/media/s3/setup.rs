//! What a bucket is told once: which web pages may upload to it, and that `temp/` is thrown away.
//!
//! Rules of others in the bucket stay as they are, in their order; a rule is hayon's by its name.

use std::collections::BTreeSet;

use aws_sdk_s3::types::AbortIncompleteMultipartUpload;
use aws_sdk_s3::types::BucketLifecycleConfiguration;
use aws_sdk_s3::types::CorsConfiguration;
use aws_sdk_s3::types::CorsRule;
use aws_sdk_s3::types::ExpirationStatus;
use aws_sdk_s3::types::LifecycleExpiration;
use aws_sdk_s3::types::LifecycleRule;
use aws_sdk_s3::types::LifecycleRuleFilter;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Digest as _;
use md5::Md5;

use crate::media::MediaError;
use crate::media::s3::S3Store;
use crate::media::s3::failure;
use crate::media::s3::failure::BucketError;

/// The name of the rule that throws away what nobody has posted.
pub(crate) const DELETE_TEMP_FILES: &str = "DeleteTempFiles";

/// The name of the rule that throws away the parts of uploads which were never ended.
pub(crate) const ABORT_UNFINISHED: &str = "AbortUnfinishedUploads";

/// The name of the rule for web pages.
pub(crate) const CORS: &str = "HayonUploads";

/// How long a browser may remember what it was told, in seconds.
const MAX_AGE_SECONDS: i32 = 3000;

/// What a bucket is to be told.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    /// The rules as they are to be; empty where nothing is to be said.
    cors: Vec<CorsRule>,
    lifecycle: Vec<LifecycleRule>,
    /// What is new in them, in words.
    pub(crate) changes: Vec<Change>,
}

/// One thing that a bucket is told, or has been told before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) rule: &'static str,
    pub(crate) does: String,
    pub(crate) is_new: bool,
}

/// Which web pages may upload to a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WebPages {
    None,
    /// Those of these origins.
    Of(Vec<String>),
    /// Those of these origins are meant to, and the rule that says so is not what it should be.
    Hampered(Vec<String>),
}

impl S3Store {
    /// Returns what the bucket has not been told of what is to be thrown away there.
    pub(crate) async fn missing_lifecycle(&self) -> Result<Vec<Change>, MediaError> {
        let had = self.lifecycle_rules().await?;
        let mut changes = changes(&had, &self.own_lifecycle_rules()?);
        changes.retain(|change| change.is_new);
        Ok(changes)
    }

    /// Returns which web pages may upload.
    pub(crate) async fn web_pages(&self) -> Result<WebPages, MediaError> {
        let had = self.cors_rules().await?;
        if let Some(own) = had.iter().find(|rule| rule.id() == Some(CORS)) {
            let origins = own.allowed_origins().to_vec();
            let is_right = *own == self.cors_rule(&origins)?;
            return Ok(if is_right {
                WebPages::Of(origins)
            } else {
                WebPages::Hampered(origins)
            });
        }
        // Not every storage keeps the names of rules.
        let uploads = |rule: &&CorsRule| rule.allowed_methods().iter().any(|it| it == "PUT");
        let of_others = had
            .iter()
            .filter(uploads)
            .flat_map(CorsRule::allowed_origins);
        let origins: Vec<String> = of_others.cloned().collect();
        Ok(if origins.is_empty() {
            WebPages::None
        } else {
            WebPages::Of(origins)
        })
    }

    /// Reads what the bucket has been told, and returns what it is to be told: the rules of hayon,
    /// the one for web pages only where `origins` are named.
    pub(crate) async fn plan_setup(&self, origins: &[String]) -> Result<Setup, MediaError> {
        let (had_cors, had_lifecycle) = tokio::try_join!(
            Box::pin(self.cors_rules()),
            Box::pin(self.lifecycle_rules())
        )?;
        let mut changes = Vec::new();
        let mut cors = Vec::new();
        if !origins.is_empty() {
            let rule = self.cors_rule(origins)?;
            changes.push(Change {
                rule: CORS,
                does: format!("lets pages of {} upload and fetch", origins.join(", ")),
                is_new: !had_cors.contains(&rule),
            });
            cors = with_rules(had_cors, vec![rule], CorsRule::id);
        }
        let rules = self.own_lifecycle_rules()?;
        changes.extend(self::changes(&had_lifecycle, &rules));
        let lifecycle = with_rules(had_lifecycle, rules, LifecycleRule::id);
        Ok(Setup {
            cors,
            lifecycle,
            changes,
        })
    }

    /// Tells the bucket what of `setup` is new.
    pub(crate) async fn set_up(&self, setup: Setup) -> Result<(), MediaError> {
        let is_new = |rules: &[&str]| {
            let mut changes = setup.changes.iter();
            changes.any(|change| change.is_new && rules.contains(&change.rule))
        };
        if is_new(&[CORS]) {
            self.put_cors(&setup.cors).await?;
        }
        if is_new(&[DELETE_TEMP_FILES, ABORT_UNFINISHED]) {
            self.put_lifecycle(&setup.lifecycle).await?;
        }
        Ok(())
    }

    async fn cors_rules(&self) -> Result<Vec<CorsRule>, MediaError> {
        let request = self.client().await.get_bucket_cors().bucket(self.bucket());
        match request.send().await {
            Ok(answer) => Ok(answer.cors_rules.unwrap_or_default()),
            Err(error) if failure::told(&error).is("NoSuchCORSConfiguration") => Ok(Vec::new()),
            Err(error) => Err(self.failed_of_bucket(failure::told(&error))),
        }
    }

    async fn lifecycle_rules(&self) -> Result<Vec<LifecycleRule>, MediaError> {
        let request = self.client().await.get_bucket_lifecycle_configuration();
        match request.bucket(self.bucket()).send().await {
            Ok(answer) => Ok(answer.rules.unwrap_or_default()),
            Err(error) if failure::told(&error).is("NoSuchLifecycleConfiguration") => {
                Ok(Vec::new())
            }
            Err(error) => Err(self.failed_of_bucket(failure::told(&error))),
        }
    }

    async fn put_cors(&self, rules: &[CorsRule]) -> Result<(), MediaError> {
        let document = CorsConfiguration::builder()
            .set_cors_rules(Some(rules.to_vec()))
            .build();
        let document = document.map_err(|error| self.unbuilt(&error))?;
        let request = self.client().await.put_bucket_cors().bucket(self.bucket());
        let request = request.cors_configuration(document);
        let mut sent = request.clone().send().await.map(|_| ());
        if let Err(error) = &sent
            && failure::told(error).wants_md5()
        {
            let request = request.customize().mutate_request(add_md5);
            sent = request.send().await.map(|_| ());
        }
        sent.map_err(|error| self.failed_of_bucket(failure::told(&error)))
    }

    async fn put_lifecycle(&self, rules: &[LifecycleRule]) -> Result<(), MediaError> {
        let document = BucketLifecycleConfiguration::builder()
            .set_rules(Some(rules.to_vec()))
            .build();
        let document = document.map_err(|error| self.unbuilt(&error))?;
        let request = self.client().await.put_bucket_lifecycle_configuration();
        let request = request.bucket(self.bucket());
        let request = request.lifecycle_configuration(document);
        let mut sent = request.clone().send().await.map(|_| ());
        if let Err(error) = &sent
            && failure::told(error).wants_md5()
        {
            let request = request.customize().mutate_request(add_md5);
            sent = request.send().await.map(|_| ());
        }
        sent.map_err(|error| self.failed_of_bucket(failure::told(&error)))
    }

    fn cors_rule(&self, origins: &[String]) -> Result<CorsRule, MediaError> {
        CorsRule::builder()
            .id(CORS)
            .set_allowed_origins(Some(origins.to_vec()))
            .allowed_methods("PUT")
            .allowed_methods("GET")
            .allowed_headers("*")
            .max_age_seconds(MAX_AGE_SECONDS)
            .build()
            .map_err(|error| self.unbuilt(&error))
    }

    fn own_lifecycle_rules(&self) -> Result<Vec<LifecycleRule>, MediaError> {
        let rule = |name: &str, prefix: &str| {
            LifecycleRule::builder()
                .id(name)
                .status(ExpirationStatus::Enabled)
                .filter(LifecycleRuleFilter::builder().prefix(prefix).build())
        };
        let after_a_day = LifecycleExpiration::builder().days(1).build();
        let abort = AbortIncompleteMultipartUpload::builder()
            .days_after_initiation(1)
            .build();
        [
            rule(DELETE_TEMP_FILES, "temp/").expiration(after_a_day),
            rule(ABORT_UNFINISHED, "temp/").abort_incomplete_multipart_upload(abort),
        ]
        .into_iter()
        .map(|rule| rule.build().map_err(|error| self.unbuilt(&error)))
        .collect()
    }

    fn unbuilt(&self, error: &dyn std::error::Error) -> MediaError {
        self.failed_of_bucket(failure::refused(error.to_string()))
    }

    /// Returns the error about the bucket itself; a storage that does not know the question refuses.
    fn failed_of_bucket(&self, told: failure::Told) -> MediaError {
        MediaError::Bucket(BucketError::new(&self.settings, "", told))
    }
}

/// Adds the sum of a body as storages want it that do not know the sum that the SDK sends.
fn add_md5(request: &mut HttpRequest) {
    let sum = request.body().bytes().map(Md5::digest);
    if let Some(sum) = sum {
        request
            .headers_mut()
            .insert("content-md5", STANDARD.encode(sum));
    }
}

/// Returns what `rules`, hayon's own, do, and which of it is new to a bucket that `had` others.
fn changes(had: &[LifecycleRule], rules: &[LifecycleRule]) -> Vec<Change> {
    let change = |rule: &LifecycleRule| {
        let (name, does) = if rule.id() == Some(ABORT_UNFINISHED) {
            let does = "ends uploads in parts that are a day old";
            (ABORT_UNFINISHED, does)
        } else {
            let does = "deletes what is under `temp/` after a day";
            (DELETE_TEMP_FILES, does)
        };
        Change {
            rule: name,
            does: does.to_owned(),
            is_new: !had.iter().any(|had| says_the_same(had, rule)),
        }
    };
    rules.iter().map(change).collect()
}

/// Returns `had` with the rules of `ours` in the place of those with their names, or at the end.
fn with_rules<R>(had: Vec<R>, ours: Vec<R>, name: impl Fn(&R) -> Option<&str>) -> Vec<R> {
    let names: BTreeSet<String> = ours
        .iter()
        .filter_map(|rule| name(rule).map(str::to_owned))
        .collect();
    let is_of_others = |rule: &R| name(rule).is_none_or(|name| !names.contains(name));
    let mut rules: Vec<R> = had.into_iter().filter(is_of_others).collect();
    rules.extend(ours);
    rules
}

/// Whether two rules do the same. A storage may write one back in the older form, with the prefix
/// beside the filter.
fn says_the_same(had: &LifecycleRule, ours: &LifecycleRule) -> bool {
    prefix(had) == prefix(ours)
        && had.id() == ours.id()
        && had.status() == ours.status()
        && had.expiration().and_then(LifecycleExpiration::days)
            == ours.expiration().and_then(LifecycleExpiration::days)
        && had.abort_incomplete_multipart_upload() == ours.abort_incomplete_multipart_upload()
}

fn prefix(rule: &LifecycleRule) -> Option<&str> {
    #[expect(deprecated, reason = "storages still answer in this form")]
    let older = rule.prefix();
    rule.filter()
        .and_then(LifecycleRuleFilter::prefix)
        .or(older)
}
