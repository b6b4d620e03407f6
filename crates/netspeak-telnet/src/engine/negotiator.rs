//! [`Negotiator`]: RFC 1143's Q method, which cannot loop, and a count for peers that do.

use crate::command::Verb;
use crate::policy::{Answer, Policy};

/// How often an option may change, or be asked for in vain, before it is left alone.
pub(super) const CHANGES: u8 = 32;

/// Whose option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// Ours: we would do it (WILL, asked for by DO).
    Local,
    /// The peer's (DO, told by WILL).
    Remote,
}

/// What became of the peer's word about an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// It is on from now on.
    On,
    /// It is off from now on.
    Off,
    /// It was refused.
    Refused,
    /// It stays as it is.
    Unchanged,
    /// The policy has no answer to it.
    Ignored,
    /// It has changed too often: from now on nothing about it is answered. Told once.
    Looping,
}

/// RFC 1143 section 7; the queue bit is part of the state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Q {
    #[default]
    No,
    Yes,
    /// We have said no, and wait for the answer.
    WantNo,
    /// So, and then we want it after all.
    WantNoThenYes,
    /// We have asked, and wait for the answer.
    WantYes,
    /// So, and then we want it off again.
    WantYesThenNo,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    q: Q,
    changes: u8,
}

/// The states of all options, on both sides.
#[derive(Debug)]
pub(super) struct Negotiator {
    local: [Slot; 256],
    remote: [Slot; 256],
}

impl Negotiator {
    pub(super) fn new() -> Self {
        Self {
            local: [Slot::default(); 256],
            remote: [Slot::default(); 256],
        }
    }

    /// Whether it is on.
    pub(super) fn is_on(&self, side: Side, option: u8) -> bool {
        let slots = match side {
            Side::Local => &self.local,
            Side::Remote => &self.remote,
        };
        let slot = slots.get(usize::from(option));
        // Until the peer has agreed that it is off, it is on.
        slot.is_some_and(|slot| matches!(slot.q, Q::Yes | Q::WantNo | Q::WantNoThenYes))
    }

    /// Whether no answer is awaited.
    pub(super) fn is_settled(&self, side: Side, option: u8) -> bool {
        let slots = match side {
            Side::Local => &self.local,
            Side::Remote => &self.remote,
        };
        let slot = slots.get(usize::from(option));
        slot.is_some_and(|slot| matches!(slot.q, Q::No | Q::Yes))
    }

    /// The peer says this; what is to be answered, and what became of it.
    pub(super) fn heard(
        &mut self,
        verb: Verb,
        option: u8,
        policy: &Policy,
    ) -> (Option<Verb>, Outcome) {
        let (side, is_yes) = match verb {
            Verb::Do => (Side::Local, true),
            Verb::Dont => (Side::Local, false),
            Verb::Will => (Side::Remote, true),
            Verb::Wont => (Side::Remote, false),
        };
        let wish = policy.answer(side, option);
        if wish == Answer::Ignore {
            return (None, Outcome::Ignored);
        }
        let Some(slot) = self.slot(side, option) else {
            return (None, Outcome::Ignored);
        };
        if slot.changes > CHANGES {
            return (None, Outcome::Ignored);
        }
        let before = slot.q;
        let (yes, no) = words(side);
        let (q, answer) = match (before, is_yes) {
            (Q::No, true) if wish == Answer::Accept => (Q::Yes, Some(yes)),
            (Q::No, true) => (Q::No, Some(no)),
            (Q::Yes, true) => (Q::Yes, None),
            // Our no was answered by a yes: the peer errs, and off it is.
            (Q::WantNo, true) => (Q::No, None),
            (Q::WantNoThenYes, true) => (Q::Yes, None),
            (Q::WantYes, true) => (Q::Yes, None),
            (Q::WantYesThenNo, true) => (Q::WantNo, Some(no)),
            (Q::No, false) => (Q::No, None),
            (Q::Yes, false) => (Q::No, Some(no)),
            (Q::WantNo, false) => (Q::No, None),
            (Q::WantNoThenYes, false) => (Q::WantYes, Some(yes)),
            (Q::WantYes | Q::WantYesThenNo, false) => (Q::No, None),
        };
        slot.q = q;
        if answer.is_some() || q != before {
            slot.changes = slot.changes.saturating_add(1);
            if slot.changes > CHANGES {
                return (None, Outcome::Looping);
            }
        }
        let was_on = matches!(before, Q::Yes | Q::WantNo | Q::WantNoThenYes);
        let outcome = match (was_on, matches!(q, Q::Yes), answer == Some(no)) {
            (false, true, _) => Outcome::On,
            (false, false, true) if before == Q::No => Outcome::Refused,
            (_, false, _) if was_on || before != q => Outcome::Off,
            _ => Outcome::Unchanged,
        };
        (answer, outcome)
    }

