//! A person's own editor, for texts that are too long for a command line.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use crate::cli::context::Context;
use crate::cli::error::CliError;

/// What is run where neither `VISUAL` nor `EDITOR` says anything.
const DEFAULT: &str = if cfg!(windows) { "notepad" } else { "vi" };

/// Lets a person change `text`, and returns what they have saved.
///
/// # Errors
/// If the editor cannot be run or ends with an error, as one does that was told to.
pub(crate) fn edit(context: &Context, text: &str) -> Result<String, CliError> {
    // For its user alone, from the first byte.
    let mut file = tempfile::Builder::new()
        .prefix("hayon-")
        .suffix(".md")
        .tempfile()?;
    file.write_all(text.as_bytes())?;
    file.flush()?;
    let editor = context.editor();
    let editor = editor.as_deref().unwrap_or(OsStr::new(DEFAULT));
    let mut command = command(editor, file.path());
    for variable in context.own_variables() {
        command.env_remove(variable);
    }
    let shown = editor.to_string_lossy();
    let failed = |why: String| {
        CliError::new(
            "editor",
            format!("the editor `{shown}` did not do its work"),
        )
        .cause(why)
        .hint("set `EDITOR`, or say what is to change with flags: `hayon edit --help`")
    };
    let ended = command
        .status()
        .map_err(|error| failed(error.to_string()))?;
    if !ended.success() {
        return Err(failed(ended.to_string()).hint("nothing was changed"));
    }
    // By its name: many editors write a new file and rename it.
    std::fs::read_to_string(file.path()).map_err(|error| failed(error.to_string()))
}

/// `EDITOR` is a command of the shell, such as `code --wait`.
#[cfg(unix)]
fn command(editor: &OsStr, path: &Path) -> Command {
    let mut script = editor.to_owned();
    script.push(" \"$@\"");
    let mut command = Command::new("sh");
    command.arg("-c").arg(script).arg(editor).arg(path);
    command
}

#[cfg(not(unix))]
fn command(editor: &OsStr, path: &Path) -> Command {
    let mut command = Command::new(editor);
    command.arg(path);
    command
}
