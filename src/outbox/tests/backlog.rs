//! What a sender asks for again and again costs the same however much waits.

use crate::outbox::claim::Scope;
use crate::outbox::enqueue::Asked;
use crate::outbox::settled::IS_ANYTHING_DUE;
use crate::outbox::settled::IS_DUE_OF_ONE;
use crate::outbox::tests::Bench;
use crate::outbox::tests::asked_at;
use crate::outbox::tests::at;
use crate::outbox::tests::post;

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
fn to_ask_whether_all_is_sent_reads_no_backlog() {
    let bench = Bench::new();
    for question in [IS_ANYTHING_DUE, IS_DUE_OF_ONE] {
        let explain = format!("EXPLAIN QUERY PLAN {question}");
        let mut select = bench.outbox.connection.prepare(&explain).unwrap();
        let values = rusqlite::params_from_iter(vec![1; select.parameter_count()]);
        let plan = select.query_map(values, |row| row.get::<_, String>(3));
        let plan = plan.unwrap();
        let plan: Vec<String> = plan.map(Result::unwrap).collect();
        // All that are being sent are a few; of the others the first is asked for.
        let read_whole = plan
            .iter()
            .filter(|line| line.starts_with("SCAN deliveries"))
            .filter(|line| !line.ends_with("INDEX deliveries_sending"));
        assert!(read_whole.count() <= 1, "{plan:#?}");
        assert!(
            !plan.iter().any(|line| line == "SCAN deliveries"),
            "{plan:#?}"
        );
    }
}
