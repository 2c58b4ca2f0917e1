//! A disk that keeps what was synced, and of the rest nothing or a part.
//!
//! It is as hard as POSIX allows: the bytes of a file need an fsync of the file, and its name needs one
//! of the folder. What changes a name and what is written into a sector happens whole or not at all.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use crate::chance::Chance;
use crate::power::trace::Call;
use crate::power::trace::Deed;
use crate::power::trace::is_kept;

/// What a disk writes whole or not at all, in bytes.
const SECTOR: usize = 512;

/// What is left of what was not synced.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rest {
    Lost,
    /// Each sector by chance, and of the changed names the first few.
    KeptInPart(u64),
}

/// What stands under a name.
#[derive(Clone, Copy)]
enum Node {
    Folder,
    /// The number of the file.
    File(usize),
}

/// A file: what is durable of it, and what was done to it since.
#[derive(Clone)]
struct File<'t> {
    durable: Vec<u8>,
    since: Vec<Change<'t>>,
}

/// What was done to a file, and when it was done with.
#[derive(Clone)]
struct Change<'t> {
    ended: usize,
    at: usize,
    /// Nothing stands for an end of the file there.
    bytes: Option<&'t [u8]>,
}

/// Names that change together, and that a sync of their folder makes durable.
#[derive(Clone)]
struct Names {
    folder: PathBuf,
    names: Vec<(PathBuf, Option<Node>)>,
}

/// The disk of a machine; paths are relative to the machine's folder.
#[derive(Clone, Default)]
pub(crate) struct Disk<'t> {
    files: Vec<File<'t>>,
    now: BTreeMap<PathBuf, Node>,
    durable: BTreeMap<PathBuf, Node>,
    since: Vec<Names>,
}

impl<'t> Disk<'t> {
    /// Returns a disk on which all that is in the folder `root` is durable.
    pub(crate) fn holding(root: &Path) -> Self {
        let mut disk = Self::default();
        disk.hold(root, Path::new(""));
        disk.durable.clone_from(&disk.now);
        disk
    }

    fn hold(&mut self, root: &Path, folder: &Path) {
        for entry in fs::read_dir(root.join(folder)).expect("a folder") {
            let path = folder.join(entry.expect("an entry").file_name());
            if !is_kept(&path) {
                continue;
            }
            let node = if root.join(&path).is_dir() {
                self.hold(root, &path);
                Node::Folder
            } else {
                self.new_file(fs::read(root.join(&path)).expect("a file"))
            };
            self.now.insert(path, node);
        }
    }

    fn new_file(&mut self, durable: Vec<u8>) -> Node {
        let since = Vec::new();
        self.files.push(File { durable, since });
        Node::File(self.files.len() - 1)
    }

    /// Does what `calls` did that had ended by the line `until`.
    pub(crate) fn play(&mut self, calls: &'t [Call], until: usize) {
        for call in calls.iter().take_while(|call| call.ended <= until) {
            self.do_again(call);
        }
    }

    fn do_again(&mut self, call: &'t Call) {
        match &call.deed {
            Deed::Make(path) => {
                if !self.now.contains_key(path) {
                    let file = self.new_file(Vec::new());
                    self.name(path, vec![(path.clone(), Some(file))]);
                }
            }
            Deed::MakeFolder(path) => self.name(path, vec![(path.clone(), Some(Node::Folder))]),
            Deed::Remove(path) => self.name(path, vec![(path.clone(), None)]),
            Deed::Rename(from, to) => {
                assert_eq!(from.parent(), to.parent(), "a rename across folders");
                let node = self.now.get(from).copied();
                self.name(to, vec![(from.clone(), None), (to.clone(), node)]);
            }
            Deed::Link(from, to) => {
                let node = self.now.get(from).copied();
                self.name(to, vec![(to.clone(), node)]);
            }
            Deed::Write(path, at, bytes) => self.change(call, path, *at, Some(bytes)),
            Deed::Cut(path, length) => self.change(call, path, *length, None),
            Deed::Sync(path) => self.sync(path, call.began),
            Deed::Send(_) | Deed::Tell => {}
        }
    }

