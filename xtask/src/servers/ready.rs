//! Ready means that the server's own first bytes were read: Docker listens before anybody is there.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::servers::catalog::Sign;
use crate::servers::endpoints::Endpoints;
use crate::{Outcome, process};

const STEP: Duration = Duration::from_millis(100);
const TRIES: u32 = 300;

pub(super) fn wait_for_all(endpoints: &Endpoints) -> Outcome {
    for (name, address, sign) in &endpoints.ports {
        wait(address, sign).map_err(|last| {
            format!("{name} at {address} does not answer: {last}\nsee `cargo xtask servers logs`")
        })?;
    }
    Ok(())
}

fn wait(address: &str, sign: &Sign) -> Outcome {
    let address: SocketAddr = address
        .parse()
        .map_err(|_| format!("not an address: {address}"))?;
    let mut last = String::new();
    for _ in 0..TRIES {
        match look(address, sign) {
            Ok(()) => return Ok(()),
            Err(error) => last = error.to_string(),
        }
        process::pause(STEP);
    }
    Err(last)
}

fn look(address: SocketAddr, sign: &Sign) -> std::io::Result<()> {
    let second = Duration::from_secs(2);
    let mut stream = TcpStream::connect_timeout(&address, second)?;
    stream.set_read_timeout(Some(second))?;
    let (question, expected): (&[u8], &[u8]) = match sign {
        Sign::Silent => return Ok(()),
        Sign::Greets(greeting) => (b"", greeting.as_bytes()),
        Sign::Answers { to, with } => (to, with),
    };
    stream.write_all(question)?;
    let mut answer = vec![0; expected.len()];
    stream.read_exact(&mut answer)?;
    if answer == expected {
        return Ok(());
    }
    Err(std::io::Error::other(format!(
        "it said {:?}",
        String::from_utf8_lossy(&answer)
    )))
}
