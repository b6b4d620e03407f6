//! `netspeak [probe] TARGET...`

mod crowd;
mod one;
mod targets;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use netspeak::core::report::Report;
use netspeak::registry::PROTOCOLS;
use tokio::time::sleep;

use self::crowd::Crowd;
use self::one::Shared;
use self::targets::Targets;
use crate::args::ProbeArgs;
use crate::exit::{self, Code};
use crate::failure::Failure;
use crate::interrupt;
use crate::render::columns::rows;
use crate::render::live::Live;
use crate::render::outlet::Outlet;

pub(crate) use one::finish;

/// The operations of each protocol, for the help.
pub(super) fn operations() -> String {
    let operations = PROTOCOLS.iter().flat_map(|protocol| {
        let operations = protocol.operations.iter();
        operations.map(|operation| {
            let word = format!("{:<7} {operation}", protocol.name);
            (word, operation.what)
        })
    });
    format!(
        "Operations (--work=OP):\n{}",
        rows(operations, 27).trim_end()
    )
}

pub(super) async fn run(args: ProbeArgs) -> Code {
    match Run::new(args) {
        Ok(run) => run.all().await,
        Err(failure) => {
            super::tell(&failure);
            exit::UNKNOWN
        }
    }
}

/// What runs is looked at again so often, for who watches.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// All that was asked for.
struct Run {
    shared: Arc<Shared>,
    targets: Targets,
    view: View,
}

/// What the user sees of it.
struct View {
    outlet: Outlet,
    live: Live,
}

impl Run {
    fn new(args: ProbeArgs) -> Result<Self, Failure> {
        let targets = Targets::read(&args)?;
        let opening = args.connect.opening_for_anybody()?;
        let count = targets.count();
        let is_many = count > 1 || args.all_addresses;
        let detail = args.detail(is_many);
        let outlet = Outlet::new(&args.output, detail, is_many, args.many.summary)?;
        let live = Live::new(count, outlet.is_for_people() && count > 1);
        Ok(Self {
            shared: Arc::new(Shared {
                args,
                opening,
                vantage: netspeak::core::socket::host_name(),
            }),
            targets,
            view: View { outlet, live },
        })
    }

    /// Until all are done, the user has enough, or nobody reads any more.
    async fn all(self) -> Code {
        let Self {
            shared,
            targets,
            mut view,
        } = self;
        // One for all turns: between two of them a signal would be lost.
        let mut asked = pin!(interrupt::asked());
        let mut crowd = Crowd::new(Arc::clone(&shared), targets.iter());
        let interrupted = loop {
            let next = tokio::select! {
                next = crowd.next() => next,
                () = sleep(LOOK_AGAIN), if view.live.is_seen() => {
                    view.live.show(crowd.running());
                    continue;
                }
                code = &mut asked => break Some(code),
            };
            view.live.count();
            view.live.show(crowd.running());
            match next {
                Some(reports) if view.show(&reports) => {}
                _ => break None,
            }
        };
        if interrupted.is_some() {
            view.show(&crowd.give_up());
        }
        view.live.end();
        let code = view.outlet.end(&shared.args.judge.exit);
        interrupted.unwrap_or(code)
    }
}

impl View {
    /// Whether anybody still reads.
    fn show(&mut self, reports: &[Report]) -> bool {
        let Self { live, outlet } = self;
        let mut reports = reports.iter();
        reports.all(|report| live.aside(|| outlet.show(report)))
    }
}

impl ProbeArgs {
    /// Whether what is said is of interest.
    pub(crate) fn keeps_talk(&self) -> bool {
        self.connect.verbose > 0 || self.output.trace.is_some()
    }
}
