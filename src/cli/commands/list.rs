//! `hayon list`: how the posts stand.

use std::ffi::OsStr;

use clap::Args;
use clap::ValueHint;
use clap::builder::PossibleValue;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser;
use jiff::Timestamp;

use crate::cli::addressing::FIRST_STEPS;
use crate::cli::calendar;
use crate::cli::calendar::Reader;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::view::excerpt;
use crate::cli::view::moment;
use crate::cli::when::SystemZones;
use crate::cli::when::here;
use crate::config::Config;
use crate::outbox::Outbox;
use crate::outbox::list::Parked;
use crate::outbox::list::Which;
use crate::outbox::state::ParkReason;
use crate::outbox::state::Status;
use crate::outbox::view::PostView;
use crate::post::account_name::AccountName;
use crate::post::nearest::nearest;
use crate::post::when::bound::Bound;
use crate::post::when::bound::fix;
use crate::post::when::bound::parse_bound;
use crate::text::columns::pad;
use crate::text::columns::width;

/// The columns of a text where no terminal says how many there are.
const EXCERPT_COLUMNS: usize = 40;

/// List posts in the order of their time
///
/// On a terminal day by day, as a calendar does; in a pipe a line for each post, with its number,
/// status, time, accounts and the beginning of its text. What several flags ask for must all hold.
///
/// `--since` and `--until` are about the time at which a post is due. A day is its beginning for
/// `--since` and its end for `--until`; a weekday is the last such day for `--since` and the next one
/// for `--until`, and today is either. What is due at the very instant of `--since` is listed; what is
/// due at that of `--until` is not.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon list
  hayon list --status scheduled,pending --account work
  hayon list --since yesterday --until today       both days, whole
  hayon list --since \"3 days ago\" --status failed
  hayon list --parked --reason in_doubt --json

Times for `--since` and `--until`, in the zone of this machine:
  2027-01-31, yesterday, today, tomorrow, monday, now, 3 days ago, 2h ago, in 2 weeks,
  and every time that `hayon post --at` takes")]
pub(crate) struct ListArgs {
    /// Only posts with this status; repeatable, or separated by commas
    #[arg(
        long,
        value_name = "STATUS",
        value_delimiter = ',',
        value_parser = StatusParser::new()
    )]
    status: Vec<Status>,
    /// Only posts to this account; repeatable, or separated by commas
    #[arg(long, value_name = "ACCOUNT", value_delimiter = ',', value_hint = ValueHint::Other)]
    account: Vec<AccountName>,
    /// Only posts that are due then or later, such as `yesterday`
    #[arg(long, value_name = "WHEN", value_hint = ValueHint::Other)]
    since: Option<String>,
    /// Only posts that are due before then, such as `friday`
    #[arg(long, value_name = "WHEN", value_hint = ValueHint::Other)]
    until: Option<String>,
    /// Only posts with a delivery that waits for a person
    #[arg(long)]
    parked: bool,
    /// Only those parked for this reason
    #[arg(long, value_name = "REASON", requires = "parked", value_parser = reason())]
    reason: Option<ParkReason>,
    /// At most this many, the last by their time
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = parse_limit, value_hint = ValueHint::Other)]
    limit: usize,
}

/// Lists posts.
pub(crate) fn run(context: &Context, arguments: &ListArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    let outbox = context.outbox(&config)?;
    let now = context.clock.now();
    let which = which(arguments, &config, &outbox, now)?;
    let posts = outbox.posts(&which, arguments.limit, now)?;
    if context.ui.is_json() {
        let documents: Vec<_> = posts.iter().map(|post| context.post_json(post)).collect();
        context.ui.print_json(&documents.into());
    } else if posts.is_empty() {
        say_that_nothing_fits(context, &config, &which);
    } else if let Some(columns) = context.ui.columns() {
        let reader = Reader {
            now,
            zone: here(),
            columns,
        };
        context.ui.print(&calendar::calendar(&posts, &reader));
    } else {
        let rows = posts.iter().map(|post| row(post, now)).collect::<Vec<_>>();
        context.ui.print(&table(&rows));
    }
    Ok(Exit::Done)
}

fn which(
    arguments: &ListArgs,
    config: &Config,
    outbox: &Outbox,
    now: Timestamp,
) -> Result<Which, CliError> {
    let parked = match arguments.reason {
        Some(reason) => Parked::For(reason),
        None if arguments.parked => Parked::ForAnyReason,
        None => Parked::OrNot,
    };
    let since = bound(arguments.since.as_deref(), Bound::Since, now)?;
    let until = bound(arguments.until.as_deref(), Bound::Until, now)?;
    if since
        .zip(until)
        .is_some_and(|(since, until)| since >= until)
    {
        return Err(CliError::usage("`--since` is not before `--until`")
            .hint("name the earlier time with `--since`"));
    }
    Ok(Which {
        parked,
        accounts: known(&arguments.account, config, outbox)?,
        statuses: arguments.status.clone(),
        since,
        until,
    })
}

