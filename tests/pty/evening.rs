//! A whole evening of the rehearsal by keys alone: from the alarm over the runbook to the closed incident, whose report must have
//! its facts right. What single steps of a runbook do is tested in `tests/scenarios`.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::pty::{Pty, environment};

/// Longer than a held-down key leaves between two presses: Enter decides only after such a pause.
const PAUSE: Duration = Duration::from_millis(850);
/// How many times as fast as ours the evening runs: a wait of five minutes takes ten seconds.
const SPEED: &str = "30";
const CLOSED_WITH: &str = "the build was reverted";
const REMARK: &str = "paged the owner of the build";

/// One evening and what its runbook calls things.
struct Evening {
    home: TempDir,
    pty: Pty,
    branch: &'static str,
    other: &'static str,
    verification: &'static str,
}

/// The seconds that a wait still has, behind its gauge.
fn countdown(screen: &str) -> Option<u64> {
    let line = screen.lines().find(|line| line.contains("waiting 5 m"))?;
    let (minutes, seconds) = line.split_once(['▰', '▱'])?.1.split_once(':')?;
    let digits = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    let minutes: u64 = digits(minutes).parse().ok()?;
    let seconds: u64 = digits(seconds.get(..2)?).parse().ok()?;
    Some(minutes * 60 + seconds)
}

impl Evening {
    fn start(
        runbook: &str,
        branch: &'static str,
        other: &'static str,
        verification: &'static str,
    ) -> Self {
        let home = TempDir::new().unwrap();
        let state = home.path().join("state").display().to_string();
        let args = ["demo", "--scenario", "latency", "--speed", SPEED];
        let args = [&args[..], &["--runbook", runbook]].concat();
        let env = [("COALMINE_STATE_DIR", state.as_str())];
        let pty = Pty::coalmine(&args, &env, (120, 40), home.path());
        Self {
            home,
            pty,
            branch,
            other,
            verification,
        }
    }

    /// From the alarm to the section that fits.
    fn alarm(&mut self, picked: &str) {
        self.pty.see("ALARM");
        self.pty.wait("the verdict that calls for off", |screen| {
            screen
                .lines()
                .any(|line| line.contains("ROLL BACK") && line.contains("> 7 s for"))
        });
        self.pty.keys("R");
        let picker = self.pty.wait("the sections", |screen| {
            screen.contains("which section?") && screen.contains("fits now: ")
        });
        assert!(picker.contains("the decision matrix says now"), "{picker}");
        let fitting = picker.lines().find(|line| line.contains(picked));
        assert!(fitting.is_some_and(|line| line.contains('●')), "{picker}");
        self.pty.keys("\r");
        self.pty.wait("the branch that is met", |screen| {
            screen.contains(&format!("runbook: {}", &picked[..20]))
                && screen.contains("matched: latency p95")
        });
    }

