//! What somebody at a terminal sees: as much as there is room for, in columns that stay in line, in
//! any script, and signs of what is under way.

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr;

use crate::alone;
use crate::support::World;
use crate::support::scene::Scene;

/// A family of four that is one picture.
const FAMILY: &str = "👨\u{200d}👩\u{200d}👧\u{200d}👦";

/// The end of a cell that runs from right to left, as far as the terminal is concerned.
const ISOLATED: [char; 2] = ['\u{2068}', '\u{2069}'];

/// Returns a world with a post in each of several scripts, all due on one day, and each longer than a
/// wide terminal has room for.
fn scripts() -> World {
    let world = alone();
    for (hour, text) in [
        "Plain words and more of them, ".repeat(12),
        "日本語の文章はとても幅が広い。".repeat(12),
        format!("{FAMILY} and {FAMILY}, ").repeat(20),
        "e\u{301}tude a\u{308}u\u{308}o\u{308} ".repeat(25),
        "שלום עולם 123 ".repeat(20),
        "مرحبا بالعالم 456 ".repeat(20),
        "🇩🇪🇫🇷🇯🇵 ❤\u{fe0f}👍🏽 ".repeat(20),
    ]
    .iter()
    .enumerate()
    {
        let at = format!("2999-12-0{}T09:00:00Z", 1 + hour / 4);
        let text: String = text.graphemes(true).take(290).collect();
        let _ = world.hayon(["post", "--at", &at, &text]).code(0).quiet();
    }
    world
}

/// Returns how many columns a terminal needs for `line`.
fn columns(line: &str) -> usize {
    line.graphemes(true).map(UnicodeWidthStr::width).sum()
}

#[test]
fn a_list_is_a_calendar_that_fits_the_terminal() {
    let world = scripts();
    for wide in [40, 80, 200] {
        let said = world
            .on_terminal(wide, &["list", "--color", "never"])
            .code(0);
        let headings = said.stdout.lines().filter(|line| line.ends_with("(UTC)"));
        let headings: Vec<&str> = headings.collect();
        assert_eq!(
            headings,
            [
                "Sunday 1 December 2999 (UTC)",
                "Monday 2 December 2999 (UTC)"
            ],
            "{said}"
        );
        for line in said.stdout.lines() {
            assert!(columns(line) <= usize::from(wide), "{line}\n{said}");
        }
        let texts = said.stdout.lines().filter(|line| line.contains('…'));
        let texts: Vec<&str> = texts.collect();
        assert_eq!(texts.len(), 7, "{said}");
        let mut starts: Vec<usize> = Vec::new();
        for line in texts {
            // No letter is taken apart, and no more is left out than must be.
            assert!(columns(line) >= usize::from(wide) - 2, "{line}\n{said}");
            assert!(!line.contains("\u{200d}…"), "{line}\n{said}");
            let (before, _) = line.split_once("bluesky  ").expect("an account");
            starts.push(columns(before));
        }
        assert!(starts.windows(2).all(|two| two[0] == two[1]), "{starts:?}");
        // Where there is room, a post is a line.
        let lines = said.stdout.lines().count();
        assert_eq!(lines, if wide == 40 { 3 + 2 * 7 } else { 3 + 7 }, "{said}");
    }
}

#[test]
fn what_runs_from_right_to_left_takes_nothing_along_on_a_terminal() {
    let world = scripts();
    let said = world.on_terminal(80, &["list"]).code(0);
    for (word, is_isolated) in [
        ("שלום", true),
        ("مرحبا", true),
        ("日本", false),
        ("Plain", false),
    ] {
        let mut lines = said.stdout.lines();
        let line = lines.find(|line| line.contains(word)).expect(word);
        let opened = line.find(ISOLATED[0]).map(|at| &line[at + 3..]);
        let is_between = opened.is_some_and(|rest| rest.starts_with(word));
        assert_eq!(is_between, is_isolated, "{line:?}");
        assert_eq!(line.ends_with(ISOLATED[1]), is_isolated, "{line:?}");
    }
    let piped = world.hayon(["list"]).code(0).quiet();
    assert!(!piped.stdout.contains(ISOLATED), "{piped}");
}

#[test]
fn in_a_pipe_a_list_is_a_line_for_each_post_whatever_its_script() {
    let world = scripts();
    let said = world.hayon(["list"]).code(0).quiet();
    let lines: Vec<&str> = said.stdout.lines().collect();
    assert_eq!(lines.len(), 7, "{said}");
    let start = "SCHEDULED  2999-12-01 09:00:00 UTC  bluesky  ";
    for (number, line) in (1..).zip(&lines[..4]) {
        let text = line.strip_prefix(&format!("{number}  {start}"));
        let text = text.unwrap_or_else(|| panic!("{line}"));
        assert!((39..=40).contains(&columns(text)), "{line}");
        assert!(text.ends_with('…'), "{line}");
    }
}

