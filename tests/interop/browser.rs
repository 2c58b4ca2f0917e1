//! Chromium without a window, driven by its own `chromedriver` over plain HTTP.
//!
//! What a command does is in the W3C's `WebDriver`; what only Chromium can do (dark, a phone,
//! without scripts) is in the Chrome `DevTools` protocol.

use std::env;
use std::fs;
use std::io;
use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpStream;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use serde_json::json;

use crate::support::Running;
use crate::support::World;
use crate::support::eventually;

/// How long the browser may take over one command.
const SILENCE_MAX: Duration = Duration::from_mins(1);

/// How somebody looks at a page.
#[derive(Clone, Copy)]
pub(crate) enum Look {
    Desk,
    DeskInTheDark,
    Phone,
    PhoneInTheDark,
}

impl Look {
    pub(crate) const ALL: [Self; 4] = [
        Self::Desk,
        Self::DeskInTheDark,
        Self::Phone,
        Self::PhoneInTheDark,
    ];

    /// Returns the name of a picture of it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::DeskInTheDark => "desk-dark",
            Self::Phone => "phone",
            Self::PhoneInTheDark => "phone-dark",
        }
    }

    fn metrics(self) -> Value {
        match self {
            Self::Desk | Self::DeskInTheDark => {
                json!({"width": 1280, "height": 900, "deviceScaleFactor": 1, "mobile": false})
            }
            Self::Phone | Self::PhoneInTheDark => {
                json!({"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": true})
            }
        }
    }

    fn scheme(self) -> &'static str {
        match self {
            Self::Desk | Self::Phone => "light",
            Self::DeskInTheDark | Self::PhoneInTheDark => "dark",
        }
    }
}

/// A browser with one page; it ends when this is dropped.
pub(crate) struct Browser {
    driver: String,
    session: String,
    _process: Running,
    /// Its profile and its logs; their folder lives as long as the process.
    _home: World,
}

