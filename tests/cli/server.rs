//! A server that says whatever a test wants to hear, in bytes that no honest server would send.

use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

/// How long a client may take to send its request.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server on loopback; it serves until the test's process ends.
pub(crate) struct Server {
    /// `http://127.0.0.1:PORT`
    pub(crate) address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

/// What is answered: a status, and a body that is taken for JSON.
pub(crate) type Answer = (u16, String);

impl Server {
    /// Starts a server that answers each request, such as `GET /api/v2/instance`, with its head, by
    /// what `answer` returns.
    pub(crate) fn start(answer: impl Fn(&str, &str) -> Answer + Send + 'static) -> Self {
        Self::with_header(String::new(), answer)
    }

    /// Starts a server that sends everybody to `location`, with this status.
    pub(crate) fn redirecting(status: u16, location: &str) -> Self {
        let header = format!("Location: {location}\r\n");
        Self::with_header(header, move |_, _| (status, String::new()))
    }

    fn with_header(header: String, answer: impl Fn(&str, &str) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that hangs up has seen enough.
                let _ = converse(stream, &seen, &header, &answer);
            }
        });
        Self { address, requests }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let requests = self
            .requests
            .lock()
            .expect("a list that nobody panicked over");
        let is_idle = requests.is_empty() && !thread::panicking();
        assert!(!is_idle, "a server that nobody has asked proves nothing");
    }
}

fn converse(
    mut stream: TcpStream,
    seen: &Mutex<Vec<String>>,
    header: &str,
    answer: &impl Fn(&str, &str) -> Answer,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte)? == 1 {
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length
            .then(|| value.trim().parse::<u64>().ok())
            .flatten()
    });
    std::io::copy(
        &mut (&stream).take(length.unwrap_or(0)),
        &mut std::io::sink(),
    )?;
    let line = head.split(" HTTP/").next().unwrap_or_default().to_owned();
    let (status, body) = answer(&line, &head);
    seen.lock()
        .expect("a list that nobody panicked over")
        .push(line);
    write!(
        stream,
        "HTTP/1.1 {status} Whatever\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n{header}\r\n{body}",
        body.len()
    )?;
    stream.flush()
}
