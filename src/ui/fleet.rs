//! The list of rollouts: a row each, the worst first, and what the selected one is. It sorts nothing and judges nothing.
//!
//! ```text
//!  coalmine  4 rollouts  1 ROLL BACK · 1 HOLD · 2 off                    21:17:08Z
//!   verdict        rollout      env   at  worst signal                alarms   age
//!  ✖ ROLL BACK     checkout     PROD 10%  error rate 6.2 % > 5 %         1/2   12s
//!  ◆ HOLD          search       PROD 50%  latency p95 310 ms > 800 ms    0/2   12s
//! ```

use super::canvas::{Frame, Hits};
use ratatui::layout::Rect;

use crate::app::fleet::{Class, Fleet, SCOPES, Standing};
use crate::app::keymap::{Action, Scope};
use crate::app::pointer::{Pane, Target};
use crate::domain::Percent;
use crate::domain::signal::SignalState;

use super::format;
use super::glyphs;
use super::paint::{self, Row};
use super::panel;
use super::theme::{Role, Theme};
use super::{exposure, help, overlay, signals};

mod header;
mod prompt;

pub(super) use header::cost;

/// Every class, the worst first.
const CLASSES: [Class; 6] = [
    Class::StillExposed,
    Class::RollBack,
    Class::CannotTell,
    Class::Hold,
    Class::Promote,
    Class::Off,
];
/// Columns of the age.
const AGE: usize = 5;
/// Columns of the alarms.
const ALARMS: usize = 6;
/// Columns of the bar.
const BAR: usize = 10;

/// Draws the list, and answers what lies where.
pub fn draw(frame: &mut ratatui::Frame<'_>, fleet: &Fleet, theme: &Theme) -> Hits {
    let mut canvas = Frame::new(frame.buffer_mut());
    picture(&mut canvas, fleet, theme);
    let (cursor, hits) = canvas.finish();
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
    hits
}

fn picture(frame: &mut Frame<'_>, fleet: &Fleet, theme: &Theme) {
    let screen = frame.area();
    frame
        .buffer_mut()
        .set_style(screen, theme.style(Role::Backdrop));
    let mut body = super::drawn(screen);
    let small = body.width < super::SMALLEST.0 || body.height < super::SMALLEST.1;
    header::draw(frame, panel::take_top(&mut body, 1), fleet, theme);
    footer(frame, panel::take_bottom(&mut body, 1), fleet, theme);
    if fleet.help {
        frame.hit(screen, Target::Beside);
        let rows = help::of_scopes(
            &[Scope::Fleet, Scope::Lists, Scope::Always],
            (&fleet.keymap, fleet.read_only),
            theme,
            usize::from(body.width),
        );
        paint::rows(frame, panel::indent(body, 1), rows, 0);
    } else {
        let detail = if small { 0 } else { 3 };
        let about = panel::take_bottom(&mut body, detail);
        let whole = body.union(about);
        frame.hit(whole, Target::Pane(Pane::Rollouts));
        list(frame, body, fleet, theme);
        selected(frame, about, fleet, theme);
        if let Some(prompt) = &fleet.prompt {
            overlay::lay(frame, whole, theme, |room| {
                prompt::sheet(prompt, fleet, theme, room)
            });
        }
    }
    glyphs::finish(frame.buffer_mut(), theme.glyphs);
}

/// Glyph and look of a class.
fn look(class: Class) -> (&'static str, Role) {
    match class {
        Class::StillExposed => ("▲", Role::Bad),
        Class::RollBack => ("✖", Role::Bad),
        Class::CannotTell => ("?", Role::Unknown),
        Class::Hold => ("◆", Role::Hold),
        Class::Promote => ("●", Role::Good),
        Class::Off => ("○", Role::Faint),
    }
}

