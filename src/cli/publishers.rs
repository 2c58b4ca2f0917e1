//! From accounts to publishers: each is given its credential, the media store and the HTTP clients.

use std::sync::Arc;

use crate::cli::beside::Beside;
use crate::cli::beside::beside;
use crate::cli::beside::fixed_rotation;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::config::Config;
use crate::config::account::Account;
use crate::config::account::AccountKind;
use crate::config::secret::Secret;
use crate::config::secrets::SecretField;
use crate::config::secrets::Secrets;
use crate::config::secrets::error::SecretError;
use crate::config::sessions::SessionStore;
use crate::config::tables::MediaConfig;
use crate::delivery::worker::Publishers;
use crate::http::Http;
use crate::media::MediaStore;
use crate::media::folder::FolderStore;
use crate::media::s3::S3Settings;
use crate::media::s3::S3Store;
use crate::platforms::bluesky::BlueskyAccount;
use crate::platforms::bluesky::BlueskyPublisher;
use crate::platforms::facebook::FacebookAccount;
use crate::platforms::facebook::FacebookPublisher;
use crate::platforms::instagram::InstagramAccount;
use crate::platforms::instagram::InstagramPublisher;
use crate::platforms::mastodon::MastodonAccount;
use crate::platforms::mastodon::MastodonPublisher;
use crate::platforms::threads::ThreadsAccount;
use crate::platforms::threads::ThreadsPublisher;
use crate::platforms::tumblr::TumblrAccount;
use crate::platforms::tumblr::TumblrPublisher;
use crate::publish::Publisher;

/// Returns the media store of the configuration: its bucket if it names one, else its folder. Nothing
/// is looked up before the store is used.
pub(crate) fn media_store(config: &Config) -> Arc<dyn MediaStore> {
    store_of(config, None)
}

/// Returns the same for posts of the outbox with this id, which what is promoted is marked with.
pub(crate) fn media_store_of(config: &Config, outbox: &str) -> Arc<dyn MediaStore> {
    store_of(config, Some(outbox.to_owned()))
}

fn store_of(config: &Config, outbox: Option<String>) -> Arc<dyn MediaStore> {
    match bucket_of(&config.media, outbox.clone()) {
        Some(bucket) => Arc::new(bucket),
        None => Arc::new(
            FolderStore::new(config.media.folder.clone())
                .shown_at(config.media.public_url.clone())
                .for_outbox(outbox),
        ),
    }
}

/// Returns the bucket of the configuration, if it names one.
pub(crate) fn bucket(config: &Config) -> Option<S3Store> {
    bucket_of(&config.media, None)
}

/// Returns the bucket that `media` names, if it names one, for the outbox with this id.
pub(crate) fn bucket_of(media: &MediaConfig, outbox: Option<String>) -> Option<S3Store> {
    let bucket = media.bucket.clone()?;
    let settings = S3Settings {
        bucket: bucket.name,
        region: bucket.region,
        endpoint: bucket.endpoint,
        path_style: bucket.path_style,
        public_url: media.public_url.clone(),
    };
    Some(S3Store::new(settings, outbox))
}

