//! The files below `src`, line by line.

use std::path::{Path, PathBuf};

/// A file of the source.
pub(super) struct Source {
    /// Its path below `src`.
    pub(super) path: String,
    text: String,
}

impl Source {
    /// The module of `lib.rs` that it belongs to.
    pub(super) fn module(&self) -> &str {
        let top = self.path.split('/').next().unwrap_or_default();
        top.strip_suffix(".rs").unwrap_or(top)
    }

    /// How many modules deep below the crate what stands in it is: 1 in `verdict.rs` and in `flow/mod.rs`.
    pub(super) fn depth(&self) -> usize {
        let names = self.path.split('/').filter(|name| !matches!(*name, "mod.rs" | "lib.rs" | "main.rs"));
        names.count()
    }

    /// All lines, with their numbers.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }

    /// Lines that hold code, with their numbers.
    pub(super) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines().filter(|(_, line)| !line.trim().is_empty() && !line.trim_start().starts_with("//"))
    }

    /// The first line.
    pub(super) fn opening(&self) -> &str {
        self.text.lines().next().unwrap_or_default()
    }
}

/// Every file of Rust below `src`, by path.
pub(super) fn sources() -> Vec<Source> {
    let root: PathBuf = [env!("CARGO_MANIFEST_DIR"), "src"].iter().collect();
    let mut found = Vec::new();
    collect(&root, &root, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 50, "only {} files below {}", found.len(), root.display());
    found
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<Source>) {
    for entry in folder.read_dir().expect("a folder of the source") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(&path).expect("a file of the source");
            let path = path.strip_prefix(root).expect("below src").to_string_lossy().replace('\\', "/");
            found.push(Source { path, text });
        }
    }
}

/// The modules of `lib.rs`, in the order it lists them.
pub(super) fn modules() -> Vec<String> {
    let library = sources().into_iter().find(|source| source.path == "lib.rs").expect("src/lib.rs");
    let names = library.code().filter_map(|(_, line)| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    names.map(str::to_owned).collect()
}

/// Fails with all faults at once.
pub(super) fn refuse(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}
