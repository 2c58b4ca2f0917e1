//! What a database costs a program that does nothing else with it.
//!
//!     outbox make FILE | query FILE | insert FILE | cycles FILE COUNT
//!
//! `make` makes a queue of 100,000 rows; `query` opens it and reads the next due one; `insert` opens
//! it and adds a row that survives a power cut; `cycles` claims and completes COUNT rows, each in
//! transactions of their own, and prints how many in a second.

use std::time::Instant;

use rusqlite::Connection;
use rusqlite::Result;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS queue (
        id INTEGER PRIMARY KEY, state TEXT NOT NULL, due INTEGER NOT NULL, payload TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS queue_due ON queue (due, id) WHERE state = 'queued';";

const CLAIM: &str = "
    UPDATE queue SET state = 'sending'
    WHERE id = (SELECT id FROM queue WHERE state = 'queued' ORDER BY due, id LIMIT 1)
    RETURNING id, payload";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let connection = Connection::open(&arguments[1])?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
    match arguments[0].as_str() {
        "make" => connection.execute_batch(&format!(
            "{SCHEMA}
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
             INSERT INTO queue (state, due, payload)
             SELECT 'queued', i, hex(randomblob(300)) FROM n;"
        )),
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
            connection.execute(add, [payload]).map(|_| ())
        }
        _ => cycles(&connection, arguments[2].parse().expect("a count")),
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
