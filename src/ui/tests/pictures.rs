//! x
use super::*;
use crate::ui::fixtures as f;

/// The bytes that show a frame in a terminal.
fn ansi(buffer: &Buffer) -> String {
    let mut out = String::from("\x1b[?7l");
    for (y, row) in buffer
        .content
        .chunks(usize::from(buffer.area.width))
        .enumerate()
    {
        write!(out, "\x1b[{};1H", y + 1).unwrap();
        let mut covered = 0;
        for cell in row {
            if covered > 0 {
                covered -= 1;
                continue;
            }
            covered = unicode_width::UnicodeWidthStr::width(cell.symbol()).saturating_sub(1);
            out.push_str("\x1b[0");
            for (on, code) in [
                (Modifier::BOLD, 1),
                (Modifier::UNDERLINED, 4),
                (Modifier::REVERSED, 7),
            ] {
                if cell.modifier.contains(on) {
                    write!(out, ";{code}").unwrap();
                }
            }
            if let Color::Rgb(r, g, b) = cell.fg {
                write!(out, ";38;2;{r};{g};{b}").unwrap();
            }
            if let Color::Rgb(r, g, b) = cell.bg {
                write!(out, ";48;2;{r};{g};{b}").unwrap();
            }
            out.push('m');
            out.push_str(cell.symbol());
        }
    }
    out
}

#[test]
fn throwaway() {
    let theme = Theme::new(Depth::True);
    std::fs::create_dir_all("/tmp/shots").unwrap();
    let mut all: Vec<(String, Model)> = vec![
        ("healthy".into(), f::healthy()),
        ("trouble".into(), f::trouble()),
        ("after".into(), f::after_disable()),
        ("off".into(), f::proven_off()),
        ("blind".into(), f::blind()),
        ("contra".into(), f::contradicted()),
    ];
    for (n, s) in [
        ("logs", Screen::Logs),
        ("alarms", Screen::Alarms),
        ("levers", Screen::Levers),
        ("history", Screen::History),
        ("why", Screen::Why),
        ("calls", Screen::Calls),
    ] {
        all.push((n.into(), f::on(f::trouble(), s)));
    }
    for (n, o) in f::sheets::all() {
        all.push((format!("o_{n}"), f::under(f::after_disable(), o)));
    }
    for (name, model) in &all {
        for size in [(120, 40), (80, 24), (200, 60), (40, 10), (39, 9), (80, 50)] {
            let (buffer, _) = frame(model, size, &theme);
            std::fs::write(
                format!("/tmp/shots/{name}-{}x{}.ansi", size.0, size.1),
                ansi(&buffer),
            )
            .unwrap();
            std::fs::write(
                format!("/tmp/shots/{name}-{}x{}.txt", size.0, size.1),
                text(&buffer),
            )
            .unwrap();
        }
    }
}
