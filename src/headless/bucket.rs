//! `coalmine bucket`: which bucket a session is in, whether it is treated now, and from which stage on. It needs no configuration
//! and no credentials; what the flag says now is told where it can be read.

use std::io::{self, BufRead, BufWriter, Write};
use std::time::Duration;

use super::page::Page;
use super::{code, complain, gone_is_done};
use crate::cli::{Bucket, Global};
use crate::domain::Percent;
use crate::domain::flag::{Comparison, Flag, bucket, is_treated};
use crate::domain::rollout::Stage;
use crate::runtime::Session;
use crate::text::sanitize;

/// How long the flag may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// What ids are judged by.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The stages; none where no single rollout is meant.
    pub stages: Vec<Stage>,
    /// Which buckets a percentage includes.
    pub comparison: Comparison,
    /// What the flag says now, where that is known.
    pub flag: Option<Flag>,
}

/// Prints a row for each id. Answers the exit code: 1 when a line was no text.
pub fn run(arguments: &Bucket, rule: &Rule, global: &Global, page: Page) -> color_eyre::Result<u8> {
    let mut rule = rule.clone();
    if let Some(percent) = arguments.percentage.and_then(Percent::new) {
        rule.flag = Some(Flag {
            enabled: true,
            rollout_percentage: percent,
            listed: Vec::new(),
        });
    }
    let mut rows = Rows {
        out: BufWriter::with_capacity(1 << 16, io::stdout().lock()),
        table: table(&rule),
        staged: !rule.stages.is_empty(),
        json: global.json,
        page,
        count: 0,
    };
    let mut bad = 0_u64;
    let mut write = || -> io::Result<()> {
        rows.begin()?;
        if arguments.ids.is_empty() {
            bad = from_lines(&mut io::stdin().lock(), &mut rows)?;
        } else {
            for id in &arguments.ids {
                rows.row(id)?;
            }
        }
        rows.end()
    };
    gone_is_done(write())?;
    if bad > 0 {
        complain(&format!(
            "{bad} lines were not UTF-8: a session id is text, so they have no bucket"
        ));
        return Ok(code::FAILED);
    }
    Ok(code::DONE)
}

/// One id a line; a line ends with LF or CR LF.
fn from_lines(input: &mut impl BufRead, rows: &mut Rows<impl Write>) -> io::Result<u64> {
    let (mut line, mut bad) = (Vec::new(), 0);
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            return Ok(bad);
        }
        let id = line.strip_suffix(b"\n").unwrap_or(&line);
        let id = id.strip_suffix(b"\r").unwrap_or(id);
        match std::str::from_utf8(id) {
            Ok(id) => rows.row(id)?,
            Err(_) => bad += 1,
        }
    }
}

/// What is told about a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    /// Whether the flag treats it now.
    enabled: Option<bool>,
    /// The percentage of the first stage that includes it.
    stage: Option<u8>,
}

/// Every bucket's place, so that a row costs its hash and no more.
fn table(rule: &Rule) -> Vec<Place> {
    let at = |percent: Percent| Flag {
        enabled: true,
        rollout_percentage: percent,
        listed: Vec::new(),
    };
    (0..100)
        .map(|bucket| Place {
            enabled: rule
                .flag
                .as_ref()
                .map(|flag| is_treated(flag, bucket, rule.comparison)),
            stage: rule
                .stages
                .iter()
                .find(|stage| is_treated(&at(stage.percent), bucket, rule.comparison))
                .map(|stage| stage.percent.get()),
        })
        .collect()
}

struct Rows<W: Write> {
    out: W,
    table: Vec<Place>,
    staged: bool,
    json: bool,
    page: Page,
    count: u64,
}

impl<W: Write> Rows<W> {
    fn begin(&mut self) -> io::Result<()> {
        if self.json {
            self.out.write_all(b"{\"buckets\":[")?;
        }
        Ok(())
    }

    fn row(&mut self, id: &str) -> io::Result<()> {
        let bucket = bucket(id);
        let Some(place) = self.table.get(usize::from(bucket)).copied() else {
            return Ok(());
        };
        if self.json {
            if self.count > 0 {
                self.out.write_all(b",")?;
            }
            self.count += 1;
            self.out.write_all(b"{\"id\":")?;
            serde_json::to_writer(&mut self.out, id)?;
            write!(self.out, ",\"bucket\":{bucket},\"enabled\":")?;
            match place.enabled {
                Some(enabled) => write!(self.out, "{enabled}")?,
                None => self.out.write_all(b"null")?,
            }
            return match place.stage {
                Some(stage) => write!(self.out, ",\"stage\":{stage}}}"),
                None => self.out.write_all(b",\"stage\":null}"),
            };
        }
        let now = match place.enabled {
            Some(true) => "in ",
            Some(false) => "out",
            None => "?  ",
        };
        let (paint, plain) = match place.enabled {
            Some(true) if self.page.colours => ("\x1b[32m", "\x1b[0m"),
            _ => ("", ""),
        };
        match place.stage {
            Some(stage) => write!(
                self.out,
                "{bucket:>2}  {paint}{now}{plain}  from {stage:>3} %  "
            )?,
            None if self.staged => {
                write!(self.out, "{bucket:>2}  {paint}{now}{plain}  in no stage  ")?;
            }
            None => write!(self.out, "{bucket:>2}  {paint}{now}{plain}  ")?,
        }
        writeln!(self.out, "{}", sanitize(id))
    }

