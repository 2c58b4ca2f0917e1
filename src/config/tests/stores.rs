//! What the stores of secrets keep, and what they leave alone.

use std::fs;
use std::path::PathBuf;

use crate::config::secret::Secret;
use crate::config::secrets::SecretField;
use crate::config::secrets::Secrets;
use crate::config::secrets::Store;
use crate::config::secrets::error::SecretError;
use crate::config::tests::Home;
use crate::paths::write_private;
use crate::post::account_name::AccountName;

const FILE: &str = ".local/state/hayon/credentials.toml";

fn secrets(home: &Home) -> Secrets {
    Secrets::new(home.environment(), &home.path(".local/state/hayon"))
}

fn name(word: &str) -> AccountName {
    word.parse().unwrap()
}

fn token(secret: &str) -> Vec<(SecretField, Secret)> {
    vec![(SecretField::Token, Secret::new(secret))]
}

fn write(home: &Home, text: &str) -> PathBuf {
    write_private(&home.path(FILE), text.as_bytes()).unwrap();
    home.path(FILE)
}

#[test]
fn what_the_file_keeps_replaces_what_the_account_had_and_nothing_else() {
    let home = Home::new();
    let path = write(
        &home,
        "# mine\n[sky]\npassword = 'p' # for the phone\n\n# the office's\n[work]\n\
         token = 'old' # of May\nclient_id = 'gone'\n# the end\n",
    );
    let new = [
        (SecretField::Token, Secret::new("new \"one\"")),
        (SecretField::RefreshToken, Secret::new("r")),
    ];
    secrets(&home)
        .keep(&name("work"), Store::File, &new)
        .unwrap();
    assert_eq!(
        fs::read_to_string(path).unwrap(),
        "# mine\n[sky]\npassword = 'p' # for the phone\n\n# the office's\n[work]\n\
         token = 'new \"one\"' # of May\nrefresh_token = \"r\"\n# the end\n",
    );
}

#[test]
fn the_first_secret_makes_the_file_and_the_next_account_follows() {
    let home = Home::new();
    let secrets = secrets(&home);
    for account in ["work", "sky"] {
        secrets
            .keep(&name(account), Store::File, &token(account))
            .unwrap();
    }
    let text = fs::read_to_string(home.path(FILE)).unwrap();
    assert_eq!(text, "[work]\ntoken = \"work\"\n\n[sky]\ntoken = \"sky\"\n");
}

#[test]
fn forgetting_leaves_other_accounts_and_their_comments() {
    for (text, rest) in [
        (
            "# mine\n\n# work's\n[work]\ntoken = 'a'\n\n[sky]\ntoken = 'b'\n",
            "# mine\n\n[sky]\ntoken = 'b'\n",
        ),
        (
            "[sky]\ntoken = 'b'\n# of sky\n\n[work]\ntoken = 'a'\n# the end\n",
            "[sky]\ntoken = 'b'\n# of sky\n# the end\n",
        ),
        ("work.token = 'a'\nsky.token = 'b'\n", "sky.token = 'b'\n"),
        ("work = { token = 'a' }\n", ""),
        ("[sky]\ntoken = 'b'\n", "[sky]\ntoken = 'b'\n"),
    ] {
        let home = Home::new();
        let path = write(&home, text);
        secrets(&home).forget(&name("work"), Store::File).unwrap();
        assert_eq!(fs::read_to_string(path).unwrap(), rest, "{text}");
    }
}

#[test]
fn forgetting_makes_no_file() {
    let home = Home::new();
    secrets(&home).forget(&name("work"), Store::File).unwrap();
    assert!(!home.path(".local/state/hayon").exists());
}

#[test]
fn a_damaged_file_is_left_as_it_is() {
    for text in ["[work]\ntoken = canary\n", "canary = 'x'\n"] {
        let home = Home::new();
        let path = write(&home, text);
        let secrets = secrets(&home);
        let kept = secrets.keep(&name("work"), Store::File, &token("t"));
        let forgotten = secrets.forget(&name("work"), Store::File);
        for error in [kept.unwrap_err(), forgotten.unwrap_err()] {
            assert!(matches!(error, SecretError::Damaged { .. }), "{error}");
            assert!(!format!("{error:?}").contains("canary"), "{error:?}");
        }
        assert_eq!(fs::read_to_string(path).unwrap(), text);
    }
}

#[test]
fn processes_that_keep_secrets_at_the_same_time_lose_none() {
    let home = Home::new();
    let accounts: Vec<String> = (0..8).map(|number| format!("a{number}")).collect();
    std::thread::scope(|scope| {
        for account in &accounts {
            let secrets = secrets(&home);
            scope.spawn(move || {
                let kept = secrets.keep(&name(account), Store::File, &token(account));
                kept.unwrap();
            });
        }
    });
    let secrets = secrets(&home);
    for account in &accounts {
        let found = secrets.kept(&name(account), Store::File, SecretField::Token);
        assert_eq!(found.unwrap(), Some(Secret::new(account.as_str())));
    }
}

#[cfg(unix)]
#[test]
fn a_file_behind_a_link_is_changed_where_it_is() {
    let home = Home::new();
    let target = home.path("vault/hayon.toml");
    write_private(&target, b"[sky]\ntoken = 'b'\n").unwrap();
    fs::create_dir_all(home.path(FILE).parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(&target, home.path(FILE)).unwrap();
    secrets(&home)
        .keep(&name("work"), Store::File, &token("t"))
        .unwrap();
    assert!(home.path(FILE).is_symlink());
    let text = fs::read_to_string(target).unwrap();
    assert!(
        text.contains("[sky]") && text.contains("token = \"t\""),
        "{text}"
    );
}

#[test]
fn a_command_keeps_nothing() {
    let home = Home::new();
    let kept = secrets(&home).keep(&name("work"), Store::Command, &token("t"));
    let error = kept.unwrap_err();
    assert_eq!(error.to_string(), "a command tells secrets and keeps none");
}
