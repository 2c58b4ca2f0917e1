//! Files that hayon writes about itself: completion scripts and pages of the manual.
//!
//! The project holds them too, for those who package it, and a test compares.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;

/// A file by its usual name. The same on every machine.
#[derive(Debug)]
pub(crate) struct Generated {
    pub(crate) name: String,
    pub(crate) text: String,
}

impl Generated {
    /// Returns the file `name` with `text`, which ends as it does when it is printed.
    pub(crate) fn new(name: String, text: &str) -> Self {
        let text = format!("{}\n", text.trim_end_matches('\n'));
        Self { name, text }
    }

    /// Prints it.
    pub(crate) fn print(&self, context: &Context) -> Exit {
        context.ui.print(&self.text);
        let document = json!({ "name": self.name, "text": self.text });
        context.ui.print_json(&document);
        Exit::Done
    }
}

/// Writes `files` into `folder`, which is made if there is none.
pub(crate) fn write(
    context: &Context,
    files: &[Generated],
    folder: &Path,
) -> Result<Exit, CliError> {
    fs::create_dir_all(folder).map_err(|error| unwritten(folder, &error))?;
    let mut paths = Vec::new();
    for file in files {
        let path = folder.join(&file.name);
        fs::write(&path, &file.text).map_err(|error| unwritten(&path, &error))?;
        paths.push(path.display().to_string());
    }
    let (count, folder) = (paths.len(), folder.display());
    context
        .ui
        .tell(&format!("wrote {count} files to `{folder}`"));
    context.ui.print_json(&json!({ "files": paths }));
    Ok(Exit::Done)
}

fn unwritten(path: &Path, error: &std::io::Error) -> CliError {
    CliError::new("io", format!("cannot write `{}`", path.display()))
        .cause(error.to_string())
        .hint("name a folder that you can write to")
}
