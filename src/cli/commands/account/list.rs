//! `hayon account list`: who hayon posts as, and how each stands, without asking any platform.

use clap::Args;
use serde_json::Value;
use serde_json::json;

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::standing;
use crate::cli::standing::State;
use crate::config::account::Account;
use crate::config::secrets::SecretField;
use crate::config::secrets::SecretSource;
use crate::config::secrets::Secrets;
use crate::config::secrets::error::SecretError;
use crate::outbox::Outbox;
use crate::text::columns::pad;
use crate::text::columns::width;

const SECONDS_A_DAY: i64 = 24 * 60 * 60;

/// List the accounts: whose they are, where their secrets are kept, and how they stand
///
/// No platform is asked; `hayon account check` does that. The state is `ok`, `no secret`, `needs log-in`
/// (posts are parked for want of one, or the token has ended), or `unknown` where the keyring or a command
/// does not answer.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon account list
  hayon account list --json")]
pub(crate) struct ListArgs {}

/// Prints the list.
pub(crate) fn run(context: &Context, _arguments: &ListArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    let secrets = context.secrets(&config);
    let outbox = Outbox::look_into(&config.outbox_path)?;
    let mut rows = Vec::new();
    for account in &config.accounts {
        rows.push(row(context, account, &secrets, outbox.as_ref())?);
    }
    let documents: Vec<Value> = rows.iter().map(document).collect();
    context.ui.print_json(&json!(documents));
    if rows.is_empty() {
        context.ui.tell("no account is configured");
        context.ui.hint("`hayon account add` logs in");
    } else {
        context.ui.print(&table(&rows));
    }
    for error in rows.iter().filter_map(|row| row.error.as_ref()) {
        context.ui.warn(&error.to_string());
        context.ui.hint(&error.hint());
    }
    Ok(Exit::Done)
}

struct Row<'a> {
    account: &'a Account,
    who: String,
    source: Option<SecretSource>,
    expires_at: Option<jiff::Timestamp>,
    days_left: Option<i64>,
    state: State,
    /// Why the state is unknown.
    error: Option<SecretError>,
    for_login: usize,
}

fn row<'a>(
    context: &Context,
    account: &'a Account,
    secrets: &Secrets,
    outbox: Option<&Outbox>,
) -> Result<Row<'a>, CliError> {
    let waiting = outbox.map(|outbox| outbox.waiting(account.name.as_str()));
    let for_login = waiting.transpose()?.unwrap_or_default().for_login;
    let now = context.clock.now();
    let field = SecretField::needed_by(account.platform());
    let session = standing::session(account, secrets);
    let expires_at = session.and_then(|session| standing::end_of(account, &session));
    let stands = standing::state(account, secrets, for_login, expires_at, now);
    let (state, error) = match stands {
        Ok(state) => (state, None),
        Err(error) => (State::Unknown, Some(error)),
    };
    Ok(Row {
        account,
        who: standing::who(account),
        source: secrets.source(account, field).ok().flatten(),
        expires_at,
        days_left: expires_at.map(|at| at.duration_since(now).as_secs().div_euclid(SECONDS_A_DAY)),
        state,
        error,
        for_login,
    })
}

/// Returns where the secret is kept, as a word for programs and in words.
fn place(row: &Row<'_>) -> (Option<&'static str>, String) {
    match &row.source {
        Some(SecretSource::Variable(name)) => (Some("environment"), format!("in {name}")),
        Some(SecretSource::Credential(_)) => (Some("systemd"), "in a systemd credential".into()),
        Some(SecretSource::File(_)) => (Some("file"), "in the file of secrets".into()),
        Some(SecretSource::Keyring) => (Some("keyring"), "in the keyring".into()),
        Some(SecretSource::Command(program)) => (Some("command"), format!("told by {program}")),
        None => (None, "-".into()),
    }
}

fn document(row: &Row<'_>) -> Value {
    json!({
        "account": row.account.name.as_str(),
        "platform": row.account.platform().name(),
        "who": row.who,
        "secrets": place(row).0,
        "expires_at": row.expires_at.map(|at| format!("{at:.0}")),
        "days_left": row.days_left,
        "state": row.state.name(),
        "waiting_for_login": row.for_login,
    })
}

fn table(rows: &[Row<'_>]) -> String {
    let cells: Vec<[String; 6]> = rows.iter().map(cells).collect();
    let mut widths = [0; 6];
    for row in &cells {
        for (widest, cell) in widths.iter_mut().zip(row) {
            *widest = (*widest).max(width(cell));
        }
    }
    let lines = cells.iter().map(|row| {
        let padded = row.iter().zip(widths).map(|(cell, width)| pad(cell, width));
        let padded: Vec<String> = padded.collect();
        format!("{}\n", padded.join("  ").trim_end())
    });
    lines.collect()
}

fn cells(row: &Row<'_>) -> [String; 6] {
    let state = match row.for_login {
        0 => row.state.to_string(),
        1 => format!("{} (1 delivery waits)", row.state),
        waiting => format!("{} ({waiting} deliveries wait)", row.state),
    };
    [
        row.account.name.to_string(),
        row.account.platform().name().to_owned(),
        row.who.clone(),
        place(row).1,
        match row.days_left {
            Some(days) if days >= 0 => format!("{days} d left"),
            Some(_) => "has ended".to_owned(),
            None => "-".to_owned(),
        },
        state,
    ]
}
