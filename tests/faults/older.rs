//! Outboxes of every version that there ever was: upgraded by the real program, killed on the way at
//! any call that changes a file, and never losing or repeating a post.
//!
//! `tests/golden` has one of each version, with a delivered post, a refused one, a queued one and one
//! for later. Whoever adds a version adds the outbox of the one before it.

use std::fs;

use rusqlite::Connection;
use rusqlite::OpenFlags;
use serde_json::Value;

use crate::support::World;
use crate::support::disk::Disk;
use crate::support::scene::Scene;
use crate::support::strace;

const GOLDEN: [&str; 5] = [
    include_str!("../golden/outbox_1.sql"),
    include_str!("../golden/outbox_2.sql"),
    include_str!("../golden/outbox_3.sql"),
    include_str!("../golden/outbox_4.sql"),
    include_str!("../golden/outbox_5.sql"),
];

const STATUSES: [&str; 4] = ["COMPLETED", "FAILED", "PENDING", "SCHEDULED"];

/// Every how many calls of an upgrade it is killed.
const STRIDE: usize = 4;

/// Puts the outbox of `version` where that of `world` is.
#[track_caller]
fn put(world: &World, version: usize) {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let database = Connection::open_with_flags(world.outbox(), flags).expect("a database");
    let golden = format!("PRAGMA foreign_keys = OFF; {}", GOLDEN[version - 1]);
    database.execute_batch(&golden).expect("an outbox");
    let wal = "PRAGMA journal_mode = WAL";
    let mode = database.query_row(wal, [], |row| row.get::<_, String>(0));
    assert_eq!(mode.expect("a mode"), "wal");
}

#[track_caller]
fn assert_whole(world: &World) {
    let list = world.list();
    let statuses: Vec<&Value> = list.iter().map(|post| &post["status"]).collect();
    assert_eq!(statuses, STATUSES);
    assert_eq!(list[3]["key"], "later");
    let refused = world.show(2)["deliveries"][0].clone();
    assert_eq!(refused["history"][0]["status"], 422, "{refused:#}");
}

#[test]
fn an_outbox_of_any_version_is_upgraded_after_a_backup_and_goes_on() {
    for version in 1..=GOLDEN.len() {
        let scene = Scene::new(&[]);
        put(&scene.world, version);
        assert_whole(&scene.world);
        let backup = format!("outbox.db.before-{}", version + 1);
        let is_backed_up = scene.world.path(&backup).exists();
        assert_eq!(is_backed_up, version < GOLDEN.len(), "version {version}");
        let present: i64 = scene
            .world
            .database()
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .expect("a version");
        let known = i64::try_from(GOLDEN.len()).expect("a small number");
        assert_eq!(present, known, "add the outbox of the version before");
        let _ = scene.world.hayon(["daemon", "--once"]).code(0);
        let public = scene.public("mastodon");
        assert_eq!(public.len(), 1, "{public:#?}");
        assert_eq!(public[0]["text"], "queued long ago");
    }
}

#[test]
fn an_upgrade_for_which_the_disk_has_no_room_leaves_the_outbox_as_it_was() {
    let world = World::with_outbox();
    let Some(disk) = Disk::of_size(&world, "disk", 4 << 20) else {
        return;
    };
    let path = disk.path("outbox.db");
    put(&world, 1);
    fs::copy(world.outbox(), &path).expect("a copy");
    let mut on_disk = World::new();
    let outbox = world.path("disk/outbox.db").display().to_string();
    on_disk.set("HAYON_OUTBOX", &outbox);
    disk.fill();
    let before = fs::read(&path).expect("the outbox");
    let told = disk.hayon(&on_disk, ["list"]).code(1);
    let failed = "error: the outbox failed: ";
    assert!(told.stderr.starts_with(failed), "{told}");
    assert_eq!(fs::read(&path).expect("the outbox"), before);
    disk.free();
    let list = disk.hayon(&on_disk, ["list", "--json"]).code(0).json();
    assert_eq!(
        list.as_array().map(Vec::len),
        Some(STATUSES.len()),
        "{list:#}"
    );
}

#[test]
fn an_upgrade_that_is_killed_anywhere_loses_nothing_and_is_completed_by_the_next() {
    if !strace::is_there() {
        return;
    }
    let mut at = 1;
    loop {
        let world = World::with_outbox();
        put(&world, 1);
        let calls = "pwrite64,write,fsync,fdatasync,ftruncate,rename,unlink";
        let inject = format!("inject={calls}:signal=KILL:when={at}");
        let log = world.path("calls").display().to_string();
        let always = ["-f", "-qq", "-o", &log, "-e", &inject];
        let hayon = [env!("CARGO_BIN_EXE_hayon"), "show", "1"];
        let run = world
            .start_program("strace", always.iter().chain(&hayon))
            .wait();
        let calls = fs::read_to_string(log).expect("a log of strace");
        if !calls.contains("killed by SIGKILL") {
            let _ = run.code(0);
            break;
        }
        assert_whole(&world);
        at += STRIDE;
    }
    assert!(at > 10 * STRIDE, "an upgrade is many calls, not {at}");
}
