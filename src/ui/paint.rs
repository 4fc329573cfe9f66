//! Text on the screen: the one place where a span is made, hence where text from outside is made safe; rows of parts that never
//! run into each other. It knows no model.

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::app::pointer::Target;
use crate::text::sanitize;

/// Bytes of one text that are looked at: far more than a row can show, far less than a hostile line can have.
const LONGEST: usize = 16 * 1024;

/// The only way from text to the screen: what comes out holds nothing that a terminal would obey.
pub(super) fn text(raw: impl AsRef<str>, style: Style) -> Span<'static> {
    Span::styled(safe(raw.as_ref()), style)
}

/// Text made safe, and cut where nobody could read on.
pub(super) fn safe(raw: &str) -> String {
    let end = raw.floor_char_boundary(LONGEST);
    sanitize(raw.get(..end).unwrap_or_default())
        .as_str()
        .to_owned()
}

/// Columns that a text takes.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// A text in at most `columns` columns; where something is cut off, `…` says so.
pub(super) fn clip(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1;
    for grapheme in text.graphemes(true) {
        used += grapheme.width();
        if used > columns {
            break;
        }
        out.push_str(grapheme);
    }
    if columns > 0 {
        out.push('…');
    }
    out
}

/// Lines of at most `columns` columns, broken at blanks where there are some; a line break in the text is one on screen.
pub(super) fn wrap(raw: &str, columns: usize) -> Vec<String> {
    raw.lines()
        .flat_map(|line| wrap_line(&safe(line), columns.max(1)))
        .collect()
}

fn wrap_line(line: &str, columns: usize) -> Vec<String> {
    let indent: String = line.chars().take_while(|c| *c == ' ').collect();
    let indent = if indent.len() * 2 < columns {
        indent
    } else {
        String::new()
    };
    let mut rows = Vec::new();
    let mut row = String::new();
    for word in line.split_inclusive(' ') {
        let taken = row.width() + word.trim_end().width();
        if taken > columns && !row.trim().is_empty() {
            rows.push(std::mem::replace(&mut row, indent.clone()));
        }
        for grapheme in word.graphemes(true) {
            if row.width() + grapheme.width() > columns && !row.trim().is_empty() {
                if grapheme == " " {
                    continue;
                }
                rows.push(std::mem::replace(&mut row, indent.clone()));
            }
            row.push_str(grapheme);
        }
    }
    rows.push(row);
    rows.into_iter()
        .map(|row| row.trim_end().to_owned())
        .collect()
}

/// One row of the screen: parts from the left, parts from the right.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    left: Vec<Span<'static>>,
    right: Vec<Span<'static>>,
    /// What columns of the left parts stand for: from, how many (`None` for the whole line), what.
    zones: Vec<(usize, Option<usize>, Target)>,
    /// The column that has the focus.
    focus: Option<usize>,
}

impl Row {
    /// A row with nothing on it.
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Adds text.
    pub(super) fn put(mut self, raw: impl AsRef<str>, style: Style) -> Self {
        self.left.push(text(raw, style));
        self
    }

    /// Adds blanks.
    pub(super) fn gap(self, columns: usize) -> Self {
        self.put(" ".repeat(columns), Style::new())
    }

    /// Adds blanks up to this column, and at least one where the row is that long already.
    pub(super) fn tab(self, column: usize) -> Self {
        let missing = column.saturating_sub(self.width());
        let used = self.width();
        self.gap(if used == 0 { missing } else { missing.max(1) })
    }

    /// Adds text in exactly so many columns, from the left.
    pub(super) fn cell(self, raw: impl AsRef<str>, columns: usize, style: Style) -> Self {
        let shown = clip(&safe(raw.as_ref()), columns);
        let rest = columns.saturating_sub(shown.width());
        self.put(shown, style).gap(rest)
    }

    /// Adds text in exactly so many columns, from the right: figures stand under each other.
    pub(super) fn figure(self, raw: impl AsRef<str>, columns: usize, style: Style) -> Self {
        let shown = clip(&safe(raw.as_ref()), columns);
        let rest = columns.saturating_sub(shown.width());
        self.gap(rest).put(shown, style)
    }

    /// Adds text at the right end of the row.
    pub(super) fn end(mut self, raw: impl AsRef<str>, style: Style) -> Self {
        self.right.push(text(raw, style));
        self
    }

    /// What the whole row stands for, for the mouse.
    pub(super) fn stands_for(mut self, target: Target) -> Self {
        self.zones.push((0, None, target));
        self
    }

    /// The row has the focus: the cursor stands at its beginning.
    pub(super) fn focused(mut self, is_focused: bool) -> Self {
        if is_focused {
            self.focus = Some(0);
        }
        self
    }

    /// Adds the left parts of another row.
    pub(super) fn join(mut self, other: Self) -> Self {
        let (begin, width) = (self.width(), other.width());
        if !other.zones.is_empty() {
            for zone in &mut self.zones {
                zone.1 = zone.1.or(Some(begin));
            }
        }
        let moved = |(from, columns, target): (usize, Option<usize>, Target)| {
            (from + begin, columns.or(Some(width)), target)
        };
        self.zones.extend(other.zones.into_iter().map(moved));
        self.focus = self.focus.or(other.focus.map(|at| at + begin));
        self.left.extend(other.left);
        self.right.extend(other.right);
        self
    }

