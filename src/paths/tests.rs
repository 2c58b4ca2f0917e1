//! Where things are kept, and what others can see of them.

use std::path::Path;
use std::path::PathBuf;

use crate::paths::Environment;
use crate::paths::cache_dir;
use crate::paths::config_dir;
use crate::paths::data_dir;
use crate::paths::read_private;
use crate::paths::state_dir;
use crate::paths::write_private;

fn environment<const N: usize>(variables: [(&str, &str); N]) -> Environment {
    variables.into_iter().collect()
}

#[test]
fn without_xdg_variables_everything_is_below_home() {
    let environment = environment([("HOME", "/home/a")]);
    let below = |path: &str| Ok(PathBuf::from(path));
    assert_eq!(config_dir(&environment), below("/home/a/.config/hayon"));
    assert_eq!(data_dir(&environment), below("/home/a/.local/share/hayon"));
    assert_eq!(state_dir(&environment), below("/home/a/.local/state/hayon"));
    assert_eq!(cache_dir(&environment), below("/home/a/.cache/hayon"));
}

#[test]
fn a_relative_or_empty_xdg_variable_is_ignored() {
    for wrong in ["here", ""] {
        let environment = environment([("HOME", "/home/a"), ("XDG_DATA_HOME", wrong)]);
        let data = data_dir(&environment).unwrap();
        assert_eq!(data, Path::new("/home/a/.local/share/hayon"));
    }
}

#[test]
fn systemd_says_where_the_state_is() {
    let environment = environment([
        ("STATE_DIRECTORY", "/var/lib/hayon:/var/lib/other"),
        ("XDG_STATE_HOME", "/elsewhere"),
    ]);
    let state = state_dir(&environment).unwrap();
    assert_eq!(state, Path::new("/var/lib/hayon"));
}

#[test]
fn without_home_the_error_names_the_variable_to_set() {
    let error = data_dir(&Environment::default()).unwrap_err();
    assert!(error.to_string().contains("XDG_DATA_HOME"), "{error}");
}

#[test]
fn the_debug_form_of_an_environment_shows_no_value() {
    let environment = environment([("HAYON_WORK_TOKEN", "canary")]);
    assert!(!format!("{environment:?}").contains("canary"));
}
#[test]
fn a_private_file_is_replaced_whole_and_leaves_no_litter() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a/b/file");
    write_private(&path, b"a long first text").unwrap();
    write_private(&path, b"second").unwrap();
    assert_eq!(read_private(&path).unwrap().as_deref(), Some("second"));
    let names = std::fs::read_dir(path.parent().unwrap()).unwrap();
    assert_eq!(names.count(), 1);
}

#[test]
fn a_private_file_that_is_not_there_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let read = read_private(&folder.path().join("no/such")).unwrap();
    assert_eq!(read, None);
}

#[test]
fn a_private_file_larger_than_a_mebibyte_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    write_private(&path, &vec![b'a'; (1 << 20) + 1]).unwrap();
    let error = read_private(&path).unwrap_err();
    assert!(error.to_string().contains("larger than 1 MiB"), "{error}");
}

#[cfg(unix)]
mod unix {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    use crate::paths::create_private_dir;
    use crate::paths::read_private;
    use crate::paths::write_private;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn what_is_created_is_for_the_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/file");
        write_private(&path, b"x").unwrap();
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(&folder.path().join("a/b")), 0o700);
        assert_eq!(mode(&folder.path().join("a")), 0o700);
    }

    #[test]
    fn a_folder_that_exists_keeps_its_mode() {
        let folder = tempfile::tempdir().unwrap();
        let shared = folder.path().join("shared");
        std::fs::create_dir(&shared).unwrap();
        std::fs::set_permissions(&shared, Permissions::from_mode(0o755)).unwrap();
        create_private_dir(&shared).unwrap();
        assert_eq!(mode(&shared), 0o755);
    }

    #[test]
    fn replacing_a_file_that_was_open_to_others_closes_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "old").unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        write_private(&path, b"new").unwrap();
        assert_eq!(mode(&path), 0o600);
    }

    #[test]
    fn a_file_that_others_can_read_is_refused_with_the_command_that_mends_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write_private(&path, b"x").unwrap();
        for open in [0o640, 0o604, 0o620, 0o601] {
            std::fs::set_permissions(&path, Permissions::from_mode(open)).unwrap();
            let error = read_private(&path).unwrap_err();
            let words = error.to_string();
            assert!(words.contains(&format!("mode is {open:04o}")), "{words}");
            let command = format!("chmod 600 {}", path.display());
            assert!(error.hint().contains(&command), "{}", error.hint());
        }
    }
}
