//! A disk that has changed what was stored: other bytes in one column of one post, for the fuzzer.

use std::path::Path;

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

    /// Puts `bytes` where the text of `column` of `table` was, for the post `number`, and returns what
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
        let before = self
            .connection
            .query_row(&select, [number], |row| row.get(0))?;
        let update = format!("UPDATE {table} SET {column} = CAST(?1 AS TEXT) WHERE {post} = ?2");
        self.connection.execute(&update, params![bytes, number])?;
        Ok(before)
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
