//! How hayon helps somebody who has mistyped.

use crate::alone;

#[test]
fn what_is_mistyped_is_refused_with_the_nearest() {
    let world = alone();
    for (typed, nearest) in [
        (&["pots", "hi"][..], "a similar subcommand exists: 'post'"),
        (&["reslove", "1"], "a similar subcommand exists: 'resolve'"),
        (
            &["post", "hi", "--quuee"],
            "a similar argument exists: '--queue'",
        ),
        (
            &["retry", "1", "--acount", "a"],
            "a similar argument exists: '--account'",
        ),
        (
            &["post", "hi", "--visibility", "publik"],
            "a similar value exists: 'public'",
        ),
        (
            &["list", "--parked", "--reason", "indoubt"],
            "a similar value exists: 'in_doubt'",
        ),
        (&["completions", "fsh"], "a similar value exists: 'fish'"),
        (&["post", "hi", "--to", "bluesk"], "did you mean `bluesky`?"),
    ] {
        let _ = world.hayon(typed).code(2).mentions([nearest]);
    }
    let error = world.hayon(["pots", "--json"]).code(2).error_json();
    let hint = "a similar subcommand exists: 'post'";
    assert_eq!(error["error"]["hints"][0], hint, "{error:#}");
}
