//! Posts of all of Graph's platforms, and Facebook's photos.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::sandbox::accounts::GraphAccount;
use crate::sandbox::ledger::LedgerMedia;
use crate::sandbox::ledger::LedgerPost;
use crate::sandbox::picture::Picture;
use crate::sandbox::platform::Platform;

/// A post, public or not yet.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(crate) id: String,
    pub(crate) platform: Platform,
    pub(crate) account: GraphAccount,
    /// Its place among what is public; what is not has none.
    pub(crate) order: Option<u64>,
    pub(crate) created_at: Timestamp,
    pub(crate) shortcode: String,
    pub(crate) text: String,
    pub(crate) media: Vec<Media>,
    pub(crate) reply_control: Option<String>,
    pub(crate) link: Option<String>,
    pub(crate) topic_tag: Option<String>,
    pub(crate) reply_to: Option<String>,
}

/// A picture and what is said of it.
#[derive(Clone, Debug)]
pub(crate) struct Media {
    pub(crate) id: String,
    pub(crate) picture: Picture,
    pub(crate) alt: String,
}

/// A photo of a Page.
#[derive(Clone, Debug)]
pub(crate) struct Photo {
    pub(crate) account: GraphAccount,
    pub(crate) created_at: Timestamp,
    pub(crate) caption: String,
    pub(crate) media: Media,
    /// The post that shows it.
    pub(crate) post: Option<String>,
}

impl Post {
    /// Returns the address that anybody reads it at.
    pub(crate) fn permalink(&self, base_url: &str) -> String {
        match self.platform {
            Platform::Instagram => format!("{base_url}/instagram/p/{}/", self.shortcode),
            Platform::Threads => format!(
                "{base_url}/threads/@{}/post/{}",
                self.account.name, self.shortcode
            ),
            _ => format!("{base_url}/facebook/{}", self.id),
        }
    }

    /// Returns what the ledger says of it, if it is public.
    pub(crate) fn ledger_post(&self, base_url: &str) -> Option<LedgerPost> {
        let media = self.media.iter();
        Some(LedgerPost {
            order: self.order?,
            platform: self.platform,
            account: self.account.name.to_owned(),
            id: self.id.clone(),
            url: self.permalink(base_url),
            text: self.text.clone(),
            lang: None,
            visibility: "public".to_owned(),
            cw: None,
            media: media
                .map(|it| LedgerMedia::new(&it.picture, &it.alt))
                .collect(),
            facets: Vec::new(),
            tags: Vec::new(),
            created_at: self.created_at,
            idempotency_key: None,
            rkey: None,
            reply_control: self.reply_control.clone(),
            reply_to: self.reply_to.clone(),
            link: self.link.clone(),
            card: None,
            topic_tag: self.topic_tag.clone(),
        })
    }
}

impl Media {
    /// Returns where its picture is, below the sandbox's address.
    pub(crate) fn path(&self, platform: Platform) -> String {
        format!("/{platform}/pictures/{}", self.id)
    }
}

/// Returns an instant as Graph writes it: to the second, with an offset without a colon.
pub(crate) fn written(instant: Timestamp) -> String {
    let zoned = instant.to_zoned_datetime(TimeZone::UTC);
    zoned.strftime("%Y-%m-%dT%H:%M:%S+0000").to_string()
}
