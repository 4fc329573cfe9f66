//! Recordings that are cut, spoilt, foreign or made to do harm: what can be read is played, the rest is named, nothing panics.

use std::io::Write;

use coalmine::app::keymap::{Key, Keymap};
use coalmine::app::recording::{Header, Player, Tape, TapeError};
use coalmine::app::{Model, Msg, update};
use coalmine::config;
use coalmine::runtime::recorder::{CAP, Target};
use coalmine::ui::replay::{View, draw};
use coalmine::ui::{Depth, Theme};
use flate2::Compression;
use flate2::write::GzEncoder;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::driver::START;
use super::stage::{LONG, recorder, unpacked};

/// A recording of these messages, a second apart.
fn recording(messages: &[Msg]) -> Vec<u8> {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("r.jsonl.gz");
    let mut recorder = recorder(Target::File(file.clone()), CAP);
    let mut model = Model::new(config::demo().unwrap(), START);
    recorder.begin(Header::of(&model, START, (120, 40)));
    for (number, msg) in (1..).zip(messages) {
        let now = START + std::time::Duration::from_secs(number);
        recorder.take_at(&model, msg, now, number * 1000);
        drop(update(&mut model, msg.clone(), now));
    }
    assert!(recorder.write_up(LONG));
    recorder.close();
    std::fs::read(file).unwrap()
}

fn short() -> Vec<u8> {
    let press = |name| Msg::Pressed {
        key: Key::parse(name).unwrap(),
        at_ms: 5_000,
    };
    let mut messages = vec![Msg::Ticked; 12];
    messages.extend([press("w"), press("?"), press("l"), Msg::Paced(20.25)]);
    recording(&messages)
}

