//! An identity of ours on a platform: merged from its table in the file and from its variables.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr as _;

use url::Url;

use crate::config::address::AddressShape;
use crate::config::blog;
use crate::config::blog::BlogState;
use crate::config::error::ConfigError;
use crate::config::error::Place;
use crate::config::error::quoted;
use crate::config::file::Settings;
use crate::config::file::WrittenAccount;
use crate::config::handle;
use crate::config::meta;
use crate::config::meta::ReplyControl;
use crate::config::secrets::SecretField;
use crate::config::secrets::Store;
use crate::config::secrets::settings::read_secret_command;
use crate::config::secrets::settings::read_store;
use crate::config::setting::Setting;
use crate::config::setting::Value;
use crate::config::shape;
use crate::paths::Environment;
use crate::post::account_name::AccountName;
use crate::post::nearest::nearest;
use crate::post::platform::Platform;

/// An identity of ours on a platform, named by the user. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) name: AccountName,
    pub(crate) kind: AccountKind,
    /// Whose the token is, such as `@alice@example.social`, as the log-in has told: for people. On
    /// Bluesky that is how an account is reached.
    pub(crate) handle: Option<String>,
    /// Where its secrets are kept; `None`: nobody has said.
    pub(crate) store: Option<Store>,
    /// The program that tells its secrets, and the arguments of that.
    pub(crate) secret_command: Vec<String>,
}

/// What an account needs to be reached, by platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AccountKind {
    Mastodon {
        /// The server that the account lives on.
        instance: Url,
        /// Where the instance's API is, if not on the instance's own address.
        api_url: Option<Url>,
    },
    Bluesky {
        /// In lower case, without `@`; or a DID.
        handle: String,
        /// The PDS, where it is not to be found by the handle.
        service: Option<Url>,
        /// The directory of `did:plc` identities, if not the public one.
        plc_url: Option<Url>,
    },
    Tumblr {
        /// The blog's name, its host or its id.
        blog: String,
        /// What becomes of a post there.
        state: BlogState,
        /// Where the API is.
        api: Url,
    },
    Instagram {
        /// The id to publish with: that of the professional account.
        user_id: String,
        /// Where the API is: that of the log-in at Instagram, or of that at Facebook.
        api: Url,
    },
    Threads {
        /// Whose the token is; whoever that is, if nobody says.
        user_id: Option<String>,
        /// Who may reply; whoever the profile says, if nobody says.
        reply_control: Option<ReplyControl>,
        /// Where the API is.
        api: Url,
    },
    Facebook {
        page_id: String,
        /// Where the API is.
        api: Url,
    },
}

impl Account {
    /// Returns the network that the account is on.
    pub(crate) const fn platform(&self) -> Platform {
        match self.kind {
            AccountKind::Mastodon { .. } => Platform::Mastodon,
            AccountKind::Bluesky { .. } => Platform::Bluesky,
            AccountKind::Tumblr { .. } => Platform::Tumblr,
            AccountKind::Instagram { .. } => Platform::Instagram,
            AccountKind::Threads { .. } => Platform::Threads,
            AccountKind::Facebook { .. } => Platform::Facebook,
        }
    }
}

/// Returns the variable that holds `field` of `account`: `HAYON_<ACCOUNT>_<FIELD>`.
pub(crate) fn variable(account: &AccountName, field: &str) -> String {
    environment_form(account.as_str(), field)
}

/// Returns the same of an account that is yet to be called `name`.
pub(crate) fn variable_of(name: &str, field: &str) -> String {
    environment_form(name, field)
}

fn environment_form(account: &str, field: &str) -> String {
    format!("HAYON_{account}_{field}")
        .to_ascii_uppercase()
        .replace('-', "_")
}

/// Every name that a variable of an account may end in.
fn fields() -> impl Iterator<Item = &'static str> {
    let secrets = SecretField::ALL.map(SecretField::name);
    shape::ACCOUNT.collected().chain(secrets)
}

