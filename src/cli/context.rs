//! What every command works with: how to speak, what time it is, and the way to the configuration.

use std::ffi::OsStr;
use std::ffi::OsString;
use std::future::Future;
use std::path::Path;
use std::path::PathBuf;

use futures_util::FutureExt as _;

use crate::cli::args::Global;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::ui::Ui;
use crate::clock::Clock;
use crate::config::Config;
use crate::config::changes::AccountFiles;
use crate::config::error::ConfigError;
use crate::config::file_path;
use crate::config::secrets::Secrets;
use crate::config::survey::Survey;
use crate::outbox::Outbox;
use crate::outbox::view::PostView;
use crate::paths::Environment;
use crate::paths::NoHome;
use crate::paths::config_dir;
use crate::paths::create_private_dir;
use crate::paths::home;
use crate::paths::program;

/// The surroundings of a command.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) ui: Ui,
    pub(crate) clock: Clock,
    environment: Environment,
    global: Global,
}

impl Context {
    /// Returns the surroundings of this process.
    pub(crate) fn new(ui: Ui, global: Global) -> Self {
        let environment = Environment::of_process();
        Self {
            ui,
            clock: Clock::System,
            environment,
            global,
        }
    }

    /// Reads the configuration.
    pub(crate) fn config(&self) -> Result<Config, CliError> {
        let (file, outbox) = (self.global.config.as_deref(), self.global.outbox.as_deref());
        Ok(Config::load(&self.environment, file, outbox)?)
    }

    /// Returns where the configuration file is or would be; `None` if there is no place for it.
    pub(crate) fn config_file(&self) -> Option<PathBuf> {
        file_path(&self.environment, self.global.config.as_deref())
    }

    /// Reads the configuration, of which the file may be yet to be written.
    pub(crate) fn config_or_empty(&self) -> Result<Config, CliError> {
        let (file, outbox) = (self.global.config.as_deref(), self.global.outbox.as_deref());
        match Config::load(&self.environment, file, outbox) {
            Err(ConfigError::NoFile(_)) => Ok(Config::without_file(&self.environment, outbox)?),
            loaded => Ok(loaded?),
        }
    }

    /// Reads of the configuration what is right, and all that is wrong.
    pub(crate) fn survey(&self) -> Survey {
        let (file, outbox) = (self.global.config.as_deref(), self.global.outbox.as_deref());
        Survey::of(&self.environment, file, outbox)
    }

    /// Returns where secrets are looked up whose file is in `state_dir`.
    pub(crate) fn secrets_in(&self, state_dir: &Path) -> Secrets {
        Secrets::new(self.environment.clone(), state_dir)
    }

    /// Returns where secrets are looked up.
    pub(crate) fn secrets(&self, config: &Config) -> Secrets {
        self.secrets_in(&config.state_dir)
    }

    /// Returns the files that say who hayon posts as.
    pub(crate) fn account_files(&self, config: &Config) -> AccountFiles {
        let file = self.global.config.as_deref();
        AccountFiles::of(&self.environment, file, &config.state_dir)
    }

    /// Returns the file that the environment names in `variable`, if it names one.
    pub(crate) fn file_named_in(&self, variable: &str) -> Option<PathBuf> {
        self.environment.get(variable).map(PathBuf::from)
    }

