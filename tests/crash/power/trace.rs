//! What a process has done to its disk and said to the world, read from strace's log of it.

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;

use crate::support::World;
use crate::support::run::Run;

use crate::calls::traced::Manner;
use crate::calls::traced::Traced;

/// With these strace writes down whole what is written, in hexadecimal, so that nothing in it looks like
/// a part of the log.
pub(crate) const WHOLE: [&str; 3] = ["-xx", "-s", "16777216"];

/// What a call has done.
#[derive(Debug)]
pub(crate) enum Deed {
    /// There is a file with this name, made by this call or before.
    Make(PathBuf),
    MakeFolder(PathBuf),
    Write(PathBuf, usize, Vec<u8>),
    Cut(PathBuf, usize),
    Sync(PathBuf),
    Rename(PathBuf, PathBuf),
    Link(PathBuf, PathBuf),
    Remove(PathBuf),
    /// To a server.
    Send(Vec<u8>),
    /// On standard output.
    Tell,
}

/// A deed, and the lines of the log at which its call began and ended.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) deed: Deed,
    pub(crate) began: usize,
    pub(crate) ended: usize,
}

/// What the processes on one machine did, one after the other.
pub(crate) struct Trace {
    root: PathBuf,
    /// How far each descriptor of the process has come in its file.
    positions: BTreeMap<String, usize>,
    /// In the order in which they ended.
    pub(crate) calls: Vec<Call>,
    pub(crate) lines: usize,
}

impl Trace {
    /// Returns the empty trace of `world`.
    pub(crate) fn of(world: &World) -> Self {
        let root = world.path("").canonicalize().expect("a folder");
        Self {
            root,
            positions: BTreeMap::new(),
            calls: Vec::new(),
            lines: 0,
        }
    }

    /// Runs `hayon` to its end, and adds what it does.
    #[track_caller]
    pub(crate) fn run(&mut self, world: &World, arguments: &[String]) -> Run {
        let traced = Traced::start_with(world, "calls", Manner::Runs, &WHOLE, arguments);
        let (run, _) = traced.count();
        self.add(&std::fs::read_to_string(world.path("calls")).expect("strace's log"));
        run
    }

    /// Adds what strace's log of a process says.
    #[track_caller]
    pub(crate) fn add(&mut self, log: &str) {
        self.positions.clear();
        let mut begun: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
        for line in log.lines() {
            self.lines += 1;
            let (thread, said) = line.split_once(' ').expect("a thread");
            let said = said.trim_start();
            if let Some(half) = said.strip_suffix("<unfinished ...>") {
                begun.insert(thread, (self.lines, half));
            } else if let Some(rest) = said.strip_prefix("<... ") {
                let (_, rest) = rest.split_once("resumed>").expect("the rest of a call");
                // What was stopped in between goes on without having begun again.
                if let Some((began, half)) = begun.remove(thread) {
                    self.add_call(&format!("{}{rest}", half.trim_end()), began);
                }
            } else if !said.starts_with("---") && !said.starts_with("+++") {
                self.add_call(said, self.lines);
            }
        }
    }

    #[track_caller]
    fn add_call(&mut self, said: &str, began: usize) {
        // Of a call that the end of its process has cut short nothing is known.
        let Some((call, result)) = said.rsplit_once(" = ") else {
            return;
        };
        if result.starts_with(['-', '?']) {
            return;
        }
        let (name, words) = call.split_once('(').expect("a call");
        let words = Words(words.trim_end().trim_end_matches(')'));
        if name.starts_with("open") {
            let descriptor = result.split('<').next().unwrap_or_default();
            self.positions.insert(descriptor.to_owned(), 0);
        }
        if let Some(deed) = self.deed(name, &words, result) {
            let ended = self.lines;
            self.calls.push(Call { deed, began, ended });
        }
    }

