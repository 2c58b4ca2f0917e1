//! `hayon account add` where a browser comes back to this machine, or does not.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::account::PASSWORD;
use crate::account::bluesky;
use crate::account::config;
use crate::account::requests;
use crate::account::strangers;
use crate::support::Running;
use crate::support::World;
use crate::support::eventually;
use crate::support::http;
use crate::support::sandbox::Sandbox;

/// Starts a log-in in a browser, and returns it with the address that it shows.
#[track_caller]
fn in_browser(world: &World, sandbox: &Sandbox, flags: &[&str]) -> (Running, String) {
    let always = ["account", "add", "mastodon", "--instance", &sandbox.address];
    let running = world.start(always.iter().chain(flags));
    let address = eventually("an address to open", || shown(&running));
    (running, address)
}

fn shown(running: &Running) -> Option<String> {
    let stderr = running.stderr();
    let (_, address) = stderr.split_once("\n  http")?;
    let (address, _) = address.split_once('\n')?;
    Some(format!("http{address}"))
}

#[track_caller]
fn agree(address: &str) -> String {
    let answer = http::get_url(address);
    answer.location.expect("a redirect")
}

#[test]
fn a_log_in_in_the_browser_comes_back_and_is_kept() {
    let (sandbox, world) = strangers();
    let (running, address) = in_browser(&world, &sandbox, &[]);
    assert!(address.contains("code_challenge_method=S256"), "{address}");
    let back = agree(&address);
    let page = http::get_url(&back);
    assert!(page.body.contains("close this window"), "{}", page.body);
    let said = running.wait().code(0).shows([
        "logged in as @alice@127.0.0.1:",
        "own posts can be read back",
        "hayon post --to mastodon \"Hello\"",
    ]);
    let code = back
        .split("code=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap();
    assert!(
        !said.stderr.contains(code) && !said.stdout.contains(code),
        "{said}"
    );
    let _ = world.hayon(["post", "--to", "mastodon", "Hello"]).code(0);

    // The server is not asked to register hayon twice.
    let (running, address) = in_browser(&world, &sandbox, &[]);
    let _ = http::get_url(&agree(&address));
    let _ = running.wait().code(0);
    assert_eq!(requests(&sandbox, "/api/v1/apps"), 1);
    assert_eq!(config(&world).matches("[accounts.").count(), 1);
    let apps = world.path("state/hayon/apps.toml");
    assert_eq!(
        fs::metadata(apps).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn what_comes_back_is_not_believed_unless_it_answers_the_question() {
    let (sandbox, world) = strangers();
    let escape = "%1B%5D52%3Bc%3BZXZpbA%3D%3D%07";
    for (change, expected) in [
        (
            "state=other&code=1".to_owned(),
            "the answer to another log-in",
        ),
        ("code=1".to_owned(), "it has no `state`"),
        (
            "error=access_denied&state=STATE".to_owned(),
            "did not agree",
        ),
        (
            format!("error=server_error&error_description={escape}&state=STATE"),
            "the server did not agree: \"server_error: \\u{1b}]52;c;",
        ),
        (
            "code=made-up&state=STATE".to_owned(),
            "cannot exchange the code",
        ),
    ] {
        let (running, address) = in_browser(&world, &sandbox, &[]);
        let back = agree(&address);
        let (place, query) = back.split_once('?').unwrap();
        let state = query.split("state=").nth(1).unwrap();
        let _ = http::get_url(&format!("{place}?{}", change.replace("STATE", state)));
        let said = running.wait().code(5).mentions([expected]);
        assert!(!said.stderr.contains('\u{1b}'), "{said}");
    }
    assert_eq!(config(&world), "");
}

#[test]
fn a_browser_that_is_closed_is_not_waited_for_for_ever() {
    let (sandbox, world) = strangers();
    let (running, _) = in_browser(&world, &sandbox, &["--wait", "1s"]);
    let _ = running.wait().code(1).mentions([
        "nobody came back from the browser in time",
        "`--secret-stdin`",
    ]);
}

#[test]
fn no_secret_of_a_log_in_is_traced_or_told() {
    let (sandbox, world) = strangers();
    let alice = ["--handle", "alice.sandbox.test", "-vv"];
    let bluesky = bluesky(&world, &sandbox, PASSWORD, &alice).code(0);
    let (running, address) = in_browser(&world, &sandbox, &["-vv"]);
    let arguments = fs::read(format!("/proc/{}/cmdline", running.pid())).unwrap();
    let back = agree(&address);
    let _ = http::get_url(&back);
    let mastodon = running.wait().code(0);
    let apps = fs::read_to_string(world.path("state/hayon/apps.toml")).unwrap();
    let credentials = world.path("state/hayon/credentials.toml");
    let kept = format!("{apps}{}", fs::read_to_string(credentials).unwrap());
    let quoted = kept
        .lines()
        .filter_map(|line| line.split_once("= \""))
        .collect::<Vec<_>>();
    let public = ["client_id ", "scopes "];
    let kept = quoted.iter().filter(|(key, _)| !public.contains(key));
    let mut secrets: Vec<String> = kept
        .map(|(_, it)| it.trim_end_matches('"').to_owned())
        .collect();
    assert_eq!(secrets.len(), 3, "{quoted:?}");
    let code = back
        .split("code=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap();
    secrets.push(code.to_owned());
    let arguments = String::from_utf8_lossy(&arguments).into_owned();
    for secret in secrets {
        for said in [&bluesky, &mastodon] {
            let is_told = said.stdout.contains(&secret) || said.stderr.contains(&secret);
            assert!(!is_told && !arguments.contains(&secret), "{secret}: {said}");
        }
        assert!(!config(&world).contains(&secret), "{secret}");
    }
}
