//! A scripted console with a recorder, the pictures that were taken of it, and the comparison with what is played back.

use std::cell::{Cell, RefCell};
use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use coalmine::app::Model;
use coalmine::app::recording::{Header, Player, Tape};
use coalmine::backends::journal_file::mask;
use coalmine::runtime::recorder::{CAP, Recorder, RecorderParts, Target};
use coalmine::ui::{Depth, Theme, draw};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use tempfile::TempDir;
use tokio::sync::mpsc;

use super::driver::Driver;

/// How long a test waits for its disk.
pub(crate) const LONG: Duration = Duration::from_mins(1);

pub(crate) struct Stage {
    pub(crate) driver: Driver,
    recorder: Rc<RefCell<Recorder>>,
    count: Rc<Cell<usize>>,
    pictures: Vec<(usize, Buffer)>,
    file: PathBuf,
    _home: TempDir,
}

impl Stage {
    /// The recorder runs before the console opens.
    pub(crate) fn new(mut driver: Driver) -> Self {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("evening.jsonl.gz");
        let mut recorder = recorder(Target::File(file.clone()), CAP);
        recorder.begin(Header::of(&driver.model, driver.now, (120, 40)));
        let recorder = Rc::new(RefCell::new(recorder));
        let count = Rc::new(Cell::new(0));
        let (tap, counter) = (Rc::clone(&recorder), Rc::clone(&count));
        driver.tap = Some(Box::new(move |model, msg, now, ms| {
            let mut recorder = tap.borrow_mut();
            match msg {
                Ok(msg) => {
                    recorder.take_at(model, msg, now, ms);
                    if counter.get() % 50 == 49 {
                        assert!(recorder.write_up(LONG));
                    }
                    counter.set(counter.get() + 1);
                }
                Err(effects) => recorder.follow(model, effects, now),
            }
        }));
        Self {
            driver,
            recorder,
            count,
            pictures: Vec::new(),
            file,
            _home: home,
        }
    }

    /// Takes a picture of the console as it is, now in this size, now in that.
    pub(crate) fn look(&mut self) {
        let size = if self.pictures.len().is_multiple_of(4) {
            (80, 24)
        } else {
            (120, 40)
        };
        let picture = picture(&self.driver.model, size);
        self.pictures.push((self.count.get(), picture));
    }

    /// The recording, once everything is written.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut recorder = self.recorder.borrow_mut();
        // The first time; it is closed from then on.
        recorder.write_up(LONG);
        recorder.close();
        fs::read(&self.file).unwrap()
    }

    /// Its lines.
    pub(crate) fn text(&self) -> String {
        unpacked(&self.bytes())
    }

    /// Plays back, forth and in any order; every picture is as it was. Answers how many there were.
    pub(crate) fn compare(&self, title: &str) -> usize {
        let mut player = Player::new(Tape::read(self.bytes()).unwrap());
        assert_eq!(player.tape().len(), self.count.get(), "{title}");
        assert_eq!(player.tape().damage, [], "{title}");
        // In order, then some of them backwards.
        let back = self.pictures.iter().rev().step_by(3);
        for (at, was) in self.pictures.iter().chain(back) {
            player.seek(*at);
            assert_eq!(player.at(), *at);
            let is = picture(player.model(), (was.area.width, was.area.height));
            assert!(
                is == *was,
                "{title}, after {at} messages: it was\n{}\nand it is\n{}",
                text(was),
                text(&is),
            );
        }
        assert_eq!(player.unreadable(), 0, "{title}");
        self.pictures.len()
    }
}

pub(crate) fn recorder(target: Target, cap: u64) -> Recorder {
    let (messages, _) = mpsc::channel(8);
    Recorder::start(RecorderParts {
        target,
        mask,
        cap,
        messages,
    })
    .unwrap()
}

pub(crate) fn picture(model: &Model, (columns, rows): (u16, u16)) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    let theme = Theme::new(Depth::True);
    terminal.draw(|frame| draw(frame, model, &theme)).unwrap();
    terminal.backend().buffer().clone()
}

pub(crate) fn text(buffer: &Buffer) -> String {
    let rows = buffer.content.chunks(usize::from(buffer.area.width));
    rows.map(|row| {
        row.iter()
            .map(ratatui::buffer::Cell::symbol)
            .collect::<String>()
            + "\n"
    })
    .collect()
}

pub(crate) fn unpacked(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(bytes)
        .read_to_string(&mut text)
        .unwrap();
    text
}
