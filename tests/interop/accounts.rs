//! Logging in on servers that others wrote: with an app password, and through their own page in a
//! browser.

use serde_json::Value;
use serde_json::json;

use crate::browser::Browser;
use crate::server::Server;
use crate::support::World;
use crate::support::eventually;
use crate::support::http;
use crate::support::run::Run;

fn world() -> World {
    let mut world = World::new();
    world.set("HAYON_OUTBOX", &world.outbox().display().to_string());
    world
}

#[track_caller]
fn add_to_pds(world: &World, server: &Server, handle: &str, password: &str) -> Run {
    let service = server.get("PDS_URL");
    let add = [
        "account",
        "add",
        "bluesky",
        "--secret-stdin",
        "--service",
        service,
    ];
    world.hayon_reading(password, add.iter().chain(&["--handle", handle]))
}

/// Does `method` of the PDS as alice, who has logged in with her own password.
#[track_caller]
fn as_alice(server: &Server, method: &str, body: &Value) -> http::Answer {
    let url = server.get("PDS_URL");
    let login = json!({
        "identifier": server.get("ALICE_HANDLE"),
        "password": server.get("ALICE_PASSWORD"),
    });
    let session = http::post(url, "/xrpc/com.atproto.server.createSession", "", &login).json();
    let token = session["accessJwt"].as_str().expect("a token");
    http::post(url, &format!("/xrpc/{method}"), token, body)
}

#[test]
fn a_pds_takes_an_app_password_and_nothing_else() {
    let server = Server::start("pds");
    let world = world();
    let handle = server.get("ALICE_HANDLE");
    let said = add_to_pds(&world, &server, handle, "aaaa-bbbb-cccc-dddd").code(5);
    assert!(
        said.stderr.contains("does not accept this app password"),
        "{said}"
    );
    let said = add_to_pds(&world, &server, "nobody.test", "aaaa-bbbb-cccc-dddd").code(1);
    assert!(said.stderr.contains("nobody has the handle"), "{said}");
    let said = add_to_pds(&world, &server, handle, server.get("ALICE_PASSWORD")).code(2);
    assert!(said.stderr.contains("this is no app password"), "{said}");

    let password = server.get("ALICE_APP_PASSWORD");
    let said = add_to_pds(&world, &server, &handle.to_uppercase(), password).code(0);
    for part in [
        "was made with an app password",
        &format!("`{handle}` leads to the account"),
        server.get("ALICE_DID"),
    ] {
        assert!(said.stdout.contains(part), "no {part}\n{said}");
    }
    let _ = world.hayon(["post", "logged in by itself"]).code(0);
    assert_eq!(crate::bluesky::count(&server, "logged in by itself"), 1);
}

#[test]
fn after_a_revoked_app_password_a_new_one_sends_what_was_parked() {
    let server = Server::start("pds");
    let world = world();
    let (handle, password) = (server.get("ALICE_HANDLE"), server.get("ALICE_APP_PASSWORD"));
    let _ = add_to_pds(&world, &server, handle, password).code(0);
    let listed = http::get(
        server.get("PDS_URL"),
        "/xrpc/com.atproto.server.listAppPasswords",
        &token_of_alice(&server),
    );
    let name = listed.json()["passwords"][0]["name"].clone();
    let revoke = "com.atproto.server.revokeAppPassword";
    assert_eq!(
        as_alice(&server, revoke, &json!({"name": name})).status,
        200
    );
    // Its access token lives on for a while (packages/pds, read 2026-11-23): a day goes by.
    let sessions = world.path("state/hayon/sessions.toml");
    std::fs::remove_file(sessions).expect("a kept session");
    let _ = world.hayon(["post", "at last"]).code(5);

    let create = "com.atproto.server.createAppPassword";
    let made = as_alice(&server, create, &json!({"name": "another"})).json();
    let made = made["password"].as_str().expect("a password").to_owned();
    let said = add_to_pds(&world, &server, handle, &made).code(0);
    assert!(
        said.stderr.contains("hayon retry --account bluesky"),
        "{said}"
    );
    let _ = world.hayon(["retry", "--account", "bluesky"]).code(0);
    let _ = world.hayon(["daemon", "--once"]).code(0);
    assert_eq!(crate::bluesky::count(&server, "at last"), 1);
}

#[track_caller]
fn token_of_alice(server: &Server) -> String {
    let login = json!({
        "identifier": server.get("ALICE_HANDLE"),
        "password": server.get("ALICE_PASSWORD"),
    });
    let path = "/xrpc/com.atproto.server.createSession";
    let session = http::post(server.get("PDS_URL"), path, "", &login).json();
    session["accessJwt"].as_str().expect("a token").to_owned()
}

/// snac has Mastodon's way to log in, but neither `profile` nor a list of scopes, and looks away from
/// PKCE: its page drops the challenge, and any verifier will do (version 2.75).
#[test]
fn a_person_logs_in_on_the_page_of_a_server_and_the_browser_comes_back() {
    let server = Server::start("snac");
    let world = world();
    let url = server.get("SNAC_URL");
    let running = world.start(["account", "add", "mastodon", "--instance", url]);
    let address = eventually("an address to open", || {
        let stderr = running.stderr();
        let (_, address) = stderr.split_once("\n  http")?;
        let (address, _) = address.split_once('\n')?;
        Some(format!("http{address}"))
    });
    let browser = Browser::start();
    browser.open(&address);
    let fill = |name: &str, value: &str| {
        let (name, value) = (json!(name), json!(value));
        browser.run(&format!(
            "document.getElementsByName({name})[0].value = {value}"
        ));
    };
    fill("login", "alice");
    fill("passwd", server.get("ALICE_PASSWORD"));
    browser.run("document.querySelector('input[type=submit]').click()");
    let said = running.wait().code(0);
    let page = browser.run("return document.body.textContent");
    let page = page.as_str().expect("a page");
    assert!(page.contains("You can close this window"), "{page}");
    let host = url.trim_start_matches("http://");
    for part in [
        format!("logged in as @alice@{host}"),
        "own posts can be read back".to_owned(),
        "hayon post --to mastodon".to_owned(),
    ] {
        assert!(said.stdout.contains(&part), "no {part}\n{said}");
    }
    let _ = world.hayon(["post", "through the browser"]).code(0);
    assert_eq!(crate::mastodon::count(&server, "through the browser"), 1);
}
