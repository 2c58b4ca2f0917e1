//! What a person may type: every command and flag, with the help that goes with it.

use std::path::PathBuf;
use std::time::Duration;

use clap::ArgGroup;
use clap::Args;
use clap::Parser;
use clap::Subcommand;
use clap::ValueEnum;
use clap::ValueHint;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser;

use crate::cli::commands::account::AccountArgs;
use crate::cli::commands::completions::CompletionsArgs;
use crate::cli::commands::daemon::DaemonArgs;
use crate::cli::commands::delete::DeleteArgs;
use crate::cli::commands::doctor::DoctorArgs;
use crate::cli::commands::edit::EditArgs;
use crate::cli::commands::list::ListArgs;
use crate::cli::commands::man::ManArgs;
use crate::cli::commands::media::MediaArgs;
use crate::cli::commands::post::PostArgs;
use crate::cli::commands::reschedule::RescheduleArgs;
use crate::cli::commands::retry::RetryArgs;
#[cfg(feature = "sandbox")]
use crate::cli::commands::sandbox::SandboxArgs;
use crate::cli::commands::show::ShowArgs;
use crate::cli::commands::submit::SubmitArgs;
use crate::cli::exit;
use crate::cli::fitting::parse_fit;
use crate::config::duration::parse_duration;
use crate::post::account_name::AccountName;
use crate::post::fit::Fit;
use crate::post::post::Visibility;

/// The heading in `--help` of the flags that every command has.
pub(crate) const EVERYWHERE: &str = "Everywhere";

/// The heading in `--help` of the exit codes.
pub(crate) const EXIT_CODES: &str = "Exit codes";

/// Publishes one post to many social platforms, now or later, exactly once each
///
/// A post is stored before it is sent. A crash, a power cut or a lost answer never makes a second
/// public post, and never loses one.
#[derive(Debug, Parser)]
#[command(
    name = "hayon",
    version,
    propagate_version = true,
    disable_help_subcommand = true,
    after_help = after_help()
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

fn after_help() -> String {
    let codes: Vec<String> = exit::table()
        .map(|(code, meaning)| format!("  {code:<4}{meaning}"))
        .collect();
    format!(
        "\
Examples:
  hayon post \"Hello, everyone\"             publish now, to the default accounts
  hayon post --to work,sky --file POST.md  publish a file to two accounts
  hayon validate --file POST.md            say what is wrong before anything is sent
  hayon doctor                             say what is wrong with accounts and machine
  hayon sandbox --demo                     see it work, without an account

{EXIT_CODES}:
{}",
        codes.join("\n")
    )
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = EVERYWHERE)]
pub(crate) struct Global {
    /// Read this configuration [default: `$HAYON_CONFIG`, else the user's own]
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
    /// Use this outbox [default: `$HAYON_OUTBOX`, else the configuration's]
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) outbox: Option<PathBuf>,
    /// Print one JSON document on stdout; errors are one on stderr
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,
    /// Trace requests and decisions on stderr
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Say nothing on stderr but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    Always,
    Never,
}

impl Color {
    /// Makes it hold for the process.
    pub(crate) fn apply(self) {
        match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }
}

/// What hayon can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Post(PostArgs),
    Submit(SubmitArgs),
    Edit(EditArgs),
    Reschedule(RescheduleArgs),
    Validate(ValidateArgs),
    List(ListArgs),
    Show(ShowArgs),
    Cancel(CancelArgs),
    Delete(DeleteArgs),
    Retry(RetryArgs),
    Resolve(ResolveArgs),
    Daemon(DaemonArgs),
    Account(AccountArgs),
    Doctor(DoctorArgs),
    Media(MediaArgs),
    #[cfg(feature = "sandbox")]
    Sandbox(SandboxArgs),
    Completions(CompletionsArgs),
    Man(ManArgs),
}

