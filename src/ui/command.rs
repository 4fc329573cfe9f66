//! Commands of a runbook: the form for what is missing, the question with the whole script, the output. Nothing is started from here.

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::Clear;

use crate::app::Model;
use crate::app::keymap::{Action, Scope};
use crate::app::model::run::{AskKind, AskRow, FOOT, GUTTER, HEAD, Room, room};
use crate::app::model::{FillForm, RunDialog};
use crate::app::pointer::{Pane, Target};
use crate::domain::runbook::script::show::Piece;
use crate::domain::runbook::script::{MarkKind, Mode, Script};

use super::overlay::{Sheet, input, keys, paragraph};
use super::paint::{self, Row};
use super::panel::{self, Look};
use super::theme::{Role, Theme};

pub(super) mod output;

/// A sheet of fixed rows around what scrolls.
pub(super) struct Fixed {
    pub(super) title: Row,
    pub(super) head: [Row; HEAD],
    pub(super) rows: Vec<Row>,
    /// Rows below those that are shown.
    pub(super) below: usize,
    pub(super) foot: [Row; FOOT],
    /// Whether it is as high as there is room, however little it shows.
    pub(super) tall: bool,
}

/// Draws a sheet of fixed rows where the model knows it to be.
pub(super) fn draw(frame: &mut Frame<'_>, make: impl FnOnce(Room) -> Fixed, theme: &Theme) {
    let screen = super::drawn(frame.area());
    let room = room((screen.width, screen.height));
    let sheet = make(room);
    let gap = u16::from(room.airy);
    let most = screen.height.saturating_sub(room.top + 1);
    let wanted =
        (HEAD + FOOT + sheet.rows.len()).min(usize::from(screen.height)) as u16 + 2 * gap + 2;
    let place = Rect {
        x: screen.x + screen.width.saturating_sub(room.width) / 2,
        y: screen.y + room.top,
        width: room.width,
        height: if sheet.tall { most } else { wanted.min(most) },
    };
    frame.render_widget(Clear, place);
    frame.hit(place, Target::Pane(Pane::Sheet));
    frame
        .buffer_mut()
        .set_style(place, theme.style(Role::Backdrop));
    let inside = panel::panel(frame, place, sheet.title, (Look::Boxed, Role::Focus), theme);
    let mut body = panel::indent(inside, 1);
    let head = panel::take_top(&mut body, HEAD as u16);
    let foot = panel::take_bottom(&mut body, FOOT as u16);
    panel::take_top(&mut body, gap);
    panel::take_bottom(&mut body, gap);
    paint::rows(frame, head, sheet.head.into(), 0);
    paint::rows(frame, body, sheet.rows, 0);
    paint::rows(frame, foot, sheet.foot.into(), 0);
    panel::more_below(frame, (place, Look::Boxed), sheet.below, theme);
}

/// The question: the whole script, and where it would run.
pub(super) fn question(dialog: &RunDialog, model: &Model, theme: &Theme, room: Room) -> Fixed {
    let rows = dialog.rows(room.columns);
    let scroll = dialog.scroll.min(rows.len().saturating_sub(room.rows));
    let below = rows.len().saturating_sub(scroll + room.rows);
    let shown = rows.into_iter().skip(scroll).take(room.rows);
    let words = if dialog.step.text.is_empty() {
        format!("the command of line {}", dialog.line)
    } else {
        dialog.step.text.clone()
    };
    Fixed {
        title: title(&words, model, theme, room.columns),
        head: head(dialog, theme, room.columns),
        rows: shown.map(|row| ask_row(row, theme)).collect(),
        below,
        foot: [
            advice(dialog, below, model, theme),
            offered(dialog, model, theme),
        ],
        tall: false,
    }
}

/// The step's words, and the environment.
pub(super) fn title(words: &str, model: &Model, theme: &Theme, columns: usize) -> Row {
    let environment = &model.spec.environment;
    let badge = if environment.is_prod() {
        Role::Prod
    } else {
        Role::Stage
    };
    let name = format!(" {} ", environment.0.to_uppercase());
    let room = columns.saturating_sub(paint::width(&name) + 6);
    let words = paint::clip(&paint::safe(words), room);
    Row::new()
        .put(words, theme.style(Role::Title))
        .end(name, theme.style(badge))
}

/// A word with what it stands for, on one row.
pub(super) fn fact(label: &str, text: &str, role: Role, (theme, columns): (&Theme, usize)) -> Row {
    let text = paint::clip(&paint::safe(text), columns.saturating_sub(GUTTER));
    Row::new()
        .cell(label, GUTTER, theme.style(Role::Faint))
        .put(text, theme.style(role))
}

fn head(dialog: &RunDialog, theme: &Theme, columns: usize) -> [Row; HEAD] {
    let look = (theme, columns);
    let runs = match &dialog.made {
        Ok(script) => fact("runs", &how(script), Role::Strong, look),
        Err(_) => fact(
            "runs",
            "nothing: it cannot be run as it stands",
            Role::Bad,
            look,
        ),
    };
    let cwd = dialog.cwd.as_deref();
    let cwd = cwd.unwrap_or("the directory that the console was started in");
    let mut pins: Vec<String> = dialog
        .account
        .iter()
        .map(|id| format!("account {id}"))
        .collect();
    pins.extend(
        dialog
            .pins
            .iter()
            .filter(|(name, _)| name != "AWS_DEFAULT_REGION")
            .map(|(name, value)| format!("{name}={value}")),
    );
    if pins.is_empty() {
        pins.push("no account or region is pinned".to_owned());
    }
    [
        runs,
        fact(
            "in",
            &format!("{cwd} · no terminal, no input, 10 m at most"),
            Role::Text,
            look,
        ),
        fact("as", &pins.join(" · "), Role::Text, look),
    ]
}

