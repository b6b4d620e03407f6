//! Trees against trees, and what has to be done.

use std::collections::BTreeMap;

use super::*;
use crate::listing::{ListingParser, Precision, TimeZone};
use netspeak_core::{NameFault, NameRules};

/// A tree as paths; a folder ends in a slash, a link in `@`, anything else in `!`.
fn tree(paths: &[&str]) -> BTreeMap<String, Vec<Item>> {
    let mut folders = BTreeMap::from([(String::new(), Vec::new())]);
    for path in paths {
        let (path, size) = path.split_once('=').unwrap_or((path, "1"));
        let bare = path.trim_end_matches(['/', '@', '!']);
        let kind = match path.strip_prefix(bare).unwrap() {
            "/" => ItemKind::Folder,
            "@" => ItemKind::Link,
            "!" => ItemKind::Other,
            _ => ItemKind::File,
        };
        let (folder, name) = bare.rsplit_once('/').unwrap_or(("", bare));
        let item = Item::new(name, kind).with_size(size.parse().unwrap());
        folders.entry(folder.to_owned()).or_default().push(item);
        if kind == ItemKind::Folder {
            folders.entry(bare.to_owned()).or_default();
        }
    }
    folders
}

fn shown(step: Step) -> String {
    match step {
        Step::MakeFolder { path } => format!("make {path}/"),
        Step::Transfer { path, reason, .. } => format!("transfer {path} {reason:?}"),
        Step::Delete {
            path,
            kind: ItemKind::Folder,
        } => format!("delete {path}/"),
        Step::Delete { path, .. } => format!("delete {path}"),
        Step::Skip { path, reason } => format!("skip {path} {reason:?}"),
    }
}

/// Drives a planner over two trees.
fn drive(mut planner: Planner, source: &[&str], target: &[&str]) -> Vec<String> {
    let (source, target) = (tree(source), tree(target));
    let list = |tree: &BTreeMap<String, Vec<Item>>, presence, path: &TreePath| match presence {
        Presence::There => Content::whole(tree[&path.to_string()].clone()),
        Presence::Missing => Content::default(),
    };
    let mut steps = Vec::new();
    while let Some(folder) = planner.next_folder() {
        let ours = list(&source, folder.source, &folder.path);
        let theirs = list(&target, folder.target, &folder.path);
        steps.extend(planner.listed(folder, ours, theirs).into_iter().map(shown));
    }
    assert!(planner.is_done());
    steps
}

fn download() -> Options {
    Options::new(Direction::Download(NameRules::Unix))
}

fn upload() -> Options {
    Options::new(Direction::Upload)
}

fn deleting(options: Options) -> Options {
    Options {
        deletion: Deletion::Delete,
        ..options
    }
}

#[test]
fn only_what_changed_is_transferred_and_nothing_is_deleted_unasked() {
    let source = [
        "a",
        "b=2",
        "new",
        "sub/",
        "sub/x",
        "fresh/",
        "fresh/deep/",
        "fresh/deep/y",
    ];
    let target = ["a", "b=3", "gone", "sub/", "sub/x=9", "old/", "old/z"];
    for options in [download(), upload()] {
        assert_eq!(
            drive(Planner::mirror(options), &source, &target),
            [
                "skip a Unchanged",
                "transfer b Size",
                "make fresh/",
                "transfer new New",
                "transfer sub/x Size",
                "make fresh/deep/",
                "transfer fresh/deep/y New",
            ]
        );
    }
}

#[test]
fn what_is_gone_is_deleted_from_the_inside_out_when_asked() {
    let target = ["a", "gone", "old/", "old/z", "old/in/", "old/in/w"];
    for options in [download(), upload()] {
        let steps = drive(Planner::mirror(deleting(options)), &["a"], &target);
        assert_eq!(
            steps,
            [
                "skip a Unchanged",
                "delete gone",
                "delete old/z",
                "delete old/in/w",
                "delete old/in/",
                "delete old/"
            ]
        );
    }
    let steps = drive(
        Planner::mirror(deleting(upload())),
        &[],
        &["old/", "old/empty/", "l@"],
    );
    assert_eq!(steps, ["delete l", "delete old/empty/", "delete old/"]);
}

#[test]
fn a_removal_takes_the_whole_tree_and_follows_no_link() {
    let target = ["a", "l@", "sub/", "sub/b!", "sub/in/"];
    assert_eq!(
        drive(Planner::removal(upload()), &[], &target),
        [
            "delete a",
            "delete l",
            "delete sub/b",
            "delete sub/in/",
            "delete sub/",
            "delete /"
        ]
    );
    let mut options = download();
    options.filter = Filter::default().exclude("keep").unwrap();
    assert_eq!(
        drive(
            Planner::removal(options),
            &[],
            &["a/", "a/keep", "a/x", "b/", "b/y"]
        ),
        ["delete b/y", "delete b/", "delete a/x"]
    );
}

