//! A page is put, got, compared.

use netspeak::core::sasl::Credentials;
use netspeak::core::{ClearTextAuth, Secret};
use netspeak::http::Client;

use super::cast::Servers;
use super::scene::{connector, told};
use super::{PASSWORD, USER};

/// What only members see.
pub(super) const PRIVATE: &str = "/members";

/// Some hundred kilobytes, each place different.
const LENGTH: u32 = 100_000;

/// A text that is worth compressing.
pub(super) fn text() -> String {
    "What is said twice need be sent only once.\n".repeat(400)
}

pub(super) async fn round_trip(servers: &Servers) -> Result<String, String> {
    let server = &servers.web;
    let client = Client::builder()
        .connector(connector(server.ca_pem()))
        .clear_text_auth(ClearTextAuth::LocalOnly)
        .credentials(Credentials::password(USER, Secret::from(PASSWORD)))
        .build()
        .map_err(told)?;
    let root = server.url("https");
    let content: Vec<u8> = (0..LENGTH).flat_map(u32::to_be_bytes).collect();
    let page = format!("{root}{PRIVATE}/page");
    let put = client.put(&page).body(content.clone()).send().await;
    put.and_then(netspeak::http::Response::error_for_status)
        .map_err(told)?;
    if fetch(&client, &page, content.len()).await? != content {
        return Err("the page came back changed".to_owned());
    }
    let compressed = fetch(&client, &format!("{root}/old"), text().len()).await?;
    if compressed != text().as_bytes() {
        return Err("the compressed page came changed".to_owned());
    }
    Ok(format!(
        "  page of {} bytes put over HTTPS, logged in by Digest, compared: the same\n  \
             another got through a redirect and decompressed: {} bytes, as it should be\n",
        content.len(),
        compressed.len(),
    ))
}

async fn fetch(client: &Client, url: &str, most: usize) -> Result<Vec<u8>, String> {
    let answer = client.get(url).send().await.map_err(told)?;
    let mut answer = answer.error_for_status().map_err(told)?;
    let bytes = answer.bytes(most).await.map_err(told)?;
    Ok(bytes.to_vec())
}
