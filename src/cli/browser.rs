//! A person's own browser, for log-ins.
//!
//! Whatever comes of it: the address is shown too, and a person can open it anywhere. The browser gets
//! none of our variables, which may hold secrets; that is why the programs are run here and not by a
//! crate, which hands its own environment on.

use std::process::Command;
use std::process::Stdio;

use url::Url;

use crate::cli::context::Context;

/// What opens an address in the browser that a person has chosen.
const OPENERS: &[&[&str]] = if cfg!(target_os = "macos") {
    &[&["open"]]
} else if cfg!(windows) {
    &[&["rundll32", "url.dll,FileProtocolHandler"]]
} else {
    &[
        &["xdg-open"],
        &["gio", "open"],
        &["wslview"],
        &["x-www-browser"],
    ]
};

/// Whether a browser of this person can be opened from here: where they sit, and not at the far end of
/// a connection.
pub(crate) fn is_within_reach(context: &Context) -> bool {
    let is_set = |name| context.is_set(name);
    if is_set("BROWSER") {
        return true;
    }
    let is_remote = ["SSH_CONNECTION", "SSH_TTY"].into_iter().any(is_set);
    let has_display = ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"]
        .into_iter()
        .any(is_set);
    !is_remote && (cfg!(any(target_os = "macos", windows)) || has_display)
}

/// Opens `address`, as `BROWSER` says or else as the system does; whether anything took it.
pub(crate) fn open(context: &Context, address: &Url) -> bool {
    let chosen = context.browsers();
    let mut chosen = chosen.iter().map(|words| command_of(words, address));
    let mut usual = OPENERS.iter().map(|words| {
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        command_of(&words.join(" "), address)
    });
    let mut start = |command: Option<Command>| command.is_some_and(|it| starts(context, it));
    chosen.any(&mut start) || usual.any(start)
}

/// Returns the command in one part of `BROWSER`, in which `%s` stands for the address; without it, the
/// address is its last argument.
fn command_of(words: &str, address: &Url) -> Option<Command> {
    let mut words = words.split_whitespace();
    let mut command = Command::new(words.next()?);
    let mut has_address = false;
    for word in words {
        has_address |= word.contains("%s");
        command.arg(word.replace("%s", address.as_str()));
    }
    if !has_address {
        command.arg(address.as_str());
    }
    Some(command)
}

/// Starts `command`, and does not wait for it: some browsers run until their window is closed.
fn starts(context: &Context, mut command: Command) -> bool {
    for variable in context.own_variables() {
        command.env_remove(variable);
    }
    let started = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match started {
        Ok(mut child) => {
            // So that it is no zombie for as long as the dialogue takes.
            std::thread::spawn(move || child.wait());
            true
        }
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_stands_where_browser_says_or_at_the_end() {
        let address = Url::parse("https://a.example/?b=c").unwrap();
        for (words, expected) in [
            ("firefox", &["https://a.example/?b=c"][..]),
            (
                "firefox --new-window",
                &["--new-window", "https://a.example/?b=c"],
            ),
            ("open --url=%s -x", &["--url=https://a.example/?b=c", "-x"]),
        ] {
            let command = command_of(words, &address).unwrap();
            assert_eq!(command.get_args().collect::<Vec<_>>(), expected, "{words}");
        }
        assert!(command_of(" ", &address).is_none());
    }
}
