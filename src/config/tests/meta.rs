//! Accounts on Instagram, Threads and Facebook: ids, where the API is, who may reply.

use crate::config::account::AccountKind;
use crate::config::meta::ReplyControl;
use crate::config::tests::Home;
use crate::config::tests::refusals::refused;

fn kind(settings: &str) -> AccountKind {
    let config = Home::new()
        .file(&format!("[accounts.x]\n{settings}"))
        .config();
    config.accounts.into_iter().next().unwrap().kind
}

/// Returns the id of an account, and where its API is.
fn id_and_api(settings: &str) -> (Option<String>, String) {
    match kind(settings) {
        AccountKind::Instagram { user_id, api } => (Some(user_id), api.to_string()),
        AccountKind::Threads { user_id, api, .. } => (user_id, api.to_string()),
        AccountKind::Facebook { page_id, api } => (Some(page_id), api.to_string()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_account_has_an_id_and_the_api_of_its_platform() {
    for (settings, id, api) in [
        (
            "platform = 'instagram'\nuser_id = '17841400000000000'",
            Some("17841400000000000"),
            "https://graph.instagram.com/",
        ),
        ("platform = 'threads'", None, "https://graph.threads.net/"),
        (
            "platform = 'threads'\nuser_id = ' 123 '",
            Some("123"),
            "https://graph.threads.net/",
        ),
        (
            "platform = 'facebook'\npage_id = '101'",
            Some("101"),
            "https://graph.facebook.com/",
        ),
        // Instagram with the log-in of Facebook, in an older version.
        (
            "platform = 'instagram'\nuser_id = '1'\napi_url = 'https://graph.facebook.com/v25.0'",
            Some("1"),
            "https://graph.facebook.com/v25.0",
        ),
        (
            "platform = 'facebook'\npage_id = '1'\napi_url = 'http://127.0.0.1:4000'",
            Some("1"),
            "http://127.0.0.1:4000/",
        ),
    ] {
        let found = id_and_api(settings);
        assert_eq!(
            found,
            (id.map(ToOwned::to_owned), api.to_owned()),
            "{settings}"
        );
    }
}

#[test]
fn what_is_no_number_is_no_id() {
    let long = "1".repeat(31);
    for id in ["", "me", "@alice", "12a", "1.5", "-1", "１２", &long] {
        for settings in [
            format!("platform = 'instagram'\nuser_id = '{id}'"),
            format!("platform = 'threads'\nuser_id = '{id}'"),
            format!("platform = 'facebook'\npage_id = '{id}'"),
        ] {
            let text = format!("[accounts.x]\n{settings}");
            let message = format!("`{id}` is no id of Meta's");
            refused(&text, 3, &message, "a name is none");
        }
    }
    assert_eq!(
        id_and_api(&format!(
            "platform = 'threads'\nuser_id = '{}'",
            "1".repeat(30)
        ))
        .0
        .unwrap()
        .len(),
        30
    );
}

#[test]
fn what_is_missing_names_its_variable() {
    for (platform, key, variable) in [
        ("instagram", "user_id", "HAYON_X_USER_ID"),
        ("facebook", "page_id", "HAYON_X_PAGE_ID"),
    ] {
        let text = format!("[accounts.x]\nplatform = '{platform}'");
        let error = Home::new().file(&text).load().unwrap_err();
        let words = error.to_string();
        assert!(
            words.contains(&format!("account `x` has no `{key}`")),
            "{words}"
        );
        let hints = error.hints().join("\n");
        assert!(hints.contains(&format!("`{variable}`")), "{hints}");
    }
}

#[test]
fn variables_alone_make_an_account() {
    let home = Home::new()
        .set("HAYON_THREADS_TOKEN", "t")
        .set("HAYON_FACEBOOK_PAGE_ID", "101")
        .set("HAYON_INSTAGRAM_USER_ID", "17");
    let config = home.config();
    let mut names: Vec<&str> = config.accounts.iter().map(|it| it.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["facebook", "instagram", "threads"]);
}

#[test]
fn who_may_reply_is_one_of_threads_words() {
    let control = |settings: &str| match kind(&format!("platform = 'threads'\n{settings}")) {
        AccountKind::Threads { reply_control, .. } => reply_control,
        other => panic!("{other:?}"),
    };
    assert_eq!(control(""), None);
    for known in ReplyControl::ALL {
        let settings = format!("reply_control = '{}'", known.name());
        assert_eq!(control(&settings), Some(known));
    }
    let words = ReplyControl::ALL.map(ReplyControl::name);
    let documented = [
        "everyone",
        "accounts_you_follow",
        "mentioned_only",
        "parent_post_author_only",
        "followers_only",
    ];
    assert_eq!(words, documented);
    refused(
        "[accounts.x]\nplatform = 'threads'\nreply_control = 'nobody'",
        3,
        "`nobody` does not say who may reply",
        "`followers_only`",
    );
}

#[test]
fn a_setting_of_another_platform_is_refused() {
    for (platform, setting) in [
        ("instagram", "page_id = '1'"),
        ("threads", "page_id = '1'"),
        ("facebook", "user_id = '1'"),
        ("instagram", "reply_control = 'everyone'"),
        ("facebook", "instance = 'https://m.example'"),
    ] {
        let text = format!("[accounts.x]\nplatform = '{platform}'\n{setting}");
        let key = setting.split(' ').next().unwrap();
        refused(&text, 3, &format!("has no `{key}`"), "such an account has");
    }
}
