//! `talk` over Telnet: a terminal, or a script where there is none.

use std::io::{IsTerminal, Write};

use netspeak::core::sasl::Credentials;
use netspeak::telnet::{Client, Profile};

use super::{Order, Talk, script};
use crate::failure::Failure;
use crate::output;
use crate::render::talk;
use crate::verbs::row::Row;

pub(super) const ROW: Row<Talk> = Row {
    protocol: "telnet",
    urls: &[(
        "telnet://host",
        "a terminal; without one a script: expect TEXT, send TEXT",
    )],
    run: |order| Box::pin(talk(order)),
};

/// For the help.
pub(super) const KEYS: &str = "\n\nIn a Telnet terminal Ctrl-] is for us; behind it:\n  \
    q quit    b break    i interrupt    a are you there    Ctrl-] sends itself\n\
    In a script, the end of standard input waits until the server closes.";

async fn talk(order: Order<'_>) -> Result<(), Failure> {
    let Order { target, args } = order;
    let mut opening = args.connect.opening(target)?;
    let credentials = opening.credentials.take();
    let trace = opening.trace.clone();
    let policy = opening.clear_text_auth;
    let mut profile = Profile::default();
    if let Some(term) = &args.term {
        profile.terminal_types = vec![term.clone()];
    }
    let is_terminal = std::io::stdin().is_terminal() && output::stdout_is_terminal();
    let done = async {
        let builder = Client::builder().opening(opening).profile(profile);
        let target = target.clone().with_login(None, None);
        let mut client = builder.connect(&target).await?;
        client.set_clear_text_auth(policy);
        if let Some(credentials) = credentials {
            log_in(&mut client, &credentials).await?;
        }
        match is_terminal {
            #[cfg(unix)]
            true => super::terminal::interact(client).await,
            _ => script::play(client).await,
        }
    };
    let done = done.await;
    for line in trace.iter().flat_map(talk::lines) {
        output::say(&line);
    }
    done
}

/// Logs in by the server's prompts, and shows what was said.
async fn log_in(client: &mut Client, credentials: &Credentials) -> Result<(), Failure> {
    let password = credentials.secret().filter(|_| credentials.is_password());
    let password = password.ok_or_else(|| {
        Failure::usage("a Telnet login is by user and password, as they would be typed")
    })?;
    let login = client.login(credentials.user(), &password).await?;
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(&login.text)?;
    Ok(stdout.flush()?)
}
