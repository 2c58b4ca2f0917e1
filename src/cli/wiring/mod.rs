//! What the completion scripts of clap cannot offer: the accounts and posts that there are.
//!
//! clap's own engine for this is unstable (`unstable-dynamic` of `clap_complete` 4.6.11, read
//! 2026-11-25). So its static
//! scripts for bash, zsh and fish get a few lines more, by which the shell asks hayon
//! ([`crate::cli::offers`]) where an `ACCOUNT` or a `POST` stands. Which arguments these are is read
//! from the commands themselves. The other shells keep the scripts as they are.

use std::collections::BTreeMap;

use clap::Arg;
use clap::Command;
use clap_complete::Shell;

use crate::cli::offers::Kind;

/// How an argument that a shell can ask for is called in the help.
const ACCOUNT: &str = "ACCOUNT";
const POST: &str = "POST";

/// Returns `script`, by which `shell` completes `hayon`, with what asks for accounts and posts.
pub(crate) fn wired(script: &str, shell: Shell, hayon: &Command) -> String {
    match shell {
        Shell::Bash => bash(script, hayon),
        Shell::Zsh => zsh(script, hayon),
        Shell::Fish => fish(script, hayon),
        _ => script.to_owned(),
    }
}

/// Puts a function before the one of the script, which is left what it alone can answer.
fn bash(script: &str, hayon: &Command) -> String {
    let options: BTreeMap<&str, Kind> = asked(hayon)
        .into_iter()
        .filter_map(|(_, arg, kind)| Some((arg.get_long()?, kind)))
        .collect();
    let options: Vec<String> = options
        .iter()
        .map(|(long, kind)| format!("        --{long}) kind={} ;;", kind.name()))
        .collect();
    let commands: BTreeMap<String, Kind> = asked(hayon)
        .into_iter()
        .filter(|(_, arg, _)| arg.is_positional())
        .map(|(path, _, kind)| (path.join(" "), kind))
        .collect();
    let commands: Vec<String> = commands
        .iter()
        .map(|(path, kind)| format!("        \"{path}\") kind={} ;;", kind.name()))
        .collect();
    let asking = include_str!("offers.bash")
        .replace("        OPTIONS", &options.join("\n"))
        .replace("        COMMANDS", &commands.join("\n"));
    let registered = script.replace("complete -F _hayon ", "complete -F _hayon_offers ");
    match registered.split_once("\nif [[ \"${BASH_VERSINFO[0]}\" -eq 4") {
        Some((functions, rest)) => {
            format!("{functions}\n{asking}\nif [[ \"${{BASH_VERSINFO[0]}}\" -eq 4{rest}")
        }
        None => script.to_owned(),
    }
}

/// Names the function that offers something where the script has none.
fn zsh(script: &str, hayon: &Command) -> String {
    let starts: Vec<(String, Kind)> = asked(hayon)
        .into_iter()
        .map(|(_, arg, kind)| match arg.get_long() {
            Some(long) => (format!("--{long}="), kind),
            None => (format!("{} -- ", arg.get_id()), kind),
        })
        .collect();
    let lines = script.lines().map(|line| {
        // One colon before what must be there, two before what may be.
        let argument = line.trim_start_matches(['\'', '*', ':']);
        let asked = starts.iter().find(|(start, _)| argument.starts_with(start));
        match (asked, line.strip_suffix(":' \\")) {
            // The space keeps zsh from adding words of its own to the call.
            (Some((_, kind)), Some(start)) => {
                format!("{start}: _hayon_offers {}' \\\n", kind.name())
            }
            _ => format!("{line}\n"),
        }
    });
    let lines: String = lines.collect();
    let last = "\nif [ \"$funcstack[1]\" = \"_hayon\" ]; then";
    lines.replace(last, &format!("\n{}{last}", include_str!("offers.zsh")))
}

/// Says of each argument once more what stands for it: fish takes both together.
fn fish(script: &str, hayon: &Command) -> String {
    let asking = asked(hayon).into_iter().map(|(path, arg, kind)| {
        let kind = kind.name();
        let mut using = format!("__fish_hayon_using_subcommand {}", path[0]);
        for nested in &path[1..] {
            using.push_str(&format!("; and __fish_seen_subcommand_from {nested}"));
        }
        let (condition, option) = match arg.get_long() {
            Some(long) => (using, format!("-l {long} -r")),
            // Right after the command: once it is given, nothing else stands there.
            None => (
                format!(
                    "{using}; and test (count (commandline -opc)) -eq {}",
                    path.len() + 1
                ),
                String::new(),
            ),
        };
        format!(
            "complete -c hayon -n \"{condition}\" {option} -f -k -a \"(__fish_hayon_offers {kind})\"\n"
        )
        .replace("  ", " ")
    });
    let asking: String = asking.collect();
    format!("{script}\n{}\n{asking}", include_str!("offers.fish"))
}

/// Returns each argument for which a shell can ask, with the path of its command and what it is
/// about.
fn asked(hayon: &Command) -> Vec<(Vec<&str>, &Arg, Kind)> {
    hayon
        .get_subcommands()
        .flat_map(|command| asked_below(&[command.get_name()], command))
        .collect()
}

fn asked_below<'c>(path: &[&'c str], command: &'c Command) -> Vec<(Vec<&'c str>, &'c Arg, Kind)> {
    let own = command.get_arguments().filter_map(|arg| {
        let name = arg.get_value_names()?.first()?.as_str();
        let kind = match name {
            POST => Kind::Posts,
            ACCOUNT if arg.get_long() == Some("to") => Kind::To,
            ACCOUNT => Kind::Accounts,
            _ => return None,
        };
        Some((path.to_vec(), arg, kind))
    });
    let nested = command.get_subcommands().flat_map(|nested| {
        let mut path = path.to_vec();
        path.push(nested.get_name());
        asked_below(&path, nested)
    });
    own.chain(nested).collect()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;
    use clap_complete::Shell;

    use crate::cli::args::Arguments;
    use crate::cli::wiring::asked;
    use crate::cli::wiring::wired;

    #[test]
    fn every_account_and_post_is_asked_for() {
        let mut hayon = Arguments::command();
        let count = asked(&hayon).len();
        assert!(count >= 9, "{count}");
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut hayon, "hayon", &mut script);
            let script = String::from_utf8(script).unwrap();
            let wired = wired(&script, shell, &hayon);
            let calls = wired.matches("_hayon_offers").count();
            let expected = match shell {
                // Bash asks by the names of options and commands: a function, registered by version.
                Shell::Bash => 3,
                Shell::Zsh => count + 2,
                _ => count + 1,
            };
            assert_eq!(calls, expected, "{shell}\n{wired}");
        }
    }
}
