//! [`probe`]: any target by its URL.

use netspeak_core::protocol::{PROBE_TOTAL, ProbeOptions, Protocol};
use netspeak_core::report::{Report, TargetFacts};
use netspeak_core::{
    Endpoint, Error, LineCodec, Phase, Result, Target, Timeouts, Tls, Trace, Transport,
};

use crate::registry;

/// A greeting is this long at most.
const GREETING: usize = 4 * 1024;

/// Probes a target: connects, listens, asks what the server can do, logs in if there are
/// credentials, says goodbye. It never fails: what went wrong stands in the report.
///
/// A target without scheme is probed by the protocol whose port it names; at any other port by the
/// protocol whose server greets there, over a second connection.
pub async fn probe(target: &Target, options: &ProbeOptions) -> Report {
    let trace = Trace::new();
    let found = match registry::resolve(target) {
        Ok(Some(found)) => Ok(found),
        Ok(None) => identify(target, options, &trace).await,
        Err(error) => Err(error),
    };
    match found {
        Ok((protocol, spelt_out)) => {
            let mut report = (protocol.probe)(&spelt_out, options).await;
            report.target.input = target.to_string();
            report
        }
        Err(error) => {
            let mut report = Report::new(TargetFacts {
                input: target.to_string(),
                url: target.to_string(),
                host: target.host().to_string(),
                port: port_of(target),
                ..TargetFacts::default()
            });
            report.finish(&trace, Err(&error));
            report
        }
    }
}

/// The port as it was typed, 0 if there was none.
fn port_of(target: &Target) -> u16 {
    let port = target.port().map(|port| port.number(Transport::Tcp));
    port.and_then(Result::ok).unwrap_or_default()
}

/// Connects, hears who greets there, and hangs up.
async fn identify(
    target: &Target,
    options: &ProbeOptions,
    trace: &Trace,
) -> Result<(&'static Protocol, Target)> {
    let port = match target.port() {
        Some(port) => port.number(Transport::Tcp)?,
        None => return Err(Error::usage("the target has no port")),
    };
    let mut quick = Timeouts::USUAL;
    quick.total = Some(PROBE_TOTAL);
    let connector = &options.opening.connector;
    let connector = connector
        .clone()
        .with_timeouts(connector.timeouts().or(&quick));
    let endpoint = Endpoint::new(target.host().clone(), port);
    let mut conn = connector.connect(&endpoint, Tls::Off, trace).await?;
    let greeting = async {
        conn.begin(Phase::Greeting)?;
        conn.next(&mut LineCodec::new(GREETING)).await
    };
    let line = trace.stamped(Phase::Greeting, greeting).await?;
    let protocol = registry::by_greeting(conn.bytes(line.clone())).ok_or_else(|| {
        conn.no_greeting(
            "a protocol known here",
            Error::malformed("", conn.bytes(line)),
        )
    })?;
    let scheme = protocol
        .rules
        .schemes
        .first()
        .map_or(protocol.name, |scheme| scheme.name);
    Ok((protocol, target.clone().with_scheme(scheme)))
}
