//! Runs the scripts beside this file: servers that others wrote, and programs to talk to ours.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;
use std::thread;

use serde_json::Value;
use tempfile::TempDir;

/// A server that others wrote, on loopback; it ends when this is dropped.
pub(crate) struct Server {
    work: TempDir,
    variables: BTreeMap<String, String>,
}

impl Server {
    /// Starts `servers/<name>/start.sh` and waits until the server serves.
    #[track_caller]
    pub(crate) fn start(name: &str) -> Self {
        let work = tempfile::tempdir().expect("a temporary folder");
        let mut script = Command::new(folder().join("servers").join(name).join("start.sh"));
        let output = output(script.arg(work.path()));
        let variables = variables(&output);
        Self { work, variables }
    }

    /// Returns a variable that the script has printed.
    #[track_caller]
    pub(crate) fn get(&self, name: &str) -> &str {
        let value = self.variables.get(name);
        value.unwrap_or_else(|| panic!("the server's script has printed no {name}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if thread::panicking() {
            let log = fs::read_to_string(self.work.path().join("server.log"));
            let _ = writeln!(io::stderr(), "the server said: {}", log.unwrap_or_default());
        }
        let stop = folder().join("servers/stop.sh");
        // A panic here would hide why the test failed.
        let _ = Command::new(stop).arg(self.work.path()).status();
    }
}

/// Runs a script of `clients/` with the @atproto packages, and returns the JSON that it prints.
#[track_caller]
pub(crate) fn run_with_node(script: &str, arguments: &[&str]) -> Value {
    let installed = install("pds");
    run_node(&installed, &installed["PDS_HOME"], script, arguments)
}

/// Runs a script of `clients/` with tumblr.js, and returns the JSON that it prints.
#[track_caller]
pub(crate) fn run_with_tumblr_js(script: &str, arguments: &[&str]) -> Value {
    let installed = install("tumblr-js");
    run_node(&installed, &installed["TUMBLR_JS_HOME"], script, arguments)
}

#[track_caller]
fn run_node(
    installed: &BTreeMap<String, String>,
    home: &str,
    script: &str,
    arguments: &[&str],
) -> Value {
    // Node looks for packages beside the script.
    let beside = tempfile::tempdir().expect("a temporary folder");
    let copy = beside.path().join(script);
    fs::copy(folder().join("clients").join(script), &copy).expect("the script copied");
    let packages = Path::new(home).join("node_modules");
    symlink(packages, beside.path().join("node_modules")).expect("a link to the packages");
    let mut node = Command::new(&installed["NODE"]);
    json(&output(node.arg(copy).args(arguments)))
}

/// Runs a script of `clients/` with the client libraries that `what` installs, and returns the JSON
/// that it prints.
#[track_caller]
pub(crate) fn run_with_python(what: &str, script: &str, arguments: &[&str]) -> Value {
    let installed = install(what);
    let mut python = Command::new(&installed["PYTHON"]);
    let script = folder().join("clients").join(script);
    json(&output(python.arg(script).args(arguments)))
}

/// Installs `what` with the script beside this file, and returns what that has printed.
#[track_caller]
pub(crate) fn install(what: &str) -> BTreeMap<String, String> {
    let mut script = Command::new(folder().join("install.sh"));
    variables(&output(script.arg(what)))
}

/// Runs `command` to its end and returns what it wrote to stdout.
#[track_caller]
pub(crate) fn output(command: &mut Command) -> String {
    let called = format!("{command:?}");
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .unwrap_or_else(|error| panic!("{called}: {error}"));
    assert!(output.status.success(), "{called}: {}", output.status);
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn variables(text: &str) -> BTreeMap<String, String> {
    let lines = text.lines().filter_map(|line| line.split_once('='));
    lines
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[track_caller]
fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop")
}
