//! Faults: what goes wrong, at which request, told as one line of text.
//!
//! `mastodon POST /api/v1/statuses #1 act-and-hang-up` reads: the first time that Mastodon is
//! asked to post, it posts and hangs up without an answer. Each fault counts the requests that it
//! matches by itself. Where several strike at once, the one given first has its way.

pub(crate) mod deed;

use std::str::FromStr;

use axum::http::Method;

use crate::sandbox::faults::deed::Deed;
use crate::sandbox::platform::Platform;
use crate::sandbox::platform::UnknownPlatform;

/// Something that goes wrong at chosen requests.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    text: String,
    platform: Option<Platform>,
    method: Option<Method>,
    path: PathPattern,
    turn: Turn,
    deed: Deed,
}

#[derive(Clone, Debug)]
enum PathPattern {
    Any,
    /// Segments, of which `*` stands for any one.
    Exact(Vec<String>),
    /// The same, and the last is the beginning of whatever follows.
    Beginning(Vec<String>),
}

#[derive(Clone, Copy, Debug)]
enum Turn {
    Nth(u64),
    From(u64),
    Every,
}

/// Why a text is no fault.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FaultError {
    #[error(
        "`{0}` is no fault: expected `<platform|*> <METHOD|*> <path> #<n> <what>`, for example \
         `mastodon POST /api/v1/statuses #1 act-and-hang-up`"
    )]
    Shape(String),
    #[error(transparent)]
    Platform(#[from] UnknownPlatform),
    #[error("`{0}` is no method: expected one in capitals, for example `POST`, or `*`")]
    Method(String),
    #[error("`{0}` is no path: expected one that begins with `/`, or `*`")]
    Path(String),
    #[error("`{0}` says no request: expected `#1`, `#1+` (from the first on) or `#*` (every one)")]
    Turn(String),
    #[error(
        "`{0}` is nothing that can go wrong: expected `act-and-hang-up`, `refuse-and-hang-up`, \
         `act-and-hang`, `hang`, `cut`, `error-in-200`, `token:expired`, `token:revoked`, `slow:<duration>`, `status:<code>`, `act-and-status:<code>` \
         or one of these two with ` <header>: <value>`; of Instagram, Threads and Facebook also \
         `error:<code>`, `error:<code>/<subcode>`, `act-and-error:…` and `container:<state>`"
    )]
    Deed(String),
    #[error("`{0}` is for `instagram`, `threads` and `facebook`: begin the fault with one of them")]
    Graph(String),
    #[error("`{0}` is no status: expected a number from 400 to 599")]
    Status(String),
    #[error("`{0}` is no header: expected `<name>: <value>`")]
    Header(String),
    #[error("`{0}` is no duration: expected one like `500ms`, `30s` or `2m`")]
    Duration(String),
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let mut words = text.splitn(5, ' ');
        let mut word = || words.next().filter(|word| !word.is_empty());
        let all = (word(), word(), word(), word(), word());
        let (Some(platform), Some(method), Some(path), Some(turn), Some(deed)) = all else {
            return Err(FaultError::Shape(text.to_owned()));
        };
        let fault = Self {
            text: text.to_owned(),
            platform: if platform == "*" {
                None
            } else {
                Some(platform.parse()?)
            },
            method: parse_method(method)?,
            path: path.parse()?,
            turn: turn.parse()?,
            deed: deed.trim().parse()?,
        };
        if fault.deed.is_of_graph() && !fault.platform.is_some_and(Platform::is_of_graph) {
            return Err(FaultError::Graph(deed.to_owned()));
        }
        Ok(fault)
    }
}

impl Fault {
    /// Returns the text that the fault was made from.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Returns what the server does.
    pub(crate) fn deed(&self) -> &Deed {
        &self.deed
    }

    fn matches(&self, platform: Option<Platform>, method: &Method, path: &str) -> bool {
        let platform_matches = self.platform.is_none() || self.platform == platform;
        let method_matches = self.method.as_ref().is_none_or(|it| it == method);
        platform_matches && method_matches && self.path.matches(path)
    }
}

fn parse_method(word: &str) -> Result<Option<Method>, FaultError> {
    let wrong = || FaultError::Method(word.to_owned());
    match word {
        "*" => Ok(None),
        word if word.bytes().all(|byte| byte.is_ascii_uppercase()) => {
            Ok(Some(word.parse().map_err(|_| wrong())?))
        }
        _ => Err(wrong()),
    }
}

impl FromStr for PathPattern {
    type Err = FaultError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        if word == "*" {
            return Ok(Self::Any);
        }
        if !word.starts_with('/') {
            return Err(FaultError::Path(word.to_owned()));
        }
        let segments = |text: &str| text.split('/').map(str::to_owned).collect();
        Ok(match word.strip_suffix('*') {
            Some(beginning) => Self::Beginning(segments(beginning)),
            None => Self::Exact(segments(word)),
        })
    }
}

impl PathPattern {
    fn matches(&self, path: &str) -> bool {
        let fits = |(pattern, segment): (&String, &str)| pattern == "*" || pattern == segment;
        match self {
            Self::Any => true,
            Self::Exact(patterns) => {
                let segments: Vec<&str> = path.split('/').collect();
                patterns.len() == segments.len() && patterns.iter().zip(segments).all(fits)
            }
            Self::Beginning(patterns) => {
                let Some((last, whole)) = patterns.split_last() else {
                    return true;
                };
                let segments: Vec<&str> = path.splitn(patterns.len(), '/').collect();
                let Some((rest, firsts)) = segments.split_last() else {
                    return false;
                };
                firsts.len() == whole.len()
                    && whole.iter().zip(firsts.iter().copied()).all(fits)
                    && rest.starts_with(last.as_str())
            }
        }
    }
}

impl FromStr for Turn {
    type Err = FaultError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let wrong = || FaultError::Turn(word.to_owned());
        let number = |digits: &str| match digits.parse() {
            Ok(0) | Err(_) => Err(wrong()),
            Ok(number) => Ok(number),
        };
        match word.strip_prefix('#').ok_or_else(wrong)? {
            "*" => Ok(Self::Every),
            rest => match rest.strip_suffix('+') {
                Some(digits) => Ok(Self::From(number(digits)?)),
                None => Ok(Self::Nth(number(rest)?)),
            },
        }
    }
}

impl Turn {
    fn has_come(self, count: u64) -> bool {
        match self {
            Self::Nth(number) => count == number,
            Self::From(number) => count >= number,
            Self::Every => true,
        }
    }
}

/// The faults of a running sandbox, each with its own count.
#[derive(Debug)]
pub(crate) struct Faults(Vec<(Fault, u64)>);

impl Faults {
    /// Returns the faults with nothing counted yet.
    pub(crate) fn new(faults: Vec<Fault>) -> Self {
        Self(faults.into_iter().map(|fault| (fault, 0)).collect())
    }

    /// Counts a request, and returns the fault that strikes it.
    pub(crate) fn strike(
        &mut self,
        platform: Option<Platform>,
        method: &Method,
        path: &str,
    ) -> Option<Fault> {
        let mut struck = None;
        for (fault, count) in &mut self.0 {
            if !fault.matches(platform, method, path) {
                continue;
            }
            *count += 1;
            if struck.is_none() && fault.turn.has_come(*count) {
                struck = Some(fault.clone());
            }
        }
        struck
    }
}

#[cfg(test)]
mod tests;