    #[track_caller]
    fn deed(&mut self, name: &str, words: &Words<'_>, result: &str) -> Option<Deed> {
        let path = |at| self.kept(&words.quoted(at));
        match name {
            "write" | "writev" => {
                let (file, bytes) = (words.file(), words.bytes());
                if file.starts_with("socket:") {
                    return Some(Deed::Send(bytes));
                }
                if words.0.starts_with("1<") && file.ends_with(".stdout") {
                    return Some(Deed::Tell);
                }
                let at = self.go_on(words, bytes.len());
                Some(Deed::Write(self.kept(file.as_ref())?, at, bytes))
            }
            "sendto" | "sendmsg" => Some(Deed::Send(words.bytes())),
            "pwrite64" => {
                let (bytes, offset) = (words.bytes(), words.last());
                assert_eq!(result.parse(), Ok(bytes.len()), "written in part");
                Some(Deed::Write(
                    self.kept(words.file().as_ref())?,
                    offset,
                    bytes,
                ))
            }
            "ftruncate" => Some(Deed::Cut(self.kept(words.file().as_ref())?, words.last())),
            "fsync" | "fdatasync" => Some(Deed::Sync(self.kept(words.file().as_ref())?)),
            "open" | "openat" | "creat" if words.0.contains("O_CREAT") => {
                assert!(!words.0.contains("O_TRUNC"), "{}", words.0);
                Some(Deed::Make(path(0)?))
            }
            "mkdir" | "mkdirat" => Some(Deed::MakeFolder(path(0)?)),
            "rename" | "renameat" | "renameat2" => Some(Deed::Rename(path(0)?, path(1)?)),
            "link" | "linkat" => Some(Deed::Link(path(0)?, path(1)?)),
            "unlink" | "unlinkat" | "rmdir" => Some(Deed::Remove(path(0)?)),
            "open" | "openat" | "connect" | "recvfrom" | "recvmsg" => None,
            other => panic!("what does `{other}` do? {}", words.0),
        }
    }

    /// Returns where the descriptor in `words` stands in its file, and lets it go on by `length`. Nothing
    /// of `hayon` that is kept is read and written by one descriptor, or sought in.
    fn go_on(&mut self, words: &Words<'_>, length: usize) -> usize {
        let descriptor = words.0.split('<').next().unwrap_or_default();
        let position = self.positions.entry(descriptor.to_owned()).or_default();
        *position += length;
        *position - length
    }

    /// Returns where `path` is in the folder of the machine, if it is there and is kept.
    fn kept(&self, path: &Path) -> Option<PathBuf> {
        let path = self.root.join(path);
        let path = path.strip_prefix(&self.root).ok()?;
        is_kept(path).then(|| path.to_owned())
    }
}

/// Whether what is at `path` in the folder of a machine is of `hayon`, and not of the test; and is read
/// again after a power cut, which the memory that processes share is not.
pub(crate) fn is_kept(path: &Path) -> bool {
    let text = path.to_string_lossy();
    let of_test = ["runs", "calls"];
    !(of_test.iter().any(|name| text.starts_with(name)) || text.ends_with("-shm"))
}

/// The words of a call, as strace writes them.
struct Words<'l>(&'l str);

impl Words<'_> {
    /// Returns the file of the first descriptor.
    fn file(&self) -> String {
        let between = self
            .0
            .split_once('<')
            .and_then(|(_, rest)| rest.split_once('>'));
        let file = between.map(|(file, _)| decoded(file)).unwrap_or_default();
        String::from_utf8_lossy(&file).into_owned()
    }

    /// Returns the string at `position` of those in quotation marks, as a path.
    fn quoted(&self, position: usize) -> PathBuf {
        let quoted = self.0.split('"').skip(1).step_by(2).nth(position);
        let path = decoded(quoted.expect("a path"));
        PathBuf::from(String::from_utf8_lossy(&path).into_owned())
    }

    /// Returns the bytes in all quotation marks.
    fn bytes(&self) -> Vec<u8> {
        let quoted = self.0.split('"').skip(1).step_by(2);
        quoted.flat_map(decoded).collect()
    }

    fn last(&self) -> usize {
        let last = self.0.rsplit(", ").next();
        last.and_then(|word| word.parse().ok()).expect("a number")
    }
}

fn decoded(text: &str) -> Vec<u8> {
    let digits = text.split("\\x").skip(1);
    let byte = |digits: &str| u8::from_str_radix(digits, 16).expect("a byte");
    digits.map(byte).collect()
}
