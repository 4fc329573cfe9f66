//! Tells a fresh Enter from one that is held down, so that a key that leans on the table confirms nothing. What is said of Enter goes
//! for every key that confirms.

/// Enter counts this many milliseconds after what it confirms was shown, and after the last Enter. A key that is held down
/// repeats faster than that.
const FRESH_MS: u64 = 300;
/// Enter counts only so many milliseconds after an Enter that brought up what it would confirm: a key that is held down repeats for
/// the first time after as long as two thirds of a second.
const OWN_MS: u64 = 800;

/// What is known of Enter, in milliseconds of the machine's monotonic clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EnterWatch {
    /// The key press that is being handled.
    pressing: Option<u64>,
    /// When what is on top was shown; `None` when it came by itself and no key was pressed since.
    shown: Option<u64>,
    /// When Enter last went down.
    last: Option<u64>,
    fresh: bool,
}

impl EnterWatch {
    /// A key went down.
    pub fn pressed(&mut self, is_enter: bool, at_ms: u64) {
        self.pressing = Some(at_ms);
        // Something that came up by itself may have come up under a finger: it counts from the first key after it.
        let shown = *self.shown.get_or_insert(at_ms);
        let wait = if self.last == Some(shown) {
            OWN_MS
        } else {
            FRESH_MS
        };
        let long_ago = |then: u64| at_ms.saturating_sub(then) >= wait;
        self.fresh = is_enter && long_ago(shown) && self.last.is_none_or(long_ago);
        if is_enter {
            self.last = Some(at_ms);
        }
    }

    /// What follows was asked for by a word of its own, which no leaning hand writes.
    pub fn meant(&mut self) {
        self.pressing = None;
        self.fresh = true;
    }

    /// The key press was handled.
    pub fn handled(&mut self) {
        self.pressing = None;
        self.fresh = false;
    }

    /// Something new is on top.
    pub fn shown(&mut self) {
        self.shown = self.pressing;
        self.fresh = false;
    }

    /// Whether the key that is being handled is an Enter that may confirm what is on top.
    pub fn is_fresh(&self) -> bool {
        self.fresh
    }
}

#[cfg(test)]
mod tests {
    use super::EnterWatch;

    fn enters(watch: &mut EnterWatch, at: &[u64]) -> Vec<bool> {
        let press = |at: &u64| {
            watch.pressed(true, *at);
            let fresh = watch.is_fresh();
            watch.handled();
            fresh
        };
        at.iter().map(press).collect()
    }

    #[test]
    fn a_held_enter_never_counts_and_a_fresh_one_does() {
        let mut watch = EnterWatch::default();
        watch.pressed(false, 1_000);
        watch.shown();
        watch.handled();
        let held: Vec<u64> = (1..60).map(|n| 1_000 + n * 33).collect();
        assert!(enters(&mut watch, &held).iter().all(|fresh| !fresh));
        assert_eq!(enters(&mut watch, &[4_000]), [true]);
    }

    #[test]
    fn an_enter_that_is_held_from_before_the_question_does_not_answer_it() {
        for first_repeat in [250, 500, 660, 790] {
            let mut watch = EnterWatch::default();
            watch.pressed(true, 9_000);
            watch.shown();
            watch.handled();
            let held: Vec<u64> = (0..90).map(|n| 9_000 + first_repeat + n * 33).collect();
            assert!(
                enters(&mut watch, &held).iter().all(|fresh| !fresh),
                "{first_repeat}"
            );
            let last = held.last().map_or(0, |last| *last);
            assert_eq!(enters(&mut watch, &[last + 300]), [true]);
        }
    }

    #[test]
    fn what_came_by_itself_counts_from_the_first_key_after_it() {
        let mut watch = EnterWatch::default();
        watch.shown();
        assert_eq!(
            enters(&mut watch, &[90_000, 90_200, 90_600]),
            [false, false, true]
        );
        watch.shown();
        watch.pressed(false, 95_000);
        watch.handled();
        assert_eq!(enters(&mut watch, &[95_400]), [true]);
    }

    #[test]
    fn a_clock_that_jumps_back_confirms_nothing() {
        let mut watch = EnterWatch::default();
        assert_eq!(
            enters(&mut watch, &[u64::MAX, 5, 400]),
            [false, false, false]
        );
    }
}
