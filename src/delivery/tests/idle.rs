//! What a daemon does while nothing is due: it looks now and then, once for all accounts.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::Bench;
use super::Kind;
use super::Sight;
use crate::delivery::worker::Publishers;
use crate::publish::Publisher;

const ACCOUNTS: usize = 6;
const TEN_MINUTES: Duration = Duration::from_mins(10);

#[tokio::test(start_paused = true)]
async fn a_daemon_that_waits_looks_about_once_for_all_accounts() {
    let bench = Bench::new(Kind::Keyed, Sight::Clear, &[]);
    bench.attempt_once().await;
    let publisher: Arc<dyn Publisher> = bench.publisher.clone();
    let plan = crate::daemon::turn::Plan {
        publishers: Publishers::new(vec![publisher; ACCOUNTS]),
        ..bench.plan.clone()
    };
    let looks = Cell::new(0);
    let changed = || {
        looks.set(looks.get() + 1);
        false
    };
    let (_tell, mut stopping) = watch::channel(false);
    let waiting = plan.deliver_forever(&mut stopping, |_| {}, || {}, |_, _| {}, changed);
    let ended = tokio::time::timeout(TEN_MINUTES, waiting).await;
    assert!(ended.is_err(), "nobody has told it to stop: {ended:?}");
    // Every account twice at the start, and then a look every 30 s, however many accounts.
    let looks_max = 2 * (ACCOUNTS + 1) + 20;
    assert!(looks.get() <= looks_max, "{} looks", looks.get());
}
