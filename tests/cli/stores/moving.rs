//! Secrets move between stores: whatever happens on the way, one of them has them whole.

use std::fs;

use crate::stores::WORK;
use crate::stores::config;
use crate::stores::credentials;
use crate::stores::program;
use crate::stores::world;
use crate::support::strace;

#[test]
fn without_a_keyring_nothing_is_moved_there_and_it_is_said_why() {
    let world = world(WORK, "[work]\ntoken = \"canary\"\n");
    let said = world
        .hayon(["account", "move", "work", "--to", "keyring"])
        .code(5);
    let _ = said.mentions([
        "error: there is no keyring here: neither `DBUS_SESSION_BUS_ADDRESS`",
        "hint: outside a desktop session",
    ]);
    assert_eq!(config(&world), WORK);
    assert_eq!(credentials(&world), "[work]\ntoken = \"canary\"\n");
}

#[test]
fn what_is_given_from_outside_is_not_moved() {
    let mut world = world(WORK, "");
    world.set("HAYON_WORK_TOKEN", "canary");
    let said = world
        .hayon(["account", "move", "work", "--to", "file"])
        .code(1);
    let _ = said.mentions(["is in the variable `HAYON_WORK_TOKEN`", "nothing was moved"]);
    assert_eq!(config(&world), WORK);
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_with_secrets_is_the_owners_from_its_first_byte() {
    if !strace::is_there() {
        return;
    }
    let world = world("", "");
    fs::remove_dir_all(world.path("state")).unwrap();
    let tell = program(&world, "echo told");
    let command = format!("secrets = \"command\"\nsecret_command = [\"{tell}\"]\n");
    world.write("config.toml", format!("{WORK}{command}"));
    let log = world.path("calls");
    let script = format!(
        "umask 000; exec strace -qq -o '{}' -e 'trace=/^(open|creat|mkdir|fsync|rename)' \"$@\"",
        log.display()
    );
    let _ = world
        .shell(&script, ["account", "move", "work", "--to", "file"])
        .code(0);
    let log = fs::read_to_string(log).unwrap();
    let made = |name: &str| {
        log.lines()
            .filter(|line| line.starts_with(name))
            .collect::<Vec<_>>()
    };
    let state = world.path("state").display().to_string();
    let opened: Vec<&str> = made("open")
        .into_iter()
        .filter(|it| it.contains("O_CREAT"))
        .collect();
    assert!(opened.iter().any(|line| line.contains(&state)), "{log}");
    for line in opened {
        assert!(line.contains(", 0600)"), "{line}");
    }
    for line in made("mkdir") {
        assert!(line.contains(", 0700)"), "{line}");
    }
    // The file's bytes are on the disk before it has its name, and its name before the next step.
    let is_named = |line: &str| line.starts_with("rename") && line.contains("/credentials.toml\"");
    let lines: Vec<&str> = log.lines().collect();
    let renamed = lines.iter().position(|line| is_named(line));
    let renamed = renamed.unwrap_or_else(|| panic!("no new name in\n{log}"));
    assert!(lines[renamed - 1].starts_with("fsync("), "{log}");
    assert!(lines[renamed + 2].starts_with("fsync("), "{log}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_move_that_is_killed_anywhere_loses_nothing_and_is_completed_by_the_next() {
    if !strace::is_there() {
        return;
    }
    for moment in 1.. {
        assert!(moment < 30, "there is no end of moments");
        let world = world("", "");
        let tell = program(&world, "echo told");
        let command = format!("secrets = \"command\"\nsecret_command = [\"{tell}\"]\n");
        world.write("config.toml", format!("{WORK}{command}"));
        let log = world.path("calls");
        let kill = format!("inject=fsync,rename:signal=KILL:when={moment}");
        let log_name = log.display();
        let script =
            format!("strace -qq -o '{log_name}' -e trace=fsync,rename -e '{kill}' \"$@\"; true");
        let moving = ["account", "move", "work", "--to", "file"];
        let _ = world.shell(&script, moving).code(0);
        let state =
            || world.hayon(["account", "list", "--json"]).code(0).json()[0]["state"].clone();
        assert_eq!(
            state(),
            "ok",
            "killed at moment {moment}: {}",
            config(&world)
        );
        let _ = world.hayon(moving).code(0);
        assert_eq!(state(), "ok", "moved after {moment}");
        assert_eq!(credentials(&world), "[work]\ntoken = \"told\"\n");
        assert_eq!(config(&world), format!("{WORK}secrets = \"file\"\n"));
        if !fs::read_to_string(log)
            .unwrap()
            .contains("killed by SIGKILL")
        {
            assert!(moment > 4, "killed at {moment} moments only");
            return;
        }
    }
}