/// What a draft is made of.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "The draft")]
pub(crate) struct DraftArgs {
    /// The text; `-` reads it from stdin
    #[arg(value_name = "TEXT", value_hint = ValueHint::Other)]
    pub(crate) text: Option<String>,
    /// An account, a platform, or `all`; repeatable, or separated by commas
    #[arg(long, value_name = "ACCOUNT", value_delimiter = ',', value_hint = ValueHint::Other)]
    pub(crate) to: Vec<String>,
    /// A picture: a file, a key of `hayon media upload`, or an `https://` address; repeatable, shown in
    /// this order
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(crate) media: Vec<PathBuf>,
    /// Fetch pictures, and the page of a card, also from private networks and over plain HTTP
    #[arg(long)]
    pub(crate) allow_private: bool,
    /// What the picture before it shows, for those who cannot see it
    #[arg(long, value_name = "TEXT", requires = "media", value_hint = ValueHint::Other)]
    pub(crate) alt: Vec<String>,
    /// What to do with a picture whose shape a platform refuses [default: the configuration's, else refuse]
    #[arg(long, value_name = "HOW", value_parser = parse_fit())]
    pub(crate) fit: Option<Fit>,
    /// Another text for one account; repeatable
    #[arg(
        long,
        value_name = "ACCOUNT=TEXT",
        value_parser = parse_text_for,
        value_hint = ValueHint::Other
    )]
    pub(crate) text_for: Vec<(AccountName, String)>,
    /// The language of the text, such as `en` or `pt-BR`
    #[arg(long, value_name = "TAG", value_hint = ValueHint::Other)]
    pub(crate) lang: Option<String>,
    /// A tag beside those of the text (Tumblr; on Threads the first is the topic); repeatable, or separated by commas
    #[arg(long, value_name = "TAG", value_delimiter = ',', value_hint = ValueHint::Other)]
    pub(crate) tag: Vec<String>,
    /// Show the page at this address under a text without pictures [default: that of its first link]
    #[arg(long, value_name = "URL", conflicts_with = "no_card", value_hint = ValueHint::Url)]
    pub(crate) card: Option<String>,
    /// Show no page under the text, whatever it links to
    #[arg(long)]
    pub(crate) no_card: bool,
    /// Who may see it (Mastodon; Tumblr knows `private`)
    #[arg(long, value_name = "WHO", value_parser = visibility())]
    pub(crate) visibility: Option<Visibility>,
    /// A content warning, shown instead of the text until the reader asks (Mastodon)
    #[arg(long, value_name = "TEXT", value_hint = ValueHint::Other)]
    pub(crate) cw: Option<String>,
}

/// Say what each account would get, and everything that is wrong with it
///
/// Needs no account: `--to bluesky` checks against the built-in limits.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon validate --to mastodon,bluesky \"Hello, everyone\"
  hayon validate --offline --file POST.md --file OTHER.md --json")]
pub(crate) struct ValidateArgs {
    #[command(flatten)]
    pub(crate) draft: DraftArgs,
    /// Read the draft from a file, with `+++` front matter or without; repeatable
    #[arg(
        long,
        value_name = "POST.md",
        conflicts_with = "text",
        value_hint = ValueHint::FilePath
    )]
    pub(crate) file: Vec<PathBuf>,
    /// Use the built-in limits; ask no server
    #[arg(long)]
    pub(crate) offline: bool,
}

/// Cancel what of a post has not been sent
///
/// Answers for each account: cancelled (never sent), too late (delivered), or under way (will end by
/// itself). Exit codes: 0 cancelled, 1 too late, 6 under way.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon cancel 17")]
pub(crate) struct CancelArgs {
    /// The number or the id of the post
    #[arg(value_name = "POST", value_hint = ValueHint::Other)]
    pub(crate) post: String,
}

/// Say what became of a delivery that is in doubt
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon resolve 17 --account work --published https://example.social/@me/1
  hayon resolve 17 --account work --not-published")]
#[command(group = ArgGroup::new("finding").required(true))]
pub(crate) struct ResolveArgs {
    /// The number or the id of the post
    #[arg(value_name = "POST", value_hint = ValueHint::Other)]
    pub(crate) post: String,
    /// The account in question
    #[arg(long, value_name = "ACCOUNT", value_hint = ValueHint::Other)]
    pub(crate) account: AccountName,
    /// It is public, at this address
    #[arg(
        long,
        value_name = "URL",
        group = "finding",
        value_parser = parse_web_address,
        value_hint = ValueHint::Url
    )]
    pub(crate) published: Option<url::Url>,
    /// It is not public: queue it again
    #[arg(long, group = "finding", conflicts_with = "published")]
    pub(crate) not_published: bool,
}

/// How long a wait may be.
const WAIT_MAX: Duration = Duration::from_hours(30 * 24);

/// Reads how long to wait, of a flag.
pub(crate) fn parse_wait(word: &str) -> Result<Duration, String> {
    parse_duration(word, Duration::ZERO..=WAIT_MAX)
        .map_err(|error| format!("{error}; {}", error.hint()))
}

fn parse_web_address(word: &str) -> Result<url::Url, String> {
    word.parse::<url::Url>()
        .ok()
        .filter(|url| matches!(url.scheme(), "https" | "http"))
        .ok_or_else(|| "write it as the browser shows it, beginning with `https://`".to_owned())
}

fn parse_text_for(word: &str) -> Result<(AccountName, String), String> {
    let (account, text) = word
        .split_once('=')
        .ok_or("write it as ACCOUNT=TEXT, such as `work=Hello`")?;
    let account = account
        .parse::<AccountName>()
        .map_err(|error| error.to_string())?;
    Ok((account, text.to_owned()))
}

// What clap knows the words of, it completes, and names the nearest of a mistyped one.
fn visibility() -> impl TypedValueParser<Value = Visibility> {
    PossibleValuesParser::new(Visibility::ALL.map(Visibility::name))
        .try_map(|word| word.parse::<Visibility>())
}
