//! The world of one test: a home of its own, the real binary, and servers on loopback.
//!
//! Nothing outside the world's folder is read or written, and every child process ends with the
//! value that stands for it. Use it as `mod support;`, from a folder below with
//! `#[path = "../support/mod.rs"]`.

#![expect(
    clippy::expect_used,
    dead_code,
    reason = "what fails here fails the test, and no test binary uses all of this"
)]

pub(crate) mod binary;
pub(crate) mod clock;
pub(crate) mod disk;
pub(crate) mod http;
mod kept;
pub(crate) mod platforms;
pub(crate) mod proxy;
pub(crate) mod run;
pub(crate) mod sandbox;
pub(crate) mod scene;
pub(crate) mod strace;
pub(crate) mod terminal;
pub(crate) mod web;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::ffi::OsString;
use std::fs;
use std::fs::File;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::ExitStatus;
use std::process::Stdio;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use crate::support::run::Ended;
use crate::support::run::Run;
use crate::support::sandbox::Sandbox;

/// How often something is looked at, and how many times, before a test gives up: two minutes.
const LOOK_EVERY: Duration = Duration::from_millis(10);
const LOOKS_MAX: usize = 12_000;

/// Looks until `look` finds something, for two minutes at most.
#[track_caller]
pub(crate) fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    for _ in 0..LOOKS_MAX {
        if let Some(found) = look() {
            return found;
        }
        thread::sleep(LOOK_EVERY);
    }
    panic!("waited in vain for {what}");
}

/// A home and an environment for `hayon`.
pub(crate) struct World {
    root: TempDir,
    variables: BTreeMap<String, String>,
    runs: AtomicUsize,
}

impl World {
    /// Returns a world without accounts.
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().expect("a temporary folder");
        let home = root.path().display().to_string();
        let mut variables = BTreeMap::from([
            ("HOME".to_owned(), home.clone()),
            // A process that is killed leaves its temporary files where the world's folder goes.
            ("TMPDIR".to_owned(), home.clone()),
            ("TZ".to_owned(), "UTC".to_owned()),
            ("LANG".to_owned(), "C.UTF-8".to_owned()),
            ("COLUMNS".to_owned(), "100".to_owned()),
            // The AWS SDK would look for an instance's role there: nothing but loopback is asked.
            ("AWS_EC2_METADATA_DISABLED".to_owned(), "true".to_owned()),
        ]);
        for kind in ["CONFIG", "DATA", "STATE", "CACHE"] {
            let folder = format!("{home}/{}", kind.to_lowercase());
            variables.insert(format!("XDG_{kind}_HOME"), folder);
        }
        let runs = AtomicUsize::new(0);
        Self {
            root,
            variables,
            runs,
        }
    }

    /// Returns a world whose accounts are those of `sandbox`.
    pub(crate) fn on(sandbox: &Sandbox) -> Self {
        let mut world = Self::new();
        world.set("HAYON_CONFIG", &sandbox.config.display().to_string());
        for account in &sandbox.accounts {
            for (name, value) in account.secret_variables() {
                world.set(&name, &value);
            }
        }
        world
    }

    /// Sets an environment variable for every later run.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    /// Removes an environment variable from every later run.
    pub(crate) fn unset(&mut self, name: &str) {
        self.variables.remove(name);
    }

    /// Returns the path of `name` in this world.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn write(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a new folder");
        fs::write(&path, contents).expect("a file written");
        path
    }

    /// Writes a picture of one colour; pictures of other names and sizes have other bytes.
    pub(crate) fn picture(&self, name: &str, width: u32, height: u32) -> PathBuf {
        let path = self.path(name);
        let sum = name
            .bytes()
            .fold(7_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte));
        let colour = image::Rgb([sum, sum.wrapping_mul(3), sum.wrapping_mul(7)]);
        let picture = image::RgbImage::from_pixel(width, height, colour);
        picture.save(&path).expect("a picture written");
        path
    }

    /// Runs `hayon` to its end.
    pub(crate) fn hayon<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Run {
        self.start(arguments).wait()
    }

    /// Runs `hayon` to its end with `input` on its standard input.
    pub(crate) fn hayon_reading<A: AsRef<OsStr>>(
        &self,
        input: &str,
        arguments: impl IntoIterator<Item = A>,
    ) -> Run {
        let path = self.write(&format!("runs/{}.stdin", self.next_run()), input);
        let input = File::open(path).expect("the input");
        self.start_reading(input.into(), arguments).wait()
    }

    /// Starts `hayon` and lets it run.
    pub(crate) fn start<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Running {
        self.start_reading(Stdio::null(), arguments)
    }

    /// Runs a shell to its end; `"$@"` in `script` is `hayon` with `arguments`.
    pub(crate) fn shell<A: AsRef<OsStr>>(
        &self,
        script: &str,
        arguments: impl IntoIterator<Item = A>,
    ) -> Run {
        let always = ["-c", script, "sh", binary::hayon()].map(OsString::from);
        let arguments = arguments.into_iter().map(|it| it.as_ref().to_owned());
        self.start_program("/bin/sh", always.into_iter().chain(arguments))
            .wait()
    }

    fn start_reading<A: AsRef<OsStr>>(
        &self,
        input: Stdio,
        arguments: impl IntoIterator<Item = A>,
    ) -> Running {
        self.start_program_reading(input, binary::hayon(), arguments)
    }

    /// Starts another program where `hayon` would be.
    pub(crate) fn start_program<A: AsRef<OsStr>>(
        &self,
        program: &str,
        arguments: impl IntoIterator<Item = A>,
    ) -> Running {
        self.start_program_reading(Stdio::null(), program, arguments)
    }

    fn start_program_reading<A: AsRef<OsStr>>(
        &self,
        input: Stdio,
        program: &str,
        arguments: impl IntoIterator<Item = A>,
    ) -> Running {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .envs(&self.variables)
            .stdin(input)
            .current_dir(self.root.path());
        let base = self.path(&format!("runs/{}", self.next_run()));
        let mut running = Running::start(command, &base);
        // What others print of their environment is theirs.
        if program == binary::hayon() {
            running.secrets = self.secrets();
        }
        running
    }

    /// Returns the secrets that this world has in variables: no run may say one, whatever it is about.
    fn secrets(&self) -> Vec<String> {
        let endings = ["_TOKEN", "_PASSWORD", "_SECRET", "_WEBHOOK", "_ACCESS_KEY"];
        let is_secret = |name: &str| {
            let is_ours = name.starts_with("HAYON_") || name.starts_with("AWS_");
            is_ours && endings.iter().any(|ending| name.ends_with(ending))
        };
        let secrets = self.variables.iter().filter(|(name, _)| is_secret(name));
        // A word such as `revoked` is said for other reasons.
        let secrets = secrets.filter(|(_, value)| value.len() > 10);
        secrets.map(|(_, value)| value.clone()).collect()
    }

    fn next_run(&self) -> usize {
        self.runs.fetch_add(1, Ordering::Relaxed)
    }
}