/// Returns the publishers of those of `accounts` that have a credential, and for each of the others
/// the error that says which is missing.
pub(crate) fn publishers(
    config: &Config,
    secrets: &Secrets,
    accounts: &[&Account],
) -> Result<(Publishers, Vec<CliError>), CliError> {
    let (http, store) = (Arc::new(Http::new()), media_store(config));
    let (mut built, mut missing): (Vec<Arc<dyn Publisher>>, Vec<_>) = (Vec::new(), Vec::new());
    for account in accounts {
        let sessions = Arc::new(secrets.sessions(&account.name, account.store));
        match credential(secrets, account) {
            Ok(Ok(secret)) => {
                let beside = beside(secrets, account)?;
                built.push(publisher(account, secret, beside, &http, &store, &sessions));
            }
            Ok(Err(error)) => missing.push(error),
            // Accounts whose secrets are elsewhere are no worse off.
            Err(error) if error.is_of_one_account() => missing.push(error.into()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok((Publishers::new(built), missing))
}

fn credential(
    secrets: &Secrets,
    account: &Account,
) -> Result<Result<Secret, CliError>, SecretError> {
    if let Some(fixed) = fixed_rotation(secrets, account)? {
        return Ok(Err(fixed));
    }
    if let Some(missing) = secrets.missing(account)? {
        let error = CliError::new("login_needed", missing.to_string()).hint(missing.hint());
        return Ok(Err(error.exit(Exit::LoginNeeded)));
    }
    let field = SecretField::needed_by(account.platform());
    let secret = secrets.get(account, field)?;
    Ok(secret.ok_or_else(|| {
        CliError::new(
            "login_needed",
            format!("`{}` has no credential", account.name),
        )
        .exit(Exit::LoginNeeded)
    }))
}

fn publisher(
    account: &Account,
    secret: Secret,
    beside: Beside,
    http: &Arc<Http>,
    store: &Arc<dyn MediaStore>,
    sessions: &Arc<SessionStore>,
) -> Arc<dyn Publisher> {
    let (http, store) = (Arc::clone(http), Arc::clone(store));
    match on_platform(account, secret, beside) {
        OnPlatform::Mastodon(account) => Arc::new(MastodonPublisher::new(http, store, account)),
        OnPlatform::Bluesky(account) => {
            let sessions = Arc::clone(sessions);
            Arc::new(BlueskyPublisher::new(http, store, account, sessions))
        }
        OnPlatform::Tumblr(account) => {
            let sessions = Arc::clone(sessions);
            Arc::new(TumblrPublisher::new(http, store, account, sessions))
        }
        OnPlatform::Instagram(account) => {
            let sessions = Arc::clone(sessions);
            Arc::new(InstagramPublisher::new(http, store, account, sessions))
        }
        OnPlatform::Threads(account) => {
            let sessions = Arc::clone(sessions);
            Arc::new(ThreadsPublisher::new(http, store, account, sessions))
        }
        OnPlatform::Facebook(account) => Arc::new(FacebookPublisher::new(http, store, account)),
    }
}

/// An account with its credential, as its platform wants it.
pub(crate) enum OnPlatform {
    Mastodon(MastodonAccount),
    Bluesky(BlueskyAccount),
    Tumblr(TumblrAccount),
    Instagram(InstagramAccount),
    Threads(ThreadsAccount),
    Facebook(FacebookAccount),
}

/// Returns `account` as its platform wants it.
pub(crate) fn on_platform(account: &Account, secret: Secret, beside: Beside) -> OnPlatform {
    let name = account.name.clone();
    match &account.kind {
        AccountKind::Mastodon {
            instance, api_url, ..
        } => OnPlatform::Mastodon(MastodonAccount {
            name,
            instance: api_url.as_ref().unwrap_or(instance).clone(),
            token: secret,
        }),
        AccountKind::Tumblr { blog, state, api } => OnPlatform::Tumblr(TumblrAccount {
            name,
            blog: blog.clone(),
            state: *state,
            api: api.clone(),
            token: secret,
            signing: beside.signing,
            rotation: beside.rotation,
        }),
        AccountKind::Instagram { user_id, api } => OnPlatform::Instagram(InstagramAccount {
            name,
            user_id: user_id.clone(),
            api: api.clone(),
            token: secret,
        }),
        AccountKind::Threads {
            user_id,
            reply_control,
            api,
        } => OnPlatform::Threads(ThreadsAccount {
            name,
            user_id: user_id.clone(),
            reply_control: *reply_control,
            api: api.clone(),
            token: secret,
        }),
        AccountKind::Facebook { page_id, api } => OnPlatform::Facebook(FacebookAccount {
            name,
            page_id: page_id.clone(),
            api: api.clone(),
            token: secret,
        }),
        AccountKind::Bluesky {
            handle,
            service,
            plc_url,
        } => OnPlatform::Bluesky(BlueskyAccount {
            name,
            handle: handle.clone(),
            password: secret,
            service: service.clone(),
            plc_url: plc_url.clone(),
        }),
    }
}
