//! What surrounds a command: the variables it reads, and the files it keeps.

use crate::config;
use crate::post::platform::Platform;

/// Returns the variables that hayon reads, each with what it does.
pub(crate) fn environment() -> Vec<(&'static str, String)> {
    let mut told = vec![
        (
            "HAYON_CONFIG",
            "The configuration, instead of the file below. `--config` wins.".to_owned(),
        ),
        (
            "HAYON_OUTBOX",
            "The outbox, instead of the file below. `--outbox` wins.".to_owned(),
        ),
        ("HAYON_<ACCOUNT>_<FIELD>", of_an_account()),
        ("HAYON_<TABLE>_<SETTING>", of_a_table()),
    ];
    told.extend(OF_OTHERS.map(|(name, meaning)| (name, meaning.to_owned())));
    told
}

fn of_an_account() -> String {
    let fields = Platform::ALL.map(|platform| {
        let fields = config::fields_of(platform).join(", ").to_uppercase();
        format!(" On {}: {fields}.", platform.title())
    });
    format!(
        "A field of an account, in capitals and with `_` for `-`: `HAYON_WORK_TOKEN` is the token \
         of `work`. It wins over the configuration, the credentials of systemd and \
         `credentials.toml`. An account named like its platform exists as soon as one of its \
         variables is set.{}",
        fields.concat()
    )
}

fn of_a_table() -> String {
    let variables = config::table_variables().join(", ");
    format!("A setting of a table of the configuration, over which it wins: {variables}.")
}

/// Variables that are not hayon's own.
const OF_OTHERS: [(&str, &str); 9] = [
    (
        "XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_STATE_HOME, XDG_CACHE_HOME",
        "Folders to use for `~/.config`, `~/.local/share`, `~/.local/state` and `~/.cache` below.",
    ),
    (
        "STATE_DIRECTORY",
        "The folder of `credentials.toml` and `sessions.toml`; systemd sets it for a unit with \
         `StateDirectory=`.",
    ),
    (
        "CREDENTIALS_DIRECTORY",
        "A folder of secrets, each in a file named like `hayon.work.token`; systemd sets it for a \
         unit with `LoadCredential=`.",
    ),
    (
        "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY",
        "The proxies that requests go through, and the hosts that are asked without one.",
    ),
    (
        "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_PROFILE, AWS_REGION",
        "Where media are in a bucket: its credentials and region, as every tool with the AWS SDK \
         takes them. So are `~/.aws/credentials`, `~/.aws/config`, and the roles of containers and \
         instances.",
    ),
    (
        "NO_COLOR",
        "If it is set, nothing is coloured, unless `--color` asks for it.",
    ),
    ("TZ", "The time zone in which people are told times."),
    (
        "TZDIR",
        "The folder of the rules of time zones, if it is not the usual one.",
    ),
    (
        "GITHUB_OUTPUT, GITHUB_STEP_SUMMARY",
        "Files to which `hayon post` adds how the post stands and where it is; GitHub Actions sets them.",
    ),
];

/// Where things are, unless a variable or the configuration says otherwise.
pub(crate) const FILES: [(&str, &str); 8] = [
    (
        "~/.config/hayon/config.toml",
        "The configuration: accounts, and where things are kept.",
    ),
    (
        "~/.local/state/hayon/credentials.toml",
        "Secrets, a table per account. Refused if others can read it.",
    ),
    (
        "~/.local/state/hayon/sessions.toml",
        "Sessions, so that not every run logs in anew. If it is deleted, they are made anew.",
    ),
    (
        "~/.local/share/hayon/outbox.db",
        "The outbox: every post, and what became of it. The files of SQLite beside it are a part \
         of it.",
    ),
    (
        "~/.local/share/hayon/outbox.db.lock",
        "Held by the one process that sends. Do not delete it.",
    ),
    (
        "~/.local/share/hayon/media/",
        "The pictures of posts, as they were given, and what was made of them for platforms that \
          do not take them so, unless `bucket` in `[media]` names another place.",
    ),
    (
        "~/.local/state/hayon/uploads/",
        "What is known of interrupted uploads to a bucket, so that they go on where they stopped.",
    ),
    (
        "~/.cache/hayon/",
        "What servers said of their limits. It may be deleted.",
    ),
];
