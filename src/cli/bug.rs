//! A panic is a bug of ours: people are told so, without what the program was holding.

use std::panic::AssertUnwindSafe;
use std::panic::PanicHookInfo;

use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::ui::Ui;

/// Runs `command`; a panic in it becomes [`Exit::Bug`].
pub(crate) fn caught(ui: Ui, command: impl FnOnce() -> Exit) -> Exit {
    // The message of a panic may quote a secret; where it happened cannot.
    std::panic::set_hook(Box::new(move |panic| ui.fail(&report(panic))));
    std::panic::catch_unwind(AssertUnwindSafe(command)).unwrap_or(Exit::Bug)
}

fn report(panic: &PanicHookInfo<'_>) -> CliError {
    let place = panic.location().map_or_else(
        || "an unknown place".to_owned(),
        |at| format!("{}:{}", at.file(), at.line()),
    );
    CliError::new(
        "bug",
        format!("hayon {} has a bug at {place}", env!("CARGO_PKG_VERSION")),
    )
    .hint("nothing that was stored is lost; please report this line")
    .exit(Exit::Bug)
}
