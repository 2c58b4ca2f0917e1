//! The daemon as an agent of macOS' launchd (launchd.plist(5), launchctl(1)).

use std::path::Path;
use std::path::PathBuf;

use crate::cli::commands::daemon::service::Commands;
use crate::cli::commands::daemon::service::Service;
use crate::cli::commands::daemon::service::quoted;

/// What launchd calls the agent.
const LABEL: &str = "hayon.daemon";

/// Returns where the agent goes, in somebody's home.
pub(crate) fn file(home: &Path) -> PathBuf {
    home.join("Library/LaunchAgents")
        .join(format!("{LABEL}.plist"))
}

/// Returns where launchd is to put what the agent says, in somebody's home.
pub(crate) fn log(home: &Path) -> PathBuf {
    home.join("Library/Logs/hayon.log")
}

/// Returns the commands that have launchd start what is in `file`, and those that take it back.
pub(crate) fn commands(file: &Path) -> Commands {
    let file = quoted(&file.display().to_string());
    Commands {
        start: vec![format!("launchctl bootstrap gui/$(id -u) {file}")],
        undo: vec![
            format!("launchctl bootout gui/$(id -u)/{LABEL}"),
            format!("rm {file}"),
        ],
    }
}

/// Returns the agent.
pub(crate) fn agent(service: &Service, undo: &[String]) -> String {
    let program = service.program.display().to_string();
    let words = [&program].into_iter().chain(&service.arguments);
    let words: String = words.map(|it| string(it, 8)).collect();
    let variables = service.variables.iter();
    let variables: String = variables
        .map(|(name, value)| format!("        <key>{}</key>\n{}", text(name), string(value, 8)))
        .collect();
    let log = service.log.as_ref().map_or_else(String::new, |log| {
        format!(
            "    <key>StandardErrorPath</key>\n{}",
            string(&log.display().to_string(), 4)
        )
    });
    // A comment must not hold two hyphens in a row.
    let undo: String = undo
        .iter()
        .map(|it| format!("  {}\n", it.replace("--", "- -")))
        .collect();
    format!(
        "\
<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">
<!-- Written by `hayon daemon install`. To take it back:
{undo}-->
<plist version=\"1.0\">
<dict>
    <key>Label</key>
    <string>{LABEL}</string>
    <key>ProgramArguments</key>
    <array>
{words}    </array>
    <key>EnvironmentVariables</key>
    <dict>
{variables}    </dict>
    <key>RunAtLoad</key>
    <true/>
    <key>KeepAlive</key>
    <dict>
        <key>SuccessfulExit</key>
        <false/>
    </dict>
    <key>ThrottleInterval</key>
    <integer>30</integer>
    <key>ExitTimeOut</key>
    <integer>45</integer>
    <key>ProcessType</key>
    <string>Background</string>
    <key>Umask</key>
    <integer>63</integer>
{log}</dict>
</plist>
"
    )
}

fn string(value: &str, indent: usize) -> String {
    format!("{:indent$}<string>{}</string>\n", "", text(value))
}

fn text(value: &str) -> String {
    let escaped = value.replace('&', "&amp;");
    escaped.replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn a_path_stays_text() {
        assert_eq!(text("/a&b/<c>"), "/a&amp;b/&lt;c&gt;");
    }
}