/// Merges the accounts of the file with their variables, and adds those that exist by their
/// variables alone; each for itself, so that one that is wrong hides no other. `credentials` is the
/// file that secrets belong in.
pub(super) fn merge(
    written: Vec<WrittenAccount>,
    environment: &Environment,
    credentials: &Path,
) -> Result<Vec<Result<Account, ConfigError>>, ConfigError> {
    let made = made_by_variables(&claim(&written)?, environment)?;
    let all: Vec<WrittenAccount> = written.into_iter().chain(made).collect();
    claim(&all)?;
    let merged = all
        .into_iter()
        .map(|account| one(account, environment, credentials));
    Ok(merged.collect())
}

/// Returns whose each variable is.
fn claim(accounts: &[WrittenAccount]) -> Result<BTreeMap<String, &AccountName>, ConfigError> {
    let mut owners = BTreeMap::new();
    for account in accounts {
        for field in fields() {
            let variable = variable(&account.name, field);
            if let Some(first) = owners.insert(variable.clone(), &account.name) {
                return Err(ConfigError::Collision {
                    first: first.clone(),
                    second: account.name.clone(),
                    variable,
                });
            }
        }
    }
    Ok(owners)
}

/// Returns the accounts that are named like their platform and exist because a variable does.
fn made_by_variables(
    claimed: &BTreeMap<String, &AccountName>,
    environment: &Environment,
) -> Result<Vec<WrittenAccount>, ConfigError> {
    let set = |name: &str| {
        fields()
            .map(|field| environment_form(name, field))
            .find(|variable| environment.get(variable).is_some() && !claimed.contains_key(variable))
    };
    let made = Platform::ALL
        .into_iter()
        .filter(|p| set(p.name()).is_some());
    made.map(|platform| {
        let name =
            AccountName::from_str(platform.name()).map_err(|error| ConfigError::BadValue {
                place: Place::Variable(environment_form(platform.name(), "platform")),
                message: error.to_string(),
                hint: "name the account in the configuration file".into(),
            })?;
        Ok(WrittenAccount {
            name,
            settings: Settings::new(),
        })
    })
    .collect()
}

fn one(
    written: WrittenAccount,
    environment: &Environment,
    credentials: &Path,
) -> Result<Account, ConfigError> {
    let name = written.name;
    let mut settings = written.settings;
    refuse_secrets(&name, &settings, credentials)?;
    for key in shape::ACCOUNT.collected() {
        let variable = variable(&name, key);
        if let Some(value) = environment.get(&variable) {
            let setting = Setting {
                value: Value::Variable(value.to_owned()),
                place: Place::Variable(variable),
            };
            settings.insert(key, setting);
        }
    }
    let platform = platform(&name, &settings)?;
    refuse_what_is_not_of(platform, &settings)?;
    let store = settings.get("secrets").map(read_store).transpose()?;
    let secret_command = read_secret_command(store, &settings)?;
    let kind = match platform {
        Platform::Mastodon => mastodon(&name, &settings)?,
        Platform::Bluesky => bluesky(&name, &settings)?,
        Platform::Tumblr => tumblr(&name, &settings)?,
        Platform::Instagram => instagram(&name, &settings)?,
        Platform::Threads => threads(&settings)?,
        Platform::Facebook => facebook(&name, &settings)?,
    };
    Ok(Account {
        name,
        kind,
        handle: settings.get("handle").map(Setting::text).transpose()?,
        store,
        secret_command,
    })
}

fn mastodon(name: &AccountName, settings: &Settings) -> Result<AccountKind, ConfigError> {
    let instance = required(name, settings, "instance", "https://mastodon.social")?;
    Ok(AccountKind::Mastodon {
        instance: instance.address(AddressShape::Origin)?,
        api_url: address(settings, "api_url", AddressShape::Origin)?,
    })
}

fn bluesky(name: &AccountName, settings: &Settings) -> Result<AccountKind, ConfigError> {
    let handle = required(name, settings, "handle", "alice.bsky.social")?;
    if let (Some(_), Some(api_url)) = (settings.get("service"), settings.get("api_url")) {
        return Err(api_url.bad(
            "`service` says the same of a Bluesky account",
            "keep one of the two",
        ));
    }
    let service = address(settings, "service", AddressShape::Origin)?;
    Ok(AccountKind::Bluesky {
        handle: handle::read(handle)?,
        service: match service {
            Some(service) => Some(service),
            None => address(settings, "api_url", AddressShape::Origin)?,
        },
        plc_url: address(settings, "plc_url", AddressShape::WithPath)?,
    })
}

