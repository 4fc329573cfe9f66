//! The header: what is watched, where, as whom, and how old the newest good data are. Where room is short, what matters least goes.

use std::time::Duration;

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::Model;
use crate::app::model::Screen;
use crate::domain::Timestamp;
use crate::domain::failure::{ErrorKind, PortError};
use crate::domain::signal::format_span;

use super::format;
use super::paint::{self, Row};
use super::theme::{Role, Theme};

/// Data older than this are called stale (in the watched world's time).
const STALE: Duration = Duration::from_secs(30);
/// Credentials with less than this left are shown as a warning.
const ENDING: Duration = Duration::from_mins(15);

/// Columns of a rollout's name where room is short.
const NAME: usize = 20;

/// What the parts of the header are worth: the least number is the last to go.
mod rank {
    /// The program's own name.
    pub(super) const BRAND: u8 = 11;
    /// What the console's reads cost.
    pub(super) const COST: u8 = 10;
    /// Its place on the list of rollouts.
    pub(super) const SEAT: u8 = 9;
    /// Who calls.
    pub(super) const CALLER: u8 = 8;
    /// A login that lasts.
    pub(super) const LOGIN: u8 = 7;
    /// The account.
    pub(super) const ACCOUNT: u8 = 6;
    /// The region.
    pub(super) const REGION: u8 = 5;
    /// What reads are slowed down to, and another endpoint than the region's.
    pub(super) const OTHERWISE: u8 = 4;
    /// The clock, and what is rehearsed.
    pub(super) const CLOCK: u8 = 3;
    /// A caller that could not be asked for.
    pub(super) const FAULT: u8 = 2;
    /// What nobody may miss.
    pub(super) const NEEDED: u8 = 1;
    /// What stays whatever happens.
    pub(super) const ALWAYS: u8 = 0;
}

/// A part of the header; the highest rank goes first when room is short.
#[derive(Clone)]
struct Part {
    rank: u8,
    long: String,
    short: String,
    style: Style,
    at_end: bool,
    joined: bool,
}

impl Part {
    fn new(rank: u8, text: impl Into<String>, style: Style) -> Self {
        let text = text.into();
        Self {
            rank,
            short: text.clone(),
            long: text,
            style,
            at_end: false,
            joined: false,
        }
    }

    fn or(self, short: impl Into<String>) -> Self {
        Self {
            short: short.into(),
            ..self
        }
    }

    fn at_end(self) -> Self {
        Self {
            at_end: true,
            ..self
        }
    }

    /// It belongs to the part before it.
    fn joined(self) -> Self {
        Self {
            joined: true,
            ..self
        }
    }
}

/// Draws the header: what matters least is said in fewer words, then not at all, until everything fits.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let parts = fitting(parts(model, theme), usize::from(area.width));
    row_of(&parts).draw(frame, area);
}

/// What there is room for. Each part is there in few words before any is in more; what is worth least comes after that.
fn fitting(parts: Vec<Part>, columns: usize) -> Vec<Part> {
    let mut all: Vec<(usize, Part)> = parts.into_iter().enumerate().collect();
    all.sort_by_key(|(_, part)| part.rank);
    let mut taken: Vec<(usize, Part)> = Vec::new();
    let fits = |taken: &[(usize, Part)]| {
        let mut parts = taken.to_vec();
        parts.sort_by_key(|(place, _)| *place);
        let parts: Vec<Part> = parts.into_iter().map(|(_, part)| part).collect();
        row_of(&parts).fits(columns)
    };
    let (spare, needed): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|(_, part)| part.rank >= rank::COST);
    for group in [needed, spare] {
        let first = taken.len();
        for (place, part) in &group {
            // Who calls says little without the account that it is in.
            let before = place.checked_sub(1);
            if part.joined && !taken.iter().any(|(other, _)| Some(*other) == before) {
                continue;
            }
            let mut short = part.clone();
            short.long.clone_from(&part.short);
            taken.push((*place, short));
            if part.rank > rank::ALWAYS && !fits(&taken) {
                taken.pop();
            }
        }
        for (place, part) in &group {
            let Some(at) = taken
                .iter()
                .skip(first)
                .position(|(other, _)| other == place)
            else {
                continue;
            };
            let at = at + first;
            let mut longer = taken.clone();
            if let Some((_, there)) = longer.get_mut(at) {
                there.long.clone_from(&part.long);
            }
            if fits(&longer) {
                taken = longer;
            }
        }
    }
    taken.sort_by_key(|(place, _)| *place);
    taken.into_iter().map(|(_, part)| part).collect()
}

