//! [`Ladder`]: the ways to log in that are left, and what a refusal leaves of them.

use std::collections::VecDeque;

use super::Refusal;
use crate::sasl::{sends_secret, unbound};

/// One way to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// A SASL mechanism; with its initial response on the line that names it, where there is room.
    Sasl {
        mechanism: &'static str,
        initial: bool,
    },
    /// A way of the protocol's own, which sends the password.
    Own(&'static str),
}

impl Way {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sasl { mechanism, .. } => mechanism,
            Self::Own(name) => name,
        }
    }

    fn sends_secret(self) -> bool {
        match self {
            Self::Sasl { mechanism, .. } => sends_secret(mechanism),
            Self::Own(_) => true,
        }
    }

    /// The same in two lines, if it was one.
    fn in_two_lines(self) -> Option<Self> {
        match self {
            Self::Sasl {
                mechanism,
                initial: true,
            } => Some(Self::Sasl {
                mechanism,
                initial: false,
            }),
            _ => None,
        }
    }
}

/// The ways that are left, the best first.
pub(super) struct Ladder {
    left: VecDeque<Way>,
    /// Whether the password may be proved once more after it was refused.
    may_repeat: bool,
}

impl Ladder {
    pub(super) fn new(
        mechanisms: impl IntoIterator<Item = &'static str>,
        own: impl IntoIterator<Item = &'static str>,
        may_repeat: bool,
    ) -> Self {
        let sasl = mechanisms.into_iter().map(|mechanism| Way::Sasl {
            mechanism,
            initial: true,
        });
        Self {
            left: sasl.chain(own.into_iter().map(Way::Own)).collect(),
            may_repeat,
        }
    }

    pub(super) fn next(&mut self) -> Option<Way> {
        self.left.pop_front()
    }

    /// A way was refused; `proved` if it had shown that it knows the password.
    pub(super) fn after(&mut self, way: Way, proved: bool, refusal: Refusal) {
        match refusal {
            Refusal::Final => self.left.clear(),
            Refusal::Form => {
                if let Some(again) = way.in_two_lines() {
                    self.left.push_front(again);
                }
            }
            Refusal::Mechanism => {}
            // Nothing was proved: it is the mechanism that was refused, or its name.
            Refusal::Proof | Refusal::Unclear if !proved => {}
            Refusal::Proof | Refusal::Unclear => {
                self.keep_one_more(way, refusal);
                self.may_repeat = false;
            }
        }
    }

    /// The password was refused. It may be right all the same.
    fn keep_one_more(&mut self, way: Way, refusal: Refusal) {
        let next = match way {
            _ if !self.may_repeat => None,
            // A binding that the server does not know is refused like a wrong password; a server that
            // keeps hashes cannot check the answer to a challenge.
            Way::Sasl { mechanism, .. } if !way.sends_secret() => {
                let mut left = self.left.iter().copied();
                self.without_binding(mechanism)
                    .or_else(|| left.find(|other| other.sends_secret()))
            }
            // One that does not say why may not know the mechanism after all, or not in one line.
            Way::Sasl { .. } if refusal == Refusal::Unclear => {
                let mut left = self.left.iter().copied();
                left.find(|other| matches!(other, Way::Own(_)))
                    .or(way.in_two_lines())
            }
            _ => None,
        };
        self.left = next.into_iter().collect();
    }

