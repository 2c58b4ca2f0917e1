//! The configuration: whether it is read, all that is wrong with it, and which accounts it makes.

use std::path::Path;

use crate::cli::addressing::no_accounts;
use crate::config::error::ConfigError;
use crate::config::survey::Survey;
use crate::config::survey::is_of_the_whole_file;
use crate::paths::disk::mode;
use crate::publish::checkup::Finding;

/// Looks at the configuration.
pub(crate) fn check(survey: &Survey) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(path) = &survey.file {
        findings.extend(file(path, survey));
    }
    findings.extend(survey.errors.iter().map(|error| setting(error, survey)));
    for strange in &survey.strange_variables {
        let message = format!("`{}` is set, and nothing reads it", strange.name);
        let meant = strange.nearest.as_ref();
        let hint = meant.map(|nearest| format!("did you mean `{nearest}`?"));
        let finding = Finding::warning("variable", message);
        findings.push(match hint {
            Some(hint) => finding.hint(hint),
            None => finding.hint("unset it, or write the account that it belongs to into the file"),
        });
    }
    findings.push(accounts(survey));
    findings
}

fn file(path: &Path, survey: &Survey) -> Option<Finding> {
    let shown = path.display();
    if survey.errors.iter().any(is_of_the_whole_file) {
        // The error itself names it.
        return None;
    }
    if !path.exists() {
        let message = format!("there is no `{shown}`; the environment alone counts");
        return Some(Finding::fine("file", message));
    }
    let mode = mode(path).ok().flatten().unwrap_or_default();
    if mode & 0o022 != 0 {
        let message = format!(
            "others may change `{shown}` (its mode is {mode:04o}), and so where secrets are sent"
        );
        return Some(Finding::warning("file", message).hint(format!("run `chmod go-w {shown}`")));
    }
    Some(Finding::fine("file", format!("`{shown}` is read")))
}

fn setting(error: &ConfigError, survey: &Survey) -> Finding {
    let mut finding = Finding::trouble("setting", error.to_string());
    finding.hints = error.hints();
    let is_open = || {
        let mode = survey.file.as_deref().map(mode);
        mode.is_some_and(|mode| mode.is_ok_and(|mode| mode.is_some_and(|it| it & 0o044 != 0)))
    };
    if matches!(error, ConfigError::SecretInFile { .. }) && is_open() {
        return finding.hint("others may have read it there: renew it");
    }
    finding
}

fn accounts(survey: &Survey) -> Finding {
    if survey.accounts.is_empty() {
        if !survey.errors.is_empty() {
            return Finding::skipped("accounts", "which there are cannot be told yet");
        }
        let none = no_accounts();
        let mut finding = Finding::trouble("accounts", none.message);
        finding.hints = none.hints;
        return finding;
    }
    let named = survey.accounts.iter().map(|account| {
        let from = if survey.accounts_in_file.contains(&account.name) {
            "from the file"
        } else {
            "from the environment"
        };
        format!(
            "`{}` on {} ({from})",
            account.name,
            account.platform().title()
        )
    });
    Finding::fine("accounts", named.collect::<Vec<_>>().join(", "))
}
