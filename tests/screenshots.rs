//! The pictures in `screenshots/` are frames of the real console over the simulator, with a fixed seed and clock. This suite makes
//! them again and fails where they differ; `COALMINE_SCREENSHOTS=write cargo test --test screenshots` writes them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop here")]

#[path = "support/stage.rs"]
mod stage;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use coalmine::app::Msg;
use coalmine::app::fleet::{Fleet, Standing};
use coalmine::config;
use coalmine::runtime::{Places, Wardrobe};
use coalmine::sim::world::{Scenario, neighbours};
use coalmine::ui::picture::{Paper, svg};
use coalmine::ui::{Depth, Glyphs, Role, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::Color;
use stage::Stage;

const WIDE: (u16, u16) = (120, 40);
/// Rollouts on the list.
const ROLLOUTS: usize = 6;

/// Pictures that were taken: the file's name and what is in it.
#[derive(Default)]
struct Album(Vec<(&'static str, String)>);

impl Album {
    fn take(&mut self, stage: &mut Stage, name: &'static str, title: &str) {
        let frame = stage.frame(WIDE, &Theme::new(Depth::True));
        self.0.push((name, svg(&frame, title, Paper::default())));
    }

    /// The picker, each theme in its own colours.
    async fn themes(&mut self, stage: &mut Stage) {
        let places = Places::default();
        let mut wardrobe = Wardrobe::open(places, Depth::True, Glyphs::Utf8, "coalmine-dark");
        wardrobe.look();
        stage.take(Msg::ThemesRead(Box::new(wardrobe.news().await)));
        stage.keys("ctrl-t down down down down").await;
        let name = stage.model.themes.worn.clone();
        wardrobe.wear(&name);
        let frame = stage.frame(WIDE, wardrobe.theme());
        let title = "Themes, each shown on the whole screen while it is selected";
        self.0
            .push(("themes", on_its_own(&frame, title, wardrobe.theme())));
    }

    /// The list of rollouts, each as its own console sees it.
    async fn rollouts(&mut self) {
        let mut standings = Vec::new();
        let mut now = None;
        for place in 0..ROLLOUTS {
            let spec = match place.checked_sub(1) {
                None => config::demo(),
                Some(index) => config::neighbour(&neighbours::name(index)),
            };
            let stage = Stage::among(ROLLOUTS, Scenario::Latency, spec.unwrap());
            let mut stage = Box::pin(stage).await;
            stage.pass(Duration::from_mins(8)).await;
            standings.push(Standing::of(&stage.model));
            now = Some(stage.model.now);
        }
        let mut fleet = Fleet::new(standings, now.unwrap());
        for _ in 0..5 {
            fleet.ticked(now.unwrap());
        }
        let theme = Theme::new(Depth::True);
        let mut terminal = Terminal::new(TestBackend::new(WIDE.0, WIDE.1)).unwrap();
        terminal
            .draw(|frame| drop(coalmine::ui::fleet::draw(frame, &fleet, &theme)))
            .unwrap();
        let title = "Several rollouts, worst first";
        let picture = svg(terminal.backend().buffer(), title, Paper::default());
        self.0.push(("rollouts", picture));
    }
}

/// The frame on the theme's own background.
fn on_its_own(frame: &Buffer, title: &str, theme: &Theme) -> String {
    let hex = |colour: Option<Color>| match colour {
        Some(Color::Rgb(r, g, b)) => format!("#{r:02x}{g:02x}{b:02x}"),
        other => panic!("{other:?} is no colour of a theme of this depth"),
    };
    let (text, back) = (
        hex(theme.style(Role::Text).fg),
        hex(theme.style(Role::Backdrop).bg),
    );
    svg(
        frame,
        title,
        Paper {
            text: &text,
            back: &back,
        },
    )
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
    stage.keys("esc S left left left").await;
    album.take(
        &mut stage,
        "charts",
        "Every signal as a chart, and a cursor that reads them",
    );
    stage.keys("V").await;
    album.take(&mut stage, "wall", "The wall: readable across a room");
    stage.keys("esc").await;
    let light = Theme::shipped("coalmine-light", Depth::True);
    let frame = stage.frame(WIDE, &light);
    let title = "The same evening in the light theme";
    album.0.push(("light", on_its_own(&frame, title, &light)));
    album.themes(&mut stage).await;
    album.rollouts().await;
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
