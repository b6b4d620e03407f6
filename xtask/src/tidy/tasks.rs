//! Every task has an owner that ends it: whoever spawns one keeps its handle, or has it in a `JoinSet`.

use crate::tidy::{File, Finding, source};

const CALLS: [&str; 3] = ["spawn", "spawn_blocking", "spawn_local"];

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        if file.room().is_none() {
            continue;
        }
        let code = source::without_tests(file);
        for call in CALLS {
            for at in source::places(&code, call) {
                if is_dropped(&code, at, call) {
                    found.push(file.finding(
                        source::line_of(&code, at),
                        format!("the handle of `{call}` is dropped: nobody ends this task"),
                    ));
                }
            }
        }
    }
    found
}

/// Whether the call that stands here is a statement, or as good as one.
fn is_dropped(code: &str, at: usize, call: &str) -> bool {
    let Some((before, rest)) = code.split_at_checked(at) else {
        return false;
    };
    if !rest
        .get(call.len()..)
        .is_some_and(|rest| rest.starts_with('('))
    {
        return false;
    }
    // `tokio::task::spawn`, or the runtime's handle; any other `.spawn` is a method of something that owns its tasks.
    let path = before
        .strip_suffix("Handle::current().")
        .unwrap_or(before)
        .trim_end_matches(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
    let head = statement(path);
    if head.ends_with("drop(") {
        return true;
    }
    let ignored = matches!(
        head.split_whitespace().collect::<Vec<_>>().as_slice(),
        [] | ["_", "="] | ["let", "_", "="]
    );
    let end = source::closed(code, at);
    ignored
        && code
            .get(end..)
            .is_some_and(|rest| rest.trim_start().starts_with(';'))
}

/// What stands between the beginning of the statement and this place, attributes aside.
fn statement(before: &str) -> &str {
    let mut head = before
        .rsplit([';', '{', '}'])
        .next()
        .unwrap_or(before)
        .trim();
    while let Some((_, behind)) = head
        .strip_prefix("#[")
        .and_then(|attribute| attribute.split_once(']'))
    {
        head = behind.trim();
    }
    head
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{places, sample};

    #[test]
    fn a_task_that_nobody_can_end_is_found() {
        let text = "\
fn f() {
    tokio::spawn(async move {
        x().await;
    });
    let _ = std::thread::spawn(|| x(1));
    _ = spawn(x());
    drop(tokio::task::spawn_blocking(x));
    #[expect(clippy::x, reason = \"y\")]
    tokio::task::spawn_local(x());
    Handle::current().spawn(x());
    match x { _ => { tokio::spawn(x); } }
}";
        let files = sample(&[("crates/netspeak-smtp/src/pool.rs", text)]);
        let mut lines: Vec<usize> = check(&files).iter().map(|finding| finding.line).collect();
        lines.sort_unstable();
        assert_eq!(lines, [2, 5, 6, 7, 9, 10, 11]);
    }

    #[test]
    fn a_task_with_an_owner_is_not() {
        let text = "\
fn spawn(x: u32) {}
fn f() -> JoinHandle<()> {
    let mut jobs = JoinSet::new();
    jobs.spawn(async { x });
    self.running.spawn_blocking(x);
    let task = tokio::spawn(x);
    let tasks = Tasks(tokio::spawn(async { x; }));
    tokio::spawn(x).await;
    tokio::task::spawn_blocking(move || { x; }).await?;
    let found = tokio::select! { _ = tokio::spawn(x) => 1 };
    let _ = tokio::spawn(x).await;
    respawn(x);
    // tokio::spawn(x);
    tokio::spawn(x)
}
#[cfg(test)]
mod tests { fn g() { tokio::spawn(x); } }";
        let files = sample(&[
            ("crates/netspeak-smtp/src/pool.rs", text),
            (
                "crates/netspeak-smtp/src/tests/tls.rs",
                "fn f() { tokio::spawn(x); }",
            ),
            (
                "crates/netspeak-pop3/examples/list.rs",
                "fn f() { tokio::spawn(x); }",
            ),
        ]);
        assert_eq!(places(&check(&files)), [""; 0]);
    }
}
