//! `netspeak demo`: servers in this process, healthy and broken, and what probing them shows.

use std::collections::BTreeSet;
use std::io;
use std::time::Duration;

use netspeak::core::protocol::ProbeOptions;
use netspeak::core::report::{Report, Verdict};
use netspeak::core::sasl::Credentials;
use netspeak::core::tls::{Roots, TlsSettings};
use netspeak::core::{Connector, Secret, Target, Timeouts, Tls};
use netspeak::pop3::{Client, Fetch, MessageNumber};
use netspeak::smtp::{self, Envelope};
use netspeak_fake::{Certificate, Fault, Pop3, Server, Smtp};

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
        "{} servers on 127.0.0.1, ports given by the system, certificates made in memory\n",
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
    clear: Server<Pop3>,
    injecting: Server<Pop3>,
    painting: Server<Pop3>,
    /// Delivers into the maildrops of `implicit`.
    mail: Server<Smtp>,
    tarpit: Server<Smtp>,
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
        let implicit = server().implicit_tls().start().await?;
        let mail = || {
            Smtp::builder()
                .user(USER, PASSWORD)
                .tls(Certificate::Good)
                .starttls()
        };
        Ok(Self {
            mail: mail()
                .tls_for_secrets()
                .deliver_to(&implicit)
                .start()
                .await?,
            tarpit: mail()
                .fault(Fault::Stall(netspeak_fake::Moment::Greeting))
                .start()
                .await?,
            healthy: begin_tls().start().await?,
            implicit,
            expired: server()
                .implicit_tls()
                .tls(Certificate::Expired)
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
        8
    }
}

/// How a server of the cast is probed.
struct Scene<'a> {
    url: String,
    authority: &'a str,
    password: Option<&'a str>,
    tls: Option<Tls>,
    expect: (Verdict, &'a str),
}

impl<'a> Scene<'a> {
    fn new<P>(
        server: &'a Server<P>,
        scheme: &str,
        password: Option<&'a str>,
        expect: (Verdict, &'a str),
    ) -> Self {
        Self {
            url: server.url(scheme),
            authority: server.ca_pem(),
            password,
            tls: None,
            expect,
        }
    }

    /// TLS or nothing.
    fn demanding_tls(self) -> Self {
        Self {
            tls: Some(Tls::Required),
            ..self
        }
    }
}

struct Show<'a> {
    args: &'a DemoArgs,
    surprises: BTreeSet<String>,
}

