#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use super::{Paper, indexed, svg};

fn of(lines: &[&str]) -> String {
    svg(
        &Buffer::with_lines(lines.iter().copied()),
        "a <b>",
        Paper::default(),
    )
}

#[test]
fn words_stand_at_their_columns_and_foreign_marks_are_text() {
    let picture = of(&["  a<b & c"]);
    assert!(picture.contains(r#"aria-label="a &lt;b&gt;""#), "{picture}");
    let text = picture
        .lines()
        .find(|line| line.contains("a&lt;b"))
        .unwrap();
    // Two cells of 9.6 after the edge of 12.
    assert!(text.contains(r#"x="31.2""#), "{text}");
    assert!(text.contains(r#"textLength="28.8""#), "{text}");
    assert!(picture.contains(">&amp;</text>"), "{picture}");
}

#[test]
fn frames_join_from_cell_to_cell() {
    let picture = of(&["╭─╮", "│⣿│"]);
    assert!(!picture.contains("<text"), "{picture}");
    // The line ends where the next cell begins.
    assert!(picture.contains("M21.6 22H31.2"), "{picture}");
    let dots = picture.lines().find(|line| line.matches('z').count() == 8);
    assert!(dots.is_some(), "eight dots: {picture}");
}

#[test]
fn every_block_and_line_of_the_console_has_a_shape() {
    for glyph in "─━│┃╭╮╰╯├┤┬┴┼╌┄┆┊▁▂▃▄▅▆▇█▉▊▋▌▍▎▏▐░▒▓▰▱⣀⡀⠉▘▟".chars()
    {
        let picture = of(&[&glyph.to_string()]);
        assert!(picture.contains("<path"), "{glyph}: {picture}");
    }
}

#[test]
fn eighths_count_from_the_left_and_from_below() {
    let left = of(&["▏"]);
    assert!(left.contains("h1.2v20"), "an eighth of 9.6: {left}");
    let most = of(&["▉"]);
    assert!(most.contains("h8.4v20"), "seven eighths: {most}");
    let low = of(&["▁"]);
    assert!(low.contains("M12 29.5h9.6v2.5"), "an eighth of 20: {low}");
    let full = of(&["█"]);
    assert!(full.contains("M12 12h9.6v20"), "{full}");
}

#[test]
fn colours_and_marks_of_a_style_are_kept() {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 4, 1));
    let style = Style::new()
        .fg(Color::Rgb(1, 2, 3))
        .bg(Color::Indexed(196))
        .add_modifier(Modifier::BOLD | Modifier::REVERSED);
    buffer.set_string(0, 0, "ok", style);
    let picture = svg(&buffer, "", Paper::default());
    assert!(
        picture.contains(r##"fill="#010203" shape-rendering="crispEdges"/>"##),
        "the background: {picture}"
    );
    assert!(
        picture.contains(r##"fill="#ff0000" font-weight="bold""##),
        "{picture}"
    );
    assert_eq!(indexed(232).unwrap(), "#080808");
    assert_eq!(indexed(16).unwrap(), "#000000");
    assert_eq!(indexed(231).unwrap(), "#ffffff");
}

#[test]
fn a_wide_glyph_takes_two_columns_once() {
    let picture = of(&["日x"]);
    assert!(picture.contains(r#"textLength="28.8""#), "{picture}");
    assert_eq!(picture.matches("<text").count(), 1);
}
