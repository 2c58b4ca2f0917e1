//! What a network or a broken server does to one exchange: it ends anywhere, comes byte by byte, never
//! ends, or says what makes no sense. Nothing is public twice for that, and nothing is lost.

use std::net::TcpListener;

use serde_json::Value;

use crate::columns::Column;
use crate::columns::Lost;
use crate::scenarios::on_each;
use crate::support::eventually;
use crate::support::platforms::visible;
use crate::support::proxy::Cut;
use crate::support::proxy::Deed;
use crate::support::proxy::Proxy;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

/// Queues a post for each of `deeds`, delivers them, and returns the scene with its proxy.
#[track_caller]
fn deliver(column: &Column, deeds: &[Deed], code: i32) -> (Scene, Proxy) {
    let mut scene = Scene::with_bucket(&[]);
    let platform = column.platform;
    let proxy = Proxy::before(&mut scene, chosen(platform), deeds.to_vec());
    let pictures = scene.world.least_pictures(platform);
    for number in 1..=deeds.len() {
        let text = format!("post {number}");
        let words = ["post", &text, "--to", platform, "--queue"].map(str::to_owned);
        let _ = scene.world.hayon(words.iter().chain(&pictures)).code(0);
    }
    let once = ["daemon", "--once", "--wait", "100s"];
    let told = scene.world.hayon(once).code(code);
    assert_eq!(proxy.left(), 0, "not every fault has struck\n{told}");
    (scene, proxy)
}

/// Asserts that every post is public once, whatever became of its answer.
#[track_caller]
fn assert_public(scene: &Scene, column: &Column, count: usize) {
    let mut texts: Vec<String> = (1..=count).map(|n| format!("post {n}")).collect();
    let public = scene.public(column.platform);
    let public = public.iter().filter_map(|post| post["text"].as_str());
    let mut public: Vec<String> = public.map(str::to_owned).collect();
    texts.sort_unstable();
    public.sort_unstable();
    assert_eq!(public, texts);
    for post in scene.world.list() {
        assert_eq!(post["status"], "COMPLETED", "{post:#}");
    }
}

#[test]
fn a_request_of_which_only_a_part_arrives_makes_no_second_post() {
    let cuts = [
        Cut::After(0),
        Cut::After(1),
        Cut::AtBody,
        Cut::Before(20),
        Cut::Before(1),
    ];
    let deeds = cuts.map(Deed::CutRequest);
    on_each(|column| {
        if column.lost_before == Lost::SentAgain {
            let (scene, _) = deliver(column, &deeds, 0);
            assert_public(&scene, column, deeds.len());
            return;
        }
        // Nothing was whole, and nobody can know.
        let (scene, _) = deliver(column, &deeds, 7);
        assert!(scene.public(column.platform).is_empty());
        for post in scene.world.list() {
            assert_eq!(post["in_doubt"], true, "{post:#}");
        }
    });
}

#[test]
fn an_answer_of_which_only_a_part_arrives_makes_no_second_post() {
    let cuts = [
        Cut::After(0),
        Cut::After(1),
        Cut::After(30),
        Cut::AtBody,
        Cut::Before(1),
    ];
    let deeds = cuts.map(Deed::CutAnswer);
    on_each(|column| {
        let (scene, proxy) = deliver(column, &deeds, 0);
        assert_public(&scene, column, deeds.len());
        // A connection of its own for each: on a kept one the server may hang up as it leaves.
        assert_eq!(proxy.seen(), received(&scene, column.platform));
    });
}

/// Returns the method and the path, or its beginning, of what makes a post public on `platform`.
fn chosen(platform: &str) -> (&'static str, &'static str) {
    match platform {
        // The path names the draft.
        "tumblr" => ("PUT", "/v2/blog/alice/posts/"),
        other => visible(other),
    }
}

/// Returns how many requests that make a post public the server has received.
fn received(scene: &Scene, platform: &str) -> usize {
    let (method, path) = chosen(platform);
    let log = scene.sandbox.log();
    let is_one = |line: &&Value| {
        line["event"] == "received"
            && line["method"] == method
            && line["path"].as_str().is_some_and(|it| it.starts_with(path))
    };
    log.iter().filter(is_one).count()
}

fn answer(status: &str, more: &str, body: impl AsRef<[u8]>) -> Deed {
    let body = body.as_ref();
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nConnection: close\r\n{more}Content-Length: {length}\r\n\r\n");
    Deed::Answer([head.as_bytes(), body].concat())
}

fn json(body: impl AsRef<[u8]>) -> Deed {
    answer("200 OK", "Content-Type: application/json\r\n", body)
}