    /// Returns where hayon itself is, absolutely.
    #[expect(
        clippy::unused_self,
        reason = "what surrounds a command, as everything else here"
    )]
    pub(crate) fn program(&self) -> std::io::Result<PathBuf> {
        program()
    }

    /// Returns the user's own folder.
    pub(crate) fn home(&self) -> Result<PathBuf, CliError> {
        let home = home(&self.environment);
        Ok(home.ok_or(ConfigError::from(NoHome { variable: "HOME" }))?)
    }

    /// Returns the folder of configurations, of which hayon's is one.
    pub(crate) fn config_home(&self) -> Result<PathBuf, CliError> {
        let mut folder = config_dir(&self.environment).map_err(ConfigError::from)?;
        folder.pop();
        Ok(folder)
    }

    /// Returns the files that the command line names, each with its flag.
    pub(crate) fn places(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        let Global { config, outbox, .. } = &self.global;
        let named = [("--config", config), ("--outbox", outbox)];
        named
            .into_iter()
            .filter_map(|(flag, path)| Some((flag, path.as_deref()?)))
    }

    /// Returns the command that the user edits texts with, if one is set.
    pub(crate) fn editor(&self) -> Option<OsString> {
        let set = ["VISUAL", "EDITOR"].map(|name| self.environment.get(name));
        let mut set = set.into_iter().flatten().filter(|it| !it.is_empty());
        set.next().map(OsStr::to_owned)
    }

    /// Returns the commands that the user opens addresses with, the first that works first.
    pub(crate) fn browsers(&self) -> Vec<String> {
        let set = self.environment.get("BROWSER").and_then(OsStr::to_str);
        let set = set.unwrap_or_default().split(':');
        set.map(str::to_owned).collect()
    }

    /// Whether the environment says anything in `variable`.
    pub(crate) fn is_set(&self, variable: &str) -> bool {
        self.environment.get(variable).is_some()
    }

    /// Returns the names of the variables that are meant for hayon: they may hold secrets, which are
    /// no business of the programs that it starts.
    pub(crate) fn own_variables(&self) -> Vec<String> {
        let names = self.environment.names();
        let own = names.filter(|name| name.starts_with("HAYON_"));
        own.map(str::to_owned).collect()
    }

    /// Opens the outbox, and makes it and its folder if there is none.
    pub(crate) fn outbox(&self, config: &Config) -> Result<Outbox, CliError> {
        let path = &config.outbox_path;
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            create_private_dir(folder).map_err(|error| {
                CliError::new(
                    "outbox",
                    format!("cannot make the folder `{}`", folder.display()),
                )
                .cause(error.to_string())
                .hint("name another place with `--outbox` or `HAYON_OUTBOX`")
            })?;
        }
        let mut outbox = Outbox::open(path)?;
        // A job has its outbox from a cache, which is an older one whenever two have run side by side;
        // and there is nobody to be asked.
        if !self.is_set("CI") {
            let witnesses = config.state_dir.join("outboxes");
            let waiting = outbox.call_witness(&witnesses, self.clock.now())?;
            self.warn_of_restored(waiting);
        }
        Ok(outbox)
    }

    fn warn_of_restored(&self, waiting: usize) {
        if waiting == 0 {
            return;
        }
        self.ui.warn(&format!(
            "the outbox was put back from a backup: what it shows as not yet sent may have been sent \
             since, and waits until you have looked ({waiting} in all)"
        ));
        self.ui.hint(
            "`hayon list --parked` shows them; `hayon retry POST` sends what is not public, and \
             `hayon resolve POST --account NAME --published URL` says where it is",
        );
    }

    /// Returns how a post stands now, in the form of `--json`.
    pub(crate) fn post_json(&self, view: &PostView) -> serde_json::Value {
        crate::cli::view::post_json(view, self.clock.now())
    }
}

/// Runs `work` on the media store of `config`.
pub(crate) fn on_store<T>(
    config: &Config,
    work: impl Future<Output = Result<T, CliError>>,
) -> Result<T, CliError> {
    if config.media.bucket.is_some() {
        block_on(work)
    } else {
        at_once(work)
    }
}

/// Runs `work` that never waits, which is what the folder of media does, without a runtime.
fn at_once<T>(work: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    let waited = || CliError::new("bug", "a store waited that never waits").exit(Exit::Bug);
    work.now_or_never().unwrap_or_else(|| Err(waited()))
}

/// Runs `work` on a runtime. Commands that wait for nothing never start one.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let done = runtime.block_on(work);
    // What still runs has been given its time; nothing of it may hold the process up.
    runtime.shutdown_background();
    done
}
