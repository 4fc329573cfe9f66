//! What the lever on a Lambda function's environment promises besides: nothing unread is replaced, nothing unlisted is lost, and an
//! update is done when it is in force. Aliases stand in `traffic`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use coalmine::domain::lever::{FunctionState, LeverContent, UpdateStatus};
use coalmine::domain::plan::{Change, Order, Outcome, Replaced, Write};
use coalmine::ports::ErrorKind;
use coalmine::sim::world::Scenario;
use libtest_mimic::Trial;

use crate::functions::{Function, Own};
use crate::gate::{self, Doorman};
use crate::stage::{self, ME, applied, conflict, refused, trials, unknown};
use crate::stores::Store;

const UPDATE: &str = "lambda:UpdateFunctionConfiguration";

/// The trials.
pub fn trials() -> Vec<Trial> {
    trials!("function":
        an_update_is_done_when_lambda_says_successful,
        an_update_between_look_and_write_is_a_conflict_by_revision_id,
        an_update_in_progress_is_waited_for_by_the_person_not_raced,
        an_update_that_lambda_is_busy_for_is_refused_with_what_helps,
        an_environment_that_cannot_be_decrypted_is_never_replaced,
        an_update_that_fails_is_told_with_lambdas_reason,
        an_update_that_goes_on_is_waited_for_and_open_until_it_ends,
        an_answer_that_never_came_is_read_back_as_applied,
        an_update_that_vanished_is_unknown_and_not_repeated,
        a_refused_update_is_sent_once_and_says_what_helps,
        what_lambda_would_refuse_is_named_and_not_sent,
        a_plan_that_forgets_a_variable_is_not_sent,
        a_plan_without_a_revision_is_not_sent,
        a_name_with_a_qualifier_is_never_written,
        an_empty_environment_is_one_to_merge_into,
        a_missing_function_is_told_by_name,
    )
}

async fn alone(faults: &[&str]) -> Function {
    let function = Function::over(
        Arc::new(Own(stage::simulator(Scenario::Healthy, &[]))),
        None,
    )
    .await;
    function.wire.faults(faults);
    function
}

pub async fn aliased() -> Function {
    let sim = stage::simulator(Scenario::Healthy, &[]);
    Function::over(Arc::new(Own(sim)), Some("live")).await
}

pub async fn fallback_on(function: &Function) -> Order {
    stage::order(&Change::FallbackOn, &*function.lever(), &function.spec).await
}

pub async fn state(function: &Function) -> FunctionState {
    match function.lever().read().await.unwrap().content {
        LeverContent::Function(state) => state,
        LeverContent::Document(_) => unreachable!("a function holds variables"),
    }
}

async fn an_update_is_done_when_lambda_says_successful() {
    let function = alone(&[]).await;
    let order = fallback_on(&function).await;
    let outcome = {
        let lever = function.lever();
        let update = lever.apply(&order);
        tokio::pin!(update);
        let early = tokio::time::timeout(Duration::from_millis(1_500), &mut update).await;
        assert!(early.is_err(), "in progress: {early:?}");
        assert_eq!(function.runs_with(None), Function::before());
        assert_eq!(state(&function).await.update, UpdateStatus::InProgress);
        function.settle();
        update.await
    };
    applied(outcome);
    assert_eq!(function.runs_with(None), Function::after());
    assert_eq!(function.wire.arrived(UPDATE), 1);
}

async fn an_update_between_look_and_write_is_a_conflict_by_revision_id() {
    let function = alone(&["lambda:UpdateFunctionConfiguration=delay:1500,times=1"]).await;
    let order = fallback_on(&function).await;
    let mut theirs = Function::before();
    theirs.insert("LOG_LEVEL".to_owned(), "DEBUG".to_owned());
    let meanwhile = async {
        function.wire.until(UPDATE, 1).await;
        function.replace(&theirs);
        function.settle();
    };
    let (outcome, ()) = tokio::join!(function.apply(&order), meanwhile);
    let met = conflict(outcome);
    assert!(!met.sent, "Lambda took nothing of ours");
    assert!(
        met.now_text.contains("LOG_LEVEL") && !met.now_text.contains("hunter2"),
        "{}",
        met.now_text
    );
    assert_eq!(function.runs_with(None), theirs);
}

async fn an_update_in_progress_is_waited_for_by_the_person_not_raced() {
    let function = alone(&[]).await;
    let order = fallback_on(&function).await;
    function.replace(&Function::before());
    let fault = {
        let state = function.lever().read().await.unwrap();
        stage::plan(&Change::FallbackOn, Some(&state), &function.spec).unwrap_err()
    };
    assert!(
        fault.text.contains("being updated") && fault.hint.contains("Successful"),
        "{fault:?}"
    );
    let (reason, hint) = refused(function.lever().apply(&order).await);
    assert!(
        reason.contains("in progress") && hint.contains("again"),
        "{reason} / {hint}"
    );
    assert_eq!(function.wire.arrived(UPDATE), 1, "theirs");
    function.settle();
    let order = fallback_on(&function).await;
    applied(function.apply(&order).await);
}

