//! What hayon changes in a configuration file that people write, and what stays.

use std::fs;

use crate::config::tests::Home;
use crate::config::writing::WriteError;
use crate::config::writing::remove_account;
use crate::config::writing::write_account;
use crate::post::account_name::AccountName;

const NEW: [(&str, &str); 2] = [("platform", "mastodon"), ("instance", "https://m.example")];

fn work() -> AccountName {
    "work".parse().unwrap()
}

fn written(home: &Home, settings: &[(&'static str, &str)]) -> Result<String, WriteError> {
    let settings: Vec<(&'static str, String)> = settings
        .iter()
        .map(|(key, value)| (*key, (*value).to_owned()))
        .collect();
    write_account(&home.config_file(), &work(), &settings)?;
    Ok(fs::read_to_string(home.config_file()).unwrap())
}

#[test]
fn an_account_is_added_behind_all_that_is_there() {
    let table = "[accounts.work]\nplatform = \"mastodon\"\ninstance = \"https://m.example\"\n";
    assert_eq!(written(&Home::new(), &NEW).unwrap(), table);
    for before in [
        "# mine\ndefault_to = ['sky'] # for now\n",
        "[accounts.sky]\nplatform = 'bluesky'\nhandle = 'a.b'\n\n# media\n[media]\nowner = 'a'\n",
        "[media]\nowner='a'\n# the end\n",
    ] {
        let text = written(&Home::new().file(before), &NEW).unwrap();
        let mut lines = text.lines();
        for line in before.lines() {
            assert!(lines.any(|it| it == line), "{line} is not in:\n{text}");
        }
        assert!(text.contains(&format!("\n{table}")), "{text}");
    }
}

#[test]
fn an_account_that_is_there_keeps_its_comments_and_its_other_settings() {
    let home = Home::new().file(
        "[accounts.work] # mine\nplatform = 'mastodon'\n# moved in May\n\
         instance = 'https://old.example' # the new one\napi_url = 'https://api.example'\n",
    );
    assert_eq!(
        written(&home, &NEW).unwrap(),
        "[accounts.work] # mine\nplatform = \"mastodon\"\n# moved in May\n\
         instance = \"https://m.example\" # the new one\napi_url = 'https://api.example'\n",
    );
}

#[test]
fn accounts_in_any_form_of_toml_are_changed() {
    for before in [
        "[accounts]\nwork = { platform = 'mastodon', instance = 'https://old.example' }\n",
        "accounts.work.platform = 'mastodon'\naccounts.work.instance = 'https://old.example'\n",
        "[accounts]\n[accounts.work]\nplatform = 'mastodon'\n",
    ] {
        let home = Home::new().file(before);
        let text = written(&home, &NEW).unwrap();
        let account = home.config().accounts.into_iter().next().unwrap();
        assert_eq!(account.name, work());
        assert!(text.contains("\"https://m.example\""), "{text}");
        assert!(remove_account(&home.config_file(), &work()).unwrap());
        assert!(home.config().accounts.is_empty());
    }
}

#[test]
fn removing_an_account_leaves_the_rest_to_the_letter() {
    let rest = "# mine\ndefault_to = []\n\n[media] # here\nowner = 'a'\n";
    let home = Home::new().file(
        "# mine\ndefault_to = []\n\n# work\n[accounts.work]\nplatform = 'mastodon'\n\n\
         [media] # here\nowner = 'a'\n",
    );
    assert!(remove_account(&home.config_file(), &work()).unwrap());
    let left = || fs::read_to_string(home.config_file()).unwrap();
    assert_eq!(left(), rest);
    assert!(!remove_account(&home.config_file(), &work()).unwrap());
    assert_eq!(left(), rest);
}

#[test]
fn removing_from_no_file_makes_none() {
    let home = Home::new();
    assert!(!remove_account(&home.config_file(), &work()).unwrap());
    assert!(!home.path(".config").exists());
}

#[test]
fn what_is_not_understood_is_not_touched() {
    for (text, words) in [
        ("\nplatform = mastodon\n", "line 2 of `"),
        ("accounts = 3\n", "`accounts` in `"),
        ("[accounts]\nwork = 3\n", "`accounts.work` in `"),
    ] {
        let home = Home::new().file(text);
        let error = written(&home, &NEW).unwrap_err();
        assert!(error.to_string().starts_with(words), "{error}");
        assert_eq!(fs::read_to_string(home.config_file()).unwrap(), text);
    }
}

#[cfg(unix)]
#[test]
fn a_new_file_is_private_and_an_old_one_keeps_its_mode_and_its_link() {
    use std::os::unix::fs::PermissionsExt as _;

    let mode = |home: &Home| {
        let metadata = fs::metadata(home.config_file()).unwrap();
        metadata.permissions().mode() & 0o7777
    };
    let home = Home::new();
    written(&home, &NEW).unwrap();
    assert_eq!(mode(&home), 0o600);
    let home = Home::new().file_at("dotfiles/hayon.toml", "# mine\n");
    let target = home.path("dotfiles/hayon.toml");
    fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
    fs::create_dir_all(home.config_file().parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(&target, home.config_file()).unwrap();
    written(&home, &NEW).unwrap();
    assert_eq!(mode(&home), 0o640);
    assert!(home.config_file().is_symlink());
    assert!(
        fs::read_to_string(target)
            .unwrap()
            .contains("[accounts.work]")
    );
}
