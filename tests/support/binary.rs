//! Which `hayon` is tested: the one that these tests were built with, or the one that `HAYON_BINARY`
//! names, such as a release build.

use std::sync::LazyLock;

static HAYON: LazyLock<String> = LazyLock::new(|| {
    #[expect(
        clippy::disallowed_methods,
        reason = "the tests have an environment of their own"
    )]
    let named = std::env::var("HAYON_BINARY");
    named.unwrap_or_else(|_| env!("CARGO_BIN_EXE_hayon").to_owned())
});

/// Returns the path of the `hayon` that is tested.
pub(crate) fn hayon() -> &'static str {
    &HAYON
}