#[test]
fn links_and_other_things_are_left_and_nothing_goes_through_a_link() {
    let source = ["dir/", "dir/x", "file", "l@", "pipe!"];
    let target = ["dir@", "file@"];
    assert_eq!(
        drive(Planner::mirror(deleting(download())), &source, &target),
        [
            "skip dir OtherKind(Link)",
            "skip file OtherKind(Link)",
            "skip l Link",
            "skip pipe NoFile"
        ]
    );
    assert_eq!(
        drive(Planner::mirror(deleting(upload())), &["x"], &["x/", "x/y"]),
        ["skip x OtherKind(Folder)"]
    );
}

#[test]
fn names_that_lead_elsewhere_are_skipped() {
    let mut planner = Planner::mirror(deleting(download()));
    let root = planner.next_folder().unwrap();
    let names = ["..", "../x", "a\\b", "a\u{7}", "/etc/passwd", "fine"];
    let items = names.map(|name| Item::new(name, ItemKind::File));
    let steps = planner.listed(root, Content::whole(items.into()), Content::default());
    let transfers = steps
        .iter()
        .filter(|step| matches!(step, Step::Transfer { .. }));
    assert_eq!(
        transfers
            .map(|step| step.path().to_string())
            .collect::<Vec<_>>(),
        ["fine"]
    );
    let faults = steps.iter().filter(|step| {
        matches!(
            step,
            Step::Skip {
                reason: SkipReason::Name(_),
                ..
            }
        )
    });
    assert_eq!(faults.count(), 5);

    // What could split a command is no name for a server.
    let mut planner = Planner::mirror(upload());
    let root = planner.next_folder().unwrap();
    let items = vec![
        Item::new("a\nDELE b", ItemKind::File),
        Item::new("c\\d", ItemKind::File),
    ];
    let steps = planner.listed(root, Content::whole(items), Content::default());
    assert_eq!(
        steps.into_iter().map(shown).collect::<Vec<_>>(),
        ["skip a\\x0aDELE b Name(Control)", "transfer c\\d New"]
    );
}

#[test]
fn names_that_are_one_here_do_not_replace_or_delete_one_another() {
    let mac = || Options::new(Direction::Download(NameRules::Mac));
    assert_eq!(
        drive(Planner::mirror(mac()), &["READ", "read"], &[]),
        [
            "transfer READ New",
            "skip read Collides(LocalName(\"READ\"))"
        ]
    );
    // The target's "read" is the file that was just written.
    assert_eq!(
        drive(Planner::mirror(deleting(mac())), &["READ"], &["read"]),
        [
            "transfer READ New",
            "skip read Collides(LocalName(\"READ\"))"
        ]
    );
    assert_eq!(
        drive(Planner::mirror(deleting(download())), &["READ"], &["read"]),
        ["transfer READ New", "delete read"]
    );
    assert_eq!(
        drive(Planner::mirror(download()), &["a", "a=2"], &["a"]),
        ["skip a Unchanged", "skip a Duplicate"]
    );
}

#[test]
fn nothing_is_deleted_for_what_was_not_understood() {
    let mut planner = Planner::mirror(deleting(upload()));
    let root = planner.next_folder().unwrap();
    let target = Content::whole(vec![
        Item::new("x", ItemKind::File),
        Item::new("d", ItemKind::Folder),
    ]);
    let steps = planner.listed(root, Content::partial(Vec::new()), target);
    assert_eq!(
        steps.into_iter().map(shown).collect::<Vec<_>>(),
        ["skip d Unclear", "skip x Unclear"]
    );
    assert!(planner.is_done());

    // A folder that is to be deleted, with something in it that nobody understood.
    let mut planner = Planner::removal(upload());
    let root = planner.next_folder().unwrap();
    let steps = planner.listed(
        root,
        Content::default(),
        Content::partial(vec![Item::new("x", ItemKind::File)]),
    );
    assert_eq!(
        steps.into_iter().map(shown).collect::<Vec<_>>(),
        ["delete x"]
    );
}

