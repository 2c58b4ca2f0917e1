//! Applications that servers have registered for us, kept so that no server is asked twice: one that
//! throttles registering would soon refuse it.
//!
//! One file in the state folder, which nobody else may read, by the server's origin. Losing it costs a
//! registration and no more.

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;

use crate::config::secret::Secret;
use crate::config::sessions::SessionError;
use crate::paths::read_private;
use crate::paths::write_private;

/// An application as a server has registered it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct App {
    pub(crate) client_id: Secret,
    pub(crate) client_secret: Secret,
    /// What its tokens may do at most, parted by spaces.
    pub(crate) scopes: String,
    /// The port of the redirect to this machine that was registered.
    pub(crate) port: u16,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    client_id: String,
    client_secret: String,
    scopes: String,
    port: u16,
}

/// The file of applications.
#[derive(Clone, Debug)]
pub(crate) struct Apps {
    file: PathBuf,
}

impl Apps {
    /// Returns the applications that are kept in `state_dir`.
    pub(crate) fn new(state_dir: &Path) -> Self {
        Self {
            file: state_dir.join("apps.toml"),
        }
    }

    /// Returns the application that the server at `origin` has registered.
    pub(crate) fn load(&self, origin: &str) -> Result<Option<App>, SessionError> {
        let found = self.read()?.remove(origin);
        Ok(found.map(|written| App {
            client_id: Secret::new(written.client_id),
            client_secret: Secret::new(written.client_secret),
            scopes: written.scopes,
            port: written.port,
        }))
    }

    /// Keeps `app` in place of the one that the server at `origin` registered before. Two processes that
    /// do so at the same time may lose one of the two, which costs a registration.
    pub(crate) fn save(&self, origin: &str, app: &App) -> Result<(), SessionError> {
        let unwritten = |source| SessionError::Unwritten {
            path: self.file.clone(),
            source,
        };
        let mut apps = self.read()?;
        let written = Written {
            client_id: app.client_id.expose().to_owned(),
            client_secret: app.client_secret.expose().to_owned(),
            scopes: app.scopes.clone(),
            port: app.port,
        };
        apps.insert(origin.to_owned(), written);
        let text =
            toml::to_string(&apps).map_err(|error| unwritten(std::io::Error::other(error)))?;
        write_private(&self.file, text.as_bytes()).map_err(unwritten)
    }

    fn read(&self) -> Result<BTreeMap<String, Written>, SessionError> {
        let text = read_private(&self.file)?.unwrap_or_default();
        toml::from_str(&text).map_err(|_| SessionError::Damaged(self.file.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(id: &str) -> App {
        App {
            client_id: Secret::new(id),
            client_secret: Secret::new("hush"),
            scopes: "read write".to_owned(),
            port: 4000,
        }
    }

    #[test]
    fn an_application_is_kept_by_its_server_for_nobody_else_to_read() {
        let folder = tempfile::tempdir().unwrap();
        let apps = Apps::new(folder.path());
        assert_eq!(apps.load("https://a.example").unwrap(), None);
        apps.save("https://a.example", &app("1")).unwrap();
        apps.save("https://b.example", &app("2")).unwrap();
        apps.save("https://a.example", &app("3")).unwrap();
        assert_eq!(apps.load("https://a.example").unwrap(), Some(app("3")));
        assert_eq!(apps.load("https://b.example").unwrap(), Some(app("2")));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let file = std::fs::metadata(folder.path().join("apps.toml")).unwrap();
            assert_eq!(file.permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn what_others_can_read_or_nobody_can_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("apps.toml");
        write_private(&file, b"client_secret = canary").unwrap();
        let error = Apps::new(folder.path())
            .load("https://a.example")
            .unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
    }
}