impl Show<'_> {
    async fn healthy(&mut self, servers: &Servers) {
        output::print("\n1/3  healthy: TLS is begun where it is offered, every phase is timed\n\n");
        let ok = (Verdict::Ok, "");
        let password = Some(PASSWORD);
        let scene = Scene::new(&servers.healthy, "pop3", password, ok);
        self.play(&scene, Detail::Bars).await;
        for scene in [
            Scene::new(&servers.implicit, "pop3s", password, ok),
            Scene::new(&servers.mail, "submission", password, ok),
        ] {
            output::print("\n");
            self.play(&scene, Detail::Compact).await;
        }
    }

    async fn broken(&mut self, servers: &Servers) {
        output::print("\n2/3  broken: what is wrong, where, why, and what to try\n");
        let fail = |kind| (Verdict::Fail, kind);
        let password = Some(PASSWORD);
        for scene in [
            Scene::new(&servers.expired, "pop3s", None, fail("tls.cert_expired")),
            Scene::new(&servers.tarpit, "smtp", None, fail("greeting.timeout")),
            Scene::new(
                &servers.healthy,
                "pop3",
                Some("guess"),
                fail("auth.rejected"),
            ),
            Scene::new(&servers.clear, "pop3s", None, fail("tls.plaintext_peer")),
            Scene::new(
                &servers.clear,
                "pop3",
                password,
                fail("starttls.not_offered"),
            )
            .demanding_tls(),
            Scene::new(
                &servers.injecting,
                "pop3",
                password,
                fail("starttls.injected"),
            ),
            Scene::new(&servers.painting, "pop3", None, fail("greeting.rejected")),
            Scene::new(&servers.mail, "pop3", None, fail("greeting.other_protocol")),
        ] {
            output::print("\n");
            self.play(&scene, Detail::Compact).await;
        }
    }

    async fn for_real(&mut self, servers: &Servers) {
        output::print("\n3/3  for real: send a mail, fetch it, compare, delete it\n\n");
        match self.round_trip(servers).await {
            Ok(()) => {}
            Err(error) => {
                self.surprises.insert(error);
            }
        }
    }

    async fn round_trip(&mut self, servers: &Servers) -> Result<(), String> {
        let sent = send(&servers.mail).await?;
        let (mechanism, there) = fetch_and_delete(&servers.implicit).await?;
        let left = servers.implicit.maildrop(USER).len();
        output::print(&format!(
            "  mail sent over SMTP to {sent} and read back over POP3: the same, byte for byte\n  \
             logged in by {mechanism}, {there} messages there, deleted them and said QUIT: {left} left\n",
        ));
        if left == 0 {
            Ok(())
        } else {
            Err("messages are still there".to_owned())
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
    options.opening.connector = connector(scene.authority);
    options.opening.tls = scene.tls;
    let password = scene.password.map(Secret::from);
    options.opening.credentials = password.map(|password| Credentials::password(USER, password));
    match scene.url.parse::<Target>() {
        Ok(target) => finish(netspeak::probe(&target, &options).await),
        Err(error) => Report::not_run(Default::default(), &error),
    }
}

/// Trusts the server's own authority, and does not wait long for the silent one.
fn connector(authority: &str) -> Connector {
    let mut tls = TlsSettings::default();
    tls.roots = Roots::Pem(vec![authority.to_owned()]);
    let mut timeouts = Timeouts::default();
    timeouts.greeting = Some(Duration::from_millis(700));
    Connector::new().with_tls(tls).with_timeouts(timeouts)
}

/// Logs in and sends [`MESSAGE`]; to whom.
async fn send(server: &Server<Smtp>) -> Result<String, String> {
    let text = |error: smtp::Error| error.to_string();
    let target = server
        .url("submission")
        .parse::<Target>()
        .map_err(|error| error.to_string())?;
    let mut client = smtp::Client::builder()
        .connector(connector(server.ca_pem()))
        .tls(Tls::Required)
        .credentials(Credentials::password(USER, Secret::from(PASSWORD)))
        .connect(&target)
        .await
        .map_err(text)?;
    let recipient = format!("{USER}@example.org");
    let envelope =
        Envelope::new("alice@example.org", [&recipient]).map_err(|error| error.to_string())?;
    let receipt = client.send(&envelope, MESSAGE).await.map_err(text)?;
    if !receipt.is_complete() {
        return Err("the mail was refused".to_owned());
    }
    client.quit().await.map_err(text)?;
    Ok(recipient)
}

/// How we logged in, and how many messages were there.
async fn fetch_and_delete(server: &Server<Pop3>) -> Result<(&'static str, usize), String> {
    let text = |error: netspeak::pop3::Error| error.to_string();
    let target = server
        .url("pop3s")
        .parse::<Target>()
        .map_err(|error| error.to_string())?;
    let builder = Client::builder().connector(connector(server.ca_pem()));
    let mut client = builder.connect(&target).await.map_err(text)?;
    let credentials = Credentials::password(USER, Secret::from(PASSWORD));
    let mechanism = client.login(&credentials).await.map_err(text)?;
    let listings = client.list().await.map_err(text)?;
    let numbers: Vec<MessageNumber> = listings.into_iter().map(|listing| listing.number).collect();
    let mut batch = client.fetch(numbers.clone(), Fetch::Whole).map_err(text)?;
    while let Some((number, answer)) = batch.next().await.map_err(text)? {
        answer.map_err(text)?;
        let mut fetched = Vec::new();
        while let Some(piece) = batch.chunk().await.map_err(text)? {
            fetched.extend_from_slice(piece);
        }
        if fetched != MESSAGE {
            return Err(format!("message {number} came back changed"));
        }
    }
    for marked in client.dele_many(&numbers).await.map_err(text)? {
        marked.map_err(text)?;
    }
    client.quit().await.map_err(text)?;
    Ok((mechanism, numbers.len()))
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
