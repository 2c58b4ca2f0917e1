//! As much of HTTP/1.1 as servers of a benchmark need: one thread for a connection, and nothing else.

use std::collections::HashMap;
use std::io;
use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

/// The head of a request.
pub struct Head {
    pub method: String,
    pub path: String,
    /// By name in lower case.
    pub headers: HashMap<String, String>,
    /// When its first byte was there, in nanoseconds since 1970.
    pub arrived_ns: u128,
}

impl Head {
    /// Returns how long the body is.
    pub fn length(&self) -> u64 {
        let length = self.headers.get("content-length");
        length.and_then(|it| it.parse().ok()).unwrap_or(0)
    }

    /// Returns the value of a parameter of the query; empty if it has none.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let (_, query) = self.path.split_once('?')?;
        let parts = query
            .split('&')
            .map(|it| it.split_once('=').unwrap_or((it, "")));
        parts
            .into_iter()
            .find(|(it, _)| *it == name)
            .map(|(_, value)| value)
    }
}

/// A connection, of which one request after the other is read.
pub struct Connection {
    pub reader: BufReader<TcpStream>,
}

impl Connection {
    /// Reads the next head; nothing at the end.
    pub fn head(&mut self) -> io::Result<Option<Head>> {
        if self.reader.fill_buf()?.is_empty() {
            return Ok(None);
        }
        let arrived_ns = SystemTime::now().duration_since(UNIX_EPOCH);
        let mut line = String::new();
        self.reader.read_line(&mut line)?;
        let mut words = line.split_whitespace().map(str::to_owned);
        let method = words.next().unwrap_or_default();
        let path = words.next().unwrap_or_default();
        let mut headers = HashMap::new();
        loop {
            let mut line = String::new();
            self.reader.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else {
                break;
            };
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
        if headers
            .get("expect")
            .is_some_and(|it| it.eq_ignore_ascii_case("100-continue"))
        {
            self.reader
                .get_mut()
                .write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        Ok(Some(Head {
            method,
            path,
            headers,
            arrived_ns: arrived_ns.map_or(0, |it| it.as_nanos()),
        }))
    }

    /// Reads a body of `length` into memory.
    pub fn body(&mut self, length: u64) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        (&mut self.reader).take(length).read_to_end(&mut body)?;
        Ok(body)
    }

    /// Answers.
    pub fn answer(&mut self, status: &str, headers: &str, body: &str) -> io::Result<()> {
        let length = body.len();
        let answer =
            format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{headers}\r\n{body}");
        self.reader.get_mut().write_all(answer.as_bytes())
    }

    /// Answers a HEAD about an object of `length`.
    pub fn describe(&mut self, length: u64, headers: &str) -> io::Result<()> {
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n{headers}\r\n");
        self.reader.get_mut().write_all(answer.as_bytes())
    }
}

/// Serves on a port of 127.0.0.1, which is printed; every connection in a thread of its own.
pub fn serve<F>(answer_all: F) -> io::Result<()>
where
    F: Fn(&mut Connection) -> io::Result<()> + Send + Sync + 'static,
{
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    println!("{}", listener.local_addr()?.port());
    io::stdout().flush()?;
    let answer_all = Arc::new(answer_all);
    for stream in listener.incoming() {
        let (stream, answer_all) = (stream?, Arc::clone(&answer_all));
        stream.set_nodelay(true)?;
        thread::spawn(move || {
            let reader = BufReader::with_capacity(1 << 16, stream);
            // A client that is gone is no failure of a server.
            let _ = answer_all(&mut Connection { reader });
        });
    }
    Ok(())
}
