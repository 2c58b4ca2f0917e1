//! Reads columns that a flipped bit may have changed: what is wrong with one row is told of that row,
//! and keeps no other from being read or sent.

use rusqlite::Row;
use rusqlite::types::ValueRef;

/// Returns a text, though it may be no UTF-8 any more.
pub(crate) fn text(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    match row.get_ref(column)? {
        ValueRef::Text(bytes) => Ok(String::from_utf8_lossy(bytes).into_owned()),
        _ => row.get(column),
    }
}

/// Returns a text that may be absent, though it may be no UTF-8 any more.
pub(crate) fn optional_text(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<String>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        _ => text(row, column).map(Some),
    }
}

/// Whether a column has what a text can be: what is no UTF-8 was not stored so.
pub(crate) fn is_text(row: &Row<'_>, column: usize) -> rusqlite::Result<bool> {
    Ok(match row.get_ref(column)? {
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).is_ok(),
        _ => true,
    })
}

/// More than anything may happen, and still a number that can be added to.
const COUNT_MAX: u32 = 1 << 30;

/// Returns how often something has happened. What no count can be is taken for more than is allowed.
pub(crate) fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u32> {
    let count: i64 = row.get(column)?;
    Ok(u32::try_from(count).unwrap_or(COUNT_MAX).min(COUNT_MAX))
}
