//! `hayon account add`: logs an account in and keeps it, with a person or without.
//!
//! Each platform's file gathers what its log-in needs and calls the platform's own `log_in`; what comes
//! of that is the same for all ([`LoggedIn`]), and is named, kept and looked at here. The order holds
//! whatever happens: the secrets are kept before the configuration knows of the account, and what was
//! there before is forgotten last. A crash in between leaves an account that can be added again.

pub(crate) mod bluesky;
pub(crate) mod dialogue;
pub(crate) mod ending;
pub(crate) mod facebook;
pub(crate) mod given;
pub(crate) mod instagram;
pub(crate) mod keeping;
pub(crate) mod mastodon;
pub(crate) mod meta;
pub(crate) mod naming;
pub(crate) mod threads;
pub(crate) mod tumblr;

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use clap::Subcommand;
use clap::ValueEnum;
use clap::ValueHint;
use url::Url;

use crate::cli::args::parse_wait;
use crate::cli::commands::account::add::bluesky::BlueskyArgs;
use crate::cli::commands::account::add::dialogue::Dialogue;
use crate::cli::commands::account::add::facebook::FacebookArgs;
use crate::cli::commands::account::add::given::Given;
use crate::cli::commands::account::add::instagram::InstagramArgs;
use crate::cli::commands::account::add::mastodon::MastodonArgs;
use crate::cli::commands::account::add::threads::ThreadsArgs;
use crate::cli::commands::account::add::tumblr::TumblrArgs;
use crate::cli::context::Context;
use crate::cli::context::block_on;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::prompts::Question;
use crate::config::Config;
use crate::config::account::Account;
use crate::config::address::AddressShape;
use crate::config::address::parse_address;
use crate::config::secrets::Store;
use crate::http::Http;
use crate::platforms::log_in::LoggedIn;
use crate::post::account_name::AccountName;
use crate::post::platform::Platform;

/// Log an account in, and keep it
///
/// Asks for what it needs, on a terminal, and opens your browser where a platform logs in there; or
/// takes all of it by flags, with the secret on stdin. Secrets are never given on the command line,
/// which every process of the machine can read. They are kept in the system's keyring, or where there
/// is none in a file that only you can read; the configuration file gets the account's table. At the
/// end the account is looked at as `hayon doctor` would look at it.
///
/// With `--secret-stdin`, one line on stdin is the account's secret: an app password on Bluesky, an
/// access token elsewhere. Where more is needed, each stands on a line of its own as `name=value`:
/// `token`, `token_secret`, `refresh_token`, `password`, `client_id`, `client_secret`.
///
/// To log in again, name the account: its settings stay, and its secrets are replaced. With `--json`:
/// `account`, `platform`, `who`, `id`, `secrets` (where they are), `expires_at`, `waiting` (how many
/// posts wait for this log-in), and `checks` and `ok` as of `hayon doctor`. Exit codes: 0 logged in and
/// nothing in trouble; 5 the log-in was refused, or may not post; else 1.
#[derive(Clone, Debug, Args)]
#[command(
    subcommand_value_name = "PLATFORM",
    subcommand_help_heading = "Platforms"
)]
#[command(after_help = "\
Examples:
  hayon account add
  hayon account add bluesky --handle alice.bsky.social
  hayon account add mastodon --instance mastodon.social --name work
  hayon account add --name work             log in again")]
pub(crate) struct AddArgs {
    #[command(subcommand)]
    platform: Option<OnPlatform>,
    #[command(flatten)]
    common: CommonArgs,
}

/// What a log-in takes on every platform.
#[derive(Clone, Debug, Args)]
pub(crate) struct CommonArgs {
    /// The account's name here [default: the platform's, or one by the handle if that is taken]
    #[arg(long, global = true, value_name = "NAME", value_hint = ValueHint::Other)]
    pub(crate) name: Option<AccountName>,
    /// Read the secret from stdin: a line, or lines `name=value`
    #[arg(long, global = true)]
    pub(crate) secret_stdin: bool,
    /// Where to keep the secrets [default: the keyring, or the file if there is none]
    #[arg(long, global = true, value_enum, value_name = "STORE")]
    pub(crate) store: Option<StoreWord>,
    /// Put this account in place of another one of the same name
    #[arg(long, global = true)]
    pub(crate) replace: bool,
    /// Open no browser here: show the address, and ask for what the browser shows
    #[arg(long, global = true)]
    pub(crate) no_browser: bool,
    /// How long to wait for the browser
    #[arg(
        long,
        global = true,
        value_name = "DURATION",
        default_value = "5m",
        value_parser = parse_wait,
        value_hint = ValueHint::Other
    )]
    pub(crate) wait: Duration,
}

