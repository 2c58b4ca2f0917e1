//! The request log: what was received, done and answered, one JSON line each, as it happens.
//!
//! Tests wait for a line and then kill the client, so a line is in the file before anything that
//! comes after it happens. Headers, query strings and bodies are never written: they hold secrets.
//! Of a parameter that a server does not know, the name is.

use std::fs::File;
use std::io;
use std::io::Write as _;
use std::path::Path;

use axum::http::Method;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;

use crate::sandbox::platform::Platform;

/// How much of a parameter's name is written.
const PARAMETER_LENGTH_MAX: usize = 64;

/// Something that happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Event {
    /// The whole request is read, and nothing is done yet.
    Received,
    /// It names a parameter that the server does not know, and ignores.
    UnknownParameter,
    /// Its effect is in the state, and nothing is answered yet.
    Acted,
    /// The answer leaves.
    Answered,
    /// The connection is closed without a whole answer.
    HungUp,
}

/// The names of parameters that a server does not know; they travel with its answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct UnknownParameters(pub(crate) Vec<String>);

/// A request as the log knows it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    number: u64,
    platform: Option<Platform>,
    method: String,
    path: String,
    fault: Option<String>,
}

impl Entry {
    /// Whether the request is for `platform`.
    pub(crate) fn is_of(&self, platform: Platform) -> bool {
        self.platform == Some(platform)
    }
}

/// The log, which also counts the requests.
#[derive(Debug)]
pub(crate) struct Journal {
    file: Option<File>,
    requests: u64,
}

#[derive(Serialize)]
struct Line<'a> {
    n: u64,
    event: Event,
    platform: Option<Platform>,
    method: &'a str,
    path: &'a str,
    status: Option<u16>,
    fault: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'a str>,
    at: Timestamp,
}

impl Entry {
    fn line(&self, event: Event, now: Timestamp) -> Line<'_> {
        Line {
            n: self.number,
            event,
            platform: self.platform,
            method: &self.method,
            path: &self.path,
            status: None,
            fault: self.fault.as_deref(),
            parameter: None,
            at: now,
        }
    }
}

impl Journal {
    /// Opens a journal that writes to a new file at `path`, or only counts if there is none.
    pub(crate) fn open(path: Option<&Path>) -> io::Result<Self> {
        let file = path.map(File::create).transpose()?;
        Ok(Self { file, requests: 0 })
    }

    /// Returns how many requests were received.
    pub(crate) fn requests(&self) -> u64 {
        self.requests
    }

    /// Counts a request and writes that it was received.
    pub(crate) fn receive(
        &mut self,
        platform: Option<Platform>,
        method: &Method,
        path: &str,
        fault: Option<&str>,
        now: Timestamp,
    ) -> Entry {
        self.requests += 1;
        let entry = Entry {
            number: self.requests,
            platform,
            method: method.to_string(),
            path: path.to_owned(),
            fault: fault.map(str::to_owned),
        };
        self.write(&entry, Event::Received, None, now);
        entry
    }

    /// Writes what happened to `entry`.
    pub(crate) fn write(
        &mut self,
        entry: &Entry,
        event: Event,
        status: Option<StatusCode>,
        now: Timestamp,
    ) {
        let line = Line {
            status: status.map(|status| status.as_u16()),
            ..entry.line(event, now)
        };
        self.append(&line);
    }

    /// Writes which parameters of `entry` the server does not know.
    pub(crate) fn write_unknown(&mut self, entry: &Entry, names: &[String], now: Timestamp) {
        for name in names {
            // What stands where a name should may be anything, and of any length.
            let name: String = name.chars().take(PARAMETER_LENGTH_MAX).collect();
            let line = Line {
                parameter: Some(&name),
                ..entry.line(Event::UnknownParameter, now)
            };
            self.append(&line);
        }
    }

    fn append(&mut self, line: &Line<'_>) {
        let Some(file) = &mut self.file else {
            return;
        };
        let written = serde_json::to_string(line)
            .map_err(io::Error::from)
            .and_then(|line| file.write_all(format!("{line}\n").as_bytes()));
        if let Err(error) = written {
            tracing::error!("cannot write the sandbox's request log: {error}");
        }
    }
}
