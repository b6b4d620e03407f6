//! [`Filter`]: which files and folders a mirror is about.

use netspeak_core::{Error, Result};

use crate::mirror::{ItemKind, TreePath};

/// Patterns for what is taken and what is left out.
///
/// `*` and `?` stand for letters of one name, `**` for any number of folders, `[a-z]` for one of
/// these letters, `{a,b}` for one of these words; a `!` in front means everything else. A pattern with a slash in it is about the path
/// from the root of the tree, one without is about names in every folder, and one that ends in a
/// slash is about folders only.
///
/// What a pattern of [`exclude`](Self::exclude) fits is left out, a folder with all that is in it.
/// Where there are patterns of [`include`](Self::include), only files that one of them fits are
/// taken; folders are looked into for them.
///
/// ```
/// use netspeak_ftp::mirror::{Filter, ItemKind, TreePath};
///
/// let filter = Filter::default().include("*.{txt,md}").unwrap().exclude("old/").unwrap();
/// let takes = |path: &str, kind| filter.takes(&TreePath::ROOT.join(path.as_bytes()), kind);
/// assert!(takes("doc/readme.md", ItemKind::File));
/// assert!(takes("doc", ItemKind::Folder));
/// assert!(!takes("doc/logo.png", ItemKind::File));
/// assert!(!takes("doc/old", ItemKind::Folder));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    include: Vec<Pattern>,
    exclude: Vec<Pattern>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Pattern {
    glob: String,
    about: About,
    scope: Scope,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    Names,
    Paths,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    All,
    Folders,
}

impl Filter {
    /// Takes files that this fits.
    ///
    /// # Errors
    /// [`Usage`](Error::Usage) if the pattern is empty, or a bracket in it is not closed.
    pub fn include(mut self, pattern: &str) -> Result<Self> {
        self.include.push(Pattern::new(pattern)?);
        Ok(self)
    }

    /// Leaves out what this fits.
    ///
    /// # Errors
    /// [`Usage`](Error::Usage) if the pattern is empty, or a bracket in it is not closed.
    pub fn exclude(mut self, pattern: &str) -> Result<Self> {
        self.exclude.push(Pattern::new(pattern)?);
        Ok(self)
    }

    /// Whether the mirror is about this item, provided that it is about the folder it is in.
    pub fn takes(&self, path: &TreePath, kind: ItemKind) -> bool {
        let fits = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.fits(path, kind));
        if fits(&self.exclude) {
            return false;
        }
        kind == ItemKind::Folder || self.include.is_empty() || fits(&self.include)
    }
}

impl Pattern {
    fn new(text: &str) -> Result<Self> {
        let (glob, scope) = match text.strip_suffix('/') {
            Some(glob) => (glob, Scope::Folders),
            None => (text, Scope::All),
        };
        let about = if glob.contains('/') {
            About::Paths
        } else {
            About::Names
        };
        let glob = glob.strip_prefix('/').unwrap_or(glob);
        if glob.is_empty() {
            return Err(Error::usage("an empty pattern fits nothing"));
        }
        if let Err(error) = fast_glob::validate(glob) {
            return Err(Error::usage(format!(
                "the pattern {text:?} is none: {error}"
            )));
        }
        Ok(Self {
            glob: glob.to_owned(),
            about,
            scope,
        })
    }

    fn fits(&self, path: &TreePath, kind: ItemKind) -> bool {
        let text = match self.about {
            About::Names => path.name(),
            About::Paths => path.as_bytes(),
        };
        (self.scope == Scope::All || kind == ItemKind::Folder)
            && fast_glob::glob_match(&self.glob, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(filter: &Filter, path: &str, kind: ItemKind) -> bool {
        filter.takes(&TreePath::ROOT.join(path.as_bytes()), kind)
    }

    #[test]
    fn patterns_fit_names_or_paths() {
        use ItemKind::{File, Folder};
        for (pattern, path, kind, fits) in [
            ("*.o", "a/b.o", File, true),
            ("*.o", "b.o", File, true),
            ("*.o", "b.oo", File, false),
            ("a/*.o", "a/b.o", File, true),
            ("a/*.o", "x/a/b.o", File, false),
            ("**/b.o", "x/a/b.o", File, true),
            ("/b.o", "b.o", File, true),
            ("/b.o", "a/b.o", File, false),
            ("tmp/", "a/tmp", Folder, true),
            ("tmp/", "a/tmp", File, false),
            ("?[0-9]", "a1", File, true),
            ("?[!0-9]", "a1", File, false),
        ] {
            let filter = Filter::default().exclude(pattern).unwrap();
            assert_eq!(takes(&filter, path, kind), !fits, "{pattern} {path}");
        }
        for bad in ["", "/", "[a", "{a"] {
            assert!(Filter::default().include(bad).is_err(), "{bad}");
        }
    }
}
