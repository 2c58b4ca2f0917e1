//! Posts as people and programs see them: the JSON that is a contract, and the lines beside it.

use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;

use crate::cli::when::here;
use crate::cli::when::in_full;
use crate::outbox::state::DeliveryState;
use crate::outbox::state::ParkReason;
use crate::outbox::state::Status;
use crate::outbox::state::Tried;
use crate::outbox::view::AttemptView;
use crate::outbox::view::DeliveryView;
use crate::outbox::view::PostView;
use crate::post::card::CardChoice;
use crate::post::media::Media;
use crate::post::media::Rendition;
use crate::post::post::Post;
use crate::text::columns::cut;
use crate::text::columns::pad;
use crate::text::columns::width;
use crate::text::printable::Lines;
use crate::text::printable::printable;

/// The longest line of others that is shown, in characters.
const LINE_MAX: usize = 500;

/// The longest text that is shown, in characters.
const TEXT_MAX: usize = 20_000;

/// Returns words of others on one line, with nothing in them that a terminal would obey.
pub(crate) fn one_line(text: &str) -> String {
    printable(text, Lines::One, LINE_MAX)
}

/// Returns a post in the form of `--json`.
pub(crate) fn post_json(view: &PostView, now: Timestamp) -> Value {
    let post = view.post.as_ref().ok();
    json!({
        "id": view.id,
        "number": view.number,
        "status": view.status(now).name(),
        "key": view.key,
        "text": post.map(|post| post.text.clone()),
        "texts": post.map(texts_json),
        "tags": post.map_or_else(Vec::new, |post| post.tags.clone()),
        "card": post.map_or(Value::Null, |post| card_json(&post.card)),
        "to": addressees(view).collect::<Vec<_>>(),
        "created_at": view.created_at.to_string(),
        "due_at": view.due_at.to_string(),
        "zone": view.asked.as_ref().map(|when| &when.zone),
        "when": view.asked.as_ref().map(|when| &when.words),
        "media": post.map_or_else(Vec::new, |post| post.media.iter().map(media_json).collect()),
        "deliveries": view.deliveries.iter().map(|d| delivery_json(d, view)).collect::<Vec<_>>(),
        "in_doubt": view.is_in_doubt(),
    })
}

fn texts_json(post: &Post) -> Value {
    let texts = post.texts.iter();
    texts
        .map(|(account, text)| (account.to_string(), Value::from(text.as_str())))
        .collect()
}

/// As front matter has it: an address, or `false` for none; `null` is that of the first link.
fn card_json(card: &CardChoice) -> Value {
    match card {
        CardChoice::FirstLink => Value::Null,
        CardChoice::Nothing => Value::Bool(false),
        CardChoice::Page(address) => Value::from(address.as_str()),
    }
}

fn media_json(media: &Media) -> Value {
    json!({
        "key": media.key,
        "kind": media.facts.kind.name(),
        "mime": media.facts.mime,
        "width": media.facts.width,
        "height": media.facts.height,
        "size_bytes": media.facts.size_bytes,
        "alt": media.alt,
        "renditions": media.renditions.iter().map(rendition_json).collect::<Vec<_>>(),
    })
}

fn rendition_json(rendition: &Rendition) -> Value {
    let accounts = rendition.accounts.iter().map(ToString::to_string);
    json!({
        "accounts": accounts.collect::<Vec<_>>(),
        "key": rendition.key,
        "mime": rendition.facts.mime,
        "width": rendition.facts.width,
        "height": rendition.facts.height,
        "size_bytes": rendition.facts.size_bytes,
        "changes": rendition.changes,
    })
}

fn delivery_json(delivery: &DeliveryView, view: &PostView) -> Value {
    let error = delivery.error_kind.as_ref().map(|kind| {
        json!({
            "kind": kind,
            "message": delivery.error_message,
            "hints": hints(delivery, view.number),
        })
    });
    json!({
        "account": delivery.account,
        "platform": delivery.platform,
        "state": delivery.state.name(),
        "reason": delivery.reason.map(ParkReason::name),
        "attempts": delivery.attempts,
        "due_at": delivery.due_at.to_string(),
        "next_at": (delivery.state == DeliveryState::Queued).then(|| delivery.next_at.to_string()),
        "published_at": delivery.published_at.map(|at| at.to_string()),
        "taken_down_at": delivery.taken_down_at.map(|at| at.to_string()),
        "remote_id": delivery.remote_id,
        "url": delivery.url,
        "error": error,
    })
}

/// Returns an attempt in the form of `show --json`.
pub(crate) fn attempt_json(attempt: &AttemptView) -> Value {
    json!({
        "started_at": attempt.started_at.to_string(),
        "ended_at": attempt.ended_at.map(|at| at.to_string()),
        "ending": attempt.ending,
        "step": attempt.step,
        "status": attempt.status,
        "said": attempt.said,
    })
}

/// Returns what a person can do about a delivery that is parked.
pub(crate) fn hints(delivery: &DeliveryView, number: i64) -> Vec<String> {
    let account = &delivery.account;
    let retry = format!("`hayon retry {number} --account {account}` tries again");
    match delivery.reason {
        Some(ParkReason::InDoubt) => vec![
            format!("look at `{account}` whether it is public, then say so:"),
            format!(
                "`hayon resolve {number} --account {account} --published URL`, or `--not-published`"
            ),
        ],
        Some(ParkReason::LoginNeeded) => {
            vec![format!(
                "renew the credential of `{account}` (`hayon account add --name {account}`), then: {retry}"
            )]
        }
        Some(ParkReason::Restored) => vec![
            format!("look at `{account}` whether it is public already; if it is not, {retry}"),
            format!("if it is: `hayon resolve {number} --account {account} --published URL`"),
        ],
        Some(_) => vec![retry],
        None => Vec::new(),
    }
}