    /// The same mechanism, not bound to the connection.
    fn without_binding(&self, mechanism: &str) -> Option<Way> {
        let name = unbound(mechanism)?;
        let mut left = self.left.iter().copied();
        left.find(|other| other.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Refusal::{Final, Form, Mechanism, Proof, Unclear};

    /// Climbs: what is tried, if each way ends so. `true`: the password was proved.
    fn tried(
        mechanisms: &[&'static str],
        own: &[&'static str],
        may_repeat: bool,
        end: impl Fn(&str) -> (bool, Refusal),
    ) -> String {
        let mut ladder = Ladder::new(mechanisms.iter().copied(), own.iter().copied(), may_repeat);
        let mut tried = Vec::new();
        while let Some(way) = ladder.next() {
            let initial = !matches!(way, Way::Sasl { initial: false, .. });
            tried.push(format!("{}{}", way.name(), if initial { "" } else { "/2" }));
            let (proved, refusal) = end(way.name());
            ladder.after(way, proved, refusal);
        }
        tried.join(" ")
    }

    const ALL: &[&str] = &[
        "SCRAM-SHA-256-PLUS",
        "SCRAM-SHA-256",
        "CRAM-MD5",
        "PLAIN",
        "LOGIN",
    ];

    #[test]
    fn a_mechanism_that_is_refused_before_a_proof_costs_nothing() {
        for refusal in [Mechanism, Unclear, Proof] {
            assert_eq!(
                tried(ALL, &["USER"], false, |_| (false, refusal)),
                "SCRAM-SHA-256-PLUS SCRAM-SHA-256 CRAM-MD5 PLAIN LOGIN USER"
            );
        }
        assert_eq!(
            tried(ALL, &[], true, |_| (false, Final)),
            "SCRAM-SHA-256-PLUS"
        );
    }

    #[test]
    fn after_a_proof_the_password_itself_is_tried_once_if_nobody_listens() {
        let wrong = |_: &str| (true, Proof);
        let unbound: Vec<_> = ALL.iter().copied().skip(1).collect();
        assert_eq!(
            tried(&unbound, &["USER"], true, wrong),
            "SCRAM-SHA-256 PLAIN"
        );
        assert_eq!(tried(&unbound, &["USER"], false, wrong), "SCRAM-SHA-256");
        assert_eq!(tried(ALL, &["USER"], false, wrong), "SCRAM-SHA-256-PLUS");
        assert_eq!(
            tried(&["CRAM-MD5"], &["USER"], true, wrong),
            "CRAM-MD5 USER"
        );
        assert_eq!(tried(&["CRAM-MD5"], &[], true, wrong), "CRAM-MD5");
        // It was sent as it is: it is wrong.
        assert_eq!(tried(&["PLAIN", "LOGIN"], &["USER"], true, wrong), "PLAIN");
        assert_eq!(tried(&[], &["USER", "APOP"], true, wrong), "USER");
    }

    #[test]
    fn a_binding_may_be_what_was_refused() {
        let wrong = |_: &str| (true, Proof);
        assert_eq!(
            tried(ALL, &["USER"], true, wrong),
            "SCRAM-SHA-256-PLUS SCRAM-SHA-256"
        );
        // Not by another hash: a server that keeps hashes may have that of one alone.
        let others = &["SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "PLAIN"];
        assert_eq!(tried(others, &[], true, wrong), "SCRAM-SHA-1-PLUS PLAIN");
        assert_eq!(tried(ALL, &[], false, wrong), "SCRAM-SHA-256-PLUS");
    }

    #[test]
    fn a_server_that_gives_no_reason_may_know_another_door() {
        let silent = |_: &str| (true, Unclear);
        assert_eq!(
            tried(&["PLAIN", "LOGIN"], &["USER"], true, silent),
            "PLAIN USER"
        );
        assert_eq!(
            tried(&["PLAIN", "LOGIN"], &[], true, silent),
            "PLAIN PLAIN/2"
        );
        assert_eq!(
            tried(&["PLAIN", "LOGIN"], &["USER"], false, silent),
            "PLAIN"
        );
    }

    #[test]
    fn what_is_not_taken_in_one_line_is_said_in_two() {
        let strict = |name: &str| match name {
            "PLAIN" => (true, Form),
            _ => (false, Mechanism),
        };
        assert_eq!(
            tried(&["CRAM-MD5", "PLAIN", "LOGIN"], &[], false, strict),
            "CRAM-MD5 PLAIN PLAIN/2 LOGIN"
        );
    }
}
