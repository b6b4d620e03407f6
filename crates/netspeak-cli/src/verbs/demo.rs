//! `netspeak demo`: servers in this process, healthy and broken, and what probing them shows.

use std::collections::BTreeSet;
use std::io;
use std::time::Duration;

use netspeak::core::protocol::ProbeOptions;
use netspeak::core::report::{Report, Verdict};
use netspeak::core::sasl::Credentials;
use netspeak::core::tls::{Roots, TlsSettings};
use netspeak::core::{Connector, Phase, Secret, Target, Timeouts, Tls, Trace};
use netspeak::pop3::{Client, Fetch, MessageNumber};
use netspeak_fake::{Certificate, Fault, Pop3, Server};

use super::probe::finish;
use crate::args::DemoArgs;
use crate::exit::{self, Code};
use crate::output;
use crate::render::{Detail, Renderer};

const USER: &str = "ops";
const PASSWORD: &str = "correct horse";
const MESSAGE: &[u8] =
    b"From: alice@example.org\r\nSubject: a line with a lone dot\r\n\r\n.\r\n..and more\r\n";

pub(super) async fn run(args: DemoArgs) -> Code {
    let servers = match Servers::start().await {
        Ok(servers) => servers,
        Err(error) => {
            output::complain(
                "internal",
                &format!("the servers did not start: {error}"),
                &[],
            );
            return exit::UNKNOWN;
        }
    };
    let mut show = Show {
        args: &args,
        surprises: BTreeSet::new(),
    };
    output::print(&format!(
        "{} POP3 servers on 127.0.0.1, ports given by the system, certificates made in memory\n",
        servers.count()
    ));
    show.healthy(&servers).await;
    show.broken(&servers).await;
    show.for_real(&servers).await;
    let code = show.verdict();
    if args.keep {
        keep(&servers).await;
    } else {
        output::print(
            "\nTry it yourself:  netspeak demo --keep   and in another terminal what it then says\n",
        );
    }
    code
}

/// The cast.
struct Servers {
    healthy: Server<Pop3>,
    implicit: Server<Pop3>,
    expired: Server<Pop3>,
    silent: Server<Pop3>,
    clear: Server<Pop3>,
    injecting: Server<Pop3>,
    painting: Server<Pop3>,
}

impl Servers {
    async fn start() -> io::Result<Self> {
        let server = || {
            Pop3::builder()
                .user(USER, PASSWORD)
                .message(USER, MESSAGE)
                .tls(Certificate::Good)
        };
        let begin_tls = || server().stls().tls_for_secrets();
        Ok(Self {
            healthy: begin_tls().start().await?,
            implicit: server().implicit_tls().start().await?,
            expired: server()
                .implicit_tls()
                .tls(Certificate::Expired)
                .start()
                .await?,
            silent: begin_tls()
                .fault(Fault::Stall(netspeak_fake::Phase::Greeting))
                .start()
                .await?,
            clear: Pop3::builder().user(USER, PASSWORD).start().await?,
            injecting: begin_tls()
                .fault(Fault::after("STLS", *b"+OK you are logged in\r\n"))
                .start()
                .await?,
            painting: begin_tls()
                .fault(Fault::reply(
                    netspeak_fake::GREETING,
                    *b"-ERR \x1b[2J\x1b]0;gotcha\x07 go away\r\n",
                ))
                .start()
                .await?,
        })
    }

    const fn count(&self) -> usize {
        7
    }
}

/// How a server of the cast is probed.
struct Scene<'a> {
    server: &'a Server<Pop3>,
    scheme: &'a str,
    password: Option<&'a str>,
    expect: (Verdict, &'a str),
}

struct Show<'a> {
    args: &'a DemoArgs,
    surprises: BTreeSet<String>,
}

