//! The manual: what `--help` says, as pages, and on the main page what holds for every command.
//!
//! Nothing here depends on the machine: no date, no width, no folder of whoever writes the pages.

mod surroundings;

use std::io;

use clap::CommandFactory as _;
use clap_mangen::Man;
use clap_mangen::roff::Roff;
use clap_mangen::roff::bold;
use clap_mangen::roff::roman;

use crate::cli::args::Arguments;
use crate::cli::args::EVERYWHERE;
use crate::cli::args::EXIT_CODES;
use crate::cli::exit;
use crate::cli::generated::Generated;
use crate::cli::manual::surroundings::FILES;
use crate::cli::manual::surroundings::environment;

const SOURCE: &str = concat!("hayon ", env!("CARGO_PKG_VERSION"));

// An empty argument as roff wants it: `clap_mangen` writes nothing for an empty text, and what
// follows would stand where the date does (clap_mangen 0.3.3).
const NO_DATE: &str = "\"\"";

/// Returns the main page.
pub(crate) fn main_page() -> io::Result<Generated> {
    page(&hayon())
}

/// Returns every page, the main one first.
pub(crate) fn pages() -> io::Result<Vec<Generated>> {
    let hayon = hayon();
    with_commands_of(&hayon).into_iter().map(page).collect()
}

/// Returns `command`, and after it those that it has, and those that they have.
fn with_commands_of(command: &clap::Command) -> Vec<&clap::Command> {
    let own = command.get_subcommands().filter(|own| !own.is_hide_set());
    let below = own.flat_map(with_commands_of);
    std::iter::once(command).chain(below).collect()
}

fn hayon() -> clap::Command {
    let mut hayon = Arguments::command().subcommand_help_heading("COMMANDS");
    // Gives each command its full name and the flags that hold everywhere.
    hayon.build();
    hayon
}

fn page(command: &clap::Command) -> io::Result<Generated> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    let man = Man::new(with_flags_together(command))
        .title(name.to_uppercase())
        .date(NO_DATE)
        .source(SOURCE)
        .manual("User Commands");
    let mut written = Vec::new();
    man.render_title(&mut written)?;
    layout().to_writer(&mut written)?;
    man.render_name_section(&mut written)?;
    synopsis(command).to_writer(&mut written)?;
    description(command).to_writer(&mut written)?;
    man.render_options_section(&mut written)?;
    let help = command.get_after_help().map(ToString::to_string);
    let own = blocks(&help.unwrap_or_default());
    if command.has_subcommands() {
        man.render_subcommands_section(&mut written)?;
    }
    if command.get_name() == "hayon" {
        what_holds_everywhere().to_writer(&mut written)?;
        own.to_writer(&mut written)?;
    } else {
        own.to_writer(&mut written)?;
        see_also().to_writer(&mut written)?;
    }
    // Every part has brought the definitions of the crate.
    let preamble = Roff::new().render();
    let text = String::from_utf8_lossy(&written).replace(&preamble, "");
    let text = with_literals(&(preamble + &text));
    Ok(Generated::new(format!("{name}.1"), &text))
}

/// Puts `--help` and `--version` with the other flags that every command has.
fn with_flags_together(command: &clap::Command) -> clap::Command {
    command.clone().mut_args(|arg| {
        let is_built_in = matches!(arg.get_id().as_str(), "help" | "version");
        if is_built_in || arg.get_help_heading() == Some(EVERYWHERE) {
            arg.help_heading("Options of every command")
        } else {
            arg
        }
    })
}

/// Ragged lines, and no hyphens in the names of variables.
fn layout() -> Roff {
    let mut roff = Roff::new();
    roff.control("nh", []);
    roff.control("ad", ["l"]);
    roff
}

