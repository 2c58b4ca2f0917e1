//! A terminal of a test's own: what `hayon` says to somebody who watches.

use std::fs::File;
use std::io::Read as _;
use std::io::Write as _;
use std::os::fd::OwnedFd;
use std::process::Command;
use std::process::Stdio;
use std::thread;

use rustix::pty::OpenptFlags;
use rustix::pty::grantpt;
use rustix::pty::openpt;
use rustix::pty::ptsname;
use rustix::pty::unlockpt;
use rustix::termios::Winsize;
use rustix::termios::tcsetwinsize;

use crate::support::Ended;
use crate::support::Run;
use crate::support::World;
use crate::support::eventually;

impl World {
    /// Runs `hayon` to its end on a terminal with this many columns; all that it says is in `stdout`.
    pub(crate) fn on_terminal(&self, columns: u16, arguments: &[&str]) -> Run {
        self.on_terminal_typing("", columns, arguments)
    }

    /// Does the same, and types what answers its questions; without anything to type there is nobody to
    /// answer.
    pub(crate) fn on_terminal_typing(&self, typed: &str, columns: u16, arguments: &[&str]) -> Run {
        let (ours, theirs) = terminal(columns);
        let stdin = if typed.is_empty() {
            Stdio::null()
        } else {
            theirs.try_clone().expect("another handle").into()
        };
        let mut keys = File::from(ours.try_clone().expect("another handle"));
        keys.write_all(typed.as_bytes()).expect("keys pressed");
        let mut command = Command::new(env!("CARGO_BIN_EXE_hayon"));
        command
            .args(arguments)
            .env_clear()
            .envs(&self.variables)
            .env_remove("COLUMNS")
            .stdin(stdin)
            .stdout(theirs.try_clone().expect("another handle"))
            .stderr(theirs)
            .current_dir(self.root.path());
        let called = format!("{command:?} on {columns} columns");
        let mut child = command.spawn().expect("the real binary");
        // Our copies of its end would keep the terminal open.
        drop(command);
        let said = thread::spawn(move || everything_from(ours));
        let status = eventually(&called, || child.try_wait().expect("a child of ours"));
        let said = said.join().expect("a reader that does not panic");
        Run {
            ended: Ended {
                called,
                stdout: said.replace("\r\n", "\n"),
                stderr: String::new(),
            },
            code: status.code(),
        }
    }
}

fn terminal(columns: u16) -> (OwnedFd, File) {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&ours).expect("a terminal of ours");
    unlockpt(&ours).expect("a terminal of ours");
    let path = ptsname(&ours, Vec::new()).expect("its name");
    let path = path.into_string().expect("a name");
    let size = Winsize {
        ws_row: 24,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&ours, size).expect("a terminal of this size");
    let theirs = File::options().read(true).write(true).open(path);
    (ours, theirs.expect("the other end"))
}

/// Returns what is said until nobody can say anything more, which is an error of its own on Linux.
fn everything_from(ours: OwnedFd) -> String {
    let (mut ours, mut said, mut part) = (File::from(ours), Vec::new(), [0; 4096]);
    while let Ok(count) = ours.read(&mut part) {
        if count == 0 {
            break;
        }
        said.extend_from_slice(&part[..count]);
    }
    String::from_utf8_lossy(&said).into_owned()
}
