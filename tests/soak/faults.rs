//! What goes wrong on the servers during a soak: some of the first requests to each platform.

/// How many requests of a platform may meet a fault: more than it is sent in a minute.
const REQUESTS: usize = 600;

/// In how many requests one goes wrong.
const ONE_IN: usize = 9;

/// What may happen to a request. None of them holds a request for longer than a storm lasts, none asks
/// to wait for an hour, and none ends a log-in: a person would have to mend that.
const DEEDS: [&str; 10] = [
    "act-and-hang-up",
    "act-and-hang-up",
    "refuse-and-hang-up",
    "cut",
    "status:500",
    "status:503",
    "status:429 Retry-After: 1",
    "act-and-status:500",
    "act-and-status:504",
    "slow:700ms",
];

/// The same of Meta, which answers with numbers.
const DEEDS_OF_META: [&str; 2] = ["error:2", "act-and-error:2"];

const PLATFORMS: [&str; 6] = [
    "bluesky",
    "mastodon",
    "threads",
    "instagram",
    "facebook",
    "tumblr",
];

/// Returns the faults of a sandbox, each as `--fault` takes it.
pub(crate) fn faults(chance: &mut fastrand::Rng) -> Vec<String> {
    let mut faults = Vec::new();
    for platform in PLATFORMS {
        let is_meta = ["threads", "instagram", "facebook"].contains(&platform);
        let mut deeds = DEEDS.to_vec();
        if is_meta {
            deeds.extend(DEEDS_OF_META);
        }
        for turn in 1..=REQUESTS {
            if chance.usize(..ONE_IN) == 0 {
                let deed = deeds[chance.usize(..deeds.len())];
                faults.push(format!("{platform} * * #{turn} {deed}"));
            }
        }
    }
    faults
}
