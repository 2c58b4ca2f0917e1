//! The value that ties what comes back through a browser to what was asked: without it, anybody's page
//! could send a log-in of their own here (RFC 6749, section 10.12).

use crate::config::secret::Secret;
use crate::platforms::oauth::NoRandom;
use crate::platforms::oauth::random_word;

/// A value of 128 bits, for one log-in.
#[derive(Clone, Debug)]
pub(crate) struct State(Secret);

impl State {
    /// Returns a new value.
    pub(crate) fn new() -> Result<Self, NoRandom> {
        Ok(Self(Secret::new(random_word::<16>()?)))
    }

    /// Takes as the value what a server has given out: in OAuth 1.0a its request token does the same.
    pub(crate) const fn given(value: Secret) -> Self {
        Self(value)
    }

    /// Returns the value, for the address that the browser opens.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose()
    }

    /// Whether `other` is the same, in a time that tells nothing of where they differ.
    pub(crate) fn is(&self, other: &str) -> bool {
        let own = self.0.expose().as_bytes();
        let difference = own
            .iter()
            .zip(other.as_bytes())
            .fold(0, |difference, (one, other)| difference | (one ^ other));
        own.len() == other.len() && std::hint::black_box(difference) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_itself_and_nothing_else() {
        let state = State::given(Secret::new("abc"));
        for (other, expected) in [
            ("abc", true),
            ("abd", false),
            ("ab", false),
            ("abcd", false),
            ("", false),
        ] {
            assert_eq!(state.is(other), expected, "{other}");
        }
    }

    #[test]
    fn no_two_are_the_same_and_none_is_shown() {
        let (one, other) = (State::new().unwrap(), State::new().unwrap());
        assert_eq!(one.expose().len(), 22, "128 bits");
        assert!(!one.is(other.expose()));
        assert!(!format!("{one:?}").contains(one.expose()));
    }
}
