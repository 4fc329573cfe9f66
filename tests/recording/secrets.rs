//! What must not stand in a recording: secrets in log lines, in typed text, in variables, in the configuration.

use std::time::Duration;

use coalmine::app::keymap::{Key, KeyCode};
use coalmine::app::recording::{Header, Player, Tape};
use coalmine::app::{Model, Msg, update};
use coalmine::config;
use coalmine::domain::log::{LogBatch, LogEvent, TailMode};
use coalmine::runtime::recorder::{CAP, Target};

use super::driver::START;
use super::stage::{LONG, recorder, unpacked};

fn press(key: Key, at_ms: u64) -> Msg {
    Msg::Pressed { key, at_ms }
}

fn typed(text: &str) -> Vec<Msg> {
    text.chars().map(|c| press(Key::char(c), 1_000)).collect()
}

fn enter() -> Msg {
    press(Key::plain(KeyCode::Enter), 9_000)
}

/// Records a console that opens the log filter and is told this, `step` apart. Answers the lines and the player at the end.
fn told(messages: Vec<Msg>, step: Duration) -> (String, Player) {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("r.jsonl.gz");
    let mut recorder = recorder(Target::File(file.clone()), CAP);
    let mut spec = config::demo().unwrap();
    spec.contacts.insert(
        "on_call".to_owned(),
        "https://ana:hunter2hunter2@pager.example".to_owned(),
    );
    let mut model = Model::new(spec, START);
    model.endpoint = Some("https://x:hunter2hunter2@127.0.0.1:1".to_owned());
    recorder.begin(Header::of(&model, START, (120, 40)));
    let all = std::iter::once(press(Key::char('/'), 500)).chain(messages);
    for (number, msg) in (1..).zip(all) {
        let now = START + step * number;
        recorder.take_at(&model, &msg, now, (step * number).as_millis() as u64);
        let effects = update(&mut model, msg, now);
        recorder.follow(&model, &effects, now);
    }
    assert!(recorder.write_up(LONG));
    recorder.close();
    let bytes = std::fs::read(file).unwrap();
    let mut player = Player::new(Tape::read(bytes.clone()).unwrap());
    player.seek(usize::MAX);
    (unpacked(&bytes), player)
}

/// The characters that were typed, as the file has them.
fn keys(lines: &str) -> String {
    let events = lines.lines().skip(1);
    let values = events.map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    values
        .filter_map(|value| {
            let code = value.pointer("/msg/Pressed/key/code/Char")?.clone();
            code.as_str().map(str::to_owned)
        })
        .collect()
}

#[test]
fn typed_secrets_are_covered_and_other_text_stays() {
    let fast = Duration::from_millis(80);
    for secret in [
        "AKIAIOSFODNN7EXAMPLE",
        "password=hunter2",
        "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    ] {
        let mut messages = typed(secret);
        // What comes in between waits with it.
        messages.insert(3, Msg::Ticked);
        messages.push(enter());
        let (lines, player) = told(messages, fast);
        let length = secret.chars().count();
        assert_eq!(keys(&lines), format!("/{}", "•".repeat(length)));
        assert_eq!(player.model().logs.filter.text(), "•".repeat(length));
        assert_eq!(player.tape().len(), length + 3);
    }
    let (lines, player) = told([typed("golden-eagle"), vec![enter()]].concat(), fast);
    assert_eq!(keys(&lines), "/golden-eagle");
    assert_eq!(player.model().logs.filter.text(), "golden-eagle");
}

#[test]
fn a_slow_hand_and_a_paste_are_covered_as_well() {
    // Three seconds a character: what was typed so far is written before the line is finished.
    let (lines, _) = told(
        typed("token: password=hunter2hunter2"),
        Duration::from_secs(3),
    );
    assert!(!keys(&lines).contains("hunter"), "{}", keys(&lines));
    assert!(keys(&lines).starts_with("/token"), "{}", keys(&lines));
    let pasted = vec![
        Msg::Pasted("xoxb-123456789012-abcdefghij".to_owned()),
        enter(),
    ];
    let (lines, _) = told(pasted, Duration::from_millis(80));
    assert!(!lines.contains("abcdefghij"), "{lines}");
    // A line that nobody finished before the console ended.
    let (lines, player) = told(typed("AKIAIOSFODNN7EXAMPLE"), Duration::from_millis(80));
    assert!(!keys(&lines).contains("AKIA"), "{}", keys(&lines));
    assert_eq!(player.tape().len(), 21);
}

#[test]
fn secrets_of_log_lines_and_of_the_configuration_are_masked() {
    let event = LogEvent {
        id: "1".to_owned(),
        group: "/aws/lambda/audio-processor".to_owned(),
        stream: "s".to_owned(),
        at: START,
        ingested_at: None,
        message: r#"{"level":"ERROR","session_id":"golden-eagle-427","message":"login DB_PASSWORD=hunter2hunter2 failed"}"#.to_owned(),
    };
    let batch = LogBatch {
        read_at: START,
        mode: TailMode::Poll,
        events: vec![event],
        sampled: false,
        read_to: START,
        note: None,
    };
    let (lines, player) = told(vec![Msg::Tailed(Ok(batch))], Duration::from_secs(1));
    assert!(!lines.contains("hunter2"), "{lines}");
    let logs = &player.model().logs;
    let line = logs
        .newest()
        .and_then(|spot| logs.store().line(spot))
        .unwrap();
    assert!(line.message.contains("[masked:"), "{}", line.message);
    assert_eq!(line.session, Some("golden-eagle-427"));
}
