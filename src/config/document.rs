//! TOML files that people write and hayon changes: whatever is changed, all else stays as it was
//! written, comments and order too.

use toml_edit::Array;
use toml_edit::DocumentMut;
use toml_edit::Item;
use toml_edit::RawString;
use toml_edit::Table;
use toml_edit::TableLike;
use toml_edit::Value;

/// Sets `key` of `table`; what is written behind an old value stays there.
pub(super) fn set(table: &mut dyn TableLike, key: &str, mut value: Value) {
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        None => drop(table.insert(key, Item::Value(value))),
    }
}

/// Removes what stands under `path`, such as a table, and returns whether there was anything.
///
/// The comment right above a table goes with it; what an empty line parts from it stays.
pub(super) fn remove(document: &mut DocumentMut, path: &[&str]) -> bool {
    let Some((last, above)) = path.split_last() else {
        return false;
    };
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for key in above {
        match table.get_mut(key).and_then(Item::as_table_like_mut) {
            Some(below) => table = below,
            None => return false,
        }
    }
    let Some(removed) = table.remove(last) else {
        return false;
    };
    if let Item::Table(removed) = removed {
        keep_comment(document, &removed);
    }
    true
}

/// Drops the text `word` from `array`, and returns whether it was there.
pub(super) fn drop_from(array: &mut Array, word: &str) -> bool {
    let Some(position) = array.iter().position(|it| it.as_str() == Some(word)) else {
        return false;
    };
    let dropped = array.remove(position);
    // What stood before the first is before the next now, without the space that parted them.
    if let (0, Some(first)) = (position, array.get_mut(0)) {
        let prefix = text(dropped.decor().prefix());
        first.decor_mut().set_prefix(prefix);
    }
    true
}

/// Hands what stands above a removed table, and is not of it, to whatever follows.
fn keep_comment(document: &mut DocumentMut, removed: &Table) {
    let prefix = removed.decor().prefix().and_then(RawString::as_str);
    let end = prefix.and_then(|prefix| prefix.rfind("\n\n"));
    let (Some(prefix), Some(end)) = (prefix, end) else {
        return;
    };
    let kept = &prefix[..=end];
    if !kept.contains('#') {
        return;
    }
    let next = removed
        .position()
        .and_then(|position| following(document.as_table_mut(), position));
    if let Some(next) = next {
        let old = text(next.decor().prefix());
        next.decor_mut().set_prefix(format!("{kept}{old}"));
    } else {
        let old = text(Some(document.trailing()));
        document.set_trailing(format!("{kept}{old}"));
    }
}

fn text(raw: Option<&RawString>) -> String {
    raw.and_then(RawString::as_str).unwrap_or("").to_owned()
}

/// Returns the first table that is written after `position`.
fn following(table: &mut Table, position: isize) -> Option<&mut Table> {
    let is_after = |it: &Table| !it.is_implicit() && it.position().is_some_and(|at| at > position);
    let mut first: Option<&mut Table> = None;
    for (_, item) in table.iter_mut() {
        let Item::Table(below) = item else { continue };
        let candidate = if is_after(below) {
            Some(below)
        } else {
            following(below, position)
        };
        if let Some(candidate) = candidate
            && first
                .as_ref()
                .is_none_or(|first| candidate.position() < first.position())
        {
            first = Some(candidate);
        }
    }
    first
}
