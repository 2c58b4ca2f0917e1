//! How a log-in ends: the account is looked at as a post would use it, from what was kept, and a person
//! is told how to post.

use jiff::tz::TimeZone;
use serde_json::json;

use crate::cli::context::Context;
use crate::cli::context::block_on;
use crate::cli::doctor::Area;
use crate::cli::doctor::Section;
use crate::cli::doctor::accounts;
use crate::cli::doctor::accounts::Told;
use crate::cli::doctor::media;
use crate::cli::doctor::report;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::config::Config;
use crate::config::account::Account;
use crate::config::secrets::Store;
use crate::config::secrets::file::credentials_file;
use crate::outbox::Outbox;
use crate::platforms::log_in::LoggedIn;
use crate::post::account_name::AccountName;
use crate::post::platform::Platform;

/// Looks at the account `name`, and tells what was found.
pub(crate) fn look(
    context: &Context,
    name: &AccountName,
    logged_in: &LoggedIn,
    store: Store,
) -> Result<Exit, CliError> {
    // Read anew: what a post will find is what counts.
    let config = context.config()?;
    let kept = config.accounts.iter().find(|account| account.name == *name);
    let account = kept.ok_or_else(|| {
        CliError::new("bug", format!("`{name}` was kept, and is not there")).exit(Exit::Bug)
    })?;
    let secrets = context.secrets(&config);
    let accounts = [account];
    let progress = context.ui.progress("looking at the account");
    let asked = accounts::check(&accounts, &secrets, &context.clock);
    let told = block_on(async { Ok(asked.await) });
    drop(progress);
    let mut sections: Vec<_> = told?.into_iter().map(Told::section).collect();
    if let Some(finding) = media::unfetchable(&config.media, &accounts) {
        sections.push(Section {
            area: Area::Media,
            findings: vec![finding],
        });
    }
    let waiting = waiting(&config, name);
    let mut document = report::document(&sections);
    for (key, value) in [
        ("account", json!(name.as_str())),
        ("platform", json!(account.platform().name())),
        ("who", json!(logged_in.who)),
        ("id", json!(logged_in.stable_id)),
        ("secrets", json!(store.name())),
        (
            "expires_at",
            json!(logged_in.expires_at.map(|at| format!("{at:.0}"))),
        ),
        ("waiting", json!(waiting)),
    ] {
        document[key] = value;
    }
    context.ui.print_json(&document);
    let exit = report::exit(&sections);
    let place = place(store, &config);
    context.ui.print(&format!(
        "logged in as {}; its secrets are in {place}{}\n{}{}",
        logged_in.who,
        end(logged_in),
        report::words(&sections),
        how_to_post(account, exit),
    ));
    if waiting > 0 {
        context.ui.hint(&format!(
            "what was parked for want of a log-in waits for `hayon retry --account {name}`"
        ));
    }
    Ok(exit)
}

fn place(store: Store, config: &Config) -> String {
    match store {
        Store::File => format!("`{}`", credentials_file(&config.state_dir).display()),
        other => other.title().to_owned(),
    }
}

fn end(logged_in: &LoggedIn) -> String {
    let day = |at| TimeZone::UTC.to_datetime(at).date();
    let end = logged_in.expires_at.map(day);
    end.map_or_else(String::new, |day| format!("; the token lives until {day}"))
}

fn how_to_post(account: &Account, exit: Exit) -> String {
    // There is no post without a picture there.
    let picture = match account.platform() {
        Platform::Instagram => " --media picture.jpg",
        _ => "",
    };
    let name = &account.name;
    match exit {
        Exit::Done => format!("\nto post: hayon post --to {name}{picture} \"Hello\""),
        _ => String::new(),
    }
}

/// Counts what is parked until somebody logs in. An outbox that cannot be read is no reason to fail: the
/// log-in is done.
fn waiting(config: &Config, name: &AccountName) -> usize {
    let outbox = Outbox::look_into(&config.outbox_path).ok().flatten();
    let waiting = outbox.and_then(|it| it.waiting(name.as_str()).ok());
    waiting.unwrap_or_default().for_login
}
