//! The daemon as a service of systemd's user manager.

use std::path::Path;
use std::path::PathBuf;

use crate::cli::commands::daemon::service::Commands;
use crate::cli::commands::daemon::service::Service;
use crate::cli::commands::daemon::service::quoted;

/// The name of the unit.
const UNIT: &str = "hayon.service";

/// Returns where the unit goes, in a folder of configurations such as `~/.config`
/// (systemd.unit(5), "User Unit Search Path").
pub(crate) fn file(config_home: &Path) -> PathBuf {
    config_home.join("systemd/user").join(UNIT)
}

/// Returns the commands that have systemd start what is in `file`, and those that take it back.
pub(crate) fn commands(file: &Path) -> Commands {
    let file = quoted(&file.display().to_string());
    Commands {
        start: vec![
            "systemctl --user daemon-reload".to_owned(),
            format!("systemctl --user enable --now {UNIT}"),
            "loginctl enable-linger    # so that it runs while you are not logged in".to_owned(),
        ],
        undo: vec![
            format!("systemctl --user disable --now {UNIT}"),
            format!("rm {file}"),
            "systemctl --user daemon-reload".to_owned(),
        ],
    }
}

/// Returns the unit. What needs more rights than a user has, such as folders of its own, is in
/// `examples/hayon.service`, for the system.
pub(crate) fn unit(service: &Service, undo: &[String]) -> String {
    let program = word(&service.program.display().to_string());
    let arguments = service.arguments.iter().map(|it| format!(" {}", word(it)));
    let arguments: String = arguments.collect();
    let variables = service.variables.iter();
    let variables = variables
        .map(|(name, value)| format!("Environment={}\n", assignment(&format!("{name}={value}"))));
    let variables: String = variables.collect();
    let undo: String = undo.iter().map(|it| format!("#   {it}\n")).collect();
    format!(
        "\
# Written by `hayon daemon install`. To take it back:
{undo}
[Unit]
Description=Delivers the posts in hayon's outbox
Documentation=man:hayon-daemon(1)

[Service]
Type=notify
ExecStart={program}{arguments}
{variables}Restart=on-failure
RestartSec=30
# A command line that cannot be read gets no better by itself.
RestartPreventExitStatus=2
# Longer than the 30 seconds in which what is under way is ended.
TimeoutStopSec=45
WatchdogSec=120
UMask=0077
LimitCORE=0
NoNewPrivileges=yes

[Install]
WantedBy=default.target
"
    )
}

/// Returns `text` as one word of a command line (systemd.service(5), "Command lines").
fn word(text: &str) -> String {
    assignment(&text.replace('$', "$$"))
}

/// Returns `text` as one quoted word, in which nothing stands for anything else (systemd.syntax(7),
/// "Quoting"; systemd.unit(5), "Specifiers").
fn assignment(text: &str) -> String {
    let escaped = text.replace('\\', r"\\").replace('"', "\\\"");
    let escaped = escaped.replace('\n', r"\n").replace('%', "%%");
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use super::assignment;
    use super::word;

    #[test]
    fn nothing_in_a_path_means_anything_to_systemd() {
        assert_eq!(word("/opt/a b/hayon"), "\"/opt/a b/hayon\"");
        assert_eq!(word(r#"/a$b%c\d"e"#), r#""/a$$b%%c\\d\"e""#);
        // No variables are looked up there.
        assert_eq!(assignment("A=$b"), "\"A=$b\"");
    }
}