#[test]
fn an_answer_that_makes_no_sense_is_no_proof_and_what_is_public_is_found() {
    let html = "<!doctype html><title>Oops</title><p>Something went wrong";
    let deeds = [
        json(""),
        json("null"),
        json("[]"),
        json(r#"{"id": {"a": []}, "uri": 7, "response": "x"}"#),
        json(r#"{"error": {"message": "An unknown error", "code": 1, "type": "OAuthException"}}"#),
        json(r#"{"id": "#),
        json([0xff, 0xfe, 0x00, b'{']),
        json("[".repeat(100_000)),
        answer("200 OK", "Content-Type: text/html\r\n", html),
        answer("204 No Content", "", ""),
        answer("502 Bad Gateway", "Content-Type: text/html\r\n", html),
        answer("504 Gateway Timeout", "", ""),
        answer("408 Request Timeout", "", ""),
        Deed::Answer(b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec()),
        // Says that it is packed: nothing is unpacked, and so nothing explodes.
        answer("200 OK", "Content-Encoding: gzip\r\n", "\u{1f}\u{8b}"),
    ];
    on_each(|column| {
        let (scene, _) = deliver(column, &deeds, 0);
        assert_public(&scene, column, deeds.len());
    });
}

#[test]
fn an_answer_without_an_end_is_cut_off() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    let chunk = |filling: &[u8]| {
        let size = format!("{:x}\r\n", filling.len());
        [size.as_bytes(), filling, b"\r\n"].concat()
    };
    let filling = vec![b' '; 1 << 16];
    let deeds = [
        Deed::Flood(
            format!("{head}Transfer-Encoding: chunked\r\n\r\n").into(),
            chunk(&filling),
        ),
        Deed::Flood(
            format!("{head}Content-Length: 10737418240\r\n\r\n").into(),
            filling.clone(),
        ),
        Deed::Flood(
            head.into(),
            format!("X-More: {}\r\n", "x".repeat(1 << 12)).into(),
        ),
        Deed::Flood(b"HTTP/1.1 200 ".to_vec(), filling.clone()),
    ];
    on_each(|column| {
        let (scene, proxy) = deliver(column, &deeds, 0);
        assert_public(&scene, column, deeds.len());
        let flooded = eventually("the end of the floods", || {
            let flooded = proxy.flooded();
            (flooded.len() == deeds.len()).then_some(flooded)
        });
        // What the kernel holds between two sockets is some megabytes.
        let most = flooded.iter().max().copied().unwrap_or_default();
        assert!(most < 32 << 20, "{flooded:?} bytes were taken");
    });
}

#[test]
fn a_redirect_leads_nobody_anywhere() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").expect("a free port");
    elsewhere.set_nonblocking(true).expect("no waiting");
    let address = elsewhere.local_addr().expect("an address");
    let redirect =
        |status: &str| answer(status, &format!("Location: http://{address}/take\r\n"), "");
    let deeds = [
        redirect("301 Moved Permanently"),
        redirect("302 Found"),
        redirect("303 See Other"),
        redirect("307 Temporary Redirect"),
        redirect("308 Permanent Redirect"),
    ];
    on_each(|column| {
        let (scene, _) = deliver(column, &deeds, 0);
        assert_public(&scene, column, deeds.len());
    });
    assert!(elsewhere.accept().is_err(), "somebody came");
}

#[test]
fn an_answer_that_comes_byte_by_byte_keeps_no_other_account_waiting() {
    let mut scene = Scene::new(&[]);
    let proxy = Proxy::before(&mut scene, visible("mastodon"), vec![Deed::Trickle]);
    let daemon = scene.world.start_daemon();
    let post = ["post", "slow", "--to", "mastodon,bluesky", "--queue"];
    let _ = scene.world.hayon(post).code(0);
    let state = |account: &str| delivery(&scene.world.show(1), account)["state"].clone();
    eventually("the trickle", || (proxy.seen() == 1).then_some(()));
    eventually("the other account", || {
        (state("bluesky") == "delivered").then_some(())
    });
    let _ = scene
        .world
        .hayon(["post", "next", "--to", "bluesky"])
        .code(0);
    assert_eq!(state("mastodon"), "sending");
    proxy.let_go();
    eventually("the slow account", || {
        (state("mastodon") == "delivered").then_some(())
    });
    daemon.terminate();
    let _ = daemon.wait().code(0);
    assert_eq!(scene.public("mastodon").len(), 1);
    assert_eq!(scene.public("bluesky").len(), 2);
}
