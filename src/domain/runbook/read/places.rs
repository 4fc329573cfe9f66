//! Which rows are steps, and which step a row belongs to. It builds nothing.

use super::rows::{Kind, Row};
use crate::domain::runbook::{condition, wait};

/// The answers, one a row.
#[derive(Debug)]
pub(super) struct Places {
    /// Whether the row is a step: an item, or a code block with none around it.
    pub(super) is_step: Vec<bool>,
    /// The row of the nearest step around it or, for a code block or a note, the one that it is about.
    pub(super) step: Vec<Option<usize>>,
    /// The depth of the row as a step: how many steps are around it.
    pub(super) depth: Vec<u8>,
}

impl Places {
    /// Looks at all rows, in time linear in their number.
    pub(super) fn new(rows: &[Row]) -> Self {
        let holds = holders(rows);
        let next = next_items(rows);
        let mut places = Self {
            is_step: vec![false; rows.len()],
            step: vec![None; rows.len()],
            depth: vec![0; rows.len()],
        };
        let mut item = None;
        for (at, row) in rows.iter().enumerate() {
            let around = row.parent.and_then(|parent| places.own_or_around(parent));
            places.step[at] = around;
            places.depth[at] = around.map_or(0, |step| places.depth[step].saturating_add(1));
            match &row.kind {
                Kind::Heading(_) => item = None,
                Kind::Item { number, ticked } => {
                    let nested = around.is_some() && says_something(row);
                    let listed = (number.is_some() && !row.said.contents) || ticked.is_some();
                    places.is_step[at] = listed || holds[at] || nested;
                    if row.parent.is_none() && number.is_some() {
                        item = Some(at);
                    }
                }
                Kind::Code { .. } if around.is_none() => {
                    let owner = item.filter(|item| goes_on(rows, *item, at, next[at]));
                    places.step[at] = owner;
                    places.is_step[at] = owner.is_none();
                }
                _ => {}
            }
        }
        places.about(rows);
        places
    }

    fn own_or_around(&self, row: usize) -> Option<usize> {
        if self.is_step[row] {
            Some(row)
        } else {
            self.step[row]
        }
    }

    /// Notes outside of any step are about a neighbour in their section.
    fn about(&mut self, rows: &[Row]) {
        let mut after = vec![None; rows.len()];
        let mut next = None;
        for at in (0..rows.len()).rev() {
            after[at] = next;
            if matches!(rows[at].kind, Kind::Heading(_)) {
                next = None;
            } else if self.is_step[at] {
                next = Some(at);
            }
        }
        let mut before = None;
        for (at, row) in rows.iter().enumerate() {
            match row.kind {
                Kind::Heading(_) => before = None,
                Kind::Note { fence, .. } if self.step[at].is_none() => {
                    self.step[at] = if fence {
                        before.or(after[at])
                    } else {
                        after[at].or(before)
                    };
                }
                _ if self.is_step[at] => before = Some(at),
                _ => {}
            }
        }
    }
}

/// Items that a code block or a note stands right in.
fn holders(rows: &[Row]) -> Vec<bool> {
    let mut holds = vec![false; rows.len()];
    for row in rows {
        if let (Kind::Code { .. } | Kind::Note { .. }, Some(parent)) = (&row.kind, row.parent) {
            holds[parent] = true;
        }
    }
    holds
}

/// The next ordered item outside of any other after each row, within its section.
fn next_items(rows: &[Row]) -> Vec<Option<usize>> {
    let mut next = None;
    let mut found = vec![None; rows.len()];
    for (at, row) in rows.iter().enumerate().rev() {
        found[at] = next;
        match row.kind {
            Kind::Heading(_) => next = None,
            Kind::Item {
                number: Some(_), ..
            } if row.parent.is_none() => next = Some(at),
            _ => {}
        }
    }
    found
}

/// Whether a code block outside of any list belongs to the item before it.
fn goes_on(rows: &[Row], item: usize, code: usize, next: Option<usize>) -> bool {
    let announced = item + 1 == code && rows[item].said.text.ends_with(':');
    let number = |row: usize| match rows[row].kind {
        Kind::Item { number, .. } => number,
        _ => None,
    };
    let counted = || {
        next.and_then(number)
            .zip(number(item))
            .is_some_and(|(next, own)| own.checked_add(1) == Some(next))
    };
    announced || counted()
}

fn says_something(row: &Row) -> bool {
    let text = &row.said.text;
    !condition::find(text, row.line).is_empty() || !wait::in_prose(text, row.line).is_empty()
}
