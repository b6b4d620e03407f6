//! `netspeak check PROTO|URL`: a monitoring plugin.

mod place;
mod redirect;
mod usage;

use netspeak::core::protocol::{PROBE_TOTAL, ProbeOptions, Talk};
use netspeak::core::report::{CertDays, Report};
use netspeak::core::{Error, Result, Target, Tls};
use netspeak::registry;

use super::probe::finish;
use crate::alarm::{Judgement, State};
use crate::args::{CheckArgs, OnRedirect};
use crate::exit::Code;
use crate::output;
use crate::render::nagios::{self, Limits};

pub(crate) use usage::{answer, misunderstood, unconfigured};

pub(super) async fn run(mut args: CheckArgs) -> Code {
    args.connect.max_time = args.total.or(args.connect.max_time);
    match check(&mut args).await {
        Ok((report, total)) => {
            let judgement = Judgement::of(&report, &args);
            let limits = Limits {
                warning: args.warning.as_ref(),
                critical: args.critical.as_ref(),
                cert_days: wanted_days(&args),
                total,
            };
            output::print(&nagios::render(&report, &judgement, &limits));
            judgement.state.code()
        }
        Err(error) => {
            let name = place::name(&args.what);
            output::print(&nagios::unknown(&name, &error.message()));
            State::Unknown.code()
        }
    }
}

/// The report, and how many seconds it might have taken.
async fn check(args: &mut CheckArgs) -> Result<(Report, f64)> {
    let (target, socket) = place::of(args)?;
    if socket.is_some() {
        args.connect.unix_socket = socket;
    }
    let total = args.connect.total()?;
    let total = total.unwrap_or_else(|| usual_total(&target));
    // Over all places that it may lead to.
    args.connect.max_time = Some(total.as_secs_f64());
    let options = options(&target, args)?;
    let report = netspeak::probe(&target, &options).await;
    let report = match args.on_redirect {
        OnRedirect::Follow => redirect::follow(&target, report, &options, args).await?,
        _ => report,
    };
    Ok((finish(report), total.as_secs_f64()))
}

fn usual_total(target: &Target) -> std::time::Duration {
    let found = registry::resolve(target).ok().flatten();
    let own = found.and_then(|(protocol, _)| protocol.probe_timeouts.total);
    own.unwrap_or(PROBE_TOTAL)
}

/// The days that are asked for, if they are.
fn wanted_days(args: &CheckArgs) -> Option<CertDays> {
    let usual = (!args.only_asked).then(CertDays::default);
    args.cert_days.or(usual)
}

fn options(target: &Target, args: &CheckArgs) -> Result<ProbeOptions> {
    let mut options = ProbeOptions::default();
    options.opening = args.connect.opening_for_anybody()?;
    options.opening.credentials = args.connect.credentials_until(target, args.until)?;
    refuse_upgrade_of_nothing(target, options.opening.tls)?;
    options.until = args.until;
    options.work = args.work.clone();
    options.cert_days = wanted_days(args).unwrap_or_default();
    if args.connect.verbose > 0 {
        options.talk = Talk::Kept;
    }
    Ok(options)
}

/// Where there is no upgrade, it can't be demanded: what was asked for would stay undone, and look well.
fn refuse_upgrade_of_nothing(target: &Target, wish: Option<Tls>) -> Result<()> {
    let found = registry::resolve(target)?;
    let scheme = found.and_then(|(protocol, target)| {
        let scheme = protocol.scheme(target.scheme()?)?;
        let has_none = protocol.rules.upgrade.is_empty() && scheme.tls != Tls::Implicit;
        has_none.then_some(scheme.name)
    });
    match scheme {
        Some(scheme) if wish == Some(Tls::Required) => Err(Error::usage(format!(
            "{scheme} has no upgrade to TLS; -S, or a URL that says so, is TLS from the first byte"
        ))),
        _ => Ok(()),
    }
}
