//! What the tests of the publishers stand on: a server that answers by script, and in memory what
//! a delivery writes down and what it shows.

pub(crate) mod server;

use std::sync::Arc;
use std::sync::Mutex;

use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value;

use crate::clock::Clock;
use crate::clock::later;
use crate::config::sessions::SessionStore;
use crate::media::Described;
use crate::media::MediaError;
use crate::media::MediaStore;
use crate::media::Page;
use crate::media::address::Address;
use crate::media::address::Lifetime;
use crate::media::file::Progress;
use crate::media::file::Upload;
use crate::media::file::Uploaded;
use crate::post::account_name::AccountName;
use crate::post::card::CardChoice;
use crate::post::card::CardReach;
use crate::post::media::Details;
use crate::post::media::Media;
use crate::post::media::MediaFacts;
use crate::post::media::MediaKind;
use crate::post::platform::Platform;
use crate::post::post::Post;
use crate::post::post::PostId;
use crate::publish::step::Begun;
use crate::publish::step::Checkpoints;
use crate::publish::step::Mark;
use crate::publish::step::Sending;
use crate::publish::step::SendingId;
use crate::publish::step::Step;
use crate::publish::step::Unrecorded;
use crate::publish::step_log::Identity;
use crate::publish::step_log::StepLog;

/// When every test begins.
pub(crate) const NOW: &str = "2026-11-23T12:00:00Z";

/// The marks of one delivery, in memory; and with them what a second attempt needs.
pub(crate) struct Delivery {
    pub(crate) clock: Clock,
    pub(crate) identity: Identity,
    /// Remote ids of other deliveries.
    pub(crate) taken: Vec<String>,
    sendings: Mutex<Vec<Sending>>,
}

impl Delivery {
    /// Returns a delivery that nothing was sent of yet.
    pub(crate) fn new(key: Option<&str>) -> Self {
        Self::at(NOW, key)
    }

    /// Returns a delivery that begins at another instant.
    pub(crate) fn at(now: &str, key: Option<&str>) -> Self {
        Self {
            clock: Clock::paused(now.parse().unwrap()),
            identity: Identity {
                delivery: "0192e4a0-0000-7000-8000-000000000001".to_owned(),
                key: key.map(ToOwned::to_owned),
            },
            taken: Vec::new(),
            sendings: Mutex::default(),
        }
    }

    /// Returns the steps of a new attempt, which finds the marks of those before it.
    pub(crate) fn attempt(&self) -> StepLog<'_> {
        let sendings = self.sendings.lock().unwrap().clone();
        let day = std::time::Duration::from_hours(24);
        StepLog::new(self.identity.clone(), &self.clock, self, day, sendings)
    }

    /// Writes down a step that is done.
    pub(crate) fn with_done(self, name: &str, output: &Value) -> Self {
        let output = output.to_string();
        self.with(Step::repeatable(name), NOW, Mark::Done { output })
    }

    /// Writes down that the visible step `name` was sent and no answer was heard.
    pub(crate) fn with_unanswered(self, name: &str, begun_at: &str) -> Self {
        let mark = Mark::Begun { settles_from: None };
        self.with(Step::repeatable(name).visible(), begun_at, mark)
    }

    fn with(self, step: Step, begun_at: &str, mark: Mark) -> Self {
        {
            let mut sendings = self.sendings.lock().unwrap();
            let id = SendingId(i64::try_from(sendings.len()).unwrap());
            let begun_at = begun_at.parse().unwrap();
            sendings.push(Sending {
                id,
                step,
                begun_at,
                mark,
            });
        }
        self
    }

    /// Returns each sending as `name: mark`.
    pub(crate) fn marks(&self) -> Vec<String> {
        let sendings = self.sendings.lock().unwrap();
        let mark = |mark: &Mark| match mark {
            Mark::Begun { settles_from: None } => "begun",
            Mark::Begun { .. } => "unheard",
            Mark::Done { .. } => "done",
            Mark::Void => "void",
        };
        sendings
            .iter()
            .map(|s| format!("{}: {}", s.step.name, mark(&s.mark)))
            .collect()
    }

    fn set(&self, id: SendingId, mark: &Mark) {
        let mut sendings = self.sendings.lock().unwrap();
        sendings
            .iter_mut()
            .filter(|s| s.id == id)
            .for_each(|s| s.mark = mark.clone());
    }
}

#[async_trait]
impl Checkpoints for Delivery {
    async fn begin(&self, step: &Step, at: Timestamp) -> Result<Begun, Unrecorded> {
        let mut sendings = self.sendings.lock().unwrap();
        let id = SendingId(i64::try_from(sendings.len()).unwrap());
        sendings.push(Sending {
            id,
            step: step.clone(),
            begun_at: at,
            mark: Mark::Begun { settles_from: None },
        });
        Ok(Begun::Sending(id))
    }

    async fn done(&self, sending: SendingId, _: &Step, output: &str) -> Result<(), Unrecorded> {
        let output = output.to_owned();
        self.set(sending, &Mark::Done { output });
        Ok(())
    }

