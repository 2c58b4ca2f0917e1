//! What a supervisor is to start, whichever supervisor it is.

use std::path::PathBuf;

/// The daemon as a supervisor starts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Service {
    /// `hayon` itself, absolutely.
    pub(crate) program: PathBuf,
    /// What follows the program, from `daemon` on.
    pub(crate) arguments: Vec<String>,
    /// The variables that say where things are. Never a secret: those files are read by others.
    pub(crate) variables: Vec<(String, String)>,
    /// Where what the daemon says goes, if the supervisor does not keep it itself.
    pub(crate) log: Option<PathBuf>,
}

/// How a supervisor is told of the service, and how to take that back: commands for a person to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Commands {
    pub(crate) start: Vec<String>,
    pub(crate) undo: Vec<String>,
}

/// Returns `word` as a shell takes it.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@:,=".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_command_to_copy_survives_spaces_and_quotes() {
        assert_eq!(quoted("/home/a/hayon.service"), "/home/a/hayon.service");
        assert_eq!(quoted("/home/a b/it's"), r"'/home/a b/it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
