//! What is left to send, and whether anything is.

use std::collections::BTreeSet;

use crate::outbox::claim::Scope;
use crate::outbox::enqueue::Asked;
use crate::outbox::record::Ending;
use crate::outbox::record::Toll;
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
    let accounts = ["sent", "put-off", "parked", "under-way", "due", "set-back"];
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
    // As a clock leaves it that was ahead when it was asked for.
    bench.run_sql(
        "UPDATE deliveries SET due_at = due_at + 100000 WHERE account = 'set-back' AND post = 1",
    );
    let left = bench.outbox.unfinished(at(2)).unwrap();
    let named = |rows: &BTreeSet<Row>| -> BTreeSet<(i64, String)> {
        rows.iter()
            .map(|row| (row.post, row.account.clone()))
            .collect()
    };
    let of_first = |accounts: &[&str]| accounts.iter().map(|a| (1, (*a).to_owned())).collect();
    assert_eq!(
        named(&left.due),
        of_first(&["due", "put-off", "set-back", "under-way"])
    );
    assert_eq!(named(&left.parked), of_first(&["parked"]));
}
