//! Days on which the clocks change.

use crate::post::when::tests::NOW;
use crate::post::when::tests::means_in;
use crate::post::when::tests::refused_in;

/// A change of the clocks: the zone, the last time before what they skip or show twice, one in the
/// midst of it, the first after it; and what the one in the midst may mean.
struct Change {
    zone: &'static str,
    before: (&'static str, &'static str),
    midst: &'static str,
    is_skipped: bool,
    either: [(&'static str, &'static str); 2],
    after: (&'static str, &'static str),
}

const CHANGES: [Change; 12] = [
    Change {
        zone: "Europe/Berlin",
        before: ("2027-03-28 01:59", "2027-03-28T00:59:00Z"),
        midst: "2027-03-28 02:30",
        is_skipped: true,
        either: [
            ("2027-03-28 01:30+01:00", "2027-03-28T00:30:00Z"),
            ("2027-03-28 03:30+02:00", "2027-03-28T01:30:00Z"),
        ],
        after: ("2027-03-28 03:00", "2027-03-28T01:00:00Z"),
    },
    Change {
        zone: "Europe/Berlin",
        before: ("2026-10-25 01:59", "2026-10-24T23:59:00Z"),
        midst: "2026-10-25 02:00",
        is_skipped: false,
        either: [
            ("2026-10-25 02:00+02:00", "2026-10-25T00:00:00Z"),
            ("2026-10-25 02:00+01:00", "2026-10-25T01:00:00Z"),
        ],
        after: ("2026-10-25 03:00", "2026-10-25T02:00:00Z"),
    },
    Change {
        zone: "America/New_York",
        before: ("2027-03-14 01:59", "2027-03-14T06:59:00Z"),
        midst: "2027-03-14 02:00",
        is_skipped: true,
        either: [
            ("2027-03-14 01:00-05:00", "2027-03-14T06:00:00Z"),
            ("2027-03-14 03:00-04:00", "2027-03-14T07:00:00Z"),
        ],
        after: ("2027-03-14 03:00", "2027-03-14T07:00:00Z"),
    },
    Change {
        zone: "America/New_York",
        before: ("2026-11-01 00:59", "2026-11-01T04:59:00Z"),
        midst: "2026-11-01 01:59",
        is_skipped: false,
        either: [
            ("2026-11-01 01:59-04:00", "2026-11-01T05:59:00Z"),
            ("2026-11-01 01:59-05:00", "2026-11-01T06:59:00Z"),
        ],
        after: ("2026-11-01 02:00", "2026-11-01T07:00:00Z"),
    },
    // The day begins at one.
    Change {
        zone: "America/Santiago",
        before: ("2024-09-07 23:59", "2024-09-08T03:59:00Z"),
        midst: "2024-09-08 00:00",
        is_skipped: true,
        either: [
            ("2024-09-07 23:00-04:00", "2024-09-08T03:00:00Z"),
            ("2024-09-08 01:00-03:00", "2024-09-08T04:00:00Z"),
        ],
        after: ("2024-09-08 01:00", "2024-09-08T04:00:00Z"),
    },
    Change {
        zone: "America/Santiago",
        before: ("2024-04-06 22:59", "2024-04-07T01:59:00Z"),
        midst: "2024-04-06 23:30",
        is_skipped: false,
        either: [
            ("2024-04-06 23:30-03:00", "2024-04-07T02:30:00Z"),
            ("2024-04-06 23:30-04:00", "2024-04-07T03:30:00Z"),
        ],
        after: ("2024-04-07 00:00", "2024-04-07T04:00:00Z"),
    },
    // By half an hour.
    Change {
        zone: "Australia/Lord_Howe",
        before: ("2026-10-04 01:59", "2026-10-03T15:29:00Z"),
        midst: "2026-10-04 02:15",
        is_skipped: true,
        either: [
            ("2026-10-04 01:45+10:30", "2026-10-03T15:15:00Z"),
            ("2026-10-04 02:45+11:00", "2026-10-03T15:45:00Z"),
        ],
        after: ("2026-10-04 02:30", "2026-10-03T15:30:00Z"),
    },
    Change {
        zone: "Australia/Lord_Howe",
        before: ("2027-04-04 01:29", "2027-04-03T14:29:00Z"),
        midst: "2027-04-04 01:45",
        is_skipped: false,
        either: [
            ("2027-04-04 01:45+11:00", "2027-04-03T14:45:00Z"),
            ("2027-04-04 01:45+10:30", "2027-04-03T15:15:00Z"),
        ],
        after: ("2027-04-04 02:00", "2027-04-03T15:30:00Z"),
    },
    // By two hours.
    Change {
        zone: "Antarctica/Troll",
        before: ("2027-03-28 00:59", "2027-03-28T00:59:00Z"),
        midst: "2027-03-28 02:30",
        is_skipped: true,
        either: [
            ("2027-03-28 00:30+00:00", "2027-03-28T00:30:00Z"),
            ("2027-03-28 04:30+02:00", "2027-03-28T02:30:00Z"),
        ],
        after: ("2027-03-28 03:00", "2027-03-28T01:00:00Z"),
    },
    Change {
        zone: "Antarctica/Troll",
        before: ("2026-10-25 00:59", "2026-10-24T22:59:00Z"),
        midst: "2026-10-25 02:30",
        is_skipped: false,
        either: [
            ("2026-10-25 02:30+02:00", "2026-10-25T00:30:00Z"),
            ("2026-10-25 02:30+00:00", "2026-10-25T02:30:00Z"),
        ],
        after: ("2026-10-25 03:00", "2026-10-25T03:00:00Z"),
    },
    // A whole day, when the date line moved; and the last time its clocks were put back.
    Change {
        zone: "Pacific/Apia",
        before: ("2011-12-29 23:59", "2011-12-30T09:59:00Z"),
        midst: "2011-12-30 12:00",
        is_skipped: true,
        either: [
            ("2011-12-29 12:00-10:00", "2011-12-29T22:00:00Z"),
            ("2011-12-31 12:00+14:00", "2011-12-30T22:00:00Z"),
        ],
        after: ("2011-12-31 00:00", "2011-12-30T10:00:00Z"),
    },
    Change {
        zone: "Pacific/Apia",
        before: ("2021-04-04 02:59", "2021-04-03T12:59:00Z"),
        midst: "2021-04-04 03:30",
        is_skipped: false,
        either: [
            ("2021-04-04 03:30+14:00", "2021-04-03T13:30:00Z"),
            ("2021-04-04 03:30+13:00", "2021-04-03T14:30:00Z"),
        ],
        after: ("2021-04-04 04:00", "2021-04-03T15:00:00Z"),
    },
];

#[test]
fn what_the_clocks_skip_or_show_twice_is_refused_with_both_candidates() {
    for change in CHANGES {
        let (zone, midst) = (change.zone, change.midst);
        for (words, at) in [change.before, change.after] {
            means_in(zone, NOW, words, &format!("{at} {zone}"));
        }
        let [first, second] = change.either.map(|(words, _)| words);
        let (what, fix) = if change.is_skipped {
            (
                format!("does not exist in `{zone}`: the clocks are put forward then"),
                format!("write `{first}` or `{second}`"),
            )
        } else {
            (
                format!("comes twice in `{zone}`: the clocks are put back then"),
                format!("write `{first}` for the first time, or `{second}` for the second"),
            )
        };
        refused_in(zone, NOW, midst, &format!("`{midst}` {what}"), &fix);
        let named = format!("{midst} {zone}");
        refused_in("UTC", NOW, &named, &format!("`{midst}` {what}"), &fix);
        // Each of the two can be written instead, and is told in the same zone.
        for (words, at) in change.either {
            means_in(zone, NOW, words, &format!("{at} {zone}"));
        }
    }
}
