//! What is refused, and that each refusal says what is wrong, where, and what to do.

use std::path::Path;

use crate::config::Config;
use crate::config::error::ConfigError;
use crate::config::tests::Home;

const WORK: &str = "[accounts.work]\nplatform = 'mastodon'\ninstance = 'https://m.example'\n";

/// Checks that the configuration `text` is refused at `line`, with `message` and `hint`.
#[track_caller]
pub(super) fn refused(text: &str, line: usize, message: &str, hint: &str) {
    let home = Home::new().file(text);
    let error = home.load().unwrap_err();
    let words = error.to_string();
    let file = home.config_file();
    let place = format!("line {line} of `{}`", file.display());
    assert!(words.contains(&place), "{place} is not in: {words}");
    says(&error, message, hint);
}

/// Checks that the variables are refused with `message` and `hint`.
#[track_caller]
pub(super) fn variables_refused(variables: &[(&str, &str)], message: &str, hint: &str) {
    let set = |home: Home, (name, value): &(&str, &str)| home.set(name, value);
    let home = variables.iter().fold(Home::new(), set);
    says(&home.load().unwrap_err(), message, hint);
}

#[track_caller]
fn says(error: &ConfigError, message: &str, hint: &str) {
    let words = error.to_string();
    assert!(words.contains(message), "{message} is not in: {words}");
    let hints = error.hints().join("\n");
    assert!(hints.contains(hint), "{hint} is not in: {hints}");
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest_and_all_that_are_allowed() {
    for (text, key, nearest) in [
        ("\nrequire_alts = true", "`require_alts`", "`require_alt`"),
        ("[media]\nfoldr = 'x'", "`media.foldr`", "`folder`"),
        ("[daemon]\nsetle = '1s'", "`daemon.setle`", "`settle`"),
        (
            "[accounts.work]\ninstanse = 'x'",
            "`accounts.work.instanse`",
            "`instance`",
        ),
        ("\n[acounts.work]", "`acounts`", "`accounts`"),
    ] {
        refused(text, 2, key, &format!("did you mean {nearest}?"));
        refused(text, 2, "there is no such setting", "allowed here: `");
    }
}

#[test]
fn a_key_that_is_like_no_other_gets_no_suggestion() {
    let home = Home::new().file("[media]\nxylophone = 1");
    let hints = home.load().unwrap_err().hints();
    let allowed = "`folder`, `owner`, `public_url`, `bucket`, `region`, `endpoint`, `path_style`, \
                   `strip_metadata`, `fit`";
    assert_eq!(hints, [format!("allowed here: {allowed}")]);
}

#[test]
fn what_is_not_toml_is_refused_with_its_line() {
    refused("\n\nowner = = 1", 3, "is not TOML", "mend line 3");
    refused(
        "[media]\nowner = 'a'\nowner = 'b'",
        3,
        "is not TOML",
        "mend line 3",
    );
}

#[test]
fn a_top_level_key_below_a_table_is_told_where_it_belongs() {
    refused(
        "[media]\ndefault_to = ['work']",
        2,
        "belongs in no table",
        "above the first `[table]`",
    );
}

#[test]
fn a_bad_duration_is_refused_in_the_file_and_in_the_environment() {
    let hint = "like `7d`, `1h30m` or `5s`";
    refused(
        "[daemon]\nsettle = 'soon'",
        2,
        "`soon` is no duration",
        hint,
    );
    refused(
        "[daemon]\nsettle = 30",
        2,
        "must be a duration",
        "`\"30s\"`",
    );
    refused(
        "[daemon]\nretry_delays = ['1s', 'x']",
        2,
        "`x` is no duration",
        hint,
    );
    refused("[daemon]\nretry_delays = '5s'", 2, "must be a list", "[");
    let variable = [("HAYON_DAEMON_MAX_LATE", "6")];
    variables_refused(
        &variable,
        "`HAYON_DAEMON_MAX_LATE`: `6` is no duration",
        hint,
    );
}

#[test]
fn durations_have_bounds() {
    for (key, value) in [
        ("settle", "'2h'"),
        ("give_up_after", "'0s'"),
        ("max_late", "'0s'"),
        ("key_window", "'9000h'"),
        ("retry_delays", "['25h']"),
    ] {
        let text = format!("[daemon]\n{key} = {value}");
        refused(&text, 2, "is not between", "choose from");
    }
    let many = format!("[daemon]\nretry_delays = [{}]", "'1s',".repeat(21));
    refused(&many, 2, "21 delays", "at most 20");
}

#[test]
fn values_of_another_type_are_refused() {
    refused(
        "require_alt = 'yes'",
        1,
        "must be yes or no",
        "without quotes",
    );
    refused("default_to = 'work'", 1, "must be a list", "[");
    refused("default_to = [1]", 1, "must be a list", "[");
    refused("[media]\nowner = 7", 2, "must be a text", "between quotes");
    refused("media = 'x'", 1, "must be a table", "`[media]`");
    refused(
        "[accounts]\nwork = 1",
        2,
        "must be a table",
        "`[accounts.work]`",
    );
    refused(
        "[outbox]\npath = ''",
        2,
        "the path is empty",
        "leave the setting out",
    );
}

#[test]
fn a_secret_in_the_file_is_refused_and_not_repeated() {
    for field in ["token", "password", "client_secret"] {
        let home = Home::new().file(&format!("{WORK}{field} = 'canary'\n"));
        let error = home.load().unwrap_err();
        says(
            &error,
            &format!("`accounts.work.{field}` (line 4"),
            "remove it there",
        );
        says(
            &error,
            "a secret",
            &format!("`HAYON_WORK_{}`", field.to_uppercase()),
        );
        says(&error, "a secret", ".local/state/hayon/credentials.toml`");
        assert!(!format!("{error:?} {error}").contains("canary"));
    }
}

#[test]
fn an_unknown_platform_is_refused_with_the_nearest() {
    let text = "[accounts.x]\nplatform = 'mastodn'";
    refused(
        text,
        2,
        "`mastodn` is no platform",
        "did you mean `mastodon`?",
    );
    let text = "[accounts.x]\nplatform = 'irc'";
    refused(text, 2, "`irc` is no platform", "`bluesky`, `mastodon`");
}

#[test]
fn a_missing_key_is_told_with_an_example_and_its_variable() {
    for (text, message, variable) in [
        (
            "[accounts.x]\nplatform = 'mastodon'",
            "account `x` has no `instance`",
            "`HAYON_X_INSTANCE`",
        ),
        (
            "[accounts.x]\nplatform = 'bluesky'",
            "account `x` has no `handle`",
            "`HAYON_X_HANDLE`",
        ),
        (
            "[accounts.x]",
            "account `x` has no `platform`",
            "`HAYON_X_PLATFORM`",
        ),
    ] {
        let error = Home::new().file(text).load().unwrap_err();
        says(&error, message, variable);
        says(&error, message, "below `[accounts.x]`");
    }
    let alone = [("HAYON_MASTODON_TOKEN", "t")];
    let message = "account `mastodon` has no `instance`";
    variables_refused(&alone, message, "`HAYON_MASTODON_INSTANCE`");
}

#[test]
fn a_key_of_another_platform_is_refused() {
    refused(
        &format!("{WORK}blog = 'a'"),
        4,
        "an account on Mastodon has no `blog`",
        "`instance`",
    );
    let wrong = [
        ("HAYON_BLUESKY_HANDLE", "a.test"),
        ("HAYON_BLUESKY_INSTANCE", "https://m.example"),
    ];
    variables_refused(
        &wrong,
        "an account on Bluesky has no `instance`",
        "remove it",
    );
}

#[test]
fn accounts_that_share_a_variable_are_refused() {
    for (first, second, variable) in [
        ("my-work", "my_work", "HAYON_MY_WORK_PLATFORM"),
        ("Work", "work", "HAYON_WORK_PLATFORM"),
        ("work", "work-refresh", "HAYON_WORK_REFRESH_TOKEN"),
    ] {
        let table = |name| format!("[accounts.{name}]\nplatform = 'bluesky'\nhandle = 'a.b'\n");
        let home = Home::new().file(&(table(first) + &table(second)));
        let message = format!("accounts `{first}` and `{second}` would share");
        let error = home.load().unwrap_err();
        says(&error, &message, "another name");
        says(&error, &format!("`{variable}`"), "another name");
    }
}

#[test]
fn a_bad_account_name_is_refused() {
    refused(
        "[accounts.'my work']",
        1,
        "`my work` is no account name",
        "another name",
    );
    refused(
        "[accounts.media]",
        1,
        "`media` cannot name an account",
        "another name",
    );
    // `--to all` would go to that one alone.
    refused(
        "[accounts.All]",
        1,
        "`All` cannot name an account: it stands for all of them",
        "another name",
    );
}

#[test]
fn a_default_account_must_exist() {
    let text = format!("default_to = ['werk']\n{WORK}");
    refused(&text, 1, "there is no account `werk`", "`work`");
    refused(
        "default_to = ['werk']",
        1,
        "there is no account",
        "no account is configured",
    );
}

#[test]
fn an_address_without_encryption_is_for_this_machine_only() {
    for address in ["http://m.example", "http://192.168.0.1:3000"] {
        let text = format!("[accounts.x]\nplatform = 'mastodon'\ninstance = '{address}'");
        refused(&text, 3, "is not encrypted", "use `https://`");
    }
}

#[test]
fn a_bluesky_handle_is_written_whole() {
    for handle in ["alice", "a@b.example", "a..b", "-a.test", "a b.test"] {
        let text = format!("[accounts.x]\nplatform = 'bluesky'\nhandle = '{handle}'");
        refused(&text, 3, "is no Bluesky handle", "`alice.bsky.social`");
    }
}

#[test]
fn a_bluesky_account_has_one_service() {
    let text = "[accounts.x]\nplatform = 'bluesky'\nhandle = 'a.b'\n\
                service = 'https://a.b'\napi_url = 'https://a.c'";
    refused(text, 5, "`service` says the same", "keep one");
}

#[test]
fn a_store_is_one_of_three_and_a_command_says_what_to_ask() {
    let text = format!("{WORK}secrets = 'attic'");
    refused(
        &text,
        4,
        "`attic` is no place for secrets",
        "`keyring`, `file`, `command`",
    );
    let text = format!("{WORK}secrets = 'command'");
    refused(&text, 4, "no command to ask", "secret_command = [\"pass\"");
    for empty in ["[]", "['']"] {
        let text = format!("{WORK}secrets = 'command'\nsecret_command = {empty}");
        refused(&text, 5, "names no program", "[\"pass\"");
    }
    for store in ["", "secrets = 'file'"] {
        let text = format!("{WORK}secret_command = ['pass']\n{store}");
        refused(
            &text,
            4,
            "keeps its secrets elsewhere",
            "secrets = \"command\"",
        );
    }
}

#[test]
fn a_misspelt_variable_of_a_table_is_refused() {
    let wrong = [("HAYON_DAEMON_GIVEUP_AFTER", "1h")];
    let meant = "did you mean `HAYON_DAEMON_GIVE_UP_AFTER`?";
    variables_refused(&wrong, "`HAYON_DAEMON_GIVEUP_AFTER`", meant);
}

#[test]
fn an_owner_must_fit_into_keys() {
    for owner in ["a/b", "", "..", "a b", "ä"] {
        let text = format!("[media]\nowner = '{owner}'");
        refused(&text, 2, "keys of media", "letters of ASCII");
    }
}

#[test]
fn a_file_that_was_asked_for_must_be_there() {
    let home = Home::new();
    let absent = Path::new("/nowhere/config.toml");
    let error = Config::load(&home.environment(), Some(absent), None).unwrap_err();
    says(
        &error,
        "no configuration file `/nowhere/config.toml`",
        "`--config`",
    );
    let home = home.set("HAYON_CONFIG", "/nowhere/config.toml");
    says(
        &home.load().unwrap_err(),
        "`/nowhere/config.toml`",
        "`HAYON_CONFIG`",
    );
}

#[test]
fn a_configuration_that_cannot_be_read_is_no_absent_one() {
    let home = Home::new();
    std::fs::create_dir_all(home.config_file()).unwrap();
    says(&home.load().unwrap_err(), "cannot be read", "permissions");
}
