//! Bars on one scale, so that gaps are visible.

/// Columns of the widest bar.
const WIDTH: usize = 24;

/// A bar from `start` to `start + length` of `total`, blanks before it. A phase that took any time
/// at all has at least one mark.
pub(super) fn bar(start: f64, length: f64, total: f64) -> (usize, usize) {
    if total <= 0.0 {
        return (0, 1);
    }
    let column = |ms: f64| ((ms / total) * WIDTH as f64).floor().max(0.0) as usize;
    let from = column(start).min(WIDTH - 1);
    let to = column(start + length).clamp(from + 1, WIDTH);
    (from, to - from)
}

/// Columns of the widest bar.
pub(super) const fn width() -> usize {
    WIDTH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stay_inside_and_are_never_empty() {
        assert_eq!(bar(0.0, 100.0, 100.0), (0, WIDTH));
        assert_eq!(bar(0.0, 50.0, 100.0), (0, WIDTH / 2));
        assert_eq!(bar(99.9, 0.1, 100.0), (WIDTH - 1, 1));
        assert_eq!(bar(0.0, 0.0, 0.0), (0, 1));
        for start in 0..200 {
            for length in 0..200 {
                let (from, marks) = bar(f64::from(start), f64::from(length), 150.0);
                assert!(marks >= 1 && from + marks <= WIDTH, "{start} {length}");
            }
        }
    }
}
