//! Under which name an account is kept, and whether it is the one that has the name already.

use crate::cli::commands::account::add::CommonArgs;
use crate::cli::error::CliError;
use crate::cli::standing;
use crate::config::Config;
use crate::config::account::Account;
use crate::config::account::AccountKind;
use crate::config::secrets::Secrets;
use crate::platforms::log_in::LoggedIn;
use crate::post::account_name::AccountName;
use crate::post::platform::Platform;

/// The longest name that is made of a handle.
const NAME_CHARS_MAX: usize = 32;

/// How many names are tried that end in a number.
const NUMBERS_MAX: u32 = 100;

/// Whether an account of the configuration is the one that has logged in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Same {
    Yes,
    No,
    /// The configuration does not say enough to tell.
    Perhaps,
}

/// A name, and what becomes of the account that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) name: AccountName,
    pub(crate) before: Before,
}

/// What has the name already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Before {
    /// Nothing, or the same account: what is set there stays.
    SameOrNone,
    /// Another account, which is to go.
    Other,
}

/// Refuses a name that belongs to an account of another platform, before anybody is asked anything.
pub(crate) fn refuse_other_platform(
    existing: Option<&Account>,
    platform: Platform,
    common: &CommonArgs,
) -> Result<(), CliError> {
    match existing {
        Some(account) if account.platform() != platform && !common.replace => Err(taken(
            &account.name,
            &format!("an account on {}", account.platform().title()),
        )),
        _ => Ok(()),
    }
}

/// Returns the name of the account that has logged in: the one that was given, else that of the same
/// account if it is kept already, else the platform's or one by the handle.
pub(crate) fn choose(
    config: &Config,
    secrets: &Secrets,
    platform: Platform,
    logged_in: &LoggedIn,
    common: &CommonArgs,
) -> Result<Named, CliError> {
    let same = |account: &Account| same(account, platform, logged_in, secrets);
    let named = |name: &AccountName| config.accounts.iter().find(|it| it.name == *name);
    if let Some(name) = &common.name {
        let before = match named(name) {
            Some(other) if same(other) == Same::No => Before::Other,
            _ => Before::SameOrNone,
        };
        if before == Before::Other && !common.replace {
            return Err(taken(name, "another account"));
        }
        let name = name.clone();
        return Ok(Named { name, before });
    }
    let known = config.accounts.iter().find(|it| same(it) == Same::Yes);
    let is_free = |name: &AccountName| named(name).is_none_or(|it| same(it) == Same::Perhaps);
    let name = match known {
        Some(known) => Some(known.name.clone()),
        None => candidates(platform, &logged_in.who).find(is_free),
    };
    let name = name.ok_or_else(|| {
        CliError::usage("every name that fits is taken").hint("choose one with `--name NAME`")
    })?;
    Ok(Named {
        name,
        before: Before::SameOrNone,
    })
}

fn taken(name: &AccountName, by: &str) -> CliError {
    CliError::new("name_taken", format!("`{name}` is the name of {by}"))
        .hint("choose another with `--name NAME`, or add `--replace` to forget that account")
}

/// Returns the names to try, the best first.
fn candidates(platform: Platform, who: &str) -> impl Iterator<Item = AccountName> {
    let platform = platform.name();
    let own = of_handle(who);
    let with_platform = format!("{platform}-{own}");
    let numbered = (2..=NUMBERS_MAX).map(move |number| format!("{platform}-{number}"));
    [platform.to_owned(), own, with_platform]
        .into_iter()
        .chain(numbered)
        .filter_map(|name| name.parse().ok())
}

/// Returns what stands in a handle before the server, in the letters of a name.
fn of_handle(who: &str) -> String {
    let own = who.trim_start_matches('@');
    let own = own.split(['@', '.']).next().unwrap_or_default();
    let letters = own.chars().map(|c| match c {
        c if c.is_ascii_alphanumeric() => c.to_ascii_lowercase(),
        _ => '-',
    });
    letters.take(NAME_CHARS_MAX).collect()
}

fn same(account: &Account, platform: Platform, logged_in: &LoggedIn, secrets: &Secrets) -> Same {
    if account.platform() != platform {
        return Same::No;
    }
    let setting = |key: &str| {
        let mut settings = logged_in.settings.iter();
        settings
            .find(|(name, _)| *name == key)
            .map(|(_, it)| it.as_str())
    };
    let known = |known: Option<&str>, key: &str| match known {
        None => Same::Perhaps,
        Some(known) if setting(key).is_some_and(|it| it.eq_ignore_ascii_case(known)) => Same::Yes,
        Some(_) => Same::No,
    };
    match &account.kind {
        AccountKind::Mastodon { instance, .. } => {
            let origin = instance.origin().ascii_serialization();
            match known(Some(&origin), "instance") {
                Same::Yes => known(account.handle.as_deref(), "handle"),
                other => other,
            }
        }
        AccountKind::Bluesky { handle, .. } => {
            // A handle can be given to somebody else, and somebody can change theirs.
            let kept = standing::session(account, secrets).map(|session| session.stable_id);
            match kept {
                Some(did) if did == logged_in.stable_id => Same::Yes,
                Some(_) => Same::No,
                None if *handle == logged_in.stable_id => Same::Yes,
                None => known(Some(handle), "handle"),
            }
        }
        AccountKind::Tumblr { blog, .. } if *blog == logged_in.stable_id => Same::Yes,
        AccountKind::Tumblr { blog, .. } => {
            let name = blog.strip_suffix(".tumblr.com").unwrap_or(blog);
            match known(Some(name), "blog") {
                // Whose a host of its own is, nobody has told.
                Same::No if name.contains('.') => Same::Perhaps,
                other => other,
            }
        }
        AccountKind::Instagram { user_id, .. } => known(Some(user_id), "user_id"),
        AccountKind::Threads { user_id, .. } => known(user_id.as_deref(), "user_id"),
        AccountKind::Facebook { page_id, .. } => known(Some(page_id), "page_id"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_platform_s_or_made_of_the_handle() {
        let names = |who: &str| {
            let names = candidates(Platform::Mastodon, who).take(4);
            names.map(|name| name.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(
            names("@alice@example.social"),
            ["mastodon", "alice", "mastodon-alice", "mastodon-2"]
        );
        assert_eq!(
            names("@Alice_B@example.social")[1..3],
            ["alice-b", "mastodon-alice-b"]
        );
        // A name that the configuration has for something else, and one that is none.
        assert_eq!(names("@media@example.social")[1], "mastodon-media");
        assert_eq!(names("@@")[1], "mastodon-");
    }
}