fn tumblr(name: &AccountName, settings: &Settings) -> Result<AccountKind, ConfigError> {
    let blog = required(name, settings, "blog", "staff")?;
    let state = settings.get("state").map(blog::read_state).transpose()?;
    Ok(AccountKind::Tumblr {
        blog: blog::read_blog(blog)?,
        state: state.unwrap_or_default(),
        api: match settings.get("api_url") {
            Some(api) => api.address(AddressShape::Origin)?,
            None => blog::api()?,
        },
    })
}

fn instagram(name: &AccountName, settings: &Settings) -> Result<AccountKind, ConfigError> {
    let user_id = required(name, settings, "user_id", "17841400000000000")?;
    Ok(AccountKind::Instagram {
        user_id: meta::read_id(user_id)?,
        api: meta::read_api(settings.get("api_url"), "https://graph.instagram.com")?,
    })
}

fn threads(settings: &Settings) -> Result<AccountKind, ConfigError> {
    let reply_control = settings.get("reply_control");
    Ok(AccountKind::Threads {
        user_id: settings.get("user_id").map(meta::read_id).transpose()?,
        reply_control: reply_control.map(meta::read_reply_control).transpose()?,
        api: meta::read_api(settings.get("api_url"), "https://graph.threads.net")?,
    })
}

fn facebook(name: &AccountName, settings: &Settings) -> Result<AccountKind, ConfigError> {
    let page_id = required(name, settings, "page_id", "101234567890123")?;
    Ok(AccountKind::Facebook {
        page_id: meta::read_id(page_id)?,
        api: meta::read_api(settings.get("api_url"), "https://graph.facebook.com")?,
    })
}

fn required<'s>(
    account: &AccountName,
    settings: &'s Settings,
    key: &'static str,
    example: &'static str,
) -> Result<&'s Setting, ConfigError> {
    settings.get(key).ok_or_else(|| ConfigError::MissingKey {
        account: account.clone(),
        key,
        example,
        variable: variable(account, key),
    })
}

fn address(
    settings: &Settings,
    key: &str,
    shape: AddressShape,
) -> Result<Option<Url>, ConfigError> {
    settings.get(key).map(|it| it.address(shape)).transpose()
}

fn platform(name: &AccountName, settings: &Settings) -> Result<Platform, ConfigError> {
    let Some(setting) = settings.get("platform") else {
        return Platform::from_str(name.as_str()).map_err(|_| ConfigError::MissingKey {
            account: name.clone(),
            key: "platform",
            example: Platform::Mastodon.name(),
            variable: variable(name, "platform"),
        });
    };
    let word = setting.text()?;
    Platform::from_str(&word).map_err(|error| {
        let names = Platform::ALL.map(Platform::name);
        let hint = match nearest(&word, names) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("the platforms are {}", quoted(&names)),
        };
        setting.bad(error.to_string(), hint)
    })
}

fn refuse_secrets(
    account: &AccountName,
    settings: &Settings,
    credentials: &Path,
) -> Result<(), ConfigError> {
    for field in SecretField::ALL {
        if let Some(setting) = settings.get(field.name()) {
            return Err(ConfigError::SecretInFile {
                place: setting.place.clone(),
                hint: format!(
                    "remove it there, and set `{}`, or write it below `[{account}]` in `{}` \
                     (mode 0600)",
                    variable(account, field.name()),
                    credentials.display()
                ),
            });
        }
    }
    Ok(())
}

fn refuse_what_is_not_of(platform: Platform, settings: &Settings) -> Result<(), ConfigError> {
    let allowed = shape::keys_of(platform);
    for (&key, setting) in settings {
        if !allowed.contains(&key) {
            return Err(setting.bad(
                format!("an account on {} has no `{key}`", platform.title()),
                format!("remove it; such an account has {}", quoted(allowed)),
            ));
        }
    }
    Ok(())
}
