//! Holds the floor plan: who may use whom, and which file alone may touch the outside world.
//!
//! The compiler does not keep the modules of one crate apart, so this test reads the sources. What
//! it knows of Rust is what rustfmt guarantees about layout, and where comments and strings end.
//! Each rule is a function from a source to sentences about what is wrong with it; each has a test
//! over the project, and one which shows that it notices a made-up offender.

#[path = "architecture/faults.rs"]
mod faults;
#[path = "architecture/source.rs"]
mod source;

use source::Source;

/// Each module and what it may use; the floors stand in `src/lib.rs`.
const FLOOR_PLAN: [(&str, &[&str]); 18] = [
    ("main", &[]),
    ("lib", &["cli"]),
    // No part of the product: it hands to everything what strangers may.
    ("fuzzing", &["*"]),
    ("cli", &["*"]),
    ("daemon", &["delivery", "outbox", "clock"]),
    ("sandbox", &["clock"]),
    ("delivery", &["post", "publish", "outbox", "clock"]),
    ("notify", &["text", "config", "outbox", "clock", "http"]),
    (
        "platforms",
        &[
            "text", "post", "publish", "media", "config", "clock", "http",
        ],
    ),
    ("outbox", &["post", "publish", "clock"]),
    ("media", &["post", "http"]),
    ("publish", &["post", "clock"]),
    ("config", &["post", "paths"]),
    ("post", &["text", "clock"]),
    ("text", &[]),
    ("clock", &[]),
    ("paths", &[]),
    ("http", &[]),
];

/// What only some files may mention outside their tests: the words, the files, the sentence.
const SEAMS: [(&[&str], &[&str], &str); 5] = [
    (
        &[
            "Timestamp::now",
            "Zoned::now",
            "SystemTime::now",
            "Instant::now",
        ],
        &["clock.rs", "sandbox/"],
        "only clock reads the time",
    ),
    (
        &["env::var", "env::home_dir"],
        &["paths.rs", "paths/", "config/", "sandbox/"],
        "only paths and config read the environment",
    ),
    (
        &[
            "print!",
            "println!",
            "io::stdout",
            "io::stderr",
            "stdout()",
            "stderr()",
        ],
        &["cli/ui.rs", "sandbox/"],
        "only cli/ui.rs writes to stdout and stderr",
    ),
    (
        &["reqwest::Client", "ClientBuilder"],
        &["http/", "sandbox/"],
        "only http builds clients",
    ),
    (
        &["process::exit", "process::abort"],
        &["main.rs"],
        "only main ends the process",
    ),
];

/// Modules that must not name a platform, not even in a comment.
const NAMELESS: [&str; 3] = ["delivery/", "publish/", "daemon/"];
const PLATFORM_NAMES: [&str; 6] = [
    "bluesky",
    "atproto",
    "mastodon",
    "tumblr",
    "instagram",
    "facebook",
];

/// What nothing on the main branch contains.
const FORBIDDEN: [&str; 9] = [
    "todo!",
    "unimplemented!",
    "dbg!",
    "TODO",
    "FIXME",
    "XXX",
    "#[ignore",
    "#[allow(",
    "#![allow(",
];

const LINES_MAX: usize = 400;

/// How a module doc begins its reason for more lines than that.
const LENGTH_REASON: &str = "longer than 400 lines because";

fn floor_plan(source: &Source) -> Vec<String> {
    let module = source.module();
    let Some((_, may_use)) = FLOOR_PLAN.iter().find(|(name, _)| *name == module) else {
        return vec![source.sentence(format!("the floor plan has no module `{module}`"))];
    };
    let used = source
        .product()
        .flat_map(|line| line.code.split("crate::").skip(1));
    let mut strangers: Vec<&str> = used
        .map(|path| {
            path.split(|char: char| !(char.is_alphanumeric() || char == '_'))
                .next()
        })
        .map(Option::unwrap_or_default)
        .filter(|used| *used != module && !may_use.contains(used) && !may_use.contains(&"*"))
        .collect();
    strangers.sort_unstable();
    strangers.dedup();
    let sentence = |used| source.sentence(format!("{module} must not use {used}"));
    strangers.into_iter().map(sentence).collect()
}

fn module_doc(source: &Source) -> Vec<String> {
    let is_missing = source.module_doc().is_empty();
    is_missing
        .then(|| source.sentence("must open with a module doc"))
        .into_iter()
        .collect()
}

