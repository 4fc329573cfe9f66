//! The commands of a Markdown page: fenced `sh` blocks, and what HTML comments right before them say of how they are typed.
//! It runs nothing.
//!
//! - `<!-- exit: 3 -->`: every command of the block ends with this code; without it, with 0.
//! - `<!-- interactive -->`: commands that wait for a person; they are only parsed.
//! - `<!-- later: 20m -->`: so much simulated time passes before the block; bake times are shortened to that scale.
//! - `<!-- world: latency -->` or `<!-- world: healthy 20 -->`: another evening begins, at a speed, with a home that is set up.
//! - `<!-- needs: NAME -->`: only where the grammar has this command, such as `runbook lint`.

use std::time::Duration;

/// How a block's commands are typed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wants {
    pub(crate) exit: i32,
    pub(crate) interactive: bool,
    pub(crate) later: Option<Duration>,
    pub(crate) world: Option<(String, f64)>,
    pub(crate) needs: Option<String>,
}

/// The commands of one block.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) wants: Wants,
    pub(crate) lines: Vec<String>,
    /// The line of the page where it begins, from 1.
    pub(crate) at: usize,
}

/// Every block with commands, in order. Faults: a comment that is no annotation, or a command in a block that nobody runs.
pub(crate) fn blocks(text: &str) -> Result<Vec<Block>, String> {
    let mut found = Vec::new();
    let mut wants = Wants::default();
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let at = at + 1;
        if let Some(comment) = line.strip_prefix("<!--") {
            let words = comment.trim_end().trim_end_matches("-->").trim();
            annotate(&mut wants, words).ok_or_else(|| format!("line {at}: what is {line}?"))?;
        } else if let Some(language) = line.strip_prefix("```") {
            let inside = lines.by_ref().map(|(_, line)| line);
            let commands = commands(inside.take_while(|line| !line.starts_with("```")));
            if language != "sh" && !commands.is_empty() {
                return Err(format!(
                    "line {at}: commands in a block that is not marked sh"
                ));
            }
            if !commands.is_empty() {
                found.push(Block {
                    wants: std::mem::take(&mut wants),
                    lines: commands,
                    at,
                });
            }
            wants = Wants::default();
        } else if !line.is_empty() {
            wants = Wants::default();
        }
    }
    Ok(found)
}

/// The lines that begin with the program's name, those that go on after a backslash in one.
fn commands<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut whole: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in lines {
        let (part, more) = line.strip_suffix('\\').map_or((line, false), |p| (p, true));
        match whole.last_mut().filter(|_| goes_on) {
            Some(last) => last.push_str(part),
            None => whole.push(part.to_owned()),
        }
        goes_on = more;
    }
    let own = |line: &String| line == "coalmine" || line.starts_with("coalmine ");
    whole.into_iter().filter(own).collect()
}

fn annotate(wants: &mut Wants, words: &str) -> Option<()> {
    let (name, value) = words.split_once(": ").unwrap_or((words, ""));
    match name {
        "exit" => wants.exit = value.parse().ok()?,
        "interactive" if value.is_empty() => wants.interactive = true,
        "later" => {
            let minutes = value.strip_suffix('m')?;
            wants.later = Some(Duration::from_mins(minutes.parse().ok()?));
        }
        "world" => {
            let (scenario, speed) = value.split_once(' ').unwrap_or((value, "0"));
            wants.world = Some((scenario.to_owned(), speed.parse().ok()?));
        }
        "needs" => wants.needs = Some(value.to_owned()),
        _ => return None,
    }
    Some(())
}
