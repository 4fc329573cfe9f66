//! Panics: this test program starts itself in a pty and plays a console that panics, with the console's own screen, loop and
//! hook. The console itself has no way to be asked for one.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use coalmine::app::Model;
use coalmine::backends::{CallLog, ConnectOptions, SharedClock, connect};
use coalmine::domain::Timestamp;
use coalmine::domain::lever::{LeverId, LeverKind, LeverState, Version};
use coalmine::domain::plan::{Order, Outcome};
use coalmine::ports::{Clock, ErrorKind, Lever, PortError, PortResult, Ports};
use coalmine::runtime::parting::Parting;
use coalmine::runtime::{Console, Executor, ExecutorParts, Places, Wardrobe};
use coalmine::ui::terminal::Screen;
use coalmine::ui::{Depth, Glyphs};
use futures_util::FutureExt;
use portable_pty::CommandBuilder;
use tempfile::TempDir;

use crate::pty::Pty;

const PLAY: &str = "COALMINE_TEST_PLAY";

fn perform(play: &str) -> Pty {
    let home = TempDir::new().unwrap();
    let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        "actor::the_actor",
        "--ignored",
        "--nocapture",
        "--test-threads=1",
    ]);
    Pty::start(
        command,
        &[(PLAY, play), ("RUST_BACKTRACE", "0")],
        (120, 40),
        home.path(),
    )
}

fn ends_with_a_report(play: &str) {
    let mut pty = perform(play);
    let screen = pty.ends_well(101, Duration::from_secs(30));
    assert!(
        screen.contains(&format!("the {play} panics")),
        "what happened is told:\n{screen}"
    );
    assert!(
        screen.contains("stands in the journal under /somewhere/state"),
        "where to look is told:\n{screen}"
    );
    assert!(
        !screen.contains("latency p95"),
        "the normal screen is back:\n{screen}"
    );
}

#[test]
fn a_panic_in_the_loop_gives_the_terminal_back() {
    ends_with_a_report("loop");
}

#[test]
fn a_panic_in_a_spawned_task_gives_the_terminal_back() {
    ends_with_a_report("task");
}

#[test]
fn a_panic_while_drawing_gives_the_terminal_back() {
    ends_with_a_report("drawing");
}

#[test]
fn a_panic_inside_the_report_gives_the_terminal_back() {
    let mut pty = perform("report");
    let status = pty.ended(Duration::from_secs(30));
    assert!(!status.success());
    pty.last_screen();
    assert_eq!(pty.left_on(), Vec::<&str>::new());
}

#[test]
#[ignore = "the actor of the other tests: it plays what they name"]
fn the_actor() {
    let Ok(play) = std::env::var(PLAY) else {
        return;
    };
    let badly = play == "report";
    let report = move |info: &std::panic::PanicHookInfo<'_>| {
        assert!(!badly, "the report panics");
        eprintln!("{info}");
    };
    coalmine::launch::end_on_panic(Box::new(report), Path::new("/somewhere/state"));
    let mut screen = Screen::take(Some("xterm-256color")).unwrap();
    if play == "drawing" || play == "report" {
        screen
            .draw(|frame| frame.render_widget("the first frame", frame.area()))
            .unwrap();
        screen.draw(|_| panic!("the {play} panics")).unwrap();
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(console(&play, screen)).unwrap();
}

/// A console whose parts panic as the play wants it.
async fn console(play: &str, screen: Screen) -> std::io::Result<()> {
    let spec = coalmine::config::demo().unwrap();
    let clock: Arc<dyn Clock> = Arc::new(Shaky {
        panics: play == "loop",
        asked: AtomicU32::new(0),
    });
    let options = ConnectOptions {
        endpoint_url: Some("http://127.0.0.1:1".into()),
        credentials: Some(("id".into(), "secret".into())),
        region: Some("us-east-1".into()),
        ..ConnectOptions::default()
    };
    let ports = connect(&spec, &options, SharedClock::new(), CallLog::silent())
        .await
        .unwrap();
    let ports = if play == "task" {
        Ports {
            flag: Arc::new(Shaky {
                panics: true,
                asked: AtomicU32::new(0),
            }),
            ..ports
        }
    } else {
        ports
    };
    let state = TempDir::new()?;
    let (sender, messages) = tokio::sync::mpsc::channel(64);
    let (_log, calls) = CallLog::new(64);
    let executor = Executor::new(ExecutorParts {
        conceal: coalmine::backends::journal_file::conceal,
        ports: std::future::ready(Ok(Arc::new(ports))).boxed(),
        journal: Err(no_journal()),
        parting: Parting::new(state.path()),
        clock: Arc::clone(&clock),
        read_only: true,
        without_journal: false,
        account: None,
        shell: None,
        messages: sender,
    });
    let model = Model::new(spec, clock.now());
    let places = Places::default();
    let wardrobe = Wardrobe::open(places, Depth::True, Glyphs::Utf8, "coalmine-dark");
    let console = Console {
        model,
        screen,
        wardrobe,
        asks_background: false,
        hits: coalmine::ui::Hits::default(),
        clock,
        executor,
        messages,
        calls,
        recorder: None,
        outward: coalmine::runtime::Outward::default(),
        still: false,
        crew: None,
        budget: coalmine::runtime::Budget::default(),
    };
    Box::pin(console.run()).await.map(drop)
}

fn no_journal() -> PortError {
    PortError {
        kind: ErrorKind::Local,
        what: "journal".into(),
        text: "this play has none".into(),
        hint: String::new(),
    }
}

/// A clock and a lever that panic.
struct Shaky {
    panics: bool,
    asked: AtomicU32,
}

impl Clock for Shaky {
    fn now(&self) -> Timestamp {
        let often = self.asked.fetch_add(1, Ordering::SeqCst) > 3;
        assert!(!(self.panics && often), "the loop panics");
        Timestamp::from_millis(1_790_000_000_000)
    }

    fn speed(&self) -> f64 {
        1.0
    }
}

#[async_trait]
impl Lever for Shaky {
    fn id(&self) -> LeverId {
        LeverId::Flag
    }

    fn kind(&self) -> LeverKind {
        LeverKind::Ssm
    }

    async fn read(&self) -> PortResult<LeverState> {
        // The first frame is on screen by then.
        tokio::time::sleep(Duration::from_millis(300)).await;
        panic!("the task panics")
    }

    async fn history(&self, _: usize) -> PortResult<Vec<Version>> {
        Ok(Vec::new())
    }

    async fn apply(&self, _: &Order) -> Outcome {
        Outcome::NoOp
    }

    async fn verify(&self, _: &Order) -> PortResult<Outcome> {
        Ok(Outcome::NoOp)
    }
}
