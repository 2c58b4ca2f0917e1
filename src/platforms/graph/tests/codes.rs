//! A row for every code of Meta's pages and of the repositories that met others (all as in
//! `graph/codes.rs`, read 2026-11-23): what it proves where nobody sees anything yet, and where
//! something was made public.

use crate::platforms::graph::answer::Phase;
use crate::platforms::graph::tests::failed;
use crate::platforms::graph::tests::word;

/// Status, code, subcode, and the words of both phases.
type Row = (u16, i64, Option<i64>, &'static str, &'static str);

const ROWS: [Row; 90] = [
    // Unknown, or the service is down.
    (400, 1, None, "passes", "unknown"),
    (500, 1, None, "passes", "unknown"),
    (400, 2, None, "passes", "unknown"),
    (500, 2, None, "passes", "unknown"),
    (503, 2, None, "passes", "unknown"),
    (400, -1, Some(2_207_001), "passes", "unknown"),
    (500, -1, Some(2_207_001), "passes", "unknown"),
    (400, -1, None, "passes", "unknown"),
    // It could not be created or uploaded.
    (400, -1, Some(2_207_032), "passes", "unknown"),
    (400, -1, Some(2_207_053), "passes", "unknown"),
    (400, -2, Some(2_207_003), "passes", "unknown"),
    // The container is gone; whoever has one sees to it before.
    (400, -2, Some(2_207_020), "refused", "refused"),
    (400, 24, Some(2_207_008), "refused", "refused"),
    (400, 24, Some(2_207_006), "refused", "refused"),
    (400, 24, Some(4_279_009), "refused", "refused"),
    (500, 24, Some(4_279_009), "refused", "unknown"),
    (400, 9007, Some(2_207_027), "10 s", "10 s"),
    (500, 9007, Some(2_207_027), "10 s", "unknown"),
    (400, 9004, Some(2_207_052), "passes", "unknown"),
    // The format, the size, the shape, the caption, the carousel, the tags.
    (400, 352, Some(2_207_026), "refused", "refused"),
    (400, 36_000, Some(2_207_004), "refused", "refused"),
    (400, 36_001, Some(2_207_005), "refused", "refused"),
    (400, 36_003, Some(2_207_009), "refused", "refused"),
    (400, 36_004, Some(2_207_010), "refused", "refused"),
    (400, 100, Some(2_207_023), "refused", "refused"),
    (400, 100, Some(2_207_028), "refused", "refused"),
    (400, 100, Some(2_207_035), "refused", "refused"),
    (400, 100, Some(2_207_036), "refused", "refused"),
    (400, 100, Some(2_207_037), "refused", "refused"),
    (400, 100, Some(2_207_040), "refused", "refused"),
    (400, 1, Some(2_207_057), "refused", "unknown"),
    // Too many requests.
    (400, 4, None, "60 min", "60 min"),
    (403, 4, None, "60 min", "60 min"),
    (429, 4, None, "60 min", "60 min"),
    (500, 4, None, "60 min", "unknown"),
    (400, 17, None, "60 min", "60 min"),
    (400, 32, None, "60 min", "60 min"),
    (400, 341, None, "60 min", "60 min"),
    (400, 613, None, "60 min", "60 min"),
    (400, 80_001, None, "60 min", "60 min"),
    (400, 80_002, None, "60 min", "60 min"),
    (400, 80_007, None, "60 min", "60 min"),
    // The day's posts.
    (400, 9, Some(2_207_042), "60 min", "60 min"),
    (403, 4, Some(2_207_042), "60 min", "60 min"),
    // Taken for spam: it was public at times.
    (400, 4, Some(2_207_051), "360 min", "unknown"),
    (403, 4, Some(2_207_051), "360 min", "unknown"),
    // Blocked for a while, or for what it says.
    (400, 368, None, "60 min", "60 min"),
    (400, 368, Some(1_390_008), "60 min", "60 min"),
    (400, 368, Some(1_346_003), "refused", "refused"),
    (400, 368, Some(1_404_102), "refused", "refused"),
    (400, 368, Some(1_404_006), "refused", "refused"),
    (400, 368, Some(1_404_112), "refused", "refused"),
    // The account is restricted.
    (400, 25, Some(2_207_050), "refused", "refused"),
    (400, 4_279_013, None, "refused", "refused"),
    (400, 24, Some(4_279_013), "refused", "refused"),
    // It is there already; Facebook's publisher looks first.
    (400, 506, None, "refused", "refused"),
    (400, 1_366_051, None, "refused", "refused"),
    (400, 100, Some(1_366_051), "refused", "refused"),
    // A parameter.
    (400, 100, None, "refused", "refused"),
    (500, 100, None, "refused", "unknown"),
    (400, 100, Some(33), "refused", "refused"),
    // A permission; Threads has said so with the post public.
    (400, 100, Some(10), "login", "login"),
    (403, 10, None, "login", "login"),
    (500, 10, None, "login", "unknown"),
    (400, 3, None, "login", "login"),
    (403, 200, None, "login", "login"),
    (403, 299, Some(1), "login", "login"),
    (400, 1_404_078, None, "login", "login"),
    (403, 200, Some(1_404_078), "login", "login"),
    (400, 4_854_002, None, "login", "login"),
    // The token.
    (400, 190, None, "login", "login"),
    (401, 190, Some(463), "login", "login"),
    (400, 190, Some(458), "login", "login"),
    (400, 190, Some(459), "login", "login"),
    (400, 190, Some(460), "login", "login"),
    (400, 190, Some(464), "login", "login"),
    (400, 190, Some(467), "login", "login"),
    (400, 190, Some(492), "login", "login"),
    (400, 102, None, "login", "login"),
    (400, 452, Some(4_279_019), "login", "login"),
    // No text, or a link that Facebook does not take.
    (400, 197, None, "refused", "refused"),
    (400, 1_609_005, None, "refused", "refused"),
    (400, 100, Some(1_609_008), "refused", "refused"),
    (500, 2_061_006, None, "refused", "unknown"),
    // Facebook is down for a while.
    (400, 1_363_047, None, "passes", "unknown"),
    (400, 100, Some(1_609_010), "passes", "unknown"),
    // The version of the API is gone.
    (400, 2635, None, "refused", "refused"),
    // What no table has, by the status.
    (400, 77_777, None, "refused", "refused"),
    (401, 77_777, None, "login", "login"),
    (500, 77_777, None, "passes", "unknown"),
];

#[test]
fn every_code_has_its_meaning_hidden_and_visible() {
    for (status, code, subcode, hidden, visible) in ROWS {
        let answer = || failed(status, code, subcode);
        let found = (
            word(answer(), Phase::Hidden),
            word(answer(), Phase::Visible),
        );
        let expected = (hidden.to_owned(), visible.to_owned());
        assert_eq!(found, expected, "{status}: {code}/{subcode:?}");
    }
}

#[test]
fn a_code_means_the_same_to_who_only_reads_but_what_cannot_be_read_is_not_missing() {
    for (status, code, subcode, hidden, _) in ROWS {
        let is_unreadable = code == 100 && subcode == Some(33);
        let expected = if is_unreadable { "passes" } else { hidden };
        let found = word(failed(status, code, subcode), Phase::Reading);
        assert_eq!(found, expected, "{status}: {code}/{subcode:?}");
    }
}