    /// The step's own action: shown, then done, and the other branch does not apply any more.
    fn disable(&mut self) {
        std::thread::sleep(PAUSE);
        self.pty.keys("\r");
        let plan = self.pty.see("lower exposure: 10 % ▸ 0 %");
        assert!(plan.contains("ssm:PutParameter"), "{plan}");
        assert!(!self.journal().contains(r#""kind":"intent""#), "not yet");
        std::thread::sleep(PAUSE);
        self.pty.keys("\r");
        self.pty.gone("lower exposure: 10 %");
        let after = self.pty.wait("the branch that was left", |screen| {
            screen.contains("not this branch") && screen.contains("waiting 5 m")
        });
        assert!(after.contains("EXPOSED"), "{after}");
    }

    /// The wait counts down in the background while the flag takes effect.
    fn wait_out(&mut self) {
        let first = self
            .pty
            .wait("the countdown", |screen| countdown(screen).is_some());
        let first = countdown(&first).unwrap();
        assert!(first <= 300, "{first}");
        self.pty.wait("the countdown to go on", |screen| {
            countdown(screen).is_some_and(|left| left < first)
                || !screen.contains("waiting 5 m") && screen.contains("runbook: ")
        });
        let off = self.pty.see("NOT EXPOSED");
        assert!(!off.contains("STILL EXPOSED"), "{off}");
    }

    /// A step ticks itself, by what was seen.
    fn verified(&mut self) {
        let words = self.verification;
        self.pty.wait("the evidence", |screen| {
            let ticked = |line: &str| line.contains('✔') && line.contains(words);
            screen.lines().any(ticked) && screen.contains("nobody is exposed (")
        });
        self.pty.see("✔ symptoms gone");
    }

    /// The incident's pages, a remark, the message of each stage, and its end.
    fn incident(&mut self) {
        self.pty.keys("i");
        let timeline = self.pty.see("watch after the rollback");
        for fact in ["effect observed: no treated session", "symptoms gone"] {
            assert!(timeline.contains(fact), "no {fact}:\n{timeline}");
        }
        self.pty.keys("n");
        self.pty.see("esc cancel");
        self.pty.keys(REMARK);
        self.pty.see(REMARK);
        std::thread::sleep(PAUSE);
        self.pty.keys("\r");
        self.pty.gone("esc cancel");
        self.pty.keys("\t");
        let handover = self.pty.see("not to be touched");
        assert!(
            handover.contains("nothing may raise exposure"),
            "{handover}"
        );
        self.pty.keys("\t");
        let report = self.pty.see("# Incident report: partial-results");
        assert!(report.contains("up to 10 % of users"), "{report}");
        self.pty.keys("\t");
        let message = self.pty.see("*Status:* Monitoring; the effect was proven");
        assert!(
            message.contains("*Action:* Disabled (0 % of users)"),
            "{message}"
        );
        self.pty.keys("o");
        self.pty.see("how it ended");
        self.pty.keys(CLOSED_WITH);
        self.pty.see(CLOSED_WITH);
        std::thread::sleep(PAUSE);
        self.pty.keys("\r");
        let over = self.pty.see("incident closed after");
        assert!(over.contains("*partial-results in prod*: resolved"));
        assert!(
            over.contains("R opens the runbook builtin:re-rollout"),
            "{over}"
        );
        self.pty.keys("R");
        let again = self.pty.see("Beginning again after a rollback");
        assert!(again.contains("which section?"), "{again}");
        self.pty.keys("q");
        self.pty.ends_well(0, Duration::from_secs(20));
    }

    fn journal(&self) -> String {
        let path = self.home.path().join("state/partial-results@prod.jsonl");
        std::fs::read_to_string(path).unwrap()
    }

    /// What `coalmine` prints in this home.
    fn coalmine(&self, args: &[&str]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_coalmine"))
            .args(args)
            .env_clear()
            .envs(environment())
            .env("COALMINE_STATE_DIR", self.home.path().join("state"))
            .env("HOME", self.home.path())
            .current_dir(self.home.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{args:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What the report says is what happened.
    fn report_is_right(&self) {
        self.coalmine(&["init"]);
        let answer: Value = serde_json::from_str(&self.coalmine(&["report", "--json"])).unwrap();
        let report = &answer["report"];
        let figures = &report["figures"];
        let seconds = |name: &str| report[name].as_f64().unwrap_or(-1.0);
        assert!(
            figures["detected_by"]
                .as_str()
                .is_some_and(|by| by.contains("latency p95")
                    && (by.contains("> 5 s") || by.contains("> 7 s"))),
            "{figures}"
        );
        let times = [
            "began",
            "detected_at",
            "first_action_at",
            "disabled_at",
            "proven_at",
        ];
        let times = times.map(|name| figures[name].as_str().unwrap_or_default().to_owned());
        assert!(
            !times[0].is_empty() && times.is_sorted(),
            "in this order: {times:?}"
        );
        assert!(seconds("time_to_action_s") > 0.0, "{report}");
        assert!(seconds("time_to_disable_s") > seconds("time_to_action_s"));
        assert!(seconds("time_to_proof_s") >= 60.0, "not before the caches");
        assert!(seconds("duration_s") > seconds("time_to_proof_s"));
        assert_eq!(figures["proof"], "observed");
        assert_eq!(
            (&figures["exposed"], &figures["complaints"]),
            (&10.into(), &0.into())
        );
        let latency = &figures["signals"][0];
        assert_eq!(latency["signal"], "latency_p95");
        assert!(latency["before"].as_f64().unwrap() < 5.0, "{latency}");
        assert!(
            latency["peak"]["value"].as_f64().unwrap() > 7.0,
            "{latency}"
        );

        let told = |list: &str, field: &str, text: &str| {
            let list = figures[list].as_array().unwrap();
            let of = |row: &&Value| row[field].as_str().is_some_and(|s| s.contains(text));
            list.iter().find(of).cloned().unwrap_or_default()
        };
        let order = told("deeds", "what", "is disabled and goes from 10 % to 0 %");
        assert_eq!(order["outcome"], "applied as revision 13");
        assert_eq!(order["exposure"], serde_json::json!([10, 0]));
        assert!(order["who"].as_str().unwrap().starts_with("tester@"));
        assert!(told("deeds", "what", self.branch)["outcome"].is_string());
        assert_eq!(told("deeds", "what", self.other), Value::Null);
        let ticked = told("evidence", "what", self.verification);
        assert!(
            ticked["evidence"]
                .as_str()
                .is_some_and(|text| text.contains("no treated session among")),
            "{figures}"
        );
        assert!(
            ticked["query"]
                .as_str()
                .is_some_and(|query| query.contains("p95"))
        );
        let observed = told("evidence", "what", "effect observed");
        assert!(observed["evidence"].is_string(), "{figures}");
        assert_eq!((&report["note"]), &Value::from(CLOSED_WITH));
        assert!(report["closed_at"].is_string(), "{report}");
        self.page_is_right(report["id"].as_str().unwrap());
    }

    /// The same as a page, and the message for those who wait for it.
    fn page_is_right(&self, id: &str) {
        let page = self.coalmine(&["report"]);
        for part in [
            id,
            "Disabled (0 % of users)",
            "Effect proven (observed)",
            "incident closed: the build was reverted",
            "Closed with: the build was reverted",
            "No command of a runbook was run.",
            REMARK,
            "```text\nlatency p95  ",
        ] {
            assert!(page.contains(part), "no {part} in\n{page}");
        }
        let message = self.coalmine(&["report", "--message", "resolved"]);
        assert!(message.contains("*partial-results in prod*: resolved"));
        let intents = self.journal().matches(r#""kind":"intent""#).count();
        assert_eq!(intents, 1, "one order, the whole evening");
    }
}

#[test]
fn a_teams_own_runbook_is_worked_through_from_alarm_to_closed_incident() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/runbooks/team-rollback.md");
    let mut evening = Evening::start(
        file.to_str().unwrap(),
        "Immediate Action (if p95 > 7 seconds)",
        "Gradual Rollback",
        "Verify Improvement",
    );
    evening.alarm("Scenario 1: High End-to-End Latency");
    evening.disable();
    evening.wait_out();
    evening.verified();
    evening.incident();
    evening.report_is_right();
}

#[test]
fn the_built_in_runbook_is_worked_through_from_alarm_to_closed_incident() {
    let mut evening = Evening::start(
        "builtin:rollback",
        "If p95 > 7 s for 2 periods",
        "If p95 is 5-7 s",
        "After a stage back",
    );
    evening.alarm("Scenario 1: answers come late");
    evening.disable();
    evening.wait_out();
    // A step that only waits ticks itself, and the verification behind it takes its turn.
    let waited = evening.pty.see("waited 5 m");
    assert!(waited.contains("✔ 4 Wait 5 minutes"), "{waited}");
    evening.verified();
    evening.incident();
    evening.report_is_right();
}
