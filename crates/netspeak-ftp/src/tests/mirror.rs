//! Trees that become like each other.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use netspeak_fake::{DataFault, Fault, Moment, TRANSFER};

use super::*;
use crate::mirror::{
    Compare, Deletion, Event, Filter, Links, Mirror, Report, SkipReason, Times, UploadName,
};

/// 2024-01-02 03:04:05 UTC, the time of the fake's files.
const OLD: u64 = 1_704_164_645;

/// A local folder that goes away again.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("netspeak-ftp-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(old()).unwrap();
        self
    }

    fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.0.join(path)).unwrap()
    }

    /// Everything in it, folders with a slash behind them.
    fn paths(&self) -> Vec<String> {
        fn collect(root: &Path, folder: &Path, all: &mut Vec<String>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(root).unwrap().to_str().unwrap();
                if path.is_dir() && !path.is_symlink() {
                    all.push(format!("{name}/"));
                    collect(root, &path, all);
                } else {
                    all.push(name.to_owned());
                }
            }
        }
        let mut all = Vec::new();
        collect(&self.0, &self.0, &mut all);
        all.sort();
        all
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn old() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(OLD)
}

fn server() -> FakeBuilder<Ftp> {
    Ftp::builder()
        .user("ops", "secret")
        .file("/t/one", "first")
        .file("/t/ü -x", "second")
        .file("/t/-d/ e/~f", "third")
        .file("/t/large", vec![7; 1_000_000])
        .folder("/t/empty")
}

const ALL: [&str; 7] = [
    "-d/", "-d/ e/", "-d/ e/~f", "empty/", "large", "one", "ü -x",
];

async fn run(mirror: Mirror, server: &Server<Ftp>) -> Report {
    let builder = builder(server).tls(Tls::Off);
    mirror.run(&builder, &target(server)).await.unwrap()
}

/// What it did, as text.
async fn told(mirror: Mirror, server: &Server<Ftp>) -> (Report, Vec<String>) {
    let events = Arc::new(Mutex::new(Vec::new()));
    let noted = events.clone();
    let mirror = mirror.on_event(move |event| {
        noted.lock().unwrap().push(match event {
            Event::Planned(step) => format!("plan {}", step.path()),
            Event::Done(step) => format!("done {}", step.path()),
            Event::Skipped { path, reason } => format!("skip {path} {reason:?}"),
            Event::Failed(failure) => format!("fail {} {}", failure.path, failure.error.kind()),
            Event::Moved { .. } => return,
        });
    });
    let report = run(mirror, server).await;
    let mut events = events.lock().unwrap().clone();
    events.sort();
    (report, events)
}

fn transfers(server: &Server<Ftp>, verb: &str) -> usize {
    let said = server.said();
    said.iter().filter(|line| line.starts_with(verb)).count()
}

#[tokio::test]
async fn a_tree_comes_down_whole_and_a_second_time_nothing_does() {
    let server = server().start().await.unwrap();
    for jobs in [1, 8] {
        let folder = Folder::new(&format!("down-{jobs}"));
        let report = run(Mirror::download("t", &folder.0).jobs(jobs), &server).await;
        assert_eq!(
            (report.transferred, report.made, report.failed),
            (4, 3, 0),
            "{report:?}"
        );
        assert_eq!(report.bytes, 1_000_016);
        assert_eq!(folder.paths(), ALL);
        assert_eq!(folder.read("large"), vec![7; 1_000_000]);
        assert_eq!(folder.read("-d/ e/~f"), b"third");
        let modified = fs::metadata(folder.0.join("one")).unwrap().modified();
        assert_eq!(modified.unwrap(), old());
        let before = transfers(&server, "RETR");
        let report = run(Mirror::download("t", &folder.0).jobs(jobs), &server).await;
        assert_eq!((report.transferred, report.unchanged), (0, 4));
        assert_eq!(transfers(&server, "RETR"), before);
    }
}

#[tokio::test]
async fn a_tree_goes_up_whole_and_a_second_time_nothing_does() {
    for (jobs, name) in [(1, UploadName::Final), (8, UploadName::Temporary)] {
        let folder = Folder::new(&format!("up-{jobs}"));
        folder
            .file("one", "first")
            .file("ü -x", "second")
            .file("-d/ e/~f", "third")
            .file("large", vec![7; 1_000_000]);
        let server = ftp().start().await.unwrap();
        let mirror = || {
            Mirror::upload(&folder.0, "new/t")
                .jobs(jobs)
                .upload_name(name)
        };
        let report = run(mirror(), &server).await;
        assert_eq!(
            (report.transferred, report.made, report.failed),
            (4, 2, 0),
            "{report:?}"
        );
        assert_eq!((report.bytes, report.untimed), (1_000_016, 0));
        assert_eq!(server.file("/new/t/large").unwrap(), vec![7; 1_000_000]);
        assert_eq!(server.file("/new/t/-d/ e/~f").unwrap(), b"third");
        assert_eq!(server.modified("/new/t/ü -x"), Some(OLD as i64));
        assert_eq!(server.paths().len(), 3 + 2 + 6);
        let report = run(mirror(), &server).await;
        assert_eq!((report.transferred, report.unchanged), (0, 4));
    }
}

