//! From `temp/` to `posts/`: a copy that the storage makes by itself, and a proof that it is one.
//!
//! What is promoted remembers the entity tag of what it was copied from. A tag says nothing of the
//! bytes, and a copy may get another one, but two different objects never have the same: so a second
//! promotion knows its own work from something else under that key.

use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::types::MetadataDirective;

use crate::media::MediaError;
use crate::media::file::mime_of_name;
use crate::media::s3::S3Store;
use crate::media::s3::SOURCE;
use crate::media::s3::client::patience;
use crate::media::s3::failure;
use crate::media::s3::objects::size;

impl S3Store {
    /// Copies `temp` to `posts`, or finds that this was done.
    pub(super) async fn promote_object(&self, temp: &str, posts: &str) -> Result<(), MediaError> {
        let (from, to) = tokio::try_join!(Box::pin(self.head(temp)), Box::pin(self.head(posts)))?;
        match (from, to) {
            // Where there is no bucket there is no object either, and that is the news then.
            (None, None) => match self.head_in_words(temp).await? {
                Some(from) => Box::pin(self.copy(temp, &from, posts)).await,
                None => Err(MediaError::Missing {
                    key: temp.to_owned(),
                }),
            },
            // Deleted after it was promoted.
            (None, Some(_)) => Ok(()),
            (Some(from), Some(to)) if is_same(&from, &to) => Ok(()),
            (Some(_), Some(_)) => Err(changed(posts)),
            (Some(from), None) => Box::pin(self.copy(temp, &from, posts)).await,
        }
    }

    async fn copy(
        &self,
        temp: &str,
        from: &HeadObjectOutput,
        posts: &str,
    ) -> Result<(), MediaError> {
        let mut marks = self.marks();
        marks.extend(from.metadata().cloned().unwrap_or_default());
        marks.insert(SOURCE.to_owned(), tag(from).to_owned());
        let request = self.client().await.copy_object().bucket(self.bucket());
        let copied = request
            .key(posts)
            .copy_source(escaped(&format!("{}/{temp}", self.bucket())))
            // If it is replaced meanwhile, nothing is copied.
            .set_copy_source_if_match(from.e_tag().map(str::to_owned))
            .metadata_directive(MetadataDirective::Replace)
            .set_metadata(Some(marks))
            // What it was found to be, and not what somebody said who uploaded it through an address.
            .set_content_type(
                mime_of_name(posts)
                    .or(from.content_type())
                    .map(str::to_owned),
            )
            .customize()
            .config_override(patience(size(from.content_length())))
            .send()
            .await;
        if let Err(error) = copied {
            let is_replaced = failure::told(&error).is("PreconditionFailed");
            return Err(if is_replaced {
                changed(temp)
            } else {
                self.failed(temp, &error)
            });
        }
        match self.head(posts).await? {
            Some(to) if to.content_length() == from.content_length() => Ok(()),
            _ => Err(changed(posts)),
        }
    }
}

fn changed(key: &str) -> MediaError {
    MediaError::Changed {
        key: key.to_owned(),
    }
}

/// Whether `to` was copied from `from`.
fn is_same(from: &HeadObjectOutput, to: &HeadObjectOutput) -> bool {
    let source = to.metadata().and_then(|marks| marks.get(SOURCE));
    let is_copy = source.is_some_and(|source| source == tag(from));
    to.content_length() == from.content_length() && (is_copy || to.e_tag() == from.e_tag())
}

/// Returns an entity tag as metadata can hold it.
fn tag(head: &HeadObjectOutput) -> &str {
    head.e_tag().unwrap_or_default().trim_matches('"')
}

/// Returns `name` as the header of a copy wants it: escaped, but for its slashes.
fn escaped(name: &str) -> String {
    name.split('/')
        .map(|part| {
            let bytes = url::form_urlencoded::byte_serialize(part.as_bytes());
            bytes.collect::<String>().replace('+', "%20")
        })
        .collect::<Vec<_>>()
        .join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_escaped_but_for_its_slashes() {
        assert_eq!(escaped("b/temp/a+b@c/x.png"), "b/temp/a%2Bb%40c/x.png");
    }
}
