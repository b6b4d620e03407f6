use std::os::unix::fs::PermissionsExt as _;

use crate::{ended, folder, run, run_as, with_file};

/// `probe` ends with 3, transfers with 2, and nothing is connected.
async fn told(test: &str, text: &str, words: &[&str]) -> String {
    let folder = with_file(test, text);
    let (code, out, err) = ended(&run(&folder, &[], words).await);
    let expected = if words[0] == "get" { 2 } else { 3 };
    assert_eq!(code, expected, "{test} {out}{err}");
    assert_eq!(out, "", "{test}");
    assert!(err.starts_with("error["), "{err}");
    err
}

#[tokio::test]
async fn a_file_that_was_named_has_to_be_there() {
    let folder = folder("missing");
    for (variables, words) in [
        (&[][..], &["--config", "none.toml", "pop3://h"][..]),
        (&[("NETSPEAK_CONFIG", "none.toml")], &["pop3://h"]),
        (&[], &["get", "--config", "none.toml", "pop3://h/1"]),
    ] {
        let (code, _, err) = ended(&run(&folder, variables, words).await);
        assert_eq!(code, if words[0] == "get" { 2 } else { 3 });
        assert!(
            err.contains("reading the configuration none.toml: No such file"),
            "{err}"
        );
    }
}

#[tokio::test]
async fn the_users_own_need_not_be_there() {
    let folder = folder("own");
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_netspeak"));
    let mut command = tokio::process::Command::new(program);
    command.env_clear().args(["show", "none.json"]);
    command.current_dir(&folder).env("HOME", &folder);
    let (_, _, err) = ended(&command.output().await.unwrap());
    assert!(
        err.contains("none.json") && !err.contains("config"),
        "{err}"
    );
    // And counts where it is.
    let own = folder.join(".config/netspeak");
    std::fs::create_dir_all(&own).unwrap();
    std::fs::write(own.join("config.toml"), "oops").unwrap();
    let (code, _, err) = ended(&command.output().await.unwrap());
    assert_eq!(code, 3);
    assert!(err.contains("config.toml:1: no TOML"), "{err}");
    command.env("XDG_CONFIG_HOME", folder.join("elsewhere"));
    let (_, _, err) = ended(&command.output().await.unwrap());
    assert!(!err.contains("config"), "{err}");
    command
        .env_remove("XDG_CONFIG_HOME")
        .env("NETSPEAK_CONFIG", "");
    let (_, _, err) = ended(&command.output().await.unwrap());
    assert!(!err.contains("config"), "{err}");
}

#[tokio::test]
async fn what_is_no_text_file_is_told() {
    let folder = folder("no-text");
    std::fs::create_dir(folder.join("config.d")).unwrap();
    std::fs::write(folder.join("latin1.toml"), b"[defaults]\nehlo = \"\xe9\"\n").unwrap();
    std::fs::write(folder.join("huge.toml"), vec![b'#'; (1 << 20) + 1]).unwrap();
    let long = vec![b'#'; 1 << 20];
    std::fs::write(folder.join("long.toml"), long).unwrap();
    for (file, why) in [
        (
            "config.d",
            "reading the configuration config.d: Is a directory",
        ),
        ("latin1.toml", "latin1.toml:2: not UTF-8"),
        ("huge.toml", "huge.toml is longer than 1 MiB"),
    ] {
        let (code, _, err) = ended(&run(&folder, &[], &["--config", file, "pop3://h"]).await);
        assert_eq!(code, 3);
        assert!(err.contains(why), "{err}");
    }
    let words = ["--print-config", "--config", "long.toml"];
    assert_eq!(run(&folder, &[], &words).await.status.code(), Some(0));
}

