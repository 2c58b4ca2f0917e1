//! `hayon` under strace: its calls counted over all of its threads, and its end after any one of them.

use std::fs;
use std::fs::File;
use std::io::Read as _;
use std::thread;
use std::time::Duration;

use rustix::process::Pid;
use rustix::process::Signal;
use rustix::process::kill_process;

use crate::support::Running;
use crate::support::World;
use crate::support::binary::hayon;
use crate::support::eventually;
use crate::support::run::Run;

/// What writes, what names, what makes durable, and what speaks with a server.
pub(crate) const CALLS: &str = "write,writev,pwrite64,pwritev,pwritev2,copy_file_range,sendfile,\
    ftruncate,fallocate,fsync,fdatasync,sync_file_range,rename,renameat,renameat2,link,linkat,unlink,\
    unlinkat,rmdir,mkdir,mkdirat,open,openat,creat,connect,sendto,sendmsg,recvfrom,recvmsg";

/// The certificates of a Debian, as one file.
const CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// The name of what threads wake one another with, as it is and in hexadecimal.
const EVENTS: [&str; 2] = [
    "[eventfd]>",
    "\\x5b\\x65\\x76\\x65\\x6e\\x74\\x66\\x64\\x5d>",
];

/// How often the log is looked at, and how many times: two minutes.
const LOOK_EVERY: Duration = Duration::from_micros(100);
const LOOKS_MAX: usize = 1_200_000;

/// How many times it is looked whether strace ends by itself: ten seconds.
const LOOKS_AFTER_KILL: usize = 100_000;

/// A `hayon` that runs under strace; both are killed when this is dropped.
pub(crate) struct Traced {
    // Before strace, which would leave it stopped for ever.
    hayon: Leash,
    strace: Running,
    log: File,
    /// The beginning of a line whose end is not there yet.
    unread: String,
}

/// The traced process, once it has made a call and until it has ended.
struct Leash(Option<Pid>);

impl Leash {
    fn signal(&self, signal: Signal) {
        if let Some(process) = self.0 {
            // It may have been killed meanwhile, and is strace's child.
            let _ = kill_process(process, signal);
        }
    }

    /// Whether no thread of it runs any more, though its parent may not have heard of it.
    fn is_gone(&self) -> bool {
        let Some(process) = self.0 else {
            return true;
        };
        let folder = format!("/proc/{}", process.as_raw_nonzero());
        let (Ok(stat), Ok(threads)) = (
            fs::read_to_string(format!("{folder}/stat")),
            fs::read_dir(format!("{folder}/task")),
        ) else {
            return true;
        };
        // The state follows the name, which ends in the last bracket.
        let state = stat.rsplit_once(") ").map(|(_, rest)| rest);
        threads.count() <= 1 && state.is_some_and(|state| state.starts_with('Z'))
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}

/// What a line of strace's log says.
enum Line<'l> {
    /// Every thread of the process has been stopped, or is about to be.
    Stopped,
    /// A call that leaves a trace.
    Call(&'l str),
    Other,
}

/// Whether each call is followed by a stop.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    Runs,
    StopsAfterEach,
}

impl Traced {
    /// Starts `hayon`; strace's log is in the file `log` of `world`.
    #[track_caller]
    pub(crate) fn start(world: &World, log: &str, manner: Manner, arguments: &[String]) -> Self {
        Self::start_with(world, log, manner, &["-s", "60"], arguments)
    }

    /// Does the same with further options of strace.
    #[track_caller]
    pub(crate) fn start_with(
        world: &World,
        log: &str,
        manner: Manner,
        options: &[&str],
        arguments: &[String],
    ) -> Self {
        let path = world.write(log, "");
        let (calls, stops) = (
            format!("trace={CALLS}"),
            format!("inject={CALLS}:signal=STOP"),
        );
        let log = path.display().to_string();
        let mut words = vec!["-f", "-y", "-qq", "-o", &log, "-e", &calls];
        if manner == Manner::StopsAfterEach {
            words.extend(["-e", &stops]);
        }
        words.extend(options);
        words.push(hayon());
        let arguments = arguments.iter().map(String::as_str);
        let words: Vec<&str> = words.into_iter().chain(arguments).collect();
        Self {
            hayon: Leash(None),
            log: File::open(&path).expect("strace's log"),
            strace: world.start_program("strace", words),
            unread: String::new(),
        }
    }

