//! What the lever on Parameter Store promises besides: names, secrets, tiers, history, and what it does not send.

use std::time::Duration;

use coalmine::domain::lever::Version;
use coalmine::domain::plan::{Change, Outcome};
use coalmine::domain::{Revision, flag};
use coalmine::ports::ErrorKind;
use libtest_mimic::Trial;
use serde_json::json;

use crate::stage::{self, ME, MY_ARN, Moto, accepted, applied, conflict, refused, text_of, trial};
use crate::stores::{DOCUMENT, Parameter, Store, fresh};
use crate::wire::{BEN, BEN_ARN};

/// Where the parameters live.
#[derive(Clone)]
pub enum Place {
    /// The shared simulator.
    Simulator,
    /// Moto.
    Moto(Moto),
}

impl Place {
    fn url(&self) -> String {
        match self {
            Self::Simulator => stage::shared_simulator().url(),
            Self::Moto(moto) => moto.url(),
        }
    }

    fn is_moto(&self) -> bool {
        matches!(self, Self::Moto(_))
    }

    async fn holding(&self, text: &str) -> Parameter {
        Parameter::at(&self.url(), text, self.is_moto()).await
    }

    async fn empty(&self) -> Parameter {
        Parameter::absent(&self.url(), self.is_moto()).await
    }
}

/// The trials at a place.
pub fn trials(place: &Place) -> Vec<Trial> {
    let mut trials = Vec::new();
    let group = if place.is_moto() {
        "parameter_over_moto"
    } else {
        "parameter"
    };
    macro_rules! promise {
        ($($promise:ident),+ $(,)?) => {
            $({
                let place = place.clone();
                trials.push(trial(format!("{group}::{}", stringify!($promise)), move || {
                    Box::pin(async move { $promise(&place).await })
                }));
            })+
        };
    }
    promise!(
        a_version_or_label_can_be_read_and_is_never_written,
        an_arn_is_as_good_as_a_name,
        a_secret_stays_a_secret_under_its_key,
        a_description_and_an_allowed_pattern_survive,
        the_whole_history_comes_newest_first_over_all_pages,
        a_missing_parameter_is_told_and_a_blind_disable_creates_it,
        a_document_that_cannot_be_parsed_is_replaced_by_the_last_good_one_disabled,
        what_the_store_would_refuse_is_refused_before_it_is_sent,
        an_advanced_parameter_stays_advanced_and_takes_eight_kilobytes,
        a_label_on_the_oldest_of_a_hundred_versions_is_named_with_the_way_out,
        a_parameter_that_is_gone_is_not_made_anew,
        a_parameter_that_was_made_anew_under_the_same_version_is_a_conflict,
        an_earlier_version_is_restored_byte_for_byte,
        an_order_that_was_replaced_since_is_found_in_the_history,
    );
    if !place.is_moto() {
        promise!(
            versions_name_their_authors,
            a_new_parameter_of_the_same_name_has_its_own_author
        );
    }
    trials
}

async fn a_version_or_label_can_be_read_and_is_never_written(place: &Place) {
    let parameter = place.holding(DOCUMENT).await;
    parameter.put(BEN, "{\"enabled\":false,\"rollout_percentage\":0}");
    let label = json!({"Name": parameter.name, "ParameterVersion": 1, "Labels": ["good"]});
    parameter.ask(BEN, "LabelParameterVersion", &label);
    for selector in ["1", "good"] {
        let name = format!("{}:{selector}", parameter.name);
        let pinned = parameter.called(&place.url(), name).await;
        let state = pinned.lever().read().await.unwrap();
        assert_eq!(text_of(&state), DOCUMENT, "{selector}");
        assert_eq!(state.revision.0, "1");
        let order = stage::order(&Change::Disable, &*pinned.lever(), &pinned.spec).await;
        let (reason, hint) = refused(pinned.apply(&order).await);
        assert!(
            reason.contains(selector) && hint.contains("config"),
            "{reason} / {hint}"
        );
        assert_eq!(parameter.version(), 2, "nothing was written");
        assert!(!pinned.lever().history(10).await.unwrap().is_empty());
    }
}

async fn an_arn_is_as_good_as_a_name(place: &Place) {
    let parameter = place.holding(DOCUMENT).await;
    let arn = parameter.shown()["ARN"].as_str().unwrap().to_owned();
    assert!(arn.ends_with(&parameter.name), "{arn}");
    let by_arn = parameter.called(&place.url(), arn).await;
    let order = stage::order(&Change::Disable, &*by_arn.lever(), &by_arn.spec).await;
    let (revision, _) = applied(by_arn.apply(&order).await);
    assert_eq!(revision, "2");
    assert_eq!(parameter.version(), 2, "it is the same parameter");
    assert_eq!(applied(by_arn.lever().verify(&order).await.unwrap()).0, "2");
}

