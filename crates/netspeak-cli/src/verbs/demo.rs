//! `netspeak demo`: servers in this process, healthy and broken, and what probing them shows.

mod calls;
mod cast;
mod file;
mod mail;
mod menu;
mod news;
mod scene;
mod shell;
mod web;

use std::collections::BTreeSet;

use netspeak::core::report::Verdict;

use crate::args::DemoArgs;
use crate::exit::{self, Code};
use crate::output;
use crate::render::{self, Detail};

use cast::Servers;
use scene::{Played, Scene};

const USER: &str = "ops";
const PASSWORD: &str = "correct horse";

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
        "{} servers on 127.0.0.1, at ports of the system's choice, certificates in memory\n",
        servers.count()
    ));
    // Two of them keep a client waiting: the others need not wait behind them.
    let (silent, ()) = tokio::join!(Silent::probed(&servers), show.healthy(&servers));
    show.tell(&silent.shell);
    show.broken(&servers).await;
    show.tell(&silent.tarpit);
    show.for_real(&servers).await;
    let code = show.verdict();
    if args.keep {
        keep(&servers).await;
    } else {
        output::print(
            "\nTry it yourself:  netspeak demo --keep   tells what to type in another terminal\n",
        );
    }
    code
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
            Scene::new(&servers.mailboxes, "imap", password, ok),
            Scene::new(&servers.files, "ftp", password, ok),
            Scene::new(&servers.menus, "gopher", None, ok),
            Scene::new(&servers.news, "nntp", password, ok),
            Scene::new(&servers.web, "https", password, ok).at(web::PRIVATE),
            Scene::new(&servers.web, "https", None, ok).at("/old"),
            Scene::new(&servers.web, "xmlrpc+https", None, ok).at(calls::PATH),
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
            Scene::new(&servers.stammering, "http", None, fail("body.truncated")).at("/cut"),
            Scene::new(&servers.stammering, "http", None, fail("body.malformed")).at("/chunk"),
        ] {
            output::print("\n");
            self.play(&scene, Detail::Compact).await;
        }
    }

    async fn for_real(&mut self, servers: &Servers) {
        output::print("\n3/3  for real: send, post, put, fetch, compare; walk, type, call\n\n");
        let done = tokio::join!(
            mail::round_trip(servers),
            news::round_trip(servers),
            file::round_trip(servers),
            web::round_trip(servers),
            menu::walk(servers),
            shell::command(servers),
            calls::several(servers),
        );
        for act in <[_; 7]>::from(done) {
            match act {
                Ok(told) => output::print(&told),
                Err(surprise) => {
                    self.surprises.insert(surprise);
                }
            }
        }
    }

    async fn play(&mut self, scene: &Scene<'_>, detail: Detail) {
        self.show(&scene.played().await, detail);
    }

    fn tell(&mut self, played: &Played) {
        output::print("\n");
        self.show(played, Detail::Compact);
    }

    fn show(&mut self, played: &Played, detail: Detail) {
        let report = &played.report;
        output::print(&render::for_people(report, detail, self.args.look));
        if let Some(surprise) = played.surprise() {
            self.surprises.insert(surprise);
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

/// Those that say nothing for a while.
struct Silent {
    shell: Played,
    tarpit: Played,
}

impl Silent {
    async fn probed(servers: &Servers) -> Self {
        let password = Some(PASSWORD);
        let shell = Scene::new(&servers.shell, "telnet", password, (Verdict::Ok, ""));
        let late = (Verdict::Fail, "greeting.timeout");
        let tarpit = Scene::new(&servers.tarpit, "smtp", None, late);
        let (shell, tarpit) = tokio::join!(shell.played(), tarpit.played());
        Self { shell, tarpit }
    }
}

async fn keep(servers: &Servers) {
    let login = format!("-k -u {USER}:'{PASSWORD}'");
    let (mail, files) = (servers.healthy.url("pop3"), servers.files.url("ftp"));
    let mailboxes = servers.mailboxes.url("imap");
    let (menus, shell) = (servers.menus.url("gopher"), servers.shell.url("telnet"));
    let web = servers.web.url("https") + web::PRIVATE;
    output::print(&format!(
        "\nThe servers stay until Ctrl-C. In another terminal:\n  \
         netspeak {mail}\n  netspeak {login} --work {}\n  netspeak get {login} {mail}/1\n  \
         netspeak ls {login} {mailboxes}/INBOX\n  \
         netspeak ls {login} --tls require {files}/\n  netspeak get {login} {web}\n  \
         netspeak ls {menus}/\n  netspeak talk {shell}   (ops, {PASSWORD})\n",
        servers.implicit.url("pop3s"),
    ));
    std::future::pending::<()>().await;
}
