//! A login with an OAuth 2.0 access token (OAUTHBEARER, XOAUTH2). The token is asked for when it is
//! needed, and once more if the server rejects it; here it stands in a file that somebody else keeps
//! fresh.
//!
//!     cargo run --example bearer_token -- submission://mail.example.org ops@example.org token.txt
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use netspeak_smtp::sasl::{Credentials, TokenRequest};
use netspeak_smtp::{Client, CoreError, Secret};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [url, user, file] = given.as_slice() else {
        return Err("give a URL, a user and the token's file".into());
    };
    let file = file.clone();
    let credentials = Credentials::token(user, move |why: TokenRequest| {
        // After `TokenRequest::Rejected` a program that gets its own tokens would get a new one.
        println!("a token is asked for: {why:?}");
        let read = std::fs::read_to_string(&file).map_err(CoreError::Local);
        async move { Ok(Secret::from(read?.trim_end())) }
    });

    let client = Client::builder()
        .credentials(credentials)
        .connect(&url.parse()?)
        .await?;
    println!("logged in as {user}");
    client.quit().await?;
    Ok(())
}
