//! What the file, the variables and the flags come to together.

use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::config::Config;
use crate::config::account::AccountKind;
use crate::config::tests::Home;
use crate::post::fit::Fit;
use crate::post::fit::Metadata;
use crate::post::fit::Wishes;

const WORK: &str = "[accounts.work]\nplatform = 'mastodon'\ninstance = 'https://m.example'\n";

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn names(config: &Config) -> Vec<&str> {
    let accounts = config.accounts.iter();
    accounts.map(|account| account.name.as_str()).collect()
}

fn bluesky(handle: &str) -> AccountKind {
    AccountKind::Bluesky {
        handle: handle.into(),
        service: None,
        plc_url: None,
    }
}

fn mastodon(instance: &str) -> AccountKind {
    AccountKind::Mastodon {
        instance: url(instance),
        api_url: None,
    }
}

#[test]
fn without_a_file_the_defaults_hold() {
    let home = Home::new();
    let config = home.config();
    assert!(config.accounts.is_empty());
    assert!(config.default_to.is_empty());
    assert!(!config.require_alt);
    assert_eq!(
        config.outbox_path,
        home.path(".local/share/hayon/outbox.db")
    );
    assert_eq!(config.media.folder, home.path(".local/share/hayon/media"));
    assert_eq!(config.media.owner, "alice");
    assert_eq!(config.media.public_url, None);
    assert_eq!(config.media.wishes, Wishes::default());
    assert_eq!(config.state_dir, home.path(".local/state/hayon"));
    assert_eq!(config.cache_dir, home.path(".cache/hayon"));
    let delays = [5, 30, 120].map(Duration::from_secs);
    assert_eq!(config.daemon.retry_delays, delays);
    assert_eq!(config.daemon.give_up_after, Duration::from_hours(24));
    assert_eq!(config.daemon.key_window, Duration::from_hours(24));
    assert_eq!(config.daemon.settle, None);
    assert_eq!(config.daemon.max_late, None);
}

#[test]
fn every_setting_of_the_file_counts() {
    let home = Home::new().file(
        r#"
        default_to = ["work", "sky", "work"]
        require_alt = true
        [media]
        folder = "/srv/media"
        owner = "bob"
        public_url = "https://media.example.com/p"
        strip_metadata = false
        fit = "pad"
        [outbox]
        path = "/srv/outbox.db"
        [daemon]
        retry_delays = ["1s", "1h30m"]
        give_up_after = "2h"
        settle = "30s"
        max_late = "6h"
        key_window = "48h"
        [accounts.work]
        platform = "mastodon"
        instance = "https://m.example"
        api_url = "http://127.0.0.1:3000"
        secrets = "file"
        [accounts.sky]
        platform = "bluesky"
        handle = "@Alice.Bsky.Social"
        service = "http://localhost:2583"
        plc_url = "http://localhost:2582"
        "#,
    );
    let config = home.config();
    assert_eq!(names(&config), ["work", "sky"]);
    let default_to: Vec<_> = config.default_to.iter().map(ToString::to_string).collect();
    assert_eq!(default_to, ["work", "sky"]);
    assert!(config.require_alt);
    assert_eq!(config.media.folder, Path::new("/srv/media"));
    assert_eq!(config.media.owner, "bob");
    let public_url = config.media.public_url.unwrap();
    assert_eq!(public_url, url("https://media.example.com/p"));
    let wishes = Wishes {
        fit: Fit::Pad,
        metadata: Metadata::Keep,
    };
    assert_eq!(config.media.wishes, wishes);
    assert_eq!(config.outbox_path, Path::new("/srv/outbox.db"));
    let daemon = config.daemon;
    let delays = [1, 5400].map(Duration::from_secs);
    assert_eq!(daemon.retry_delays, delays);
    assert_eq!(daemon.give_up_after, Duration::from_hours(2));
    assert_eq!(daemon.settle, Some(Duration::from_secs(30)));
    assert_eq!(daemon.max_late, Some(Duration::from_hours(6)));
    assert_eq!(daemon.key_window, Duration::from_hours(48));
    assert_eq!(
        config.accounts[0].kind,
        AccountKind::Mastodon {
            instance: url("https://m.example"),
            api_url: Some(url("http://127.0.0.1:3000")),
        }
    );
    assert_eq!(
        config.accounts[1].kind,
        AccountKind::Bluesky {
            handle: "alice.bsky.social".into(),
            service: Some(url("http://localhost:2583")),
            plc_url: Some(url("http://localhost:2582")),
        }
    );
}

