//! Bars on one scale, so that gaps are visible.

/// Columns of the widest bar, and of that on a narrow terminal.
const WIDE: usize = 24;
const NARROW: usize = 12;

/// A bar from `start` to `start + length` of `total`, blanks before it. A phase that took any time
/// at all has at least one mark.
pub(super) fn bar(start: f64, length: f64, total: f64, width: usize) -> (usize, usize) {
    if total <= 0.0 {
        return (0, 1);
    }
    let column = |ms: f64| ((ms / total) * width as f64).floor().max(0.0) as usize;
    let from = column(start).min(width.saturating_sub(1));
    let to = column(start + length).clamp(from + 1, width.max(from + 1));
    (from, to - from)
}

/// Columns of the widest bar on a terminal of this width.
pub(super) fn width(terminal: Option<usize>) -> usize {
    match terminal {
        Some(..72) => NARROW,
        _ => WIDE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stay_inside_and_are_never_empty() {
        assert_eq!(bar(0.0, 100.0, 100.0, WIDE), (0, WIDE));
        assert_eq!(bar(0.0, 50.0, 100.0, WIDE), (0, WIDE / 2));
        assert_eq!(bar(99.9, 0.1, 100.0, WIDE), (WIDE - 1, 1));
        assert_eq!(bar(0.0, 0.0, 0.0, WIDE), (0, 1));
        for width in [WIDE, NARROW] {
            for start in 0..200 {
                for length in 0..200 {
                    let (from, marks) = bar(f64::from(start), f64::from(length), 150.0, width);
                    assert!(marks >= 1 && from + marks <= width, "{start} {length}");
                }
            }
        }
    }

    #[test]
    fn narrow_terminals_have_narrow_bars() {
        assert_eq!([Some(60), Some(80), None].map(width), [NARROW, WIDE, WIDE]);
    }
}
