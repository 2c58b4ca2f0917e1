//! Questions that a person answers in words: a line, a secret that is not shown, one of a list.
//!
//! Each names the flag that says the same, and where nobody can be asked (in a pipe, with `--json` or
//! `--quiet`) that flag is what the error hints at. A list is answered by a number or a word: keys that
//! move a cursor are no help over a bad line or to a screen reader.

use std::fmt;

use dialoguer::Input;
use dialoguer::Password;

use crate::cli::error::CliError;
use crate::cli::ui::Ui;
use crate::config::secret::Secret;
use crate::text::printable::Lines;
use crate::text::printable::printable;

/// The longest question, in characters.
const QUESTION_MAX: usize = 400;

/// How often a person may answer what cannot be used.
const TRIES_MAX: usize = 5;

/// What a person is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'q> {
    /// As it is put to a person, without a question mark or a colon.
    pub(crate) words: &'q str,
    /// How to say it without being asked, such as ``add `--instance https://…` ``.
    pub(crate) otherwise: &'q str,
}

impl Question<'_> {
    fn unasked(&self) -> CliError {
        let message = format!("nobody can be asked here: {}", self.words);
        CliError::usage(message).hint(self.otherwise)
    }

    fn in_words(&self) -> String {
        printable(self.words, Lines::One, QUESTION_MAX)
    }
}

impl Ui {
    /// Asks for a line, until `read` takes it.
    ///
    /// # Errors
    /// Where nobody can be asked, nobody answers, or every answer is refused.
    pub(crate) fn ask_line<T>(
        self,
        question: Question<'_>,
        read: impl Fn(&str) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        self.until_taken(
            question,
            |words| {
                let line = Input::<String>::new()
                    .with_prompt(words)
                    .allow_empty(true)
                    .interact_text()
                    .map_err(|error| unreadable(&error))?;
                Ok(line)
            },
            |line| read(line.trim()),
        )
    }

    /// Asks for a secret, which is not shown, until `read` takes it.
    ///
    /// # Errors
    /// As [`Ui::ask_line`].
    pub(crate) fn ask_secret(
        self,
        question: Question<'_>,
        read: impl Fn(Secret) -> Result<Secret, CliError>,
    ) -> Result<Secret, CliError> {
        self.until_taken(
            question,
            |words| {
                // An empty line is an answer: at the end of its input a terminal gives nothing else.
                let secret = Password::new()
                    .with_prompt(words)
                    .allow_empty_password(true)
                    .report(false)
                    .interact()
                    .map_err(|error| unreadable(&error))?;
                Ok(secret)
            },
            |secret| read(Secret::new(secret.trim())),
        )
    }

    /// Shows `choices` and asks for one of them, by its number or its name.
    ///
    /// # Errors
    /// As [`Ui::ask_line`].
    pub(crate) fn choose<C: fmt::Display>(
        self,
        question: Question<'_>,
        choices: &[C],
    ) -> Result<usize, CliError> {
        if !self.can_ask() {
            return Err(question.unasked());
        }
        for (number, choice) in (1..).zip(choices) {
            self.tell(&format!("{number:>3}  {choice}"));
        }
        self.ask_line(question, |line| chosen(line, choices))
    }

    fn until_taken<T>(
        self,
        question: Question<'_>,
        ask: impl Fn(String) -> Result<String, CliError>,
        read: impl Fn(&str) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        if !self.can_ask() {
            return Err(question.unasked());
        }
        let mut last = gave_up(&question);
        for _ in 0..TRIES_MAX {
            let line = ask(question.in_words())?;
            if line.trim().is_empty() {
                return Err(gave_up(&question));
            }
            match read(&line) {
                Ok(answer) => return Ok(answer),
                Err(error) => {
                    self.fail_on_the_way(&error);
                    last = error;
                }
            }
        }
        Err(last)
    }
}

/// Reads the number of a choice, or its first word.
fn chosen<C: fmt::Display>(line: &str, choices: &[C]) -> Result<usize, CliError> {
    let by_number = line.parse::<usize>().ok();
    let by_number = by_number.and_then(|number| number.checked_sub(1));
    let is_word = |choice: &C| {
        let choice = choice.to_string();
        let first = choice.split_whitespace().next().unwrap_or_default();
        first.eq_ignore_ascii_case(line)
    };
    let found = match by_number.filter(|at| *at < choices.len()) {
        Some(at) => Some(at),
        None => choices.iter().position(is_word),
    };
    found.ok_or_else(|| {
        let message = format!("`{line}` is none of them");
        CliError::usage(message).hint(format!("answer with a number from 1 to {}", choices.len()))
    })
}

fn gave_up(question: &Question<'_>) -> CliError {
    CliError::new("unanswered", format!("no answer: {}", question.words)).hint(question.otherwise)
}

fn unreadable(error: &dialoguer::Error) -> CliError {
    CliError::new("terminal", "cannot ask on this terminal").cause(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_made_by_its_number_or_its_first_word() {
        let choices = ["Bluesky", "Mastodon (any server)"];
        for (line, expected) in [
            ("1", Some(0)),
            ("2", Some(1)),
            ("mastodon", Some(1)),
            ("BLUESKY", Some(0)),
            ("0", None),
            ("3", None),
            ("-1", None),
            ("any", None),
        ] {
            assert_eq!(chosen(line, &choices).ok(), expected, "{line}");
        }
    }
}
