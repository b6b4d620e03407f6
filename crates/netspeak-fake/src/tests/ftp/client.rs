//! A client that knows the port of a data connection, and nothing else.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_rustls::rustls::ClientConfig;

use super::super::client::{Client, trusting};
use crate::{Builder, Fake, Ftp, Server};

pub(super) struct Talk {
    pub(super) control: Client,
    address: SocketAddr,
    /// The configuration of both connections under TLS.
    pub(super) tls: Option<ClientConfig>,
}

pub(super) fn ftp() -> Builder<Ftp> {
    Ftp::builder().user("ops", "secret")
}

impl Talk {
    /// Connected, greeted and logged in.
    pub(super) async fn inside(server: &Server<Ftp>) -> Self {
        let mut talk = Self::greeted(server).await;
        talk.log_in().await;
        talk
    }

    pub(super) async fn greeted(server: &Server<Ftp>) -> Self {
        Self::of(Client::tcp(server).await, server, None).await
    }

    /// Under TLS from the first byte, and logged in.
    pub(super) async fn implicit(server: &Server<Ftp>) -> Self {
        let tls = trusting(server, None);
        let control = Client::tcp(server).await;
        let control = control.tls(tls.clone(), "localhost").await.unwrap();
        let mut talk = Self::of(control, server, Some(tls)).await;
        talk.log_in().await;
        talk
    }

    /// Over a connection that is there, greeted.
    pub(super) async fn of(
        mut control: Client,
        server: &Server<Ftp>,
        tls: Option<ClientConfig>,
    ) -> Self {
        assert_eq!(control.line().await, "220 netspeak-fake FTP ready");
        Self {
            control,
            address: server.addr(),
            tls,
        }
    }

    /// Under TLS by AUTH, with PROT P, and logged in.
    pub(super) async fn secured(server: &Server<Ftp>) -> Self {
        Self::secured_with(server, trusting(server, None)).await
    }

    pub(super) async fn secured_with(server: &Server<Ftp>, tls: ClientConfig) -> Self {
        let mut talk = Self::greeted(server).await;
        assert_eq!(talk.ask("AUTH TLS").await, "234 begin TLS");
        talk.control = talk.control.tls(tls.clone(), "localhost").await.unwrap();
        talk.tls = Some(tls);
        talk.log_in().await;
        assert_eq!(talk.ask("PBSZ 0").await, "200 PBSZ=0");
        assert_eq!(talk.ask("PROT P").await, "200 data go under TLS");
        talk
    }

    pub(super) async fn log_in(&mut self) {
        assert_eq!(self.ask("USER ops").await, "331 and the password?");
        assert_eq!(self.ask("PASS secret").await, "230 you are in");
        assert_eq!(self.ask("TYPE I").await, "200 so be it");
    }

    pub(super) async fn ask(&mut self, line: &str) -> String {
        self.control.ask(line).await
    }

    /// A reply of several lines.
    pub(super) async fn ask_all(&mut self, line: &str) -> Vec<String> {
        let mut lines = vec![self.ask(line).await];
        let last: String = lines.concat().chars().take(3).chain([' ']).collect();
        while !lines.last().unwrap().starts_with(&last) {
            lines.push(self.control.line().await);
        }
        lines
    }

    /// The port that EPSV tells.
    pub(super) async fn epsv(&mut self) -> u16 {
        let reply = self.ask("EPSV").await;
        let port = reply
            .strip_prefix("229 Entering Extended Passive Mode (|||")
            .and_then(|rest| rest.strip_suffix("|)"));
        port.unwrap_or_else(|| panic!("{reply}")).parse().unwrap()
    }

    pub(super) async fn connect(&self, port: u16) -> TcpStream {
        self.try_to_connect(port).await.unwrap()
    }

    pub(super) async fn try_to_connect(&self, port: u16) -> io::Result<TcpStream> {
        let socket = if self.address.is_ipv4() {
            TcpSocket::new_v4()?
        } else {
            TcpSocket::new_v6()?
        };
        socket.connect((self.address.ip(), port).into()).await
    }

    /// The data connection of a command that was said and answered with 150.
    pub(super) async fn begin(&mut self, line: &str) -> io::Result<Client> {
        let port = self.epsv().await;
        let stream = self.connect(port).await;
        let reply = self.ask(line).await;
        assert!(reply.starts_with("150 "), "{reply}");
        self.data(stream).await
    }

    pub(super) async fn data(&self, stream: TcpStream) -> io::Result<Client> {
        match &self.tls {
            None => Ok(Client::new(stream)),
            Some(tls) => Client::new(stream).tls(tls.clone(), "localhost").await,
        }
    }

    /// What this command sends, the last reply read.
    pub(super) async fn get(&mut self, line: &str) -> Vec<u8> {
        let mut data = self.begin(line).await.unwrap();
        let (bytes, end) = data.rest().await;
        end.unwrap();
        assert_eq!(self.control.line().await, "226 that was all");
        bytes
    }

    pub(super) async fn get_text(&mut self, line: &str) -> String {
        String::from_utf8(self.get(line).await).unwrap()
    }

    /// Sends this, in good order, and tells the last reply.
    pub(super) async fn put(&mut self, line: &str, bytes: &[u8]) -> String {
        let mut data = self.begin(line).await.unwrap();
        data.bytes_out(bytes).await;
        data.shut_down().await;
        // TLS 1.3 tickets come with the first octets that are read.
        data.rest().await.1.unwrap();
        self.control.line().await
    }

    /// A listener for the server to call, and the command that says where.
    pub(super) async fn listen(&self) -> (TcpListener, String) {
        let listener = TcpListener::bind((self.address.ip(), 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let family = if address.is_ipv4() { 1 } else { 2 };
        let command = format!("EPRT |{family}|{}|{}|", address.ip(), address.port());
        (listener, command)
    }
}

/// In memory, and logged in.
pub(super) async fn in_memory(fake: &Fake<Ftp>) -> Client {
    let mut client = Client::of(fake);
    assert_eq!(client.line().await, "220 netspeak-fake FTP ready");
    assert_eq!(client.ask("USER ops").await, "331 and the password?");
    assert_eq!(client.ask("PASS secret").await, "230 you are in");
    client
}
