//! What the sources of the screen must not do: make text of their own, or name a colour.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(below: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(below).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            found.push(path);
        }
    }
    found
}

fn offenders(forbidden: &[&str], excused: &[&str]) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = sources(&root.join("ui"));
    files.push(root.join("ui.rs"));
    assert!(files.len() > 20, "the sources are where they were");
    let mut offenders = Vec::new();
    for file in files {
        let name = file
            .strip_prefix(&root)
            .unwrap()
            .to_string_lossy()
            .replace('\\', "/");
        if name.starts_with("ui/tests")
            || name.ends_with("/tests.rs")
            || name.starts_with("ui/theme/")
            || excused.contains(&name.as_str())
        {
            continue;
        }
        let whole = fs::read_to_string(&file).unwrap();
        let code = whole.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for (number, line) in code.lines().enumerate() {
            if forbidden.iter().any(|word| line.contains(word)) {
                offenders.push(format!("{name}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    offenders
}

#[test]
fn text_becomes_a_span_in_one_place_only() {
    let words = [
        "Span::",
        "Line::",
        "Text::",
        "Paragraph::",
        ".set_string",
        ".set_symbol",
        "text::Span",
    ];
    assert_eq!(offenders(&words, &["ui/paint.rs"]), Vec::<String>::new());
}

#[test]
fn colours_are_named_in_the_theme_only() {
    // The backend and the picture turn every colour that there is into numbers; no widget chooses one.
    let excused = [
        "ui/theme.rs",
        "ui/backend.rs",
        "ui/backend/sgr.rs",
        "ui/picture.rs",
        "ui/picture/tests.rs",
    ];
    assert_eq!(
        offenders(&["Color::", "style::Color;", "{Color,"], &excused),
        Vec::<String>::new()
    );
}
