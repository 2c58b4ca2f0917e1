//! The command of `[notify]`: a shell runs it, with the notice on its standard input and never in its
//! words, so that nothing of a notice is ever obeyed.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Child;
use tokio::process::Command;

/// Runs `command` without the variables in `hidden`.
///
/// # Errors
/// In words; what the command printed is not among them.
pub(super) async fn run(
    command: &str,
    document: &Value,
    hidden: &[String],
    patience: Duration,
) -> Result<(), String> {
    let mut shell = shell(command);
    for variable in hidden {
        shell.env_remove(variable);
    }
    let child = shell
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("the command cannot be run: {error}"))?;
    let ended = tokio::time::timeout(patience, feed(child, document)).await;
    match ended {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(format!("the command has failed ({status})")),
        Ok(Err(error)) => Err(format!("the command cannot be run: {error}")),
        Err(_elapsed) => Err(format!(
            "the command did not end within {} s",
            patience.as_secs()
        )),
    }
}

async fn feed(mut child: Child, document: &Value) -> std::io::Result<std::process::ExitStatus> {
    if let Some(mut stdin) = child.stdin.take() {
        // A command that does not read it is none the worse.
        let _ = stdin.write_all(format!("{document}\n").as_bytes()).await;
    }
    child.wait().await
}

#[cfg(unix)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", command]);
    shell
}

#[cfg(not(unix))]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd");
    shell.args(["/C", command]);
    shell
}
