//! Whether a file has changed.

use crate::mirror::{Compare, Item, Stamp, TransferReason};

/// Why a file has to be transferred again; `None` if it has not to be.
pub(super) fn changed(source: &Item, target: &Item, by: Compare) -> Option<TransferReason> {
    let size = match (source.size, target.size) {
        (Some(ours), Some(theirs)) if ours != theirs => return Some(TransferReason::Size),
        (Some(_), Some(_)) => Some(()),
        _ => None,
    };
    match by {
        Compare::Always => Some(TransferReason::Asked),
        Compare::SizeOnly => size.is_none().then_some(TransferReason::Unclear),
        Compare::SizeAndTime => match (source.modified, target.modified) {
            (Some(source), Some(target)) => {
                is_newer(source, target).then_some(TransferReason::Newer)
            }
            _ => size.is_none().then_some(TransferReason::Unclear),
        },
    }
}

/// Whether the one is certainly later than the other: a time that is exact to the minute may be
/// any second of that minute.
fn is_newer(source: Stamp, target: Stamp) -> bool {
    let end = target
        .at
        .as_second()
        .saturating_add(target.precision.seconds());
    source.at.as_second() >= end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listing::Precision::{self, Day, Fraction, Minute, Second};
    use crate::mirror::ItemKind;

    fn item(size: Option<u64>, modified: Option<(&str, Precision)>) -> Item {
        Item {
            size,
            modified: modified.map(|(at, precision)| Stamp {
                at: at.parse().unwrap(),
                precision,
            }),
            ..Item::new("f", ItemKind::File)
        }
    }

    #[test]
    fn sizes_decide_first_and_then_times_as_exactly_as_they_are_known() {
        use TransferReason::{Newer, Unclear};
        let at = |time, precision| Some((time, precision));
        for (source, target, reason) in [
            (
                at("2026-03-02T15:13:20Z", Second),
                at("2026-03-02T15:13:20Z", Second),
                None,
            ),
            (
                at("2026-03-02T15:13:21Z", Second),
                at("2026-03-02T15:13:20Z", Second),
                Some(Newer),
            ),
            (
                at("2026-03-02T15:13:19Z", Second),
                at("2026-03-02T15:13:20Z", Second),
                None,
            ),
            (
                at("2026-03-02T15:13:20.9Z", Fraction),
                at("2026-03-02T15:13:20Z", Second),
                None,
            ),
            // The copy's time is known to the minute, or to the day.
            (
                at("2026-03-02T15:13:59Z", Second),
                at("2026-03-02T15:13:00Z", Minute),
                None,
            ),
            (
                at("2026-03-02T15:14:00Z", Second),
                at("2026-03-02T15:13:00Z", Minute),
                Some(Newer),
            ),
            (
                at("2026-03-02T23:00:00Z", Second),
                at("2026-03-02T00:00:00Z", Day),
                None,
            ),
            (
                at("2026-03-03T00:00:00Z", Minute),
                at("2026-03-02T00:00:00Z", Day),
                Some(Newer),
            ),
            // The source's time is known to the day, and the copy was given it.
            (
                at("2026-03-02T00:00:00Z", Day),
                at("2026-03-02T00:00:00Z", Second),
                None,
            ),
            (
                at("2026-03-03T00:00:00Z", Day),
                at("2026-03-02T00:00:00Z", Second),
                Some(Newer),
            ),
            (None, at("2026-03-02T00:00:00Z", Second), None),
            (None, None, None),
        ] {
            let (same, unknown) = (Some(5), None);
            let found = |size| {
                changed(
                    &item(size, source),
                    &item(Some(5), target),
                    Compare::SizeAndTime,
                )
            };
            assert_eq!(found(same), reason, "{source:?} {target:?}");
            let without_size = match (source, target) {
                (Some(_), Some(_)) => reason,
                _ => Some(Unclear),
            };
            assert_eq!(found(unknown), without_size, "{source:?} {target:?}");
            assert_eq!(found(Some(6)), Some(TransferReason::Size));
            let by_size = |size| {
                changed(
                    &item(size, source),
                    &item(Some(5), target),
                    Compare::SizeOnly,
                )
            };
            assert_eq!(by_size(same), None);
            assert_eq!(by_size(unknown), Some(Unclear));
            let always = changed(&item(same, source), &item(Some(5), target), Compare::Always);
            assert_eq!(always, Some(TransferReason::Asked));
        }
    }
}
