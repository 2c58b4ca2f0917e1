//! What files say, and where they go wrong.

use std::collections::BTreeMap;
use std::path::PathBuf;

use proptest::prop_assert;
use proptest::prop_assert_eq;
use proptest::proptest;

use crate::post::card::CardChoice;
use crate::post::draft::Draft;
use crate::post::draft::DraftMedia;
use crate::post::fit::Fit;
use crate::post::front_matter::PostFile;
use crate::post::front_matter::read_post_file;
use crate::post::front_matter::written::write_post_file;
use crate::post::post::Visibility;

fn read(file: &str) -> PostFile {
    read_post_file(file).unwrap()
}

#[track_caller]
fn check_refused(file: &str, message: &str) {
    assert_eq!(read_post_file(file).unwrap_err().to_string(), message);
}

fn media(path: &str, alt: Option<&str>) -> DraftMedia {
    DraftMedia {
        path: PathBuf::from(path),
        alt: alt.map(str::to_owned),
    }
}

#[test]
fn a_file_without_front_matter_is_all_text() {
    for file in ["", "hello\n+++\nworld\n", "++++\nx\n", " +++\n"] {
        let post_file = read(file);
        assert_eq!(post_file.draft.text, file);
        assert_eq!(post_file.to, [""; 0]);
    }
}

#[test]
fn a_file_says_everything_that_the_command_line_can() {
    let post_file = read(
        "+++\n\
         to = [\"work\", \"bluesky\"]\n\
         media = [\"a.jpg\", \"sub/b.png\", \"c.png\"]\n\
         alt = [\"a cat\", \"\"]\n\
         at = \"2026-12-24T18:00:00\"\n\
         tz = \"Europe/Berlin\"\n\
         key = \"xmas\"\n\
         lang = \"de\"\n\
         cw = \"cats\"\n\
         visibility = \"unlisted\"\n\
         fit = \"crop\"\n\
         [texts]\n\
         sky = \"short\"\n\
         +++\n\
         Hello,\n\
         world\n",
    );
    assert_eq!(post_file.to, ["work", "bluesky"]);
    assert_eq!(post_file.at.as_deref(), Some("2026-12-24T18:00:00"));
    assert_eq!(post_file.tz.as_deref(), Some("Europe/Berlin"));
    let draft = post_file.draft;
    assert_eq!(draft.text, "Hello,\nworld\n");
    assert_eq!(draft.texts[&"sky".parse().unwrap()], "short");
    assert_eq!(draft.key.as_deref(), Some("xmas"));
    assert_eq!(draft.lang.as_deref(), Some("de"));
    assert_eq!(draft.cw.as_deref(), Some("cats"));
    assert_eq!(draft.visibility, Some(Visibility::Unlisted));
    assert_eq!(draft.fit, Some(Fit::Crop));
    assert_eq!(
        draft.media,
        [
            media("a.jpg", Some("a cat")),
            media("sub/b.png", None),
            media("c.png", None)
        ]
    );
}