/// How wide the columns are that are not the same on every screen.
struct Widths {
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
    fn of(fleet: &Fleet, columns: usize) -> Self {
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

fn list(frame: &mut Frame<'_>, area: Rect, fleet: &Fleet, theme: &Theme) {
    let mut area = area;
    let widths = Widths::of(fleet, usize::from(area.width));
    titles(&widths, theme).draw(frame, panel::take_top(&mut area, 1));
    let room = usize::from(area.height);
    let at = fleet.row();
    let most = fleet.standings.len().saturating_sub(room);
    let first = at.saturating_sub(room / 2).min(most);
    let rows = fleet.listed().skip(first).zip(area.rows());
    for ((place, standing), line) in rows {
        // Beneath the row: a block that must not be overlooked keeps its own ground.
        if place == fleet.selected {
            panel::select(frame, line, theme);
        }
        row(standing, fleet, &widths, theme)
            .stands_for(Target::Row(Pane::Rollouts, place as u64))
            .draw(frame, line);
    }
    let below = fleet.standings.len().saturating_sub(first + room);
    panel::more_below(frame, (area, panel::Look::Ruled), below, theme);
}

fn titles(widths: &Widths, theme: &Theme) -> Row {
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

fn row(standing: &Standing, fleet: &Fleet, widths: &Widths, theme: &Theme) -> Row {
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

/// The selected rollout in full: what a narrow row had to leave out.
fn selected(frame: &mut Frame<'_>, area: Rect, fleet: &Fleet, theme: &Theme) {
    let Some(standing) = fleet.standings.get(fleet.selected) else {
        return;
    };
    let (mark, role) = look(standing.class);
    let title = Row::new()
        .put(&standing.name, theme.style(Role::Title))
        .gap(1)
        .put(&standing.environment, theme.style(Role::Muted))
        .gap(1)
        .put(&standing.region, theme.style(Role::Faint));
    let inside = panel::panel(
        frame,
        area,
        title,
        (panel::Look::Ruled, Role::Border),
        theme,
    );
    let mut first = Row::new()
        .gap(1)
        .put(mark, theme.style(role))
        .gap(1)
        .put(standing.class.word(), theme.style(role));
    if let Some(worst) = &standing.worst {
        let text = format!("{} {} {}", worst.title, worst.value, worst.limit);
        first = first.gap(2).put(text.trim_end(), theme.style(Role::Text));
    }
    if standing.incident {
        first = first
            .gap(2)
            .put("an incident is open", theme.style(Role::Bad));
    }
    if standing.is_busy {
        let text = "an order's effect is being watched";
        first = first.gap(2).put(text, theme.style(Role::Accent));
    }
    let second = if let Some(fault) = &standing.fault {
        Row::new()
            .gap(1)
            .put(format!("▲ {fault}"), theme.style(Role::Warn))
    } else {
        let open = fleet.keymap.said_in(Action::Open, &SCOPES);
        let text = format!("{open} opens it; no key here changes anything");
        Row::new().gap(1).put(text, theme.style(Role::Faint))
    };
    for (row, line) in [first, second].into_iter().zip(inside.rows()) {
        row.draw(frame, line);
    }
}

fn footer(frame: &mut Frame<'_>, area: Rect, fleet: &Fleet, theme: &Theme) {
    if let Some(begun) = &fleet.pending {
        let keys = begun.keys.iter().map(ToString::to_string);
        let keys: Vec<String> = keys.collect();
        return Row::new()
            .gap(1)
            .put(keys.join(" "), theme.style(Role::Key))
            .put(" …", theme.style(Role::Muted))
            .draw(frame, area);
    }
    if let Some(notice) = &fleet.notice {
        let (mark, role) = if notice.is_warning {
            ("▲ ", Role::Warn)
        } else {
            ("", Role::Text)
        };
        return Row::new()
            .gap(1)
            .put(mark, theme.style(role))
            .put(&notice.text, theme.style(role))
            .draw(frame, area);
    }
    let mut row = Row::new();
    let offered = [
        Action::Open,
        Action::Disable,
        Action::Palette,
        Action::Help,
        Action::Quit,
    ];
    for action in offered {
        let Some(binding) = fleet.keymap.row(action, &SCOPES[1..]) else {
            continue;
        };
        let word = match action {
            Action::Disable => "disable (asks)",
            _ => binding.footer,
        };
        let gap = if row.width() == 0 { 1 } else { 2 };
        let hint = Row::new()
            .put(binding.key(), theme.style(Role::Key))
            .gap(1)
            .put(word, theme.style(Role::Muted))
            .stands_for(Target::Key(action));
        // As many as there is room for, none of them cut.
        if row.width() + gap + hint.width() < usize::from(area.width) {
            row = row.gap(gap).join(hint);
        }
    }
    row.draw(frame, panel::inset_end(area));
}