#[tokio::test]
async fn only_what_changed_is_transferred_again() {
    let server = server().start().await.unwrap();
    let folder = Folder::new("changed");
    run(Mirror::download("t", &folder.0), &server).await;
    // Another size, and one that is older than the server's.
    folder.file("one", "other size");
    let early = old() - Duration::from_secs(9);
    let file = fs::File::options()
        .write(true)
        .open(folder.0.join("ü -x"))
        .unwrap();
    file.set_modified(early).unwrap();
    let (_, events) = told(Mirror::download("t", &folder.0), &server).await;
    let done: Vec<_> = events
        .iter()
        .filter(|line| line.starts_with("done"))
        .collect();
    assert_eq!(done, ["done one", "done ü -x"]);
    assert_eq!(folder.read("one"), b"first");
    file.set_modified(early).unwrap();
    let mirror = Mirror::download("t", &folder.0).compare(Compare::SizeOnly);
    assert_eq!(run(mirror, &server).await.transferred, 0);
    let mirror = Mirror::download("t", &folder.0).compare(Compare::Always);
    assert_eq!(run(mirror, &server).await.transferred, 4);
}

#[tokio::test]
async fn a_dry_run_tells_and_does_nothing() {
    let server = server().start().await.unwrap();
    let folder = Folder::new("dry");
    folder.file("more", "").file("old/er", "");
    let mirror = |mirror: Mirror| mirror.dry_run().deletion(Deletion::Delete);
    let down = mirror(Mirror::download("t", &folder.0));
    let (report, events) = told(down, &server).await;
    let mut expected: Vec<_> = ALL
        .iter()
        .chain(&["more", "old/", "old/er"])
        .map(|path| format!("plan {}", path.trim_end_matches('/')))
        .collect();
    expected.sort();
    assert_eq!(events, expected);
    assert_eq!((report.transferred, report.made, report.deleted), (4, 3, 3));
    assert_eq!(report.bytes, 1_000_016);
    assert_eq!(folder.paths(), ["more", "old/", "old/er"]);

    let before = server.paths();
    // The server's folder need not be there.
    let up = mirror(Mirror::upload(&folder.0, "not/there"));
    let (_, events) = told(up, &server).await;
    assert_eq!(events, ["plan more", "plan old", "plan old/er"]);
    let missing = folder.0.join("not there");
    let down = mirror(Mirror::download("t", &missing));
    assert_eq!(run(down, &server).await.transferred, 4);
    assert!(!missing.exists());
    assert_eq!(server.paths(), before);
    assert_eq!(transfers(&server, "RETR"), 0);
}

#[tokio::test]
async fn what_only_the_target_has_goes_if_that_is_wanted() {
    let server = server().start().await.unwrap();
    for jobs in [1, 4] {
        let folder = Folder::new(&format!("delete-{jobs}"));
        folder
            .file("more", "")
            .file("old/er/file", "")
            .file("one", "first");
        let up = || Mirror::upload(&folder.0, "up").jobs(jobs);
        run(up(), &server).await;
        fs::remove_dir_all(folder.0.join("old")).unwrap();
        fs::remove_file(folder.0.join("more")).unwrap();
        assert_eq!(run(up(), &server).await.deleted, 0);
        assert!(server.file("/up/more").is_some());
        let report = run(up().deletion(Deletion::Delete), &server).await;
        assert_eq!((report.deleted, report.failed), (4, 0));
        assert_eq!(server.file("/up/more"), None);
        assert!(server.paths().iter().all(|path| !path.contains("old")));

        folder.file("more", "").file("old/er/file", "");
        let down = Mirror::download("up", &folder.0).jobs(jobs);
        assert_eq!(run(down, &server).await.deleted, 0);
        let down = Mirror::download("up", &folder.0)
            .jobs(jobs)
            .deletion(Deletion::Delete);
        assert_eq!(run(down, &server).await.deleted, 4);
        assert_eq!(folder.paths(), ["one"]);
    }
}

#[tokio::test]
async fn a_filter_leaves_out() {
    let server = server().start().await.unwrap();
    let folder = Folder::new("filter");
    let filter = Filter::default().include("one").unwrap();
    let filter = filter.exclude("-d/").unwrap();
    let mirror = Mirror::download("t", &folder.0).filter(filter);
    assert_eq!(run(mirror, &server).await.transferred, 1);
    assert_eq!(folder.paths(), ["empty/", "one"]);
}

