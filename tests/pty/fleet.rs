//! Several rollouts in one console: the list, a disable of one of them, and that the others stay as they were.

use std::time::Duration;

use coalmine::sim::world::neighbours;
use coalmine::sim::{Sim, SimOptions, ssm, wire};
use tempfile::TempDir;

use crate::pty::Pty;

const ME: &str = "arn:aws:iam::123456789012:user/ben";

struct Rig {
    pty: Pty,
    sim: Sim,
    _home: TempDir,
}

/// Three rollouts of three services.
fn open(size: (u16, u16)) -> Rig {
    let home = TempDir::new().unwrap();
    let sim = Sim::start(SimOptions {
        speed: 0.0,
        rollouts: 5,
        ..SimOptions::default()
    })
    .unwrap();
    let template = include_str!("../../src/config/neighbour.toml");
    let text: String = [0, 1, 3]
        .into_iter()
        .map(|index| template.replace("NAME", &neighbours::name(index)))
        .collect();
    let config = home.path().join("coalmine.toml");
    std::fs::write(&config, text).unwrap();
    let config = config.display().to_string();
    let url = sim.url();
    let args = ["--config", &config, "--endpoint-url", &url];
    let state = home.path().join("state").display().to_string();
    let pty = Pty::coalmine(&args, &[("COALMINE_STATE_DIR", &state)], size, home.path());
    Rig {
        pty,
        sim,
        _home: home,
    }
}

impl Rig {
    /// Document and version of each flag.
    fn flags(&self) -> Vec<(String, i64)> {
        let read = |index: usize| {
            let name = format!("/{}/flag", neighbours::name(index));
            let input = wire::map([("Name", name.as_str().into())]);
            let call = |aws: &mut _, now| ssm::call(aws, "GetParameter", &input, ME, now);
            let answer = self.sim.aws().with(call).unwrap();
            let parameter = answer.get("Parameter");
            (
                parameter.get("Value").as_str().unwrap().to_owned(),
                parameter.get("Version").as_i64().unwrap(),
            )
        };
        [0, 1, 3].into_iter().map(read).collect()
    }

    /// Waits for the list with everything read.
    fn list(&self) -> String {
        self.pty.wait("the list", |screen| {
            screen.contains("3 rollouts") && screen.contains("50%") && screen.contains("100%")
        })
    }

    /// Selects a rollout on the list: the line below it names the selected one.
    fn select(&mut self, name: &str) {
        let selected = format!("─ {name} ");
        for _ in 0..3 {
            if self.pty.screen().contains(&selected) {
                return;
            }
            let before = self.pty.screen();
            self.pty.keys("j");
            self.pty.wait("the next row", |screen| screen != before);
        }
        self.pty.keys("g");
        self.pty.see(&selected);
    }
}

fn pause() {
    std::thread::sleep(Duration::from_millis(700));
}

#[test]
fn a_disable_from_the_list_shows_its_plan_and_changes_that_rollout_alone() {
    let mut rig = open((120, 40));
    rig.list();
    let before = rig.flags();
    // Keys that change something in a rollout's console mean nothing on the list.
    rig.pty.keys("0123+-EuFrcTRx");
    pause();
    rig.select("search-ranking");
    rig.pty.keys("D");
    let plan = rig.pty.see("search-ranking in prod");
    assert!(plan.contains("lower exposure"), "{plan}");
    assert_eq!(rig.flags(), before, "nothing is sent before Enter");
    pause();
    rig.pty.keys("\r");
    rig.pty.see("STILL EXPOSED");
    let after = rig.flags();
    assert_eq!(after[0], before[0]);
    assert_eq!(after[2], before[2]);
    assert_eq!(after[1].1, before[1].1 + 1);
    assert!(after[1].0.contains("\"enabled\":false"), "{}", after[1].0);
    rig.pty.keys("\x1b");
    let list = rig.pty.see("3 rollouts");
    let row = list.lines().find(|line| line.contains("search-ranking"));
    assert!(
        row.is_some_and(|row| row.contains("STILL EXPOSED")),
        "{list}"
    );
    assert_eq!(rig.flags(), after);
    rig.pty.keys("q");
    rig.pty.ends_well(0, Duration::from_secs(10));
}

#[test]
fn enter_opens_brackets_walk_and_escape_comes_back() {
    let mut rig = open((80, 24));
    rig.list();
    // A row is chosen: what slides to the top by itself is not opened at once.
    rig.pty.keys("g");
    pause();
    rig.pty.keys("\r");
    rig.pty.gone("3 rollouts");
    let first = rig.pty.see("desired");
    pause();
    rig.pty.keys("]");
    let header = |screen: &str| screen.lines().next().unwrap_or_default().to_owned();
    let second = rig.pty.wait("the next rollout", |screen| {
        screen.contains("desired")
            && header(screen).split_whitespace().next() != header(&first).split_whitespace().next()
    });
    assert!(second.contains("PROD"), "{second}");
    pause();
    rig.pty.keys("[");
    rig.pty.wait("the one before", |screen| {
        screen.contains("desired")
            && header(screen).split_whitespace().next() == header(&first).split_whitespace().next()
    });
    pause();
    rig.pty.keys("\x1b");
    rig.pty.see("3 rollouts");
    rig.pty.keys("?");
    rig.pty.see("on the list of rollouts");
    rig.pty.keys("?");
    pause();
    rig.pty.keys("q");
    rig.pty.ends_well(0, Duration::from_secs(10));
}
