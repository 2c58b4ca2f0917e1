//! How a log-in speaks with a person: what it asks for unless a flag or stdin has said it, and the way
//! through a browser and back.
//!
//! The platforms' files gather their input with this and make no request; what a person brings back
//! is read by `platforms::oauth`.

use std::path::Path;
use std::sync::Arc;

use url::Url;

use crate::cli::browser;
use crate::cli::commands::account::add::CommonArgs;
use crate::cli::commands::account::add::given::Given;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::prompts::Question;
use crate::cli::ui::Form;
use crate::cli::ui::Ui;
use crate::cli::ui::Volume;
use crate::config::account::Account;
use crate::config::secret::Secret;
use crate::config::secrets::SecretField;
use crate::http::Http;
use crate::http::loopback::Loopback;

/// How to bring a secret along.
pub(crate) const BY_STDIN: &str = "pipe the secret in, and add `--secret-stdin`";

/// What a log-in works with.
pub(crate) struct Dialogue<'d> {
    pub(crate) context: &'d Context,
    pub(crate) common: &'d CommonArgs,
    pub(crate) http: Arc<Http>,
    /// What came on stdin.
    pub(crate) given: Given,
    /// The account that logs in again, if it is one of this platform.
    pub(crate) existing: Option<&'d Account>,
    /// Where credentials and sessions are.
    pub(crate) state_dir: &'d Path,
}

impl Dialogue<'_> {
    /// Returns how to speak.
    pub(crate) const fn ui(&self) -> Ui {
        self.context.ui
    }

    /// Returns the secret `field`: that on stdin, else what a person types. `main` is what a line on
    /// stdin without a name is.
    pub(crate) fn secret(
        &self,
        field: SecretField,
        main: SecretField,
        words: &str,
        read: impl Fn(Secret) -> Result<Secret, CliError>,
    ) -> Result<Secret, CliError> {
        if let Some(given) = self.given.get(field, main) {
            return read(given);
        }
        if !self.given.is_empty() {
            let missing = format!("there is no `{}` on stdin", field.name());
            return Err(CliError::usage(missing).hint(format!("add a line `{}=…`", field.name())));
        }
        let otherwise = BY_STDIN;
        self.ui().ask_secret(Question { words, otherwise }, read)
    }

    /// Whether the person sits where a browser can be sent back to: on this machine.
    pub(crate) fn has_browser_here(&self) -> bool {
        !self.common.no_browser && browser::is_within_reach(self.context)
    }

    /// Whether anybody is told anything on the way: not with `--json` or `--quiet`.
    pub(crate) fn can_tell(&self) -> bool {
        let ui = self.ui();
        ui.form == Form::Words && ui.volume > Volume::Quiet
    }

    /// Shows `address` to the person, in their browser if that can be opened.
    pub(crate) fn show(&self, address: &Url) {
        let ui = self.ui();
        let is_opened =
            ui.can_ask() && self.has_browser_here() && browser::open(self.context, address);
        ui.tell(if is_opened {
            "your browser opens this address; agree there:"
        } else {
            "open this address in a browser, and agree there:"
        });
        ui.tell(&format!("  {address}"));
    }

    /// Sends the person to `address`, and waits until their browser comes back to `loopback`; `None` if
    /// nobody comes in time.
    pub(crate) async fn redirected(
        &self,
        loopback: Loopback,
        address: &Url,
    ) -> Result<Option<Secret>, CliError> {
        self.show(address);
        let progress = self.ui().progress("waiting for the browser");
        let received = tokio::time::timeout(self.common.wait, loopback.received()).await;
        drop(progress);
        match received {
            Ok(received) => Ok(Some(Secret::new(received?))),
            Err(_) => Ok(None),
        }
    }

    /// Says that nobody came back from the browser.
    ///
    /// # Errors
    /// Where nobody can be asked for what the browser shows instead.
    pub(crate) fn nobody_came(&self) -> Result<(), CliError> {
        let message = "nobody came back from the browser in time";
        if self.ui().can_ask() {
            self.ui().tell(message);
            return Ok(());
        }
        Err(CliError::new("unanswered", message)
            .hint("wait longer with `--wait`, or log in without a browser: `--secret-stdin`"))
    }

    /// Sends the person to `address`, and asks for what they bring back, until `read` takes it.
    pub(crate) fn pasted<T>(
        &self,
        address: &Url,
        question: Question<'_>,
        read: impl Fn(&str) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        if self.ui().can_ask() {
            self.show(address);
        }
        self.ui().ask_line(question, read)
    }
}
