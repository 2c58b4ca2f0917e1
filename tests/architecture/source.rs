//! Reads sources as far as the rules need: lines, their code, and what only tests compile.

#![expect(
    clippy::expect_used,
    reason = "a project that cannot be read fails the test"
)]

use std::fs;
use std::iter;
use std::path::Path;

/// One source file, its path relative to `src/` or `tests/`.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) lines: Vec<Line>,
}

/// One line of it.
pub(crate) struct Line {
    pub(crate) raw: String,
    /// The line without its comments and with empty strings.
    pub(crate) code: String,
    /// Whether it is compiled only into tests.
    pub(crate) is_test: bool,
}

impl Source {
    /// Returns the source `text`, its lines marked.
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let code = without_comments_and_strings(text);
        let mut lines: Vec<Line> = text
            .lines()
            .zip(code.lines().chain(iter::repeat("")))
            .map(|(raw, code)| Line {
                raw: raw.to_owned(),
                code: code.to_owned(),
                is_test: false,
            })
            .collect();
        mark_tests(&mut lines);
        let is_test_file = path
            .split('/')
            .any(|part| matches!(part, "tests" | "tests.rs" | "testing" | "testing.rs"));
        for line in &mut lines {
            line.is_test |= is_test_file;
        }
        Self {
            path: path.to_owned(),
            lines,
        }
    }

    /// Returns the module of the floor plan that it belongs to.
    pub(crate) fn module(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.trim_end_matches(".rs")
    }

    /// Returns the lines that are compiled into the product.
    pub(crate) fn product(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| !line.is_test)
    }

    /// Returns the doc that it opens with, in one line.
    pub(crate) fn module_doc(&self) -> String {
        let doc = self
            .lines
            .iter()
            .map_while(|line| line.raw.strip_prefix("//!"));
        doc.map(str::trim)
            .collect::<Vec<_>>()
            .join(" ")
            .trim()
            .to_owned()
    }

    /// Returns a sentence that says what is wrong with it.
    pub(crate) fn sentence(&self, what: impl std::fmt::Display) -> String {
        format!("`{}`: {what}", self.path)
    }
}

/// Marks every item under `#[cfg(test)]`: rustfmt ends an item at its own indentation.
fn mark_tests(lines: &mut [Line]) {
    let mut open: Option<usize> = None;
    for line in lines {
        let code = line.code.trim_end();
        let indent = code.len() - code.trim_start().len();
        if open.is_none() && code.trim_start().starts_with("#[cfg(test)]") {
            open = Some(indent);
            line.is_test = true;
            continue;
        }
        let Some(start) = open else { continue };
        line.is_test = true;
        let is_attribute = code.trim_start().starts_with("#[");
        let is_end = code.ends_with([';', ',', '}']);
        if !code.is_empty() && indent == start && is_end && !is_attribute {
            open = None;
        }
    }
}

/// Blanks comments and the insides of strings, and keeps every line where it is.
fn without_comments_and_strings(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if first == '"' {
            string_length(rest)
        } else if let Some(length) = raw_string_length(rest) {
            length
        } else {
            char_length(rest).unwrap_or_else(|| {
                code.push(first);
                first.len_utf8()
            })
        };
        let (token, after) = rest.split_at(length);
        let is_blanked = length > first.len_utf8();
        code.extend(token.chars().filter(|&char| char == '\n' && is_blanked));
        rest = after;
    }
    code
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, char) in text.char_indices().skip(1) {
        match char {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

fn raw_string_length(text: &str) -> Option<usize> {
    let after = text.strip_prefix('r')?;
    let body = after.trim_start_matches('#');
    let hashes = &after[..after.len() - body.len()];
    let end = body.strip_prefix('"')?.find(&format!("\"{hashes}"))?;
    Some(1 + hashes.len() + 1 + end + 1 + hashes.len())
}

/// The length of a character literal; nothing for a lifetime.
fn char_length(text: &str) -> Option<usize> {
    let body = text.strip_prefix('\'')?;
    let first = body.chars().next()?;
    let start = 1 + first.len_utf8() + usize::from(first == '\\');
    let end = text.get(start..)?.find('\'')?;
    (first == '\\' || end == 0).then_some(start + end + 1)
}

/// Reads every `.rs` file under `folder` of the project.
pub(crate) fn read(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut folders = vec![root.clone()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the project") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path
                    .strip_prefix(&root)
                    .expect("a path below")
                    .display()
                    .to_string();
                let text = fs::read_to_string(&path).expect("a source in UTF-8");
                sources.push(Source::new(&name.replace('\\', "/"), &text));
            }
        }
    }
    assert!(!sources.is_empty(), "no sources under `{folder}`");
    sources
}