    /// Kills it once `number` calls are behind it, where it then stands. Returns what it came to, and
    /// the last call, or nothing if it ended before.
    #[track_caller]
    pub(crate) fn kill_after(mut self, number: usize) -> (Run, Option<String>) {
        let mut calls = Vec::new();
        for _ in 0..LOOKS_MAX {
            // In this order: what it has done before its end is in the log.
            let has_ended = self.strace.has_ended();
            let is_stopped = self.read(&mut calls);
            if has_ended {
                return (self.wait(), None);
            }
            if is_stopped && calls.len() >= number {
                return (self.kill(), calls.pop());
            }
            if is_stopped {
                self.hayon.signal(Signal::CONT);
            }
            thread::sleep(LOOK_EVERY);
        }
        panic!("it neither ends nor stops after {calls:#?}");
    }

    /// Kills it where it stands, and waits until it is gone.
    ///
    /// Where strace does not end by itself although nothing is left to trace, it is killed, too.
    #[track_caller]
    fn kill(mut self) -> Run {
        self.hayon.signal(Signal::KILL);
        for _ in 0..LOOKS_AFTER_KILL {
            if self.strace.has_ended() {
                return self.wait();
            }
            thread::sleep(LOOK_EVERY);
        }
        let Self {
            mut hayon, strace, ..
        } = self;
        let run = strace.kill();
        eventually("the end of what was killed", || {
            hayon.is_gone().then_some(())
        });
        hayon.0 = None;
        run
    }

    /// Lets it run to its end, and returns the calls that leave a trace too.
    #[track_caller]
    pub(crate) fn count(mut self) -> (Run, Vec<String>) {
        let mut calls = Vec::new();
        eventually("the end of strace", || {
            self.strace.has_ended().then_some(())
        });
        let _ = self.read(&mut calls);
        (self.wait(), calls)
    }

    #[track_caller]
    fn wait(self) -> Run {
        let Self {
            mut hayon, strace, ..
        } = self;
        let run = strace.wait();
        hayon.0 = None;
        run
    }

    /// Reads what the log says further: adds the calls to `calls`, and returns whether there is a stop
    /// that nobody has ended yet.
    fn read(&mut self, calls: &mut Vec<String>) -> bool {
        let log = &mut self.log;
        log.read_to_string(&mut self.unread).expect("strace's log");
        let Some((whole, rest)) = self.unread.rsplit_once('\n') else {
            return false;
        };
        let mut is_stopped = false;
        for line in whole.lines() {
            let (process, line) = line.split_once(' ').unwrap_or_default();
            // Its first call is made by its first thread, which has its own id.
            self.hayon.0 = self
                .hayon
                .0
                .or_else(|| process.parse().ok().and_then(Pid::from_raw));
            match Line::of(line.trim_start()) {
                Line::Stopped => is_stopped = true,
                Line::Call(call) => calls.push(call.to_owned()),
                Line::Other => {}
            }
        }
        self.unread = rest.to_owned();
        is_stopped
    }
}

impl<'l> Line<'l> {
    fn of(line: &'l str) -> Self {
        if line.starts_with("--- stopped by") {
            return Self::Stopped;
        }
        // The end of a call whose beginning is on a line of its own, a signal, or the end of a thread.
        let is_other = ["<...", "---", "+++"];
        if is_other.iter().any(|start| line.starts_with(start)) {
            return Self::Other;
        }
        let writes = ["O_WRONLY", "O_RDWR", "O_CREAT"];
        let is_look = line.starts_with("open") && !writes.iter().any(|word| line.contains(word));
        // Threads that wake one another leave nothing.
        if is_look || EVENTS.iter().any(|events| line.contains(events)) {
            return Self::Other;
        }
        Self::Call(line)
    }
}

/// Lets `world` have its certificates in one file, where that is possible: hundreds of calls are saved.
pub(crate) fn shorten(world: &mut World) {
    if fs::exists(CERTIFICATES).is_ok_and(|exists| exists) {
        world.set("SSL_CERT_FILE", CERTIFICATES);
    }
}
