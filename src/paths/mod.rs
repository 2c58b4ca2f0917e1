//! Where things are kept on this machine, and how files that others must not read are made.
//!
//! The folders are those of the XDG Base Directory Specification on every system, and
//! `$STATE_DIRECTORY` where systemd gives one. The process environment is read here, once, into
//! an [`Environment`]; everything else is handed that, so tests never touch the real one. Only the
//! variables of the time zone are asked for where a time is told (`zones`), as jiff does by itself.

pub(crate) mod disk;
pub(crate) mod zones;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::ffi::OsString;
use std::fmt;
use std::fs::DirBuilder;
use std::fs::File;
use std::fs::OpenOptions;
use std::fs::Permissions;
use std::io;
use std::io::Read as _;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;

/// The largest file that is read, in bytes.
const TEXT_BYTES_MAX: u64 = 1 << 20;

/// The variables of an environment. It holds secrets, so its `Debug` shows nothing.
#[derive(Clone, Default)]
pub(crate) struct Environment(BTreeMap<OsString, OsString>);

impl Environment {
    /// Reads the environment of this process.
    pub(crate) fn of_process() -> Self {
        let mut variables: BTreeMap<_, _> = std::env::vars_os().collect();
        // Cron and containers may leave `HOME` out; the user database still knows it.
        let has_home = variables
            .get(OsStr::new("HOME"))
            .is_some_and(|home| !home.is_empty());
        if let (false, Some(home)) = (has_home, std::env::home_dir()) {
            variables.insert("HOME".into(), home.into());
        }
        Self(variables)
    }

    /// Returns the value of `name`; an empty one counts as absent, since that is how CI systems
    /// hand over what was never set.
    pub(crate) fn get(&self, name: &str) -> Option<&OsStr> {
        let value = self.0.get(OsStr::new(name))?;
        (!value.is_empty()).then_some(value.as_os_str())
    }

    /// Returns the names of all variables that have a value and a name in UTF-8.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let set = self.0.iter().filter(|(_, value)| !value.is_empty());
        set.filter_map(|(name, _)| name.to_str())
    }

    /// Returns the absolute path in `name`. The specification says to ignore relative ones.
    fn absolute(&self, name: &str) -> Option<PathBuf> {
        let path = PathBuf::from(self.get(name)?);
        path.is_absolute().then_some(path)
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Environment({} variables)", self.0.len())
    }
}

impl<K: Into<OsString>, V: Into<OsString>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        let pairs = variables.into_iter();
        Self(pairs.map(|(k, v)| (k.into(), v.into())).collect())
    }
}

/// Neither the folder's own variable nor `HOME` says where it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither `{variable}` nor `HOME` names an absolute folder")]
pub(crate) struct NoHome {
    pub(crate) variable: &'static str,
}

/// Returns the user's own folder.
pub(crate) fn home(environment: &Environment) -> Option<PathBuf> {
    environment.absolute("HOME")
}

/// Returns where the program that runs is, absolutely.
pub(crate) fn program() -> io::Result<PathBuf> {
    std::env::current_exe()
}

/// Returns the folder of the configuration: `$XDG_CONFIG_HOME/hayon`, else `~/.config/hayon`.
pub(crate) fn config_dir(environment: &Environment) -> Result<PathBuf, NoHome> {
    xdg(environment, "XDG_CONFIG_HOME", ".config")
}

/// Returns the folder of the outbox and the media: `$XDG_DATA_HOME/hayon`, else
/// `~/.local/share/hayon`.
pub(crate) fn data_dir(environment: &Environment) -> Result<PathBuf, NoHome> {
    xdg(environment, "XDG_DATA_HOME", ".local/share")
}

/// Returns the folder of credentials and sessions: the first of systemd's `$STATE_DIRECTORY`, else
/// `$XDG_STATE_HOME/hayon`, else `~/.local/state/hayon`.
pub(crate) fn state_dir(environment: &Environment) -> Result<PathBuf, NoHome> {
    // A colon-separated list where a unit has several (systemd.exec(5), "RuntimeDirectory=").
    let given = environment.get("STATE_DIRECTORY");
    let first = given.and_then(|list| std::env::split_paths(list).next());
    match first.filter(|path| path.is_absolute()) {
        Some(path) => Ok(path),
        None => xdg(environment, "XDG_STATE_HOME", ".local/state"),
    }
}

/// Returns the folder of what may be lost: `$XDG_CACHE_HOME/hayon`, else `~/.cache/hayon`.
pub(crate) fn cache_dir(environment: &Environment) -> Result<PathBuf, NoHome> {
    xdg(environment, "XDG_CACHE_HOME", ".cache")
}

fn xdg(
    environment: &Environment,
    variable: &'static str,
    below_home: &str,
) -> Result<PathBuf, NoHome> {
    let base = environment
        .absolute(variable)
        .or_else(|| Some(home(environment)?.join(below_home)));
    Ok(base.ok_or(NoHome { variable })?.join("hayon"))
}

