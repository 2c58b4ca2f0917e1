//! Writing records, and what it does when it is asked twice.
//!
//! | asked again | answer (measured with PDS 0.5.35, 2026-11-23) |
//! | --- | --- |
//! | `createRecord` under a used key | a bare 500, whatever the record |
//! | `putRecord`, the same record | 200 without `commit`: nothing was written |
//! | `putRecord`, another record, `swapRecord: null` | 400 `InvalidSwap` |
//! | `putRecord`, another record, no `swapRecord` | 200, overwritten |
//! | `deleteRecord` where nothing is | 200 |

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::Value;
use serde_json::json;

use crate::sandbox::accounts::BlueskyAccount;
use crate::sandbox::bluesky::Bluesky;
use crate::sandbox::bluesky::POSTS;
use crate::sandbox::bluesky::cid;
use crate::sandbox::bluesky::issue::preview;
use crate::sandbox::bluesky::record;
use crate::sandbox::bluesky::record::Lexicon;
use crate::sandbox::bluesky::state;
use crate::sandbox::bluesky::state::Commit;
use crate::sandbox::bluesky::state::Place;
use crate::sandbox::bluesky::state::Record;
use crate::sandbox::bluesky::tid::is_tid;
use crate::sandbox::bluesky::xrpc::Input;
use crate::sandbox::bluesky::xrpc::Refusal;

/// A record that was found good.
struct Write {
    value: Value,
    cid: String,
    lexicon: Lexicon,
}

/// What must be under the key for a write to go ahead.
enum Swap<'a> {
    Anything,
    Nothing,
    Record(&'a str),
}

/// `com.atproto.repo.createRecord`
pub(crate) async fn create(
    State(bluesky): State<Arc<Bluesky>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let account = bluesky.authorize(&headers)?;
    let known = [
        "repo",
        "collection",
        "rkey",
        "validate",
        "record",
        "swapCommit",
    ];
    let input = Input::read(&headers, &body, &known)?;
    let did = own_repo(&input, account)?;
    let collection = nsid(&input)?;
    let mut state = bluesky.state();
    let rkey = match input.optional_text("rkey")? {
        Some(rkey) => rkey.to_owned(),
        None => state.next_tid(bluesky.clock.now()),
    };
    check_rkey(collection, &rkey)?;
    let write = Write::prepare(&input, collection, &state)?;
    check_swap_commit(&input, &state, did)?;
    let place = (did.to_owned(), collection.to_owned(), rkey);
    if state.records.contains_key(&place) {
        return Err(Refusal::internal());
    }
    Ok(Json(bluesky.save(&mut state, place, write)))
}

/// `com.atproto.repo.putRecord`
pub(crate) async fn put(
    State(bluesky): State<Arc<Bluesky>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let account = bluesky.authorize(&headers)?;
    let known = [
        "repo",
        "collection",
        "rkey",
        "validate",
        "record",
        "swapRecord",
        "swapCommit",
    ];
    let input = Input::read(&headers, &body, &known)?;
    let did = own_repo(&input, account)?;
    let collection = nsid(&input)?;
    let rkey = input.text("rkey")?;
    check_rkey(collection, rkey)?;
    let swap = Swap::of_put(&input)?;
    let mut state = bluesky.state();
    let write = Write::prepare(&input, collection, &state)?;
    let place = (did.to_owned(), collection.to_owned(), rkey.to_owned());
    let current = state.records.get(&place).map(|record| record.cid.clone());
    // Before any swap is looked at.
    if current.as_ref() == Some(&write.cid) {
        return Ok(Json(write.answer(&place)));
    }
    check_swap_commit(&input, &state, did)?;
    swap.check(current.as_deref())?;
    Ok(Json(bluesky.save(&mut state, place, write)))
}

/// `com.atproto.repo.deleteRecord`
pub(crate) async fn delete(
    State(bluesky): State<Arc<Bluesky>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let account = bluesky.authorize(&headers)?;
    let known = ["repo", "collection", "rkey", "swapRecord", "swapCommit"];
    let input = Input::read(&headers, &body, &known)?;
    let did = own_repo(&input, account)?;
    let place = (
        did.to_owned(),
        nsid(&input)?.to_owned(),
        input.text("rkey")?.to_owned(),
    );
    let swap = Swap::of_delete(&input)?;
    let mut state = bluesky.state();
    let Some(current) = state.records.get(&place).map(|record| record.cid.clone()) else {
        return Ok(Json(json!({})));
    };
    check_swap_commit(&input, &state, did)?;
    swap.check(Some(&current))?;
    state.records.remove(&place);
    let commit = bluesky.commit(&mut state, did, &current);
    Ok(Json(
        json!({"commit": {"cid": commit.cid, "rev": commit.rev}}),
    ))
}

impl<'a> Swap<'a> {
    fn of_put(input: &'a Input) -> Result<Self, Refusal> {
        if input.is_null("swapRecord") {
            return Ok(Self::Nothing);
        }
        Self::of_delete(input)
    }

    // Null is a mistake here: nothing can be deleted.
    fn of_delete(input: &'a Input) -> Result<Self, Refusal> {
        let expected = optional_cid(input, "swapRecord")?;
        Ok(expected.map_or(Self::Anything, Self::Record))
    }

