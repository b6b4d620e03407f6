//! Folders for tests.

use std::path::{Path, PathBuf};

/// A folder for one test of a group, empty.
pub(crate) fn folder(group: &str, test: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(group)
        .join(test);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}
