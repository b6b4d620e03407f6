//! The configuration file, and the variables that stand for flags.
#![cfg(test)]

#[path = "../support/folder.rs"]
mod folders;
#[path = "../support/golden.rs"]
mod golden;

/// Who logs in where.
mod credentials;
/// Flags, variables, the file.
mod defaults;
/// What `--print-config` shows.
mod shown;
/// Files that are no configuration.
mod wrong;

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use netspeak_fake::{Builder, Pop3, Server};
use serde_json::Value;
use tokio::process::Command;

const PASSWORD: &str = "marker-password";

/// Words that lead from this name to a server.
fn way<P>(name: &str, port: u16, server: &Server<P>) -> [String; 2] {
    let to = format!("{name}:{port}:127.0.0.1:{}", server.port());
    ["--connect-to".to_owned(), to]
}

fn folder(test: &str) -> PathBuf {
    folders::folder("config", test)
}

fn pop3(user: &str, password: &str) -> Builder<Pop3> {
    let server = Pop3::builder().user(user, password);
    server.message(user, "Subject: x\r\n\r\n")
}

/// Runs it in this folder, with its `config.toml` if there is one, and these variables only.
async fn run(folder: &Path, variables: &[(&str, &str)], words: &[&str]) -> Output {
    run_as(
        Path::new(env!("CARGO_BIN_EXE_netspeak")),
        folder,
        variables,
        words,
    )
    .await
}

async fn run_as(
    program: &Path,
    folder: &Path,
    variables: &[(&str, &str)],
    words: &[&str],
) -> Output {
    let mut command = Command::new(program);
    command.env_clear().current_dir(folder).args(words);
    command.env("PATH", "/usr/bin:/bin");
    let config = folder.join("config.toml");
    let config = if config.exists() { "config.toml" } else { "" };
    command.env("NETSPEAK_CONFIG", config);
    command.envs(variables.iter().copied());
    command.stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(Duration::from_secs(60), command.output());
    let output = output.await.expect("the command hangs").unwrap();
    for text in [&output.stdout, &output.stderr] {
        let text = String::from_utf8_lossy(text);
        assert!(!text.contains("marker"), "{words:?}: {text}");
    }
    output
}

/// A folder with this file in it, which only we may read.
fn with_file(test: &str, text: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder(test);
    let file = folder.join("config.toml");
    std::fs::write(&file, text).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    folder
}

/// Code, standard output and standard error.
fn ended(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let code = output.status.code().unwrap();
    (code, text(&output.stdout), text(&output.stderr))
}

/// The only document that was printed.
fn report(output: &Output) -> Value {
    let (_, out, err) = ended(output);
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"))
}
