//! Holds `docs/faults.md` to its word: every test that it names exists, every fault has its row, and a
//! row without a test says why.

#![expect(
    clippy::expect_used,
    reason = "a table that cannot be read fails the test"
)]

use std::fs;
use std::path::Path;

const TABLE: &str = "docs/faults.md";

/// How many faults there are; their rows are numbered from 1.
const FAULTS: usize = 47;

/// How many words make a reason.
const REASON_WORDS_MIN: usize = 6;

/// Returns what is wrong with the table `text`, where `read` returns the source at a path.
fn troubles(text: &str, read: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut sentences = Vec::new();
    let rows: Vec<Vec<&str>> = text.lines().filter_map(cells).collect();
    for number in 1..=FAULTS {
        let number = number.to_string();
        let found = rows.iter().filter(|row| row[0] == number).count();
        if found != 1 {
            sentences.push(format!("{found} rows for fault {number}, and not one"));
        }
    }
    for row in &rows {
        let (name, proof) = (row[0], row[row.len() - 1]);
        let tests: Vec<&str> = named(proof).collect();
        for test in &tests {
            let (path, function) = test.split_once("::").expect("a name of both");
            let Some(source) = read(path) else {
                sentences.push(format!("row {name} names `{path}`, which is not there"));
                continue;
            };
            if !has_test(&source, function) {
                sentences.push(format!("row {name}: `{path}` has no test `{function}`"));
            }
        }
        let words = proof.split_whitespace().count();
        if tests.is_empty() && words < REASON_WORDS_MIN {
            sentences.push(format!("row {name} names no test, and does not say why"));
        }
    }
    sentences
}

/// Returns the cells of a line that is a row of a table, but not of its head.
fn cells(line: &str) -> Option<Vec<&str>> {
    let row = line.strip_prefix("| ")?.strip_suffix('|')?;
    let cells: Vec<&str> = row.split(" |").map(str::trim).collect();
    let is_head = matches!(cells[0], "#" | "Topic");
    (!is_head).then_some(cells)
}

/// Returns the names of tests within backticks.
fn named(proof: &str) -> impl Iterator<Item = &str> {
    let literals = proof.split('`').skip(1).step_by(2);
    literals.filter(|literal| literal.contains(".rs::"))
}

/// Whether `source` has a test called `function`.
fn has_test(source: &str, function: &str) -> bool {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let is_it = |line: &str| {
        let line = line.strip_prefix("async ").unwrap_or(line);
        let name = line
            .strip_prefix("fn ")
            .and_then(|rest| rest.split('(').next());
        name == Some(function)
    };
    lines.iter().enumerate().any(|(at, line)| {
        let mut above = lines[..at].iter().rev();
        is_it(line)
            && above
                .by_ref()
                .take_while(|above| !above.is_empty() && !above.ends_with('}'))
                .any(|above| above.starts_with("#[test]") || above.starts_with("#[tokio::test"))
    })
}

#[test]
fn every_fault_has_tests_that_exist_or_says_why_not() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(root.join(path)).ok();
    let table = read(TABLE).expect("the table of faults");
    let sentences = troubles(&table, read);
    assert!(sentences.is_empty(), "\n{}\n", sentences.join("\n"));
}

#[test]
fn a_row_that_proves_nothing_is_noticed() {
    let mut table = "| # | Fault |\n|---|---|\n".to_owned();
    for number in 1..=FAULTS {
        table.push_str(&format!("| {number} | a fault | `a.rs::holds` |\n"));
    }
    let read = |path: &str| {
        let source = "#[test]\nfn holds() {\n}\n\nfn helps() {\n}\n";
        (path == "a.rs").then(|| source.to_owned())
    };
    assert_eq!(troubles(&table, read), [""; 0]);
    let broken = [
        (
            "| 3 | a fault | `a.rs::helps` |",
            "row 3: `a.rs` has no test `helps`",
        ),
        (
            "| 3 | a fault | `b.rs::holds` |",
            "row 3 names `b.rs`, which is not there",
        ),
        (
            "| 3 | a fault | no |",
            "row 3 names no test, and does not say why",
        ),
        ("", "0 rows for fault 3, and not one"),
    ];
    for (row, sentence) in broken {
        let table = table.replace("| 3 | a fault | `a.rs::holds` |", row);
        assert_eq!(troubles(&table, read), [sentence]);
    }
    let reasoned = table.replace(
        "| 3 | a fault | `a.rs::holds` |",
        "| 3 | a fault | nothing of that kind can be tried here |",
    );
    assert_eq!(troubles(&reasoned, read), [""; 0]);
}
