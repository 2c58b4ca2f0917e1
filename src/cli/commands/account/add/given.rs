//! The secrets that came on stdin: never on the command line, which every process of the machine can
//! read.
//!
//! One line is the platform's main secret. Where a platform takes several, each stands on a line of its
//! own as `name=value`, by the names that `hayon account export` and the variables have.

use std::io::Read as _;

use crate::cli::error::CliError;
use crate::cli::ui::is_stdin_terminal;
use crate::config::secret::Secret;
use crate::config::secrets::SecretField;

/// The most that is read, in bytes.
const BYTES_MAX: u64 = 64 * 1024;

/// The secrets that came on stdin; none where that was not asked for.
#[derive(Debug, Default)]
pub(crate) struct Given {
    /// A line that names no field.
    bare: Option<Secret>,
    named: Vec<(SecretField, Secret)>,
}

impl Given {
    /// Reads them from stdin to its end.
    pub(crate) fn from_stdin() -> Result<Self, CliError> {
        if is_stdin_terminal() {
            return Err(
                CliError::usage("`--secret-stdin` reads from a pipe, not from a terminal")
                    .hint("leave it out to be asked, or write `… --secret-stdin < FILE`"),
            );
        }
        let mut text = String::new();
        let mut stdin = std::io::stdin().lock().take(BYTES_MAX);
        stdin.read_to_string(&mut text).map_err(|error| {
            CliError::new("stdin", "the secret on stdin cannot be read").cause(error.to_string())
        })?;
        Self::read(&text)
    }

    fn read(text: &str) -> Result<Self, CliError> {
        let mut given = Self::default();
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        for line in lines {
            if let Some((field, secret)) = named(line) {
                given.named.push((field, secret));
            } else if given.bare.is_none() {
                given.bare = Some(Secret::new(line));
            } else {
                // The line is not repeated: it may be a secret.
                return Err(
                    CliError::usage("there is more than one line on stdin without a name")
                        .hint("write each as `name=value`, such as `token=…`"),
                );
            }
        }
        if given.bare.is_none() && given.named.is_empty() {
            return Err(CliError::usage("there is no secret on stdin")
                .hint("pipe it in, such as `… --secret-stdin < FILE`"));
        }
        Ok(given)
    }

    /// Returns `field`: the line that names it, or the bare line if it is the platform's `main` secret.
    pub(crate) fn get(&self, field: SecretField, main: SecretField) -> Option<Secret> {
        let mut named = self.named.iter().filter(|(name, _)| *name == field);
        let bare = self.bare.as_ref().filter(|_| field == main);
        named.next().map(|(_, secret)| secret).or(bare).cloned()
    }

    /// Whether there is anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.bare.is_none() && self.named.is_empty()
    }
}

/// Reads `name=value`, where the name is that of a secret: other secrets may hold a `=`.
fn named(line: &str) -> Option<(SecretField, Secret)> {
    let (name, value) = line.split_once('=')?;
    let mut fields = SecretField::ALL.into_iter();
    let field = fields.find(|field| field.name() == name.trim())?;
    Some((field, Secret::new(value.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, field: SecretField, expected: Option<&str>) {
        let given = Given::read(text).unwrap();
        let found = given.get(field, SecretField::Token);
        assert_eq!(found.as_ref().map(Secret::expose), expected, "{text}");
    }

    #[test]
    fn one_line_is_the_main_secret_and_others_are_named() {
        check("abc\n", SecretField::Token, Some("abc"));
        check("abc\r\n", SecretField::Token, Some("abc"));
        check("abc", SecretField::ClientId, None);
        check("a=b=", SecretField::Token, Some("a=b="));
        let several = "token=T\nclient_id = 1\n\nclient_secret=s=s";
        check(several, SecretField::Token, Some("T"));
        check(several, SecretField::ClientId, Some("1"));
        check(several, SecretField::ClientSecret, Some("s=s"));
        check(several, SecretField::TokenSecret, None);
        check("T\nclient_id=1", SecretField::Token, Some("T"));
    }

    #[test]
    fn what_cannot_be_told_apart_is_refused_and_not_repeated() {
        for text in ["", "\n \n", "canary\ncanary"] {
            let error = Given::read(text).unwrap_err();
            assert!(!format!("{error:?}").contains("canary"), "{error:?}");
        }
    }
}
