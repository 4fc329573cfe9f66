//! Secrets of the environment and of the flag's document reach no file of the state directory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use coalmine::app::Effect;
use coalmine::domain::lever::LeverId;
use coalmine::domain::plan::{Change, Outcome, Replaced};

use crate::rig::{FUNCTION, PARAMETER, Rig, Setup};

/// What must never be found, split so that this file itself does not look like a leak.
fn canaries() -> BTreeMap<String, String> {
    [
        ("DATABASE_URL", "postgres://app:canary-in-a-url@db/prod"),
        ("STRIPE_KEY", concat!("sk_", "live_canary000000000000")),
        ("PLAIN_LOOKING", "canary plain words"),
        ("API_TOKEN", "canary-token-1234567890"),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

fn assert_clean(dir: &Path, when: &str) {
    for path in files(dir) {
        let bytes = std::fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        if let Some(at) = text.find("canary") {
            let near: String = text[at.saturating_sub(80)..].chars().take(160).collect();
            panic!("{when}: {} holds {near}", path.display());
        }
    }
}

#[tokio::test]
async fn no_secret_of_the_environment_is_written_down_at_any_moment() {
    let mut rig = Rig::new(Setup::default());
    rig.sim.aws().with(|aws, now| {
        let mut environment = aws.functions.environment(FUNCTION, None, now);
        environment.extend(canaries());
        aws.functions.create(FUNCTION, environment, now);
    });
    rig.executor.execute(Effect::Recover);
    let order = rig.order(Change::FallbackOn).await;
    rig.fault("lambda:UpdateFunctionConfiguration=delay:500");
    rig.submit(&order);
    rig.until("the update", |rig| {
        rig.count("lambda:UpdateFunctionConfiguration") == 1
    })
    .await;
    assert!(rig.parting.path(&order).exists());
    assert_clean(&rig.state_dir, "in flight");
    // Lambda puts a configuration in force after some seconds of the simulated time.
    let addr = rig.sim.addr();
    let crank = tokio::spawn(async move {
        loop {
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            crate::control::advance(addr, 5_000);
        }
    });
    let (outcome, _) = rig.settled().await;
    assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
    assert_clean(&rig.state_dir, "fallback on");
    let Replaced::Variables(old) = order.plan.replaced.clone() else {
        panic!("{order:?}")
    };
    let mut back = rig.order(Change::FallbackOff(old)).await;
    back.undoes = Some(order.id.clone());
    rig.submit(&back);
    let (outcome, _) = rig.settled().await;
    assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
    assert_clean(&rig.state_dir, "fallback off");

    // Somebody changes a secret meanwhile: the conflict is told without it.
    let order = rig.order(Change::FallbackOn).await;
    rig.sim.aws().with(|aws, now| {
        let mut environment = aws.functions.environment(FUNCTION, None, now);
        environment.insert("API_TOKEN".into(), "canary-token-changed-0987654321".into());
        aws.functions.create(FUNCTION, environment, now + 1);
    });
    rig.submit(&order);
    let (outcome, _) = rig.settled().await;
    assert!(matches!(outcome, Outcome::Conflict(_)), "{outcome:?}");
    rig.fault("lambda:UpdateFunctionConfiguration=reset");
    let (_, outcome) = rig.carry_out(Change::FallbackOn).await;
    assert!(matches!(outcome, Outcome::Unknown { .. }), "{outcome:?}");
    assert_clean(&rig.state_dir, "conflict and unknown");
    crank.abort();
    let held = rig
        .sim
        .aws()
        .with(|aws, now| aws.functions.environment(FUNCTION, None, now));
    assert!(
        held["DATABASE_URL"].contains("canary"),
        "and the function still has them"
    );
}

#[tokio::test]
async fn what_looks_like_a_secret_in_the_document_is_masked_in_the_journal_and_kept_in_the_parameter()
 {
    let mut rig = Rig::new(Setup::default());
    let secret = concat!("sk_", "live_canary000000000000");
    rig.write_flag(&format!(r#"{{"enabled":true,"rollout_percentage":10,"api_key":"{secret}","db_password":"canary-pw-1"}}"#));
    let (_, outcome) = rig.carry_out(Change::Disable).await;
    assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
    assert!(
        rig.flag().contains(secret) && rig.flag().contains(r#""enabled":false"#),
        "{}",
        rig.flag()
    );
    let state = rig.read(LeverId::Flag).await;
    assert_eq!(state.resource, PARAMETER);
    assert_clean(&rig.state_dir, "after a disable");
}