/// A process of ours that may still run; it is killed when this is dropped.
pub(crate) struct Running {
    child: Child,
    called: String,
    stdout: PathBuf,
    stderr: PathBuf,
    /// What it must not say.
    secrets: Vec<String>,
}

impl Running {
    /// Starts `command`; what it says goes to `<base>.stdout` and `<base>.stderr`.
    ///
    /// Files, not pipes: nothing that it says is lost when it is killed.
    pub(crate) fn start(mut command: Command, base: &Path) -> Self {
        fs::create_dir_all(base.parent().expect("a folder")).expect("a new folder");
        let (stdout, stderr) = (base.with_extension("stdout"), base.with_extension("stderr"));
        command
            .stdout(File::create(&stdout).expect("a file for stdout"))
            .stderr(File::create(&stderr).expect("a file for stderr"));
        let called = format!("{command:?}");
        let child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{called}: {error}"));
        Self {
            child,
            called,
            stdout,
            stderr,
            secrets: Vec::new(),
        }
    }

    /// Returns the process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Returns what it has written to stdout so far.
    pub(crate) fn stdout(&self) -> String {
        read(&self.stdout)
    }

    /// Returns what it has written to stderr so far.
    pub(crate) fn stderr(&self) -> String {
        read(&self.stderr)
    }

    /// Whether it has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("a child of ours").is_some()
    }

    /// Waits for the first whole line of stdout; fails if the process ends without one.
    #[track_caller]
    pub(crate) fn first_line(&mut self) -> String {
        eventually("a first line", || {
            let has_ended = self.has_ended();
            let stdout = self.stdout();
            let line = stdout.split_once('\n').map(|(line, _)| line.to_owned());
            assert!(
                line.is_some() || !has_ended,
                "{} ended:\n{}",
                self.called,
                self.stderr()
            );
            line
        })
    }

    /// Ends it by SIGKILL, as the kernel would, and waits until it is gone.
    pub(crate) fn kill(mut self) -> Run {
        self.child.kill().expect("a child of ours");
        self.wait()
    }

    /// Asks it to end, by SIGTERM.
    pub(crate) fn terminate(&self) {
        self.signal("-TERM");
    }

    /// Stops it where it is, by SIGSTOP.
    pub(crate) fn stop(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on after a stop.
    pub(crate) fn go_on(&self) {
        self.signal("-CONT");
    }

    /// Ends it by a signal, and returns how it ended.
    pub(crate) fn end_by(mut self, signal: &str) -> ExitStatus {
        self.signal(signal);
        eventually("the end of a process", || {
            self.child.try_wait().expect("a child of ours")
        })
    }

    fn signal(&self, signal: &str) {
        let status = Command::new("kill")
            .args([signal, &self.pid().to_string()])
            .status();
        assert!(status.expect("`kill`").success(), "no process to signal");
    }

    /// Waits for its end, for two minutes at most.
    #[track_caller]
    pub(crate) fn wait(mut self) -> Run {
        let called = self.called.clone();
        let status = eventually(&format!("the end of {called}"), || {
            self.child.try_wait().expect("a child of ours")
        });
        let said = [self.stdout(), self.stderr()];
        for secret in &self.secrets {
            let is_told = said.iter().any(|said| said.contains(secret));
            assert!(!is_told, "{called}\nhas told a secret");
        }
        Run {
            ended: Ended {
                called,
                stdout: self.stdout(),
                stderr: self.stderr(),
            },
            code: status.code(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already; there is nothing else to be done about it here.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(path: &Path) -> String {
    let bytes = fs::read(path).expect("what a process of ours has said");
    String::from_utf8_lossy(&bytes).into_owned()
}