async fn a_secret_stays_a_secret_under_its_key(place: &Place) {
    let parameter = place.empty().await;
    let key = "alias/flags";
    let input =
        json!({"Name": parameter.name, "Value": DOCUMENT, "Type": "SecureString", "KeyId": key});
    parameter.ask(BEN, "PutParameter", &input);
    let order = stage::order(&Change::Disable, &*parameter.lever(), &parameter.spec).await;
    applied(parameter.apply(&order).await);
    assert_eq!(parameter.shown()["Type"], "SecureString");
    let history = json!({"Name": parameter.name, "WithDecryption": true});
    let history = parameter.ask(BEN, "GetParameterHistory", &history);
    assert_eq!(history["Parameters"][1]["KeyId"], key);
    assert_eq!(parameter.stored(), DOCUMENT.replace(":true ", ":false "));
    let read = parameter.lever().history(5).await.unwrap();
    assert_eq!(
        read.last().unwrap().text,
        DOCUMENT,
        "decrypted, for a restore"
    );
}

async fn a_description_and_an_allowed_pattern_survive(place: &Place) {
    let parameter = place.empty().await;
    let input = json!({
        "Name": parameter.name, "Value": DOCUMENT, "Type": "String",
        "Description": "who is treated", "AllowedPattern": "(?s)^\\{.*",
    });
    parameter.ask(BEN, "PutParameter", &input);
    let order = stage::order(&Change::Disable, &*parameter.lever(), &parameter.spec).await;
    applied(parameter.apply(&order).await);
    let history = parameter.ask(BEN, "GetParameterHistory", &json!({"Name": parameter.name}));
    let newest = &history["Parameters"][1];
    assert_eq!(newest["Description"], "who is treated");
    assert_eq!(newest["AllowedPattern"], "(?s)^\\{.*");
}

async fn the_whole_history_comes_newest_first_over_all_pages(place: &Place) {
    let parameter = place.holding(DOCUMENT).await;
    for number in 2..=112 {
        parameter.put(BEN, &format!("{{\"enabled\":false,\"n\":{number}}}"));
    }
    let versions = parameter.lever().history(1_000).await.unwrap();
    let numbers: Vec<_> = versions
        .iter()
        .map(|version| version.revision.0.clone())
        .collect();
    let expected: Vec<_> = (13..=112).rev().map(|n| n.to_string()).collect();
    assert_eq!(numbers, expected, "a hundred, each once");
    for Version {
        revision, text, at, ..
    } in &versions
    {
        assert!(
            text.ends_with(&format!("\"n\":{revision}}}")),
            "{revision}: {text}"
        );
        assert!(at.is_some());
    }
    assert_eq!(parameter.lever().history(3).await.unwrap(), versions[..3]);
}

async fn versions_name_their_authors(place: &Place) {
    let parameter = place.holding(DOCUMENT).await;
    let order = stage::order(&Change::Disable, &*parameter.lever(), &parameter.spec).await;
    applied(parameter.apply(&order).await);
    let versions = parameter.lever().history(10).await.unwrap();
    let authors: Vec<_> = versions.iter().filter_map(|v| v.by.as_deref()).collect();
    assert_eq!(authors, [MY_ARN, BEN_ARN]);
    let state = parameter.lever().read().await.unwrap();
    assert_eq!(state.changed_by.as_deref(), Some(MY_ARN));
    assert_eq!(state.changed_at, versions[0].at);
}

async fn a_new_parameter_of_the_same_name_has_its_own_author(place: &Place) {
    let parameter = place.holding(DOCUMENT).await;
    let state = parameter.lever().read().await.unwrap();
    assert_eq!(state.changed_by.as_deref(), Some(BEN_ARN));
    parameter.ask(BEN, "DeleteParameter", &json!({"Name": parameter.name}));
    stage::shared_simulator()
        .clock()
        .advance(Duration::from_millis(20));
    parameter.put(ME, DOCUMENT);
    let state = parameter.lever().read().await.unwrap();
    assert_eq!(
        (state.revision.0.as_str(), state.changed_by.as_deref()),
        ("1", Some(MY_ARN))
    );
}

