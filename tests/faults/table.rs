//! `docs/faults.md` has every row once, and names no test that does not exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use regex::Regex;

fn functions(dir: &Path, found: &mut BTreeSet<String>, name: &Regex) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            functions(&path, found, name);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.extend(name.captures_iter(&text).map(|found| found[1].to_owned()));
        }
    }
}

#[test]
fn every_fault_has_its_row_and_every_named_test_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("docs/faults.md")).unwrap();
    let mut tests = BTreeSet::new();
    let function = Regex::new(r"fn ([a-z0-9_]+)\(").unwrap();
    functions(&root.join("src"), &mut tests, &function);
    functions(&root.join("tests"), &mut tests, &function);

    let quoted = Regex::new("`([a-z0-9_]+)`").unwrap();
    let mut rows = Vec::new();
    let mut wrong = Vec::new();
    for line in text.lines() {
        let inner = line.trim_matches('|').split('|');
        let cells: Vec<&str> = inner.map(str::trim).collect();
        let Some(row) = cells.first().and_then(|cell| cell.parse::<u32>().ok()) else {
            continue;
        };
        rows.push(row);
        let [_, what, does, state, proof] = cells[..] else {
            wrong.push(format!("row {row} has {} cells", cells.len()));
            continue;
        };
        let named: Vec<&str> = quoted
            .captures_iter(proof)
            .map(|found| found.get(1).unwrap().as_str())
            .collect();
        wrong.extend(
            named
                .iter()
                .filter(|name| !tests.contains(**name))
                .map(|name| format!("row {row}: no test `{name}`")),
        );
        let complete = match state {
            "tested" => !named.is_empty() && !does.is_empty(),
            "partly" => !proof.is_empty() && !does.is_empty(),
            "open" => named.is_empty(),
            _ => false,
        };
        if !complete || what.is_empty() {
            wrong.push(format!("row {row} is not complete"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(rows.into_iter().eq(1..=100), "every row once and in order");
}
