//! A file is put, listed, got, compared.

use netspeak::core::Target;
use netspeak::ftp::Client;

use super::cast::Servers;
use super::scene::{logged_in, told};

const NAME: &str = "a name with blanks";
/// Some hundred kilobytes, each place different.
const LENGTH: u32 = 100_000;

pub(super) async fn round_trip(servers: &Servers) -> Result<String, String> {
    let content: Vec<u8> = (0..LENGTH).flat_map(u32::to_be_bytes).collect();
    let server = &servers.files;
    let target: Target = server.url("ftp").parse().map_err(told)?;
    let mut client = Client::builder()
        .opening(logged_in(server.ca_pem()))
        .connect(&target)
        .await
        .map_err(told)?;
    let mut upload = client.stor(NAME).await.map_err(told)?;
    upload.send(&content).await.map_err(told)?;
    upload.finish().await.map_err(told)?;
    let listing = client.entries("").await.map_err(told)?;
    let entries = listing.collect(100).await.map_err(told)?;
    let listed = entries.iter().find(|entry| entry.name() == NAME);
    let size = listed.and_then(|entry| entry.size());
    if size != Some(content.len() as u64) {
        return Err(format!("the listing has {size:?} for the size of the file"));
    }
    let download = client.retr(NAME).await.map_err(told)?;
    let got = download.bytes(content.len()).await.map_err(told)?;
    if got != content {
        return Err("the file came back changed".to_owned());
    }
    client.quit().await.map_err(told)?;
    Ok(format!(
        "  file of {} bytes put over FTP, listed, got, compared: the same\n",
        content.len()
    ))
}
