//! Credentials that end and are renewed while the console runs, from a real profile. The SDK reads where profiles are from its
//! environment, so the promise is kept in a process of its own: this same program, started again.

use std::path::Path;
use std::process::Command;

use coalmine::backends::{CallLog, ConnectOptions, SharedClock, connect};
use coalmine::domain::plan::Change;
use coalmine::domain::rollout::FlagSource;
use coalmine::ports::{ErrorKind, Ports};
use coalmine::sim::world::{Scenario, names};
use libtest_mimic::Trial;

use crate::stage::{self, applied, refused, trials};
use crate::wire::Wire;

/// Names the simulator to the process that keeps the promise.
const INSIDE: &str = "COALMINE_CONTRACT_SIGN_IN";

/// The trials.
pub fn trials() -> Vec<Trial> {
    trials!("sign_in": a_new_login_is_picked_up_without_a_restart)
}

/// Whether this process was started to keep the promise; it is kept then.
pub fn is_inside() -> bool {
    let Ok(url) = std::env::var(INSIDE) else {
        return false;
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(inside(&url));
    true
}

async fn a_new_login_is_picked_up_without_a_restart() {
    let sim = stage::simulator(Scenario::Healthy, &[]);
    let home = tempfile::tempdir().unwrap();
    std::fs::write(
        home.path().join("config"),
        "[profile oncall]\nregion = us-east-1\n",
    )
    .unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .env_clear()
        .env(INSIDE, sim.url())
        .env("HOME", home.path())
        .env("AWS_CONFIG_FILE", home.path().join("config"))
        .env(
            "AWS_SHARED_CREDENTIALS_FILE",
            home.path().join("credentials"),
        )
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

fn log_in(key: &str) {
    let file = std::env::var("AWS_SHARED_CREDENTIALS_FILE").unwrap();
    let text = format!("[oncall]\naws_access_key_id = {key}\naws_secret_access_key = dummy\n");
    std::fs::write(Path::new(&file), text).unwrap();
}

async fn ports(url: &str) -> Ports {
    let options = ConnectOptions {
        profile: Some("oncall".to_owned()),
        endpoint_url: Some(url.to_owned()),
        ..ConnectOptions::default()
    };
    let spec = stage::spec(FlagSource::Ssm(names::PARAMETER.to_owned()));
    connect(&spec, &options, SharedClock::new(), CallLog::silent())
        .await
        .unwrap()
}

async fn inside(url: &str) {
    let wire = Wire::new(url);
    let ports = ports(url).await;
    let nobody = ports.caller.identify().await.unwrap_err();
    assert_eq!(nobody.kind, ErrorKind::Credentials, "{nobody:?}");
    assert!(
        nobody.hint.contains("--profile oncall") || nobody.hint.contains("profiles"),
        "{nobody:?}"
    );
    assert_eq!(wire.arrived("sts:GetCallerIdentity"), 0);
    log_in("ana");
    let identity = ports.caller.identify().await.unwrap();
    assert!(identity.arn.ends_with("user/ana"), "{identity:?}");
    assert!(identity.source.contains("oncall"), "{identity:?}");
    log_in("chloe");
    let still = ports.caller.identify().await.unwrap();
    assert!(
        still.arn.ends_with("user/ana"),
        "credentials that serve are kept: {still:?}"
    );

    let spec = stage::spec(FlagSource::Ssm(names::PARAMETER.to_owned()));
    let order = stage::order(&Change::Disable, &*ports.flag, &spec).await;
    wire.faults(&["ssm:PutParameter=expired,times=1"]);
    let (_, hint) = refused(ports.flag.apply(&order).await);
    assert!(hint.contains("aws sso login --profile oncall"), "{hint}");
    applied(ports.flag.apply(&order).await);
    let identity = ports.caller.identify().await.unwrap();
    assert!(identity.arn.ends_with("user/chloe"), "{identity:?}");
    let newest = ports.flag.history(1).await.unwrap().remove(0);
    assert_eq!(newest.by, Some(identity.arn));
}
