//! What a daemon asks all the time costs the same however much waits: SQLite says how it would answer.

use rusqlite::Connection;

use super::Bench;
use crate::outbox::claim::CLAIM_DUE;
use crate::outbox::claim::CLAIM_ONE;
use crate::outbox::claim::NEXT_DUE;
use crate::outbox::claim::NEXT_OF_ONE;
use crate::outbox::view::PARKED;

/// Returns how SQLite answers `statement`, a step a line.
fn plan(connection: &Connection, statement: &str) -> String {
    let mut explain = connection
        .prepare(&format!("EXPLAIN QUERY PLAN {statement}"))
        .unwrap();
    let empty = (1..=explain.parameter_count()).map(|_| None::<i64>);
    let steps = explain.query_map(rusqlite::params_from_iter(empty), |row| row.get(3));
    let steps: Vec<String> = steps.unwrap().map(Result::unwrap).collect();
    steps.join("\n")
}

#[track_caller]
fn uses(statement: &str, index: &str) {
    let bench = Bench::new();
    let plan = plan(&bench.outbox.connection, statement);
    assert!(plan.contains(index), "{plan}");
    // Neither the table row by row, nor rows put into order that the index has in order.
    for dear in ["SCAN deliveries\n", "B-TREE", "AUTOMATIC"] {
        assert!(!format!("{plan}\n").contains(dear), "{plan}");
    }
}

#[test]
fn a_claim_takes_the_first_row_of_a_partial_index() {
    uses(CLAIM_DUE, "INDEX deliveries_due (account=? AND next_at<?)");
}

#[test]
fn the_next_due_time_is_the_first_row_of_a_partial_index() {
    uses(NEXT_DUE, "INDEX deliveries_due (account=?)");
}

#[test]
fn one_post_is_claimed_without_going_through_all_that_is_due() {
    for statement in [CLAIM_ONE, NEXT_OF_ONE] {
        let bench = Bench::new();
        let plan = plan(&bench.outbox.connection, statement);
        assert!(!plan.contains("deliveries_due"), "{plan}");
        assert!(plan.contains("deliveries_2 (post=?)"), "{plan}");
    }
}

#[test]
fn what_is_parked_is_found_without_what_waits() {
    uses(PARKED, "USING INDEX deliveries_parked");
}

#[test]
fn a_scan_is_noticed() {
    let bench = Bench::new();
    let plan = plan(
        &bench.outbox.connection,
        "SELECT id FROM deliveries WHERE state = 'queued' AND next_at <= ?1 ORDER BY next_at",
    );
    assert!(plan.contains("SCAN deliveries"), "{plan}");
}
