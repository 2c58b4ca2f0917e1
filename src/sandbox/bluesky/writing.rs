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
    let mut state = bluesky.state();
    let write = Write::prepare(&input, collection, &state)?;
    let place = (did.to_owned(), collection.to_owned(), rkey.to_owned());
    let current = state.records.get(&place).map(|record| record.cid.clone());
    // Before any swap is looked at.
    if current.as_ref() == Some(&write.cid) {
        return Ok(Json(write.answer(&place)));
    }
    check_swap_commit(&input, &state, did)?;
    check_swap_record(&input, current.as_deref())?;
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
    let mut state = bluesky.state();
    let Some(current) = state.records.get(&place).map(|record| record.cid.clone()) else {
        return Ok(Json(json!({})));
    };
    check_swap_commit(&input, &state, did)?;
    check_swap_record(&input, Some(&current))?;
    state.records.remove(&place);
    let commit = bluesky.commit(&mut state, did, &current);
    Ok(Json(
        json!({"commit": {"cid": commit.cid, "rev": commit.rev}}),
    ))
}

impl Write {
    fn prepare(input: &Input, collection: &str, state: &state::State) -> Result<Self, Refusal> {
        let mut fields = input.object("record")?.clone();
        let record_type = fields
            .entry("$type")
            .or_insert_with(|| Value::String(collection.to_owned()));
        if record_type != collection {
            let words = format!("Invalid $type: expected {collection}, got {record_type}");
            return Err(Refusal::invalid(words));
        }
        let value = Value::Object(fields);
        let lexicon = record::check(&value, collection, input.truth("validate")?)?;
        record::check_blobs(&value, state)?;
        let cid = cid::of_record(&value).map_err(|cid::NotAnInteger| {
            let words = format!("Invalid {collection} record: numbers must be integers");
            Refusal::invalid(words)
        })?;
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
        None => Err(Refusal::invalid(format!("Could not find repo: {repo}"))),
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
    let words = format!("Invalid input: Invalid NSID (got \"{collection}\") at $.collection");
    Err(Refusal::invalid(words))
}

// Posts have timestamp identifiers, everything else at least a record key's letters.
fn check_rkey(collection: &str, rkey: &str) -> Result<(), Refusal> {
    if collection == POSTS && !is_tid(rkey) {
        let words = format!("Invalid TID string (got \"{rkey}\")");
        return Err(Refusal::invalid(words));
    }
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"_~.:-".contains(&byte);
    let is_key = (1..=512).contains(&rkey.len()) && rkey.bytes().all(is_letter);
    if is_key && rkey != "." && rkey != ".." {
        return Ok(());
    }
    let words = format!("Invalid input: Invalid record key (got \"{rkey}\") at $.rkey");
    Err(Refusal::invalid(words))
}

fn check_swap_commit(input: &Input, state: &state::State, did: &str) -> Result<(), Refusal> {
    let Some(expected) = input.optional_text("swapCommit")? else {
        return Ok(());
    };
    let current = state.heads.get(did).map(|commit| commit.cid.as_str());
    if current == Some(expected) {
        return Ok(());
    }
    let words = format!("Commit was at {}", current.unwrap_or("null"));
    Err(Refusal::named("InvalidSwap", words))
}

fn check_swap_record(input: &Input, current: Option<&str>) -> Result<(), Refusal> {
    let is_as_expected = if input.is_null("swapRecord") {
        current.is_none()
    } else {
        let expected = input.optional_text("swapRecord")?;
        expected.is_none() || expected == current
    };
    if is_as_expected {
        return Ok(());
    }
    let words = format!("Record was at {}", current.unwrap_or("null"));
    Err(Refusal::named("InvalidSwap", words))
}