async fn an_update_that_lambda_is_busy_for_is_refused_with_what_helps() {
    let function = alone(&["lambda:UpdateFunctionConfiguration=delay:1500,times=1"]).await;
    let order = fallback_on(&function).await;
    let meanwhile = async {
        function.wire.until(UPDATE, 1).await;
        function.replace(&Function::before());
    };
    let lever = function.lever();
    let (outcome, ()) = tokio::join!(lever.apply(&order), meanwhile);
    let (reason, hint) = refused(outcome);
    assert!(
        reason.contains("ResourceConflictException") && hint.contains("press the key again"),
        "{reason} / {hint}"
    );
    assert_eq!(
        function.stored(),
        serde_json::to_string(&Function::before()).unwrap()
    );
}

async fn an_environment_that_cannot_be_decrypted_is_never_replaced() {
    let function = alone(&[]).await;
    let order = fallback_on(&function).await;
    function
        .wire
        .faults(&["lambda:GetFunctionConfiguration=kms"]);
    let read = function.lever().read().await.unwrap();
    let fault = stage::plan(&Change::FallbackOn, Some(&read), &function.spec).unwrap_err();
    assert!(fault.hint.contains("kms:Decrypt"), "{fault:?}");
    let why = state(&function).await.variables.unwrap_err();
    assert!(why.contains("AccessDenied"), "{why}");
    let (reason, hint) = refused(function.apply(&order).await);
    assert!(
        reason.contains("could not be read") && hint.contains("kms:Decrypt"),
        "{reason} / {hint}"
    );
    let open = unknown(function.lever().verify(&order).await.unwrap());
    assert!(open.contains("cannot be read"), "{open}");
    assert_eq!(function.wire.arrived(UPDATE), 0);
    function.wire.faults(&[]);
    assert_eq!(function.runs_with(None), Function::before());
}

/// Makes of every update in progress one that has failed.
struct Breaks;

impl Doorman for Breaks {
    fn change(&self, _: &str, body: String) -> String {
        body.replace("\"InProgress\"", "\"Failed\"")
            .replace("The function is being created.", "The KMS key is disabled.")
    }
}

async fn an_update_that_fails_is_told_with_lambdas_reason() {
    let sim = stage::simulator(Scenario::Healthy, &[]);
    let url = gate::open(&sim.url(), Arc::new(Breaks));
    let function = Function::through(Arc::new(Own(sim)), &url, None).await;
    let order = fallback_on(&function).await;
    let (reason, hint) = refused(function.lever().apply(&order).await);
    assert!(reason.contains("The KMS key is disabled."), "{reason}");
    assert!(hint.contains("old environment"), "{hint}");
    let (reason, _) = refused(function.lever().verify(&order).await.unwrap());
    assert!(reason.contains("The KMS key is disabled."), "{reason}");
    let failed = state(&function).await;
    assert_eq!(
        failed.update,
        UpdateStatus::Failed("The KMS key is disabled.".to_owned())
    );
}

async fn an_update_that_goes_on_is_waited_for_and_open_until_it_ends() {
    let function = alone(&[]).await;
    let order = fallback_on(&function).await;
    let lever = function.lever();
    let update = lever.apply(&order);
    let patience = tokio::time::timeout(Duration::from_secs(3), update).await;
    assert!(patience.is_err(), "it goes on waiting: {patience:?}");
    let open = unknown(lever.verify(&order).await.unwrap());
    assert!(open.contains("still putting"), "{open}");
    function.settle();
    applied(lever.verify(&order).await.unwrap());
}

async fn an_answer_that_never_came_is_read_back_as_applied() {
    let function = alone(&["lambda:UpdateFunctionConfiguration=applied-timeout"]).await;
    let order = fallback_on(&function).await;
    let (_, note) = applied(function.apply(&order).await);
    assert!(note.contains("lost"), "{note}");
    assert_eq!(function.runs_with(None), Function::after());
    assert_eq!(function.wire.arrived(UPDATE), 1, "sent once");
}

async fn an_update_that_vanished_is_unknown_and_not_repeated() {
    let function = alone(&["lambda:UpdateFunctionConfiguration=blackhole"]).await;
    let mut order = fallback_on(&function).await;
    let reason = unknown(function.lever().apply(&order).await);
    assert!(reason.contains("revision is unchanged"), "{reason}");
    assert_eq!(function.wire.arrived(UPDATE), 1, "sent once");
    order.at = function.now() - Duration::from_mins(3);
    refused(function.lever().verify(&order).await.unwrap());
    assert_eq!(function.runs_with(None), Function::before());
}

