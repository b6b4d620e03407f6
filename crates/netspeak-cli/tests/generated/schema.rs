use std::collections::BTreeMap;
use std::path::Path;

use jsonschema::Validator;
use netspeak_fake::{
    Builder, Certificate, Fault, Ftp, GREETING, Gopher, Http, Imap, Nntp, Pop3, Server, Smtp,
    Telnet, Xmlrpc,
};
use serde_json::{Value, json};

use crate::unmask::golden_documents;
use crate::{folder, netspeak, printed, run};

const USER: &str = "ops";
const PASSWORD: &str = "marker-password";

/// All schemas that the command prints, by their names.
struct Schemas(BTreeMap<String, Validator>);

impl Schemas {
    fn printed() -> Self {
        let list = printed(&["schema", "--list"]);
        let names = list
            .lines()
            .map(|line| line.split_whitespace().next().unwrap());
        let validator = |name: &str| {
            let schema: Value = serde_json::from_str(&printed(&["schema", name])).unwrap();
            jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("{name}: {error}"));
            let options = jsonschema::options().should_validate_formats(true);
            (name.to_owned(), options.build(&schema).unwrap())
        };
        let schemas: BTreeMap<_, _> = names.map(validator).collect();
        assert!(schemas.len() >= 7, "{list}");
        Self(schemas)
    }

    /// By what it calls itself; a row of a listing has no name.
    fn of(&self, document: &Value) -> &Validator {
        let name = document["schema"].as_str().unwrap_or("netspeak.ls/1");
        self.0
            .get(name)
            .unwrap_or_else(|| panic!("{name} has no schema"))
    }

    fn check(&self, what: &str, document: &Value) {
        if let Err(error) = self.of(document).validate(document) {
            panic!("{what}: {error} at {}\n{document:#}", error.instance_path());
        }
    }

    /// Every document of a text.
    fn check_all(&self, what: &str, text: &str) -> Vec<Value> {
        let documents = serde_json::Deserializer::from_str(text).into_iter::<Value>();
        let documents: Vec<Value> = documents
            .map(|document| document.unwrap_or_else(|error| panic!("{what}: {error}\n{text}")))
            .collect();
        assert!(!documents.is_empty(), "{what} printed nothing");
        for document in &documents {
            self.check(what, document);
        }
        documents
    }
}

#[test]
fn every_golden_file_that_is_json_fits() {
    let schemas = Schemas::printed();
    let documents = golden_documents();
    assert!(documents.len() > 10, "{}", documents.len());
    for (name, document) in documents {
        // A schema is one of schemas.
        match document.get("$schema") {
            Some(_) => jsonschema::meta::validate(&document).unwrap(),
            None => schemas.check(&name, &document),
        }
    }
}

#[test]
fn a_key_too_many_and_a_key_too_few_are_refused() {
    let schemas = Schemas::printed();
    let mut seen = 0;
    for (name, document) in golden_documents() {
        let Some(keys) = document
            .as_object()
            .filter(|it| it.get("$schema").is_none())
        else {
            continue;
        };
        for key in keys.keys() {
            let mut less = document.clone();
            less.as_object_mut().unwrap().remove(key);
            let is_name = key == "schema";
            let validator = if is_name {
                schemas.of(&document)
            } else {
                schemas.of(&less)
            };
            assert!(!validator.is_valid(&less), "{name} without {key}");
        }
        let mut more = document.clone();
        more["surprise"] = json!(1);
        assert!(!schemas.of(&more).is_valid(&more), "{name}");
        seen += 1;
    }
    assert!(seen > 10);
    // The same below.
    let reports = include_str!("../reports/two.ndjson");
    let report: Value = serde_json::from_str(reports.lines().next().unwrap()).unwrap();
    schemas.check("the report", &report);
    for place in [
        "/target",
        "/addresses/0",
        "/local",
        "/phases/0",
        "/tls",
        "/tls/chain/0",
        "/greeting",
        "/capabilities",
        "/capabilities/limits",
        "/auth",
        "/work",
        "/checks/0",
        "/transcript/0",
    ] {
        let mut more = report.clone();
        more.pointer_mut(place).unwrap()["surprise"] = json!(1);
        assert!(!schemas.of(&more).is_valid(&more), "{place}");
        let mut less = report.clone();
        let keys = less.pointer_mut(place).unwrap().as_object_mut().unwrap();
        let first = keys.keys().next().unwrap().clone();
        keys.remove(&first);
        assert!(!schemas.of(&less).is_valid(&less), "{place}/{first}");
    }
    for (place, wrong) in [
        ("/verdict", json!("good")),
        ("/reached", json!("dance")),
        ("/phases/0/name", json!("usage")),
        ("/phases/0/ms", json!("4")),
        ("/time", json!("yesterday")),
        ("/tls/version", json!("1.1")),
        ("/checks/0/status", json!("bad")),
        ("/transcript/0/side", json!("nobody")),
        ("/error", json!({"kind": "tls.nonsense"})),
    ] {
        let mut other = report.clone();
        *other.pointer_mut(place).unwrap() = wrong;
        assert!(!schemas.of(&other).is_valid(&other), "{place}");
    }
}

