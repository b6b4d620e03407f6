//! What the verbs share about FTP URLs: how to get there, and what is meant.

pub(super) mod tree;

use netspeak::core::{Opening, Target};
use netspeak::ftp::{ActiveMode, Builder, Client};

use crate::args::{ActiveAddress, ConnectArgs, DataArgs};
use crate::failure::Failure;

/// A session with the server at this target, as `anonymous` if nobody is named.
pub(super) async fn session<T>(
    target: &Target,
    connect: &ConnectArgs,
    data: &DataArgs,
    work: impl AsyncFnOnce(&mut Client) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let opening = connect.opening(target)?;
    let connect = async |opening| builder(opening, data).connect(target).await;
    super::session::session(opening, connect, work).await
}

fn builder(opening: Opening, data: &DataArgs) -> Builder {
    let builder = Client::builder().opening(opening);
    match &data.ftp_port {
        Some(active) => builder.active(active_mode(active)),
        None => builder,
    }
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