impl Browser {
    /// Starts a browser that shows nothing yet.
    #[track_caller]
    pub(crate) fn start() -> Self {
        let home = World::new();
        // Anything else that it says comes before this line.
        let process = home.start_program("/usr/bin/chromedriver", ["--port=0"]);
        let driver = eventually("a chromedriver that serves", || {
            let stdout = process.stdout();
            let (_, rest) = stdout.split_once("started successfully on port ")?;
            let (port, _) = rest.split_once('.')?;
            Some(format!("127.0.0.1:{port}"))
        });
        let profile = home.path("profile").display().to_string();
        let arguments = [
            "--headless".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            format!("--user-data-dir={profile}"),
        ];
        let wishes = json!({"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"browser": "ALL"},
        }}});
        let session = ask(&driver, "POST", "/session", &wishes);
        let session = session["sessionId"].as_str().expect("a session").to_owned();
        Self {
            driver,
            session,
            _process: process,
            _home: home,
        }
    }

    /// Opens a page and waits until it is loaded.
    #[track_caller]
    pub(crate) fn open(&self, url: &str) {
        self.command("/url", &json!({"url": url}));
    }

    /// Returns what the address line shows, be the page there or not.
    #[track_caller]
    pub(crate) fn address(&self) -> String {
        let history = self.devtools("Page.getNavigationHistory", &json!({}));
        let at = history["currentIndex"].as_u64().expect("a place");
        let at = usize::try_from(at).expect("a place");
        let address = history["entries"][at]["url"].as_str();
        address.expect("an address").to_owned()
    }

    /// Loads the page again.
    #[track_caller]
    pub(crate) fn reload(&self) {
        self.command("/refresh", &json!({}));
    }

    /// Returns what the function with the body `script` returns in the page.
    #[track_caller]
    pub(crate) fn run(&self, script: &str) -> Value {
        self.command("/execute/sync", &json!({"script": script, "args": []}))
    }

    /// Presses the tabulator and lets the page move the focus.
    #[track_caller]
    pub(crate) fn press_tab(&self) {
        for kind in ["rawKeyDown", "keyUp"] {
            let key =
                json!({"type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9});
            self.devtools("Input.dispatchKeyEvent", &key);
        }
    }

    /// Shows the page as `look` says.
    #[track_caller]
    pub(crate) fn look(&self, look: Look) {
        self.devtools("Emulation.setDeviceMetricsOverride", &look.metrics());
        let scheme = json!({"name": "prefers-color-scheme", "value": look.scheme()});
        // What moves would be somewhere else in each picture.
        let motion = json!({"name": "prefers-reduced-motion", "value": "reduce"});
        let features = json!({"features": [scheme, motion]});
        self.devtools("Emulation.setEmulatedMedia", &features);
    }

    /// Loads `url` without running any script of the page.
    #[track_caller]
    pub(crate) fn open_without_scripts(&self, url: &str) {
        let disable = "Emulation.setScriptExecutionDisabled";
        self.devtools(disable, &json!({"value": true}));
        self.open(url);
        // For the scripts of the test; those of the page have had their chance.
        self.devtools(disable, &json!({"value": false}));
    }

    /// Keeps a picture of what is to be seen, for people to look at.
    #[track_caller]
    pub(crate) fn keep_picture(&self, name: &str) {
        let picture = self.devtools("Page.captureScreenshot", &json!({"format": "png"}));
        let picture = picture["data"].as_str().expect("a picture");
        let picture = BASE64_STANDARD.decode(picture).expect("base64");
        fs::write(artefacts().join(format!("{name}.png")), picture).expect("a picture written");
    }

    /// Returns what the console has shown since it was last asked, whatever its level.
    #[track_caller]
    pub(crate) fn console(&self) -> Vec<String> {
        let log = self.command("/se/log", &json!({"type": "browser"}));
        let entries = log.as_array().expect("a list").iter();
        entries.map(|entry| entry["message"].to_string()).collect()
    }

    #[track_caller]
    fn devtools(&self, method: &str, parameters: &Value) -> Value {
        let command = json!({"cmd": method, "params": parameters});
        self.command("/goog/cdp/execute", &command)
    }

    #[track_caller]
    fn command(&self, path: &str, body: &Value) -> Value {
        let path = format!("/session/{}{path}", self.session);
        ask(&self.driver, "POST", &path, body)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver would leave the browser behind; a panic here would hide why a test failed.
        let path = format!("/session/{}", self.session);
        let _ = exchange(&self.driver, "DELETE", &path, "");
    }
}

/// Returns the folder of what a person may want to see after the tests.
#[track_caller]
fn artefacts() -> PathBuf {
    #[expect(
        clippy::disallowed_methods,
        reason = "CI tells the tests where to leave pictures; nothing of the program depends on it"
    )]
    let given = env::var_os("CI_ARTIFACTS").map(PathBuf::from);
    let folder = given.unwrap_or_else(|| {
        let project = Path::new(env!("CARGO_MANIFEST_DIR"));
        project.join("target/artefacts")
    });
    let folder = folder.join("timeline");
    fs::create_dir_all(&folder).expect("a folder for artefacts");
    folder
}

#[track_caller]
fn ask(driver: &str, method: &str, path: &str, body: &Value) -> Value {
    let answer = exchange(driver, method, path, &body.to_string())
        .unwrap_or_else(|error| panic!("{method} {path}: {error}"));
    let mut answer: Value = serde_json::from_str(&answer)
        .unwrap_or_else(|error| panic!("{method} {path}: {error}: {answer}"));
    let value = answer["value"].take();
    assert!(value.get("error").is_none(), "{method} {path}: {value:#}");
    value
}

/// Sends a request and returns the body of the answer. HTTP/1.1, as the driver knows no other.
fn exchange(driver: &str, method: &str, path: &str, body: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(driver)?;
    stream.set_read_timeout(Some(SILENCE_MAX))?;
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {driver}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        answer.read_line(&mut line)?;
        let line = line.trim().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
    }
    let mut body = vec![0; length];
    answer.read_exact(&mut body)?;
    String::from_utf8(body).map_err(io::Error::other)
}