#[test]
fn the_environment_wins_over_the_file() {
    let home = Home::new()
        .file(&format!(
            "[media]\nfolder = '/file'\nowner = 'bob'\n[outbox]\npath = '/file.db'\n\
             [daemon]\nsettle = '1s'\nretry_delays = ['9s']\n{WORK}"
        ))
        .set("HAYON_MEDIA_FOLDER", "/variable")
        .set("HAYON_MEDIA_OWNER", "carol")
        .set("HAYON_OUTBOX", "/variable.db")
        .set("HAYON_DAEMON_SETTLE", "2s")
        .set("HAYON_DAEMON_RETRY_DELAYS", "3s, 4s")
        .set("HAYON_WORK_INSTANCE", "https://other.example");
    let config = home.config();
    assert_eq!(config.media.folder, Path::new("/variable"));
    assert_eq!(config.media.owner, "carol");
    assert_eq!(config.outbox_path, Path::new("/variable.db"));
    assert_eq!(config.daemon.settle, Some(Duration::from_secs(2)));
    let delays = [3, 4].map(Duration::from_secs);
    assert_eq!(config.daemon.retry_delays, delays);
    assert_eq!(config.accounts[0].kind, mastodon("https://other.example"));
}

#[test]
fn the_outbox_flag_wins_over_everything() {
    let home = Home::new().set("HAYON_OUTBOX", "/variable.db");
    let flag = PathBuf::from("/flag.db");
    let config = Config::load(&home.environment(), None, Some(&flag)).unwrap();
    assert_eq!(config.outbox_path, flag);
}

#[test]
fn an_empty_variable_is_as_good_as_none() {
    let home = Home::new()
        .file(WORK)
        .set("HAYON_WORK_INSTANCE", "")
        .set("HAYON_BLUESKY_PASSWORD", "")
        .set("HAYON_CONFIG", "");
    let config = home.config();
    assert_eq!(names(&config), ["work"]);
    assert_eq!(config.accounts[0].kind, mastodon("https://m.example"));
}

#[test]
fn a_ci_job_needs_no_file() {
    let home = Home::new()
        .set("HAYON_MASTODON_INSTANCE", "https://m.example")
        .set("HAYON_MASTODON_TOKEN", "t")
        .set("HAYON_BLUESKY_HANDLE", "alice.test")
        .set("HAYON_BLUESKY_PASSWORD", "p");
    let config = home.config();
    assert_eq!(names(&config), ["bluesky", "mastodon"]);
    assert_eq!(config.accounts[0].kind, bluesky("alice.test"));
    assert_eq!(config.accounts[1].kind, mastodon("https://m.example"));
}

#[test]
fn accounts_stand_in_the_order_of_the_file_and_then_those_of_variables() {
    let home = Home::new()
        .file(&format!(
            "{WORK}[accounts.art]\nplatform = 'bluesky'\nhandle = 'a.test'\n"
        ))
        .set("HAYON_BLUESKY_HANDLE", "b.test");
    assert_eq!(names(&home.config()), ["work", "art", "bluesky"]);
}

