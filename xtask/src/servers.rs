//! `cargo xtask servers`: the real servers in Docker, from a bare machine to an answered greeting.

mod accounts;
mod apt;
mod base_image;
mod catalog;
mod compose;
mod endpoints;
mod engine;
mod files;
mod passive;
mod ready;
mod seed;
mod token;

use std::path::PathBuf;
use std::process::Command;
use std::thread;

use crate::servers::compose::Compose;
use crate::{Outcome, certs, process, workspace};

pub(crate) use engine::is_running as engine_is_running;

pub(crate) const USAGE: &str = "\
cargo xtask servers up|down|status|logs [NAME]
    the real servers in Docker

    up           all the set-up that is missing, then fresh containers, also when they are up
    down         stops them and removes what they have stored
    status       which of them run, and where they listen
    logs [NAME]  what they wrote: all, or one, such as dovecot

`up` ends when each server has greeted. target/servers/endpoints.env then says where they listen and with which
accounts; tests/servers/README.md says what each of them is for.";

pub(crate) fn command(words: &[&str]) -> Outcome {
    const ACTIONS: &str = "up, down, status, logs [NAME]";
    match words {
        ["up"] => up(),
        ["down"] => down(),
        ["status"] => status(),
        ["logs", names @ ..] => logs(names),
        [] => Err(format!("servers wants to be told what to do: {ACTIONS}")),
        ["up" | "down" | "status", more, ..] => {
            Err(format!("one thing at a time, not also {more}"))
        }
        [other, ..] => Err(format!("servers cannot {other}; it can: {ACTIONS}")),
    }
}

/// Starts all servers afresh: new certificates, new passwords, full mailboxes.
pub(crate) fn up() -> Outcome {
    engine::require()?;
    let compose = Compose::find_or_install()?;
    base_image::ensure()?;

    let run = workspace::run_folder();
    let certificates = run.join("certs");
    step("certificates, accounts, mail, files", || {
        certs::make(&certificates)?;
        seed::write(&run.join("seed"))?;
        files::write(&run.join("many"))?;
        workspace::folder(&sockets())
    })?;
    let accounts = accounts::make(&run)?;
    build(&catalog::images()?)?;
    engine::prune()?;
    step("containers", || compose.up(&accounts))?;
    let endpoints = endpoints::collect(&accounts)?;
    step("greetings", || ready::wait_for_all(&endpoints))?;
    endpoints.save()?;
    println!("servers are up: {}", endpoints::file().display());
    Ok(())
}

/// Where servers put their Unix sockets.
fn sockets() -> PathBuf {
    workspace::run_folder().join("sockets")
}

/// All images side by side: most of the time goes by in waiting for packages.
fn build(images: &[String]) -> Outcome {
    thread::scope(|scope| {
        let builds: Vec<_> = images
            .iter()
            .map(|name| scope.spawn(move || step(&format!("image {name}"), || engine::build(name))))
            .collect();
        let ends = builds.into_iter().map(|build| {
            build
                .join()
                .unwrap_or_else(|_| Err("a build has panicked".into()))
        });
        // Each of them comes to its end, also behind one that failed.
        let ends: Vec<Outcome> = ends.collect();
        ends.into_iter().collect()
    })
}

pub(crate) fn down() -> Outcome {
    engine::require()?;
    Compose::find_or_install()?.down()?;
    // What the file says is no longer true.
    let _ = std::fs::remove_file(endpoints::file());
    println!("servers are down");
    Ok(())
}

fn status() -> Outcome {
    engine::require()?;
    println!("{:<15} {:<22} {:<16} PORTS", "SERVICE", "STATE", "ADDRESS");
    for service in catalog::SERVICES {
        let Some(container) = compose::container(service.name)? else {
            println!("{:<15} down", service.name);
            continue;
        };
        let state = engine::inspect(
            &container,
            "{{.State.Status}}{{if .State.Health}} {{.State.Health.Status}}{{end}}",
        )?;
        let ports: Vec<String> = endpoints::published(&container)?
            .into_iter()
            .filter(|port| service.ports.iter().any(|own| own.number == port.inside))
            .map(|port| {
                format!(
                    "{}->{}",
                    port.host.trim_start_matches("127.0.0.1:"),
                    port.inside
                )
            })
            .collect();
        let address = engine::address(&container)?;
        println!(
            "{:<15} {:<22} {:<16} {}",
            service.name,
            state,
            address,
            ports.join(" ")
        );
    }
    Ok(())
}

fn logs(names: &[&str]) -> Outcome {
    engine::require()?;
    Compose::find_or_install()?.logs(names)
}

/// All logs into one file, for the person who has to find out why a test failed.
pub(crate) fn save_logs() -> Outcome {
    let path = workspace::run_folder().join("logs.txt");
    workspace::write(&path, Compose::find_or_install()?.all_logs()?)?;
    println!("the servers' logs: {}", path.display());
    Ok(())
}

/// Whether no server was made to write down a password or a token, by whatever test.
pub(crate) fn logs_keep_secrets() -> Outcome {
    let logs = Compose::find_or_install()?.all_logs()?;
    let environment = endpoints::load()?;
    let tokens = accounts::tokens(&environment)?;
    let passwords = environment
        .into_iter()
        .filter(|(name, _)| name.ends_with("PASSWORD"));
    match passwords
        .chain(tokens)
        .find(|(_, secret)| logs.contains(secret))
    {
        None => Ok(()),
        Some((name, _)) => Err(format!("{name} stands in the servers' logs")),
    }
}

/// Whether somebody has started them before us, who will want to keep them.
pub(crate) fn are_up() -> bool {
    catalog::SERVICES
        .iter()
        .any(|service| compose::container(service.name).is_ok_and(|found| found.is_some()))
}

/// What `up` has written, for the tests' environment.
pub(crate) fn environment() -> Outcome<Vec<(String, String)>> {
    endpoints::load()
}

fn step(name: &str, work: impl FnOnce() -> Outcome) -> Outcome {
    let start = process::clock();
    work().map_err(|why| format!("{name}: {why}"))?;
    println!("servers: {name} ({:.1} s)", start.elapsed().as_secs_f32());
    Ok(())
}

/// `apt-get` for something that is missing: done here when we may, else told as one line to run.
fn install(package: &str) -> Outcome {
    let line = format!("apt-get update && apt-get install -y --no-install-recommends {package}");
    if !process::is_root() || !process::succeeds(Command::new("apt-get").arg("--version")) {
        return Err(format!(
            "{package} is missing here; run as root:\n    {line}"
        ));
    }
    println!("servers: installing {package} with apt-get");
    process::output(
        Command::new("sh")
            .arg("-c")
            .arg(&line)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
    .map(drop)
}
