//! What a log-in at Meta asks for, and what is lost without it.

use crate::platforms::log_in::Failure;
use crate::platforms::log_in::LogInError;

/// What a person is asked to agree to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope {
    pub(crate) name: &'static str,
    /// What goes on without it; `None` if nothing does.
    pub(crate) without: Option<&'static str>,
}

/// Returns the names of `scopes` as an address has them.
pub(crate) fn scope_list(scopes: &[Scope]) -> String {
    let names: Vec<&str> = scopes.iter().map(|scope| scope.name).collect();
    names.join(",")
}

/// Returns what a person should know who has not agreed to everything.
///
/// # Errors
/// If nothing can be posted so.
pub(crate) fn lacking(
    scopes: &[Scope],
    granted: Option<&[String]>,
) -> Result<Vec<String>, LogInError> {
    let Some(granted) = granted else {
        return Ok(Vec::new());
    };
    let missing = scopes
        .iter()
        .filter(|scope| !granted.iter().any(|it| it == scope.name));
    let mut notes = Vec::new();
    for scope in missing {
        let Some(without) = scope.without else {
            return Err(LogInError::new(
                Failure::Refused,
                format!("the token may not post: `{}` is missing", scope.name),
                "start again, and leave everything ticked; if it is not offered, add it to the app in its \
                 dashboard first",
            ));
        };
        notes.push(format!("`{}` was not granted: {without}", scope.name));
    }
    Ok(notes)
}
