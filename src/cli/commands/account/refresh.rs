//! `hayon account refresh`: new tokens now, instead of when they are due.

use clap::Args;
use clap::ValueHint;
use futures_util::future::join_all;
use serde_json::Value;
use serde_json::json;

use crate::cli::addressing;
use crate::cli::context::Context;
use crate::cli::context::block_on;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::publishers::publishers;
use crate::cli::view::one_line;
use crate::publish::PublishError;
use crate::publish::Renewal;
use crate::publish::Renewed;

/// Renew tokens now
///
/// `hayon daemon`, also with `--once`, and `hayon post` do it by themselves once a week. A token that
/// has ended cannot be renewed: log in anew.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon account refresh
  hayon account refresh insta")]
pub(crate) struct RefreshArgs {
    /// These accounts only, by name or platform
    #[arg(value_name = "ACCOUNT", value_hint = ValueHint::Other)]
    account: Vec<String>,
}

/// What became of one account's token.
type Refreshed = (String, Result<Renewed, PublishError>);

/// Renews the tokens.
pub(crate) fn run(context: &Context, arguments: &RefreshArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    let chosen = addressing::chosen(&config.accounts, &arguments.account)?;
    let (publishers, missing) = publishers(&config, &context.secrets(&config), &chosen)?;
    let progress = context.ui.progress("asking the servers");
    let clock = &context.clock;
    let renewals = publishers.all().map(|publisher| async move {
        let renewed = publisher.renew_credential(Renewal::Now, clock).await;
        (publisher.account().to_string(), renewed)
    });
    let refreshed = block_on(async { Ok(join_all(renewals).await) });
    drop(progress);
    let refreshed = refreshed?;
    let documents: Vec<Value> = refreshed.iter().map(document).collect();
    context.ui.print_json(&json!(documents));
    for (account, renewed) in &refreshed {
        let line = match renewed {
            Ok(renewed) => in_words(*renewed),
            Err(error) => format!("not renewed: {}", one_line(&error.to_string())),
        };
        context.ui.print(&format!("{account}: {line}\n"));
        if let Err(PublishError::LoginNeeded(_)) = renewed {
            let hint = format!("`hayon account add --name {account}` logs in anew");
            context.ui.hint(&hint);
        }
    }
    for error in &missing {
        context.ui.warn(&error.message);
        error.hints.iter().for_each(|hint| context.ui.hint(hint));
    }
    Ok(exit(&refreshed, missing.is_empty()))
}

fn document((account, renewed): &Refreshed) -> Value {
    let (state, ends_at, error) = match renewed {
        Ok(Renewed::Until(at)) => ("renewed", at.map(|at| format!("{at:.0}")), None),
        Ok(Renewed::Lasting) => ("lasting", None, None),
        Ok(Renewed::NotDue) => ("not_due", None, None),
        Err(error) => ("failed", None, Some(one_line(&error.to_string()))),
    };
    json!({"account": account, "state": state, "ends_at": ends_at, "error": error})
}

fn in_words(renewed: Renewed) -> String {
    match renewed {
        Renewed::Until(Some(at)) => format!("renewed, good until {at:.0}"),
        Renewed::Until(None) => "renewed".to_owned(),
        Renewed::Lasting => "has no end: there is nothing to renew".to_owned(),
        Renewed::NotDue => "was renewed a moment ago".to_owned(),
    }
}

fn exit(refreshed: &[Refreshed], is_complete: bool) -> Exit {
    let exits = refreshed.iter().map(|(_, renewed)| match renewed {
        Ok(_) => Exit::Done,
        Err(PublishError::LoginNeeded(_)) => Exit::LoginNeeded,
        Err(_) => Exit::Failed,
    });
    let missing = (!is_complete).then_some(Exit::LoginNeeded);
    exits.chain(missing).max().unwrap_or(Exit::Done)
}
