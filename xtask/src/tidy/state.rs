//! There is no global mutable state: what one caller does changes nothing for another.

use std::ops::Range;

use crate::tidy::{File, Finding, source};

/// Types whose values change behind a shared reference; `Atomic...` are all of them.
const CHANGING: [&str; 14] = [
    "Cell",
    "Condvar",
    "LazyCell",
    "Mutex",
    "Notify",
    "Once",
    "OnceCell",
    "OnceLock",
    "RefCell",
    "RwLock",
    "Semaphore",
    "Sender",
    "SyncUnsafeCell",
    "UnsafeCell",
];

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        let Some(room) = file.room() else {
            continue;
        };
        // A value that belongs to a task ends with it: the way into the callbacks of a TLS library.
        let owns_task_local = file.crate_name() == Some("netspeak-core") && room == "tls";
        let code = source::without_tests(file);
        let mut locals: Vec<Range<usize>> = Vec::new();
        for (name, allowed) in [("thread_local!", false), ("task_local!", owns_task_local)] {
            for at in source::places(&code, name) {
                locals.push(at..source::closed(&code, at));
                if !allowed {
                    found.push(finding(file, &code, at, name));
                }
            }
        }
        for at in source::places(&code, "static") {
            // Those in the macros above are told once.
            if locals.iter().any(|local| local.contains(&at)) {
                continue;
            }
            if let Some(what) = code.get(at..).and_then(changing) {
                found.push(finding(file, &code, at, what));
            }
        }
    }
    found
}

fn finding(file: &File, code: &str, at: usize, what: &str) -> Finding {
    file.finding(
        source::line_of(code, at),
        format!("`{what}` is global state that changes: keep it in a value that somebody owns"),
    )
}

/// What can change in the static that this text begins with. A `LazyLock` by itself changes once, to the same value
/// for everybody.
fn changing(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("static")?.trim_start();
    if rest.starts_with("mut ") {
        return Some("static mut");
    }
    let rest = rest.strip_prefix("ref ").unwrap_or(rest).trim_start();
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let behind = rest.trim_start_matches(is_name);
    if behind.len() == rest.len() {
        return None;
    }
    // `&'static str` is no item: a name and a colon follow.
    let kind = behind.trim_start().strip_prefix(':')?;
    let kind = kind.split(['=', ';']).next().unwrap_or(kind);
    kind.split(|c| !is_name(c))
        .find(|word| CHANGING.contains(word) || word.starts_with("Atomic"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::sample;

    #[test]
    fn what_changes_for_everybody_is_found() {
        let text = "\
static mut COUNT: u32 = 0;
pub(crate) static SEEN: AtomicU32 = AtomicU32::new(0);
static NAMES: LazyLock<
    Mutex<Vec<String>>,
> = LazyLock::new(Default::default);
fn f() {
    static CONFIG: std::sync::OnceLock<Config> = OnceLock::new();
}
thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}
tokio::task_local! {
    static SEEN_BY_TASK: RefCell<u32>;
}
static POOL: tokio::sync::RwLock<u32> = RwLock::const_new(0);";
        let files = sample(&[
            ("crates/netspeak-pop3/src/client.rs", text),
            ("crates/netspeak-core/src/tls/verify.rs", text),
        ]);
        let lines = |path: &str| -> Vec<usize> {
            let found = check(&files).into_iter();
            let mut lines: Vec<usize> = found
                .filter(|finding| finding.path == path)
                .map(|finding| finding.line)
                .collect();
            lines.sort_unstable();
            lines
        };
        let everywhere = lines("crates/netspeak-pop3/src/client.rs");
        assert_eq!(everywhere, [1, 2, 3, 7, 9, 12, 15]);
        let in_tls = lines("crates/netspeak-core/src/tls/verify.rs");
        assert_eq!(in_tls, [1, 2, 3, 7, 9, 15]);
    }

    #[test]
    fn constants_tests_and_lifetimes_are_not() {
        let text = "\
static FINDER: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| Finder::new(\"Mutex\"));
pub static PROTOCOL: Protocol = Protocol { lock: Mutex::NONE };
static TABLE: [u8; 2] = [0; 2];
fn f(text: &'static str, lock: &'static Mutex<u32>) -> &'static AtomicU32 { local(AtomicU32) }
// static SEEN: AtomicU32
#[cfg(test)]
static TURN: Mutex<()> = Mutex::new(());";
        let files = sample(&[
            ("crates/netspeak-core/src/dot.rs", text),
            (
                "crates/netspeak-core/src/tests/turn.rs",
                "static TURN: Mutex<()> = x;",
            ),
            ("tests/it/harness.rs", "static TURN: Mutex<()> = x;"),
        ]);
        assert_eq!(check(&files), []);
    }
}
