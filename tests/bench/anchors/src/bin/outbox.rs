//! What a database costs a program that does nothing else with it.
//!
//!     outbox make FILE | query FILE | insert FILE | cycles FILE COUNT | deliver FILE COUNT ADDRESS
//!
//! `make` makes a queue of 100,000 rows; `query` opens it and reads the next due one; `insert` opens
//! it and adds a row that survives a power cut; `cycles` claims and completes COUNT rows, each in
//! transactions of their own, and prints how many in a second. `deliver` does what nobody can leave out
//! who publishes COUNT rows at most once: each is claimed, its request noted before it is sent, on a
//! connection of its own, to the null platform at ADDRESS, and completed; it prints how many in a second.

use std::error::Error;
use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpStream;
use std::time::Instant;

use rusqlite::Connection;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS queue (
        id INTEGER PRIMARY KEY, state TEXT NOT NULL, due INTEGER NOT NULL, payload TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS queue_due ON queue (due, id) WHERE state = 'queued';
    CREATE TABLE IF NOT EXISTS requests (id INTEGER PRIMARY KEY, row INTEGER NOT NULL, answer TEXT) STRICT;";

const CLAIM: &str = "
    UPDATE queue SET state = 'sending'
    WHERE id = (SELECT id FROM queue WHERE state = 'queued' ORDER BY due, id LIMIT 1)
    RETURNING id, payload";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let connection = Connection::open(&arguments[1])?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
    match arguments[0].as_str() {
        "make" => Ok(connection.execute_batch(&format!(
            "{SCHEMA}
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
             INSERT INTO queue (state, due, payload)
             SELECT 'queued', i, hex(randomblob(300)) FROM n;"
        ))?),
        "query" => {
            let due: i64 = connection.query_row(
                "SELECT due FROM queue WHERE state = 'queued' ORDER BY due, id LIMIT 1",
                [],
                |row| row.get(0),
            )?;
            println!("{due}");
            Ok(())
        }
        "insert" => {
            let payload = "x".repeat(600);
            let add = "INSERT INTO queue (state, due, payload) VALUES ('queued', 0, ?1)";
            connection.execute(add, [payload])?;
            Ok(())
        }
        "cycles" => cycles(&connection, arguments[2].parse()?),
        _ => deliver(&connection, arguments[2].parse()?, &arguments[3]),
    }
}

fn cycles(connection: &Connection, count: u32) -> Result<()> {
    let mut claim = connection.prepare(CLAIM)?;
    let mut complete = connection.prepare("UPDATE queue SET state = 'done' WHERE id = ?1")?;
    let began = Instant::now();
    for _ in 0..count {
        let id: i64 = claim.query_row([], |row| row.get(0))?;
        complete.execute([id])?;
    }
    println!("{:.1}", f64::from(count) / began.elapsed().as_secs_f64());
    Ok(())
}

fn deliver(connection: &Connection, count: u32, address: &str) -> Result<()> {
    let mut claim = connection.prepare(CLAIM)?;
    let mut begin = connection.prepare("INSERT INTO requests (row) VALUES (?1) RETURNING id")?;
    let mut answered = connection.prepare("UPDATE requests SET answer = ?2 WHERE id = ?1")?;
    let mut complete = connection.prepare("UPDATE queue SET state = 'done' WHERE id = ?1")?;
    let began = Instant::now();
    for _ in 0..count {
        // Survives a power cut only with what comes next: a claim by itself has sent nothing.
        connection.execute_batch("PRAGMA synchronous = NORMAL;")?;
        let (row, text): (i64, String) =
            claim.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        connection.execute_batch("PRAGMA synchronous = FULL;")?;
        let request: i64 = begin.query_row([row], |row| row.get(0))?;
        let answer = publish(address, row, &text)?;
        connection.execute_batch("BEGIN IMMEDIATE;")?;
        answered.execute((request, answer))?;
        complete.execute([row])?;
        connection.execute_batch("COMMIT;")?;
    }
    println!("{:.1}", f64::from(count) / began.elapsed().as_secs_f64());
    Ok(())
}

/// Sends one status and returns the answer, all of it.
fn publish(address: &str, key: i64, text: &str) -> Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    // No longer than the words of the other side.
    let body = format!(r#"{{"status":"{}"}}"#, &text[..text.len().min(20)]);
    let request = format!(
        "POST /api/v1/statuses HTTP/1.1\r\nhost: {address}\r\nidempotency-key: {key}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes())?;
    let mut answer = vec![0; 4096];
    let length = stream.read(&mut answer)?;
    answer.truncate(length);
    let answer = String::from_utf8(answer)?;
    if !answer.starts_with("HTTP/1.1 200") {
        return Err(answer.into());
    }
    Ok(answer)
}
