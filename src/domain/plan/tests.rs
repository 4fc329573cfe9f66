//! What plans promise: direction, words, difference, and that nothing is lost or shown that should not be.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use proptest::prelude::*;

mod fallback;
mod tuning;

use super::fixture::{TEXT, applied, context, flag_state, function, function_state, percent, spec};
use super::*;
use crate::domain::lever::LeverContent;
use crate::domain::rollout::FlagSource;

fn plan_of(change: &Change, text: &str) -> Result<Plan, PlanFault> {
    make(change, Some(&flag_state(text)), &context(&spec()))
}

fn signs(plan: &Plan) -> Vec<String> {
    plan.diff
        .iter()
        .map(|line| {
            let sign = match line.sign {
                DiffSign::Same => ' ',
                DiffSign::Removed => '-',
                DiffSign::Added => '+',
                DiffSign::Note => '#',
            };
            format!("{sign}{}", line.text)
        })
        .collect()
}

#[test]
fn a_raise_says_how_much_more() {
    let plan = plan_of(&Change::SetPercent(percent(50)), TEXT).unwrap();
    assert_eq!(
        plan.sentence,
        "partial-results in prod (123456789012, us-east-1) goes from 10 % to 50 %: about 5 times as many sessions"
    );
    assert_eq!(plan.direction, Direction::Raise);
    assert_eq!(
        signs(&plan),
        [
            "-\"rollout_percentage\": 10,",
            "+\"rollout_percentage\": 50,",
            "#the other 3 members stay as they are"
        ]
    );
    assert_eq!(plan.calls[0], "ssm:GetParameter (v42 expected)");
    assert_eq!(plan.undo, "one key, lowers back to 10 %");
    assert_eq!(plan.time_to_effect.as_secs(), 60);
    assert_eq!(
        plan.aws_cli,
        format!(
            "aws ssm put-parameter --name /audio-transcription/partial-results/config --type String --overwrite --value '{}' --region us-east-1",
            TEXT.replace("10", "50")
        )
    );
    assert_eq!(plan.write, Write::Document(TEXT.replace("10", "50")));
}

#[test]
fn a_disable_keeps_the_percentage_and_twice_is_nothing() {
    let plan = plan_of(&Change::Disable, TEXT).unwrap();
    assert_eq!(plan.direction, Direction::Lower);
    assert_eq!(
        (plan.before, plan.after),
        (Some(percent(10)), Percent::ZERO)
    );
    assert!(plan.sentence.ends_with(
        "is disabled and goes from 10 % to 0 %: nobody is treated any more; the percentage stays at 10 %"
    ));
    let off = TEXT.replace("true", "false");
    let again = plan_of(&Change::Disable, &off).unwrap();
    assert!(again.is_no_op() && again.calls.is_empty() && again.aws_cli.is_empty());
    assert!(again.sentence.contains("is disabled already"));
    assert_eq!(again.direction, Direction::Neutral);
    let on = plan_of(&Change::SetPercent(percent(10)), &off).unwrap();
    assert_eq!(on.direction, Direction::Raise);
    assert_eq!(
        signs(&on),
        [
            "-\"enabled\": false,",
            "+\"enabled\": true,",
            "#the other 3 members stay as they are"
        ]
    );
    let same = plan_of(&Change::SetPercent(percent(10)), TEXT).unwrap();
    assert!(same.is_no_op() && same.sentence.contains("is at 10 % already"));
    let zero_of_off = plan_of(&Change::SetPercent(Percent::ZERO), &off).unwrap();
    assert_eq!(zero_of_off.direction, Direction::Neutral);
}

