use crate::{VERBS, folder, golden, netspeak, printed};

#[test]
fn every_page_can_be_printed_and_all_can_be_written() {
    let folder = folder("man").join("man1");
    let into = folder.to_str().unwrap();
    assert_eq!(printed(&["man", "--dir", into]), "");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    assert_eq!(read("netspeak.1"), printed(&["man"]));
    for verb in VERBS {
        assert_eq!(read(&format!("netspeak-{verb}.1")), printed(&["man", verb]));
    }
    let count = std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(count, VERBS.len() + 1);
    // They are written again where they are.
    assert_eq!(printed(&["man", "--dir", into]), "");
}

#[test]
fn pages_are_roff_and_hold_what_is_not_in_the_help() {
    golden::check("man.rm", &printed(&["man", "rm"]));
    golden::check("man", &printed(&["man"]));
    let page = printed(&["man", "probe"]);
    for hidden in ["oauth2\\-bearer\\-file", "tls\\-max", "unix\\-socket"] {
        assert!(page.contains(hidden), "{hidden}");
    }
    for line in page.lines() {
        assert!(line.is_ascii() && !line.ends_with(' '), "{line:?}");
    }
}

#[test]
fn what_is_no_verb_and_what_is_no_folder_is_told() {
    let ran = netspeak(&["man", "gte"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (3, ""));
    assert!(
        ran.stderr.contains("there is no verb \"gte\""),
        "{}",
        ran.stderr
    );
    let file = folder("man-file").join("file");
    std::fs::write(&file, "").unwrap();
    let ran = netspeak(&["man", "--dir", file.to_str().unwrap()]);
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.starts_with("error[file."), "{}", ran.stderr);
}
