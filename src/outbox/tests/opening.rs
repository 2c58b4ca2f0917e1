//! What opening an outbox makes, refuses, and sets aside; and who may send from it.

use std::path::Path;

use crate::outbox::Outbox;
use crate::outbox::OutboxError;
use crate::outbox::enqueue::Asked;
use crate::outbox::sender_lock::SenderLock;
use crate::outbox::sender_lock::Taken;
use crate::outbox::tests::Bench;
use crate::outbox::tests::post;

#[test]
fn a_database_of_a_newer_hayon_or_of_somebody_else_is_refused_and_left_alone() {
    let bench = Bench::new();
    bench.run_sql("PRAGMA user_version = 99");
    let refused = bench.reopen().err().unwrap().to_string();
    assert!(
        refused.contains("has version 99, and this hayon knows versions up to 5"),
        "{refused}"
    );

    let bench = Bench::new();
    bench.run_sql("PRAGMA application_id = 7");
    assert!(matches!(
        bench.reopen(),
        Err(OutboxError::NotAnOutbox { .. })
    ));
}

#[test]
fn an_outbox_of_an_older_hayon_is_upgraded_after_a_backup_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("outbox.db");
    let older = rusqlite::Connection::open_in_memory().unwrap();
    older
        .execute_batch(include_str!("../schema_1.sql"))
        .unwrap();
    older
        .execute_batch(
            "PRAGMA user_version = 1; PRAGMA application_id = 0x6861796f;
             INSERT INTO posts VALUES (7, '018f0000-0000-7000-8000-000000000001', 'k', '{}', 'x', 1,
                                       NULL, NULL, NULL, 1);
             INSERT INTO deliveries (identity, post, account, platform, state, due_at, next_at)
             VALUES ('i', 7, 'work', 'mastodon', 'delivered', 1, 1);",
        )
        .unwrap();
    older
        .execute("VACUUM INTO ?1", [path.to_str().unwrap()])
        .unwrap();
    let outbox = Outbox::open(&path).unwrap();
    let view = outbox.post(7).unwrap();
    assert_eq!(view.key.as_deref(), Some("k"));
    assert_eq!(view.deliveries.len(), 1);
    let version: i64 = outbox
        .connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, 5);
    let backup = folder.path().join("outbox.db.before-2");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = backup.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
    }
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let backup = rusqlite::Connection::open_with_flags(backup, flags).unwrap();
    let posts: i64 = backup
        .query_row("SELECT count(*) FROM posts", [], |row| row.get(0))
        .unwrap();
    assert_eq!(posts, 1);
}

#[test]
fn room_for_outcomes_is_set_aside_and_stays_when_the_outbox_is_closed() {
    let mut bench = Bench::new();
    let log = bench.folder.path().join("outbox.db-wal");
    let length = |log: &Path| log.metadata().unwrap().len();
    let set_aside = length(&log);
    assert!(set_aside > 1 << 20);
    // The log begins anew before it is full: there is always some of it left.
    for n in 0..300 {
        bench.enqueue(&post(&n.to_string(), None, &["work"]), &Asked::Now);
    }
    assert_eq!(length(&log), set_aside);
    let folder = bench.folder;
    drop(bench.outbox);
    assert_eq!(length(&folder.path().join("outbox.db-wal")), set_aside);
}

#[track_caller]
fn open_eight_times_at_once(path: &Path) {
    std::thread::scope(|scope| {
        let openings: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| Outbox::open(path).map(|_| ())))
            .collect();
        for opening in openings {
            opening.join().unwrap().unwrap();
        }
    });
}

#[test]
fn several_processes_may_make_one_outbox_at_once() {
    // They get into each other's way at one of many moments.
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outbox.db");
        open_eight_times_at_once(&path);
        let tables: i64 = Outbox::open(&path)
            .unwrap()
            .connection
            .query_row(
                "SELECT count(*) FROM sqlite_schema WHERE name = 'ballast'",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(tables, 0, "what was filled is free");
    }
}

#[test]
fn several_processes_may_upgrade_one_outbox_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("outbox.db");
    let flags = rusqlite::OpenFlags::default();
    let older = rusqlite::Connection::open_with_flags(&path, flags).unwrap();
    older
        .execute_batch(include_str!("../schema_1.sql"))
        .unwrap();
    let marks = "PRAGMA user_version = 1; PRAGMA application_id = 0x6861796f;
                 PRAGMA journal_mode = WAL;";
    older.execute_batch(marks).unwrap();
    drop(older);
    open_eight_times_at_once(&path);
    let names = std::fs::read_dir(folder.path()).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let backups: Vec<String> = names.filter(|name| name.contains("before")).collect();
    assert_eq!(backups, ["outbox.db.before-2"]);
}

#[cfg(unix)]
#[test]
fn every_file_of_the_outbox_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let mut bench = Bench::new();
    let _sender = bench.become_sender();
    let mut seen = 0;
    for entry in std::fs::read_dir(bench.folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.file_name());
        seen += 1;
    }
    assert_eq!(seen, 4, "the database, its log, its index and the lock");
}

#[test]
fn a_lock_that_is_held_says_by_whom_and_is_free_when_its_holder_ends() {
    let bench = Bench::new();
    let held = SenderLock::take(bench.outbox.path(), "hayon daemon (process 7)").unwrap();
    let Taken::HeldBy(holder) = SenderLock::take(bench.outbox.path(), "other").unwrap() else {
        panic!("two holders of one lock");
    };
    assert_eq!(holder, "hayon daemon (process 7)");
    drop(held);
    assert!(matches!(
        SenderLock::take(bench.outbox.path(), "other").unwrap(),
        Taken::Ours(_)
    ));
}
