use crate::{VERBS, assert_fits, golden, netspeak, printed};

#[test]
fn every_verb_tells_what_it_takes() {
    for verb in VERBS {
        for (flag, name) in [("--help", ""), ("-h", ".short")] {
            let text = printed(&[verb, flag]);
            assert_fits(verb, &text);
            golden::check(&format!("help.{verb}{name}"), &text);
        }
        assert_eq!(printed(&["help", verb]), printed(&[verb, "--help"]));
    }
}

#[test]
fn a_newcomer_sees_all_of_it_at_once() {
    let text = printed(&["--help"]);
    assert_fits("the overview", &text);
    golden::check("help", &text);
    for words in [&["-h"][..], &["help"]] {
        assert_eq!(printed(words), text);
    }
    // Whoever types nothing is told the same, and it is no success.
    let ran = netspeak(&[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (3, ""));
    assert_eq!(ran.stderr.trim_end(), text.trim_end());
    for verb in VERBS {
        assert!(text.contains(&format!("\n  {verb} ")), "{verb}");
    }
}

#[test]
fn every_option_has_a_sentence_and_headings_are_the_same_everywhere() {
    const HEADINGS: [&str; 16] = [
        "Arguments",
        "Options",
        "Judgement",
        "Many targets",
        "Output",
        "Login",
        "Login where the copy goes",
        "TLS",
        "Connection",
        "HTTP",
        "Mail",
        "News",
        "Transfer",
        "Body",
        "Examples",
        "URLs",
    ];
    for verb in VERBS {
        let text = printed(&[verb, "--help"]);
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            if let Some(heading) = line
                .strip_suffix(':')
                .filter(|line| !line.contains(';') && !line.starts_with(' '))
            {
                let is_known = HEADINGS.contains(&heading) || heading.starts_with("Operations");
                assert!(is_known, "{verb}: {heading}");
            }
            let is_option = line.starts_with("  -") || line.starts_with("      --");
            if is_option {
                let beside = line
                    .trim_start()
                    .split_once("  ")
                    .map(|(_, text)| text.trim());
                let below = lines.get(at + 1).map(|line| line.trim());
                let sentence = beside.or(below).unwrap_or_default();
                assert!(sentence.len() >= 8, "{verb}: {line}");
                let first = sentence.chars().next().unwrap();
                assert!(!first.is_lowercase(), "{verb}: {sentence}");
            }
        }
    }
}
