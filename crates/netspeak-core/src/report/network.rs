//! What is checked about the way to every server: names, addresses, patience.

use super::{Check, CheckStatus, Report};
use crate::error::Phase;

/// A name that takes longer to look up is worth a word, in milliseconds.
const SLOW_NAME: f64 = 1000.0;

/// A greeting that takes longer is.
const SLOW_GREETING: f64 = 5000.0;

impl Report {
    pub(super) fn check_way(&mut self) {
        self.check_names();
        self.check_families();
        self.check_greeting();
    }

    fn took(&self, phase: Phase) -> Option<f64> {
        let ended = |found: &&super::PhaseFacts| found.name == phase && found.ok;
        self.phases.iter().find(ended).map(|found| found.ms)
    }

    fn check_names(&mut self) {
        let Some(ms) = self.took(Phase::Dns).filter(|ms| *ms >= SLOW_NAME) else {
            return;
        };
        let message = format!("looking the name up took {:.1} s", ms / 1000.0);
        let check = Check::new("dns.slow", CheckStatus::Warn, ms, message);
        let hint = "ask each server in /etc/resolv.conf by itself: the first may be dead";
        self.checks.push(check.expecting("<1000").hint(hint));
    }

    /// Clients that try both families do not notice that one of them is dead; others do.
    fn check_families(&mut self) {
        let works = |family| {
            let of = self.addresses.iter().filter(|found| found.family == family);
            let tried: Vec<bool> = of.filter_map(|found| found.ok).collect();
            (!tried.is_empty()).then(|| tried.contains(&true))
        };
        let (dead, alive) = match (works(6), works(4)) {
            (Some(false), Some(true)) => ("IPv6", "IPv4"),
            (Some(true), Some(false)) => ("IPv4", "IPv6"),
            _ => return,
        };
        let message = format!("no answer over {dead}, while {alive} works");
        let check = Check::new("addresses.family", CheckStatus::Warn, dead, message);
        let hint = format!("open the port for {dead}, or take its addresses out of the DNS");
        self.checks.push(check.expecting("both answer").hint(hint));
    }

    fn check_greeting(&mut self) {
        let Some(ms) = self.took(Phase::Greeting).filter(|ms| *ms >= SLOW_GREETING) else {
            return;
        };
        let message = format!("the greeting took {:.1} s", ms / 1000.0);
        let check = Check::new("greeting.slow", CheckStatus::Warn, ms, message);
        let hint = "usual where a server lets strangers wait (Postfix: postscreen_greet_wait); elsewhere look at its name look-ups";
        self.checks.push(check.expecting("<5000").hint(hint));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::error::{Error, Phase};
    use crate::report::{Report, TargetFacts};
    use crate::trace::{Attempt, Trace};

    async fn ids(phases: &[(Phase, u64)], answers: &[(&str, Option<bool>)]) -> Vec<String> {
        let trace = Trace::new();
        for (phase, ms) in phases {
            trace.begin(*phase);
            tokio::time::advance(Duration::from_millis(*ms)).await;
        }
        trace.end(true);
        let attempts = answers.iter().map(|(ip, ok)| {
            let mut attempt = Attempt::untried(ip.parse().unwrap());
            attempt.tried = ok.is_some();
            attempt.ok = *ok;
            attempt
        });
        trace.set_attempts(attempts.collect());
        let mut report = Report::new(TargetFacts::default());
        report.finish(&trace, Ok::<(), &Error>(()));
        report
            .checks
            .iter()
            .map(|check| check.id.to_string())
            .collect()
    }

    #[tokio::test(start_paused = true)]
    async fn slow_names_slow_greetings_and_dead_families_are_told() {
        let none: [&str; 0] = [];
        assert_eq!(
            ids(&[(Phase::Dns, 999), (Phase::Greeting, 4999)], &[]).await,
            none
        );
        assert_eq!(ids(&[(Phase::Dns, 1000)], &[]).await, ["dns.slow"]);
        assert_eq!(
            ids(&[(Phase::Greeting, 5000)], &[]).await,
            ["greeting.slow"]
        );
        let (v6, v4) = ("2001:db8::1", "192.0.2.1");
        for (answers, expected) in [
            (
                vec![(v6, Some(false)), (v4, Some(true))],
                &["addresses.family"][..],
            ),
            (
                vec![(v6, Some(true)), (v4, Some(false))],
                &["addresses.family"],
            ),
            (vec![(v6, Some(true)), (v4, None)], &[]),
            (vec![(v6, Some(false)), (v4, Some(false))], &[]),
            (vec![(v6, Some(true)), (v4, Some(true))], &[]),
        ] {
            assert_eq!(ids(&[], &answers).await, expected, "{answers:?}");
        }
    }
}