#[test]
fn a_terminal_shows_colours_unless_it_is_told_not_to() {
    let mut world = scripts();
    let bold = "\u{1b}[1mSunday 1 December 2999 (UTC)\u{1b}[0m\n";
    let plain = "Sunday 1 December 2999 (UTC)\n";
    let check = |world: &World, flags: &[&str], expected: &str| {
        let arguments: Vec<&str> = ["list"].iter().chain(flags).copied().collect();
        let said = world.on_terminal(80, &arguments).code(0);
        assert!(said.stdout.starts_with(expected), "{:?}", said.stdout);
    };
    world.set("TERM", "xterm-256color");
    check(&world, &[], bold);
    check(&world, &["--color", "never"], plain);
    world.set("NO_COLOR", "1");
    check(&world, &[], plain);
    check(&world, &["--color", "always"], bold);
    world.unset("NO_COLOR");
    world.set("TERM", "dumb");
    check(&world, &[], plain);
    world.set("CLICOLOR_FORCE", "1");
    check(&world, &[], bold);
    // A pipe is coloured for nobody who has not asked for it, and its lines stay as they are.
    let piped = world.hayon(["list"]).code(0).quiet();
    assert!(!piped.stdout.contains('\u{1b}'), "{:?}", piped.stdout);
}

#[test]
fn progress_is_shown_to_those_who_watch() {
    let scene = Scene::new(&["--latency", "400ms"]);
    let mut world = scene.world;
    world.set("TERM", "xterm-256color");
    let said = world.on_terminal(80, &["post", "hi"]).code(0);
    assert!(said.stdout.contains("publishing"), "{said}");
    // It is gone at the end: what stays is the answer.
    let (_, answer) = said
        .stdout
        .split_once("post 1 is published")
        .expect("an answer");
    assert!(!answer.contains("publishing"), "{said}");
    for flags in [&["-q"][..], &["--json"]] {
        let arguments: Vec<&str> = ["post", "hi", "--again"]
            .iter()
            .chain(flags)
            .copied()
            .collect();
        let said = world.on_terminal(80, &arguments).code(0);
        assert!(!said.stdout.contains("publishing"), "{said}");
    }
}

/// Returns a scene whose storage takes its time, and a film that goes there in twelve parts, eight at a time.
fn upload_of_a_film() -> Scene {
    let mut scene = Scene::new(&["--latency", "300ms"]);
    scene.world.keep_media_in(&scene.sandbox);
    let mut film = b"\0\0\0\x20ftypisom".to_vec();
    film.resize(96 * 1024 * 1024, 7);
    scene.world.write("film.mp4", film);
    scene.world.set("TERM", "xterm-256color");
    scene
}

#[test]
fn an_upload_shows_how_far_it_is_how_fast_and_how_long_it_will_take() {
    let scene = upload_of_a_film();
    let upload = ["media", "upload", "film.mp4"];
    let said = scene.world.on_terminal(100, &upload).code(0);
    // What is drawn over and over, without what moves the cursor.
    let drawn = said.stdout.split(['\r', '\u{1b}']);
    let bars: Vec<&str> = drawn
        .filter(|line| line.contains(" of 96.00 MiB"))
        .collect();
    let is_halfway = |bar: &&&str| !bar.contains(" 0 B of") && !bar.contains("96.00 MiB of");
    let halfway = bars.iter().rfind(is_halfway).expect("a bar on the way");
    assert!(
        halfway.contains("MiB/s  ") && halfway.contains(" left"),
        "{halfway}"
    );
    let first = bars.first().expect("a bar");
    assert!(first.ends_with(" 0 B of 96.00 MiB"), "a guess at {first}");
    // Gone when it is done.
    let last = said.stdout.rsplit('\n').nth(1).unwrap_or_default();
    assert!(!last.contains("MiB/s"), "{last:?}");
}

#[test]
fn nothing_of_it_is_shown_where_nobody_watches() {
    let scene = upload_of_a_film();
    let said = scene
        .world
        .hayon(["media", "upload", "film.mp4"])
        .code(0)
        .quiet();
    assert!(said.stdout.starts_with("temp/"), "{said}");
    let is_drawing = |c: char| c.is_control() && c != '\n';
    assert!(!said.stdout.contains(is_drawing), "{said}");
    assert!(!said.stdout.contains("MiB/s"), "{said}");
    let quiet = ["media", "upload", "film.mp4", "--json"];
    let on_terminal = scene.world.on_terminal(100, &quiet).code(0);
    assert!(!on_terminal.stdout.contains("MiB/s"), "{on_terminal}");
}
