//! [`World`]: the servers that the pages speak of.

use std::any::Any;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use netspeak_fake::{
    Builder, Certificate, Ftp, Gopher, Http, Imap, Nntp, Page, Pop3, Protocol, Server, Smtp,
    Telnet, Xmlrpc,
};

/// Who logs in everywhere.
const USER: &str = "ops";
const PASSWORD: &str = "hunter2";

const MAIL: &str = "mail.example.org";

/// Servers under the names of the pages, and what leads a command to them. They end with it.
pub(crate) struct World {
    folder: PathBuf,
    variables: Vec<(String, String)>,
    _servers: Servers,
}

/// Servers, and how a name and a port lead to them.
#[derive(Default)]
struct Servers {
    authorities: String,
    detours: Vec<String>,
    running: Vec<Box<dyn Any + Send + Sync>>,
}

impl Servers {
    /// This name and port are the server's.
    fn lead_to<P>(&mut self, name: &str, port: u16, server: &Server<P>) {
        let own = server.port();
        self.detours.push(format!("{name}:{port}:127.0.0.1:{own}"));
        self.authorities.push_str(server.ca_pem());
    }

    async fn start<P: Protocol>(&mut self, name: &str, port: u16, server: Builder<P>) {
        let server = server.named(name).start().await.unwrap();
        self.lead_to(name, port, &server);
        self.running.push(Box::new(server));
    }

    /// Mail: three protocols for the same mailboxes, on plain ports and on those for TLS.
    async fn mail(&mut self) {
        let pop3 = || {
            let pop3 = Pop3::builder()
                .user(USER, PASSWORD)
                .timestamp("<1.2@mail.example.org>");
            pop3.tls(Certificate::Good).named(MAIL)
        };
        let maildrops = pop3()
            .stls()
            .tls_for_secrets()
            .message(USER, HELLO)
            .message(USER, REPORT);
        let maildrops = maildrops.start().await.unwrap();
        self.lead_to(MAIL, 110, &maildrops);
        let imap = || {
            Imap::builder()
                .mail_of(&maildrops)
                .user(USER, PASSWORD)
                .tls(Certificate::Good)
        };
        self.start(MAIL, 143, imap().starttls().tls_for_secrets())
            .await;
        self.start(MAIL, 993, imap().implicit_tls()).await;
        let smtp = || {
            let smtp = Smtp::builder().user(USER, PASSWORD).deliver_to(&maildrops);
            smtp.tls(Certificate::Good).starttls().tls_for_secrets()
        };
        self.start(MAIL, 25, smtp()).await;
        self.start(MAIL, 587, smtp()).await;
        self.running.push(Box::new(maildrops));
    }

    async fn others(&mut self) {
        let old = Imap::builder().tls(Certificate::Expired).implicit_tls();
        self.start("old.example.org", 993, old).await;
        let news = Nntp::builder()
            .group("misc.test", "Tests")
            .article(ARTICLE)
            .user(USER, PASSWORD);
        let news = news.tls(Certificate::Good).starttls().tls_for_secrets();
        self.start("news.example.org", 119, news).await;
        let files = Ftp::builder()
            .user(USER, PASSWORD)
            .tls(Certificate::Good)
            .auth_tls();
        let files = files
            .file("/pub/README", "Read me.\n")
            .file("/pub/data.bin", vec![7; 5000]);
        self.start("ftp.example.org", 21, files).await;
        let web = Http::builder().tls(Certificate::Good).implicit_tls();
        let web = web
            .serve("/", Page::new("text/html", "<p>Hello.</p>\n"))
            .rpc("/RPC2", Xmlrpc::new());
        self.start("www.example.org", 443, web).await;
        let menus = Gopher::builder().menu("", ["Welcome", "0About\t/about", "1Files\t/files"]);
        self.start(
            "gopher.example.org",
            70,
            menus.text("/about", "Here are menus.\r\n"),
        )
        .await;
        let switch = Telnet::builder().user(USER, PASSWORD).prompt("switch# ");
        self.start("switch.example.org", 23, switch).await;
        // Nobody listens there: the port is free again at once.
        let nobody = TcpListener::bind(("127.0.0.1", 0))
            .unwrap()
            .local_addr()
            .unwrap();
        self.detours
            .push(format!("down.example.org::127.0.0.1:{}", nobody.port()));
    }
}

impl World {
    /// The world of one page: a folder of its own.
    pub(crate) async fn new(page: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("docs")
            .join(page);
        let _ = std::fs::remove_dir_all(&folder);
        let home = folder.join("home");
        std::fs::create_dir_all(&home).unwrap();
        let mut servers = Servers::default();
        servers.mail().await;
        servers.others().await;
        let authorities = folder.join("authorities.pem");
        std::fs::write(&authorities, &servers.authorities).unwrap();
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        let command = Path::new(env!("CARGO_BIN_EXE_netspeak")).parent().unwrap();
        let work = folder.join("work");
        std::fs::create_dir_all(&work).unwrap();
        let variables = [
            ("PATH", format!("{}:/usr/bin:/bin", text(command))),
            ("HOME", text(&home)),
            ("XDG_CONFIG_HOME", String::new()),
            ("NETSPEAK_PASSWORD", PASSWORD.to_owned()),
            ("NETSPEAK_CACERT", text(&authorities)),
            ("NETSPEAK_CONNECT_TO", servers.detours.join("\n")),
            ("COLUMNS", "80".to_owned()),
        ];
        Self {
            folder: work,
            variables: variables
                .map(|(name, value)| (name.to_owned(), value))
                .into(),
            _servers: servers,
        }
    }

    /// Where commands run.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What leads them to the servers.
    pub(crate) fn variables(&self) -> &[(String, String)] {
        &self.variables
    }
}

const HELLO: &str = "From: Alice <alice@example.org>\r\nTo: ops@example.org\r\nSubject: Hello\r\n\
    Date: Mon, 2 Nov 2026 09:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n\r\nHello.\r\n";
const REPORT: &str = "From: Bob <bob@example.org>\r\nTo: ops@example.org\r\nSubject: The report\r\n\
    Date: Tue, 3 Nov 2026 10:30:00 +0000\r\nMessage-ID: <2@example.org>\r\n\r\nAll is well.\r\n";
const ARTICLE: &str = "From: Carol <carol@example.org>\r\nNewsgroups: misc.test\r\nSubject: A test\r\n\
    Date: Wed, 4 Nov 2026 12:00:00 +0000\r\nMessage-ID: <3@example.org>\r\n\r\nThis is one.\r\n";