/// Returns how a post stands: a line for it, and one for each of its deliveries.
pub(crate) fn whole(view: &PostView, now: Timestamp) -> String {
    format!("{}\n{}", headline(view, now), delivery_lines(view))
}

/// Returns one line that says how a post stands.
pub(crate) fn headline(view: &PostView, now: Timestamp) -> String {
    let number = view.number;
    match view.status(now) {
        Status::Draft => draft(view, now),
        Status::Pending => format!("post {number} is queued"),
        Status::Scheduled => {
            let zone = view.asked.as_ref().map(|when| when.zone.as_str());
            let due = in_full(view.due_at, zone, now);
            format!("post {number} is scheduled for {due}")
        }
        Status::Processing => processing(view),
        Status::Completed => format!("post {number} is published everywhere"),
        Status::PartialSuccess => format!("post {number} is published in part"),
        Status::Failed if view.is_in_doubt() => format!("post {number} is in doubt"),
        Status::Failed => format!("post {number} is not published"),
        Status::Cancelled => format!("post {number} is cancelled"),
    }
}

fn draft(view: &PostView, now: Timestamp) -> String {
    let to: Vec<&str> = addressees(view).collect();
    let draft = format!("post {} is a draft for {}", view.number, to.join(", "));
    match &view.asked {
        Some(when) if when.at > now => {
            let due = in_full(when.at, Some(&when.zone), now);
            format!("{draft}, to be submitted for {due}")
        }
        Some(when) => format!("{draft}; its time is over: {}", moment(when.at)),
        None => draft,
    }
}

/// Returns the names of the accounts that a post goes to, or is to go to.
pub(crate) fn addressees(view: &PostView) -> impl Iterator<Item = &str> {
    let of_draft = view.post.iter().flat_map(|post| &post.addressees);
    let of_draft = of_draft.map(|(account, _)| account.as_str());
    let of_deliveries = view.deliveries.iter().map(|d| d.account.as_str());
    of_deliveries.chain(of_draft.filter(|_| view.is_draft()))
}

fn processing(view: &PostView) -> String {
    let any = |state| view.deliveries.iter().any(|d| d.state == state);
    let number = view.number;
    if any(DeliveryState::Sending) {
        format!("post {number} is under way")
    } else if any(DeliveryState::Delivered) {
        format!("post {number} is not published everywhere yet")
    } else {
        format!("post {number} is not published yet")
    }
}

/// Returns a line for each delivery of a post, and what to do about those that are parked.
pub(crate) fn delivery_lines(view: &PostView) -> String {
    let widest = |of: fn(&DeliveryView) -> &str| {
        let widths = view.deliveries.iter().map(|d| width(of(d)));
        widths.max().unwrap_or(0)
    };
    let (accounts, platforms) = (widest(|d| &d.account), widest(|d| &d.platform));
    let mut lines = String::new();
    for delivery in &view.deliveries {
        let line = format!(
            "  {}  {}  {}",
            pad(&delivery.account, accounts),
            pad(&delivery.platform, platforms),
            standing(delivery, Detail::Whole)
        );
        lines.push_str(line.trim_end());
        lines.push('\n');
        for hint in hints(delivery, view.number) {
            lines.push_str(&format!("    hint: {hint}\n"));
        }
    }
    lines
}

/// How much a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    Word,
    Whole,
}

/// Returns how a delivery stands, in words.
pub(crate) fn standing(delivery: &DeliveryView, detail: Detail) -> String {
    let word = match (delivery.state, delivery.reason) {
        (DeliveryState::Parked, Some(reason)) => {
            format!("parked ({})", reason.name().replace('_', " "))
        }
        (state, _) => state.name().to_owned(),
    };
    if detail == Detail::Word {
        return word;
    }
    let rest = match delivery.state {
        DeliveryState::Delivered => match delivery.taken_down_at {
            Some(at) => Some(format!("taken down {}", moment(at))),
            None => delivery.url.as_deref().map(one_line),
        },
        DeliveryState::Queued if delivery.tried == Tried::Before => Some(format!(
            "again at {}{}",
            moment(delivery.next_at),
            said(delivery.error_message.as_deref())
        )),
        DeliveryState::Queued => Some(format!("due {}", moment(delivery.due_at))),
        DeliveryState::Parked => delivery.error_message.as_deref().map(one_line),
        DeliveryState::Sending | DeliveryState::Cancelled => None,
    };
    rest.map_or_else(|| word.clone(), |rest| format!("{word}  {rest}"))
}

fn said(message: Option<&str>) -> String {
    message.map_or_else(String::new, |message| format!(": {}", one_line(message)))
}

/// Returns an instant in the local zone, with the zone named.
pub(crate) fn moment(at: Timestamp) -> String {
    at.to_zoned_datetime(here())
        .strftime("%Y-%m-%d %H:%M:%S %Z")
        .to_string()
}

/// Returns the beginning of a text as one line of at most `columns`.
pub(crate) fn excerpt(text: &str, columns: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    cut(&one_line(&words.join(" ")), columns)
}

/// Returns a text indented by four columns, made printable.
pub(crate) fn indented(text: &str) -> String {
    printable(text, Lines::Many, TEXT_MAX)
        .lines()
        .map(|line| format!("    {line}\n"))
        .collect()
}