fn length(source: &Source) -> Vec<String> {
    let count = source.lines.len();
    let is_excused = source.module_doc().to_lowercase().contains(LENGTH_REASON);
    let what = format!("has {count} lines; split it, or say in its doc `{LENGTH_REASON} …`");
    (count > LINES_MAX && !is_excused)
        .then(|| source.sentence(what))
        .into_iter()
        .collect()
}

/// Whether `text` contains `word` and not as a part of a longer one, such as a name in capitals.
fn mentions(text: &str, word: &str) -> bool {
    let is_letter = |char: char| char.is_alphanumeric() || char == '_';
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        let is_part = word.ends_with(is_letter) && after.starts_with(is_letter);
        !(is_part || before.ends_with(is_letter))
    })
}

fn forbidden_words(source: &Source) -> Vec<String> {
    let found = FORBIDDEN.iter().flat_map(|word| {
        let lines = source.lines.iter().enumerate();
        lines
            .filter(move |(_, line)| mentions(&line.raw, word))
            .map(move |(at, _)| (word, at + 1))
    });
    found
        .map(|(word, at)| source.sentence(format!("line {at} contains `{word}`")))
        .collect()
}

fn imports(source: &Source) -> Vec<String> {
    let mut sentences = Vec::new();
    for line in &source.lines {
        let code = line.code.trim_start();
        let import = ["use ", "pub use ", "pub(crate) use ", "pub(super) use "]
            .iter()
            .find_map(|start| code.strip_prefix(start));
        let mut refuse = |what: &str| sentences.push(source.sentence(format!("{what}: `{code}`")));
        if import.is_some() && code.starts_with("pub") {
            refuse("no re-exports");
        }
        // Tests beside the code may see all of it; their neighbours stand in the file's own list.
        let is_of_tests = line.is_test && import == Some("super::*;");
        if import.is_some_and(|import| import.contains("::*")) && !is_of_tests {
            refuse("no glob imports");
        }
        // Variants of an enum, where a table reads better by their short names, are no neighbours.
        let is_of_modules = import.is_some_and(|import| import.starts_with(char::is_lowercase));
        if import.is_some_and(|import| import.contains('{')) && is_of_modules {
            refuse("one import per line");
        }
        if code.contains("super::super") || (code.contains("super::") && !line.is_test) {
            refuse("paths begin with `crate::`");
        }
    }
    sentences
}

fn seams(source: &Source) -> Vec<String> {
    let mut sentences = Vec::new();
    for (words, files, rule) in SEAMS {
        let is_allowed = files.iter().any(|file| {
            source.path == *file || (file.ends_with('/') && source.path.starts_with(file))
        });
        let word = words
            .iter()
            .find(|word| source.product().any(|line| line.code.contains(**word)));
        if let (Some(word), false) = (word, is_allowed) {
            sentences.push(source.sentence(format!("{rule}, not `{word}`")));
        }
    }
    sentences
}

fn platform_names(source: &Source) -> Vec<String> {
    if !NAMELESS
        .iter()
        .any(|module| source.path.starts_with(module))
    {
        return Vec::new();
    }
    let text: String = source
        .product()
        .map(|line| line.raw.to_lowercase() + "\n")
        .collect();
    let names = PLATFORM_NAMES.iter().filter(|name| text.contains(**name));
    let module = source.module();
    names
        .map(|name| source.sentence(format!("{module} must not name {name}")))
        .collect()
}

#[track_caller]
fn holds(rule: fn(&Source) -> Vec<String>, folders: &[&str]) {
    let sources = folders.iter().flat_map(|folder| source::read(folder));
    // This file spells out what it forbids.
    let others = sources.filter(|source| source.path != "architecture.rs");
    let mut sentences: Vec<String> = others.flat_map(|source| rule(&source)).collect();
    sentences.sort();
    assert!(sentences.is_empty(), "\n{}\n", sentences.join("\n"));
}

#[track_caller]
fn says(rule: fn(&Source) -> Vec<String>, path: &str, text: &str, expected: &[&str]) {
    assert_eq!(rule(&Source::new(path, text)), expected);
}

#[test]
fn every_module_uses_only_the_floors_below() {
    holds(floor_plan, &["src"]);
}

