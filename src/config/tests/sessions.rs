//! Sessions are kept apart, kept private, and not lost between two processes.

use std::path::Path;

use crate::config::secret::Secret;
use crate::config::sessions::SessionError;
use crate::config::sessions::SessionStore;
use crate::config::sessions::StoredSession;
use crate::paths::write_private;
use crate::post::platform::Platform;

const SERVICE: &str = "https://pds.example";

fn session(login: &str, stable_id: &str, access: &str) -> StoredSession {
    StoredSession {
        service: SERVICE.into(),
        login: login.into(),
        stable_id: stable_id.into(),
        host: "https://host.example".into(),
        access: Secret::new(access),
        refresh: Secret::new("refresh \"quoted\"\n"),
        renewed_at: None,
        expires_at: None,
    }
}

fn load(store: &SessionStore, login: &str) -> Option<StoredSession> {
    store.load(Platform::Bluesky, SERVICE, login).unwrap()
}

#[test]
fn a_session_that_was_kept_is_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let state_dir = folder.path().join("not/yet");
    let kept = session("alice.test", "did:plc:a", "1");
    assert_eq!(load(&SessionStore::new(&state_dir), "alice.test"), None);
    let store = SessionStore::new(&state_dir);
    store.save(Platform::Bluesky, &kept).unwrap();
    let again = SessionStore::new(&state_dir);
    assert_eq!(load(&again, "alice.test"), Some(kept));
}

#[test]
fn a_session_is_for_its_own_platform_service_and_login() {
    let folder = tempfile::tempdir().unwrap();
    let store = SessionStore::new(folder.path());
    let kept = session("alice.test", "did:plc:a", "1");
    store.save(Platform::Bluesky, &kept).unwrap();
    for (platform, service, login) in [
        (Platform::Mastodon, SERVICE, "alice.test"),
        (Platform::Bluesky, "https://evil.example", "alice.test"),
        (Platform::Bluesky, SERVICE, "bob.test"),
    ] {
        assert_eq!(store.load(platform, service, login).unwrap(), None);
    }
}

#[test]
fn a_new_session_takes_the_place_of_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = SessionStore::new(folder.path());
    for (login, stable_id, access) in [
        ("alice.test", "did:plc:a", "1"),
        ("alice.test", "did:plc:a", "2"),
        // The handle has gone to another account.
        ("alice.test", "did:plc:b", "3"),
        // The account has got another handle.
        ("anna.test", "did:plc:b", "4"),
    ] {
        let kept = session(login, stable_id, access);
        store.save(Platform::Bluesky, &kept).unwrap();
        assert_eq!(load(&store, login), Some(kept));
    }
    assert_eq!(load(&store, "alice.test"), None);
}

#[test]
fn a_forgotten_session_is_gone_and_the_others_stay() {
    let folder = tempfile::tempdir().unwrap();
    let store = SessionStore::new(folder.path());
    let [a, b] = [
        session("a.test", "did:plc:a", "1"),
        session("b.test", "did:plc:b", "2"),
    ];
    store.save(Platform::Bluesky, &a).unwrap();
    store.save(Platform::Bluesky, &b).unwrap();
    store.forget(Platform::Bluesky, SERVICE, "a.test").unwrap();
    store.forget(Platform::Bluesky, SERVICE, "a.test").unwrap();
    assert_eq!(load(&store, "a.test"), None);
    assert_eq!(load(&store, "b.test"), Some(b));
}

#[test]
fn two_that_keep_sessions_at_once_lose_none() {
    const EACH: usize = 25;
    let folder = tempfile::tempdir().unwrap();
    let keep = |who: &str| {
        let store = SessionStore::new(folder.path());
        for number in 0..EACH {
            let name = format!("{who}{number}.test");
            store
                .save(Platform::Bluesky, &session(&name, &name, "1"))
                .unwrap();
        }
    };
    std::thread::scope(|threads| {
        threads.spawn(|| keep("a"));
        threads.spawn(|| keep("b"));
    });
    let store = SessionStore::new(folder.path());
    for who in ["a", "b"] {
        for number in 0..EACH {
            let name = format!("{who}{number}.test");
            assert!(load(&store, &name).is_some(), "{name} was lost");
        }
    }
}

#[test]
fn a_damaged_file_is_to_be_deleted_and_its_content_is_not_shown() {
    for text in [
        "[bluesky.x]\naccess = canary",
        "canary = 1",
        "[bluesky.x]\naccess = 'canary'",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sessions.toml");
        write_private(&file, text.as_bytes()).unwrap();
        let store = SessionStore::new(folder.path());
        let error = store.load(Platform::Bluesky, SERVICE, "a").unwrap_err();
        let hint = error.hint();
        assert!(
            hint.contains(&format!("delete `{}`", file.display())),
            "{hint}"
        );
        assert!(!format!("{error} {error:?} {hint}").contains("canary"));
        let kept = session("a.test", "did:plc:a", "1");
        let error = store.save(Platform::Bluesky, &kept).unwrap_err();
        assert!(matches!(error, SessionError::Damaged(_)), "{error}");
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let occupied = folder.path().join("occupied");
    std::fs::write(&occupied, "").unwrap();
    let store = SessionStore::new(&occupied);
    let kept = session("a.test", "did:plc:a", "1");
    let error = store.save(Platform::Bluesky, &kept).unwrap_err();
    let words = error.to_string();
    assert!(
        words.contains("sessions.toml` cannot be written"),
        "{words}"
    );
}

#[cfg(unix)]
#[test]
fn sessions_are_for_the_owner_only() {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;

    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = tempfile::tempdir().unwrap();
    let state_dir = folder.path().join("state");
    let store = SessionStore::new(&state_dir);
    let kept = session("a.test", "did:plc:a", "1");
    store.save(Platform::Bluesky, &kept).unwrap();
    assert_eq!(mode(&state_dir), 0o700);
    let file = state_dir.join("sessions.toml");
    assert_eq!(mode(&file), 0o600);
    assert_eq!(mode(&state_dir.join("sessions.lock")), 0o600);
    std::fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
    let error = store
        .load(Platform::Bluesky, SERVICE, "a.test")
        .unwrap_err();
    let command = format!("chmod 600 {}", file.display());
    assert!(error.hint().contains(&command), "{}", error.hint());
}
