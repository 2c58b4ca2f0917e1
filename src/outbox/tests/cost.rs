//! What a daemon asks all the time costs the same however much waits: SQLite says how it would answer.

use rusqlite::Connection;
use rusqlite::Row;
use rusqlite::StatementStatus;

use super::Bench;
use super::at;
use super::post;
use crate::outbox::Outbox;
use crate::outbox::checkpoints::DeliveryCheckpoints;
use crate::outbox::claim::CLAIM_DUE;
use crate::outbox::claim::CLAIM_ONE;
use crate::outbox::claim::NEXT_DUE;
use crate::outbox::claim::NEXT_OF_ONE;
use crate::outbox::door::Door;
use crate::outbox::enqueue::Asked;
use crate::outbox::settled::IS_ANYTHING_DUE;
use crate::outbox::settled::IS_DUE_OF_ONE;
use crate::outbox::settled::UNFINISHED;
use crate::outbox::twin::APART;
use crate::outbox::twin::CLOSE_TO;
use crate::outbox::view::PARKED;
use crate::publish::step::Begun;
use crate::publish::step::Checkpoints as _;
use crate::publish::step::Step;

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

/// Asserts that of all deliveries it goes through no more than those that are parked or being sent, which
/// are few.
#[track_caller]
fn reads_no_backlog(statement: &str) {
    let bench = Bench::new();
    let plan = plan(&bench.outbox.connection, statement);
    let are_few = ["INDEX deliveries_sending", "INDEX deliveries_parked"];
    let mut scans: Vec<&str> = plan
        .lines()
        .filter(|line| line.starts_with("SCAN deliveries"))
        .filter(|line| !are_few.iter().any(|few| line.ends_with(few)))
        .collect();
    // The first account is that of the first row, at which it stops.
    let is_first = |line: &&str| line.ends_with("COVERING INDEX deliveries_due");
    if let Some(at) = scans.iter().position(is_first)
        && plan.contains("accounts")
    {
        scans.remove(at);
    }
    assert_eq!(scans, [""; 0], "{plan}");
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
fn the_search_for_twins_reads_neither_what_waits_nor_the_history() {
    reads_no_backlog(CLOSE_TO);
}

#[test]
fn to_ask_what_is_left_to_send_reads_neither_what_waits_nor_the_history() {
    for statement in [IS_ANYTHING_DUE, IS_DUE_OF_ONE, UNFINISHED] {
        reads_no_backlog(statement);
    }
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

#[test]
fn a_question_is_prepared_once_whomever_it_is_about() {
    let bench = Bench::new();
    for statement in [NEXT_DUE, CLOSE_TO] {
        let mut select = bench.outbox.connection.prepare(statement).unwrap();
        for account in ["work", "sky"] {
            select.raw_bind_parameter(1, account).unwrap();
            for other in 2..=select.parameter_count() {
                select.raw_bind_parameter(other, 1).unwrap();
            }
            assert!(select.raw_query().next().unwrap().is_none());
        }
        assert_eq!(
            select.get_status(StatementStatus::RePrepare),
            0,
            "{statement}"
        );
    }
}

#[tokio::test]
async fn what_a_power_cut_may_forget_is_neither_waited_for_nor_witnessed() {
    let mut bench = Bench::new();
    let witnesses = bench.folder.path().join("witnesses");
    bench.outbox.call_witness(&witnesses, at(0)).unwrap();
    let witness = witnesses.join(bench.outbox.id().unwrap());
    bench.enqueue(&post("Hi", None, &["work"]), &Asked::Now);
    let sender = bench.become_sender();
    let claim = bench.claim(&sender, "work", 1).unwrap();
    let Bench { folder, outbox } = bench;
    let door = Door::new(outbox);
    let waits = || {
        let synchronous = |outbox: &mut Outbox| {
            let read = |row: &Row<'_>| row.get::<_, i64>(0);
            Ok(outbox
                .connection
                .pragma_query_value(None, "synchronous", read)?)
        };
        // 1 is NORMAL, 2 is FULL.
        door.at_once(synchronous).unwrap() == 2
    };
    assert!(!waits(), "a claim is forgotten without harm");
    let checkpoints = DeliveryCheckpoints::new(&door, &sender, &claim);
    let upload = Step::repeatable("upload");
    let Begun::Sending(id) = checkpoints.begin(&upload, at(2)).await.unwrap() else {
        panic!("nobody has cancelled")
    };
    checkpoints.done(id, &upload, "\"blob\"").await.unwrap();
    assert!(!waits());
    assert!(
        !witness.exists(),
        "an outbox without it would pass for a backup"
    );
    for step in [
        Step::once("draft"),
        Step::repeatable_within("draft", APART),
        Step::repeatable("publish").visible(),
    ] {
        checkpoints.begin(&step, at(3)).await.unwrap();
        assert!(waits(), "{step:?}");
        assert!(witness.exists(), "{step:?}");
    }
    drop(folder);
}
