//! What lies between hayon and a server: it passes everything on, but for chosen exchanges, of which
//! it cuts, delays or replaces what a network or a broken server might.

use std::collections::VecDeque;
use std::io;
use std::io::Read as _;
use std::io::Write as _;
use std::net::Shutdown;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use crate::support::scene::Scene;

/// How much is sent at most to a client that does not leave.
const FLOOD_BYTES_MAX: usize = 64 << 20;

/// How long a trickle pauses between two bytes.
const TRICKLE_PAUSE: Duration = Duration::from_millis(300);

/// Where something ends: after so many bytes, or at a place.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cut {
    After(usize),
    /// With the head, before any of the body.
    AtBody,
    /// Only so many bytes before the end.
    Before(usize),
}

/// What becomes of an exchange.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    /// Of the request only this arrives, and the connection ends.
    CutRequest(Cut),
    /// The server acts, and of its answer only this arrives.
    CutAnswer(Cut),
    /// The server acts, and these bytes are its answer.
    Answer(Vec<u8>),
    /// The server acts, and its answer begins like this and goes on with this for ever.
    Flood(Vec<u8>, Vec<u8>),
    /// The server acts, and its answer comes byte by byte until it is let go.
    Trickle,
}

/// A proxy in front of a sandbox; it ends with the test.
pub(crate) struct Proxy {
    pub(crate) address: String,
    state: Arc<State>,
}

struct State {
    server: String,
    /// How the chosen requests begin.
    request: String,
    deeds: Mutex<VecDeque<Deed>>,
    seen: AtomicUsize,
    flooded: Mutex<Vec<usize>>,
    is_let_go: AtomicBool,
}

impl Proxy {
    /// Starts a proxy before `scene` and lets its machine speak to that. The first requests with this
    /// method and path, or below it if it ends in a slash, meet `deeds`, one each.
    #[track_caller]
    pub(crate) fn before(scene: &mut Scene, request: (&str, &str), deeds: Vec<Deed>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let server = scene.sandbox.address.clone();
        let config = std::fs::read_to_string(&scene.sandbox.config).expect("a configuration");
        let config = config.replace(&server, &address);
        let path = scene.world.write("behind-a-proxy.toml", config);
        scene.world.set("HAYON_CONFIG", &path.display().to_string());
        let state = Arc::new(State {
            server: server.trim_start_matches("http://").to_owned(),
            request: format!("{} {}", request.0, request.1),
            deeds: Mutex::new(deeds.into()),
            seen: AtomicUsize::new(0),
            flooded: Mutex::default(),
            is_let_go: AtomicBool::new(false),
        });
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let state = Arc::clone(&shared);
                // Whatever goes wrong between two sockets is seen at their ends.
                thread::spawn(move || drop(serve(client, &state)));
            }
        });
        Self { address, state }
    }

    /// Returns how many chosen requests came first on their connection.
    pub(crate) fn seen(&self) -> usize {
        self.state.seen.load(Ordering::Relaxed)
    }

    /// Returns how many deeds are left.
    pub(crate) fn left(&self) -> usize {
        self.state.deeds.lock().expect("a list").len()
    }

    /// Returns how many bytes of each flood were taken.
    pub(crate) fn flooded(&self) -> Vec<usize> {
        self.state.flooded.lock().expect("a list").clone()
    }

    /// Lets a trickle come to its end.
    pub(crate) fn let_go(&self) {
        self.state.is_let_go.store(true, Ordering::Relaxed);
    }
}

fn serve(mut client: TcpStream, state: &State) -> io::Result<()> {
    let head = read_head(&mut client)?;
    let mut server = TcpStream::connect(&state.server)?;
    let text = String::from_utf8_lossy(&head);
    let is_chosen = text
        .strip_prefix(&state.request)
        .is_some_and(|rest| state.request.ends_with('/') || rest.starts_with([' ', '?']));
    let deed = if is_chosen {
        state.seen.fetch_add(1, Ordering::Relaxed);
        state.deeds.lock().expect("a list").pop_front()
    } else {
        None
    };
    let Some(deed) = deed else {
        server.write_all(&head)?;
        return pass_on(client, server);
    };
    let request = with_body(head, &mut client)?;
    if let Deed::CutRequest(cut) = deed {
        server.write_all(cut.of(&request))?;
        return Ok(());
    }
    server.write_all(&request)?;
    let head = read_head(&mut server)?;
    let answer = with_body(head, &mut server)?;
    act(&deed, &answer, client, state)
}

fn act(deed: &Deed, answer: &[u8], mut client: TcpStream, state: &State) -> io::Result<()> {
    match deed {
        Deed::CutRequest(_) => Ok(()),
        Deed::CutAnswer(cut) => client.write_all(cut.of(answer)),
        Deed::Answer(bytes) => client.write_all(bytes),
        Deed::Flood(start, more) => {
            client.write_all(start)?;
            let mut taken = 0;
            while taken < FLOOD_BYTES_MAX && client.write_all(more).is_ok() {
                taken += more.len();
            }
            state.flooded.lock().expect("a list").push(taken);
            Ok(())
        }
        Deed::Trickle => {
            for byte in answer {
                client.write_all(&[*byte])?;
                if !state.is_let_go.load(Ordering::Relaxed) {
                    thread::sleep(TRICKLE_PAUSE);
                }
            }
            Ok(())
        }
    }
}

impl Cut {
    fn of(self, message: &[u8]) -> &[u8] {
        let end = match self {
            Self::After(count) => count,
            Self::AtBody => body_at(message),
            Self::Before(count) => message.len().saturating_sub(count),
        };
        &message[..end.min(message.len())]
    }
}

fn body_at(message: &[u8]) -> usize {
    let blank = message.windows(4).position(|four| four == b"\r\n\r\n");
    blank.map_or(message.len(), |at| at + 4)
}

fn read_head(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    Ok(head)
}

/// Returns the message that begins with `head`, as long as it says.
fn with_body(head: Vec<u8>, stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let text = String::from_utf8_lossy(&head).to_lowercase();
    let length = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length = length.and_then(|length| length.trim().parse().ok());
    let (mut message, mut body) = (head, vec![0; length.unwrap_or(0)]);
    stream.read_exact(&mut body)?;
    message.extend(body);
    Ok(message)
}

fn pass_on(client: TcpStream, server: TcpStream) -> io::Result<()> {
    let (mut from, mut to) = (client.try_clone()?, server.try_clone()?);
    let there = thread::spawn(move || {
        let _ = io::copy(&mut from, &mut to);
        to.shutdown(Shutdown::Write)
    });
    let (mut from, mut to) = (server, client);
    let _ = io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Both);
    there.join().expect("a thread that does not panic")
}
