//! What holds for all words, all zones and all times.

use jiff::Span;
use jiff::Timestamp;
use jiff::tz::TimeZoneDatabase;
use proptest::prop_assert;
use proptest::prop_assert_eq;
use proptest::proptest;

use crate::post::when::bad::BadWhen;
use crate::post::when::bound::Bound;
use crate::post::when::bound::fix;
use crate::post::when::bound::parse_bound;
use crate::post::when::parse;
use crate::post::when::tests::NOW;
use crate::post::when::tests::instant;
use crate::post::when::tests::zone;

/// Zones whose clocks change by an hour in the night, at midnight, by half an hour, by two hours;
/// one that lost a whole day; one whose summer is its standard time.
const ZONES: [&str; 6] = [
    "Europe/Berlin",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "Pacific/Apia",
    "Africa/Casablanca",
];

/// The last instant that jiff can represent, in milliseconds.
const MILLISECONDS_MAX: i64 = 253_402_207_200_000;

proptest! {
    #[test]
    fn no_words_make_it_panic(words in ".{0,120}", zone_at in 0..6_usize, now: i64) {
        let now = Timestamp::from_millisecond(now % MILLISECONDS_MAX).unwrap();
        let _ = parse(&words, &zone(ZONES[zone_at]), &TimeZoneDatabase::bundled(), now);
    }

    #[test]
    fn nothing_like_a_time_makes_it_panic(
        words in "(in |\\+|at |today|fri|tomorrow|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,12}|[Tt:. +-]|ü|h|m|days?|weeks?|years|am|pm|[zZ]|Europe/Berlin){1,8}",
        zone_at in 0..6_usize,
        now: i64,
    ) {
        let now = Timestamp::from_millisecond(now % MILLISECONDS_MAX).unwrap();
        if let Err(error) = parse(&words, &zone(ZONES[zone_at]), &TimeZoneDatabase::bundled(), now) {
            prop_assert!(!error.fix().is_empty() && !error.to_string().is_empty());
        }
    }

    #[test]
    fn every_time_of_the_clocks_is_one_instant_or_two_candidates(
        nth in 0..40_usize,
        minutes in -240..240_i64,
        zone_at in 0..6_usize,
    ) {
        let (zones, zone) = (TimeZoneDatabase::bundled(), zone(ZONES[zone_at]));
        // Around a change of the clocks; where there are no more of them, around any time.
        let start = instant("2000-01-01T00:00:00Z");
        let change = zone.following(start).nth(nth).map_or(start, |change| change.timestamp());
        let wall = zone.to_datetime(change).checked_add(Span::new().minutes(minutes)).unwrap();
        let words = wall.strftime("%Y-%m-%d %H:%M").to_string();
        let read = |words: &str| parse(words, &zone, &zones, instant(NOW));
        match read(&words) {
            Ok(when) => prop_assert_eq!(zone.to_datetime(when.at), wall),
            Err(BadWhen::Skipped(either)) => {
                for words in [&either.first, &either.second] {
                    prop_assert!(zone.to_datetime(read(words).unwrap().at) != wall);
                }
            }
            Err(BadWhen::Twice(either)) => {
                let (first, second) = (read(&either.first).unwrap(), read(&either.second).unwrap());
                prop_assert!(first.at < second.at);
                prop_assert_eq!(zone.to_datetime(first.at), wall);
                prop_assert_eq!(zone.to_datetime(second.at), wall);
            }
            Err(error) => prop_assert!(false, "{}", error),
        }
    }

    #[test]
    fn a_weekday_is_within_a_week_and_ahead(
        seconds in 0..40 * 366 * 86_400_i64,
        day in 0..7_usize,
        (hour, minute) in (0..24, 0..60),
        zone_at in 0..6_usize,
    ) {
        let day = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][day];
        let now = instant("2000-01-01T00:00:00Z").as_second() + seconds;
        let now = Timestamp::from_second(now).unwrap();
        let zone = zone(ZONES[zone_at]);
        let words = format!("{day} {hour}:{minute:02}");
        if let Ok(when) = parse(&words, &zone, &TimeZoneDatabase::bundled(), now) {
            prop_assert!(when.at > now);
            let wall = zone.to_datetime(when.at);
            let found = wall.strftime("%a %-H:%M").to_string().to_lowercase();
            prop_assert_eq!(found, words);
            prop_assert!(wall.date() <= zone.to_datetime(now).date().checked_add(Span::new().days(7)).unwrap());
        }
    }

    #[test]
    fn nothing_like_a_bound_makes_it_panic(
        words in "(in |\\+|at |ago| |today|yester|day|fri|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,12}|[Tt:.-]|ü|h|m|days?|weeks?|years|am|[zZ]){1,8}",
        zone_at in 0..6_usize,
        now: i64,
    ) {
        let (zone, zones) = (zone(ZONES[zone_at]), TimeZoneDatabase::bundled());
        let now = Timestamp::from_millisecond(now % MILLISECONDS_MAX).unwrap();
        for bound in [Bound::Since, Bound::Until] {
            if let Err(bad) = parse_bound(&words, bound, &zone, &zones, now) {
                prop_assert!(!fix(&bad).is_empty() && !bad.to_string().is_empty());
            }
        }
    }

    #[test]
    fn a_day_ends_where_the_next_one_begins_and_now_is_today(
        seconds in 0..40 * 366 * 86_400_i64,
        zone_at in 0..6_usize,
    ) {
        let (zone, zones) = (zone(ZONES[zone_at]), TimeZoneDatabase::bundled());
        let now = instant("2000-01-01T00:00:00Z").as_second() + seconds;
        let now = Timestamp::from_second(now).unwrap();
        let read = |words: &str, bound| parse_bound(words, bound, &zone, &zones, now).unwrap();
        let weekday = zone.to_datetime(now).strftime("%A").to_string();
        for today in ["today", &weekday] {
            prop_assert!(read(today, Bound::Since) <= now);
            prop_assert!(now < read(today, Bound::Until));
        }
        prop_assert_eq!(read("yesterday", Bound::Until), read("today", Bound::Since));
        prop_assert_eq!(read("today", Bound::Until), read("tomorrow", Bound::Since));
    }
}
