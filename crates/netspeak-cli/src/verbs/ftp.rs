//! What the verbs share about FTP URLs: how to get there, and what is meant.

use netspeak::core::{Conn, Target};
use netspeak::ftp::{ActiveMode, Client, FtpPath, Goodbye, Reply, Result, TransferType, TypeCode};

use super::session::Session;
use crate::args::{ActiveAddress, ConnectArgs, DataArgs};
use crate::failure::Failure;

impl Session for Client {
    type Reply = Reply;

    fn conn(&self) -> &Conn {
        self.conn()
    }

    async fn quit(self) -> Result<Goodbye> {
        self.quit().await
    }
}

/// A session with the server at this target, as `anonymous` if nobody is named.
pub(super) async fn session<T>(
    target: &Target,
    connect: &ConnectArgs,
    data: &DataArgs,
    work: impl AsyncFnOnce(&mut Client) -> std::result::Result<T, Failure>,
) -> std::result::Result<T, Failure> {
    let opening = connect.opening(target)?;
    let connect = async |opening| {
        let mut builder = Client::builder().opening(opening);
        if let Some(active) = &data.ftp_port {
            builder = builder.active(active_mode(active));
        }
        builder.connect(target).await
    };
    super::session::session(opening, connect, work).await
}

fn active_mode(active: &ActiveAddress) -> ActiveMode {
    let mut mode = ActiveMode::new();
    if let Some(address) = active.address {
        mode = mode.with_address(address);
    }
    if let Some(ports) = &active.ports {
        mode = mode.with_ports(ports.clone());
    }
    mode
}

/// How a URL wants a file represented.
pub(super) fn transfer_type(path: &FtpPath) -> TransferType {
    match path.typecode {
        Some(TypeCode::Ascii) => TransferType::Ascii,
        Some(TypeCode::Image | TypeCode::Directory) | None => TransferType::Image,
    }
}