/// Where a log-in may keep its secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StoreWord {
    /// The system's keyring
    Keyring,
    /// A file that only you can read
    File,
}

impl StoreWord {
    /// Returns the store.
    pub(crate) const fn store(self) -> Store {
        match self {
            Self::Keyring => Store::Keyring,
            Self::File => Store::File,
        }
    }
}

/// The platform, with what is told of the account there.
#[derive(Clone, Debug, Subcommand)]
enum OnPlatform {
    Bluesky(BlueskyArgs),
    Mastodon(MastodonArgs),
    Instagram(InstagramArgs),
    Threads(ThreadsArgs),
    Facebook(FacebookArgs),
    Tumblr(TumblrArgs),
}

impl OnPlatform {
    const fn platform(&self) -> Platform {
        match self {
            Self::Bluesky(_) => Platform::Bluesky,
            Self::Mastodon(_) => Platform::Mastodon,
            Self::Instagram(_) => Platform::Instagram,
            Self::Threads(_) => Platform::Threads,
            Self::Facebook(_) => Platform::Facebook,
            Self::Tumblr(_) => Platform::Tumblr,
        }
    }

    /// Returns the arguments of somebody who was told nothing but the platform.
    fn bare(platform: Platform) -> Self {
        match platform {
            Platform::Bluesky => Self::Bluesky(BlueskyArgs::default()),
            Platform::Mastodon => Self::Mastodon(MastodonArgs::default()),
            Platform::Instagram => Self::Instagram(InstagramArgs::default()),
            Platform::Threads => Self::Threads(ThreadsArgs::default()),
            Platform::Facebook => Self::Facebook(FacebookArgs::default()),
            Platform::Tumblr => Self::Tumblr(TumblrArgs::default()),
        }
    }

    async fn log_in(&self, dialogue: &Dialogue<'_>) -> Result<LoggedIn, CliError> {
        match self {
            Self::Bluesky(arguments) => bluesky::log_in(dialogue, arguments).await,
            Self::Mastodon(arguments) => mastodon::log_in(dialogue, arguments).await,
            Self::Instagram(arguments) => instagram::log_in(dialogue, arguments).await,
            Self::Threads(arguments) => threads::log_in(dialogue, arguments).await,
            Self::Facebook(arguments) => facebook::log_in(dialogue, arguments).await,
            Self::Tumblr(arguments) => tumblr::log_in(dialogue, arguments).await,
        }
    }
}

/// Logs an account in and keeps it.
pub(crate) fn run(context: &Context, arguments: &AddArgs) -> Result<Exit, CliError> {
    let config = context.config_or_empty()?;
    let common = &arguments.common;
    let existing = common.name.as_ref().and_then(|name| account(&config, name));
    let on_platform = match &arguments.platform {
        Some(given) => given.clone(),
        None => OnPlatform::bare(asked_platform(context, existing)?),
    };
    let platform = on_platform.platform();
    naming::refuse_other_platform(existing, platform, common)?;
    let given = if common.secret_stdin {
        Given::from_stdin()?
    } else {
        Given::default()
    };
    let dialogue = Dialogue {
        context,
        common,
        http: Arc::new(Http::new()),
        given,
        existing: existing.filter(|account| account.platform() == platform),
        state_dir: &config.state_dir,
    };
    let logged_in = block_on(on_platform.log_in(&dialogue))?;
    for note in &logged_in.notes {
        context.ui.warn(note);
    }
    let secrets = context.secrets(&config);
    let named = naming::choose(&config, &secrets, platform, &logged_in, common)?;
    let store = keeping::keep(context, &config, &named, platform, &logged_in, common)?;
    ending::look(context, &named.name, &logged_in, store)
}

fn account<'c>(config: &'c Config, name: &AccountName) -> Option<&'c Account> {
    config.accounts.iter().find(|account| account.name == *name)
}

fn asked_platform(context: &Context, existing: Option<&Account>) -> Result<Platform, CliError> {
    if let Some(account) = existing {
        return Ok(account.platform());
    }
    let question = Question {
        words: "platform",
        otherwise: "name it, such as `hayon account add mastodon`",
    };
    let titles = Platform::ALL.map(Platform::title);
    let chosen = context.ui.choose(question, &titles)?;
    Ok(Platform::ALL[chosen])
}

/// Reads the address of a server that secrets go to.
pub(crate) fn parse_origin(text: &str) -> Result<Url, String> {
    parse_address(text, AddressShape::Origin).map_err(|why| format!("{why}; {}", why.hint()))
}
