//! What a server does instead of answering as it should.

use std::str::FromStr;
use std::time::Duration;

use axum::http::HeaderName;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use jiff::SignedDuration;
use jiff::Timestamp;

use crate::clock::later;
use crate::sandbox::ended::TokenEnd;
use crate::sandbox::faults::FaultError;
use crate::sandbox::graph::container::ContainerState;
use crate::sandbox::graph::refusal::Code;

/// What the server does instead of answering as it should.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    /// Acts, and closes the connection with no answer.
    ActAndHangUp,
    /// Closes the connection and does nothing.
    RefuseAndHangUp,
    /// Acts, and never answers.
    ActAndHang,
    /// Does nothing and never answers.
    Hang,
    /// Does nothing and answers this.
    Refuse(Said),
    /// Acts, and answers this as if it had not.
    ActAndRefuse(Said),
    /// Does nothing and answers 200, with the words of a failure: S3 does that where a copy fails
    /// that has begun well.
    ErrorIn200,
    /// Acts, and breaks off in the middle of the answer's body.
    Cut,
    /// Takes this long before it acts, whether or not the client is still there.
    Slow(Duration),
    /// Refuses the token that it comes with, now and from then on.
    EndToken(TokenEnd),
    /// Acts, and the container that it makes or publishes is in this state from then on; where it
    /// publishes one, any state but FINISHED is there before.
    Container(ContainerState),
}

/// What a server says instead of its answer.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) words: Words,
    pub(crate) header: Option<FaultHeader>,
}

/// What kind of error a server tells.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Words {
    Status(StatusCode),
    /// An error of Graph by its code.
    Graph(Code),
}

/// The header that goes with a status.
#[derive(Clone, Debug)]
pub(crate) struct FaultHeader {
    name: HeaderName,
    value: FaultValue,
}

#[derive(Clone, Debug)]
enum FaultValue {
    Literal(HeaderValue),
    After(Duration, TimeForm),
}

/// How a platform writes the time at which it will listen again.
#[derive(Clone, Copy, Debug)]
enum TimeForm {
    SecondsLeft,
    EpochSeconds,
    IsoMicroseconds,
}

impl FaultHeader {
    /// Returns the header's name.
    pub(crate) fn name(&self) -> HeaderName {
        self.name.clone()
    }

    /// Returns the value that the header has if it is sent at `now`.
    pub(crate) fn value_at(&self, now: Timestamp) -> HeaderValue {
        match &self.value {
            FaultValue::Literal(value) => value.clone(),
            FaultValue::After(duration, form) => form.write(*duration, now),
        }
    }
}

impl TimeForm {
    fn of_header(name: &HeaderName) -> Option<Self> {
        match name.as_str() {
            "retry-after" | "x-ratelimit-perhour-reset" | "x-ratelimit-perday-reset" => {
                Some(Self::SecondsLeft)
            }
            "ratelimit-reset" => Some(Self::EpochSeconds),
            "x-ratelimit-reset" => Some(Self::IsoMicroseconds),
            _ => None,
        }
    }

    fn write(self, duration: Duration, now: Timestamp) -> HeaderValue {
        let then = later(now, duration);
        let text = match self {
            Self::SecondsLeft => return HeaderValue::from(duration.as_secs()),
            // Rounded up: a client that waits until then must not come too early.
            Self::EpochSeconds => return HeaderValue::from((then.as_millisecond() + 999) / 1000),
            Self::IsoMicroseconds => format!("{then:.6}"),
        };
        HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

impl FromStr for Deed {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "act-and-hang-up" => return Ok(Self::ActAndHangUp),
            "refuse-and-hang-up" => return Ok(Self::RefuseAndHangUp),
            "act-and-hang" => return Ok(Self::ActAndHang),
            "hang" => return Ok(Self::Hang),
            "cut" => return Ok(Self::Cut),
            "error-in-200" => return Ok(Self::ErrorIn200),
            "token:expired" => return Ok(Self::EndToken(TokenEnd::Expired)),
            "token:revoked" => return Ok(Self::EndToken(TokenEnd::Revoked)),
            _ => {}
        }
        if let Some(duration) = text.strip_prefix("slow:") {
            return Ok(Self::Slow(parse_duration(duration)?));
        }
        if let Some(state) = text.strip_prefix("container:") {
            let state = state.parse();
            return Ok(Self::Container(
                state.map_err(|()| FaultError::Deed(text.to_owned()))?,
            ));
        }
        match text.strip_prefix("act-and-") {
            Some(said) => Ok(Self::ActAndRefuse(parse_said(said, text)?)),
            None => Ok(Self::Refuse(parse_said(text, text)?)),
        }
    }
}

impl Deed {
    /// Whether only the platforms of Graph can do it.
    pub(crate) fn is_of_graph(&self) -> bool {
        match self {
            Self::Container(_) => true,
            Self::Refuse(said) | Self::ActAndRefuse(said) => matches!(said.words, Words::Graph(_)),
            _ => false,
        }
    }
}

impl Said {
    /// Returns words without a header.
    pub(crate) fn plain(words: Words) -> Self {
        Self {
            words,
            header: None,
        }
    }
}

fn parse_said(said: &str, deed: &str) -> Result<Said, FaultError> {
    let (kind, rest) = said.split_once(':').unwrap_or_default();
    let (code, header) = match rest.split_once(' ') {
        Some((code, header)) => (code, Some(header.trim().parse()?)),
        None => (rest, None),
    };
    let words = match kind {
        "status" => Words::Status(parse_status(code)?),
        "error" => Words::Graph(
            code.parse()
                .map_err(|()| FaultError::Deed(deed.to_owned()))?,
        ),
        _ => return Err(FaultError::Deed(deed.to_owned())),
    };
    Ok(Said { words, header })
}

fn parse_status(code: &str) -> Result<StatusCode, FaultError> {
    code.parse::<StatusCode>()
        .ok()
        .filter(|status| status.is_client_error() || status.is_server_error())
        .ok_or_else(|| FaultError::Status(code.to_owned()))
}

fn parse_duration(text: &str) -> Result<Duration, FaultError> {
    let wrong = || FaultError::Duration(text.to_owned());
    let duration: SignedDuration = text.parse().map_err(|_| wrong())?;
    Duration::try_from(duration).map_err(|_| wrong())
}

impl FromStr for FaultHeader {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || FaultError::Header(text.to_owned());
        let (name, value) = text.split_once(':').ok_or_else(wrong)?;
        let name: HeaderName = name.parse().map_err(|_| wrong())?;
        let value = value.trim();
        let value = match (value.strip_prefix('+'), TimeForm::of_header(&name)) {
            (Some(duration), Some(form)) => FaultValue::After(parse_duration(duration)?, form),
            _ => FaultValue::Literal(HeaderValue::from_str(value).map_err(|_| wrong())?),
        };
        Ok(Self { name, value })
    }
}