#[test]
fn a_card_is_an_address_or_none_or_that_of_the_first_link() {
    let page = || CardChoice::Page("https://a.example/".to_owned());
    for (line, card) in [
        ("", CardChoice::FirstLink),
        ("card = true\n", CardChoice::FirstLink),
        ("card = false\n", CardChoice::Nothing),
        ("card = \"https://a.example/\"\n", page()),
    ] {
        let file = read(&format!("+++\n{line}+++\nx\n"));
        assert_eq!(file.draft.card, card, "{line}");
        assert_eq!(read(&write_post_file(&file)).draft.card, card, "{line}");
    }
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_do_no_harm() {
    let post_file = read("\u{feff}+++\r\nkey = \"k\"\r\n+++\r\ntext\r\n");
    assert_eq!(post_file.draft.key.as_deref(), Some("k"));
    assert_eq!(post_file.draft.text, "text\r\n");
}

#[test]
fn an_empty_table_and_an_empty_text_are_fine() {
    assert_eq!(read("+++\n+++"), PostFile::default());
}

#[test]
fn an_unknown_key_is_refused_with_its_place() {
    check_refused(
        "+++\nlang = \"en\"\nimages = [\"a.jpg\"]\n+++\nx\n",
        "line 3, column 1: unknown key `images`, expected one of `to`, `media`, `alt`, `at`, `tz`, \
         `key`, `lang`, `cw`, `visibility`, `fit`, `tags`, `card`, `texts`",
    );
}

#[test]
fn a_wrong_value_is_refused_with_its_place() {
    check_refused(
        "+++\nto = \"work\"\n+++\n",
        "line 2, column 6: invalid type: string \"work\", expected a sequence",
    );
    check_refused(
        "+++\n\nvisibility = \"secret\"\n+++\n",
        "line 3, column 14: `secret` is no visibility: public, unlisted, private, direct",
    );
    check_refused(
        "+++\n[texts]\n\"a b\" = \"x\"\n+++\n",
        "line 3, column 1: `a b` is no account name: use 1 to 64 letters, digits, `-` or `_`",
    );
    check_refused(
        "+++\nmedia = [\"ä.jpg\"]\nalt = [\"one\", \"two\"]\n+++\n",
        "line 3, column 7: there are 2 alt texts for 1 media",
    );
    check_refused(
        "+++\ncard = 1\n+++\n",
        "line 2, column 8: a card is an address in quotes, or `false` for none",
    );
    check_refused(
        "+++\nkey = \"a\"\nkey = \"b\"\n+++\n",
        "line 3, column 1: duplicate key",
    );
}

#[test]
fn a_table_without_an_end_is_refused() {
    check_refused(
        "+++\nkey = \"a\"\n\ntext\n",
        "line 1, column 1: the table that begins here has no closing line `+++`",
    );
}

proptest! {
    #[test]
    fn no_file_makes_the_reader_panic(table in "(?:[a-z]{2,5}|=|\"|\\[|\\]|\n|é|\\PC){0,30}", text in "(?s:.){0,20}") {
        let _ = read_post_file(&format!("+++\n{table}\n+++\n{text}"));
        let _ = read_post_file(&table);
    }

    #[test]
    fn what_is_wrong_lies_inside_of_the_file(
        before in "(?:key = \"é日😀\"\n|# \\PC{0,9}\n|\n){0,4}",
        wrong in "(?:[a-z]{2,5}|=|\"|\\[|é|日|\\PC){1,9}",
        end in "\n\\+\\+\\+\nHello|",
    ) {
        let file = format!("+++\n{before}{wrong}{end}");
        if let Err(bad) = read_post_file(&file) {
            let lines: Vec<&str> = file.split('\n').collect();
            prop_assert!((1..=lines.len()).contains(&bad.line), "{bad}");
            // A place after the last letter is one too.
            let letters = lines[bad.line - 1].chars().count();
            prop_assert!((1..=letters + 1).contains(&bad.column), "{bad}\n{file}");
            prop_assert!(!bad.message.is_empty());
        }
    }

    #[test]
    fn what_is_written_is_what_is_read(
        text in "(?s:.){0,40}",
        to in proptest::collection::vec("[^\\p{Cc}]{0,9}", 0..3),
        at in "[^\\p{Cc}]{1,9}",
        cw in "(?s:.){0,9}",
        own in "(?s:.){0,9}",
    ) {
        let mut table = toml::Table::new();
        table.insert("to".to_owned(), to.clone().into());
        table.insert("at".to_owned(), at.clone().into());
        table.insert("cw".to_owned(), cw.clone().into());
        let own_texts = toml::Table::from_iter([("work".to_owned(), own.clone().into())]);
        table.insert("texts".to_owned(), own_texts.into());
        let table = toml::to_string(&table).unwrap();
        // A line that ends the table early is not what this is about.
        if table.lines().any(|line| line.trim_end() == "+++") {
            return Ok(());
        }
        let file = read(&format!("+++\n{table}+++\n{text}"));
        prop_assert_eq!(file.draft.text, text);
        prop_assert_eq!(file.to, to);
        prop_assert_eq!(file.at, Some(at));
        prop_assert_eq!(file.draft.cw, Some(cw));
        prop_assert_eq!(file.draft.texts.into_values().collect::<Vec<_>>(), [own]);
    }
}

#[test]
fn a_time_without_quotes_is_shown_with_them() {
    check_refused(
        "+++\nat = 2027-01-01T09:00:00Z\n+++\n",
        "line 2, column 6: a time is written in quotes: `at = \"2027-01-01T09:00:00Z\"`",
    );
}

#[test]
fn a_line_of_plus_signs_inside_a_string_does_not_end_the_table() {
    let fence = "above\n+++\nbelow \u{7f}\t\"quoted\"";
    let file = PostFile {
        draft: Draft {
            text: "+++\nx".to_owned(),
            texts: BTreeMap::from([("work".parse().unwrap(), fence.to_owned())]),
            cw: Some(fence.to_owned()),
            tags: vec![fence.to_owned(), "two".to_owned()],
            card: CardChoice::Nothing,
            ..Draft::default()
        },
        to: vec!["work".to_owned()],
        ..PostFile::default()
    };
    let mut read = read(&write_post_file(&file));
    assert_eq!(read.draft.text, "+++\nx\n");
    read.draft.text.truncate("+++\nx".len());
    assert_eq!(read, file);
}

/// Texts that begin or end in white space are trimmed when they are checked, not when they are read.
const ANY_TEXT: &str = "[^\\r]{0,60}";

proptest! {
    #[test]
    fn what_is_written_is_read_back_as_it_was(
        text in ANY_TEXT,
        other in ANY_TEXT,
        path in "[^/\\r\\n\0]{1,20}",
        alt in proptest::option::of("[^\\s\\r][^\\r]{0,20}"),
        words in proptest::option::of("[^\\r]{0,20}"),
    ) {
        let file = PostFile {
            draft: Draft {
                text: text.clone(),
                texts: BTreeMap::from([("work".parse().unwrap(), other)]),
                media: vec![DraftMedia { path: path.into(), alt }],
                lang: words.clone(),
                cw: words.clone(),
                key: words.clone(),
                visibility: Some(Visibility::Unlisted),
                fit: Some(Fit::Pad),
                tags: words.iter().cloned().collect(),
                ..Draft::default()
            },
            to: vec!["work".to_owned(), "all".to_owned()],
            at: words.clone(),
            tz: words,
        };
        let mut read = read_post_file(&write_post_file(&file)).unwrap();
        assert_eq!(read.draft.text, format!("{text}\n"));
        read.draft.text = text;
        assert_eq!(read, file);
    }
}
