//! What a process of a test came to: how it ended, and what it has said.

use serde_json::Value;

/// A process that ended, and whose exit code nobody has asked about yet.
#[must_use = "say which exit code is right, with `code`"]
pub(crate) struct Run {
    pub(crate) ended: Ended,
    pub(crate) code: Option<i32>,
}

impl Run {
    /// Asserts the exit code.
    #[track_caller]
    pub(crate) fn code(self, expected: i32) -> Ended {
        self.any_code([expected])
    }

    /// Asserts that the exit code is one of `expected`.
    #[track_caller]
    pub(crate) fn any_code<const N: usize>(self, expected: [i32; N]) -> Ended {
        let is_expected = self.code.is_some_and(|code| expected.contains(&code));
        assert!(
            is_expected,
            "expected exit code {expected:?}, not {:?}\n{}",
            self.code, self.ended
        );
        self.ended
    }

    /// Asserts that a signal ended it.
    #[track_caller]
    pub(crate) fn killed(self) -> Ended {
        assert_eq!(self.code, None, "it ended by itself\n{}", self.ended);
        self.ended
    }
}

/// What a process has said.
pub(crate) struct Ended {
    pub(crate) called: String,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    /// Returns the one JSON document on stdout.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        self.parse(&self.stdout)
    }

    /// Returns the one JSON document on stderr.
    #[track_caller]
    pub(crate) fn error_json(&self) -> Value {
        self.parse(&self.stderr)
    }

    /// Asserts that nothing was said on stderr.
    #[track_caller]
    pub(crate) fn quiet(self) -> Self {
        assert!(self.stderr.is_empty(), "stderr is not empty\n{self}");
        self
    }

    #[track_caller]
    fn parse(&self, text: &str) -> Value {
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}\n{self}"))
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            called,
            stdout,
            stderr,
        } = self;
        write!(
            f,
            "{called}\n--- stdout\n{stdout}\n--- stderr\n{stderr}\n---"
        )
    }
}
