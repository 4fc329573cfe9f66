//! The runbooks that ship, followed by hand: every block of commands is run by bash against the simulator, with the AWS CLI, and
//! what the ones that change something claim is looked up afterwards. How coalmine understands the pages is no business of it.
//! Without Python or `jq` the runs are reported as ignored; under CI they must run.

#[path = "by_hand/fences.rs"]
mod fences;
#[path = "support/python.rs"]
mod python;
#[path = "guide/stage.rs"]
mod stage;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use coalmine::domain::runbook::shipped::{SHIPPED, Shipped};
use fences::{Fence, fences};
use libtest_mimic::{Arguments, Failed, Trial};
use stage::Stage;

/// What a page says to set once.
const SET_ONCE: &str = "export PARAMETER=";

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = vec![Trial::test("every_block_is_bash_or_text", || {
        each(every_block_is_bash_or_text)
    })];
    let tools = tools();
    // A machine for CI has Python, but not always jq.
    let ignored = tools.is_err() && !(python::must_run() && has_jq());
    let mut add = |name: &str, run: fn(&Path) -> Result<(), String>| {
        let tools = tools.clone();
        let trial = Trial::test(name, move || run(&tools?).map_err(Failed::from));
        trials.push(trial.with_ignored_flag(ignored));
    };
    add("every_command_runs", every_command_runs);
    add("off_by_hand_keeps_the_rest", off_by_hand_keeps_the_rest);
    add("a_stage_back_never_raises", a_stage_back_never_raises);
    add("the_environment_is_merged", the_environment_is_merged);
    add("what_cannot_be_read_is_left", what_cannot_be_read_is_left);
    libtest_mimic::run(&arguments, trials).exit();
}

/// The directory of the AWS CLI, where all that the pages ask for is installed.
fn tools() -> Result<PathBuf, String> {
    if !has_jq() {
        return Err("jq is missing".to_owned());
    }
    python::venv().map(|venv| venv.join("bin"))
}

fn has_jq() -> bool {
    let version = Command::new("jq")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    version.is_ok_and(|status| status.success())
}

fn each(check: fn(&Shipped) -> Result<(), String>) -> Result<(), Failed> {
    SHIPPED.iter().try_for_each(check).map_err(Failed::from)
}

fn every_block_is_bash_or_text(page: &Shipped) -> Result<(), String> {
    for fence in fences(page.text)? {
        let told = |fault: String| format!("{}.md line {}: {fault}", page.name, fence.at);
        match fence.language.as_str() {
            "text" => continue,
            "bash" => {}
            other => return Err(told(format!("`{other}` is not run by anybody"))),
        }
        let read = Command::new("bash")
            .args(["-n", "-c", &fence.text])
            .output()
            .map_err(|error| error.to_string())?;
        if !read.status.success() || !read.stderr.is_empty() {
            return Err(told(String::from_utf8_lossy(&read.stderr).into_owned()));
        }
    }
    Ok(())
}

/// Every command of every page, in order, in one long evening: what re-rolling out takes back, the rollback has done.
fn every_command_runs(tools: &Path) -> Result<(), String> {
    let stage = stage(tools)?;
    for page in SHIPPED {
        let mut set = "export SESSION_ID=golden-eagle-427\n".to_owned();
        for fence in scripts(page)? {
            stage
                .runs(&format!("{set}{}", fence.text))
                .map_err(|fault| format!("{}.md line {}: {fault}", page.name, fence.at))?;
            if fence.text.starts_with(SET_ONCE) {
                set.push_str(&fence.text);
            }
        }
    }
    Ok(())
}

fn scripts(page: &Shipped) -> Result<Vec<Fence>, String> {
    let all = fences(page.text)?;
    Ok(all.into_iter().filter(|f| f.language == "bash").collect())
}

fn stage(tools: &Path) -> Result<Stage, String> {
    let stage = Stage::new("healthy", 0.0)?.with_tools(tools.to_owned());
    stage.init()?;
    Ok(stage)
}

/// The script of the rollback page in this section that holds these words, with what is to be set once.
fn script(section: &str, words: &str) -> Result<String, String> {
    let page = coalmine::domain::runbook::shipped::find("builtin:rollback");
    let all = scripts(page.ok_or("there is no rollback page")?)?;
    let set = all.iter().find(|fence| fence.text.starts_with(SET_ONCE));
    let found = all
        .iter()
        .find(|fence| fence.section == section && fence.text.contains(words))
        .ok_or_else(|| format!("{section} has nothing with {words}"))?;
    let set = set.ok_or("nothing is to be set")?;
    Ok(format!("{}{}", set.text, found.text))
}

