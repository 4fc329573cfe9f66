//! The tables `runbook` and `contacts` of a rollout: which runbook is opened, what the commands of the team's own tools mean, and who
//! is called. It reads no runbook.

use std::collections::BTreeMap;
use std::path::Path;

use super::document::{Faults, Item, Node};
use super::{Config, nearest};
use crate::domain::runbook::native::{MATCH_FORMS, NativePattern, THEN_FORMS, parse_then};
use crate::domain::runbook::shipped::{DEFAULT, PREFIX, SHIPPED, find, is_builtin};

/// Characters that a contact's name or address may have.
const LONGEST: usize = 200;

/// What the table says.
#[derive(Default)]
pub(super) struct Runbook {
    /// The Markdown file, or the one that is inside of the program.
    pub(super) file: Option<String>,
    /// The patterns, in the order of the file.
    pub(super) native: Vec<NativePattern>,
}

/// Reads the table of a rollout; without a file it is the runbook that is inside of the program.
pub(super) fn read(rollout: &Node<'_>, faults: &mut Faults<'_>) -> Runbook {
    let built_in = || Some(DEFAULT.to_owned());
    let Some(node) = rollout.node("runbook", faults) else {
        return Runbook {
            file: built_in(),
            native: Vec::new(),
        };
    };
    node.only(&["file", "native"], faults);
    let items = node.get("native").and_then(|item| item.array(faults));
    let file = match (node.get("file"), &items) {
        (Some(item), _) => file(&item, faults),
        (None, Some(_)) => built_in(),
        (None, None) => {
            faults.missing(&node, "file", "a Markdown file, or \"builtin:rollback\"");
            None
        }
    };
    let native = items.unwrap_or_default();
    Runbook {
        file,
        native: native
            .into_iter()
            .filter_map(|item| pattern(item, faults))
            .collect(),
    }
}

fn file(item: &Item<'_>, faults: &mut Faults<'_>) -> Option<String> {
    let file = item.string(faults)?;
    if is_builtin(&file) && find(&file).is_none() {
        unknown(&file, item, faults);
    }
    Some(file)
}

fn pattern(item: Item<'_>, faults: &mut Faults<'_>) -> Option<NativePattern> {
    let node = item.node(faults)?;
    node.only(&["match", "then"], faults);
    let then = node
        .require("then", THEN_FORMS, faults)
        .and_then(|item| item.parsed(THEN_FORMS, faults, parse_then));
    let wanted = node.require("match", MATCH_FORMS, faults)?;
    let text = wanted.string(faults)?;
    let parsed = NativePattern::parse_match(&text).and_then(|pattern| match then {
        Some(then) => pattern.with(then),
        None => Ok(pattern),
    });
    match parsed {
        Ok(pattern) => then.is_some().then_some(pattern),
        Err(fault) => {
            wanted.fault(fault, Some(MATCH_FORMS), faults);
            None
        }
}

fn unknown(file: &str, item: &Item<'_>, faults: &mut Faults<'_>) {
    let names = || SHIPPED.iter().map(|shipped| shipped.name);
    let name = file.strip_prefix(PREFIX).unwrap_or(file);
    let hint = match nearest(name, names()) {
        Some(near) => format!("did you mean `{PREFIX}{near}`?"),
        None => format!("there are: {}", names().collect::<Vec<_>>().join(", ")),
    };
    let text = format!("no runbook called `{name}` ships with this program");
    item.fault(text, Some(&hint), faults);
}

/// Names and addresses, free but for what cannot be one.
pub(super) fn contacts(node: &Node<'_>, faults: &mut Faults<'_>) -> BTreeMap<String, String> {
    let node = node.node("contacts", faults);
    let members = node.map(|node| node.members()).unwrap_or_default();
    let mut contacts: BTreeMap<String, String> = BTreeMap::new();
    for (name, span, item) in members {
        let alike = |c: char| c.is_alphanumeric();
        let fold = |name: &str| name.to_lowercase().replace(|c| !alike(c), "");
        let twin = contacts.keys().find(|other| fold(other) == fold(&name));
        let wrong = if name.chars().any(char::is_control) || !name.contains(alike) {
            Some(("is no name for a contact".to_owned(), "for example on_call"))
        } else if name.chars().count() > LONGEST {
            Some((
                format!("is longer than {LONGEST} characters"),
                "for example on_call",
            ))
        } else {
            twin.map(|twin| (format!("is `{twin}` once more"), "one name, one address"))
        };
        if let Some((text, hint)) = wrong {
            faults.push(span, &item.path, text, Some(hint));
            continue;
        }
        if let Some(address) = address(&item, faults) {
            contacts.insert(name, address);
        }
    }
    contacts
}

fn address(item: &Item<'_>, faults: &mut Faults<'_>) -> Option<String> {
    let address = item.string(faults)?.trim().to_owned();
    if address.chars().count() > LONGEST {
        item.fault(format!("is longer than {LONGEST} characters"), None, faults);
    }
    let bracketed = |open, close| address.starts_with(open) && address.ends_with(close);
    if bracketed('[', ']') || bracketed('<', '>') {
        let hint = "put in a name, a number or a link, or leave the line out";
        item.fault("is a placeholder itself", Some(hint), faults);
    }
    Some(address)
}

/// What is no fault, and yet somebody should know before the night on which it counts.
pub fn warnings(config: &Config) -> Vec<String> {
    let missing = |file: &str| {
        let what = match std::fs::metadata(Path::new(file)) {
            Ok(there) if there.is_file() => return None,
            Ok(_) => "is no file".to_owned(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => "is not there".to_owned(),
            Err(error) => format!("cannot be read: {error}"),
        };
        Some(what)
    };
    let rollouts = config.rollouts.iter().filter_map(|spec| {
        let file = spec.runbook.as_deref().filter(|file| !is_builtin(file))?;
        let what = missing(file)?;
        Some(format!(
            "rollout.{}.runbook.file: {file} {what}; the console opens without it (`{DEFAULT}` is always there)",
            spec.name
        ))
    });
    rollouts.collect()
}
