//! The secrets: where each account's comes from, never what it is.

use std::path::Path;

use crate::config::account::Account;
use crate::config::secrets::SecretField;
use crate::config::secrets::SecretSource;
use crate::config::secrets::Secrets;
use crate::config::secrets::error::MissingSecret;
use crate::config::sessions::SessionStore;
use crate::publish::checkup::Finding;

/// Looks for the secret of each of `accounts`, and at the sessions in `state_dir`.
pub(crate) fn check(secrets: &Secrets, state_dir: &Path, accounts: &[&Account]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for account in accounts {
        let finding = secret(secrets, account);
        // A file that is refused is refused to each of them.
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    }
    if let Err(error) = SessionStore::new(state_dir).prove_readable() {
        let message = format!("{error}, so that every run logs in anew");
        findings.push(Finding::warning("sessions", message).hint(error.hint()));
    }
    findings.extend(silent_keyring(secrets, accounts));
    findings
}

/// Says that the keyring does not serve, where a secret that is missing may be in it.
fn silent_keyring(secrets: &Secrets, accounts: &[&Account]) -> Option<Finding> {
    let may_be_there = |account: &&Account| {
        let missing = secrets.missing(account).ok().flatten();
        account.store.is_none() && missing.is_some()
    };
    if !accounts.iter().any(may_be_there) {
        return None;
    }
    let error = secrets.keyring_trouble()?;
    let message = format!("{error}, so that nobody knows whether the missing secrets are there");
    Some(Finding::warning("keyring", message).hint(error.hint()))
}

fn secret(secrets: &Secrets, account: &Account) -> Finding {
    let field = SecretField::needed_by(account.platform());
    let (subject, name) = (field.name(), &account.name);
    match secrets.source(account, field) {
        Ok(Some(source)) => {
            let place = match source {
                SecretSource::Variable(variable) => format!("the variable `{variable}`"),
                SecretSource::Credential(path) => {
                    format!("the systemd credential `{}`", path.display())
                }
                SecretSource::File(path) => {
                    format!("`{}`, which only you may read", path.display())
                }
                SecretSource::Keyring => "the keyring".to_owned(),
                SecretSource::Command(program) => format!("what `{program}` tells"),
            };
            Finding::fine(subject, format!("that of `{name}` is in {place}"))
        }
        Ok(None) => missing(secrets, account, subject),
        Err(error) => Finding::trouble(subject, error.to_string())
            .needs_login()
            .hint(error.hint()),
    }
}

fn missing(secrets: &Secrets, account: &Account, subject: &'static str) -> Finding {
    let missing = secrets.missing(account).ok().flatten();
    let hint = missing.as_ref().map(MissingSecret::hint);
    let message = missing.map_or_else(
        || format!("account `{}` has none", account.name),
        |missing| missing.to_string(),
    );
    let finding = Finding::trouble(subject, message).needs_login();
    match hint {
        Some(hint) => finding.hint(hint),
        None => finding,
    }
}
