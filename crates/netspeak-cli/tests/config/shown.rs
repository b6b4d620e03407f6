use crate::{ended, golden, run, with_file};

const FILE: &str = r#"[defaults]
max-time = 15
ehlo     = "probe.example.net"
insecure = false
starttls = true
header   = ["Authorization: marker", "X-Team: ops"]
proxy    = "http://me:marker@proxy.example:3128"

[group.prod]
expect  = ["tls.version >= 1.2"]
targets = ["imaps://mail.example.org site=ams", "smtp://u:marker@mx.example.org"]

[[credentials]]
host = "*.example.org"
protocol = ["imap", "smtp"]
user = "mon"
password-cmd = "pass show marker"

[[credentials]]
host = "switch.example.org"
user = "admin"
password = "marker"
login-options = "AUTH=PLAIN"
"#;

async fn compare(case: &str, variables: &[(&str, &str)], words: &[&str]) {
    let folder = with_file(&format!("shown-{case}"), FILE);
    let (code, out, err) = ended(&run(&folder, variables, words).await);
    assert_eq!(code, 0, "{out}{err}");
    golden::check(&format!("print-config.{case}.human"), &out);
    golden::check(&format!("print-config.{case}.stderr"), &err);
    // Whoever asks again with what was shown is understood.
    let again = folder.join("again.toml");
    std::fs::write(&again, out.replace("<hidden>", "x")).unwrap();
    let words = ["--config", "again.toml", "--print-config"];
    let (code, out, err) = ended(&run(&folder, &[], &words).await);
    assert_eq!(code, 0, "{out}{err}");
}

#[tokio::test]
async fn everything_is_shown_with_its_source() {
    let variables = [
        ("NETSPEAK_MAX_TIME", "7"),
        ("NETSPEAK_MAXTIME", "8"),
        ("NETSPEAK_BIN", "x"),
        ("NETSPEAK_OAUTH2_BEARER", "marker"),
    ];
    compare("all", &variables, &["--print-config"]).await;
}

#[tokio::test]
async fn what_counts_for_a_call_is_shown() {
    let words = [
        "--print-config",
        "get",
        "--tls",
        "off",
        "-u",
        "ops:marker",
        "-v",
        "-v",
        "-H",
        "X-One: marker",
        "--timeout=3",
    ];
    compare("get", &[("NETSPEAK_EHLO", "other.example")], &words).await;
    compare("probe", &[], &["--print-config", "imap://h", "--json"]).await;
}

#[tokio::test]
async fn without_a_file_there_is_not_much() {
    let folder = crate::folder("shown-nothing");
    let (code, out, err) = ended(&run(&folder, &[], &["--print-config"]).await);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(
        out,
        "# what counts wherever a verb has the flag\n# no configuration file\n"
    );
}

#[tokio::test]
async fn a_verb_that_reads_no_configuration_says_so() {
    let folder = with_file("shown-without", "oops");
    let (code, out, err) = ended(&run(&folder, &[], &["--print-config", "version"]).await);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(
        out,
        "# netspeak version takes nothing from variables or a file\n"
    );
}
