//! A row of the list of rollouts, and how wide its columns are. It sorts nothing and judges nothing.

use crate::app::fleet::{Class, Fleet, Standing};
use crate::domain::Percent;
use crate::domain::signal::SignalState;
use crate::ui::paint::{self, Row};
use crate::ui::theme::{Role, Theme};
use crate::ui::{exposure, format, signals};

use super::look;

/// Columns of the age.
const AGE: usize = 5;
/// Columns of the alarms.
const ALARMS: usize = 6;
/// Columns of the bar.
const BAR: usize = 10;

/// How wide the columns are that are not the same on every screen.
pub(super) struct Widths {
    word: usize,
    name: usize,
    environment: usize,
    /// The bar and the stage; 0 where there is no room for them.
    bar: usize,
    /// The region; 0 where there is no room for it, or only one.
    region: usize,
    worst: usize,
}

impl Widths {
    /// As they fit so many columns.
    pub(super) fn of(fleet: &Fleet, columns: usize) -> Self {
        let longest = |text: fn(&Standing) -> &str, least: usize, most: usize| {
            let widths = fleet.standings.iter();
            let widest = widths.map(|s| paint::width(&paint::safe(text(s)))).max();
            widest.unwrap_or(0).clamp(least, most)
        };
        let wide = columns >= 100;
        let environment = longest(|s| &s.environment, 4, if wide { 12 } else { 8 });
        let most = match columns {
            0..100 => 14,
            100..150 => 24,
            _ => 36,
        };
        let name = longest(|s| &s.name, 7, most);
        let incident = if fleet.standings.iter().any(|s| s.incident) {
            4
        } else {
            0
        };
        let words = fleet.standings.iter().map(|s| s.class.word().len());
        let word = words.max().unwrap_or(0).max(7);
        let stages = fleet.standings.iter().map(|s| stage(s).len()).max();
        let bar = if wide {
            BAR + 2 + stages.unwrap_or(0)
        } else {
            0
        };
        let mut regions: Vec<&str> = fleet.standings.iter().map(|s| &*s.region).collect();
        regions.sort_unstable();
        regions.dedup();
        let region = if columns >= 120 && regions.len() > 1 {
            longest(|s| &s.region, 6, 24) + 1
        } else {
            0
        };
        let fixed = 3 + word + 1 + name + 1 + environment + 1 + region + 5 + bar + 2;
        let fixed = fixed + ALARMS + 1 + AGE + incident + 1;
        Self {
            word,
            name,
            environment,
            bar,
            region,
            worst: columns.saturating_sub(fixed),
        }
    }
}

/// The words above the columns.
pub(super) fn titles(widths: &Widths, theme: &Theme) -> Row {
    let style = theme.style(Role::Faint);
    Row::new()
        .gap(3)
        .cell("verdict", widths.word, style)
        .gap(1)
        .cell("rollout", widths.name, style)
        .gap(1)
        .cell("env", widths.environment, style)
        .gap(1)
        .cell(
            if widths.region > 0 { "region" } else { "" },
            widths.region,
            style,
        )
        .figure("at", 5, style)
        .figure(if widths.bar > 0 { "stage" } else { "" }, widths.bar, style)
        .gap(2)
        .cell("worst signal", widths.worst, style)
        .figure("alarms", ALARMS, style)
        .gap(1)
        .figure("age", AGE, style)
}

