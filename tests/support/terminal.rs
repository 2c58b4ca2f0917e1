//! A terminal of a test's own: what `hayon` says to somebody who watches.

use std::fs::File;
use std::io::Read as _;
use std::io::Write as _;
use std::os::fd::OwnedFd;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::thread;
use std::thread::JoinHandle;

use rustix::pty::OpenptFlags;
use rustix::pty::grantpt;
use rustix::pty::openpt;
use rustix::pty::ptsname;
use rustix::pty::unlockpt;
use rustix::termios::LocalModes;
use rustix::termios::Winsize;
use rustix::termios::tcgetattr;
use rustix::termios::tcsetwinsize;

use crate::support::World;
use crate::support::binary::hayon;
use crate::support::eventually;
use crate::support::run::Ended;
use crate::support::run::Run;

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
        let command = self.command_on(stdin, theirs, arguments);
        Conversation::start(command, ours).end()
    }

    /// Starts `hayon` on a terminal, for a test that answers each question as it is asked.
    pub(crate) fn converse(&self, arguments: &[&str]) -> Conversation {
        let (ours, theirs) = terminal(200);
        let stdin = theirs.try_clone().expect("another handle").into();
        Conversation::start(self.command_on(stdin, theirs, arguments), ours)
    }

    fn command_on(&self, stdin: Stdio, theirs: File, arguments: &[&str]) -> Command {
        let mut command = Command::new(hayon());
        command
            .args(arguments)
            .env_clear()
            .envs(&self.variables)
            .env_remove("COLUMNS")
            .stdin(stdin)
            .stdout(theirs.try_clone().expect("another handle"))
            .stderr(theirs)
            .current_dir(self.root.path());
        command
    }
}

/// A `hayon` that speaks with somebody; it is killed when this is dropped.
pub(crate) struct Conversation {
    called: String,
    child: Child,
    keys: File,
    said: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
    /// How much of what was said has been answered.
    heard: usize,
}

impl Conversation {
    fn start(mut command: Command, ours: OwnedFd) -> Self {
        let called = format!("{command:?} on a terminal");
        let keys = File::from(ours.try_clone().expect("another handle"));
        let child = command.spawn().expect("the real binary");
        // Our copies of its end would keep the terminal open.
        drop(command);
        let said = Arc::default();
        let heard = Arc::clone(&said);
        let reader = thread::spawn(move || everything_from(ours, &heard));
        Self {
            called,
            child,
            keys,
            said,
            reader: Some(reader),
            heard: 0,
        }
    }

    /// Returns all that was said so far.
    pub(crate) fn said(&self) -> String {
        let said = self.said.lock().expect("a list that is whole");
        String::from_utf8_lossy(&said).replace("\r\n", "\n")
    }

    /// Waits until something is said that contains `words`, after what was waited for before.
    #[track_caller]
    pub(crate) fn hear(&mut self, words: &str) -> String {
        let until = eventually(words, || {
            let said = self.said();
            let found = said.get(self.heard..)?.find(words)?;
            Some(self.heard + found + words.len())
        });
        self.heard = until;
        self.said()
    }

    /// Waits for a question, and answers it.
    #[track_caller]
    pub(crate) fn answer(&mut self, question: &str, answer: &str) {
        self.hear(question);
        let keys = format!("{answer}\r");
        self.keys.write_all(keys.as_bytes()).expect("keys pressed");
    }

    /// Waits for a question for a secret, and answers it once what is typed is not shown any more: what
    /// was typed before that is thrown away.
    #[track_caller]
    pub(crate) fn answer_unseen(&mut self, question: &str, answer: &str) {
        self.hear(question);
        eventually("a terminal that shows nothing", || {
            let modes = tcgetattr(&self.keys).expect("a terminal").local_modes;
            (!modes.contains(LocalModes::ECHO)).then_some(())
        });
        self.answer("", answer);
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn end(mut self) -> Run {
        let status = eventually(&self.called, || {
            self.child.try_wait().expect("a child of ours")
        });
        let reader = self.reader.take().expect("a reader");
        reader.join().expect("a reader that does not panic");
        Run {
            ended: Ended {
                called: self.called.clone(),
                stdout: self.said(),
                stderr: String::new(),
            },
            code: status.code(),
        }
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        // It may have ended already; there is nothing else to be done about it here.
        let _ = self.child.kill();
        let _ = self.child.wait();
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

/// Takes down what is said until nobody can say anything more, which is an error of its own on Linux.
fn everything_from(ours: OwnedFd, said: &Mutex<Vec<u8>>) {
    let (mut ours, mut part) = (File::from(ours), [0; 4096]);
    while let Ok(count) = ours.read(&mut part) {
        if count == 0 {
            break;
        }
        let mut said = said.lock().expect("a list that is whole");
        said.extend_from_slice(&part[..count]);
    }
}