impl Show<'_> {
    async fn healthy(&mut self, servers: &Servers) {
        output::print("\n1/3  healthy: STLS is used when it is offered, every phase is timed\n\n");
        let login = |server, scheme| Scene {
            server,
            scheme,
            password: Some(PASSWORD),
            expect: (Verdict::Ok, ""),
        };
        self.play(&login(&servers.healthy, "pop3"), Detail::Bars)
            .await;
        output::print("\n");
        self.play(&login(&servers.implicit, "pop3s"), Detail::Compact)
            .await;
    }

    async fn broken(&mut self, servers: &Servers) {
        output::print("\n2/3  broken: what is wrong, where, why, and what to try\n");
        let scene = |server, scheme, password, kind| Scene {
            server,
            scheme,
            password,
            expect: (Verdict::Fail, kind),
        };
        for scene in [
            scene(&servers.expired, "pop3s", None, "tls.cert_expired"),
            scene(&servers.silent, "pop3", None, "greeting.timeout"),
            scene(&servers.healthy, "pop3", Some("guess"), "auth.rejected"),
            scene(&servers.clear, "pop3s", None, "tls.plaintext_peer"),
            scene(
                &servers.clear,
                "pop3",
                Some(PASSWORD),
                "starttls.not_offered",
            ),
            scene(
                &servers.injecting,
                "pop3",
                Some(PASSWORD),
                "starttls.injected",
            ),
            scene(&servers.painting, "pop3", None, "greeting.rejected"),
        ] {
            output::print("\n");
            self.play(&scene, Detail::Compact).await;
        }
    }

    async fn for_real(&mut self, servers: &Servers) {
        output::print("\n3/3  for real: log in, fetch, compare, delete\n\n");
        match fetch_and_delete(&servers.implicit).await {
            Ok(mechanism) => {
                let left = servers.implicit.maildrop(USER).len();
                output::print(&format!(
                    "  logged in by {mechanism}, fetched {} bytes: the same, byte for byte\n  \
                     deleted it and said QUIT: {left} messages left\n",
                    MESSAGE.len(),
                ));
                if left != 0 {
                    self.surprises
                        .insert("the message is still there".to_owned());
                }
            }
            Err(error) => {
                self.surprises.insert(error);
            }
        }
    }

    async fn play(&mut self, scene: &Scene<'_>, detail: Detail) {
        let report = probe(scene).await;
        output::print(&Renderer::for_people(detail, self.args.look).render(&report));
        let kind = report
            .error
            .as_ref()
            .map(|error| error.kind.to_string())
            .unwrap_or_default();
        let (verdict, wanted) = scene.expect;
        if (report.verdict, kind.as_str()) != (verdict, wanted) {
            self.surprises
                .insert(format!("{}: {} {kind}", report.target.url, report.verdict));
        }
    }

    fn verdict(&self) -> Code {
        if self.surprises.is_empty() {
            return exit::OK;
        }
        for surprise in &self.surprises {
            output::complain(
                "internal",
                &format!("this was not meant to happen: {surprise}"),
                &[],
            );
        }
        exit::FAIL
    }
}

async fn probe(scene: &Scene<'_>) -> Report {
    let mut options = ProbeOptions::default();
    options.connector = connector(scene.server);
    if let Some(password) = scene.password {
        options.user = Some(USER.to_owned());
        options.password = Some(Secret::from(password));
    }
    match scene.server.url(scene.scheme).parse::<Target>() {
        Ok(target) => finish(netspeak::probe(&target, &options).await),
        Err(error) => Report::not_run(Default::default(), &error),
    }
}

/// Trusts the server's own authority, and does not wait long for the silent one.
fn connector(server: &Server<Pop3>) -> Connector {
    let mut tls = TlsSettings::default();
    tls.roots = Roots::Pem(vec![server.ca_pem().to_owned()]);
    let mut timeouts = Timeouts::default();
    timeouts.greeting = Duration::from_millis(700);
    Connector::new().with_tls(tls).with_timeouts(timeouts)
}

async fn fetch_and_delete(server: &Server<Pop3>) -> Result<&'static str, String> {
    let text = |error: netspeak::pop3::Error| error.to_string();
    let target = server
        .url("pop3s")
        .parse::<Target>()
        .map_err(|error| error.to_string())?;
    let mut client = Client::builder()
        .connector(connector(server))
        .tls(Tls::Implicit)
        .trace(Trace::new())
        .connect(&target)
        .await
        .map_err(text)?;
    let mechanism = client
        .login(&Credentials::password(USER, Secret::from(PASSWORD)))
        .await
        .map_err(text)?;
    let first = MessageNumber::new(1).ok_or("no first message")?;
    let mut batch = client.fetch(vec![first], Fetch::Whole).map_err(text)?;
    let mut fetched = Vec::new();
    while let Some((_, answer)) = batch.next().await.map_err(text)? {
        answer.map_err(text)?;
        while let Some(piece) = batch.chunk().await.map_err(text)? {
            fetched.extend_from_slice(piece);
        }
    }
    if fetched != MESSAGE {
        return Err("the message came back changed".to_owned());
    }
    client.dele(first).await.map_err(text)?;
    debug_assert_eq!(client.trace().current(), None::<Phase>);
    client.quit().await.map_err(text)?;
    Ok(mechanism)
}

async fn keep(servers: &Servers) {
    output::print(&format!(
        "\nThe servers stay until Ctrl-C. In another terminal:\n  \
         netspeak {}\n  netspeak -k {} -u {USER}:'{PASSWORD}' --work\n  netspeak get -k {}1 -u {USER}:'{PASSWORD}'\n",
        servers.healthy.url("pop3"),
        servers.implicit.url("pop3s"),
        servers.healthy.url("pop3").trim_end_matches('/').to_owned() + "/",
    ));
    std::future::pending::<()>().await;
}
