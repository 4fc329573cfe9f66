//! Patterns over space-delimited messages: `[ip, user, ..., status = 4*, bytes > 1000]`.
//! Names bind nothing outside their own column.

use super::expr::{Expr, Test, number};
use super::scan::Scan;

/// The columns of a pattern: those before the ellipsis, and those after it when there is one.
#[derive(Debug)]
pub(super) struct Columns {
    head: Vec<Column>,
    tail: Option<Vec<Column>>,
}

/// What is asked of one column; nothing for a bare name.
type Column = Option<Expr<String>>;

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

impl Columns {
    /// Parses a pattern that begins with a bracket.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let inner = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .ok_or_else(|| "If a filter pattern starts with '[' it must end with ']'".to_owned())?;
        if inner.trim().is_empty() {
            return Err("A space-delimited pattern needs at least one field".to_owned());
        }
        let mut scan = Scan::new(inner);
        let mut columns = Self {
            head: Vec::new(),
            tail: None,
        };
        loop {
            scan.space();
            if scan.eat("...") || scan.eat("…") {
                if columns.tail.replace(Vec::new()).is_some() {
                    return Err("A space-delimited pattern can hold one ellipsis".to_owned());
                }
            } else {
                let column = column(&mut scan)?;
                columns
                    .tail
                    .as_mut()
                    .unwrap_or(&mut columns.head)
                    .push(column);
            }
            scan.space();
            if !scan.eat(",") {
                break;
            }
        }
        if scan.peek().is_some() {
            return Err(scan.refuse());
        }
        Ok(columns)
    }

    /// Whether the message has these columns, no more and no fewer unless there is an ellipsis, and each passes.
    pub(super) fn matches(&self, message: &str) -> bool {
        let fields = fields(message);
        let tail = self.tail.as_deref().unwrap_or_default();
        let needed = self.head.len() + tail.len();
        let fits = if self.tail.is_some() {
            fields.len() >= needed
        } else {
            fields.len() == needed
        };
        if !fits {
            return false;
        }
        let last = &fields[fields.len() - tail.len()..];
        let pairs = self.head.iter().zip(&fields).chain(tail.iter().zip(last));
        pairs.into_iter().all(|(column, field)| {
            column
                .as_ref()
                .is_none_or(|expr| expr.holds(&|_, test| test.passes(field, number(field))))
        })
    }
}

fn column(scan: &mut Scan<'_>) -> Result<Column, String> {
    let mut ahead = scan.clone();
    ahead.run(is_name);
    ahead.space();
    if matches!(ahead.peek(), None | Some(',')) {
        *scan = ahead;
        return Ok(None);
    }
    let expr = Expr::parse(scan, &subject, 0)?;
    expr.check_regexes()?;
    let mut fault = None;
    let mut first = None;
    expr.each(&mut |subject: &String, test| {
        if *first.get_or_insert(subject) != subject {
            fault = Some(format!(
                "The condition of one field names another, '{subject}'"
            ));
        }
        if matches!(test, Test::IsNull | Test::Is(_) | Test::NotExists) {
            fault = Some(format!("The field '{subject}' holds text, not JSON"));
        }
    });
    fault.map_or(Ok(Some(expr)), Err)
}

fn subject(scan: &mut Scan<'_>) -> Result<String, String> {
    scan.space();
    let name = scan.run(is_name);
    if name.is_empty() {
        Err(scan.refuse())
    } else {
        Ok(name.to_owned())
    }
}

/// The fields of a message: words, and what stands between brackets or double quotes.
fn fields(message: &str) -> Vec<&str> {
    let mut fields = Vec::new();
    let mut rest = message.trim_start();
    while let Some(first) = rest.chars().next() {
        let enclosed = match first {
            '[' => rest[1..].split_once(']'),
            '"' => rest[1..].split_once('"'),
            _ => None,
        };
        let (field, after) = enclosed
            .unwrap_or_else(|| rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len())));
        fields.push(field);
        rest = after.trim_start();
    }
    fields
}
