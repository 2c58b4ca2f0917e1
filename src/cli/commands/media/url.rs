//! `hayon media url`: an address from which others can fetch a picture.

use std::time::Duration;

use clap::Args;
use clap::ValueHint;
use serde_json::json;

use crate::cli::commands::media::end_in_json;
use crate::cli::commands::media::parse_lifetime;
use crate::cli::context::Context;
use crate::cli::context::on_store;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::publishers::media_store;
use crate::cli::view::moment;
use crate::media::MediaError;
use crate::media::address::Lifetime;

/// Print an address from which anybody can fetch what is under a key
///
/// With `public_url` in `[media]` it is that of your web server; else it is signed, and works for as
/// long as it says: whoever has it needs no credentials.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon media url temp/alice/019ab2c4-0000-7000-8000-000000000000.jpg
  hayon media url posts/alice/019ab2c4-0000-7000-8000-000000000000/019ab2c4-0001-7000-8000-000000000000.jpg --expires 24h")]
pub(crate) struct UrlArgs {
    /// The key, as `hayon media list` shows it
    #[arg(value_name = "KEY", value_hint = ValueHint::Other)]
    key: String,
    /// How long a signed address works, such as `15m`; 7 days at most
    #[arg(long, value_name = "DURATION", default_value = "1h", value_parser = parse_lifetime, value_hint = ValueHint::Other)]
    expires: Duration,
}

/// Prints the address.
pub(crate) fn run(context: &Context, arguments: &UrlArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    let store = media_store(&config);
    let lifetime = Lifetime {
        from: context.clock.now(),
        length: arguments.expires,
    };
    let key = &arguments.key;
    let address = on_store(&config, async {
        if store.describe(key).await?.is_none() {
            return Err(MediaError::Missing { key: key.clone() }.into());
        }
        Ok(store.address(key, lifetime).await?)
    })?;
    context.ui.print_json(&json!({
        "key": key,
        "url": address.expose(),
        "expires_at": end_in_json(&address),
    }));
    context.ui.print(address.expose());
    if let Some(end) = address.good_until {
        context.ui.tell(&format!("it works until {}", moment(end)));
    }
    Ok(Exit::Done)
}