fn row_of(parts: &[Part]) -> Row {
    let mut row = Row::new();
    for part in parts {
        row = if part.at_end {
            // The first of them has its blank from what stands on the left.
            let gap = if row.end_width() == 0 { "" } else { "  " };
            row.end(gap, Style::new()).end(&part.long, part.style)
        } else if part.joined && row.width() > 0 {
            row.put(" · ", part.style).put(&part.long, part.style)
        } else {
            let gap = if row.width() == 0 { 1 } else { 2 };
            row.gap(gap).put(&part.long, part.style)
        };
    }
    row.end(" ", Style::new())
}

fn parts(model: &Model, theme: &Theme) -> Vec<Part> {
    let style = |role| theme.style(role);
    let environment = &model.spec.environment;
    let prod = environment.is_prod();
    let badge = if prod { Role::Prod } else { Role::Stage };
    let name = environment.0.to_uppercase();
    let mut parts = vec![
        Part::new(rank::BRAND, "coalmine", style(Role::Faint)),
        Part::new(rank::NEEDED, model.spec.name.as_str(), style(Role::Strong))
            .or(paint::clip(model.spec.name.as_str(), NAME)),
        Part::new(rank::ALWAYS, format!(" {name} "), style(badge)),
    ];
    if model.read_only {
        parts.push(Part::new(rank::NEEDED, " READ-ONLY ", style(Role::Stage)));
    }
    if let Some(rehearsal) = &model.rehearsal {
        let scenario = rehearsal.scenario.as_deref().unwrap_or("simulator");
        let speed = speed(rehearsal.speed);
        let long = format!(" REHEARSAL {scenario} ×{speed} ");
        let short = format!(" {scenario} ×{speed} ");
        parts.push(Part::new(rank::CLOCK, long, style(Role::Rehearsal)).or(short));
    }
    // A room need not know whose console it is.
    if model.screen != Screen::Wall {
        parts.extend(place(model, theme));
        parts.extend(credentials(model, theme));
        parts.extend(spending(model, theme));
    }
    let now = format!("{}Z", format::clock(model.now));
    parts.push(Part::new(rank::CLOCK, now, style(Role::Muted)).at_end());
    parts.push(freshness(model, theme));
    parts
}

/// Its place on the list, what the console's reads cost, and what the budget slows down.
fn spending(model: &Model, theme: &Theme) -> Vec<Part> {
    let seat = &model.seat;
    let mut parts = Vec::new();
    if let Some((row, count)) = seat.among {
        let text = format!("{row}/{count}");
        parts.push(Part::new(rank::SEAT, text, theme.style(Role::Muted)));
    }
    if let Some(every) = seat.slowed() {
        let every = format_span(every);
        let part = Part::new(
            rank::OTHERWISE,
            format!("▲ budget: signals every {every}"),
            theme.style(Role::Warn),
        );
        parts.push(part.or(format!("▲ every {every}")));
    }
    if seat.budget > 0.0 && !seat.spending.is_empty() {
        let cost = |long| super::fleet::cost(&seat.spending, seat.budget, model.now, long);
        let part = Part::new(rank::COST, cost(true), theme.style(Role::Faint));
        parts.push(part.or(cost(false)).at_end());
    }
    parts
}

fn speed(speed: f64) -> String {
    if speed.fract() == 0.0 {
        format!("{speed:.0}")
    } else {
        format!("{speed:.1}")
    }
}

