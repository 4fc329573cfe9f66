//! Several rollouts as a table for people: a row each, the worst first, in the words of the console's list. It works nothing out.

use crate::app::Model;
use crate::app::fleet::{Class, Standing};
use crate::domain::signal::SignalState;
use crate::headless::page::{Page, Role, widest};

/// What stands between two columns.
const GAP: &str = "  ";

/// Columns of the table.
const COLUMNS: usize = 7;

/// A row: its cells, and how each is meant.
type Row = [(Role, String); COLUMNS];

/// The whole table.
pub(super) fn lay_out(models: &[&Model], page: Page) -> String {
    let mut standings: Vec<Standing> = models.iter().map(|model| Standing::of(model)).collect();
    standings.sort_by_key(Standing::rank);
    let titles = [
        "verdict",
        "rollout",
        "environment",
        "region",
        "at",
        "worst signal",
        "alarms",
    ]
    .map(|title| (Role::Faint, title.to_owned()));
    let rows: Vec<Row> = std::iter::once(titles)
        .chain(standings.iter().map(row))
        .collect();
    let widths: Vec<usize> = (0..COLUMNS)
        .map(|column| {
            widest(
                rows.iter()
                    .filter_map(|row| Some(row.get(column)?.1.as_str())),
            )
        })
        .collect();
    let line = |row: &Row| {
        let cells = row.iter().zip(&widths);
        let cells: Vec<String> = cells
            .map(|((role, text), width)| page.cell(*role, text, *width))
            .collect();
        cells.join(GAP).trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn row(standing: &Standing) -> Row {
    let role = match standing.class {
        Class::StillExposed | Class::RollBack => Role::Bad,
        Class::CannotTell => Role::Warn,
        Class::Hold => Role::Strong,
        Class::Promote => Role::Good,
        Class::Off => Role::Faint,
    };
    let exposure = match standing.exposure {
        Some(percent) if standing.is_settling => format!("up to {percent}"),
        Some(percent) => percent.to_string(),
        None => "not known".to_owned(),
    };
    let (worst_role, worst) = worst(standing);
    let (alarms_role, alarms) = match standing.alarms {
        _ if !standing.has_alarms => (Role::Faint, "-".to_owned()),
        None => (Role::Warn, "not read".to_owned()),
        Some((0, all)) => (Role::Plain, format!("0/{all}")),
        Some((firing, all)) => (Role::Bad, format!("{firing}/{all}")),
    };
    let incident = if standing.incident {
        format!("{alarms}  INCIDENT open")
    } else {
        alarms
    };
    [
        (role, standing.class.word().to_owned()),
        (Role::Strong, standing.name.clone()),
        (Role::Plain, standing.environment.clone()),
        (Role::Faint, standing.region.clone()),
        (Role::Strong, exposure),
        (worst_role, worst),
        (alarms_role, incident),
    ]
}

fn worst(standing: &Standing) -> (Role, String) {
    let Some(worst) = &standing.worst else {
        return (Role::Faint, "-".to_owned());
    };
    let role = match worst.state {
        SignalState::Act => Role::Bad,
        SignalState::Warn | SignalState::Stale => Role::Warn,
        SignalState::NoData | SignalState::NotApplicable => Role::Faint,
        SignalState::Ok => Role::Plain,
    };
    let words = format!("{} {} {}", worst.title, worst.value, worst.limit);
    (role, words.trim_end().to_owned())
}
