//! Posts as a calendar, for somebody at a terminal: a heading for each day, and as much of each text
//! as there is room for.

use std::collections::BTreeSet;

use anstyle::AnsiColor;
use anstyle::Style;
use jiff::Timestamp;
use jiff::ZonedDateTime;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::cli::view::addressees;
use crate::cli::view::excerpt;
use crate::cli::view::one_line;
use crate::outbox::state::ParkReason;
use crate::outbox::state::Status;
use crate::outbox::view::PostView;
use crate::post::when::zone_name;
use crate::text::columns::cut;
use crate::text::columns::isolate;
use crate::text::columns::pad;
use crate::text::columns::width;

/// With fewer columns for it, a text stands on a line of its own.
const TEXT_COLUMNS_MIN: usize = 20;

/// The columns of the accounts, at most: a part of all, and never less than a name.
const ACCOUNTS_PART: usize = 4;
const ACCOUNTS_COLUMNS_MIN: usize = 12;

const BETWEEN: &str = "  ";

/// Where and when a calendar is read.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) now: Timestamp,
    pub(crate) zone: TimeZone,
    /// The columns of the terminal.
    pub(crate) columns: usize,
}

/// A post in words, without those that its text has room for.
struct Entry<'p> {
    day: Date,
    time: String,
    number: String,
    status: Status,
    standing: String,
    accounts: String,
    text: &'p str,
}

/// The widest of each column.
struct Widths {
    time: usize,
    number: usize,
    standing: usize,
    accounts: usize,
}

/// Returns `posts`, which are in the order of their time, day by day.
pub(crate) fn calendar(posts: &[PostView], reader: &Reader) -> String {
    let entries: Vec<Entry<'_>> = posts.iter().map(|post| entry(post, reader)).collect();
    let accounts_max = (reader.columns / ACCOUNTS_PART).max(ACCOUNTS_COLUMNS_MIN);
    let widths = Widths {
        time: widest(entries.iter().map(|entry| &entry.time[..])),
        number: widest(entries.iter().map(|entry| &entry.number[..])),
        standing: widest(entries.iter().map(|entry| &entry.standing[..])),
        accounts: widest(entries.iter().map(|entry| &entry.accounts[..])).min(accounts_max),
    };
    let mut text = String::new();
    let mut day = None;
    for (entry, post) in entries.iter().zip(posts) {
        if day.replace(entry.day) != Some(entry.day) {
            let between = if text.is_empty() { "" } else { "\n" };
            let heading = heading(&local(post.due_at, reader), reader);
            let bold = Style::new().bold();
            text.push_str(&format!("{between}{bold}{heading}{bold:#}\n"));
        }
        text.push_str(&lines(entry, &widths, reader.columns));
    }
    text
}

/// Returns the standing of a post, with the reasons for which something of it is parked: what waits
/// for a person is to be seen beside what is still tried.
pub(crate) fn standing(post: &PostView, status: Status) -> String {
    let deliveries = post.deliveries.iter();
    let reasons: BTreeSet<&str> = deliveries
        .filter_map(|delivery| delivery.reason.map(ParkReason::name))
        .collect();
    if reasons.is_empty() {
        return status.name().to_owned();
    }
    let reasons: Vec<&str> = reasons.into_iter().collect();
    let reasons = reasons.join(", ").replace('_', " ");
    format!("{} ({reasons})", status.name())
}

/// Returns the accounts to which a post goes.
pub(crate) fn accounts(post: &PostView) -> String {
    one_line(&addressees(post).collect::<Vec<_>>().join(","))
}

/// Returns the text of a post, or that it cannot be read.
pub(crate) fn text(post: &PostView) -> &str {
    let content = post.post.as_ref();
    content.map_or("(damaged)", |content| content.text.as_str())
}

fn entry<'p>(post: &'p PostView, reader: &Reader) -> Entry<'p> {
    let due = local(post.due_at, reader);
    let status = post.status(reader.now);
    Entry {
        day: due.date(),
        time: time(&due),
        number: post.number.to_string(),
        status,
        standing: standing(post, status),
        accounts: accounts(post),
        text: text(post),
    }
}

