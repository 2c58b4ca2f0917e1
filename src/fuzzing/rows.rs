//! Rows of the outbox after the disk has changed them: what cannot be read is said to be damaged, and
//! is never another post.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Debug;

use rusqlite::types::Value;
use serde::de::DeserializeOwned;
use tempfile::TempDir;

use crate::fuzzing::input;
use crate::fuzzing::input::now;
use crate::media::probe::sha256;
use crate::outbox::Outbox;
use crate::outbox::claim::Scope;
use crate::outbox::claim::SenderId;
use crate::outbox::content::Columns;
use crate::outbox::content::Sealed;
use crate::outbox::content::seal;
use crate::outbox::content::unseal;
use crate::outbox::enqueue::Asked;
use crate::outbox::enqueue::Enqueued;
use crate::outbox::enqueue::Twins;
use crate::outbox::list::Which;
use crate::outbox::sender_lock::SenderLock;
use crate::outbox::sender_lock::Taken;
use crate::platforms::bluesky::record;
use crate::platforms::card;
use crate::platforms::facebook::feed;
use crate::platforms::graph::container;
use crate::platforms::tumblr::draft;
use crate::post::account_name::AccountName;
use crate::post::card::CardChoice;
use crate::post::card::CardReach;
use crate::post::platform::Platform;
use crate::post::post::Post;
use crate::post::post::PostId;
use crate::publish::Published;

/// What may be damaged. `sealed` is the content with a digest that fits: no accident makes that, but
/// another version of hayon might.
const COLUMNS: [(&str, &str); 17] = [
    ("posts", "content"),
    ("posts", "sealed"),
    ("posts", "digest"),
    ("posts", "id"),
    ("posts", "key"),
    ("deliveries", "account"),
    ("deliveries", "platform"),
    ("deliveries", "identity"),
    ("deliveries", "place"),
    ("deliveries", "remote_id"),
    ("deliveries", "url"),
    ("deliveries", "error_kind"),
    ("deliveries", "error_message"),
    ("deliveries", "attempts"),
    ("deliveries", "crashes"),
    // The delivery of a post has its number here.
    ("sendings", "step"),
    ("sendings", "output"),
];

/// An outbox with a post that stays whole and one that is damaged.
struct Bench {
    outbox: Outbox,
    sender: SenderId,
    whole: Post,
    damaged: Post,
    _folder: TempDir,
}

const WHOLE: i64 = 1;
const DAMAGED: i64 = 2;

thread_local! {
    static BENCH: RefCell<Option<Bench>> = RefCell::new(Bench::new());
}

/// The column in the first line, and below it what is in it now.
pub(super) fn row(bytes: &[u8]) {
    let (place, value) = input::first_line(bytes);
    let place = place.trim();
    let known = COLUMNS.iter().find(|(table, column)| {
        let named = place.split_once('.');
        named.is_some_and(|(of, name)| of == *table && name == *column)
    });
    let (table, column) = known.copied().unwrap_or(COLUMNS[1]);
    outputs(value);
    BENCH.with_borrow_mut(|bench| {
        assert!(bench.is_some(), "there is no outbox to damage");
        if let Some(bench) = bench {
            bench.damage(table, column, value);
        }
    });
}

/// What steps have left, which is read back by later attempts.
fn outputs(bytes: &[u8]) {
    let text = input::text(bytes);
    if let Ok(composed) = serde_json::from_str::<record::Composed>(&text) {
        let _ = (composed.uri(), composed.created_at(), composed.published());
        let _ = composed.is_elsewhere("did:plc:abc");
    }
    if let Ok(composed) = serde_json::from_str::<draft::Composed>(&text) {
        let _ = composed.state();
    }
    comes_back::<container::Created>(&text);
    comes_back::<feed::Staged>(&text);
    comes_back::<card::Fetched>(&text);
    comes_back::<Published>(&text);
}

/// Asserts that what is read is written as what is read again.
#[track_caller]
fn comes_back<T: DeserializeOwned + serde::Serialize + PartialEq + Debug>(text: &str) {
    let Ok(read) = serde_json::from_str::<T>(text) else {
        return;
    };
    let written = serde_json::to_string(&read).unwrap_or_default();
    assert_eq!(
        serde_json::from_str::<T>(&written).ok(),
        Some(read),
        "{written}"
    );
}

