//! The pictures in `screenshots/` are frames of the real console over the simulator, with a fixed seed and clock. This suite makes
//! them again and fails where they differ; `COALMINE_SCREENSHOTS=write cargo test --test screenshots` writes them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop here")]

#[path = "support/stage.rs"]
mod stage;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use coalmine::config;
use coalmine::sim::world::Scenario;
use coalmine::ui::picture::{Paper, svg};
use coalmine::ui::{Depth, Theme};
use stage::Stage;

const WIDE: (u16, u16) = (120, 40);

/// Pictures that were taken: the file's name and what is in it.
#[derive(Default)]
struct Album(Vec<(&'static str, String)>);

impl Album {
    fn take(&mut self, stage: &mut Stage, name: &'static str, title: &str) {
        let frame = stage.frame(WIDE, &Theme::new(Depth::True));
        self.0.push((name, svg(&frame, title, Paper::default())));
    }
}

async fn pictures() -> Album {
    let mut album = Album::default();
    let minutes = |count: u64| Duration::from_secs(60 * count);
    let seconds = Duration::from_secs;

    let mut stage = Box::pin(Stage::open(Scenario::Latency, config::demo().unwrap())).await;
    stage.pass(seconds(40)).await;
    album.take(&mut stage, "home", "A healthy canary at 10 %");
    stage.keys("+").await;
    album.take(
        &mut stage,
        "plan",
        "A raise shows its plan and its gates, and asks",
    );
    stage.keys("esc").await;
    stage.pass(minutes(7)).await;
    album.take(
        &mut stage,
        "trouble",
        "Latency is past its limit: ROLL BACK",
    );
    stage.keys("w").await;
    album.take(&mut stage, "why", "Every rule and gate behind the verdict");
    stage.keys("esc R enter").await;
    album.take(
        &mut stage,
        "runbook",
        "The team's runbook, bound to the live data",
    );
    stage.keys("esc D").await;
    stage.pass(seconds(20)).await;
    album.take(
        &mut stage,
        "still-exposed",
        "20 seconds after D: written is not off",
    );
    stage.keys("l").await;
    album.take(&mut stage, "logs", "The logs, each line with its cohort");
    stage.keys("esc x").await;
    album.take(
        &mut stage,
        "levers",
        "Every lever, and whether it would work now",
    );
    stage.keys("esc").await;
    stage.pass(minutes(5)).await;
    album.take(
        &mut stage,
        "not-exposed",
        "The effect was seen: NOT EXPOSED",
    );
    stage.keys("i").await;
    album.take(
        &mut stage,
        "incident",
        "The incident: timeline, and the watch after the rollback",
    );
    stage.keys("tab tab").await;
    album.take(
        &mut stage,
        "report",
        "The incident report, written from the journal",
    );
    album
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("screenshots")
}

#[tokio::test]
async fn every_picture_shows_the_console_as_it_is() {
    let album = Box::pin(pictures()).await;
    let writes = std::env::var("COALMINE_SCREENSHOTS").is_ok_and(|value| value == "write");
    let mut differing = Vec::new();
    for (name, picture) in &album.0 {
        let path = folder().join(format!("{name}.svg"));
        if writes {
            fs::create_dir_all(folder()).unwrap();
            fs::write(&path, picture).unwrap();
        } else if fs::read_to_string(&path).ok().as_ref() != Some(picture) {
            differing.push(path.display().to_string());
        }
    }
    assert!(
        differing.is_empty(),
        "these do not show the console as it is; COALMINE_SCREENSHOTS=write cargo test --test screenshots makes them again:\n{}",
        differing.join("\n")
    );
}

#[test]
fn nothing_else_lies_in_the_album() {
    let known = fs::read_to_string(file!()).unwrap();
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(
            known.contains(&format!("\"{name}\"")),
            "{} is stale",
            path.display()
        );
    }
}
