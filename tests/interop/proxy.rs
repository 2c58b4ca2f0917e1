//! A proxy in front of a server, to lose a request or its answer, or to stop the world there.
//!
//! Each connection carries one request: the proxy asks the server to close after its answer, so
//! that it need not understand how either of them frames what it says.

use std::io;
use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::thread;
use std::time::Duration;

use crate::mastodon;
use crate::server::Server;
use crate::support::eventually;
use crate::support::http;

/// Longer than any server here is silent; an idle connection of the client ends by it too.
const SILENCE_MAX: Duration = Duration::from_secs(30);

/// Which request is caught.
#[derive(Clone, Debug)]
pub(crate) enum Which {
    /// The one with this number since the trap was set, the first being 1.
    Number(usize),
    /// The first whose line contains this.
    Line(&'static str),
}

/// On which side of the server's doing it is caught.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// The server never sees it.
    Before,
    /// The server has acted, and its answer stays here.
    After,
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// The connection is closed.
    HangUp,
    /// Nothing, for as long as the client waits: time to kill it.
    Hold,
}

/// What the proxy is to catch, once.
#[derive(Clone, Debug)]
pub(crate) struct Trap {
    pub(crate) which: Which,
    pub(crate) side: Side,
    pub(crate) then: Then,
}

#[derive(Default)]
struct State {
    /// The first line of every request since the trap was set or removed.
    lines: Vec<String>,
    trap: Option<Trap>,
    is_sprung: bool,
}

/// A proxy on a loopback port of its own.
pub(crate) struct Proxy {
    address: String,
    state: Arc<Mutex<State>>,
}

impl Proxy {
    /// Starts a proxy in front of `server` (`http://HOST:PORT`).
    #[track_caller]
    pub(crate) fn start(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let server = server.trim_start_matches("http://").to_owned();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        // The thread waits for connections as long as the test runs, and ends with it.
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (server, state) = (server.clone(), Arc::clone(&shared));
                // Whatever breaks a connection here looks to the client like a broken network.
                thread::spawn(move || drop(carry(client, &server, &state)));
            }
        });
        Self {
            address: format!("http://127.0.0.1:{port}"),
            state,
        }
    }

    /// Returns `http://127.0.0.1:PORT`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Sets a trap, and forgets the requests so far.
    pub(crate) fn set(&self, trap: Trap) {
        *lock(&self.state) = State {
            trap: Some(trap),
            ..State::default()
        };
    }

    /// Removes the trap, and forgets the requests so far.
    pub(crate) fn clear(&self) {
        *lock(&self.state) = State::default();
    }

    /// Whether the trap has caught its request.
    pub(crate) fn is_sprung(&self) -> bool {
        lock(&self.state).is_sprung
    }

    /// Returns the first line of every request since the trap was set or removed.
    pub(crate) fn lines(&self) -> Vec<String> {
        lock(&self.state).lines.clone()
    }

    /// Returns how many of those lines contain `part`.
    pub(crate) fn count(&self, part: &str) -> usize {
        let lines = self.lines();
        lines.iter().filter(|line| line.contains(part)).count()
    }

    /// Waits until the trap has caught its request, or `is_over`: whether it has.
    #[track_caller]
    pub(crate) fn wait(&self, mut is_over: impl FnMut() -> bool) -> bool {
        eventually("a request in the trap", || {
            // Asked in this order: what ended did all that it did before.
            let is_over = is_over();
            let is_sprung = self.is_sprung();
            (is_sprung || is_over).then_some(is_sprung)
        })
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("no thread of the proxy panics")
}

fn carry(mut client: TcpStream, server: &str, state: &Mutex<State>) -> io::Result<()> {
    client.set_read_timeout(Some(SILENCE_MAX))?;
    let request = read_request(&mut client)?;
    let caught = catch(&request, state);
    match caught {
        Some(Trap {
            side: Side::Before,
            then,
            ..
        }) => {
            spring(state);
            stay(then, &mut client);
        }
        Some(Trap { then, .. }) => {
            forward(&request, server)?;
            spring(state);
            stay(then, &mut client);
        }
        None => client.write_all(&forward(&request, server)?)?,
    }
    Ok(())
}

/// Notes the request, and returns the trap if it is the one to catch.
fn catch(request: &[u8], state: &Mutex<State>) -> Option<Trap> {
    let line = request.split(|&byte| byte == b'\r').next()?;
    let line = String::from_utf8_lossy(line).into_owned();
    let mut state = lock(state);
    let is_it = match state.trap.as_ref().map(|trap| &trap.which) {
        Some(Which::Number(number)) => state.lines.len() + 1 == *number,
        Some(Which::Line(part)) => line.contains(part),
        None => false,
    };
    state.lines.push(line);
    is_it.then(|| state.trap.take()).flatten()
}

fn spring(state: &Mutex<State>) {
    lock(state).is_sprung = true;
}

fn stay(then: Then, client: &mut TcpStream) {
    if then == Then::Hold {
        // Returns when the client is gone, or when it has waited longer than any test does.
        let _ = client.read(&mut [0]);
    }
}

/// Sends `request` to the server and returns its whole answer.
fn forward(request: &[u8], server: &str) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(server)?;
    stream.set_read_timeout(Some(SILENCE_MAX))?;
    let end = find(request, b"\r\n").ok_or_else(|| io::Error::other("no request line"))?;
    let (line, rest) = request.split_at(end);
    stream.write_all(line)?;
    stream.write_all(b"\r\nConnection: close")?;
    stream.write_all(rest)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}

/// Reads one request: its head, and as much body as the head promises.
fn read_request(client: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut request = Vec::new();
    let mut chunk = [0; 16 << 10];
    loop {
        let count = client.read(&mut chunk)?;
        if count == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
        request.extend_from_slice(&chunk[..count]);
        if let Some(end) = find(&request, b"\r\n\r\n")
            && is_whole(&request[..end], &request[end + 4..])
        {
            return Ok(request);
        }
    }
}

fn is_whole(head: &[u8], body: &[u8]) -> bool {
    let head = String::from_utf8_lossy(head).to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"));
    match length.and_then(|length| length.trim().parse().ok()) {
        Some(length) => body.len() >= length,
        None if head.contains("transfer-encoding: chunked") => body.ends_with(b"0\r\n\r\n"),
        None => true,
    }
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

#[test]
fn the_proxy_loses_a_request_before_and_an_answer_after_the_server_acts() {
    let server = Server::start("snac");
    let token = server.get("ALICE_TOKEN");
    let proxy = Proxy::start(server.get("SNAC_URL"));
    for (side, expected) in [(Side::Before, 0), (Side::After, 1)] {
        let text = format!("{side:?}");
        let body = format!("{{\"status\": \"{text}\"}}");
        let (which, then) = (Which::Line("POST /api/v1/statuses"), Then::HangUp);
        proxy.set(Trap { which, side, then });
        let line = "POST /api/v1/statuses";
        let answer = http::exchange(proxy.address(), line, token, &body);
        assert!(answer.is_err(), "{answer:?}");
        assert!(proxy.is_sprung());
        assert_eq!(mastodon::count(&server, &text), expected);
        let answer = http::exchange(proxy.address(), line, token, &body);
        assert_eq!(answer.expect("an answer").status, 200);
        assert_eq!(mastodon::count(&server, &text), expected + 1);
    }
}
