//! What a sender asks for again and again costs the same however much waits.

use std::collections::BTreeSet;

use crate::outbox::claim::Scope;
use crate::outbox::enqueue::Asked;
use crate::outbox::record::Ending;
use crate::outbox::record::Toll;
use crate::outbox::settled::IS_ANYTHING_DUE;
use crate::outbox::settled::IS_DUE_OF_ONE;
use crate::outbox::settled::UNFINISHED;
use crate::outbox::state::ParkReason;
use crate::outbox::tests::Bench;
use crate::outbox::tests::asked_at;
use crate::outbox::tests::at;
use crate::outbox::tests::post;
use crate::outbox::view::Row;

#[test]
fn all_is_sent_when_nothing_is_due_for_any_account_and_nothing_is_being_sent() {
    let mut bench = Bench::new();
    let is_settled = |bench: &Bench, scope| bench.outbox.is_settled(scope, at(50)).unwrap();
    assert!(is_settled(&bench, Scope::Everything));
    bench.enqueue(&post("later", None, &["a", "b", "c"]), &asked_at(60));
    assert!(is_settled(&bench, Scope::Everything));
    bench.enqueue(&post("due", None, &["b"]), &Asked::Now);
    assert!(!is_settled(&bench, Scope::Everything));
    assert!(is_settled(&bench, Scope::Post(1)));
    assert!(!is_settled(&bench, Scope::Post(2)));
    let sender = bench.become_sender();
    assert!(bench.claim(&sender, "b", 50).is_some());
    assert!(!is_settled(&bench, Scope::Everything));
    assert!(!is_settled(&bench, Scope::Post(2)));
}

#[test]
fn what_is_left_to_send_is_what_is_due_put_off_or_not_and_not_what_is_for_later() {
    let mut bench = Bench::new();
    let accounts = ["sent", "put-off", "parked", "under-way", "due"];
    bench.enqueue(&post("now", None, &accounts), &Asked::Now);
    bench.enqueue(&post("later", None, &accounts), &asked_at(60));
    let sender = bench.become_sender();
    let again = Ending::Again {
        at: at(300),
        toll: Toll::Attempt,
    };
    let endings = [
        ("sent", Ending::Cancelled),
        ("put-off", again),
        ("parked", Ending::Parked(ParkReason::Refused)),
    ];
    for (account, ending) in endings {
        let claim = bench.claim(&sender, account, 1).unwrap();
        bench.record(&sender, &claim, &ending);
    }
    assert!(bench.claim(&sender, "under-way", 1).is_some());
    let left = bench.outbox.unfinished(at(2)).unwrap();
    let named = |rows: &BTreeSet<Row>| -> BTreeSet<(i64, String)> {
        rows.iter()
            .map(|row| (row.post, row.account.clone()))
            .collect()
    };
    let of_first = |accounts: &[&str]| accounts.iter().map(|a| (1, (*a).to_owned())).collect();
    assert_eq!(named(&left.due), of_first(&["due", "put-off", "under-way"]));
    assert_eq!(named(&left.parked), of_first(&["parked"]));
}

#[test]
fn to_ask_what_is_left_to_send_reads_no_backlog() {
    let bench = Bench::new();
    for question in [IS_ANYTHING_DUE, IS_DUE_OF_ONE, UNFINISHED] {
        let explain = format!("EXPLAIN QUERY PLAN {question}");
        let mut select = bench.outbox.connection.prepare(&explain).unwrap();
        let values = rusqlite::params_from_iter(vec![1; select.parameter_count()]);
        let plan = select.query_map(values, |row| row.get::<_, String>(3));
        let plan = plan.unwrap();
        let plan: Vec<String> = plan.map(Result::unwrap).collect();
        // All that are being sent are a few, and all that is parked is told; of the others the first is asked for.
        let are_few = ["INDEX deliveries_sending", "INDEX deliveries_parked"];
        let read_whole = plan
            .iter()
            .filter(|line| line.starts_with("SCAN deliveries"))
            .filter(|line| !are_few.iter().any(|few| line.ends_with(few)));
        assert!(read_whole.count() <= 1, "{plan:#?}");
        assert!(
            !plan.iter().any(|line| line == "SCAN deliveries"),
            "{plan:#?}"
        );
    }
}
