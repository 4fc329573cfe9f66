//! Figures: medians with their range, and the table of all. It measures nothing.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// Measured values of one kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures(Vec<f64>);

impl Figures {
    /// Adds a value.
    pub(crate) fn push(&mut self, value: f64) {
        self.0.push(value);
    }

    /// One value.
    pub(crate) fn one(value: f64) -> Self {
        Self(vec![value])
    }

    fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted
    }

    /// The value below which this share of the values lies (nearest rank); nothing without values.
    pub(crate) fn quantile(&self, share: f64) -> Option<f64> {
        let sorted = self.sorted();
        let rank = (share * sorted.len() as f64).ceil() as usize;
        sorted.get(rank.max(1) - 1).copied()
    }

    fn median(&self) -> Option<f64> {
        self.quantile(0.5)
    }

    /// The 99th percentile as figures of their own.
    pub(crate) fn p99(&self) -> Self {
        Self(self.quantile(0.99).into_iter().collect())
    }

    fn cell(&self) -> String {
        let sorted = self.sorted();
        match (sorted.first(), self.median(), sorted.last()) {
            (Some(_), Some(median), Some(_)) if sorted.len() == 1 => digits(median),
            (Some(least), Some(median), Some(most)) => {
                format!("{} [{}..{}]", digits(median), digits(*least), digits(*most))
            }
            _ => "-".to_owned(),
        }
    }
}

/// About three digits that mean something.
fn digits(value: f64) -> String {
    let decimals = match value.abs() {
        v if v >= 100.0 => 0,
        v if v >= 10.0 => 1,
        _ => 2,
    };
    format!("{value:.decimals$}")
}

/// All figures: a row a measure, a column a subject.
#[derive(Debug)]
pub(crate) struct Report {
    machine: String,
    subjects: Vec<String>,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    measure: String,
    cells: Vec<(String, Figures)>,
}

impl Report {
    /// An empty report of this machine.
    pub(crate) fn new(machine: &str) -> Self {
        Self {
            machine: machine.to_owned(),
            subjects: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// Gives the subjects an order, before any figures come.
    pub(crate) fn order(mut self, subjects: &[&str]) -> Self {
        self.subjects = subjects.iter().map(|&subject| subject.to_owned()).collect();
        self
    }

    /// Puts figures into their cell.
    pub(crate) fn put(&mut self, measure: &str, subject: &str, figures: Figures) {
        if !self.subjects.iter().any(|known| known == subject) {
            self.subjects.push(subject.to_owned());
        }
        let cell = (subject.to_owned(), figures);
        if let Some(row) = self.rows.iter_mut().find(|row| row.measure == measure) {
            row.cells.push(cell);
        } else {
            self.rows.push(Row {
                measure: measure.to_owned(),
                cells: vec![cell],
            });
        }
    }

    /// The table.
    pub(crate) fn markdown(&self) -> String {
        let measured = |subject: &&String| {
            let mut cells = self.rows.iter().flat_map(|row| &row.cells);
            cells.any(|(name, _)| name == *subject)
        };
        let subjects: Vec<_> = self.subjects.iter().filter(measured).collect();
        let mut text = format!("{}\n\n| measure |", self.machine);
        for subject in &subjects {
            let _ = write!(text, " {subject} |");
        }
        let _ = write!(text, "\n|---|{}\n", "---|".repeat(subjects.len()));
        for row in &self.rows {
            let _ = write!(text, "| {} |", row.measure);
            for subject in &subjects {
                let cell = row.cells.iter().find(|(name, _)| name == *subject);
                let _ = write!(
                    text,
                    " {} |",
                    cell.map_or(String::new(), |(_, figures)| figures.cell())
                );
            }
            text.push('\n');
        }
        text
    }

    /// Everything with the single values.
    pub(crate) fn json(&self) -> Value {
        let rows: Vec<_> = self
            .rows
            .iter()
            .map(|row| {
                let cells: serde_json::Map<_, _> = row
                    .cells
                    .iter()
                    .map(|(name, figures)| {
                        let cell = json!({"median": figures.median(), "p99": figures.quantile(0.99), "values": figures.0});
                        (name.clone(), cell)
                    })
                    .collect();
                json!({"measure": row.measure, "subjects": cells})
            })
            .collect();
        json!({"machine": self.machine, "rows": rows})
    }
}