#[tokio::test]
async fn what_is_wrong_in_it_is_told_with_its_line() {
    for (test, text, why) in [
        ("toml", "[defaults]\nehlo = \n", "config.toml:2: no TOML"),
        (
            "toml-secret",
            "[[credentials]]\nuser = \"marker\n",
            "config.toml:2: no TOML",
        ),
        (
            "twice",
            "[defaults]\nehlo = \"a\"\nehlo = \"marker\"\n",
            "config.toml:3: no TOML: duplicate key",
        ),
        (
            "top",
            "[default]\n",
            "config.toml:1: the file has no key default; did you mean defaults?",
        ),
        (
            "key",
            "\n[defaults]\nmaxtime = 1\n",
            "config.toml:3: [defaults] has no key maxtime: no verb has the flag --maxtime; did you mean max-time?",
        ),
        (
            "group",
            "[group.a]\ntargets = []\nexpekt = []\n",
            "config.toml:3: [group.a] has no key expekt; did you mean expect?",
        ),
        (
            "entry",
            "[[credentials]]\nhost = \"h\"\nuser = \"u\"\npasswort-cmd = \"x\"\n",
            "config.toml:4: [[credentials]] has no key passwort-cmd; did you mean password-cmd?",
        ),
        (
            "type",
            "[defaults]\nmax-time = true\n",
            "config.toml:2: max-time takes a value, not true or false",
        ),
        (
            "switch",
            "[defaults]\ninsecure = \"yes\"\n",
            "config.toml:2: insecure takes true or false",
        ),
        (
            "array",
            "[defaults]\nehlo = [\"a\", \"b\"]\n",
            "config.toml:2: ehlo takes one value, not an array",
        ),
        (
            "value",
            "[defaults]\nmax-time = \"soon\"\n",
            "config.toml:2: max-time = \"soon\": \"soon\" is no number of seconds",
        ),
        (
            "word",
            "[defaults]\ntls = \"maybe\"\n",
            "config.toml:2: tls = \"maybe\": there are auto, require, off",
        ),
        (
            "later",
            "[defaults]\nmax-time = -1\n",
            "config.toml:2: max-time takes a positive number of seconds, not -1",
        ),
        (
            "file",
            "[defaults]\nehlo = \"a\"\ncert = \"none.pem\"\n",
            "config.toml:3: reading none.pem",
        ),
        (
            "apart",
            "[defaults]\ntls = \"off\"\nstarttls = true\n",
            "config.toml:3: starttls does not go with tls (config.toml:2)",
        ),
        (
            "families",
            "[defaults]\nipv6 = true\nipv4 = true\n",
            "config.toml:3: ipv4 does not go with ipv6 (config.toml:2)",
        ),
        (
            "tokens",
            "[defaults]\noauth2-bearer-env = \"a\"\noauth2-bearer-file = \"b\"\n",
            "config.toml:3: oauth2-bearer-file does not go with oauth2-bearer-env (config.toml:2)",
        ),
        (
            "passwords",
            "[defaults]\npassword-env = \"a\"\npassword-file = \"b\"\n",
            "config.toml:3: password-file does not go with password-env (config.toml:2)",
        ),
        (
            "names",
            "[defaults]\ntimeout = 1\nmax-time = 2\n",
            "config.toml:2: timeout is another name of max-time (config.toml:3): one of them is enough",
        ),
        (
            "never",
            "[defaults]\nhelp = true\n",
            "config.toml:2: help can't be a default",
        ),
        (
            "positional",
            "[defaults]\nurls = [\"x\"]\n",
            "config.toml:2: urls can't be a default",
        ),
    ] {
        for words in [&["pop3://h"][..], &["get", "pop3://h/1"]] {
            let err = told(&format!("{test}-{}", words.len()), text, words).await;
            assert!(err.contains(why), "{test}: {err}");
            assert!(
                !err.contains("--max-time") && !err.contains("--tls"),
                "{err}"
            );
        }
    }
}

