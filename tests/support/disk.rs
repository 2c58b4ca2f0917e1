//! Disks and folders of a test's own: small ones that fill up, and ones that nobody may write to.
//!
//! They are mounted where nobody but the processes of the test sees them, which takes Linux and root;
//! where that is not to be had, a test says so, and fails in CI.

use std::ffi::OsStr;
use std::ffi::OsString;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;

use crate::support::Running;
use crate::support::World;
use crate::support::eventually;
use crate::support::run::Run;

/// A view of the file system with mounts of its own, for as long as this lives.
pub(crate) struct Disk {
    holder: Running,
    folder: PathBuf,
}

impl Disk {
    /// Mounts an empty disk with this many bytes at the folder `name` of `world`.
    pub(crate) fn of_size(world: &World, name: &str, bytes: usize) -> Option<Self> {
        let mount = format!("mount -t tmpfs -o size={bytes},mode=700 none \"$0\"");
        Self::mount(world, name, &mount)
    }

    /// Shows the folder `name` of `world` as it is, for reading only.
    pub(crate) fn read_only(world: &World, name: &str) -> Option<Self> {
        let mount = "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\"";
        Self::mount(world, name, mount)
    }

    /// Shows `contents` at the absolute path `at`, instead of what is there.
    pub(crate) fn with_file(world: &World, at: &str, contents: &str) -> Option<Self> {
        let file = world.write("instead", contents).display().to_string();
        Self::mount(world, "mounts", &format!("mount --bind '{file}' '{at}'"))
    }

    fn mount(world: &World, name: &str, mount: &str) -> Option<Self> {
        if !is_possible() {
            return None;
        }
        let folder = world.path(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        let script = format!("set -e; {mount}; echo mounted; exec sleep 600");
        let always = ["--mount", "sh", "-c", &script].map(OsString::from);
        let arguments = always.into_iter().chain([folder.clone().into_os_string()]);
        let mut holder = world.start_program("unshare", arguments);
        assert_eq!(holder.first_line(), "mounted");
        Some(Self { holder, folder })
    }

    /// Starts `hayon` where it sees the disk.
    pub(crate) fn start<A: AsRef<OsStr>>(
        &self,
        world: &World,
        arguments: impl IntoIterator<Item = A>,
    ) -> Running {
        let space = format!("--mount=/proc/{}/ns/mnt", self.holder.pid());
        let always = [space.as_str(), env!("CARGO_BIN_EXE_hayon")].map(OsString::from);
        let arguments = arguments.into_iter().map(|it| it.as_ref().to_owned());
        world.start_program("nsenter", always.into_iter().chain(arguments))
    }

    /// Runs `hayon` to its end where it sees the disk.
    pub(crate) fn hayon<A: AsRef<OsStr>>(
        &self,
        world: &World,
        arguments: impl IntoIterator<Item = A>,
    ) -> Run {
        self.start(world, arguments).wait()
    }

    /// Returns where this process finds the file `name` of the disk.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        let root = format!("/proc/{}/root", self.holder.pid());
        let below = self.folder.strip_prefix("/").expect("an absolute path");
        Path::new(&root).join(below).join(name)
    }

    /// Fills the disk to its last byte.
    pub(crate) fn fill(&self) {
        let mut file = File::create(self.path("filling")).expect("a file");
        for size in [1 << 16, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
        eventually("a full disk", || {
            std::fs::write(self.path("more"), "x")
                .is_err()
                .then_some(())
        });
    }

    /// Frees what [`Disk::fill`] has taken.
    pub(crate) fn free(&self) {
        std::fs::remove_file(self.path("filling")).expect("the filling");
    }
}

fn is_possible() -> bool {
    let is_possible = cfg!(target_os = "linux") && rustix::process::getuid().is_root();
    #[expect(
        clippy::disallowed_methods,
        reason = "a test of the product's environment has one of its own"
    )]
    let must = std::env::var_os("CI").is_some();
    assert!(is_possible || !must, "be root: this was not tested");
    #[expect(
        clippy::print_stderr,
        reason = "to whoever runs the tests, who would take silence for success"
    )]
    if !is_possible {
        eprintln!("not tested: to mount a disk takes Linux and root");
    }
    is_possible
}
