//! A disk that has changed what was stored: other bytes in one column of one post, for the fuzzer.

use std::path::Path;

use rusqlite::Row;
use rusqlite::params;
use rusqlite::types::Value;

use crate::outbox::Outbox;
use crate::outbox::OutboxError;

impl Outbox {
    /// Opens the outbox at `path`, which nobody will miss: nothing of it is made durable.
    pub(crate) fn open_for_damage(path: &Path) -> Result<Self, OutboxError> {
        let outbox = Self::open(path)?;
        outbox
            .connection
            .execute_batch("PRAGMA synchronous = OFF")?;
        Ok(outbox)
    }

    /// Puts `bytes` where the text, or the number, of `column` of `table` was, for the post `number`, and returns what
    /// that was. A text that is no UTF-8 can only be there by damage.
    pub(crate) fn damage(
        &self,
        table: &str,
        column: &str,
        number: i64,
        bytes: &[u8],
    ) -> Result<Value, OutboxError> {
        let post = Self::post_column(table);
        let select = format!("SELECT {column} FROM {table} WHERE {post} = ?1 LIMIT 1");
        let read = |row: &Row<'_>| row.get(0);
        let before: Value = self.connection.query_row(&select, [number], read)?;
        let kind = match before {
            Value::Integer(_) => "INTEGER",
            _ => "TEXT",
        };
        let update = format!("UPDATE {table} SET {column} = CAST(?1 AS {kind}) WHERE {post} = ?2");
        self.connection.execute(&update, params![bytes, number])?;
        Ok(before)
    }

    /// Adds a step to the delivery of the post `number`, which is done.
    pub(crate) fn add_step(&self, number: i64) -> Result<(), OutboxError> {
        self.connection.execute(
            "INSERT INTO sendings (delivery, step, recovery, visible, begun_at, mark, output)
             SELECT id, 'compose', 'repeat', 0, 0, 'done', '{}' FROM deliveries WHERE post = ?1",
            [number],
        )?;
        Ok(())
    }

    /// Puts back what was there, and lets everything be claimed anew.
    pub(crate) fn mend(
        &self,
        table: &str,
        column: &str,
        number: i64,
        before: &Value,
    ) -> Result<(), OutboxError> {
        let post = Self::post_column(table);
        let update = format!("UPDATE {table} SET {column} = ?1 WHERE {post} = ?2");
        self.connection.execute(&update, params![before, number])?;
        self.connection.execute_batch(
            "UPDATE deliveries SET state = 'queued';
             UPDATE sendings SET mark = 'done';
             DELETE FROM attempts",
        )?;
        Ok(())
    }

    fn post_column(table: &str) -> &'static str {
        match table {
            "posts" => "number",
            "deliveries" => "post",
            _ => "delivery",
        }
    }
}
