//! [`Servers`]: who plays.

use std::io;

use netspeak_fake::{
    Certificate, DigestOptions, Fault, Ftp, Gopher, Http, Imap, Nntp, Page, Pop3, Server, Smtp,
    Telnet, Xmlrpc,
};

use super::mail::MESSAGE;
use super::{PASSWORD, USER};

/// The cast.
pub(super) struct Servers {
    pub(super) healthy: Server<Pop3>,
    pub(super) implicit: Server<Pop3>,
    pub(super) expired: Server<Pop3>,
    pub(super) clear: Server<Pop3>,
    pub(super) injecting: Server<Pop3>,
    pub(super) painting: Server<Pop3>,
    /// Delivers into the maildrops of `implicit`.
    pub(super) mail: Server<Smtp>,
    /// The same maildrops, as mailboxes.
    pub(super) mailboxes: Server<Imap>,
    pub(super) tarpit: Server<Smtp>,
    pub(super) files: Server<Ftp>,
    pub(super) menus: Server<Gopher>,
    pub(super) news: Server<Nntp>,
    pub(super) shell: Server<Telnet>,
    pub(super) web: Server<Http>,
    /// Never says all of what it began.
    pub(super) stammering: Server<Http>,
}

impl Servers {
    pub(super) async fn start() -> io::Result<Self> {
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
            news: Nntp::builder()
                .user(USER, PASSWORD)
                .group(super::news::GROUP, "tests")
                .tls(Certificate::Good)
                .starttls()
                .tls_for_secrets()
                .start()
                .await?,
            web: Http::builder()
                .user(USER, PASSWORD)
                .tls(Certificate::Good)
                .implicit_tls()
                .serve(
                    "/",
                    Page::new("text/plain", super::web::text()).compressed(),
                )
                .redirect("/old", 301, "/")
                .digest(
                    super::web::PRIVATE,
                    "the demonstration",
                    DigestOptions::new(),
                )
                .page(super::web::PRIVATE, "text/plain", "for members\n")
                .rpc(super::calls::PATH, Xmlrpc::new())
                .start()
                .await?,
            stammering: Http::builder()
                .serve(
                    "/cut",
                    Page::new("text/plain", "not all of it").cut_after(3),
                )
                .raw(
                    "/chunk",
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nsix\r\n",
                )
                .start()
                .await?,
            files: Ftp::builder()
                .user(USER, PASSWORD)
                .tls(Certificate::Good)
                .auth_tls()
                .require_reuse()
                .file("/README", "hello\n")
                .start()
                .await?,
            menus: Gopher::builder()
                .menu("", ["Welcome", "0About\t/about.txt", "1Files\t/files"])
                .text("/about.txt", super::menu::TEXT)
                .start()
                .await?,
            shell: Telnet::builder()
                .user(USER, PASSWORD)
                .banner("A terminal in this process\r\n")
                .start()
                .await?,
            mailboxes: Imap::builder()
                .mail_of(&implicit)
                .user(USER, PASSWORD)
                .tls(Certificate::Good)
                .starttls()
                .tls_for_secrets()
                .start()
                .await?,
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

    pub(super) const fn count(&self) -> usize {
        15
    }
}
