//! The next stage, the one before, and what "reduce to" may mean. It plans nothing.

use crate::domain::Percent;
use crate::domain::rollout::Stage;

/// The lowest stage above the current percentage.
pub fn next_stage(stages: &[Stage], current: Percent) -> Option<Percent> {
    let above = |percent: &Percent| *percent > current;
    stages.iter().map(|stage| stage.percent).filter(above).min()
}

/// The highest stage below the current percentage; 0 from the first one, `None` at 0.
pub fn previous_stage(stages: &[Stage], current: Percent) -> Option<Percent> {
    let below = |percent: &Percent| *percent < current;
    let stage = stages.iter().map(|stage| stage.percent).filter(below).max();
    (current > Percent::ZERO).then(|| stage.unwrap_or(Percent::ZERO))
}

/// What "reduce to `target`" means at `current`: the target where it lies below, else one stage back (0 from the first), with the
/// reason. Never above `current`.
pub fn reduce_to(current: Percent, target: Percent, stages: &[Stage]) -> (Percent, Option<String>) {
    if target < current {
        return (target, None);
    }
    match previous_stage(stages, current) {
        Some(back) => {
            let relation = if target == current {
                "is"
            } else {
                "lies above"
            };
            let why = format!(
                "{target} {relation} the current {current}: one stage back instead, to {back}"
            );
            (back, Some(why))
        }
        None => (Percent::ZERO, Some("exposure is at 0 % already".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stages(percents: &[u8]) -> Vec<Stage> {
        percents
            .iter()
            .filter_map(|p| Percent::new(*p))
            .map(|percent| Stage {
                percent,
                bake: None,
            })
            .collect()
    }

    fn reduced(current: u8, target: u8) -> (u8, Option<String>) {
        let percent = |p| Percent::new(p).unwrap_or_default();
        let (to, why) = reduce_to(percent(current), percent(target), &stages(&[10, 50, 100]));
        (to.get(), why)
    }

    #[test]
    fn a_reduction_goes_to_its_target_or_one_stage_back() {
        assert_eq!(reduced(100, 50), (50, None));
        assert_eq!(reduced(60, 50), (50, None));
        let (to, why) = reduced(50, 50);
        assert_eq!(to, 10);
        assert_eq!(
            why.as_deref(),
            Some("50 % is the current 50 %: one stage back instead, to 10 %")
        );
        assert_eq!(reduced(10, 50).0, 0);
        assert!(
            reduced(10, 50)
                .1
                .is_some_and(|why| why.contains("lies above"))
        );
        assert_eq!(reduced(30, 50).0, 10);
        assert_eq!(reduced(0, 50).0, 0);
    }

    #[test]
    fn stages_are_found_from_between_them() {
        let stages = stages(&[10, 50, 100]);
        let percent = |p| Percent::new(p).unwrap_or_default();
        let next = |p| next_stage(&stages, percent(p)).map(Percent::get);
        let previous = |p| previous_stage(&stages, percent(p)).map(Percent::get);
        assert_eq!(
            [next(0), next(10), next(49), next(100)],
            [Some(10), Some(50), Some(50), None]
        );
        assert_eq!(
            [
                previous(0),
                previous(5),
                previous(10),
                previous(51),
                previous(100)
            ],
            [None, Some(0), Some(0), Some(50), Some(50)]
        );
    }

    proptest! {
        #[test]
        fn a_reduction_never_raises(current in 0_u8..=100, target in 0_u8..=100, percents in prop::collection::vec(0_u8..=100, 0..6)) {
            let percent = |p| Percent::new(p).unwrap_or_default();
            let (to, why) = reduce_to(percent(current), percent(target), &stages(&percents));
            prop_assert!(to.get() < current || current == 0 && to.get() == 0);
            prop_assert!(to.get() == target || why.is_some());
        }
    }
}