    /// We want it on, or off: what is to be said, if anything.
    pub(super) fn want(&mut self, side: Side, option: u8, wish: Wish) -> Option<Verb> {
        let (yes, no) = words(side);
        let slot = self.slot(side, option)?;
        if slot.changes > CHANGES {
            return None;
        }
        let (q, word) = match (slot.q, wish) {
            (Q::No, Wish::On) => (Q::WantYes, Some(yes)),
            (Q::Yes, Wish::Off) => (Q::WantNo, Some(no)),
            (Q::WantNo, Wish::On) => (Q::WantNoThenYes, None),
            (Q::WantNoThenYes, Wish::Off) => (Q::WantNo, None),
            (Q::WantYes, Wish::Off) => (Q::WantYesThenNo, None),
            (Q::WantYesThenNo, Wish::On) => (Q::WantYes, None),
            (q, _) => (q, None),
        };
        slot.q = q;
        word
    }

    /// The options that are on, on this side.
    pub(super) fn on(&self, side: Side) -> impl Iterator<Item = u8> {
        (0..=255).filter(move |option| self.is_on(side, *option))
    }

    fn slot(&mut self, side: Side, option: u8) -> Option<&mut Slot> {
        match side {
            Side::Local => self.local.get_mut(usize::from(option)),
            Side::Remote => self.remote.get_mut(usize::from(option)),
        }
    }
}

/// What we want of an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    On,
    Off,
}

/// Our yes and our no.
fn words(side: Side) -> (Verb, Verb) {
    match side {
        Side::Local => (Verb::Will, Verb::Wont),
        Side::Remote => (Verb::Do, Verb::Dont),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ECHO: u8 = 1;

    fn heard(verbs: &[Verb]) -> (Vec<Verb>, Vec<Outcome>) {
        let mut negotiator = Negotiator::new();
        let policy = Policy::default();
        let mut answers = Vec::new();
        let outcomes = verbs.iter().map(|verb| {
            let (answer, outcome) = negotiator.heard(*verb, ECHO, &policy);
            answers.extend(answer);
            outcome
        });
        let outcomes = outcomes.collect();
        (answers, outcomes)
    }

    #[test]
    fn a_yes_is_answered_once() {
        use Outcome::{Off, On, Refused, Unchanged};
        for (verbs, answers, outcomes) in [
            (
                &[Verb::Will, Verb::Will][..],
                &[Verb::Do][..],
                &[On, Unchanged][..],
            ),
            (
                &[Verb::Will, Verb::Wont, Verb::Wont],
                &[Verb::Do, Verb::Dont],
                &[On, Off, Unchanged],
            ),
            (&[Verb::Wont], &[], &[Unchanged]),
            (
                &[Verb::Do, Verb::Do],
                &[Verb::Wont, Verb::Wont],
                &[Refused, Refused],
            ),
            (&[Verb::Dont], &[], &[Unchanged]),
        ] {
            assert_eq!(
                heard(verbs),
                (answers.to_vec(), outcomes.to_vec()),
                "{verbs:?}"
            );
        }
    }

    #[test]
    fn the_queue_bit_keeps_both_wishes_in_order() {
        let policy = Policy::default();
        let mut all = Negotiator::new();
        assert_eq!(all.want(Side::Remote, ECHO, Wish::On), Some(Verb::Do));
        // Changed our mind before the answer, twice: nothing is said until it has come.
        assert_eq!(all.want(Side::Remote, ECHO, Wish::Off), None);
        assert_eq!(all.want(Side::Remote, ECHO, Wish::On), None);
        assert_eq!(all.want(Side::Remote, ECHO, Wish::Off), None);
        let answer = all.heard(Verb::Will, ECHO, &policy);
        assert_eq!(answer, (Some(Verb::Dont), Outcome::Off));
        assert!(all.is_on(Side::Remote, ECHO));
        assert_eq!(all.want(Side::Remote, ECHO, Wish::On), None);
        let answer = all.heard(Verb::Wont, ECHO, &policy);
        assert_eq!(answer.0, Some(Verb::Do));
        assert_eq!(all.heard(Verb::Will, ECHO, &policy), (None, Outcome::On));
        assert_eq!(all.want(Side::Remote, ECHO, Wish::Off), Some(Verb::Dont));
        // A yes to our no is the peer's error, and off it is.
        assert_eq!(all.heard(Verb::Will, ECHO, &policy), (None, Outcome::Off));
        assert!(!all.is_on(Side::Remote, ECHO));
    }

    #[test]
    fn a_loop_is_reported_and_not_followed() {
        let verbs: Vec<Verb> = [Verb::Will, Verb::Wont].repeat(100);
        let (answers, outcomes) = heard(&verbs);
        assert_eq!(answers.len(), usize::from(CHANGES));
        let told = outcomes.iter().filter(|o| **o == Outcome::Looping).count();
        assert_eq!(told, 1);
        assert_eq!(outcomes.last(), Some(&Outcome::Ignored));
        let (refusals, _) = heard(&[Verb::Do; 100]);
        assert_eq!(refusals.len(), usize::from(CHANGES));
    }
}