fn bound(words: Option<&str>, bound: Bound, now: Timestamp) -> Result<Option<Timestamp>, CliError> {
    let read = |words| parse_bound(words, bound, &here(), &SystemZones, now);
    let at = words.map(read).transpose();
    at.map_err(|bad| CliError::usage(bad.to_string()).hint(fix(&bad)))
}

/// Returns the names of `accounts`, each of which is configured or was when something was posted.
fn known(
    accounts: &[AccountName],
    config: &Config,
    outbox: &Outbox,
) -> Result<Vec<String>, CliError> {
    let configured = config.accounts.iter().map(|account| account.name.as_str());
    let configured: Vec<&str> = configured.collect();
    let names: Vec<String> = accounts.iter().map(AccountName::to_string).collect();
    if names.iter().all(|name| configured.contains(&name.as_str())) {
        return Ok(names);
    }
    let gone = outbox.accounts()?;
    let mut all = configured;
    all.extend(gone.iter().map(String::as_str));
    match names.iter().find(|name| !all.contains(&name.as_str())) {
        Some(name) => Err(unknown(name, all)),
        None => Ok(names),
    }
}

fn unknown(name: &str, mut all: Vec<&str>) -> CliError {
    all.sort_unstable();
    all.dedup();
    let error = CliError::usage(format!("`{name}` is no account"));
    if let Some(near) = nearest(name, all.iter().copied()) {
        return error.hint(format!("did you mean `{near}`?"));
    }
    let all: Vec<String> = all.iter().map(|name| format!("`{name}`")).collect();
    error.cause(if all.is_empty() {
        "there is no account yet".to_owned()
    } else {
        format!("the accounts are {}", all.join(", "))
    })
}

fn say_that_nothing_fits(context: &Context, config: &Config, which: &Which) {
    let is_of_all = Which {
        parked: Parked::OrNot,
        ..which.clone()
    } == Which::default();
    let is_first_run = is_of_all && which.parked == Parked::OrNot && config.accounts.is_empty();
    context.ui.tell(match (which.parked, is_of_all) {
        _ if is_first_run => "no posts yet, and no account",
        (Parked::OrNot, true) => "no posts yet: `hayon post \"Hello\"` makes one",
        (_, true) => "nothing is parked",
        (_, false) => "there is no such post: `hayon list` shows them all",
    });
    if is_first_run {
        for step in FIRST_STEPS {
            context.ui.hint(step);
        }
    }
}

fn row(post: &PostView, now: Timestamp) -> [String; 5] {
    [
        post.number.to_string(),
        calendar::standing(post, post.status(now)),
        moment(post.due_at),
        calendar::accounts(post),
        excerpt(calendar::text(post), EXCERPT_COLUMNS),
    ]
}

fn table(rows: &[[String; 5]]) -> String {
    let mut widths = [0; 5];
    for row in rows {
        for (widest, cell) in widths.iter_mut().zip(row) {
            *widest = (*widest).max(width(cell));
        }
    }
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(widths);
        let cells: Vec<String> = cells.map(|(cell, width)| pad(cell, width)).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

fn parse_limit(word: &str) -> Result<usize, String> {
    let limit = word.parse().ok().filter(|limit| *limit > 0);
    limit.ok_or_else(|| "write how many posts, such as `20`".to_owned())
}

/// Reads a status in any case, and names the nearest of a mistyped one, which clap does in one case
/// alone.
#[derive(Clone)]
struct StatusParser(PossibleValuesParser);

impl StatusParser {
    fn new() -> Self {
        Self(PossibleValuesParser::new(Status::ALL.map(Status::name)))
    }
}

impl TypedValueParser for StatusParser {
    type Value = Status;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        word: &OsStr,
    ) -> Result<Status, clap::Error> {
        let read = self
            .0
            .clone()
            .try_map(|word| Status::from_name(&word).ok_or("no such status"));
        read.parse_ref(command, arg, &word.to_ascii_uppercase())
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        self.0.possible_values()
    }
}

/// Reads the reason for which something is parked.
//
// What clap knows the words of, it completes, and names the nearest of a mistyped one.
pub(crate) fn reason() -> impl TypedValueParser<Value = ParkReason> {
    PossibleValuesParser::new(ParkReason::ALL.map(ParkReason::name))
        .try_map(|word| ParkReason::from_name(&word).ok_or("no such reason"))
}
