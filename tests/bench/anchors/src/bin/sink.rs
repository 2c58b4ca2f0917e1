//! An S3 that keeps nothing but the size of what it was given, behind a slow line.
//!
//!     sink LATENCY_MS BYTES_PER_SECOND
//!
//! Every answer takes LATENCY_MS, and every connection carries BYTES_PER_SECOND; 0 is as fast as can be.
//! `GET /ledger` tells how many requests there were, and how many connections at most at a time.

use std::collections::HashMap;
use std::io;
use std::io::Read as _;
use std::sync::Arc;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use hayon_anchors::Connection;
use hayon_anchors::Head;
use hayon_anchors::serve;
use md5::Digest as _;
use md5::Md5;

/// What the sink remembers.
#[derive(Default)]
struct Ledger {
    sizes: HashMap<String, u64>,
    requests: u64,
    connections: u64,
    connections_max: u64,
}

#[derive(Clone, Copy)]
struct Line {
    latency: Duration,
    bytes_per_second: f64,
}

fn main() -> io::Result<()> {
    let mut arguments = std::env::args()
        .skip(1)
        .map(|it| it.parse().expect("a number"));
    let line = Line {
        latency: Duration::from_millis(arguments.next().unwrap_or(0)),
        bytes_per_second: arguments.next().unwrap_or(0) as f64,
    };
    let ledger = Arc::new(Mutex::new(Ledger::default()));
    serve(move |connection| {
        let change = |more: bool| {
            let mut ledger = ledger.lock().expect("no thread panics");
            ledger.connections = ledger
                .connections
                .wrapping_add(if more { 1 } else { u64::MAX });
            ledger.connections_max = ledger.connections_max.max(ledger.connections);
        };
        change(true);
        let answered = answer_all(connection, line, &ledger);
        change(false);
        answered
    })
}

fn answer_all(connection: &mut Connection, line: Line, ledger: &Mutex<Ledger>) -> io::Result<()> {
    while let Some(head) = connection.head()? {
        if head.path == "/ledger" {
            let mut ledger = ledger.lock().expect("no thread panics");
            let told = format!("{} {}\n", ledger.requests, ledger.connections_max);
            (ledger.requests, ledger.connections_max) = (0, 0);
            connection.answer("200 OK", "", &told)?;
            continue;
        }
        // One client of ours compares what it has sent with an entity tag, and gives itself no name.
        let wants_md5 = !head.headers.contains_key("user-agent");
        let md5 = swallow(connection, head.length(), line, wants_md5)?;
        thread::sleep(line.latency);
        let key = head.path.split('?').next().unwrap_or_default().to_owned();
        ledger.lock().expect("no thread panics").requests += 1;
        answer(connection, &head, &key, &md5, ledger)?;
    }
    Ok(())
}

/// Reads a body no faster than the line is, and returns its MD5 if that is wanted.
fn swallow(
    connection: &mut Connection,
    length: u64,
    line: Line,
    wants_md5: bool,
) -> io::Result<String> {
    let (began, mut read, mut md5) = (Instant::now(), 0, Md5::new());
    let mut buffer = vec![0; 1 << 16];
    while read < length {
        let room = buffer
            .len()
            .min(usize::try_from(length - read).unwrap_or(usize::MAX));
        let count = connection.reader.read(&mut buffer[..room])?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        read += count as u64;
        if wants_md5 {
            md5.update(&buffer[..count]);
        }
        if line.bytes_per_second > 0.0 {
            let due = Duration::from_secs_f64(read as f64 / line.bytes_per_second);
            thread::sleep(due.saturating_sub(began.elapsed()));
        }
    }
    let digest = md5.finalize();
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn answer(
    connection: &mut Connection,
    head: &Head,
    key: &str,
    md5: &str,
    ledger: &Mutex<Ledger>,
) -> io::Result<()> {
    let decoded = head.headers.get("x-amz-decoded-content-length");
    let length = decoded
        .and_then(|it| it.parse().ok())
        .unwrap_or(head.length());
    let tag = format!("etag: \"{md5}\"\r\n");
    let is_part = head.parameter("partNumber").is_some();
    let mut ledger = ledger.lock().expect("no thread panics");
    match head.method.as_str() {
        "PUT" => {
            let size = ledger.sizes.entry(key.to_owned()).or_default();
            *size = if is_part { *size + length } else { length };
            connection.answer("200 OK", &tag, "")
        }
        "HEAD" => match ledger.sizes.get(key) {
            Some(size) => {
                let modified = "last-modified: Thu, 26 Nov 2026 00:00:00 GMT\r\n";
                connection.describe(*size, &format!("{tag}{modified}"))
            }
            None if key.matches('/').count() < 2 => connection.answer("200 OK", "", ""),
            None => connection.answer("404 Not Found", "", ""),
        },
        "POST" if head.parameter("uploads").is_some() => {
            ledger.sizes.remove(key);
            let id = "<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>";
            connection.answer("200 OK", "", id)
        }
        "POST" => {
            let name = key.splitn(3, '/').nth(2).unwrap_or_default();
            let done = format!(
                "<CompleteMultipartUploadResult><Key>{name}</Key><ETag>\"1-1\"</ETag></CompleteMultipartUploadResult>"
            );
            connection.answer("200 OK", "", &done)
        }
        "GET" if head.parameter("location").is_some() => {
            connection.answer("200 OK", "", "<LocationConstraint></LocationConstraint>")
        }
        "GET" => {
            let none = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";
            connection.answer("200 OK", "", none)
        }
        _ => connection.answer("204 No Content", "", ""),
    }
}
