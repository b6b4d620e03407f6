//! `rm` over FTP.

use netspeak::ftp::FtpPath;

use super::{Order, Rm};
use crate::failure::Failure;
use crate::verbs::ftp;
use crate::verbs::row::Row;

pub(super) const ROW: Row<Rm> = Row {
    protocol: "ftp",
    urls: &[("ftp://host/dir/file", "a file")],
    run: |order| Box::pin(rm(order)),
};

async fn rm(order: Order<'_>) -> Result<(), Failure> {
    let Order { target, args } = order;
    let path = FtpPath::of(target)?;
    if path.is_listing() {
        return Err(Failure::usage(
            "this is a folder: -r removes it with all that is in it",
        ));
    }
    ftp::session(target, &args.connect, &args.data, async |client| {
        Ok(client.dele(path.to_string()).await?)
    })
    .await
}