#[tokio::test]
async fn no_name_of_a_server_leads_out_of_the_folder() {
    let listing = "type=file;size=5; ../evil\r\ntype=file;size=5; ..\\evil\r\n\
        type=dir; ../up\r\ntype=file;size=5; one\r\n";
    let server = server()
        .listing_text("MLSD", listing)
        .start()
        .await
        .unwrap();
    let folder = Folder::new("out");
    let inner = folder.0.join("in/here");
    let (report, events) = told(Mirror::download("t", &inner), &server).await;
    assert_eq!((report.transferred, report.skipped), (1, 3));
    assert!(events.contains(&"skip ../evil Name(Separator)".to_owned()));
    assert_eq!(folder.paths(), ["in/", "in/here/", "in/here/one"]);
}

#[cfg(unix)]
#[tokio::test]
async fn nothing_is_written_through_a_local_link() {
    let server = server().start().await.unwrap();
    let (folder, outside) = (Folder::new("link"), Folder::new("outside"));
    std::os::unix::fs::symlink(&outside.0, folder.0.join("-d")).unwrap();
    let mirror = Mirror::download("t", &folder.0).deletion(Deletion::Delete);
    let (report, events) = told(mirror, &server).await;
    assert_eq!((report.transferred, report.skipped), (3, 1));
    assert!(events.contains(&"skip -d OtherKind(Link)".to_owned()));
    assert_eq!(outside.paths(), [""; 0]);
}

#[cfg(unix)]
#[tokio::test]
async fn links_of_the_source_are_followed_if_that_is_wanted_and_circles_end() {
    let server = ftp().start().await.unwrap();
    let folder = Folder::new("links");
    folder.file("d/f", "12");
    let link = |to: &str, name: &str| {
        std::os::unix::fs::symlink(to, folder.0.join(name)).unwrap();
    };
    link("f", "d/g");
    link("nowhere", "d/h");
    let (report, events) = told(Mirror::upload(&folder.0, "up"), &server).await;
    assert_eq!((report.transferred, report.skipped), (1, 2));
    assert!(events.contains(&format!("skip d/g {:?}", SkipReason::Link)));
    link("..", "d/loop");
    let up = Mirror::upload(&folder.0, "up").links(Links::Followed);
    let report = run(up, &server).await;
    assert_eq!(report.failed, 0);
    assert_eq!(server.file("/up/d/g").unwrap(), b"12");
    assert!(server.file("/up/d/loop/d/f").is_some());
    let deepest = server
        .paths()
        .iter()
        .map(|path| path.matches("loop").count())
        .max();
    assert_eq!(deepest, Some(8));

    let listing = "type=OS.unix=symlink; loop\r\ntype=OS.unix=symlink; a.txt\r\n";
    let server = ftp().listing_text("MLSD", listing).start().await.unwrap();
    let folder = Folder::new("links-down");
    let down = Mirror::download("pub", &folder.0).links(Links::Followed);
    let report = run(down, &server).await;
    // Only the first a.txt is there.
    assert_eq!(folder.read("a.txt").len(), 14);
    assert!(report.made > 0);
}

#[tokio::test]
async fn one_file_that_is_refused_does_not_stop_the_others() {
    let refused = Fault::reply("RETR", "550 Permission denied.\r\n").nth(2);
    let server = server().fault(refused).start().await.unwrap();
    let folder = Folder::new("refused");
    let report = run(Mirror::download("t", &folder.0), &server).await;
    assert_eq!((report.transferred, report.failed), (3, 1));
    assert_eq!(report.failures[0].error.kind().to_string(), "work.denied");
    assert!(!report.is_complete());
    // Nothing half is left behind.
    assert!(!folder.paths().iter().any(|path| path.ends_with(".part")));

    let folder = Folder::new("refused-up");
    folder.file("a", "1").file("b", "2").file("c", "3");
    let refused = Fault::reply("STOR", "553 no\r\n").nth(2);
    let server = ftp().fault(refused).start().await.unwrap();
    let report = run(Mirror::upload(&folder.0, "up"), &server).await;
    assert_eq!((report.transferred, report.failed), (2, 1));
}