#[test]
fn a_look_at_a_floor_above_is_noticed() {
    let text =
        "use crate::post::Post;\n// crate::config\nfn a() { crate::platforms::b(\"crate::http\") }";
    says(
        floor_plan,
        "outbox/record.rs",
        text,
        &["`outbox/record.rs`: outbox must not use platforms"],
    );
    says(
        floor_plan,
        "utils.rs",
        "",
        &["`utils.rs`: the floor plan has no module `utils`"],
    );
    says(floor_plan, "cli/mod.rs", "use crate::platforms::a;", &[]);
    let in_tests =
        "#[cfg(test)]\nmod tests {\n    use crate::sandbox::Sandbox;\n}\nuse crate::daemon::d;";
    says(
        floor_plan,
        "platforms/mod.rs",
        in_tests,
        &["`platforms/mod.rs`: platforms must not use daemon"],
    );
    says(
        floor_plan,
        "platforms/tests.rs",
        "use crate::sandbox::Sandbox;",
        &[],
    );
}

#[test]
fn every_file_opens_with_a_module_doc() {
    holds(module_doc, &["src", "tests"]);
}

#[test]
fn a_file_without_a_module_doc_is_noticed() {
    says(
        module_doc,
        "a.rs",
        "// no doc\nuse b;",
        &["`a.rs`: must open with a module doc"],
    );
    says(module_doc, "a.rs", "//! A doc.", &[]);
}

#[test]
fn no_file_is_long_without_a_reason() {
    holds(length, &["src", "tests"]);
}

#[test]
fn a_long_file_is_noticed() {
    let long = "//! A doc.\n".to_owned() + &"\n".repeat(LINES_MAX);
    assert_eq!(length(&Source::new("a.rs", &long)).len(), 1);
    let excused = "//! Longer than 400 lines\n//! because it is a table.\n".to_owned() + &long;
    says(length, "a.rs", &excused, &[]);
}

#[test]
fn nothing_unfinished_is_left_behind() {
    holds(forbidden_words, &["src", "tests"]);
}

#[test]
fn a_forbidden_word_is_noticed() {
    for word in FORBIDDEN {
        let text = format!("//! A doc.\n// {word}");
        let sentence = format!("`a.rs`: line 2 contains `{word}`");
        says(forbidden_words, "a.rs", &text, &[&sentence]);
    }
    says(forbidden_words, "a.rs", "const MASTODON: u8 = 1;", &[]);
}

#[test]
fn imports_are_an_honest_list_of_neighbours() {
    holds(imports, &["src"]);
}

#[test]
fn a_dishonest_import_is_noticed() {
    let text = "use a::*;\npub use a::b;\nuse a::{b, c};\nuse super::a;\nuse super::super::a;";
    let sentences = imports(&Source::new("a.rs", text));
    assert_eq!(sentences.len(), 5, "{sentences:?}");
    let in_tests = "#[cfg(test)]\nmod tests {\n    use super::*;\n    use A::{B, C};\n}\n";
    says(imports, "a.rs", in_tests, &[]);
    says(imports, "a.rs", "use crate::a::b;\nlet c = a * b::c;", &[]);
}

#[test]
fn one_file_each_touches_the_outside_world() {
    holds(seams, &["src"]);
}

#[test]
fn a_second_door_to_the_outside_world_is_noticed() {
    for (words, _, rule) in SEAMS {
        for word in words {
            let sentences = seams(&Source::new("outbox/mod.rs", &format!("let a = {word}();")));
            assert!(
                sentences.iter().any(|sentence| sentence.contains(rule)),
                "{word}"
            );
            says(
                seams,
                "outbox/mod.rs",
                &format!("// {word}\n#[cfg(test)]\nuse {word};"),
                &[],
            );
        }
    }
    says(seams, "cli/ui.rs", "println!()", &[]);
}

#[test]
fn who_delivers_names_no_platform() {
    holds(platform_names, &["src"]);
}

#[test]
fn a_platform_named_where_posts_are_delivered_is_noticed() {
    let text = "// As Mastodon does.\n#[cfg(test)]\nuse crate::post::bluesky;";
    says(
        platform_names,
        "delivery/mod.rs",
        text,
        &["`delivery/mod.rs`: delivery must not name mastodon"],
    );
    says(platform_names, "platforms/mod.rs", text, &[]);
}
