//! [`Socks5`]: a SOCKS5 proxy (RFC 1928) with user name and password (RFC 1929), that connects to
//! loopback addresses only.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::loopback;

/// A running proxy; dropping it ends it and everything that goes through it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let proxy = netspeak_fake::Socks5::start("me", "secret").await?;
/// assert!(proxy.url().starts_with("socks5h://me:secret@127.0.0.1:"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Socks5 {
    address: SocketAddr,
    login: Arc<Login>,
    targets: Arc<Mutex<Vec<String>>>,
    _tasks: JoinSet<()>,
}

struct Login {
    user: String,
    password: String,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Login(<redacted>)")
    }
}

const VERSION: u8 = 5;
const SUCCEEDED: u8 = 0;
const NOT_ALLOWED: u8 = 2;
const REFUSED: u8 = 5;

impl Socks5 {
    /// Listens on a port that the system gives, on 127.0.0.1.
    ///
    /// # Errors
    /// If no socket can be had.
    pub async fn start(user: &str, password: &str) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let login = Arc::new(Login {
            user: user.to_owned(),
            password: password.to_owned(),
        });
        let targets = Arc::default();
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, Arc::clone(&login), Arc::clone(&targets)));
        Ok(Self {
            address,
            login,
            targets,
            _tasks: tasks,
        })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Its URL, with user and password; names are resolved by the proxy.
    pub fn url(&self) -> String {
        let Login { user, password } = &*self.login;
        format!("socks5h://{user}:{password}@{}", self.address)
    }

    /// Where clients asked to be connected to, in order, as `host:port`.
    pub fn targets(&self) -> Vec<String> {
        self.targets
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

async fn accept(listener: TcpListener, login: Arc<Login>, targets: Arc<Mutex<Vec<String>>>) {
    // The connections end with this task.
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let (login, targets) = (Arc::clone(&login), Arc::clone(&targets));
        connections.spawn(async move {
            // A client that breaks the protocol is hung up on.
            let _ = serve(client, &login, &targets).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(
    mut client: TcpStream,
    login: &Login,
    targets: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let methods = greeting(&mut client).await?;
    if !methods.contains(&NOT_ALLOWED) {
        return client.write_all(&[VERSION, 0xff]).await;
    }
    client.write_all(&[VERSION, 2]).await?;
    client.read_u8().await?;
    let user = short(&mut client).await?;
    let password = short(&mut client).await?;
    let is_known = user == login.user.as_bytes() && password == login.password.as_bytes();
    client.write_all(&[1, u8::from(!is_known)]).await?;
    if !is_known {
        return Ok(());
    }
    let (host, port) = request(&mut client).await?;
    targets
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(format!("{host}:{port}"));
    let mut server = match connect(&host, port).await {
        Ok(server) => server,
        Err(code) => return client.write_all(&answer(code)).await,
    };
    client.write_all(&answer(SUCCEEDED)).await?;
    copy_bidirectional(&mut client, &mut server).await.map(drop)
}

async fn greeting(client: &mut TcpStream) -> io::Result<Vec<u8>> {
    if client.read_u8().await? != VERSION {
        return Err(io::ErrorKind::InvalidData.into());
    }
    short(client).await
}

/// One byte of length, and so many bytes.
async fn short(client: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; client.read_u8().await?.into()];
    client.read_exact(&mut bytes).await?;
    Ok(bytes)
}

async fn request(client: &mut TcpStream) -> io::Result<(String, u16)> {
    let mut head = [0; 4];
    client.read_exact(&mut head).await?;
    let host = match head {
        [VERSION, 1, 0, 1] => {
            let mut ip = [0; 4];
            client.read_exact(&mut ip).await?;
            IpAddr::from(ip).to_string()
        }
        [VERSION, 1, 0, 3] => String::from_utf8_lossy(&short(client).await?).into_owned(),
        [VERSION, 1, 0, 4] => {
            let mut ip = [0; 16];
            client.read_exact(&mut ip).await?;
            IpAddr::from(ip).to_string()
        }
        _ => return Err(io::ErrorKind::InvalidData.into()),
    };
    Ok((host, client.read_u16().await?))
}

async fn connect(host: &str, port: u16) -> Result<TcpStream, u8> {
    loopback::connect(host, port)
        .await
        .map_err(|error| match error.kind() {
            io::ErrorKind::PermissionDenied => NOT_ALLOWED,
            _ => REFUSED,
        })
}

fn answer(code: u8) -> [u8; 10] {
    [VERSION, code, 0, 1, 0, 0, 0, 0, 0, 0]
}