#[test]
fn variables_of_an_account_in_the_file_make_no_second_one() {
    for name in ["mastodon", "Mastodon"] {
        let home = Home::new()
            .file(&format!("[accounts.{name}]\nplatform = 'mastodon'\n"))
            .set("HAYON_MASTODON_INSTANCE", "https://m.example");
        assert_eq!(names(&home.config()), [name]);
    }
    // This is the `token` of `bluesky-refresh`, and no `refresh_token` of an account `bluesky`.
    let home = Home::new()
        .file("[accounts.bluesky-refresh]\nplatform = 'bluesky'\nhandle = 'a.test'\n")
        .set("HAYON_BLUESKY_REFRESH_TOKEN", "t");
    assert_eq!(names(&home.config()), ["bluesky-refresh"]);
}

#[test]
fn an_account_that_is_named_like_its_platform_need_not_name_it() {
    let home = Home::new().file("[accounts.bluesky]\nhandle = 'a.test'\n");
    assert_eq!(home.config().accounts[0].kind, bluesky("a.test"));
}

#[test]
fn hyphens_and_small_letters_are_written_otherwise_in_variables() {
    let home = Home::new()
        .file("[accounts.my-work_2]\nplatform = 'mastodon'\n")
        .set("HAYON_MY_WORK_2_INSTANCE", "https://m.example");
    assert_eq!(
        home.config().accounts[0].kind,
        mastodon("https://m.example")
    );
}

#[test]
fn a_did_is_as_good_as_a_handle_and_keeps_its_case() {
    let home = Home::new().set("HAYON_BLUESKY_HANDLE", "did:web:Example.com");
    assert_eq!(
        home.config().accounts[0].kind,
        bluesky("did:web:Example.com")
    );
}

#[test]
fn the_api_address_of_a_bluesky_account_is_its_service() {
    let home = Home::new()
        .set("HAYON_BLUESKY_HANDLE", "a.test")
        .set("HAYON_BLUESKY_API_URL", "http://127.0.0.1:2583");
    let kind = AccountKind::Bluesky {
        handle: "a.test".into(),
        service: Some(url("http://127.0.0.1:2583")),
        plc_url: None,
    };
    assert_eq!(home.config().accounts[0].kind, kind);
}

#[test]
fn the_flag_comes_before_the_variable_and_the_variable_before_the_default_place() {
    let home = Home::new()
        .file("[media]\nowner = 'default'\n")
        .file_at("b.toml", "[media]\nowner = 'variable'\n")
        .file_at("c.toml", "[media]\nowner = 'flag'\n");
    assert_eq!(home.config().media.owner, "default");
    let variable = home.path("b.toml");
    let home = home.set("HAYON_CONFIG", variable.to_str().unwrap());
    assert_eq!(home.config().media.owner, "variable");
    let flag = home.path("c.toml");
    let config = Config::load(&home.environment(), Some(&flag), None).unwrap();
    assert_eq!(config.media.owner, "flag");
}

#[test]
fn a_relative_path_in_the_file_starts_at_the_file_and_a_tilde_is_home() {
    let home = Home::new().file("[media]\nfolder = '~/pictures'\n[outbox]\npath = 'box/o.db'\n");
    let config = home.config();
    assert_eq!(config.media.folder, home.path("pictures"));
    assert_eq!(config.outbox_path, home.path(".config/hayon/box/o.db"));
}

#[test]
fn the_login_name_is_made_fit_for_keys() {
    for (login, owner) in [
        ("Alice", "Alice"),
        ("al ice/..", "al-ice"),
        ("jürgen", "j-rgen"),
        ("CORP\\bob", "CORP-bob"),
        ("///", "user"),
        ("..", "user"),
    ] {
        let home = Home::new().set("USER", login);
        assert_eq!(home.config().media.owner, owner, "{login}");
    }
}

#[test]
fn an_account_called_like_a_table_and_more_has_variables_of_its_own() {
    let home = Home::new()
        .file("[accounts.media-bot]\nplatform = 'mastodon'\n")
        .set("HAYON_MEDIA_BOT_INSTANCE", "https://m.example")
        .set("HAYON_MEDIA_BOT_TOKEN", "t");
    assert_eq!(names(&home.config()), ["media-bot"]);
}
