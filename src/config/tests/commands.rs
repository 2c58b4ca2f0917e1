//! The command that tells secrets: what it is asked, what it may say, and what is shown of it.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::config::account::Account;
use crate::config::secrets::SecretField;
use crate::config::secrets::SecretSource;
use crate::config::secrets::Secrets;
use crate::config::secrets::error::SecretError;
use crate::config::tests::Home;

/// Returns a home whose account `work` asks the `script`, which gets the account and the field.
fn home(script: &str) -> Home {
    let home = Home::new().file_at("tell", &format!("#!/bin/sh\n{script}\n"));
    let program = home.path("tell");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
    let config = format!(
        "[accounts.work]\nplatform = 'tumblr'\nblog = 'b'\nsecrets = 'command'\n\
         secret_command = ['{}', '--for={{account}}/{{field}}']\n",
        program.display()
    );
    home.file(&config)
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
fn a_command_gets_account_and_field_and_what_it_prints_is_the_secret() {
    let home = home("echo \"a  secret for $1\"; echo noise >&2");
    assert_eq!(
        token(&home).unwrap().unwrap(),
        "a  secret for --for=work/token"
    );
    let (secrets, account) = open(&home);
    let source = secrets.source(&account, SecretField::Token).unwrap();
    let program = home.path("tell").display().to_string();
    assert_eq!(source, Some(SecretSource::Command(program)));
    assert_eq!(token(&self::home("")).unwrap(), None);
}

#[test]
fn a_command_is_asked_once_for_each_field() {
    let home = home("echo \"$1\" >> \"$0.asked\"; echo told");
    let (secrets, account) = open(&home);
    for secrets in [&secrets, &secrets.clone()] {
        for field in [SecretField::Token, SecretField::ClientId] {
            assert!(secrets.get(&account, field).unwrap().is_some());
        }
    }
    let asked = fs::read_to_string(home.path("tell.asked")).unwrap();
    assert_eq!(asked, "--for=work/token\n--for=work/client_id\n");
}

#[test]
fn a_command_is_not_asked_for_what_the_environment_says() {
    let home = home("touch \"$0.asked\"; echo told").set("HAYON_WORK_TOKEN", "of the variable");
    assert_eq!(token(&home).unwrap().unwrap(), "of the variable");
    assert!(!home.path("tell.asked").exists());
}

#[test]
fn what_a_command_that_failed_prints_is_not_shown_but_what_it_complains_of_is() {
    let home = home("echo canary; printf 'no\\033[31m such\\nentry' >&2; exit 3");
    let error = token(&home).unwrap_err();
    let words = error.to_string();
    assert!(words.contains("(exit status: 3)"), "{words}");
    assert!(words.ends_with(": no[31m such entry"), "{words}");
    assert!(error.hint().contains("exit code 0"), "{}", error.hint());
    assert!(!format!("{words} {error:?}").contains("canary"));
}

#[test]
fn a_complaint_is_shown_in_part_and_a_flood_does_not_block() {
    let home = home("yes complaint | head -c 300000 >&2; exit 1");
    let words = token(&home).unwrap_err().to_string();
    assert!(words.len() < 600, "{words}");
}

#[test]
fn what_cannot_be_a_secret_is_refused() {
    for script in ["head -c 70000 /dev/zero | tr '\\0' a", "printf '\\377'"] {
        let error = token(&home(script)).unwrap_err();
        assert!(error.to_string().contains("is no secret"), "{error}");
    }
}

#[test]
fn a_secret_that_is_not_needed_may_be_unknown_to_the_command() {
    let home = home("[ \"$1\" = --for=work/token ] && echo told");
    let (secrets, account) = open(&home);
    assert_eq!(secrets.missing(&account).unwrap(), None);
    let optional = secrets.get(&account, SecretField::TokenSecret);
    assert_eq!(optional.unwrap(), None);
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let home = home("");
    fs::remove_file(home.path("tell")).unwrap();
    let error = token(&home).unwrap_err();
    let program = home.path("tell").display().to_string();
    assert!(error.to_string().contains(&program), "{error}");
    assert!(error.hint().contains("[accounts.work]"), "{}", error.hint());
}

#[test]
fn a_command_may_come_from_variables() {
    let home = Home::new()
        .set("HAYON_TUMBLR_BLOG", "b")
        .set("HAYON_TUMBLR_SECRETS", "command")
        .set("HAYON_TUMBLR_SECRET_COMMAND", "echo, {account} {field}");
    assert_eq!(token(&home).unwrap().unwrap(), "tumblr token");
}