#[test]
fn listed_users_count_for_direction_and_words() {
    let listed = r#"{"enabled":true,"rollout_percentage":10,"enabled_groups":["internal"]}"#;
    let zero = plan_of(&Change::SetPercent(Percent::ZERO), listed).unwrap();
    assert!(
        zero.sentence
            .ends_with("nobody is treated any more but 1 listed users or groups")
    );
    assert!(
        zero.warnings
            .iter()
            .any(|w| w.contains("a disable takes them off too"))
    );
    let restore = |text: &str| Change::Restore {
        version: Revision("41".to_owned()),
        text: text.to_owned(),
    };
    let more = plan_of(
        &restore(listed),
        r#"{"enabled":true,"rollout_percentage":50}"#,
    )
    .unwrap();
    assert_eq!(more.direction, Direction::Raise);
    let at_zero = listed.replace("10", "0");
    let off = plan_of(&Change::Disable, &at_zero).unwrap();
    assert_eq!(off.direction, Direction::Lower);
    let on = plan_of(
        &restore(&at_zero),
        r#"{"enabled":false,"rollout_percentage":0}"#,
    )
    .unwrap();
    assert_eq!(on.direction, Direction::Raise);
}

#[test]
fn an_old_text_is_restored_by_what_it_says() {
    let restore = |text: &str| Change::Restore {
        version: Revision("40".to_owned()),
        text: text.to_owned(),
    };
    let lower = plan_of(&restore(r#"{"enabled":true,"rollout_percentage":5}"#), TEXT).unwrap();
    assert_eq!(lower.direction, Direction::Lower);
    assert!(
        lower
            .sentence
            .contains("gets the text of v40 and goes from 10 % to 5 %")
    );
    let tuned = plan_of(&restore(&TEXT.replace("0.85", "0.9")), TEXT).unwrap();
    assert_eq!(tuned.direction, Direction::Neutral);
    let spaced = plan_of(&restore(&TEXT.replace('\n', " ")), TEXT).unwrap();
    assert!(signs(&spaced).contains(&"#only spacing differs".to_owned()));
    assert!(plan_of(&restore(TEXT), TEXT).unwrap().is_no_op());
    let fault = plan_of(&restore(&TEXT.replace("0.85", "8.5")), TEXT).unwrap_err();
    assert!(
        fault
            .text
            .contains("v40 is not a valid flag document: min_stability_threshold")
    );
    let off = TEXT.replace("0.85", "8.5").replace("true", "false");
    let plan = plan_of(&restore(&off), TEXT).unwrap();
    assert_eq!(plan.direction, Direction::Lower);
    assert!(
        plan.warnings
            .iter()
            .any(|w| w.contains("not a valid flag document"))
    );
}

#[test]
fn what_cannot_be_read_is_disabled_blindly() {
    let spec = spec();
    let mut context = context(&spec);
    context.history_last_good = Some((Revision("41".to_owned()), TEXT.to_owned()));
    for broken in [None, Some(flag_state("oops"))] {
        let fault = make(&Change::Disable, broken.as_ref(), &context).unwrap_err();
        let change = *fault.instead.unwrap();
        assert!(matches!(&change, Change::DisableBlind { last_good: Some(text) } if text == TEXT));
        let plan = make(&change, broken.as_ref(), &context).unwrap();
        assert_eq!(plan.write, Write::Document(TEXT.replace("true", "false")));
        assert_eq!(plan.direction, Direction::Lower);
        assert!(plan.warnings.iter().any(|w| w.contains("(v41)")));
        let replaced = broken.map_or(Replaced::Unknown, |_| Replaced::Document("oops".to_owned()));
        assert_eq!(plan.replaced, replaced);
        assert!(
            make(&Change::SetPercent(percent(5)), None, &context)
                .unwrap_err()
                .instead
                .is_none()
        );
    }
    context.history_last_good = None;
    let bare = Change::DisableBlind { last_good: None };
    let plan = make(&bare, None, &context).unwrap();
    assert_eq!(
        plan.write,
        Write::Document(crate::domain::flag::BARE_DISABLED.to_owned())
    );
    assert!(
        plan.warnings
            .iter()
            .any(|w| w.contains("all other members are lost"))
    );
}

#[test]
fn ssm_limits_are_met_before_sending_and_a_file_has_none() {
    let pad = 4096 - TEXT.len() - ",\"pad\":\"\"".len();
    let full = TEXT.replace("\n}", &format!(",\"pad\":\"{}\"\n}}", "x".repeat(pad)));
    assert_eq!(full.len(), 4096);
    let fault = plan_of(&Change::Disable, &full).unwrap_err();
    assert!(fault.text.contains("4097"));
    let way_out = *fault.instead.unwrap();
    assert!(!plan_of(&way_out, &full).unwrap().is_no_op());
    let mut spec = spec();
    spec.flag.source = FlagSource::File("config/feature flags.json".to_owned());
    let mut state = flag_state(&full);
    state.resource = "config/feature flags.json".to_owned();
    let plan = make(&Change::Disable, Some(&state), &context(&spec)).unwrap();
    assert!(plan.aws_cli.ends_with("> 'config/feature flags.json.new' && mv 'config/feature flags.json.new' 'config/feature flags.json'"));
    assert!(plan.calls[1].contains("a new file beside"));
    let advanced = full.replace("xx", "xxx");
    assert!(plan_of(&Change::Disable, &advanced).is_ok());
}

#[test]
fn the_environment_that_brings_it_back_is_told() {
    let spec = spec();
    let fallback = function_state(function(&[("ROLLOUT_PERCENTAGE", "100")]));
    let mut context = context(&spec);
    context.fallback_state = Some(&fallback);
    context.exposure_before = Some(percent(50));
    let plan = make(&Change::Disable, Some(&flag_state(TEXT)), &context).unwrap();
    assert!(
        plan.warnings
            .iter()
            .any(|w| w.contains("ROLLOUT_PERCENTAGE=100: the feature comes back"))
    );
    assert!(plan.warnings.iter().any(|w| w.contains("up to 50 %")));
}

#[test]
fn an_undo_keeps_what_somebody_else_wrote() {
    let spec = spec();
    let (order, outcome) = applied(&Change::Disable, &flag_state(TEXT), &spec);
    let mut now = flag_state(&TEXT.replace("true", "false"));
    now.revision = Revision("43".to_owned());
    let shape = &spec.flag.shape;
    let exact = undo(&order, &outcome, Some(&now), shape).unwrap();
    let plan = make(&exact, Some(&now), &context(&spec)).unwrap();
    assert_eq!(plan.write, Write::Document(TEXT.to_owned()));
    assert_eq!(plan.direction, Direction::Raise);
    now.revision = Revision("44".to_owned());
    now.content = LeverContent::Document(TEXT.replace("true", "false").replace("0.85", "0.9"));
    let careful = undo(&order, &outcome, Some(&now), shape).unwrap();
    assert_eq!(careful, Change::SetPercent(percent(10)));
    for outcome in [
        Outcome::NoOp,
        Outcome::Unknown {
            reason: String::new(),
        },
    ] {
        assert_eq!(undo(&order, &outcome, Some(&now), shape), None);
    }
}

proptest! {
    /// Whatever the flag says, a plan that is called lower or neutral treats no session that was not treated before.
    #[test]
    fn no_plan_raises_under_another_name(enabled: bool, from in 0_u8..=100, to in 0_u8..=100, old_enabled: bool, old in 0_u8..=100, which in 0..3) {
        let text = format!(r#"{{"enabled":{enabled},"rollout_percentage":{from}}}"#);
        let change = match which {
            0 => Change::Disable,
            1 => Change::SetPercent(percent(to)),
            _ => Change::Restore {
                version: Revision("1".to_owned()),
                text: format!(r#"{{"enabled":{old_enabled},"rollout_percentage":{old}}}"#),
            },
        };
        let plan = plan_of(&change, &text).unwrap();
        let before = plan.before.unwrap();
        prop_assert_eq!(before.get(), if enabled { from } else { 0 });
        match plan.direction {
            Direction::Raise => prop_assert!(plan.after > before),
            Direction::Lower => prop_assert!(plan.after < before),
            Direction::Neutral => prop_assert_eq!(plan.after, before),
        }
        if which == 0 {
            prop_assert!(plan.direction != Direction::Raise);
        }
    }
}