const WITHOUT: &str = "Method 1, without coalmine";
const PARAMETER: &str = "/audio-transcription/partial-results/config";

/// Somebody writes this flag document.
fn write(stage: &Stage, document: &str) -> Result<(), String> {
    let write = format!(
        "aws ssm put-parameter --name {PARAMETER} --overwrite --value '{document}' >/dev/null"
    );
    stage.runs(&write).map(drop)
}

/// The flag document as it is now.
fn flag(stage: &Stage) -> Result<String, String> {
    let read = format!(
        "aws ssm get-parameter --name {PARAMETER} --query Parameter.Value --output text | jq -cS ."
    );
    Ok(stage.runs(&read)?.trim().to_owned())
}

fn same(found: &str, wanted: &str) -> Result<(), String> {
    if found == wanted {
        return Ok(());
    }
    Err(format!("{found}, not {wanted}"))
}

fn off_by_hand_keeps_the_rest(tools: &Path) -> Result<(), String> {
    let stage = stage(tools)?;
    let off = script(WITHOUT, ".enabled = false")?;
    write(
        &stage,
        r#"{"enabled":true,"rollout_percentage":50,"note":"it is \"ours\"","list":["a b"]}"#,
    )?;
    stage.runs(&off)?;
    same(
        &flag(&stage)?,
        r#"{"enabled":false,"list":["a b"],"note":"it is \"ours\"","rollout_percentage":50}"#,
    )
}

fn a_stage_back_never_raises(tools: &Path) -> Result<(), String> {
    let stage = stage(tools)?;
    let by_hand = script(WITHOUT, ".rollout_percentage")?;
    let own = script("Method 1, one stage back", "coalmine set")?;
    for (from, to) in [(100, 50), (50, 10), (25, 10), (10, 0), (1, 0), (0, 0)] {
        for back in [&by_hand, &own] {
            write(
                &stage,
                &format!(r#"{{"enabled":true,"rollout_percentage":{from}}}"#),
            )?;
            stage.runs(back)?;
            let wanted = format!(r#"{{"enabled":true,"rollout_percentage":{to}}}"#);
            same(&flag(&stage)?, &wanted)?;
        }
    }
    for back in [&by_hand, &own] {
        write(&stage, r#"{"enabled":false,"rollout_percentage":100}"#)?;
        stage.runs(back)?;
        let off = flag(&stage)?.contains(r#""enabled":false"#);
        off.then_some(())
            .ok_or("what was off is on after a stage back")?;
    }
    Ok(())
}

fn the_environment_is_merged(tools: &Path) -> Result<(), String> {
    let stage = stage(tools)?;
    let read = "aws lambda get-function-configuration --function-name audio-processor \
                --query Environment.Variables --output json | jq -cS";
    let rest = "'del(.PARTIAL_RESULTS_ENABLED, .ROLLOUT_PERCENTAGE)'";
    let before = stage.runs(&format!("{read} {rest}"))?;
    stage.runs(&script("Method 2, without coalmine", "--environment")?)?;
    same(&stage.runs(&format!("{read} {rest}"))?, &before)?;
    let set = stage.runs(&format!(
        "{read} '[.PARTIAL_RESULTS_ENABLED, .ROLLOUT_PERCENTAGE]'"
    ))?;
    same(set.trim(), r#"["false","0"]"#)
}

/// A document that cannot be read is not written over, and an environment that cannot be decrypted is not merged with nothing.
fn what_cannot_be_read_is_left(tools: &Path) -> Result<(), String> {
    let stage = stage(tools)?;
    write(&stage, r#"{"enabled":true,"#)?;
    for words in [".enabled = false", ".rollout_percentage"] {
        let refused = stage.runs(&script(WITHOUT, words)?);
        refused.err().ok_or("a broken document was written over")?;
    }
    let kept =
        format!("aws ssm get-parameter --name {PARAMETER} --query Parameter.Value --output text");
    same(stage.runs(&kept)?.trim(), r#"{"enabled":true,"#)?;
    let sealed = script("Method 2, without coalmine", "--environment")?.replace(
        r#"aws lambda get-function-configuration --function-name "$FUNCTION" --output json"#,
        r#"printf '{"RevisionId":"r","Environment":{"Error":{"ErrorCode":"AccessDeniedException"}}}'"#,
    );
    let refused = stage.runs(&sealed);
    refused.err().ok_or("a sealed environment was replaced")?;
    Ok(())
}
