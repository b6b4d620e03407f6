//! Sets of numbers (RFC 9051 section 9, `sequence-set`).

/// A set as it was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Set {
    Ranges(Vec<(Place, Place)>),
    /// `$`: what the last search has saved.
    Saved,
}

/// A number, or `*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    At(u32),
    Last,
}

impl Set {
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text == "$" {
            return Some(Self::Saved);
        }
        let ranges = text.split(',').map(|range| match range.split_once(':') {
            Some((from, to)) => Some((place(from)?, place(to)?)),
            None => place(range).map(|place| (place, place)),
        });
        ranges.collect::<Option<_>>().map(Self::Ranges)
    }

    /// The ranges, each from its smaller number to its larger one, given what `*` stands for. None for `$`.
    pub(super) fn ranges(&self, last: u32) -> Vec<(u32, u32)> {
        let number = |place: Place| match place {
            Place::At(number) => number,
            Place::Last => last,
        };
        match self {
            Self::Saved => Vec::new(),
            Self::Ranges(ranges) => ranges
                .iter()
                .map(|(from, to)| (number(*from), number(*to)))
                .map(|(from, to)| (from.min(to), from.max(to)))
                .collect(),
        }
    }

    /// Whether there is a `*` in it.
    pub(super) fn reaches_the_last(&self) -> bool {
        match self {
            Self::Saved => false,
            Self::Ranges(ranges) => ranges
                .iter()
                .any(|(from, to)| *from == Place::Last || *to == Place::Last),
        }
    }

    /// Whether each number is larger than the one before.
    pub(super) fn rises(&self) -> bool {
        let Self::Ranges(ranges) = self else {
            return true;
        };
        let number = |place: Place| match place {
            Place::At(number) => number,
            Place::Last => u32::MAX,
        };
        let mut before = 0;
        ranges.iter().all(|(from, to)| {
            let rises = number(*from) > before && number(*to) >= number(*from);
            before = number(*to);
            rises
        })
    }
}

fn place(text: &str) -> Option<Place> {
    if text == "*" {
        return Some(Place::Last);
    }
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|number| *number > 0)?;
    is_number.then_some(Place::At(number))
}

/// Where the members of some ranges are among these numbers, which rise.
pub(super) fn members(numbers: &[u32], ranges: &[(u32, u32)]) -> Vec<usize> {
    let mut spans: Vec<(usize, usize)> = ranges
        .iter()
        .map(|(from, to)| {
            let begin = numbers.partition_point(|number| number < from);
            (begin, numbers.partition_point(|number| number <= to))
        })
        .collect();
    spans.sort_unstable();
    let mut found = Vec::new();
    let mut reached = 0;
    for (begin, end) in spans {
        found.extend(begin.max(reached)..end.max(reached));
        reached = reached.max(end);
    }
    found
}

/// These numbers, which rise, in the shortest form: `1:3,5`.
pub(super) fn compact(numbers: &[u32]) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for &number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(number) => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    let ranges: Vec<String> = ranges
        .iter()
        .map(|(from, to)| match from == to {
            true => from.to_string(),
            false => format!("{from}:{to}"),
        })
        .collect();
    ranges.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_read_and_resolved() {
        let uids = [2, 3, 5, 8, 13];
        for (text, found) in [
            ("1:*", vec![0, 1, 2, 3, 4]),
            ("5", vec![2]),
            ("4", vec![]),
            ("8:3,5", vec![1, 2, 3]),
            ("*", vec![4]),
            ("99:*", vec![4]),
            ("3:5,2:3,13", vec![0, 1, 2, 4]),
        ] {
            let set = Set::parse(text).unwrap();
            assert_eq!(members(&uids, &set.ranges(13)), found, "{text}");
        }
        for text in ["", "0", "1,", "a", "1:2:3", "-1", "+1", "4294967296"] {
            assert_eq!(Set::parse(text), None, "{text}");
        }
    }

    #[test]
    fn sets_are_written_short() {
        assert_eq!(compact(&[1, 2, 3, 5, 7, 8]), "1:3,5,7:8");
        assert_eq!(compact(&[]), "");
    }

    #[test]
    fn whether_a_set_rises() {
        for (text, rises) in [
            ("1:3,5,9:*", true),
            ("5:1", false),
            ("3,2", false),
            ("2,2", false),
        ] {
            assert_eq!(Set::parse(text).unwrap().rises(), rises, "{text}");
        }
    }
}