    /// The same parts, at the right end.
    pub(super) fn into_end(self) -> Self {
        Self {
            right: [self.left, self.right].concat(),
            ..Self::default()
        }
    }

    /// Columns of the left parts.
    pub(super) fn width(&self) -> usize {
        self.left.iter().map(Span::width).sum()
    }

    /// Columns of the right parts.
    pub(super) fn end_width(&self) -> usize {
        self.right.iter().map(Span::width).sum()
    }

    /// Whether both sides fit into so many columns with a blank between them.
    pub(super) fn fits(&self, columns: usize) -> bool {
        let end = self.end_width();
        self.width() + end + usize::from(end > 0) <= columns
    }

    /// What it says, without its looks: both sides, one after the other.
    pub(super) fn said(&self) -> String {
        let side = |parts: &[Span<'static>]| {
            let text: String = parts.iter().map(|part| part.content.as_ref()).collect();
            text.trim_end().to_owned()
        };
        let (left, right) = (side(&self.left), side(&self.right));
        match (left.trim().is_empty(), right.trim().is_empty()) {
            (_, true) => left,
            (true, false) => right.trim().to_owned(),
            (false, false) => format!("{left}  {}", right.trim()),
        }
    }

    /// A blank before and after each side, to stand on a border.
    pub(super) fn framed(self) -> Self {
        let pad = |parts: Vec<Span<'static>>| {
            if parts.is_empty() {
                return parts;
            }
            let blank = || text(" ", Style::new());
            [vec![blank()], parts, vec![blank()]].concat()
        };
        Self {
            left: pad(self.left),
            right: pad(self.right),
            ..self
        }
    }

    /// Draws the row into the first line of `area`. The right end stays whole while it leaves a third to the left, which is cut.
    pub(super) fn draw(self, frame: &mut Frame<'_>, area: Rect) {
        let area = area.intersection(frame.area());
        if area.is_empty() {
            return;
        }
        let columns = usize::from(area.width);
        let end = self.end_width();
        let keeps_end = end > 0 && (self.fits(columns) || end * 3 <= columns * 2);
        let room = if keeps_end {
            columns.saturating_sub(end + 1)
        } else {
            columns
        };
        for (from, columns, target) in self.zones {
            frame.hit(part(area, from, columns), target);
        }
        if let Some(at) = self.focus.filter(|at| *at < columns) {
            frame.focus((area.x.saturating_add(at as u16), area.y));
        }
        put_spans(frame, area, self.left, room);
        if keeps_end {
            let x = area.right().saturating_sub(end as u16);
            put_spans(
                frame,
                Rect {
                    x,
                    width: end as u16,
                    ..area
                },
                self.right,
                end,
            );
        }
    }
}

/// So many columns of a line, from one on.
fn part(line: Rect, from: usize, columns: Option<usize>) -> Rect {
    let from = u16::try_from(from).unwrap_or(u16::MAX).min(line.width);
    let rest = line.width - from;
    Rect {
        x: line.x + from,
        width: columns.map_or(rest, |columns| {
            rest.min(u16::try_from(columns).unwrap_or(u16::MAX))
        }),
        height: 1,
        ..line
    }
}

fn put_spans(frame: &mut Frame<'_>, area: Rect, spans: Vec<Span<'static>>, mut room: usize) {
    let mut x = area.x;
    for span in spans {
        if room == 0 {
            return;
        }
        let shown = if span.width() > room {
            text(clip(&span.content, room), span.style)
        } else {
            span
        };
        let cut = shown.width().min(room);
        frame.buffer_mut().set_span(x, area.y, &shown, room as u16);
        x = x.saturating_add(cut as u16);
        room -= cut;
        if shown.content.ends_with('…') && room == 0 {
            return;
        }
    }
}

/// Draws rows from the top of `area`, the first `scroll` left out, as far as there are more than fit. Answers how many are left out
/// above and below.
pub(super) fn rows(
    frame: &mut Frame<'_>,
    area: Rect,
    rows: Vec<Row>,
    scroll: usize,
) -> (usize, usize) {
    let height = usize::from(area.height);
    let above = scroll.min(rows.len().saturating_sub(height));
    let below = rows.len().saturating_sub(above + height);
    for (row, y) in rows.into_iter().skip(above).zip(area.rows()) {
        row.draw(frame, y);
    }
    (above, below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_says_so_and_keeps_its_columns() {
        assert_eq!(clip("golden-eagle", 6), "golde…");
        assert_eq!(clip("世界世界", 4), "世…");
        assert_eq!(clip("abc", 3), "abc");
        assert_eq!(clip("abc", 0), "");
        assert_eq!(
            width(
                &Row::new()
                    .cell("世界世界", 4, Style::new())
                    .left
                    .iter()
                    .map(|s| s.content.as_ref())
                    .collect::<String>()
            ),
            4
        );
    }

    #[test]
    fn lines_break_at_blanks_and_keep_their_indent() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("  a bbb ccc", 7), ["  a bbb", "  ccc"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("a\n\nb", 9), ["a", "", "b"]);
        assert_eq!(wrap("世界世界", 3), ["世", "界", "世", "界"]);
        assert_eq!(wrap("x", 0), ["x"]);
    }
}