    fn end(&mut self) -> io::Result<()> {
        if self.json {
            self.out.write_all(b"]}\n")?;
        }
        self.out.flush()
    }
}

/// The rule for ids without anything that is known of a flag.
pub fn rule_of(spec: &crate::domain::rollout::RolloutSpec) -> Rule {
    Rule {
        stages: spec.stages.clone(),
        comparison: spec.flag.shape.comparison,
        flag: None,
    }
}

/// The rule that all of these rollouts have; where they differ, that of the percentage alone.
pub fn rule_of_all(specs: &[crate::domain::rollout::RolloutSpec]) -> Rule {
    let mut rules = specs.iter().map(rule_of);
    match rules.next() {
        Some(first) if rules.all(|other| other == first) => first,
        _ => Rule {
            stages: Vec::new(),
            comparison: Comparison::default(),
            flag: None,
        },
    }
}

/// What the flag says now, if it can be read quickly: a command that needs no credentials waits for none.
pub async fn flag_now(session: &mut Session) -> Option<Flag> {
    session.read(PATIENCE).await;
    let model = &session.model;
    if let Some(fault) = &model.flag.fault {
        complain(&format!("who is in now is not known: {fault}"));
        return None;
    }
    match &model.flag_says {
        Some(Ok(flag)) => Some(flag.clone()),
        Some(Err(_)) => {
            complain("who is in now is not known: the flag document is not valid");
            None
        }
        None => {
            complain("who is in now is not known: the flag gave no answer in time");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rule: &Rule, json: bool, input: &[u8]) -> (String, u64) {
        let mut rows = Rows {
            out: Vec::new(),
            table: table(rule),
            staged: !rule.stages.is_empty(),
            json,
            page: Page::default(),
            count: 0,
        };
        let done = rows
            .begin()
            .and_then(|()| from_lines(&mut &*input, &mut rows));
        let bad = done.unwrap_or(99);
        assert!(rows.end().is_ok());
        (String::from_utf8_lossy(&rows.out).into_owned(), bad)
    }

    fn rule(percentage: u8, comparison: Comparison) -> Rule {
        let stage = |percent| Stage {
            percent: Percent::new(percent).unwrap_or_default(),
            bake: None,
        };
        Rule {
            stages: vec![stage(10), stage(50)],
            comparison,
            flag: Some(Flag {
                enabled: true,
                rollout_percentage: Percent::new(percentage).unwrap_or_default(),
                listed: Vec::new(),
            }),
        }
    }

    #[test]
    fn lines_become_rows_and_no_row_is_lost() {
        let (out, bad) = rows(
            &rule(80, Comparison::Below),
            true,
            b"golden-eagle-427\r\nabc\n\nlast\xff\nend",
        );
        assert_eq!(bad, 1);
        let parsed: serde_json::Value = serde_json::from_str(&out).unwrap_or_default();
        let ids: Vec<_> = parsed["buckets"].as_array().into_iter().flatten().collect();
        let id = |n: usize| ids[n]["id"].as_str();
        assert_eq!(
            (ids.len(), id(0), id(1), id(2), id(3)),
            (
                4,
                Some("golden-eagle-427"),
                Some("abc"),
                Some(""),
                Some("end")
            )
        );
        assert_eq!(
            (&ids[0]["bucket"], &ids[0]["enabled"], &ids[0]["stage"]),
            (&73.into(), &true.into(), &serde_json::Value::Null)
        );
    }

    #[test]
    fn the_edge_is_where_the_comparison_puts_it() {
        let place =
            |percentage, comparison, bucket: usize| table(&rule(percentage, comparison))[bucket];
        assert_eq!(place(10, Comparison::Below, 9).stage, Some(10));
        assert_eq!(place(10, Comparison::Below, 10).stage, Some(50));
        assert_eq!(place(10, Comparison::Below, 10).enabled, Some(false));
        assert_eq!(place(10, Comparison::BelowOrEqual, 10).stage, Some(10));
        assert_eq!(place(10, Comparison::BelowOrEqual, 10).enabled, Some(true));
        assert_eq!(place(10, Comparison::Below, 50).stage, None);
    }

    #[test]
    fn several_rollouts_share_a_rule_or_have_none() {
        let Ok(one) = crate::config::demo() else {
            unreachable!("the example is a test of its own");
        };
        let mut other = one.clone();
        assert_eq!(rule_of_all(&[one.clone(), other.clone()]), rule_of(&one));
        other.stages.pop();
        let rule = rule_of_all(&[one, other]);
        assert!(rule.stages.is_empty(), "{rule:?}");
    }

    #[test]
    fn without_stages_nothing_is_said_of_them() {
        let mut rule = rule(80, Comparison::Below);
        rule.stages.clear();
        assert_eq!(
            rows(&rule, false, b"golden-eagle-427\n").0,
            "73  in   golden-eagle-427\n"
        );
    }

    #[test]
    fn an_id_drives_no_terminal() {
        let (out, _) = rows(
            &rule(0, Comparison::Below),
            false,
            "\u{1b}[2J\u{202e}\n".as_bytes(),
        );
        assert!(
            !out.trim_end().contains(|c: char| c.is_control()),
            "{out:?}"
        );
    }
}
