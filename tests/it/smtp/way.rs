//! The ways that a mail can take over the wire, and whether it did.

use netspeak::core::{Side, Trace};
use netspeak::smtp::{Chunking, Pipelining};

use crate::harness::said;

/// How a mail goes over the wire.
pub(super) struct Way {
    pub(super) name: &'static str,
    pub(super) chunking: Chunking,
    pub(super) pipelining: Pipelining,
}

pub(super) const DATA: Way = Way {
    name: "DATA",
    chunking: Chunking::Off,
    pipelining: Pipelining::Auto,
};
pub(super) const BDAT: Way = Way {
    name: "BDAT",
    chunking: Chunking::Auto,
    pipelining: Pipelining::Auto,
};
pub(super) const DATA_IN_STEPS: Way = Way {
    name: "DATA in steps",
    chunking: Chunking::Off,
    pipelining: Pipelining::Off,
};
pub(super) const BDAT_IN_STEPS: Way = Way {
    name: "BDAT in steps",
    chunking: Chunking::Auto,
    pipelining: Pipelining::Off,
};
pub(super) const WAYS: [Way; 4] = [DATA, BDAT, DATA_IN_STEPS, BDAT_IN_STEPS];

/// Whether text went this way, and commands ran ahead of the replies or did not.
pub(super) fn was_taken(way: &Way, trace: &Trace) -> bool {
    let said = said(trace);
    let has = |verb: &str| said.iter().any(|line| line.starts_with(verb));
    let chunks = way.chunking == Chunking::Auto;
    let entries = trace.transcript();
    let ahead = entries.windows(2).any(|two| {
        two.iter().all(|entry| entry.side == Side::Client)
            && two[0].text.starts_with("MAIL")
            && two[1].text.starts_with("RCPT")
    });
    has("BDAT") == chunks && has("DATA") != chunks && ahead == (way.pipelining == Pipelining::Auto)
}