#[tokio::test]
async fn a_session_that_ends_in_the_middle_is_replaced() {
    for fault in [
        Fault::Reset(Moment::Transferred(1000)).on_connection(1),
        Fault::Close(Moment::After("RETR")).on_connection(1),
        Fault::reply("RETR", "421 closing\r\n").on_connection(1),
        Fault::reply("EPSV", "421 closing\r\n").on_connection(1),
        Fault::Reset(Moment::Command("MLSD")).on_connection(1),
        Fault::Reset(Moment::Inside(TRANSFER, 1)).on_connection(1),
        Fault::data("RETR", DataFault::Reset(100)).nth(1),
        Fault::data("RETR", DataFault::Short(2)).nth(1),
    ] {
        for jobs in [1, 3] {
            let shown = format!("{fault:?}");
            let server = server().fault(fault.clone()).start().await.unwrap();
            let folder = Folder::new("cut");
            let mirror = Mirror::download("t", &folder.0).jobs(jobs);
            let report = run(mirror, &server).await;
            assert!(report.is_complete(), "{shown}: {report:?}");
            assert_eq!(folder.paths(), ALL, "{shown}");
            assert_eq!(folder.read("large").len(), 1_000_000);
        }
    }
}

#[tokio::test]
async fn an_upload_goes_on_in_another_session() {
    for fault in [
        Fault::Reset(Moment::Transferred(1000)).on_connection(1),
        Fault::reply("STOR", "421 closing\r\n").on_connection(1),
        Fault::Reset(Moment::Inside("MKD", 4)).on_connection(1),
        Fault::Reset(Moment::Inside("MFMT", 4)).on_connection(1),
        Fault::Reset(Moment::Inside("RNTO", 4)).on_connection(1),
    ] {
        let shown = format!("{fault:?}");
        let server = ftp().fault(fault).start().await.unwrap();
        let folder = Folder::new("cut-up");
        folder.file("large", vec![7; 1_000_000]).file("d/a", "1");
        let mirror = Mirror::upload(&folder.0, "/").upload_name(UploadName::Temporary);
        let report = run(mirror, &server).await;
        assert!(report.is_complete(), "{shown}: {report:?}");
        assert_eq!(report.untimed, 0, "{shown}");
        assert_eq!(server.file("/d/a").unwrap(), b"1");
        assert_eq!(server.file("/large").unwrap().len(), 1_000_000);
        assert_eq!(server.modified("/d/a"), Some(OLD as i64), "{shown}");
    }
}

#[tokio::test]
async fn a_server_that_ends_every_session_is_given_up() {
    let server = server().fault(Fault::reply("RETR", "421 closing\r\n"));
    let server = server.start().await.unwrap();
    let folder = Folder::new("given-up");
    let report = run(Mirror::download("t", &folder.0), &server).await;
    assert!(report.failed > 0 && !report.is_complete());
    assert!(report.broken_off.is_some());
    assert!(transfers(&server, "USER") < 10);
}

#[tokio::test]
async fn sessions_that_are_not_let_in_are_done_without() {
    let full = Fault::reply("USER", "421 Too many connections\r\n");
    let server = server()
        .fault(full.clone().on_connection(2))
        .fault(full.on_connection(3));
    let server = server.start().await.unwrap();
    let folder = Folder::new("full");
    let report = run(Mirror::download("t", &folder.0).jobs(3), &server).await;
    assert!(report.is_complete(), "{report:?}");
    assert_eq!(folder.paths(), ALL);
}

#[tokio::test]
async fn a_folder_that_cannot_be_listed_is_told() {
    let server = server().start().await.unwrap();
    let folder = Folder::new("unlisted");
    let builder = builder(&server).tls(Tls::Off);
    let run = async |mirror: Mirror| kind(mirror.run(&builder, &target(&server)).await);
    assert_eq!(
        run(Mirror::download("no", &folder.0)).await,
        "work.not_found"
    );
    let missing = folder.0.join("no");
    assert_eq!(run(Mirror::upload(missing, "up")).await, "file.failed");
}

#[tokio::test]
async fn a_folder_inside_that_cannot_be_listed_is_a_failure_and_keeps_what_is_there() {
    let refused = Fault::reply("MLSD", "550 Permission denied.\r\n").nth(2);
    let server = server().fault(refused).start().await.unwrap();
    let folder = Folder::new("partly");
    let mirror = Mirror::download("t", &folder.0).deletion(Deletion::Delete);
    let report = run(mirror, &server).await;
    assert_eq!((report.transferred, report.failed), (4, 1), "{report:?}");
}

#[tokio::test]
async fn small_files_take_no_needless_commands() {
    let mut server = Ftp::builder().user("ops", "secret");
    for number in 0..20 {
        server = server.file(format!("/t/{number}"), "x");
    }
    let server = server.start().await.unwrap();
    let folder = Folder::new("few");
    let report = run(Mirror::download("t", &folder.0), &server).await;
    assert_eq!(report.transferred, 20);
    // EPSV and RETR for each, and what a session and a listing need.
    assert_eq!(transfers(&server, ""), 2 * 20 + 9, "{:?}", server.said());
    let mirror = Mirror::upload(&folder.0, "u").times(Times::Own);
    let before = transfers(&server, "");
    assert_eq!(run(mirror, &server).await.transferred, 20);
    assert_eq!(transfers(&server, "") - before, 2 * 20 + 10);
}
