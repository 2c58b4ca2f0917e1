//! What an account says of its secrets: which store has them, and which command tells them.

use crate::config::error::ConfigError;
use crate::config::error::quoted;
use crate::config::file::Settings;
use crate::config::secrets::Store;
use crate::config::setting::Setting;

/// Reads which store an account names.
pub(in crate::config) fn read_store(setting: &Setting) -> Result<Store, ConfigError> {
    let word = setting.text()?;
    let known = Store::ALL.into_iter().find(|store| store.name() == word);
    known.ok_or_else(|| {
        let names = Store::ALL.map(Store::name);
        setting.bad(
            format!("`{word}` is no place for secrets"),
            format!("write one of {}, or leave it out", quoted(&names)),
        )
    })
}

/// Returns the command that tells secrets; none unless the account's store is one.
pub(in crate::config) fn read_secret_command(
    store: Option<Store>,
    settings: &Settings,
) -> Result<Vec<String>, ConfigError> {
    const EXAMPLE: &str = "[\"pass\", \"show\", \"hayon/{account}/{field}\"]";
    let command = settings.get("secret_command");
    match (store, settings.get("secrets"), command) {
        (Some(Store::Command), _, Some(command)) => {
            let words = command.list()?;
            if words.first().is_none_or(String::is_empty) {
                return Err(command.bad("it names no program", format!("write {EXAMPLE}")));
            }
            Ok(words)
        }
        (Some(Store::Command), Some(store), None) => Err(store.bad(
            "there is no command to ask",
            format!("add `secret_command = {EXAMPLE}`"),
        )),
        (_, _, Some(command)) => Err(command.bad(
            "the account keeps its secrets elsewhere",
            "add `secrets = \"command\"`, or remove this",
        )),
        _ => Ok(Vec::new()),
    }
}