fn widest<'c>(cells: impl Iterator<Item = &'c str>) -> usize {
    cells.map(width).max().unwrap_or(0)
}

fn local(at: Timestamp, reader: &Reader) -> ZonedDateTime {
    at.to_zoned_datetime(reader.zone.clone())
}

/// Returns the time of day; one that comes twice that day with the name of its hour.
fn time(due: &ZonedDateTime) -> String {
    let wall = due.datetime();
    let comes_twice = due.time_zone().to_ambiguous_timestamp(wall).is_ambiguous();
    let form = if comes_twice { "%H:%M %Z" } else { "%H:%M" };
    due.strftime(form).to_string()
}

/// Returns the name of a day, with the zone; in a narrow terminal a shorter one.
fn heading(due: &ZonedDateTime, reader: &Reader) -> String {
    let today = local(reader.now, reader).date();
    let near = [
        (today.yesterday().ok(), "Yesterday, "),
        (Some(today), "Today, "),
        (today.tomorrow().ok(), "Tomorrow, "),
    ];
    let near = near.iter().find(|(day, _)| *day == Some(due.date()));
    let near = near.map_or("", |(_, word)| word);
    let zone = zone_name(&reader.zone, due.timestamp());
    let [long, short] = ["%A %-d %B %Y", "%a %-d %b %Y"].map(|form| due.strftime(form));
    let forms = [
        format!("{near}{long} ({zone})"),
        format!("{near}{short} ({zone})"),
    ];
    let fitting = forms.iter().find(|form| width(form) <= reader.columns);
    fitting.map_or_else(|| cut(&forms[1], reader.columns), ToOwned::to_owned)
}

/// Returns one line for an entry, or two where there is no room for its text on the first.
fn lines(entry: &Entry<'_>, widths: &Widths, columns: usize) -> String {
    let (time, number) = (&entry.time, &entry.number);
    let start = format!(
        "{BETWEEN}{}{BETWEEN}{number:>width$}{BETWEEN}",
        pad(time, widths.time),
        width = widths.number
    );
    let standing = |columns: usize| {
        let color = color(entry.status);
        let standing = cut(&entry.standing, columns);
        format!("{color}{standing}{color:#}")
    };
    let accounts = cut(&entry.accounts, widths.accounts);
    let taken = [width(&start), widths.standing, widths.accounts]
        .iter()
        .sum::<usize>()
        + 2 * BETWEEN.len();
    let room = columns.saturating_sub(taken);
    if room >= TEXT_COLUMNS_MIN {
        let fill = pad("", widths.standing - width(&entry.standing));
        return line(&[
            &start,
            &standing(widths.standing),
            &fill,
            BETWEEN,
            &pad(&accounts, widths.accounts),
            BETWEEN,
            &content(entry, room),
        ]);
    }
    let indent = pad("", 2 * BETWEEN.len() + widths.time);
    let taken = width(&indent) + width(&accounts) + BETWEEN.len();
    line(&[&start, &standing(columns.saturating_sub(width(&start)))])
        + &line(&[
            &indent,
            &accounts,
            BETWEEN,
            &content(entry, columns.saturating_sub(taken)),
        ])
}

fn content(entry: &Entry<'_>, columns: usize) -> String {
    isolate(&excerpt(entry.text, columns))
}

fn line(parts: &[&str]) -> String {
    format!("{}\n", parts.concat().trim_end())
}

/// The word says the same: colour is only for the eye.
fn color(status: Status) -> Style {
    let color = match status {
        Status::Completed => AnsiColor::Green,
        Status::PartialSuccess => AnsiColor::Yellow,
        Status::Failed => AnsiColor::Red,
        Status::Scheduled | Status::Pending | Status::Processing => AnsiColor::Cyan,
        Status::Draft | Status::Cancelled => return Style::new(),
    };
    color.on_default()
}

#[cfg(test)]
mod tests;