#[test]
fn a_folder_that_cannot_be_listed_is_left_with_those_above_it() {
    let mut planner = Planner::removal(upload());
    let root = planner.next_folder().unwrap();
    let items = ["a", "b"].map(|name| Item::new(name, ItemKind::Folder));
    assert_eq!(
        planner.listed(root, Content::default(), Content::whole(items.into())),
        []
    );
    let mut out = [
        planner.next_folder().unwrap(),
        planner.next_folder().unwrap(),
    ];
    out.sort_by(|one, other| one.path.cmp(&other.path));
    let [a, b] = out;
    assert_eq!(planner.next_folder(), None);
    assert!(!planner.is_done());
    let steps = planner.failed(a);
    assert_eq!(
        steps.into_iter().map(shown).collect::<Vec<_>>(),
        ["skip a Unlisted"]
    );
    let steps = planner.listed(b.clone(), Content::default(), Content::default());
    assert_eq!(
        steps.into_iter().map(shown).collect::<Vec<_>>(),
        ["delete b/"]
    );
    assert!(planner.is_done());
    // Handed in twice, it changes nothing.
    assert_eq!(
        planner.listed(b.clone(), Content::default(), Content::default()),
        []
    );
    assert_eq!(planner.failed(b), []);
}

#[test]
fn loops_end_at_the_depth() {
    let mut options = download();
    options.depth = 2;
    for mut planner in [Planner::mirror(options.clone()), Planner::removal(options)] {
        let mut last = Vec::new();
        let mut folders = 0;
        while let Some(folder) = planner.next_folder() {
            folders += 1;
            let around = || Content::whole(vec![Item::new("again", ItemKind::Folder)]);
            last = planner.listed(folder, around(), around());
        }
        assert_eq!(folders, 3);
        assert_eq!(
            last.into_iter().map(shown).collect::<Vec<_>>(),
            ["skip again/again/again TooDeep"]
        );
    }
}

#[test]
fn what_the_filter_leaves_out_is_neither_transferred_nor_deleted() {
    let mut options = deleting(upload());
    options.filter = Filter::default()
        .include("*.txt")
        .unwrap()
        .exclude("tmp/")
        .unwrap();
    assert_eq!(
        drive(
            Planner::mirror(options),
            &[
                "a.txt",
                "b.bin",
                "tmp/",
                "tmp/c.txt",
                "d/",
                "d/e.txt",
                "d/f.bin"
            ],
            &["b.bin=9", "old.txt", "old.bin", "tmp/", "tmp/x.txt"],
        ),
        [
            "transfer a.txt New",
            "make d/",
            "delete old.txt",
            "transfer d/e.txt New"
        ]
    );
}

#[test]
fn a_name_that_the_source_has_is_never_deleted_even_if_left_out() {
    let mut options = deleting(upload());
    options.filter = Filter::default().exclude("tmp/").unwrap();
    let steps = drive(Planner::mirror(options), &["tmp/"], &["tmp"]);
    assert_eq!(steps, [""; 0]);
}

#[test]
fn a_transfer_says_what_time_to_set() {
    let now = "2026-11-25T12:00+00:00[+00:00]".parse().unwrap();
    let line = b"-rw-r--r--   1 ftp      ftp          1187 Aug  8 14:14 a";
    let entry = ListingParser::list(&now)
        .push(line)
        .next()
        .unwrap()
        .entry()
        .unwrap();
    let item = Item::from_entry(
        &entry,
        &TimeZone::fixed(crate::listing::Offset::constant(2)),
    );
    let mut planner = Planner::mirror(download());
    let root = planner.next_folder().unwrap();
    let steps = planner.listed(root, Content::whole(vec![item]), Content::default());
    let stamp = Stamp {
        at: "2026-08-08T12:14:00Z".parse().unwrap(),
        precision: Precision::Minute,
    };
    assert_eq!(
        steps,
        [Step::Transfer {
            path: TreePath::ROOT.join(b"a"),
            size: Some(1187),
            set_time: Some(stamp),
            reason: TransferReason::New,
        }]
    );
}

#[test]
fn paths_of_a_tree() {
    let path = TreePath::ROOT.join(b"a").join(b"b c");
    assert_eq!(
        (path.as_bytes(), path.name(), path.depth()),
        (&b"a/b c"[..], &b"b c"[..], 2)
    );
    let above = path.parent().unwrap();
    assert_eq!((above.name(), above.depth()), (&b"a"[..], 1));
    assert_eq!(above.parent(), Some(TreePath::ROOT));
    assert_eq!(TreePath::ROOT.parent(), None);
    assert_eq!(
        (TreePath::ROOT.name(), TreePath::ROOT.depth()),
        (&b""[..], 0)
    );
    let below = path.below("in".into(), NameRules::Windows);
    assert_eq!(
        below,
        Ok(std::path::PathBuf::from("in").join("a").join("b c"))
    );
    assert_eq!(
        TreePath::ROOT.below("in".into(), NameRules::Unix),
        Ok("in".into())
    );
    let up = TreePath::ROOT.join(b"a").join(b"..");
    assert_eq!(
        up.below("in".into(), NameRules::Unix),
        Err(NameFault::Folder)
    );
}
