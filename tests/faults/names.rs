//! A host that is not found, or slowly, or that speaks no TLS: nothing is sent to it, and what is due waits.

use std::net::TcpListener;
use std::net::UdpSocket;
use std::thread;

use crate::support::disk::Disk;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

/// The header of an answer that says that there is no such name: a response, recursive, `NXDOMAIN`
/// (RFC 1035, section 4.1.1).
const NO_SUCH_NAME: [u8; 2] = [0x81, 0x83];

/// Answers every question that comes to `socket` that no such name is known, until the test ends.
fn know_nothing(socket: UdpSocket) {
    thread::spawn(move || {
        let mut question = [0; 512];
        while let Ok((length, asker)) = socket.recv_from(&mut question) {
            let mut answer = question[..length].to_vec();
            answer[2..4].copy_from_slice(&NO_SUCH_NAME);
            let _ = socket.send_to(&answer, asker);
        }
    });
}

/// Asserts that a post to a host that cannot be found waits, and has used up nothing, where names are
/// asked for at `address`, which `answer` is to serve.
#[track_caller]
fn assert_waits(address: &str, answer: impl Fn(UdpSocket)) {
    let mut scene = Scene::new(&[]);
    scene
        .world
        .set("HAYON_MASTODON_INSTANCE", "https://masto.example.org");
    let names = format!("nameserver {address}\n");
    let Some(disk) = Disk::with_file(&scene.world, "/etc/resolv.conf", &names) else {
        return;
    };
    // Whoever may mount may have this port.
    let socket = UdpSocket::bind((address, 53)).expect("port 53 of an address that nobody uses");
    answer(socket.try_clone().expect("another handle"));
    let post = ["post", "nowhere", "--to", "mastodon", "--json"];
    // The end of this wait is in the test's support: a name that is never told must be given up.
    let told = disk.hayon(&scene.world, post).code(6);
    let post = told.json();
    let waits = delivery(&post, "mastodon");
    assert_eq!(waits["state"], "queued", "{post:#}");
    assert_eq!(waits["attempts"], 0, "{post:#}");
    assert_eq!(waits["error"]["kind"], "unavailable", "{post:#}");
    drop(socket);
}

#[test]
fn a_name_that_is_not_known_uses_up_no_attempt() {
    assert_waits("127.0.53.1", know_nothing);
}

#[test]
fn a_name_that_is_never_told_is_given_up_and_uses_up_no_attempt() {
    assert_waits("127.0.53.2", drop);
}

#[test]
fn a_server_that_speaks_no_tls_is_sent_nothing() {
    let mut scene = Scene::new(&[]);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    scene
        .world
        .set("HAYON_MASTODON_INSTANCE", &format!("https://{address}"));
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let _ = std::io::Write::write_all(&mut &stream, b"220 mail.example.org ESMTP\r\n");
        }
    });
    let post = ["post", "in clear", "--to", "mastodon", "--json"];
    let told = scene.world.hayon(post).code(6);
    let post = told.json();
    let waits = delivery(&post, "mastodon");
    assert_eq!(waits["attempts"], 0, "{post:#}");
    assert_eq!(waits["error"]["kind"], "unavailable", "{post:#}");
}
