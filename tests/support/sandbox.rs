//! `hayon sandbox` as a process: what it says, what it was asked, what is public there.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

use crate::support::Running;
use crate::support::World;
use crate::support::eventually;
use crate::support::http;

/// The first line of `hayon sandbox --json`.
#[derive(Deserialize)]
struct Greeting {
    address: String,
    config: PathBuf,
    accounts: Vec<SandboxAccount>,
    servers: Value,
    s3: SandboxS3,
}

/// The sandbox's storage.
#[derive(Clone, Deserialize)]
pub(crate) struct SandboxS3 {
    pub(crate) address: String,
    pub(crate) region: String,
    pub(crate) bucket: String,
    pub(crate) public_bucket: String,
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: String,
}

/// An account that exists on the sandbox's servers.
#[derive(Clone, Deserialize)]
pub(crate) struct SandboxAccount {
    pub(crate) account: String,
    pub(crate) platform: String,
    /// Who logs in: a handle, an address.
    pub(crate) login: String,
    pub(crate) secret: String,
    /// What belongs to the secret, by field.
    #[serde(default)]
    pub(crate) other_secrets: BTreeMap<String, String>,
}

impl SandboxAccount {
    /// Returns the environment variable by which `hayon` takes the account's secret.
    pub(crate) fn secret_variable(&self) -> (String, String) {
        let field = match self.platform.as_str() {
            "bluesky" => "PASSWORD",
            _ => "TOKEN",
        };
        (self.variable(field), self.secret.clone())
    }

    /// Returns the variables by which `hayon` takes every secret of the account.
    pub(crate) fn secret_variables(&self) -> Vec<(String, String)> {
        let others = self.other_secrets.iter();
        let others = others.map(|(field, value)| (self.variable(field), value.clone()));
        [self.secret_variable()].into_iter().chain(others).collect()
    }

    fn variable(&self, field: &str) -> String {
        let account = self.account.replace('-', "_");
        format!("HAYON_{account}_{field}").to_uppercase()
    }
}

/// A running sandbox; it ends when this is dropped.
pub(crate) struct Sandbox {
    /// `http://127.0.0.1:PORT`
    pub(crate) address: String,
    /// The configuration that points at it.
    pub(crate) config: PathBuf,
    pub(crate) accounts: Vec<SandboxAccount>,
    pub(crate) s3: SandboxS3,
    /// What is served for programs that speak to Meta.
    pub(crate) servers: Value,
    log: PathBuf,
    process: Running,
    /// The sandbox's own home; its folder lives as long as the process.
    _home: World,
}

impl Sandbox {
    /// Starts a sandbox with further `arguments`, such as `--fault`, and waits until it serves.
    #[track_caller]
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let home = World::new();
        let log = home.path("requests.jsonl");
        let path = log.display().to_string();
        // Not in a temporary folder of its own, which would stay when the sandbox is killed.
        let dir = home.path("sandbox").display().to_string();
        let always = [
            "sandbox", "--port", "0", "--json", "--log", &path, "--dir", &dir,
        ];
        let mut process = home.start(always.iter().chain(arguments));
        let line = process.first_line();
        let greeting: Greeting = serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("{error} in the sandbox's greeting: {line}"));
        Self {
            address: greeting.address,
            config: greeting.config,
            accounts: greeting.accounts,
            s3: greeting.s3,
            servers: greeting.servers,
            log,
            process,
            _home: home,
        }
    }

    /// Returns the account on `platform`.
    #[track_caller]
    pub(crate) fn account(&self, platform: &str) -> &SandboxAccount {
        let mut accounts = self.accounts.iter();
        accounts
            .find(|account| account.platform == platform)
            .unwrap_or_else(|| panic!("the sandbox has no account on {platform}"))
    }

    /// Returns every line of the request log so far.
    #[track_caller]
    pub(crate) fn log(&self) -> Vec<Value> {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        // The last line may be half written.
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        whole
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("bad line: {line}")))
            .collect()
    }

    /// Waits for a line of the request log, for two minutes at most.
    #[track_caller]
    pub(crate) fn wait_for(&self, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        eventually(what, || self.log().into_iter().find(&is_it))
    }

    /// Returns what is public on the sandbox's servers.
    #[track_caller]
    pub(crate) fn ledger(&self) -> Value {
        http::get(&self.address, "/ledger.json", "").json()
    }

    /// Returns the folder in which the storage keeps the objects of the bucket, under their keys.
    pub(crate) fn objects(&self) -> PathBuf {
        let dir = self.config.parent().expect("a folder");
        dir.join("s3").join(&self.s3.bucket)
    }

    /// Returns what the sandbox has said on stderr so far.
    pub(crate) fn stderr(&self) -> String {
        self.process.stderr()
    }
}

impl World {
    /// Starts `hayon` with `input` on its standard input, and lets it run.
    pub(crate) fn start_given(&self, input: &str, arguments: &[&str]) -> Running {
        let path = self.write(&format!("runs/{}.stdin", self.next_run()), input);
        let input = fs::File::open(path).expect("the input");
        self.start_reading(input.into(), arguments)
    }

    /// Keeps the media of this world in the bucket of `sandbox`.
    pub(crate) fn keep_media_in(&mut self, sandbox: &Sandbox) {
        let s3 = &sandbox.s3;
        self.set("HAYON_MEDIA_BUCKET", &s3.bucket);
        self.set("HAYON_MEDIA_REGION", &s3.region);
        self.set("HAYON_MEDIA_ENDPOINT", &s3.address);
        self.set("AWS_ACCESS_KEY_ID", &s3.access_key_id);
        self.set("AWS_SECRET_ACCESS_KEY", &s3.secret_access_key);
    }

    /// Keeps the media of this world where those of `other` are.
    pub(crate) fn keep_media_as(&mut self, other: &Self) {
        let variables = other.variables.iter();
        let of_media = variables
            .filter(|(name, _)| name.starts_with("HAYON_MEDIA_") || name.starts_with("AWS_"));
        for (name, value) in of_media {
            self.variables.insert(name.clone(), value.clone());
        }
    }
}