async fn a_refused_update_is_sent_once_and_says_what_helps() {
    for (fault, expected) in [
        ("denied", "lambda:UpdateFunctionConfiguration"),
        ("throttle", "again in a few seconds"),
        ("expired", "login"),
    ] {
        let function = alone(&[&format!("{UPDATE}={fault}")]).await;
        let order = fallback_on(&function).await;
        let (reason, hint) = refused(function.lever().apply(&order).await);
        assert!(hint.contains(expected), "{fault}: {reason} / {hint}");
        assert_eq!(function.wire.arrived(UPDATE), 1, "{fault}");
        assert_eq!(function.runs_with(None), Function::before());
    }
}

async fn what_lambda_would_refuse_is_named_and_not_sent() {
    let mut function = alone(&[]).await;
    for (name, value) in [
        ("AWS_REGION", "x".to_owned()),
        ("AWS_LAMBDA_FUNCTION_NAME", "x".to_owned()),
        ("_HANDLER", "x".to_owned()),
        ("1ST", "x".to_owned()),
        ("WITH-DASH", "x".to_owned()),
        ("TOO_LONG", "x".repeat(4_096)),
    ] {
        let mut order = fallback_on(&function).await;
        let mut wanted = Function::after();
        wanted.insert(name.to_owned(), value.clone());
        order.plan.write = Write::Variables(wanted);
        let (reason, _) = refused(function.apply(&order).await);
        assert!(
            reason.contains(name) || reason.contains("4096"),
            "{name}: {reason}"
        );
        let off = &mut function.spec.fallback.as_mut().unwrap().off;
        off.insert(name.to_owned(), value);
        let read = function.lever().read().await.unwrap();
        assert!(
            stage::plan(&Change::FallbackOn, Some(&read), &function.spec).is_err(),
            "{name}"
        );
        function.spec.fallback.as_mut().unwrap().off.remove(name);
    }
    assert_eq!(function.wire.arrived(UPDATE), 0);
}

async fn a_plan_that_forgets_a_variable_is_not_sent() {
    let function = alone(&[]).await;
    let mut order = fallback_on(&function).await;
    let mut wanted = Function::after();
    wanted.remove("DB_URL");
    order.plan.write = Write::Variables(wanted);
    let (reason, _) = refused(function.apply(&order).await);
    assert!(reason.contains("DB_URL"), "{reason}");
    assert_eq!(function.wire.arrived(UPDATE), 0);
}

async fn a_plan_without_a_revision_is_not_sent() {
    let function = alone(&[]).await;
    let mut order = fallback_on(&function).await;
    order.plan.seen = None;
    order.plan.replaced = Replaced::Unknown;
    let (reason, _) = refused(function.apply(&order).await);
    assert!(reason.contains("RevisionId"), "{reason}");
    assert_eq!(function.wire.arrived(UPDATE), 0);
}

async fn a_name_with_a_qualifier_is_never_written() {
    let function = aliased().await;
    let order = fallback_on(&function).await;
    for qualifier in ["live", "1", "$LATEST"] {
        let mut spec = function.spec.clone();
        spec.fallback.as_mut().unwrap().function = format!("{}:{qualifier}", function.name);
        let ports = stage::ports(&spec, &function.sim().url(), ME).await;
        let (reason, hint) = refused(ports.fallback.unwrap().apply(&order).await);
        assert!(
            reason.contains(qualifier) && hint.contains("alias"),
            "{reason} / {hint}"
        );
    }
    assert_eq!(function.wire.arrived(UPDATE), 0);
}

async fn an_empty_environment_is_one_to_merge_into() {
    let function = alone(&[]).await;
    function.replace(&BTreeMap::new());
    function.settle();
    let order = fallback_on(&function).await;
    applied(function.apply(&order).await);
    let off = &function.spec.fallback.as_ref().unwrap().off;
    assert_eq!(function.runs_with(None), *off);
}

async fn a_missing_function_is_told_by_name() {
    let function = Function::in_simulator().await;
    let mut spec = function.spec.clone();
    "no-such-function".clone_into(&mut spec.fallback.as_mut().unwrap().function);
    let ports = stage::ports(&spec, &function.sim().url(), ME).await;
    let lever = ports.fallback.unwrap();
    let error = lever.read().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
    assert!(error.hint.contains("no-such-function"), "{error:?}");
    assert!(
        lever.history(5).await.unwrap().is_empty(),
        "Lambda keeps none"
    );
    let outcome = lever.apply(&fallback_on(&function).await).await;
    assert!(matches!(outcome, Outcome::Refused { .. }), "{outcome:?}");
}
