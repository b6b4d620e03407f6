//! Running other programs, with errors that name the command.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::{Outcome, workspace};

/// Cargo as it is at a desk. Under `cargo xtask` it would inherit the name and version of this package, for which ring's
/// build script looks, and compile ring and all that uses it once more each time that the two take turns.
pub(crate) fn cargo(subcommand: &str) -> Command {
    let mut command = Command::new("cargo");
    for name in workspace::names_of_this_package() {
        command.env_remove(name);
    }
    command.current_dir(workspace::root()).arg(subcommand);
    command
}

/// Runs with our own standard streams.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let status = command
        .status()
        .map_err(|error| unstarted(command, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{}` failed ({status})", shown(command)))
    }
}

/// Runs in silence and returns what was printed; what went to standard error is shown only on failure.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let output = finished(command)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!(
        "`{}` failed ({})\n{}",
        shown(command),
        output.status,
        String::from_utf8_lossy(&said).trim_end()
    ))
}

/// Whether a silent run ends well; a missing program is a no.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    finished(command).is_ok_and(|output| output.status.success())
}

/// Like [`succeeds`], but the program is killed when it takes longer.
pub(crate) fn succeeds_within(command: &mut Command, limit: Duration) -> bool {
    let Ok(mut child) = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
    else {
        return false;
    };
    let step = Duration::from_millis(100);
    let mut waited = Duration::ZERO;
    while waited < limit {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) => pause(step),
            Err(_) => break,
        }
        waited += step;
    }
    let _ = child.kill();
    let _ = child.wait();
    false
}

/// Runs and shows each line of standard output as it comes, and gives it to `each` as well.
pub(crate) fn lines(command: &mut Command, mut each: impl FnMut(&str)) -> Outcome {
    let mut child: Child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| unstarted(command, &error))?;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n') {
            let line = line.map_err(|error| format!("`{}`: {error}", shown(command)))?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            each(&line);
        }
    }
    let status = child.wait().map_err(|error| unstarted(command, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{}` failed ({status})", shown(command)))
    }
}

/// Waiting for something that does not announce itself: another program, a container.
#[expect(
    clippy::disallowed_methods,
    reason = "there is no event to wait for, only a state to look at again"
)]
pub(crate) fn pause(time: Duration) {
    std::thread::sleep(time);
}

/// For the time that a step took.
#[expect(
    clippy::disallowed_methods,
    reason = "shown to the person who waits; nothing depends on it"
)]
pub(crate) fn clock() -> Instant {
    Instant::now()
}

pub(crate) fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// The command as a person would type it.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

fn finished(command: &mut Command) -> Outcome<Output> {
    command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| unstarted(command, &error))
}

fn unstarted(command: &Command, error: &std::io::Error) -> String {
    format!("`{}` did not start: {error}", shown(command))
}