    fn name(&mut self, path: &Path, names: Vec<(PathBuf, Option<Node>)>) {
        set(&mut self.now, &names);
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        self.since.push(Names { folder, names });
    }

    fn change(&mut self, call: &Call, path: &Path, at: usize, bytes: Option<&'t [u8]>) {
        // What has no name any more is nothing to anybody.
        let Some(Node::File(number)) = self.now.get(path) else {
            return;
        };
        let file = &mut self.files[*number];
        let ended = call.ended;
        file.since.push(Change { ended, at, bytes });
    }

    fn sync(&mut self, path: &Path, began: usize) {
        if let Some(Node::File(number)) = self.now.get(path) {
            self.files[*number].sync(began);
            return;
        }
        let (synced, since) = std::mem::take(&mut self.since)
            .into_iter()
            .partition::<Vec<_>, _>(|names| names.folder == path);
        self.since = since;
        for Names { names, .. } in synced {
            set(&mut self.durable, &names);
        }
    }

    /// Puts what is left on the disk into the folder `root`, in the place of what is there.
    pub(crate) fn leave(mut self, root: &Path, rest: Rest) {
        clear(root);
        if let Rest::KeptInPart(seed) = rest {
            self.keep_in_part(&mut Chance::of(seed));
        }
        for (path, node) in &self.durable {
            let path = root.join(path);
            // A folder that is lost has taken with it what was in it.
            match node {
                Node::Folder if path.parent().is_some_and(Path::is_dir) => {
                    fs::create_dir(path).expect("a new folder");
                }
                Node::File(number) if path.parent().is_some_and(Path::is_dir) => {
                    fs::write(&path, &self.files[*number].durable).expect("a file");
                    only_for_its_owner(&path);
                }
                _ => {}
            }
        }
    }

    fn keep_in_part(&mut self, chance: &mut Chance) {
        let kept = chance.below(self.since.len() + 1);
        for Names { names, .. } in &self.since[..kept] {
            set(&mut self.durable, names);
        }
        for file in &mut self.files {
            file.keep_in_part(chance);
        }
    }
}

impl File<'_> {
    /// Makes durable what was done with before the line `began`.
    fn sync(&mut self, began: usize) {
        let later = self.since.iter().position(|change| change.ended >= began);
        let synced = later.unwrap_or(self.since.len());
        for Change { at, bytes, .. } in self.since.drain(..synced) {
            match bytes {
                Some(bytes) => write(&mut self.durable, at, bytes),
                None => self.durable.resize(at, 0),
            }
        }
    }

    fn keep_in_part(&mut self, chance: &mut Chance) {
        for Change { at, bytes, .. } in self.since.drain(..) {
            let Some(bytes) = bytes else {
                if chance.below(2) == 0 {
                    self.durable.resize(at, 0);
                }
                continue;
            };
            let (mut at, mut left) = (at, bytes);
            while !left.is_empty() {
                let (sector, rest) = left.split_at(left.len().min(SECTOR - at % SECTOR));
                if chance.below(2) == 0 {
                    write(&mut self.durable, at, sector);
                }
                (at, left) = (at + sector.len(), rest);
            }
        }
    }
}

fn write(file: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at + bytes.len();
    if file.len() < end {
        file.resize(end, 0);
    }
    file[at..end].copy_from_slice(bytes);
}

fn set(names: &mut BTreeMap<PathBuf, Node>, changes: &[(PathBuf, Option<Node>)]) {
    for (path, node) in changes {
        match node {
            Some(node) => names.insert(path.clone(), *node),
            None => names.remove(path),
        };
    }
}

/// Removes all that is of `hayon` in `root`.
fn clear(root: &Path) {
    for entry in fs::read_dir(root).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.strip_prefix(root).expect("a name");
        let removed = match () {
            () if path.is_dir() && is_kept(name) => fs::remove_dir_all(&path),
            () if is_kept(name) || name.to_string_lossy().ends_with("-shm") => {
                fs::remove_file(&path)
            }
            () => Ok(()),
        };
        removed.expect("a name that can go");
    }
}

/// As `hayon` makes all of its files; it reads no secrets from others.
fn only_for_its_owner(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::Permissions::from_mode(0o600);
    fs::set_permissions(path, mode).expect("a file of ours");
}