    async fn done_with_outcome(&self, sending: SendingId, output: &str) -> Result<(), Unrecorded> {
        let output = output.to_owned();
        self.set(sending, &Mark::Done { output });
        Ok(())
    }

    async fn done_at_once(
        &self,
        step: &Step,
        at: Timestamp,
        output: &str,
    ) -> Result<SendingId, Unrecorded> {
        let Begun::Sending(id) = self.begin(step, at).await? else {
            panic!("only a visible step is cancelled");
        };
        self.done(id, step, output).await?;
        Ok(id)
    }

    async fn void(&self, sendings: &[SendingId]) -> Result<(), Unrecorded> {
        for id in sendings {
            self.set(*id, &Mark::Void);
        }
        Ok(())
    }

    async fn unheard(&self, sending: SendingId, from: Timestamp) -> Result<(), Unrecorded> {
        self.set(
            sending,
            &Mark::Begun {
                settles_from: Some(from),
            },
        );
        Ok(())
    }

    async fn is_taken(&self, remote_id: &str) -> Result<bool, Unrecorded> {
        Ok(self.taken.iter().any(|taken| taken == remote_id))
    }
}

/// A media store that has what `picture` makes, and nothing else.
pub(crate) struct Pictures;

#[async_trait]
impl MediaStore for Pictures {
    async fn put(&self, key: &str, _: Bytes) -> Result<(), MediaError> {
        Err(MediaError::BadKey {
            key: key.to_owned(),
        })
    }

    async fn promote(&self, temp: &str, _: &str) -> Result<(), MediaError> {
        Err(MediaError::BadKey {
            key: temp.to_owned(),
        })
    }

    async fn delete(&self, _: &str) -> Result<(), MediaError> {
        Ok(())
    }

    async fn get(&self, key: &str, _: u64) -> Result<Bytes, MediaError> {
        Ok(Bytes::from(format!("bytes of {key}")))
    }

    async fn read(&self, media: &Media) -> Result<Bytes, MediaError> {
        let key = media.key.clone();
        match media.key.as_str() {
            "posts/me/changed.png" => Err(MediaError::Changed { key }),
            _ => Ok(Bytes::from(format!("bytes of {key}"))),
        }
    }

    async fn upload(&self, upload: &Upload<'_>, _: Progress<'_>) -> Result<Uploaded, MediaError> {
        Err(MediaError::BadKey {
            key: upload.key.to_string(),
        })
    }

    async fn list(&self, _: &str, _: Option<&str>) -> Result<Page, MediaError> {
        Ok(Page::default())
    }

    async fn describe(&self, _: &str) -> Result<Option<Described>, MediaError> {
        Ok(None)
    }

    async fn address(&self, key: &str, lifetime: Lifetime) -> Result<Address, MediaError> {
        let key = key.to_owned();
        match key.as_str() {
            "posts/me/homeless.png" => Err(MediaError::NoAddress { key }),
            _ => Ok(Address::signed(
                address_of(&key),
                later(lifetime.from, lifetime.length),
            )),
        }
    }
}

/// Returns the address of `key` in that store: a secret.
pub(crate) fn address_of(key: &str) -> String {
    format!("https://media.example/{key}?X-Amz-Expires=86400&X-Amz-Signature=0a1b2c")
}

/// Returns a picture of which the store has the bytes.
pub(crate) fn picture(name: &str, alt: &str) -> Media {
    let key = format!("posts/me/{name}");
    Media {
        facts: MediaFacts {
            kind: MediaKind::Image,
            mime: "image/png".to_owned(),
            width: 800,
            height: 600,
            size_bytes: format!("bytes of {key}").len() as u64,
            sha256: "0".repeat(64),
            details: Details::default(),
        },
        key,
        alt: alt.to_owned(),
        renditions: Vec::new(),
    }
}

/// Returns the name of the account that every test publishes for.
pub(crate) fn account() -> AccountName {
    "me".parse().unwrap()
}

/// Returns a post for that account.
pub(crate) fn post(platform: Platform, text: &str, media: Vec<Media>) -> Post {
    let created_at: Timestamp = NOW.parse().unwrap();
    Post {
        id: PostId::new(created_at),
        key: None,
        text: text.to_owned(),
        texts: std::collections::BTreeMap::new(),
        media,
        lang: None,
        cw: None,
        visibility: None,
        fit: None,
        tags: Vec::new(),
        // Only the tests of cards ask other servers than that of the platform.
        card: CardChoice::Nothing,
        card_reach: CardReach::default(),
        addressees: vec![(account(), platform)],
        created_at,
    }
}

/// Returns an empty store of sessions.
pub(crate) fn session_store() -> Arc<SessionStore> {
    // Kept for the rest of the run: the store must outlive every test that shares it.
    let folder = tempfile::tempdir().unwrap().keep();
    Arc::new(SessionStore::new(&folder))
}
