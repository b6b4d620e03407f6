//! A login by the server's prompts, and a command.

use netspeak::core::{ClearTextAuth, Secret, Target};
use netspeak::telnet::{Client, Pattern};

use super::cast::Servers;
use super::scene::told;
use super::{PASSWORD, USER};

const COMMAND: &str = "echo hello";

pub(super) async fn command(servers: &Servers) -> Result<String, String> {
    let target: Target = servers.shell.url("telnet").parse().map_err(told)?;
    let builder = Client::builder().clear_text_auth(ClearTextAuth::LocalOnly);
    let mut client = builder.connect(&target).await.map_err(told)?;
    let password = Secret::from(PASSWORD);
    let login = client.login(USER, &password).await.map_err(told)?;
    client.write_line(COMMAND).await.map_err(told)?;
    // What was typed comes back first.
    client.read_until(COMMAND).await.map_err(told)?;
    let prompt = Pattern::text(login.prompt);
    let answer = client.expect(&[prompt]).await.map_err(told)?.before;
    client.close().await.map_err(told)?;
    let answer = String::from_utf8_lossy(&answer);
    if answer.trim() != "hello" {
        return Err(format!("{COMMAND} over Telnet was answered by {answer:?}"));
    }
    Ok(
        "  logged in over Telnet by the server's prompts, ran a command, read its answer\n"
            .to_owned(),
    )
}