async fn a_missing_parameter_is_told_and_a_blind_disable_creates_it(place: &Place) {
    let parameter = place.empty().await;
    let error = parameter.lever().read().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
    assert!(error.hint.contains(&parameter.name), "{}", error.hint);
    let missing = parameter.lever().history(5).await.unwrap_err();
    assert_eq!(missing.kind, ErrorKind::NotFound);
    let blind = Change::DisableBlind { last_good: None };
    let plan = stage::plan(&blind, None, &parameter.spec).unwrap();
    let order = accepted(plan, parameter.now() - Duration::from_mins(3));
    let (reason, _) = refused(parameter.lever().verify(&order).await.unwrap());
    assert!(reason.contains("does not exist"), "{reason}");
    let (revision, note) = applied(parameter.apply(&order).await);
    assert_eq!(revision, "1");
    assert!(note.contains("created"), "{note}");
    assert_eq!(parameter.stored(), flag::BARE_DISABLED);
    assert_eq!(parameter.shown()["Type"], "String");
}

async fn a_document_that_cannot_be_parsed_is_replaced_by_the_last_good_one_disabled(place: &Place) {
    let parameter = place.holding(DOCUMENT).await;
    let broken = "{\"enabled\": tru";
    parameter.put(BEN, broken);
    let state = parameter.lever().read().await.unwrap();
    assert_eq!(text_of(&state), broken);
    let fault = stage::plan(&Change::Disable, Some(&state), &parameter.spec).unwrap_err();
    assert!(
        matches!(fault.instead.as_deref(), Some(Change::DisableBlind { .. })),
        "{fault:?}"
    );
    let versions = parameter.lever().history(10).await.unwrap();
    let good = versions.iter().find(|v| v.text != broken).unwrap();
    let blind = Change::DisableBlind {
        last_good: Some(good.text.clone()),
    };
    let order = stage::order(&blind, &*parameter.lever(), &parameter.spec).await;
    assert_eq!(applied(parameter.apply(&order).await).0, "3");
    assert_eq!(parameter.stored(), DOCUMENT.replace(":true ", ":false "));
}

async fn what_the_store_would_refuse_is_refused_before_it_is_sent(place: &Place) {
    let parameter = place.holding(DOCUMENT).await;
    let long = DOCUMENT.replace("ana", &"a".repeat(4_096));
    let template = DOCUMENT.replace("ana", "{{ssm:other}}");
    let wide = DOCUMENT.replace("ana", &"ü".repeat(2_000));
    for (text, expected) in [
        (long, "bytes"),
        (template, "{{"),
        (wide, "bytes"),
        (String::new(), "empty"),
    ] {
        let mut order = stage::order(&Change::Disable, &*parameter.lever(), &parameter.spec).await;
        order.plan.write = coalmine::domain::plan::Write::Document(text.clone());
        let (reason, hint) = refused(parameter.apply(&order).await);
        assert!(reason.contains(expected), "{reason} / {hint}");
        let restore = Change::Restore {
            version: Revision("1".to_owned()),
            text,
        };
        let state = parameter.lever().read().await.unwrap();
        assert!(stage::plan(&restore, Some(&state), &parameter.spec).is_err());
    }
    assert_eq!(parameter.version(), 1);
    let fits = DOCUMENT.len() - "ana".len();
    let full = DOCUMENT.replace("ana", &"a".repeat(4_096 - fits));
    let restore = Change::Restore {
        version: Revision("1".to_owned()),
        text: full.clone(),
    };
    let order = stage::order(&restore, &*parameter.lever(), &parameter.spec).await;
    applied(parameter.apply(&order).await);
    assert_eq!(parameter.stored(), full, "4096 bytes are not too many");
}

async fn an_advanced_parameter_stays_advanced_and_takes_eight_kilobytes(place: &Place) {
    let parameter = place.empty().await;
    let text = DOCUMENT.replace("ana", &"a".repeat(5_000));
    let input =
        json!({"Name": parameter.name, "Value": text, "Type": "String", "Tier": "Advanced"});
    parameter.ask(BEN, "PutParameter", &input);
    let order = stage::order(&Change::Disable, &*parameter.lever(), &parameter.spec).await;
    applied(parameter.apply(&order).await);
    assert_eq!(parameter.stored(), text.replace(":true ", ":false "));
    let history = parameter.ask(BEN, "GetParameterHistory", &json!({"Name": parameter.name}));
    assert_eq!(history["Parameters"][1]["Tier"], "Advanced");
    let mut order = stage::order(
        &Change::SetPercent(stage::percent(5)),
        &*parameter.lever(),
        &parameter.spec,
    )
    .await;
    order.plan.write =
        coalmine::domain::plan::Write::Document(DOCUMENT.replace("ana", &"a".repeat(8_193)));
    let (reason, _) = refused(parameter.apply(&order).await);
    assert!(reason.contains("8192"), "{reason}");
}

