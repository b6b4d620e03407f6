//! `rm` over FTP.

use netspeak::ftp::FtpPath;

use super::{Order, Rm};
use crate::failure::Failure;
use crate::output;
use crate::verbs::ftp::{self, tree};
use crate::verbs::row::Row;

pub(super) const ROW: Row<Rm> = Row {
    protocol: "ftp",
    urls: &[
        ("ftp://host/dir/file", "a file"),
        ("ftp://host/dir/", "with -r: a folder and all that is in it"),
    ],
    run: |order| Box::pin(rm(order)),
};

async fn rm(order: Order<'_>) -> Result<(), Failure> {
    let Order { target, args } = order;
    args.http.refuse("ftp")?;
    let path = FtpPath::of(target)?;
    let is_folder = path.is_listing();
    let path = path.to_string();
    if path.is_empty() || path == "/" {
        return Err(Failure::usage(
            "name what is to be removed: the whole server is not",
        ));
    }
    if is_folder && !args.recursive {
        return Err(Failure::usage(
            "this is a folder: -r removes it with all that is in it",
        ));
    }
    ftp::session(target, &args.connect, &args.data, async |client| {
        if !args.recursive {
            return Ok(client.dele(path).await?);
        }
        let report = client.remove_all(path).await?;
        for failure in &report.failures {
            output::say(&tree::failed(failure));
        }
        tree::judged(&report)
    })
    .await
}
