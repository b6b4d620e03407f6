//! The pages in `docs/` are true: their commands are run against servers in this process, and what a page shows is what
//! they print, numbers aside. `UPDATE_GOLDEN=1 cargo test` writes both into the pages, and draws the pictures anew.
#![cfg(test)]

mod mask;
mod page;
mod picture;
#[path = "../support/screen.rs"]
mod screen;
mod world;

use std::path::{Path, PathBuf};

use page::Page;
use world::World;

/// The folder of the pages.
fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

#[expect(
    clippy::disallowed_methods,
    reason = "asked by whoever changes a page on purpose"
)]
fn is_update() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some()
}

async fn is_true(name: &'static str) {
    let world = World::new(name).await;
    let path = docs().join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    let page = Page::read(&text);
    assert!(page.has_commands(), "{name} has nothing to run");
    let run = tokio::task::spawn_blocking(move || page.run(&world));
    let (wrong, now) = run.await.unwrap();
    if is_update() && now != text {
        std::fs::write(&path, now).unwrap();
    }
    assert!(wrong.is_empty(), "{name}: {}", wrong.join("\n\n"));
}

/// A test for each page that has commands.
macro_rules! pages {
    ($($test:ident: $page:literal,)*) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                is_true($page).await;
            }
        )*

        const PAGES: &[&str] = &[$($page),*];
    };
}

pages! {
    five_minutes: "README.md",
    for_mail_operators: "mail-operator.md",
    for_those_who_keep_things_running: "sre.md",
    for_nagios: "nagios.md",
    for_developers_of_clients: "client-developer.md",
    for_those_who_miss_telnetlib: "telnetlib.md",
    configuration: "configuration.md",
}

/// Pages that describe, and show no run.
const WITHOUT: &[&str] = &["check.md", "probe.md"];

#[test]
fn no_page_is_left_out() {
    let mut there: Vec<String> = std::fs::read_dir(docs())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".md"))
        .collect();
    there.sort();
    let mut known: Vec<&str> = PAGES.iter().chain(WITHOUT).copied().collect();
    known.sort_unstable();
    assert_eq!(there, known);
}
