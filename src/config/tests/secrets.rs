//! Where secrets are found, in which order, and when they are refused.

use crate::config::account::Account;
use crate::config::secrets::SecretField;
use crate::config::secrets::Secrets;
use crate::config::secrets::error::SecretError;
use crate::config::tests::Home;
use crate::paths::write_private;

const FILE: &str = ".local/state/hayon/credentials.toml";
const WORK: &str = "[accounts.work]\nplatform = 'mastodon'\ninstance = 'https://m.example'\n";

fn home() -> Home {
    Home::new().file(WORK)
}

fn write(home: &Home, text: &str) {
    write_private(&home.path(FILE), text.as_bytes()).unwrap();
}

fn open(home: &Home) -> (Secrets, Account) {
    let config = home.config();
    let secrets = Secrets::new(home.environment(), &config.state_dir);
    (secrets, config.accounts.into_iter().next().unwrap())
}

fn token(home: &Home) -> Result<Option<String>, SecretError> {
    let (secrets, account) = open(home);
    let secret = secrets.get(&account, SecretField::Token)?;
    Ok(secret.map(|secret| secret.expose().to_owned()))
}

#[test]
fn the_variable_comes_before_the_credential_and_the_credential_before_the_file() {
    let home = home();
    assert_eq!(token(&home).unwrap(), None);
    write(&home, "[work]\ntoken = 'of the file'\n");
    assert_eq!(token(&home).unwrap().unwrap(), "of the file");
    let folder = home.path("credentials");
    let home = home
        .file_at("credentials/hayon.work.token", "of systemd\n")
        .set("CREDENTIALS_DIRECTORY", folder.to_str().unwrap());
    assert_eq!(token(&home).unwrap().unwrap(), "of systemd");
    let home = home.set("HAYON_WORK_TOKEN", "of the variable");
    assert_eq!(token(&home).unwrap().unwrap(), "of the variable");
}

#[test]
fn a_store_that_is_named_is_the_only_one() {
    let home = Home::new().file(&format!("{WORK}secrets = 'keyring'\n"));
    write(&home, "[work]\ntoken = 'an older one'\n");
    let error = token(&home).unwrap_err();
    assert!(error.to_string().contains("no keyring"), "{error}");
    assert!(
        error.hint().contains("secrets = \"file\""),
        "{}",
        error.hint()
    );
    let home = home.set("HAYON_WORK_TOKEN", "of the variable");
    assert_eq!(token(&home).unwrap().unwrap(), "of the variable");
    let home = Home::new().file(&format!("{WORK}secrets = 'file'\n"));
    write(&home, "[work]\ntoken = 'of the file'\n");
    assert_eq!(token(&home).unwrap().unwrap(), "of the file");
}

#[test]
fn without_a_named_store_a_keyring_that_is_not_there_has_nothing() {
    assert_eq!(token(&home()).unwrap(), None);
}

#[test]
fn one_newline_at_the_end_is_no_part_of_a_secret() {
    for (held, secret) in [
        ("a", Some("a")),
        ("a\n", Some("a")),
        ("a\r\n", Some("a")),
        ("a\n\n", Some("a\n")),
        (" a ", Some(" a ")),
        ("\n", None),
    ] {
        let home = home().set("HAYON_WORK_TOKEN", held);
        assert_eq!(token(&home).unwrap().as_deref(), secret, "{held:?}");
    }
}

#[test]
fn an_empty_secret_lets_the_next_place_answer() {
    let home = home().set("HAYON_WORK_TOKEN", "");
    write(&home, "[work]\ntoken = 'of the file'\n");
    assert_eq!(token(&home).unwrap().unwrap(), "of the file");
    write(&home, "[work]\ntoken = ''\n");
    assert_eq!(token(&home).unwrap(), None);
}

#[test]
fn every_field_has_its_name_in_variables_and_files() {
    let mut home = home();
    let lines = SecretField::ALL.map(|field| {
        let name = field.name();
        format!("{name} = '{name} of the file'\n")
    });
    let other = "[other]\ntoken = 'of another account'\n";
    write(&home, &format!("{other}[work]\n{}", lines.concat()));
    let found = |home: &Home, field: SecretField| {
        let (secrets, account) = open(home);
        let secret = secrets.get(&account, field).unwrap().unwrap();
        secret.expose().to_owned()
    };
    for field in SecretField::ALL {
        let name = field.name();
        assert_eq!(found(&home, field), format!("{name} of the file"));
        let value = format!("{name} of the variable");
        home = home.set(&format!("HAYON_WORK_{}", name.to_uppercase()), &value);
        assert_eq!(found(&home, field), value);
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_refused() {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;

    let home = home();
    write(&home, "[work]\ntoken = 'canary'\n");
    for mode in [0o640, 0o604] {
        std::fs::set_permissions(home.path(FILE), Permissions::from_mode(mode)).unwrap();
        let error = token(&home).unwrap_err();
        let command = format!("chmod 600 {}", home.path(FILE).display());
        assert!(error.hint().contains(&command), "{}", error.hint());
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
}

#[test]
fn a_malformed_file_is_refused_by_line_and_its_content_is_not_shown() {
    for (text, line) in [
        ("[work]\ntoken = canary\n", 2),
        ("[work]\n\ntoken 'canary'\n", 3),
        ("[work]\ncanary = 'x'\n", 2),
        ("[work]\ntoken = ['canary']\n", 2),
        ("token = 'canary'\n", 1),
        ("[work]\ntoken = 'canary'\ntoken = 'canary'\n", 3),
    ] {
        let home = home();
        write(&home, text);
        let error = token(&home).unwrap_err();
        let words = error.to_string();
        assert!(words.starts_with(&format!("line {line} of `")), "{words}");
        let shown = format!("{words} {error:?} {}", error.hint());
        assert!(!shown.contains("canary"), "{shown}");
    }
}

#[test]
fn a_missing_secret_names_the_variable_and_the_file() {
    let home = home();
    let (secrets, account) = open(&home);
    let missing = secrets.missing(&account).unwrap().unwrap();
    assert_eq!(missing.to_string(), "account `work` has no access token");
    let hint = missing.hint();
    assert!(hint.contains("`HAYON_WORK_TOKEN`"), "{hint}");
    assert!(hint.contains("below `[work]`"), "{hint}");
    assert!(hint.contains(home.path(FILE).to_str().unwrap()), "{hint}");
    write(&home, "[work]\ntoken = 't'\n");
    assert_eq!(secrets.missing(&account).unwrap(), None);
}

#[test]
fn a_bluesky_account_misses_its_app_password() {
    let home = Home::new().set("HAYON_BLUESKY_HANDLE", "a.test");
    let (secrets, account) = open(&home);
    let missing = secrets.missing(&account).unwrap().unwrap();
    assert_eq!(missing.to_string(), "account `bluesky` has no app password");
    let hint = missing.hint();
    assert!(hint.contains("`HAYON_BLUESKY_PASSWORD`"), "{hint}");
}

#[test]
fn the_debug_form_of_the_secrets_shows_none() {
    let home = home().set("HAYON_WORK_TOKEN", "canary");
    let (secrets, account) = open(&home);
    let secret = secrets.get(&account, SecretField::Token).unwrap();
    let shown = format!("{secrets:?} {secret:?}");
    assert!(!shown.contains("canary"), "{shown}");
}