/// Region, account, caller, endpoint.
fn place(model: &Model, theme: &Theme) -> Vec<Part> {
    let muted = theme.style(Role::Muted);
    let mut parts = Vec::new();
    let region = model.region.as_ref().or(model.spec.region.as_ref());
    let identity = model.identity.value.as_ref();
    let moved = model
        .pinned_account
        .as_ref()
        .zip(identity)
        .filter(|(pinned, identity)| **pinned != identity.account);
    let account = identity.map(|identity| identity.account.as_str());
    let caller = identity.map(crate::domain::identity::Identity::short_name);
    let known = [
        (rank::REGION, region.map(String::as_str)),
        (rank::ACCOUNT, account),
        (rank::CALLER, caller),
    ];
    for (worth, text) in known {
        let Some(text) = text else { continue };
        let part = Part::new(worth, text, muted);
        let first = parts.is_empty();
        parts.push(if first { part } else { part.joined() });
    }
    if let Some((pinned, _)) = moved {
        let text = format!("✖ not account {pinned}");
        parts.push(Part::new(rank::ALWAYS, text, theme.style(Role::Bad)).or("✖ ACCOUNT"));
    }
    if let Some(endpoint) = &model.endpoint
        && model.rehearsal.is_none()
    {
        let text = format!("at {endpoint}");
        parts.push(Part::new(rank::OTHERWISE, text, theme.style(Role::Accent)));
    }
    parts
}

fn credentials(model: &Model, theme: &Theme) -> Option<Part> {
    if let Some(fault) = &model.identity.fault {
        let text = format!("▲ {}", format::fault(fault));
        return Some(Part::new(rank::FAULT, text, theme.style(Role::Bad)).or("▲ login"));
    }
    let ends = model.identity.value.as_ref()?.expires_at?;
    let left = ends.since(model.now);
    if left.is_zero() {
        let part = Part::new(rank::NEEDED, "✖ login has ended", theme.style(Role::Bad));
        return Some(part.or("✖ login"));
    }
    let (worth, role, mark) = if left < ENDING {
        (rank::NEEDED, Role::Warn, "▲ ")
    } else {
        (rank::LOGIN, Role::Muted, "")
    };
    let long = format!("{mark}creds {}", format_span(left));
    let short = format!("{mark}creds {}", format::short(left));
    Some(Part::new(worth, long, theme.style(role)).or(short))
}

/// When the newest good answer came, and whether anything failed since.
fn freshness(model: &Model, theme: &Theme) -> Part {
    let newest = newest(model);
    let speed = model
        .rehearsal
        .as_ref()
        .map_or(1.0, |rehearsal| rehearsal.speed.clamp(1.0, 1e6));
    let Some(newest) = newest else {
        let (text, role) = match first_fault(model) {
            Some(fault) => (format!("✖ {}", format::fault(fault)), Role::Bad),
            None => ("○ reading".to_owned(), Role::Muted),
        };
        return Part::new(rank::NEEDED, text, theme.style(role)).at_end();
    };
    let age = format::age(model.now, newest);
    let stale = model.now.since(newest) > STALE.mul_f64(speed);
    let (long, short, role) = if stale {
        // A word that is worth more than how long a login lasts.
        let text = format!("▲ stale {age}");
        (text.clone(), text, Role::Warn)
    } else if let Some(fault) = first_fault(model) {
        // Ended credentials are named already, in their own place.
        if fault.kind == ErrorKind::Credentials {
            return Part::new(rank::NEEDED, "▲ fault", theme.style(Role::Warn)).at_end();
        }
        let long = format!("▲ {}", format::fault(fault));
        (long, "▲ fault".to_owned(), Role::Warn)
    } else {
        (format!("● live {age}"), format!("● {age}"), Role::Good)
    };
    Part::new(rank::NEEDED, long, theme.style(role))
        .or(short)
        .at_end()
}

fn newest(model: &Model) -> Option<Timestamp> {
    [
        model.flag.at,
        model.sampling.at,
        model.alarms.at,
        model.tail.at,
    ]
    .into_iter()
    .flatten()
    .max()
}

fn first_fault(model: &Model) -> Option<&PortError> {
    [
        &model.flag.fault,
        &model.sampling.fault,
        &model.alarms.fault,
        &model.tail.fault,
        &model.fallback.fault,
    ]
    .into_iter()
    .find_map(Option::as_ref)
}