/// A rollout.
pub(super) fn row(standing: &Standing, fleet: &Fleet, widths: &Widths, theme: &Theme) -> Row {
    let (mark, role) = look(standing.class);
    let loud = matches!(standing.class, Class::StillExposed | Class::RollBack);
    let word_role = if loud { Role::Danger } else { role };
    let env_role = if standing.is_prod {
        Role::Warn
    } else {
        Role::Muted
    };
    let name_role = if standing.class == Class::Off {
        Role::Muted
    } else {
        Role::Strong
    };
    let row = Row::new()
        .gap(1)
        .put(mark, theme.style(role))
        .gap(1)
        .put(standing.class.word(), theme.style(word_role))
        .gap(
            widths
                .word
                .saturating_sub(paint::width(standing.class.word()))
                + 1,
        )
        .cell(&standing.name, widths.name, theme.style(name_role))
        .gap(1)
        .cell(
            &standing.environment,
            widths.environment,
            theme.style(env_role),
        )
        .gap(1);
    let row = match widths.region {
        0 => row,
        columns => row
            .cell(&standing.region, columns - 1, theme.style(Role::Faint))
            .gap(1),
    };
    let row = row.figure(share(standing), 5, theme.style(Role::Canary));
    let row = bar(row, standing, widths.bar, theme).gap(2);
    let row = worst(row, standing, widths.worst, theme);
    let row = alarms(row, standing, theme);
    age(row.gap(1), standing, fleet, theme).put(
        if standing.incident { " INC" } else { "" },
        theme.style(Role::Bad),
    )
}

/// How far it is on the way to 100, and which stage of how many that is.
fn bar(row: Row, standing: &Standing, columns: usize, theme: &Theme) -> Row {
    if columns == 0 {
        return row;
    }
    let percent = standing.exposure.map_or(0, Percent::get);
    let shares = if standing.is_settling {
        (0, percent)
    } else {
        (percent, percent)
    };
    row.gap(1)
        .join(exposure::bar(shares, &[], BAR, theme))
        .gap(1)
        .cell(stage(standing), columns - BAR - 2, theme.style(Role::Faint))
}

fn stage(standing: &Standing) -> String {
    match standing.stage {
        (0, count) => format!("-/{count}"),
        (number, count) => format!("{number}/{count}"),
    }
}

fn share(standing: &Standing) -> String {
    match standing.exposure {
        Some(percent) if standing.is_settling => format!("≤{}%", percent.get()),
        Some(percent) => format!("{}%", percent.get()),
        None => "?".to_owned(),
    }
}

fn worst(row: Row, standing: &Standing, columns: usize, theme: &Theme) -> Row {
    let faint = theme.style(Role::Faint);
    let Some(worst) = &standing.worst else {
        return row.cell(
            standing.fault.as_deref().unwrap_or("not read yet"),
            columns,
            faint,
        );
    };
    let (_, role, _) = signals::look(worst.state);
    let value_role = if worst.state == SignalState::Ok {
        Role::Text
    } else {
        role
    };
    let rest = paint::width(&worst.value) + paint::width(&worst.limit) + 3;
    let title = columns.saturating_sub(rest).min(paint::width(&worst.title));
    let parts = Row::new()
        .cell(&worst.title, title, theme.style(Role::Muted))
        .gap(1)
        .put(&worst.value, theme.style(value_role))
        .gap(1)
        .put(&worst.limit, faint);
    let used = parts.width();
    if used > columns {
        return row.cell(&worst.value, columns, theme.style(value_role));
    }
    row.join(parts).gap(columns - used)
}

fn alarms(row: Row, standing: &Standing, theme: &Theme) -> Row {
    let (text, role) = match standing.alarms {
        _ if !standing.has_alarms => ("-".to_owned(), Role::Faint),
        None => ("?".to_owned(), Role::Unknown),
        Some((0, all)) => (format!("0/{all}"), Role::Muted),
        Some((firing, all)) => (format!("{firing}/{all}"), Role::Bad),
    };
    row.figure(text, ALARMS, theme.style(role))
}

/// How old the oldest read is; what is older than the pace explains is marked.
fn age(row: Row, standing: &Standing, fleet: &Fleet, theme: &Theme) -> Row {
    let Some(oldest) = standing.oldest else {
        return row.figure("?", AGE, theme.style(Role::Unknown));
    };
    let age = fleet.now.since(oldest);
    let role = if fleet.is_stale(standing) {
        Role::Warn
    } else {
        Role::Muted
    };
    row.figure(format::short(age), AGE, theme.style(role))
}
