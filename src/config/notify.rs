//! Who is told when something waits for a person: what `[notify]` comes to.

use std::fs;

use crate::config::address::AddressShape;
use crate::config::error::ConfigError;
use crate::config::error::Place;
use crate::config::file::Settings;
use crate::config::secret::Secret;
use crate::config::setting::Setting;

/// Who is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NotifyConfig {
    /// What a shell runs, with the notice on its standard input.
    pub(crate) command: Option<String>,
    /// Where the notice is sent. Whoever knows the address can write there, so it is a secret.
    pub(crate) webhook: Option<Secret>,
}

impl NotifyConfig {
    /// Whether nobody is to be told.
    pub(crate) fn is_empty(&self) -> bool {
        self.command.is_none() && self.webhook.is_none()
    }
}

/// Reads the table.
pub(super) fn notify(settings: &Settings) -> Result<NotifyConfig, ConfigError> {
    let command = settings.get("command").map(command).transpose()?;
    let webhook = settings.get("webhook").map(webhook).transpose()?;
    Ok(NotifyConfig { command, webhook })
}

fn command(setting: &Setting) -> Result<String, ConfigError> {
    let command = setting.text()?;
    if command.trim().is_empty() {
        return Err(setting.bad("it runs nothing", "name a command, or remove this"));
    }
    Ok(command)
}

fn webhook(setting: &Setting) -> Result<Secret, ConfigError> {
    let url = setting.address(AddressShape::Hook)?;
    if let Place::File { path, .. } = &setting.place
        && is_open_to_others(path)
    {
        return Err(setting.bad(
            "this address is a secret, and others can read the file",
            format!(
                "run `chmod 600 {}`, or set `HAYON_NOTIFY_WEBHOOK` instead",
                path.display()
            ),
        ));
    }
    Ok(Secret::new(url.as_str()))
}

#[cfg(unix)]
fn is_open_to_others(path: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;

    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(path: &std::path::Path) -> bool {
    // Who may read it is said by lists that are not looked at.
    let _ = fs::metadata(path);
    false
}
