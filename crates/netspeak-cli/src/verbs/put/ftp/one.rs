//! One file.

use netspeak::core::Reason;
use netspeak::ftp::{Client, Error, FtpPath, StorOptions, TransferType, Upload};

use super::super::{Order, stopped};
use crate::failure::Failure;
use crate::render::progress::Data;
use crate::source::Source;

/// Sends the file under its name, or under another until it is whole.
pub(super) async fn send(
    client: &mut Client,
    path: &FtpPath,
    source: Source,
    order: Order<'_>,
) -> Result<(), Failure> {
    let args = order.args;
    let name = path.to_string();
    let under = if args.temp_name {
        format!("{name}.part")
    } else {
        name.clone()
    };
    let mut options = StorOptions::default();
    options.transfer_type = path.transfer_type();
    if args.continue_at.is_some() {
        options.offset = offset(client, &under, &source, options.transfer_type).await?;
    }
    if source
        .length()
        .is_none_or(|length| length != options.offset || length == 0)
    {
        store(client, &under, source, &options, order).await?;
    }
    if args.temp_name {
        client.rename(&under, &name).await?;
    }
    Ok(())
}

/// How much an earlier transfer has left there.
async fn offset(
    client: &mut Client,
    under: &str,
    source: &Source,
    transfer_type: TransferType,
) -> Result<u64, Failure> {
    let (Some(length), TransferType::Image) = (source.length(), transfer_type) else {
        return Err(Failure::usage(
            "-C is for files as they are: not for standard input, and not for text",
        ));
    };
    match client.size(under).await {
        Ok(there) if there > length => Err(Failure::usage(format!(
            "{length} bytes are here and {there} there: it is another file"
        ))),
        Ok(there) => Ok(there),
        Err(error @ Error::Refused { .. }) if error.kind().reason() == Reason::NotFound => Ok(0),
        Err(error) => Err(error.into()),
    }
}

async fn store(
    client: &mut Client,
    under: &str,
    source: Source,
    options: &StorOptions,
    order: Order<'_>,
) -> Result<(), Failure> {
    let upload = client.stor_with(under, options).await?;
    let rest = source
        .length()
        .map(|length| length.saturating_sub(options.offset));
    let bars = order.bars;
    let mut meter = bars.meter(under, options.offset, rest, Data::Elsewhere);
    let mut upload = upload.on_progress(move |progress| meter.moved(progress.bytes));
    if let Some(rate) = order.args.pace.limit_rate {
        upload = upload.limit_rate(rate);
    }
    let sending = send_all(&mut upload, source, options);
    if let Some(sent) = order.stop.unless_asked(sending).await {
        sent?;
        upload.finish().await?;
        return Ok(());
    }
    // Else the server takes what it has for all of it.
    upload.abort().await?;
    Err(stopped())
}

async fn send_all(
    upload: &mut Upload<'_>,
    source: Source,
    options: &StorOptions,
) -> Result<(), Failure> {
    match source {
        Source::File(file, length) if options.transfer_type == TransferType::Image => {
            upload.send_file(&file, options.offset..length).await?;
        }
        Source::File(file, _) => {
            upload
                .copy_from(&mut tokio::fs::File::from_std(file))
                .await?;
        }
        Source::Stream(mut stream) => {
            upload.copy_from(&mut stream).await?;
        }
    }
    Ok(())
}
