//! The guard against pressing twice.

use crate::outbox::enqueue::Asked;
use crate::outbox::enqueue::Enqueued;
use crate::outbox::enqueue::Twins;
use crate::outbox::record::Ending;
use crate::outbox::state::ParkReason;
use crate::outbox::tests::Bench;
use crate::outbox::tests::asked_at;
use crate::outbox::tests::at;
use crate::outbox::tests::post;
use crate::publish::Published;

/// Stores "Same" for `work`, lets `act` happen to it, and says whether the same at `asked`, `seconds`
/// later, is refused.
#[track_caller]
fn check_twin(first: &Asked, act: fn(&mut Bench), asked: &Asked, seconds: i64, is_refused: bool) {
    let mut bench = Bench::new();
    bench.enqueue(&post("Same", None, &["work", "fox"]), first);
    act(&mut bench);
    let again = post("Same", None, &["sky", "work"]);
    let met = bench
        .outbox
        .enqueue(&again, asked, Twins::Refused, at(seconds))
        .unwrap();
    match met {
        Enqueued::Twin(twin) => {
            assert!(is_refused, "{twin:?}");
            assert_eq!((twin.post, twin.account.as_str()), (1, "work"));
        }
        Enqueued::New(2) => assert!(!is_refused),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_same_words_to_the_same_account_within_ten_minutes_are_twins() {
    let nothing: fn(&mut Bench) = |_| {};
    let (now, minute) = (Asked::Now, 60);
    check_twin(&now, nothing, &now, 0, true);
    // However long it has waited: it goes out as soon as somebody sends.
    check_twin(&now, nothing, &now, 600 * minute, true);
    check_twin(&now, nothing, &asked_at(9 * minute), 0, true);
    check_twin(&now, nothing, &asked_at(11 * minute), 0, false);
    check_twin(&asked_at(60 * minute), nothing, &now, 0, false);
    check_twin(
        &asked_at(60 * minute),
        nothing,
        &asked_at(51 * minute),
        0,
        true,
    );
    check_twin(
        &asked_at(60 * minute),
        nothing,
        &asked_at(49 * minute),
        0,
        false,
    );
    check_twin(&now, |bench| drop(bench.outbox.cancel(1)), &now, 0, false);
}

fn published() -> Ending {
    Ending::Delivered(Published {
        remote_id: Some("1".to_owned()),
        url: None,
    })
}

#[test]
fn what_will_not_go_out_by_itself_is_no_twin() {
    fn end(bench: &mut Bench, ending: &Ending) {
        let sender = bench.become_sender();
        let claim = bench.claim(&sender, "work", 1).unwrap();
        bench.record(&sender, &claim, ending);
    }
    let now = Asked::Now;
    check_twin(&now, |it| end(it, &published()), &now, 60, true);
    check_twin(&now, |it| end(it, &published()), &now, 602, false);
    let refused = |it: &mut Bench| end(it, &Ending::Parked(ParkReason::Refused));
    check_twin(&now, refused, &now, 60, false);
    let doubtful = |it: &mut Bench| end(it, &Ending::Parked(ParkReason::InDoubt));
    check_twin(&now, doubtful, &now, 60, true);
    let claimed = |it: &mut Bench| {
        let sender = it.become_sender();
        it.claim(&sender, "work", 1).unwrap();
    };
    check_twin(&now, claimed, &now, 60, true);
}

#[test]
fn other_words_other_accounts_and_a_wish_for_both_are_no_twins() {
    let mut bench = Bench::new();
    bench.enqueue(&post("Same", None, &["work"]), &Asked::Now);
    for (other, twins) in [
        (post("Other", None, &["work"]), Twins::Refused),
        (post("Same", None, &["sky"]), Twins::Refused),
        (post("Same", None, &["work"]), Twins::Allowed),
        (post("Same", Some("k"), &["work"]), Twins::Refused),
    ] {
        let met = bench.outbox.enqueue(&other, &Asked::Now, twins, at(1));
        assert!(matches!(met, Ok(Enqueued::New(_))), "{met:?}");
    }
}