#[tokio::test]
async fn a_wrong_variable_is_told_by_its_name() {
    let folder = folder("variable");
    for (name, value, why) in [
        (
            "NETSPEAK_MAX_TIME",
            "soon",
            "NETSPEAK_MAX_TIME: max-time = \"soon\"",
        ),
        (
            "NETSPEAK_INSECURE",
            "perhaps",
            "NETSPEAK_INSECURE: insecure takes true or false",
        ),
        (
            "NETSPEAK_TLS",
            "x",
            "NETSPEAK_TLS: tls = \"x\": there are auto",
        ),
    ] {
        let (code, _, err) = ended(&run(&folder, &[(name, value)], &["pop3://h"]).await);
        assert_eq!(code, 3);
        assert!(err.contains(why), "{err}");
    }
    use std::os::unix::ffi::OsStrExt as _;
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_netspeak"));
    command
        .env_clear()
        .env("NETSPEAK_CONFIG", "")
        .arg("pop3://h");
    command.env("NETSPEAK_EHLO", std::ffi::OsStr::from_bytes(b"\xff\x1b[2J"));
    let (code, _, err) = ended(&command.output().await.unwrap());
    assert_eq!(code, 3);
    assert!(err.starts_with("error[config]: NETSPEAK_EHLO: "), "{err}");
    assert!(!err.contains('\u{1b}'), "{err}");
    let both = [("NETSPEAK_TLS", "off"), ("NETSPEAK_STARTTLS", "1")];
    let (_, _, err) = ended(&run(&folder, &both, &["pop3://h"]).await);
    assert!(err.contains("does not go with"), "{err}");
}

/// A monitoring system hears it in one line.
#[tokio::test]
async fn a_check_tells_it_as_a_plugin() {
    let folder = with_file("plugin", "[defaults]\nehlo = \n");
    for words in [
        &["check", "pop3", "-H", "h"][..],
        &["--config", "none.toml", "check", "pop3", "-H", "h"],
    ] {
        let (code, out, err) = ended(&run(&folder, &[], words).await);
        assert_eq!((code, err.as_str()), (3, ""));
        assert!(out.starts_with("CHECK UNKNOWN - "), "{out}");
        assert_eq!(out.lines().count(), 1, "{out}");
    }
    let program = folder.join("check_pop");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_netspeak"), &program).unwrap();
    let (code, out, _) = ended(&run_as(&program, &folder, &[], &["-H", "h"]).await);
    assert_eq!(code, 3);
    assert!(out.starts_with("CHECK UNKNOWN - config.toml:2"), "{out}");
}

/// Nor does it keep anybody from reading what is to be done about it.
#[tokio::test]
async fn a_broken_file_breaks_nothing_that_does_not_need_it() {
    let folder = with_file("broken", "oops");
    for words in [
        &["version"][..],
        &["explain", "config"],
        &["--help"],
        &["get", "--help"],
        &["--version"],
    ] {
        let (code, out, err) = ended(&run(&folder, &[], words).await);
        assert_eq!(code, 0, "{words:?} {out}{err}");
        assert_eq!(err, "");
    }
}

#[tokio::test]
async fn passwords_that_others_may_read_are_worth_a_warning() {
    let secret = "[[credentials]]\nhost = \"h\"\nuser = \"u\"\npassword = \"marker\"\n";
    let folder = with_file("open", secret);
    let file = folder.join("config.toml");
    let warning = "warning: others may read config.toml and the passwords in it";
    let (_, _, err) = ended(&run(&folder, &[], &["--print-config"]).await);
    assert!(!err.contains(warning), "{err}");
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(&file, open.clone()).unwrap();
    let (_, _, err) = ended(&run(&folder, &[], &["--print-config"]).await);
    assert!(err.contains(warning), "{err}");
    let tame = "[[credentials]]\nhost = \"h\"\nuser = \"u\"\npassword-file = \"f\"\n";
    std::fs::write(&file, tame).unwrap();
    let (_, _, err) = ended(&run(&folder, &[], &["--print-config"]).await);
    assert_eq!(err, "");
}