/// The usage of `--help`: `clap_mangen` lists every flag, without what it takes.
fn synopsis(command: &clap::Command) -> Roff {
    let usage = command.clone().render_usage().to_string();
    let mut roff = Roff::new();
    roff.control("SH", ["SYNOPSIS"]);
    let usage = usage.trim_start_matches("Usage: ");
    for (number, line) in usage.lines().enumerate() {
        if number > 0 {
            roff.control("br", []);
        }
        roff.text([bold(line.trim())]);
    }
    roff
}

/// What there is to say beyond the line that the name has.
fn description(command: &clap::Command) -> Roff {
    let about = command.get_about().map(ToString::to_string);
    let long = command.get_long_about().map(ToString::to_string);
    let (about, long) = (about.unwrap_or_default(), long.unwrap_or_default());
    let mut roff = Roff::new();
    roff.control("SH", ["DESCRIPTION"]);
    for (number, paragraph) in beyond(&long, &about).split("\n\n").enumerate() {
        if number > 0 {
            roff.control("PP", []);
        }
        roff.text([roman(paragraph)]);
    }
    roff
}

fn beyond<'t>(long: &'t str, about: &'t str) -> &'t str {
    match long.strip_prefix(about).map(str::trim_start) {
        Some(rest) if !rest.is_empty() => rest,
        _ => about,
    }
}

fn what_holds_everywhere() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["EXIT STATUS"]);
    for (code, meaning) in exit::table() {
        entry(&mut roff, &code.to_string(), meaning);
    }
    roff.control("SH", ["ENVIRONMENT"]);
    for (names, meaning) in environment() {
        entry(&mut roff, names, &meaning);
    }
    roff.control("SH", ["FILES"]);
    for (path, meaning) in FILES {
        entry(&mut roff, path, meaning);
    }
    roff
}

fn see_also() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["SEE ALSO"]);
    roff.text([
        bold("hayon"),
        roman("(1) has the exit status, the environment and the files."),
    ]);
    roff
}

fn entry(roff: &mut Roff, name: &str, meaning: &str) {
    roff.control("TP", []);
    roff.text([bold(name)]);
    roff.text([roman(meaning)]);
}

/// What stands at the end of `--help`: blocks with a heading, each line as it is. The main page has
/// the exit codes in a form of its own.
fn blocks(help: &str) -> Roff {
    let mut roff = Roff::new();
    for block in help.split("\n\n").filter(|block| !block.is_empty()) {
        let (heading, lines) = block.split_once(":\n").unwrap_or(("Notes", block));
        if heading == EXIT_CODES {
            continue;
        }
        roff.control("SH", [heading.to_uppercase().as_str()]);
        roff.control("nf", []);
        for line in lines.lines() {
            roff.text([roman(line.trim_start())]);
        }
        roff.control("fi", []);
    }
    roff
}

/// Sets in bold what stands in backticks, which a terminal would show as quotes that never close.
fn with_literals(page: &str) -> String {
    let mut shown = String::new();
    for line in page.lines() {
        let mut parts = line.split('`');
        shown.push_str(parts.next().unwrap_or_default());
        for (part, font) in parts.zip(["\\fB", "\\fR"].into_iter().cycle()) {
            shown.push_str(font);
            shown.push_str(part);
        }
        shown.push('\n');
    }
    shown
}

#[cfg(test)]
mod tests {
    use crate::cli::manual::pages;
    use crate::cli::manual::with_literals;

    #[test]
    fn literals_are_bold_to_the_end_of_each() {
        assert_eq!(
            with_literals("a `b` and `c`,\nd"),
            "a \\fBb\\fR and \\fBc\\fR,\nd\n"
        );
    }

    #[test]
    fn every_command_has_examples_and_no_literal_is_left_open() {
        for page in pages().unwrap() {
            let (name, text) = (&page.name, &page.text);
            assert!(text.contains(".SH EXAMPLES\n"), "`{name}`: no examples");
            for line in text.lines() {
                let (bold, roman) = (
                    line.matches("\\fB").count() + line.matches("\\fI").count(),
                    line.matches("\\fR").count(),
                );
                assert_eq!(bold, roman, "`{name}`: {line}");
            }
        }
    }
}
