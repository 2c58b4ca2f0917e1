//! Every example of a post is one that `hayon` accepts; the workflow is run by `tests/cli/ci.rs`.

mod support;

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use crate::support::World;

#[test]
fn every_example_is_a_valid_post() {
    let mut world = World::new();
    let config = folder().join("config.example.toml");
    world.set("HAYON_CONFIG", &config.display().to_string());
    for path in examples() {
        let file = path.display().to_string();
        let _ = world
            .hayon(["validate", "--offline", "--file", &file])
            .code(0);
    }
}

fn examples() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no examples");
    files
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}
