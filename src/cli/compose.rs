//! From what was typed to a draft: flags, a file, stdin. Flags win over the file.

use std::fs::File;
use std::io::ErrorKind;
use std::io::Read as _;
use std::path::Path;
use std::path::PathBuf;

use clap::ArgMatches;

use crate::cli::args::DraftArgs;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::reading::is_elsewhere;
use crate::cli::ui::is_stdin_terminal;
use crate::cli::view::one_line;
use crate::post::card::CardChoice;
use crate::post::card::CardReach;
use crate::post::draft::DraftMedia;
use crate::post::front_matter::PostFile;
use crate::post::front_matter::read_post_file;
use crate::post::violation::Violation;

/// The largest draft that is read, in bytes.
const DRAFT_BYTES_MAX: u64 = 1 << 20;

const BAD_LINE: &str = "correct that line: front matter is TOML between two lines `+++`";

const SAVE_AS_UTF_8: &str = "save it as UTF-8";

/// Gathers a draft from `arguments` and from `file`. `matches` are those of the command, for the
/// order in which `--media` and `--alt` were given.
pub(crate) fn compose(
    arguments: DraftArgs,
    file: Option<&Path>,
    matches: Option<&ArgMatches>,
) -> Result<PostFile, CliError> {
    let is_given =
        arguments.text.is_some() || !arguments.media.is_empty() || !arguments.text_for.is_empty();
    let composed = match file {
        Some(path) => read_file(path)?,
        None if is_given => PostFile::default(),
        None => return Err(no_draft()),
    };
    overlay(composed, arguments, matches)
}

/// Lets what was typed replace what `composed` says.
pub(crate) fn overlay(
    mut composed: PostFile,
    arguments: DraftArgs,
    matches: Option<&ArgMatches>,
) -> Result<PostFile, CliError> {
    let pictures = media_with_alts(&arguments, matches)?;
    let draft = &mut composed.draft;
    match arguments.text {
        Some(dash) if dash == "-" => draft.text = read_stdin()?,
        Some(text) => draft.text = text,
        None => {}
    }
    if !pictures.is_empty() {
        draft.media = pictures;
    }
    draft.texts.extend(arguments.text_for);
    draft.lang = arguments.lang.or(draft.lang.take());
    draft.cw = arguments.cw.or(draft.cw.take());
    draft.visibility = arguments.visibility.or(draft.visibility);
    draft.fit = arguments.fit.or(draft.fit);
    if !arguments.tag.is_empty() {
        draft.tags = arguments.tag;
    }
    if arguments.allow_private {
        draft.card_reach = CardReach::Anywhere;
    }
    if arguments.no_card {
        draft.card = CardChoice::Nothing;
    } else if let Some(address) = arguments.card {
        draft.card = CardChoice::Page(address);
    }
    if !arguments.to.is_empty() {
        composed.to = arguments.to;
    }
    Ok(composed)
}

/// Returns something that is wrong with a draft for every account.
pub(crate) fn of_draft(rule: &'static str, message: String, fix: &str) -> Violation {
    Violation {
        account: None,
        platform: None,
        rule,
        message,
        fix: fix.to_owned(),
    }
}

fn unreadable(message: String, fix: &str) -> CliError {
    let violation = of_draft("unreadable_draft", message.clone(), fix);
    CliError {
        violations: vec![violation],
        ..CliError::new("unreadable_draft", message)
            .hint(fix)
            .exit(Exit::Violation)
    }
}

fn read_bounded(path: &Path, bytes_max: u64) -> Result<Vec<u8>, String> {
    let file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        _ => error.to_string(),
    })?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err("it is a folder".to_owned());
    }
    let mut bytes = Vec::new();
    file.take(bytes_max + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    if bytes.len() as u64 > bytes_max {
        return Err(format!("it is larger than {} MiB", bytes_max >> 20));
    }
    Ok(bytes)
}

fn read_file(path: &Path) -> Result<PostFile, CliError> {
    let shown = one_line(&path.display().to_string());
    let bad =
        |why: &str, fix| unreadable(format!("the draft `{shown}` cannot be read: {why}"), fix);
    let text = if path == Path::new("-") {
        read_stdin()?
    } else {
        let bytes = read_bounded(path, DRAFT_BYTES_MAX)
            .map_err(|why| bad(&why, "name a file with the text of the post"))?;
        String::from_utf8(bytes).map_err(|_| bad("it is not UTF-8", SAVE_AS_UTF_8))?
    };
    let mut read = read_post_file(&text).map_err(|error| bad(&error.to_string(), BAD_LINE))?;
    // What a file names lies beside it, wherever hayon is called from.
    let folder = path.parent().unwrap_or(Path::new(""));
    for media in read.draft.media.iter_mut().filter(|it| !is_elsewhere(it)) {
        media.path = folder.join(&media.path);
    }
    Ok(read)
}

/// Reads what a person has written into an editor.
pub(crate) fn read_written(text: &str) -> Result<PostFile, CliError> {
    read_post_file(text)
        .map_err(|error| unreadable(format!("the draft cannot be read: {error}"), BAD_LINE))
}

fn read_stdin() -> Result<String, CliError> {
    let mut text = String::new();
    let read = std::io::stdin()
        .take(DRAFT_BYTES_MAX + 1)
        .read_to_string(&mut text);
    read.map_err(|error| {
        if error.kind() == ErrorKind::InvalidData {
            return unreadable("the text on stdin is not UTF-8".into(), SAVE_AS_UTF_8);
        }
        let message = format!("the text on stdin cannot be read: {error}");
        unreadable(message, "hand it over in a file, with `--file`")
    })?;
    if text.len() as u64 > DRAFT_BYTES_MAX {
        let message = "the text on stdin is larger than 1 MiB".to_owned();
        return Err(unreadable(message, "no platform takes so much: shorten it"));
    }
    Ok(text)
}

fn no_draft() -> CliError {
    let error = CliError::usage("there is nothing to post");
    let error = if is_stdin_terminal() {
        error
    } else {
        error.hint("to read the text from stdin, write `-` in its place")
    };
    error.hint("give a text, or a file with `--file POST.md`")
}

/// Puts each `--alt` to the `--media` before it.
fn media_with_alts(
    arguments: &DraftArgs,
    matches: Option<&ArgMatches>,
) -> Result<Vec<DraftMedia>, CliError> {
    let indices = |name: &str| -> Vec<usize> {
        matches
            .and_then(|m| m.indices_of(name))
            .map(Iterator::collect)
            .unwrap_or_default()
    };
    let places: Vec<usize> = indices("media");
    let mut pictures: Vec<DraftMedia> = arguments
        .media
        .iter()
        .map(|path: &PathBuf| DraftMedia {
            path: path.clone(),
            alt: None,
        })
        .collect();
    for (at, alt) in indices("alt").into_iter().zip(&arguments.alt) {
        let before = places.iter().filter(|place| **place < at).count();
        let picture = before.checked_sub(1).and_then(|nth| pictures.get_mut(nth));
        match picture {
            Some(picture) if picture.alt.is_none() => picture.alt = Some(alt.clone()),
            Some(_) => {
                return Err(CliError::usage("a picture has two `--alt`")
                    .hint("write one `--alt TEXT` after each `--media PATH`"));
            }
            None => {
                return Err(
                    CliError::usage("`--alt` says what the `--media` before it shows")
                        .hint("write `--media PATH --alt TEXT`, in this order"),
                );
            }
        }
    }
    Ok(pictures)
}
