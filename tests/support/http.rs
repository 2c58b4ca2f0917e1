//! HTTP as plain as it gets, for a test to look at a server with its own eyes.

use std::io;
use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// How long a server may be silent.
const SILENCE_MAX: Duration = Duration::from_secs(30);

/// An answer of a server.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    /// Where a redirect leads.
    pub(crate) location: Option<String>,
}

impl Answer {
    /// Returns the JSON of a 200.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

/// Sends a GET to `address` (`http://HOST:PORT`), with `token` as bearer unless it is empty.
#[track_caller]
pub(crate) fn get(address: &str, path: &str, token: &str) -> Answer {
    ask(address, &format!("GET {path}"), token, "")
}

/// Sends a POST with the JSON `body`.
#[track_caller]
pub(crate) fn post(address: &str, path: &str, token: &str, body: &Value) -> Answer {
    ask(address, &format!("POST {path}"), token, &body.to_string())
}

/// Sends a PUT of `body` to the whole address `url`, with `headers`.
#[track_caller]
pub(crate) fn put(url: &str, headers: &[(String, String)], body: &[u8]) -> Answer {
    let (address, path) = split(url);
    let mut head = format!("PUT {path} HTTP/1.0\r\nHost: {address}\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    let mut stream = TcpStream::connect(address).expect("a server");
    stream.write_all(head.as_bytes()).expect("a request sent");
    stream.write_all(body).expect("a body sent");
    read_answer(stream).expect("an answer")
}

/// Sends a GET to the whole address `url`.
#[track_caller]
pub(crate) fn get_url(url: &str) -> Answer {
    let (address, path) = split(url);
    get(&format!("http://{address}"), path, "")
}

#[track_caller]
fn split(url: &str) -> (&str, &str) {
    let rest = url.strip_prefix("http://").expect("an address on loopback");
    rest.split_at(rest.find('/').expect("a path"))
}

#[track_caller]
fn ask(address: &str, line: &str, token: &str, body: &str) -> Answer {
    exchange(address, line, token, body)
        .unwrap_or_else(|error| panic!("{line} at {address}: {error}"))
}

/// Sends a request and reads its answer, or says how the network failed.
///
/// HTTP/1.0, so that the answer ends with the connection and comes in one piece.
pub(crate) fn exchange(address: &str, line: &str, token: &str, body: &str) -> io::Result<Answer> {
    let host = address.strip_prefix("http://").unwrap_or(address);
    let mut stream = TcpStream::connect(host)?;
    let mut head = vec![
        format!("{line} HTTP/1.0"),
        format!("Host: {host}"),
        // Some servers refuse a client without a name.
        "User-Agent: hayon-tests".to_owned(),
    ];
    if !token.is_empty() {
        head.push(format!("Authorization: Bearer {token}"));
    }
    if !body.is_empty() {
        head.push("Content-Type: application/json".to_owned());
        head.push(format!("Content-Length: {}", body.len()));
    }
    write!(stream, "{}\r\n\r\n{body}", head.join("\r\n"))?;
    read_answer(stream)
}

fn read_answer(mut stream: TcpStream) -> io::Result<Answer> {
    stream.set_read_timeout(Some(SILENCE_MAX))?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let answer = String::from_utf8_lossy(&bytes);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok());
    let status = status.ok_or_else(|| io::Error::other(format!("no status in `{head}`")))?;
    let headers = head.lines().filter_map(|line| line.split_once(": "));
    let mut locations = headers.filter(|(name, _)| name.eq_ignore_ascii_case("location"));
    Ok(Answer {
        status,
        body: body.to_owned(),
        location: locations.next().map(|(_, value)| value.to_owned()),
    })
}