/// Runs the command beside servers in this process: the code, and what it printed.
async fn ran(words: &[&str]) -> (i32, String) {
    let here = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let output = run::netspeak(here, words).await;
    let text = String::from_utf8(output.stdout).unwrap();
    (output.status.code().unwrap(), text)
}

async fn authority<P>(server: &Server<P>, name: &str) -> String {
    let path = folder(&format!("schema-{name}")).join("ca.pem");
    std::fs::write(&path, server.ca_pem()).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A port that nobody listens on.
fn closed_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// A probe with all that there is: the login, work, and the talk.
async fn probed<P>(schemas: &Schemas, builder: Builder<P>, scheme: &str, path: &str, words: &[&str])
where
    P: netspeak_fake::Protocol,
{
    let server = builder.start().await.unwrap();
    let authority = authority(&server, scheme).await;
    let url = server.url(scheme) + path;
    for form in ["--json", "--format=ndjson"] {
        let usual = ["-v", "--summary", "--cacert", &authority, form];
        let (code, text) = ran(&[&usual, words, &[url.as_str()]].concat()).await;
        assert_eq!(code, 0, "{text}");
        let documents = schemas.check_all(scheme, &text);
        assert_eq!(documents.len(), 2, "{text}");
        assert!(documents[0]["transcript"].is_array(), "{text}");
    }
    if !scheme.contains("telnet") && !scheme.contains("gopher") {
        let words = ["tls", "--json", "--cacert", &authority, &url];
        let (_, text) = ran(&words).await;
        schemas.check_all(scheme, &text);
    }
}

const LOGIN: [&str; 3] = ["--work", "-u", "ops:marker-password"];

#[tokio::test]
async fn reports_of_every_protocol_fit() {
    let schemas = Schemas::printed();
    let pop3 = Pop3::builder().user(USER, PASSWORD).tls(Certificate::Good);
    probed(&schemas, pop3.stls(), "pop3", "", &LOGIN).await;
    let smtp = Smtp::builder().user(USER, PASSWORD).tls(Certificate::Good);
    probed(&schemas, smtp.starttls(), "smtp", "", &LOGIN).await;
    let imap = Imap::builder().user(USER, PASSWORD).tls(Certificate::Good);
    probed(&schemas, imap.starttls(), "imap", "", &LOGIN).await;
    let nntp = Nntp::builder()
        .user(USER, PASSWORD)
        .group("misc.test", "tests");
    let nntp = nntp.tls(Certificate::Good).starttls();
    probed(
        &schemas,
        nntp,
        "nntp",
        "",
        &["--work=group:misc.test", "-u", "ops:marker-password"],
    )
    .await;
    let ftp = Ftp::builder().user(USER, PASSWORD).tls(Certificate::Good);
    let ftp = ftp.auth_tls().file("/README", "hello\n");
    probed(&schemas, ftp, "ftp", "", &LOGIN).await;
    let http = Http::builder().tls(Certificate::Good).implicit_tls();
    let http = http
        .page("/", "text/plain", "hello\n")
        .rpc("/RPC2", Xmlrpc::new());
    probed(&schemas, http, "https", "/", &["--work"]).await;
    let rpc = Http::builder().rpc("/RPC2", Xmlrpc::new());
    let rpc = rpc.tls(Certificate::Good).implicit_tls();
    probed(&schemas, rpc, "xmlrpc+https", "/RPC2", &["--work"]).await;
    let telnet = Telnet::builder().banner("A terminal\r\n");
    probed(&schemas, telnet, "telnet", "", &[]).await;
    let gopher = Gopher::builder().menu("", ["Welcome", "0About\t/about.txt"]);
    probed(&schemas, gopher, "gopher", "", &[]).await;
}

#[tokio::test]
async fn reports_of_every_verdict_fit() {
    let schemas = Schemas::printed();
    let healthy = Pop3::builder().start().await.unwrap();
    let expired = Pop3::builder().tls(Certificate::Expired).stls();
    let expired = expired.start().await.unwrap();
    let rude = Pop3::builder().fault(Fault::reply(GREETING, "-ERR go\r\n"));
    let rude = rude.start().await.unwrap();
    let (well, old, rude) = (healthy.url("pop3"), expired.url("pop3"), rude.url("pop3"));
    let closed = format!("pop3://127.0.0.1:{}", closed_port());
    let closed = closed.as_str();
    for (words, verdict) in [
        (&[well.as_str()][..], "ok"),
        (&[&old], "warn"),
        (&["--tls", "require", &old], "fail"),
        (&[&rude], "fail"),
        (&[closed], "fail"),
        // Nobody is asked for this name: there are never such (RFC 6761).
        // An address of the other family: the name leads nowhere, and nobody is asked.
        (&["-6", closed], "fail"),
        (&["--expect", "tls.version >= 1.2", &well], "fail"),
        (&["-6", "--all-addresses", closed], "fail"),
        (&["mail.example.org"], "unknown"),
        (&["--work=lunch", &well], "unknown"),
        (&["gibberish://host"], "unknown"),
    ] {
        let (_, text) = ran(&[&["--json", "-m", "10"], words].concat()).await;
        let documents = schemas.check_all(&words.join(" "), &text);
        assert_eq!(documents[0]["verdict"], verdict, "{words:?} {text}");
        if words.contains(&"-6") {
            assert_eq!(documents[0]["error"]["kind"], "dns.no_address", "{text}");
        }
    }
    for words in [
        &["tls", "--json", closed][..],
        &["tls", "--json", "mail.example.org"],
    ] {
        schemas.check_all("tls", &ran(words).await.1);
    }
}

#[tokio::test]
async fn rows_of_every_listing_fit() {
    let schemas = Schemas::printed();
    let mail = "Subject: one\r\nFrom: a@example.org\r\n\r\ntext\r\n";
    let pop3 = Pop3::builder().user(USER, PASSWORD).message(USER, mail);
    let pop3 = pop3.start().await.unwrap();
    let imap = Imap::builder().user(USER, PASSWORD).message(USER, mail);
    let imap = imap.start().await.unwrap();
    let ftp = Ftp::builder()
        .user(USER, PASSWORD)
        .file("/README", "hello\n");
    let ftp = ftp.start().await.unwrap();
    let nntp = Nntp::builder().group("misc.test", "tests");
    let nntp = nntp.start().await.unwrap();
    let gopher = Gopher::builder().menu("", ["Welcome", "0About\t/about.txt"]);
    let gopher = gopher.start().await.unwrap();
    for (url, kind) in [
        (pop3.url("pop3"), "message"),
        (imap.url("imap"), "mailbox"),
        (imap.url("imap") + "/INBOX", "message"),
        (ftp.url("ftp") + "/", "file"),
        (nntp.url("nntp"), "group"),
        (gopher.url("gopher"), "text"),
    ] {
        let words = ["ls", "--json", "-u", "ops:marker-password", &url];
        let words = match url.starts_with("gopher") || url.starts_with("nntp") {
            true => &["ls", "--json", url.as_str()][..],
            false => &words,
        };
        let (code, text) = ran(words).await;
        assert_eq!(code, 0, "{url}: {text}");
        let rows = schemas.check_all(&url, &text);
        assert!(rows.iter().any(|row| row["kind"] == kind), "{url}: {text}");
    }
}

#[tokio::test]
async fn what_became_of_mails_fits() {
    const MBOX: &str = "\
From a@example.org Thu Jan  1 00:00:00 2026\nSubject: one\n\none\n
From a@example.org Thu Jan  1 00:00:00 2026\nSubject: two\n\ntwo\n\n";
    let schemas = Schemas::printed();
    let server = Smtp::builder().start().await.unwrap();
    let url = server.url("smtp");
    let usual = [
        "send",
        &url,
        "--json",
        "--from",
        "a@example.org",
        "--to",
        "b@example.org",
    ];
    let mbox = folder("schema-mbox").join("mbox");
    std::fs::write(&mbox, MBOX).unwrap();
    let mbox = mbox.to_str().unwrap();
    for (more, count) in [
        (&[][..], 1),
        (&["--stop-after", "rcpt"], 1),
        (&["--mbox", mbox], 3),
    ] {
        let (_, text) = ran(&[&usual, more].concat()).await;
        assert_eq!(schemas.check_all("send", &text).len(), count, "{text}");
    }
    let closed = format!("smtp://127.0.0.1:{}", closed_port());
    let words = [
        "send",
        &closed,
        "--json",
        "--from",
        "",
        "--to",
        "b@example.org",
    ];
    let (code, text) = ran(&words).await;
    assert_eq!(code, 7);
    assert_eq!(
        schemas.check_all("send", &text)[0]["error"]["kind"],
        "tcp.refused"
    );
}

#[test]
fn a_schema_is_printed_by_its_name() {
    assert_eq!(
        printed(&["schema"]),
        printed(&["schema", "netspeak.probe/1"])
    );
    assert_eq!(printed(&["schema", "probe"]), printed(&["schema"]));
    let version = printed(&["version", "--json"]);
    Schemas::printed().check_all("version", &version);
    let ran = netspeak(&["schema", "netspeak.nonsense/1"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (3, ""));
    assert!(ran.stderr.contains("--list"), "{}", ran.stderr);
}
