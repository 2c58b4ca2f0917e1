//! What an account has beside its token: on Tumblr, what its requests are signed with, or what its token
//! is renewed with.

use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::config::account::Account;
use crate::config::secrets::SecretField;
use crate::config::secrets::SecretSource;
use crate::config::secrets::Secrets;
use crate::config::secrets::error::SecretError;
use crate::platforms::tumblr::Signing;
use crate::platforms::tumblr::rotation::Rotation;
use crate::post::platform::Platform;

/// Returns the refusal of a refresh token that stands where hayon cannot write the next one.
pub(crate) fn fixed_rotation(
    secrets: &Secrets,
    account: &Account,
) -> Result<Option<CliError>, SecretError> {
    let field = SecretField::RefreshToken;
    if account.platform() != Platform::Tumblr
        || secrets.get(account, SecretField::TokenSecret)?.is_some()
    {
        return Ok(None);
    }
    let source = secrets.source(account, field)?;
    let place = match source.filter(|source| !can_be_replaced(source)) {
        Some(SecretSource::Variable(name)) => format!("the variable `{name}`"),
        Some(SecretSource::Credential(path)) => format!("the credential `{}`", path.display()),
        Some(SecretSource::Command(program)) => format!("the command `{program}`"),
        Some(_) | None => return Ok(None),
    };
    let message = format!(
        "the refresh token of `{}` comes from {place}, where hayon cannot put the next one: it is good \
         once",
        account.name
    );
    let hint = "log in with `hayon account add tumblr --oauth2`, or give keys of OAuth 1.0a, which stay \
                the same: `token`, `token_secret`, `client_id` and `client_secret`";
    let error = CliError::new("login_needed", message).hint(hint);
    Ok(Some(error.exit(Exit::LoginNeeded)))
}

/// Whether hayon may write where the secret stands.
const fn can_be_replaced(source: &SecretSource) -> bool {
    matches!(source, SecretSource::File(_) | SecretSource::Keyring)
}

/// What an account has beside its token.
#[derive(Clone, Debug, Default)]
pub(crate) struct Beside {
    /// What its requests are signed with.
    pub(crate) signing: Option<Signing>,
    /// What its token is renewed with.
    pub(crate) rotation: Option<Rotation>,
}

/// Returns what `account` has beside its token, as far as it is whole.
pub(crate) fn beside(secrets: &Secrets, account: &Account) -> Result<Beside, SecretError> {
    if account.platform() != Platform::Tumblr {
        return Ok(Beside::default());
    }
    let of = |field| secrets.get(account, field);
    let (Some(client_id), Some(client_secret)) =
        (of(SecretField::ClientId)?, of(SecretField::ClientSecret)?)
    else {
        return Ok(Beside::default());
    };
    if let Some(token_secret) = of(SecretField::TokenSecret)? {
        let signing = Signing {
            token_secret,
            client_id,
            client_secret,
        };
        return Ok(Beside {
            signing: Some(signing),
            rotation: None,
        });
    }
    let source = secrets.source(account, SecretField::RefreshToken)?;
    let refresh_token = match source.filter(can_be_replaced) {
        Some(_) => of(SecretField::RefreshToken)?,
        None => None,
    };
    let rotation = refresh_token.map(|refresh_token| Rotation {
        refresh_token,
        client_id,
        client_secret,
    });
    Ok(Beside {
        signing: None,
        rotation,
    })
}
