//! Where a post goes: from the words of a person to accounts. Nothing goes where nobody sent it.

use crate::cli::error::CliError;
use crate::config::Config;
use crate::config::account::Account;
use crate::post::account_name::AccountName;
use crate::post::limits::Limits;
use crate::post::nearest::nearest;
use crate::post::platform::Platform;

/// Where a draft is to be checked for, or go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place<'c> {
    Account(&'c Account),
    /// A platform without an account of ours: for checking alone.
    Platform(Platform),
}

/// What somebody without an account does first.
pub(crate) const FIRST_STEPS: [&str; 3] = [
    "to see hayon work without one: `hayon sandbox --demo`",
    "two commands to a first post: `hayon account add`, `hayon post \"Hello, everyone\"`",
    "in CI variables do without a log-in, such as `HAYON_MASTODON_INSTANCE` and \
     `HAYON_MASTODON_TOKEN`",
];

/// Returns the accounts that `named` means: the flags, or else the front matter; without any, the
/// default accounts; without those, the only account there is.
///
/// # Errors
/// When a word means nothing, or when nobody said where: the error lists the accounts.
pub(crate) fn accounts<'c>(
    named: &[String],
    config: &'c Config,
) -> Result<Vec<&'c Account>, CliError> {
    if config.accounts.is_empty() {
        return Err(no_accounts());
    }
    chosen(&config.accounts, &words(named, config)?)
}

/// Returns those of `accounts` that `words` mean; all of them if nobody names one.
pub(crate) fn chosen<'a>(
    accounts: &'a [Account],
    words: &[String],
) -> Result<Vec<&'a Account>, CliError> {
    if accounts.is_empty() {
        return Err(no_accounts());
    }
    if words.is_empty() {
        return Ok(accounts.iter().collect());
    }
    let mut chosen: Vec<&Account> = Vec::new();
    for word in words {
        for account in meant_by(word.trim(), accounts)? {
            if !chosen.iter().any(|known| known.name == account.name) {
                chosen.push(account);
            }
        }
    }
    Ok(chosen)
}

/// Returns the places that `named` means for checking: a platform needs no account. Where nothing
/// says where, that is every platform that may take the post, which has pictures or not.
pub(crate) fn places<'c>(
    named: &[String],
    has_media: bool,
    config: &'c Config,
) -> Result<Vec<Place<'c>>, CliError> {
    if named.is_empty() && config.accounts.is_empty() {
        let may_take = |platform: &Platform| has_media || !Limits::built_in(*platform).needs_image;
        let platforms = Platform::ALL.into_iter().filter(may_take);
        return Ok(platforms.map(Place::Platform).collect());
    }
    let mut places: Vec<Place<'_>> = Vec::new();
    for word in words(named, config)? {
        let meant = match (meant_by(&word, &config.accounts), word.parse::<Platform>()) {
            (Ok(accounts), _) => accounts.into_iter().map(Place::Account).collect(),
            (Err(_), Ok(platform)) => vec![Place::Platform(platform)],
            (Err(error), Err(_)) => return Err(error),
        };
        for place in meant {
            if !places.contains(&place) {
                places.push(place);
            }
        }
    }
    Ok(places)
}

fn words(named: &[String], config: &Config) -> Result<Vec<String>, CliError> {
    let is_given = !named.is_empty();
    let named: Vec<String> = named
        .iter()
        .map(|word| word.trim().to_owned())
        .filter(|word| !word.is_empty())
        .collect();
    if !named.is_empty() {
        return Ok(named);
    }
    if is_given {
        // A script whose variable is empty did not mean the default accounts.
        return Err(CliError::usage("`--to` names no account")
            .hint("name one, or leave `--to` out to post to the default accounts"));
    }
    if !config.default_to.is_empty() {
        return Ok(config
            .default_to
            .iter()
            .map(AccountName::to_string)
            .collect());
    }
    match config.accounts.as_slice() {
        [only] => Ok(vec![only.name.to_string()]),
        several => {
            let names: Vec<String> = several.iter().map(|a| format!("`{}`", a.name)).collect();
            Err(CliError::usage("nobody said where the post goes")
                .cause(format!("the accounts are {}", names.join(", ")))
                .hint("name them with `--to`, or set `default_to` in the configuration"))
        }
    }
}

/// Returns those of `accounts` that `word` means: one by its name, those of a platform, or all.
pub(crate) fn meant_by<'c>(
    word: &str,
    accounts: &'c [Account],
) -> Result<Vec<&'c Account>, CliError> {
    let all = accounts.iter();
    if word == "all" && !accounts.is_empty() {
        return Ok(all.collect());
    }
    if let Some(account) = all.clone().find(|account| account.name.as_str() == word) {
        return Ok(vec![account]);
    }
    let on_platform: Vec<&Account> = match word.parse::<Platform>() {
        Ok(platform) => all
            .filter(|account| account.platform() == platform)
            .collect(),
        Err(_) => Vec::new(),
    };
    if on_platform.is_empty() {
        Err(unknown(word, accounts))
    } else {
        Ok(on_platform)
    }
}

fn unknown(word: &str, accounts: &[Account]) -> CliError {
    let names = accounts.iter().map(|account| account.name.as_str());
    let known: Vec<&str> = names
        .chain(Platform::ALL.map(Platform::name))
        .chain(["all"])
        .collect();
    let error = match word.parse::<Platform>() {
        Ok(platform) => CliError::usage(format!("there is no account on {}", platform.title())),
        Err(_) => CliError::usage(format!("`{word}` is no account and no platform")),
    };
    let accounts: Vec<String> = accounts.iter().map(|a| format!("`{}`", a.name)).collect();
    let error = if accounts.is_empty() {
        error.hint("add an account to the configuration, or try `hayon sandbox --demo`")
    } else {
        error.cause(format!("the accounts are {}", accounts.join(", ")))
    };
    match nearest(word, known.iter().copied().filter(|known| *known != word)) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error,
    }
}

/// Returns the error of whoever has no account yet, with the way to a first post.
pub(crate) fn no_accounts() -> CliError {
    let error = CliError::usage("there is no account yet");
    FIRST_STEPS.into_iter().fold(error, CliError::hint)
}