    fn check(&self, current: Option<&str>) -> Result<(), Refusal> {
        let is_as_expected = match self {
            Self::Anything => true,
            Self::Nothing => current.is_none(),
            Self::Record(cid) => current == Some(cid),
        };
        if is_as_expected {
            return Ok(());
        }
        let words = format!("Record was at {}", current.unwrap_or("null"));
        Err(Refusal::named("InvalidSwap", words))
    }
}

impl Write {
    fn prepare(input: &Input, collection: &str, state: &state::State) -> Result<Self, Refusal> {
        let mut fields = input.object("record")?.clone();
        let record_type = fields
            .entry("$type")
            .or_insert_with(|| Value::String(collection.to_owned()));
        if record_type != collection {
            let got = record_type
                .as_str()
                .map_or_else(|| preview(record_type), str::to_owned);
            let words = format!("Invalid $type: expected {collection}, got {got}");
            return Err(Refusal::invalid(words));
        }
        let value = Value::Object(fields);
        let lexicon = record::check(&value, collection, input.truth("validate")?)?;
        record::check_blobs(&value, state)?;
        let cid = cid::of_record(&value).map_err(|cid::NotAnInteger| Refusal::internal())?;
        Ok(Self {
            value,
            cid,
            lexicon,
        })
    }

    fn answer(&self, place: &Place) -> Value {
        let (did, collection, rkey) = place;
        let mut answer = json!({
            "uri": format!("at://{did}/{collection}/{rkey}"),
            "cid": self.cid,
        });
        match self.lexicon {
            Lexicon::Checked => answer["validationStatus"] = json!("valid"),
            Lexicon::Unknown => answer["validationStatus"] = json!("unknown"),
            Lexicon::NotAsked => {}
        }
        answer
    }
}

impl Bluesky {
    fn save(&self, state: &mut state::State, place: Place, write: Write) -> Value {
        let mut answer = write.answer(&place);
        let commit = self.commit(state, &place.0, &write.cid);
        answer["commit"] = json!({"cid": commit.cid, "rev": commit.rev});
        let order = match state.records.get(&place) {
            Some(edited) => edited.order,
            None => self.order.next(),
        };
        let record = Record {
            cid: write.cid,
            value: write.value,
            order,
            written_at: self.clock.now(),
        };
        state.records.insert(place, record);
        answer
    }

    fn commit(&self, state: &mut state::State, did: &str, change: &str) -> Commit {
        let rev = state.next_tid(self.clock.now());
        // A stand-in for the hash of the tree: all that matters is that each version has its own.
        let cid = cid::of_bytes(format!("{did} {rev} {change}").as_bytes());
        let commit = Commit { cid, rev };
        state.heads.insert(did.to_owned(), commit.clone());
        commit
    }
}

fn own_repo<'a>(input: &Input, account: BlueskyAccount) -> Result<&'a str, Refusal> {
    let repo = input.text("repo")?;
    match BlueskyAccount::of_identifier(repo) {
        None => Err(Refusal::forbidden("AccountNotFound", "Account not found")),
        Some(owner) if owner.did == account.did => Ok(owner.did),
        Some(_) => Err(Refusal::unauthorized(
            "AuthenticationRequired",
            "Authentication Required",
        )),
    }
}

fn nsid(input: &Input) -> Result<&str, Refusal> {
    let collection = input.text("collection")?;
    let is_segment = |segment: &str| {
        !segment.is_empty()
            && segment
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || it == b'-')
    };
    if collection.split('.').count() >= 3 && collection.split('.').all(is_segment) {
        return Ok(collection);
    }
    let words = format!("Invalid NSID (got \"{collection}\") at $.collection");
    Err(Refusal::invalid(words))
}

// Posts have timestamp identifiers, everything else at least a record key's letters.
fn check_rkey(collection: &str, rkey: &str) -> Result<(), Refusal> {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"_~.:-".contains(&byte);
    let is_key = (1..=512).contains(&rkey.len()) && rkey.bytes().all(is_letter);
    if !is_key || rkey == "." || rkey == ".." {
        let words = format!("Invalid record key (got \"{rkey}\") at $.rkey");
        return Err(Refusal::invalid(words));
    }
    if collection == POSTS && !is_tid(rkey) {
        return Err(Refusal::invalid(format!(
            "Invalid record key for {collection}: Invalid TID string (got \"{rkey}\") at $"
        )));
    }
    Ok(())
}

fn check_swap_commit(input: &Input, state: &state::State, did: &str) -> Result<(), Refusal> {
    let Some(expected) = optional_cid(input, "swapCommit")? else {
        return Ok(());
    };
    let current = state.heads.get(did).map(|commit| commit.cid.as_str());
    if current == Some(expected) {
        return Ok(());
    }
    let words = format!("Commit was at {}", current.unwrap_or("null"));
    Err(Refusal::named("InvalidSwap", words))
}

fn optional_cid<'a>(input: &'a Input, name: &str) -> Result<Option<&'a str>, Refusal> {
    let text = input.optional_text(name)?;
    match text.filter(|text| !cid::is_cid(text)) {
        None => Ok(text),
        Some(wrong) => Err(Refusal::invalid(format!(
            "Invalid CID string (got \"{wrong}\") at $.{name}"
        ))),
    }
}