impl Bench {
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().ok()?;
        let path = folder.path().join("outbox.db");
        let mut outbox = Outbox::open_for_damage(&path).ok()?;
        let path = outbox.path().to_owned();
        let Ok(Taken::Ours(lock)) = SenderLock::take(&path, "the fuzzer") else {
            return None;
        };
        let sender = outbox.become_sender(&lock).ok()?;
        let posts = [post("the one that stays"), post("the one that is damaged")];
        for post in &posts {
            let enqueued = outbox.enqueue(post, &Asked::Now, Twins::Allowed, now());
            let Ok(Enqueued::New(number)) = enqueued else {
                return None;
            };
            outbox.add_step(number).ok()?;
        }
        let [whole, damaged] = posts;
        Some(Self {
            outbox,
            sender,
            whole,
            damaged,
            _folder: folder,
        })
    }

    fn damage(&mut self, table: &str, column: &str, value: &[u8]) {
        let is_sealed = column == "sealed";
        let column = if is_sealed { "content" } else { column };
        let Ok(before) = self.outbox.damage(table, column, DAMAGED, value) else {
            // Such a row the table itself does not take.
            return;
        };
        let digest = is_sealed.then(|| {
            let digest = sha256(input::text(value).as_bytes());
            self.outbox
                .damage("posts", "digest", DAMAGED, digest.as_bytes())
        });
        let is_as_before = matches!(&before, Value::Text(text) if text.as_bytes() == value);
        self.assert_whole();
        let may_be = is_sealed || is_as_before || table == "deliveries";
        self.assert_said(may_be);
        self.assert_claimed(may_be);
        if let Some(Ok(digest)) = digest {
            let mended = self.outbox.mend("posts", "digest", DAMAGED, &digest);
            assert!(mended.is_ok(), "{mended:?}");
        }
        let mended = self.outbox.mend(table, column, DAMAGED, &before);
        assert!(mended.is_ok(), "{mended:?}");
    }

    /// Asserts that the other post is read, and is itself.
    #[track_caller]
    fn assert_whole(&self) {
        let read = self.outbox.post(WHOLE).map(|view| view.post);
        assert!(
            matches!(&read, Ok(Ok(post)) if *post == self.whole),
            "{read:?}"
        );
        let found = self.outbox.find_post(&self.whole.id.to_string());
        assert_eq!(found.ok(), Some(WHOLE));
    }

    /// Asserts that everything can be listed, and that the damaged one is said to be, unless it `may_be`
    /// another post.
    #[track_caller]
    fn assert_said(&self, may_be: bool) {
        let read = self.outbox.post(DAMAGED);
        assert!(read.is_ok(), "{read:?}");
        if let Ok(Ok(post)) = read.map(|view| view.post) {
            // What stands beside the content is not covered by its digest.
            let text = (&post.text, &post.texts, &post.addressees);
            let own = &self.damaged;
            let own = (&own.text, &own.texts, &own.addressees);
            assert!(may_be || text == own, "{post:?}");
            assert_comes_back(&post);
        }
        let listed = self.outbox.posts(&Which::default(), 10, now());
        assert_eq!(listed.map(|posts| posts.len()).ok(), Some(2));
        let unfinished = self.outbox.unfinished(now());
        assert_eq!(unfinished.map(|it| it.due.len()).ok(), Some(2));
        assert!(self.outbox.accounts().is_ok());
    }

    /// Asserts that a sender is handed the post that it claims, and the damaged one as damaged unless it
    /// `may_be` another.
    #[track_caller]
    fn assert_claimed(&mut self, may_be: bool) {
        let Some((account, _)) = self.whole.addressees.first().cloned() else {
            return;
        };
        let mut claim = |number| {
            let scope = Scope::Post(number);
            self.outbox
                .claim_due(&self.sender, &account, "here", scope, now())
        };
        let claimed = claim(DAMAGED);
        assert!(claimed.is_ok(), "{claimed:?}");
        if let Ok(Some(claim)) = claimed
            && let Ok(post) = claim.post
        {
            assert!(may_be || post.text == self.damaged.text, "{post:?}");
        }
        let claimed = claim(WHOLE).ok().flatten().map(|claim| claim.post);
        assert!(
            matches!(&claimed, Some(Ok(post)) if *post == self.whole),
            "{claimed:?}"
        );
    }
}

/// Asserts that what was read is stored as what is read again.
#[track_caller]
fn assert_comes_back(post: &Post) {
    let sealed = seal(post);
    let Ok(sealed) = sealed else {
        assert!(sealed.is_ok(), "{sealed:?}");
        return;
    };
    let columns = Columns {
        id: post.id.to_string(),
        key: post.key.clone(),
        created_at: post.created_at,
    };
    assert_eq!(unseal(&sealed, columns).as_ref(), Ok(post));
    let other = Sealed {
        content: format!("{} ", sealed.content),
        ..sealed
    };
    let columns = Columns {
        id: post.id.to_string(),
        key: None,
        created_at: post.created_at,
    };
    assert!(
        unseal(&other, columns).is_err(),
        "a digest of something else"
    );
}

fn post(text: &str) -> Post {
    let account: Option<AccountName> = "work".parse().ok();
    Post {
        id: PostId::new(now()),
        key: Some(text.to_owned()),
        text: text.to_owned(),
        texts: BTreeMap::new(),
        media: Vec::new(),
        lang: None,
        cw: None,
        visibility: None,
        fit: None,
        tags: Vec::new(),
        card: CardChoice::default(),
        card_reach: CardReach::default(),
        addressees: account
            .into_iter()
            .map(|it| (it, Platform::Mastodon))
            .collect(),
        created_at: now(),
    }
}