/// Creates `path` and what is missing above it, for the owner's eyes only (0700), so that it is
/// still there after a power cut. A folder that exists stays as it is.
pub(crate) fn create_private_dir(path: &Path) -> io::Result<()> {
    let missing: Vec<&Path> = path
        .ancestors()
        .take_while(|folder| !folder.as_os_str().is_empty() && !folder.is_dir())
        .collect();
    let builder = private_dir_builder();
    for folder in missing.into_iter().rev() {
        match builder.create(folder) {
            // Another process was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
            created => created?,
        }
        sync_dir(parent(folder))?;
    }
    Ok(())
}

#[cfg(unix)]
fn private_dir_builder() -> DirBuilder {
    use std::os::unix::fs::DirBuilderExt as _;
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

#[cfg(not(unix))]
fn private_dir_builder() -> DirBuilder {
    DirBuilder::new()
}

/// Writes `bytes` to `path`, for the owner's eyes only (0600) from the first byte. Whatever
/// happens, the file is either the old one or the new one, whole; once this returns, the new one.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_whole(path, bytes, None)
}

fn write_whole(path: &Path, bytes: &[u8], permissions: Option<Permissions>) -> io::Result<()> {
    let folder = parent(path);
    create_private_dir(folder)?;
    // `tempfile` creates with mode 0600 on Unix (its documentation, "Security").
    let mut file = tempfile::Builder::new()
        .prefix(".hayon-")
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_dir(folder)
}

/// Writes `bytes` to the private file that `path` leads to, as [`write_private`] does: a link that
/// somebody has set stays one.
pub(crate) fn replace_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_private(&led_to(path)?, bytes)
}

/// Writes `bytes` to the file that `path` leads to, whole or not at all. Who may read it stays as it
/// is; a new one is for the owner's eyes only.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = led_to(path)?;
    let permissions = match std::fs::metadata(&path) {
        Ok(metadata) => Some(metadata.permissions()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    write_whole(&path, bytes, permissions)
}

fn led_to(path: &Path) -> io::Result<PathBuf> {
    match path.canonicalize() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(path.to_owned()),
        led => led,
    }
}

/// Locks the private file `path`, which is made if there is none, until the result is dropped or the
/// process ends. What a file that is replaced holds needs one beside it: a lock on itself would lock
/// the past.
pub(crate) fn lock_private(path: &Path) -> io::Result<File> {
    create_private_dir(parent(path))?;
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    file.lock()?;
    Ok(file)
}

/// Why a private file is not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PrivateFileError {
    #[error("`{}` can be read by others (its mode is {mode:04o})", path.display())]
    OpenToOthers { path: PathBuf, mode: u32 },
    #[error("`{}` cannot be read: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
}

impl PrivateFileError {
    /// Returns what a person can do about it.
    pub(crate) fn hint(&self) -> String {
        match self {
            Self::OpenToOthers { path, .. } => format!(
                "run `chmod 600 {}`; if others may have read it, renew the secrets in it",
                path.display()
            ),
            Self::Io { path, .. } => {
                format!("look at `{}` and the folders above it", path.display())
            }
        }
    }
}

/// Reads the private file `path`; `None` if there is none.
///
/// # Errors
/// Also where its group or others have any right to it: like ssh, hayon does not use a secret that
/// is in the open.
pub(crate) fn read_private(path: &Path) -> Result<Option<String>, PrivateFileError> {
    let failed = |source| PrivateFileError::Io {
        path: path.to_owned(),
        source,
    };
    let Some(file) = open(path).map_err(failed)? else {
        return Ok(None);
    };
    // Of the open file: asked by its path, it could be another one by now.
    let mode = mode(&file).map_err(failed)?;
    if mode & 0o077 != 0 {
        return Err(PrivateFileError::OpenToOthers {
            path: path.to_owned(),
            mode,
        });
    }
    read_bounded(&file).map(Some).map_err(failed)
}

/// Reads the text file `path`, at most a mebibyte of it; `None` if there is none.
pub(crate) fn read_text(path: &Path) -> io::Result<Option<String>> {
    open(path)?.map(|file| read_bounded(&file)).transpose()
}

fn open(path: &Path) -> io::Result<Option<File>> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn read_bounded(file: &File) -> io::Result<String> {
    let mut text = String::new();
    file.take(TEXT_BYTES_MAX + 1).read_to_string(&mut text)?;
    if text.len() as u64 > TEXT_BYTES_MAX {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    Ok(text)
}

#[cfg(unix)]
fn mode(file: &File) -> io::Result<u32> {
    use std::os::unix::fs::MetadataExt as _;
    Ok(file.metadata()?.mode() & 0o7777)
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
fn mode(_file: &File) -> io::Result<u32> {
    // Other systems have no mode; the user's folders are the user's own there.
    Ok(0o600)
}

/// Returns the folder that `path` is in; a bare name is in the current one.
fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes the names in `folder` survive a power cut.
#[cfg(unix)]
fn sync_dir(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
fn sync_dir(_folder: &Path) -> io::Result<()> {
    // Other systems do not let a folder be opened and synced.
    Ok(())
}

#[cfg(test)]
mod tests;
