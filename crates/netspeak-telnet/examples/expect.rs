//! Logs in, runs a command that pages its output, and shows the output.
//!
//!     cargo run --example expect
//!
//! It brings its own server. For another one:
//!
//!     cargo run --example expect -- telnet://switch.example.org admin 'show version'
//!
//! The password is then the first line of standard input. Over a connection without TLS it is sent in clear text.

use std::io::{self, Write};

use netspeak_fake::Telnet;
use netspeak_telnet::{ClearTextAuth, Client, Pattern, Secret};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    if let [url, user, command] = given.as_slice() {
        let password = io::stdin().lines().next().ok_or("no password came")??;
        return show(url, user, &Secret::from(password), command).await;
    }
    let server = Telnet::builder()
        .user("ops", "secret")
        .prompt("box# ")
        .start()
        .await?;
    show(
        &server.url("telnet"),
        "ops",
        &Secret::from("secret"),
        "more 8",
    )
    .await
}

async fn show(
    url: &str,
    user: &str,
    password: &Secret,
    command: &str,
) -> Result<(), Box<dyn std::error::Error>> {
    let builder = Client::builder().clear_text_auth(ClearTextAuth::Allowed);
    let mut client = builder.connect(&url.parse()?).await?;
    let login = client.login(user, password).await?;
    client.write_line(command).await?;
    // What was typed comes back first.
    client.read_until(command).await?;
    let patterns = [Pattern::regex(" *--More-- *")?, Pattern::text(login.prompt)];
    let mut out = io::stdout().lock();
    loop {
        let found = client.expect(&patterns).await?;
        // The pager wipes its own prompt.
        let text: Vec<u8> = found.before.into_iter().filter(|byte| *byte != 8).collect();
        writeln!(out, "{}", String::from_utf8_lossy(&text).trim())?;
        if found.index == 1 {
            return Ok(client.close().await?);
        }
        client.write(b" ").await?;
    }
}