fn how(script: &Script) -> String {
    let mode = match &script.mode {
        Mode::Argv(_) => "one program, without a shell".to_owned(),
        Mode::Shell(shell) => format!("one {shell} script"),
    };
    format!(
        "{mode} · SHA-256 {}",
        script.sha256.get(..16).unwrap_or_default()
    )
}

fn ask_row(row: AskRow, theme: &Theme) -> Row {
    let (label, text) = match row.kind {
        AskKind::Fault => (Role::Bad, Role::Bad),
        AskKind::Warning => (Role::Warn, Role::Warn),
        AskKind::Value => (Role::Accent, Role::Accent),
        AskKind::Script => (Role::Faint, Role::Text),
    };
    let mut shown = Row::new()
        .figure(&row.label, GUTTER - 2, theme.style(label))
        .put(
            if row.kind == AskKind::Script {
                "▏ "
            } else {
                "  "
            },
            theme.style(Role::Gutter),
        );
    for piece in row.pieces {
        let style = style(&piece, text, theme);
        shown = shown.put(piece.text, style);
    }
    shown
}

fn style(piece: &Piece, plain: Role, theme: &Theme) -> Style {
    theme.style(match piece.mark {
        None => plain,
        Some(MarkKind::Tab | MarkKind::Trailing) => Role::Faint,
        Some(MarkKind::NotAscii) => Role::Warn,
        Some(MarkKind::Control | MarkKind::Hidden | MarkKind::LookAlike | MarkKind::Blanks) => {
            Role::Danger
        }
    })
}

fn advice(dialog: &RunDialog, below: usize, model: &Model, theme: &Theme) -> Row {
    if let Some(complaint) = &dialog.complaint {
        return Row::new().put(format!("✖ {complaint}"), theme.style(Role::Bad));
    }
    let enter = model.keymap.said_in(Action::Confirm, &[Scope::Dialog]);
    let (words, role) = match (&dialog.made, model.read_only) {
        (Err(_), _) => (
            "it stays as it is until that is mended".to_owned(),
            Role::Muted,
        ),
        (Ok(_), true) => ("read-only: nothing is run".to_owned(), Role::Warn),
        (Ok(_), false) if !dialog.read => (
            format!("{below} more rows below: read to the end, then {enter} counts"),
            Role::Warn,
        ),
        (Ok(_), false) if dialog.trusted => (
            "you trusted exactly these bytes before".to_owned(),
            Role::Muted,
        ),
        (Ok(_), false) => (
            format!("{enter} trusts exactly these bytes from now on, and runs them"),
            Role::Text,
        ),
    };
    Row::new().put(words, theme.style(role))
}

fn offered(dialog: &RunDialog, model: &Model, theme: &Theme) -> Row {
    let mut actions = vec![(Action::Back, "cancel (default)")];
    if dialog.made.is_ok() && !model.read_only {
        actions.push((
            Action::Confirm,
            if dialog.trusted {
                "run"
            } else {
                "trust and run"
            },
        ));
    }
    actions.push((Action::Copy, "copy"));
    keys(&model.keymap, Scope::Dialog, &actions, theme)
}

/// The form for everything that is missing.
pub(super) fn form(form: &FillForm, model: &Model, theme: &Theme, columns: usize) -> Sheet {
    let count = form.lines.len();
    let words = match count {
        1 => "One thing is missing; the whole command is shown before it runs:".to_owned(),
        n => format!("{n} things are missing; the whole command is shown before it runs:"),
    };
    let names = form
        .wish
        .missing
        .iter()
        .map(|missing| paint::width(&paint::safe(&missing.written)));
    let column = (names.max().unwrap_or(0) + 4).clamp(12, columns / 2);
    let width = columns.saturating_sub(column).clamp(4, 60);
    let (mut foot, mut cursor) = (paragraph(&words, Role::Text, theme, columns), None);
    // As many lines as fit on a small screen, the one with the cursor among them.
    let first = form
        .at
        .saturating_sub(LINES / 2)
        .min(count.saturating_sub(LINES));
    let all = form.wish.missing.iter().zip(&form.lines).enumerate();
    for (index, (missing, line)) in all.skip(first).take(LINES) {
        if index == form.at {
            cursor = Some((foot.len(), column, line.clone(), width));
        }
        foot.push(input(
            &paint::safe(&missing.written),
            line,
            (column, width),
            theme,
        ));
    }
    let about = form
        .wish
        .missing
        .get(form.at)
        .map_or("", |missing| missing.about.as_str());
    let about = match (&form.complaint, count > LINES) {
        (Some(complaint), _) => Row::new().put(format!("✖ {complaint}"), theme.style(Role::Bad)),
        (None, true) => Row::new().put(
            format!("{} of {count}  {about}", form.at + 1),
            theme.style(Role::Muted),
        ),
        (None, false) => Row::new().put(about, theme.style(Role::Muted)),
    };
    let actions = [
        (Action::Back, "cancel (default)"),
        (Action::Confirm, "go on"),
        (Action::NextField, "next line"),
    ];
    foot.extend([about, keys(&model.keymap, Scope::Input, &actions, theme)]);
    Sheet {
        title: Row::new().put(
            paint::clip(
                &paint::safe(&form.wish.step.text),
                columns.saturating_sub(2),
            ),
            theme.style(Role::Title),
        ),
        foot,
        cursor,
        ..Sheet::default()
    }
}

/// Lines of the form that are shown at once.
const LINES: usize = 6;
