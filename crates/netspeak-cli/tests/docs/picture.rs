//! The pictures of a terminal in `docs/pictures`: each is drawn from what a command shows in one.

use std::process::Command;

use anstyle_svg::Term;

use crate::mask::mask;
use crate::screen::shown_by;
use crate::world::World;
use crate::{docs, is_update};

/// Columns of the terminal.
const COLUMNS: u16 = 80;

struct Picture {
    name: &'static str,
    /// What is typed.
    typed: &'static str,
    /// What is run instead, where a terminal would see lines come and go.
    run: Option<&'static str>,
}

const fn picture(name: &'static str, typed: &'static str) -> Picture {
    Picture {
        name,
        typed,
        run: None,
    }
}

const PICTURES: [Picture; 6] = [
    picture("probe", "netspeak imap://mail.example.org -u ops --work"),
    picture("expired", "netspeak imaps://old.example.org"),
    picture("plain", "netspeak imaps://mail.example.org:143"),
    Picture {
        name: "many",
        typed: "netspeak @servers.txt",
        run: Some("COLUMNS=80 netspeak --ordered --color always @servers.txt 2>&1 | cat"),
    },
    picture("tls", "netspeak tls imaps://mail.example.org"),
    picture("ls", "netspeak ls imap://mail.example.org/INBOX -u ops"),
];

#[tokio::test(flavor = "multi_thread")]
async fn pictures_show_what_is_shown() {
    let world = World::new("pictures").await;
    let servers = "imaps://mail.example.org site=ams\nsmtp://mail.example.org site=ams\n\
                   imaps://old.example.org site=fra\npop3://down.example.org site=fra\n\
                   https://www.example.org/ site=web\n";
    std::fs::write(world.folder().join("servers.txt"), servers).unwrap();
    let wrong = tokio::task::spawn_blocking(move || {
        let wrong = PICTURES.iter().filter_map(|picture| check(&world, picture));
        wrong.collect::<Vec<_>>()
    });
    let wrong = wrong.await.unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Draws it, and compares what is to be read in it with what is to be read in the picture that is there.
fn check(world: &World, picture: &Picture) -> Option<String> {
    let Picture { name, typed, run } = picture;
    let mut command = Command::new("sh");
    command.args(["-c", run.unwrap_or(typed)]);
    command.current_dir(world.folder());
    command.envs(world.variables().iter().cloned());
    command.env("TERM", "xterm-256color").env_remove("NO_COLOR");
    let shown = shown_by(COLUMNS, command);
    let drawn = draw(&format!("\x1b[2m$\x1b[0m {typed}\n{shown}"));
    let path = docs().join(format!("pictures/{name}.svg"));
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    if mask(&words(&there)) == mask(&words(&drawn)) {
        return None;
    }
    if is_update() {
        std::fs::write(&path, &drawn).unwrap();
    }
    let shown = words(&drawn);
    Some(format!("{name}.svg shows something else now:\n{shown}"))
}

fn draw(shown: &str) -> String {
    let width = usize::from(COLUMNS) * 9;
    Term::new().min_width_px(width).render_svg(shown)
}

/// What is to be read in a picture.
fn words(svg: &str) -> String {
    let body = svg.split("</style>").last().unwrap_or_default();
    let mut text = String::new();
    let mut is_tag = false;
    for c in body.chars() {
        match c {
            '<' => is_tag = true,
            '>' => is_tag = false,
            c if !is_tag => text.push(c),
            _ => {}
        }
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">");
    let lines = text.replace("&quot;", "\"").replace("&amp;", "&");
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}
