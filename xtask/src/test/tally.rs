//! Counting what libtest says, so that a run with nothing in it does not look green.

/// A sum over all test binaries.
#[derive(Debug, Default, PartialEq, Clone, Copy)]
pub(super) struct Tally {
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) ignored: usize,
}

impl Tally {
    /// Takes a line of output; only `test result: ok. 5 passed; 0 failed; 1 ignored; ...` counts.
    pub(super) fn read(&mut self, line: &str) {
        let Some((_, counts)) = line
            .trim()
            .strip_prefix("test result: ")
            .and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        for part in counts.split(';') {
            let mut words = part.split_whitespace();
            let Some(count) = words.next().and_then(|word| word.parse::<usize>().ok()) else {
                continue;
            };
            match words.next() {
                Some("passed") => self.passed += count,
                Some("failed") => self.failed += count,
                Some("ignored") => self.ignored += count,
                _ => {}
            }
        }
    }

    pub(super) fn executed(&self) -> usize {
        self.passed + self.failed
    }

    /// Adds a run of tests that an earlier run had ignored.
    pub(super) fn add_formerly_ignored(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored = self.ignored.saturating_sub(other.executed());
    }

    /// The closing line. A step that broke without a failed test counts as one: red must not look green.
    pub(super) fn closing(&self, broken: bool) -> String {
        let failed = if broken {
            self.failed.max(1)
        } else {
            self.failed
        };
        let skipped = if self.ignored > 0 {
            format!(", {} skipped", self.ignored)
        } else {
            String::new()
        };
        format!("{} passed, {failed} failed{skipped}", self.passed)
    }
}

/// How many tests `--list` has named.
pub(super) fn listed(output: &str) -> usize {
    output
        .lines()
        .filter(|line| line.ends_with(": test"))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
running 3 tests
test a ... ok
test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.01s
test result: passed is not a result
   Doc-tests x
test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s; merged doctests
";

    #[test]
    fn results_of_all_binaries_are_summed() {
        let mut tally = Tally::default();
        OUTPUT.lines().for_each(|line| tally.read(line));
        assert_eq!(
            tally,
            Tally {
                passed: 6,
                failed: 2,
                ignored: 1
            }
        );
        assert_eq!(tally.closing(true), "6 passed, 2 failed, 1 skipped");
    }

    #[test]
    fn a_real_server_test_is_skipped_until_it_runs() {
        let mut tally = Tally {
            passed: 1,
            failed: 0,
            ignored: 5,
        };
        tally.add_formerly_ignored(Tally {
            passed: 5,
            failed: 0,
            ignored: 0,
        });
        assert_eq!(tally.closing(false), "6 passed, 0 failed");
    }

    #[test]
    fn a_broken_step_is_never_zero_failed() {
        assert_eq!(Tally::default().closing(true), "0 passed, 1 failed");
    }

    #[test]
    fn a_list_names_tests_not_benchmarks() {
        assert_eq!(
            listed(
                "pop3::plain: test\npop3::stls: test\nspeed: benchmark\n\n2 tests, 1 benchmark\n"
            ),
            2
        );
    }
}
