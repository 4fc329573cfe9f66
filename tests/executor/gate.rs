//! The read-only gate: nothing that would change the world leaves, and nothing is said to have been done.

use coalmine::domain::Percent;
use coalmine::domain::plan::{Change, Outcome};

use crate::control::requests;
use crate::rig::{Rig, Setup};

#[tokio::test]
async fn a_read_only_console_sends_nothing_for_an_order() {
    let mut rig = Rig::new(Setup {
        read_only: true,
        ..Setup::default()
    });
    let flag = rig.flag();
    let ten = Percent::new(50).unwrap();
    for change in [Change::Disable, Change::SetPercent(ten), Change::FallbackOn] {
        let order = rig.order(change.clone()).await;
        let before = requests(rig.sim.addr());
        rig.submit(&order);
        let (outcome, fault) = rig.settled().await;
        let Outcome::Refused { reason, hint } = outcome else {
            panic!("{change:?}: {outcome:?}")
        };
        assert!(
            reason.contains("read-only") && hint.contains("--read-only"),
            "{reason}; {hint}"
        );
        assert_eq!(fault, None);
        assert_eq!(
            requests(rig.sim.addr()),
            before,
            "{change:?}: not even a question may leave"
        );
        assert!(!rig.parting.path(&order).exists());
    }
    assert_eq!(rig.flag(), flag);
}

#[tokio::test]
async fn the_same_orders_go_out_where_writing_is_allowed() {
    let mut rig = Rig::new(Setup::default());
    let (_, outcome) = rig.carry_out(Change::Disable).await;
    assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
    assert_eq!(rig.count("ssm:PutParameter"), 1);
    assert!(rig.flag().contains(r#""enabled":false"#), "{}", rig.flag());
}