async fn a_label_on_the_oldest_of_a_hundred_versions_is_named_with_the_way_out(place: &Place) {
    let parameter = place.holding(DOCUMENT).await;
    for number in 2..=99 {
        parameter.put(BEN, &format!("{{\"enabled\":false,\"n\":{number}}}"));
    }
    parameter.put(BEN, DOCUMENT);
    let label =
        json!({"Name": parameter.name, "ParameterVersion": 1, "Labels": ["first-known-good"]});
    parameter.ask(BEN, "LabelParameterVersion", &label);
    let order = stage::order(&Change::Disable, &*parameter.lever(), &parameter.spec).await;
    let (reason, hint) = refused(parameter.apply(&order).await);
    assert!(
        reason.contains("`first-known-good`") && reason.contains("version 1,"),
        "{reason}"
    );
    let unlabel = format!(
        "aws ssm unlabel-parameter-version --name {} --parameter-version 1 --labels first-known-good",
        parameter.name
    );
    assert!(hint.contains(&unlabel), "{hint}");
    assert_eq!(
        (parameter.version(), parameter.stored().as_str()),
        (100, DOCUMENT)
    );
    // The second way that the hint names: the label moves to another version.
    let moved =
        json!({"Name": parameter.name, "ParameterVersion": 100, "Labels": ["first-known-good"]});
    parameter.ask(BEN, "LabelParameterVersion", &moved);
    assert_eq!(applied(parameter.apply(&order).await).0, "101");
}

async fn a_parameter_that_is_gone_is_not_made_anew(place: &Place) {
    let parameter = place.holding(DOCUMENT).await;
    let order = stage::order(&Change::Disable, &*parameter.lever(), &parameter.spec).await;
    parameter.ask(BEN, "DeleteParameter", &json!({"Name": parameter.name}));
    let (reason, _) = refused(parameter.apply(&order).await);
    assert!(reason.contains("gone"), "{reason}");
    let input = json!({"Name": parameter.name});
    assert!(parameter.wire.ssm(BEN, "GetParameter", &input).is_err());
}

async fn a_parameter_that_was_made_anew_under_the_same_version_is_a_conflict(place: &Place) {
    let parameter = place.holding(DOCUMENT).await;
    let order = stage::order(&Change::Disable, &*parameter.lever(), &parameter.spec).await;
    parameter.ask(BEN, "DeleteParameter", &json!({"Name": parameter.name}));
    let theirs = parameter.another_writes();
    assert_eq!(parameter.version(), 1, "the number that the plan saw");
    let met = conflict(parameter.apply(&order).await);
    assert_eq!((met.sent, &met.their_text), (false, &theirs));
    assert_eq!(parameter.stored(), theirs);
}

async fn an_earlier_version_is_restored_byte_for_byte(place: &Place) {
    let parameter = place.holding(DOCUMENT).await;
    let stranger = format!(
        "{{\"enabled\":true,\"rollout_percentage\":{}}}",
        fresh() % 90 + 1
    );
    parameter.put(BEN, &stranger);
    let versions = parameter.lever().history(10).await.unwrap();
    let first = versions.last().unwrap();
    let restore = Change::Restore {
        version: first.revision.clone(),
        text: first.text.clone(),
    };
    let order = stage::order(&restore, &*parameter.lever(), &parameter.spec).await;
    assert_eq!(applied(parameter.apply(&order).await).0, "3");
    assert_eq!(parameter.stored(), DOCUMENT);
}

async fn an_order_that_was_replaced_since_is_found_in_the_history(place: &Place) {
    let parameter = place.holding(DOCUMENT).await;
    parameter.ports.caller.identify().await.unwrap();
    let mut order = stage::order(&Change::Disable, &*parameter.lever(), &parameter.spec).await;
    applied(parameter.apply(&order).await);
    parameter.another_writes();
    order.at = parameter.now() - Duration::from_mins(3);
    let outcome = parameter.lever().verify(&order).await.unwrap();
    let Outcome::Applied { revision, note, .. } = outcome else {
        unreachable!("{outcome:?}")
    };
    assert_eq!(revision.0, "2");
    assert!(note.unwrap().contains("version 3 has replaced it"));
}