fn packed(lines: &str) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(lines.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

/// Plays whatever is there. Answers how many messages there were.
fn play(bytes: Vec<u8>) -> Result<(usize, Player), TapeError> {
    let mut player = Player::new(Tape::read(bytes)?);
    let mut count = 0;
    while player.step().is_some() {
        count += 1;
    }
    assert_eq!(count, player.tape().len());
    Ok((count, player))
}

#[test]
fn cut_anywhere_it_plays_up_to_the_cut() {
    let whole = short();
    let (count, player) = play(whole.clone()).unwrap();
    assert_eq!((count, player.tape().damage.len()), (16, 0));
    let mut most = 0;
    for cut in 0..whole.len() {
        let Ok((played, player)) = play(whole[..cut].to_vec()) else {
            assert_eq!(most, 0, "a longer piece plays no less");
            continue;
        };
        assert!(played >= most);
        most = played;
        let damage = &player.tape().damage;
        assert!(damage.iter().all(|damage| damage.torn), "{cut}: {damage:?}");
        assert_eq!(player.tape().faults, 1, "{cut}");
    }
    assert_eq!(most, 16);
}

#[test]
fn spoilt_anywhere_it_plays_or_says_why_not() {
    let whole = short();
    for place in 0..whole.len() {
        let mut spoilt = whole.clone();
        spoilt[place] ^= 0x41;
        if let Ok((count, player)) = play(spoilt) {
            assert!(count <= 20, "{place}");
            // Bytes of the member's head mean nothing to us; everything else is noticed.
            let told = player.tape().faults + player.unreadable() > 0;
            assert!(told || place < 10, "byte {place} of {}", whole.len());
        }
    }
}

#[test]
fn a_spoilt_member_does_not_take_the_next_one_along() {
    let text = |number: u32| {
        let mut word = number;
        let mut next = || {
            word = word.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            format!("{word:x} ")
        };
        Msg::Pasted((0..8_000).map(|_| next()).collect())
    };
    let messages: Vec<Msg> = (1..60).map(text).collect();
    let whole = recording(&messages);
    let mut spoilt = whole.clone();
    for byte in &mut spoilt[200_000..200_016] {
        *byte ^= 0xff;
    }
    let (count, player) = play(spoilt).unwrap();
    assert!((50..59).contains(&count), "{count} of 59");
    let damage = &player.tape().damage;
    assert!(!damage.is_empty());
    let near = |damage: &coalmine::app::recording::Damage| !damage.torn && damage.line < 20;
    assert!(damage.iter().all(near), "{damage:?}");
    assert_eq!(play(whole).unwrap().0, 59);
}

#[test]
fn an_unpacked_recording_plays_too_and_bad_lines_are_named() {
    let text = unpacked(&short());
    assert_eq!(play(text.clone().into_bytes()).unwrap().0, 16);
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let lines: Vec<&str> = text.lines().collect();
    let odd = [
        "not json",
        "{}",
        r#"{"at":1,"ms":1}"#,
        r#"{"at":9e99,"ms":1,"msg":"Ticked"}"#,
        r#"{"at":1,"ms":-1,"msg":"Ticked"}"#,
        deep.as_str(),
    ];
    let known = [
        r#"{"at":1800000050000,"ms":18446744073709551615,"msg":"Ticked","more":[1]}"#,
        r#"{"at":-9223372036854775808,"ms":1,"msg":"Ticked"}"#,
        r#"{"at":1,"ms":1,"msg":{"Foretold":{"x":1}}}"#,
        r#"{"at":1,"ms":1,"note":"\u001b[31mred"}"#,
    ];
    let all = [&lines[..], &odd, &known].concat().join("\n") + "\n";
    let (count, player) = play(packed(&all)).unwrap();
    assert_eq!(count, 19);
    assert_eq!(player.tape().faults, odd.len());
    let first = lines.len() as u64 + 1;
    let named: Vec<u64> = player.tape().damage.iter().map(|d| d.line).collect();
    assert_eq!(named, (first..first + odd.len() as u64).collect::<Vec<_>>());
    assert_eq!(player.unreadable(), 1, "a message of another version");
    assert_eq!(player.tape().notes.len(), 1);
    let mut screen = Terminal::new(TestBackend::new(100, 30)).unwrap();
    let view = View {
        player: &player,
        playing: None,
        seeking: false,
        shows_keys: true,
        keymap: &Keymap::default(),
    };
    let theme = Theme::new(Depth::True);
    screen.draw(|frame| draw(frame, &view, &theme)).unwrap();
    let cells = &screen.backend().buffer().content;
    let text: String = cells.iter().map(ratatui::buffer::Cell::symbol).collect();
    assert!(
        !text.contains('\u{1b}') && text.contains("REPLAY"),
        "{text}"
    );
    assert!(text.contains("7 damaged"), "{text}");
}

#[test]
fn what_is_no_recording_is_told_with_the_line() {
    let header = unpacked(&short());
    let header = header.lines().next().unwrap();
    let newer = header.replace("\"coalmine_recording\":1", "\"coalmine_recording\":2");
    let spoilt = header.replace("\"spec\":{", "\"spec\":{\"stages\":7,");
    for (bytes, words) in [
        (Vec::new(), "empty"),
        (b"\n".to_vec(), "line 1"),
        (b"{}\n".to_vec(), "line 1"),
        (b"[1]\n".to_vec(), "line 1"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\n".to_vec(), "line 1"),
        (b"\x1f\x8b\x08\0garbage".to_vec(), "line 1"),
        (packed(""), "empty"),
        (packed(&(newer + "\n")), "format 2"),
        (packed(&(spoilt + "\n")), "line 1"),
        (header.as_bytes().to_vec(), "line 1"),
    ] {
        let error = Tape::read(bytes).unwrap_err().to_string();
        assert!(error.contains(words), "{words}: {error}");
    }
    let alone = Tape::read(packed(&format!("{header}\n"))).unwrap();
    assert!(alone.is_empty());
    let mut player = Player::new(alone);
    assert!(player.step().is_none());
    player.seek(usize::MAX);
    assert_eq!((player.at(), player.ms()), (0, 0));
}
