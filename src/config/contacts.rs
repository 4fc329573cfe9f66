//! The table `contacts` of a rollout: who is called. It calls nobody.

use std::collections::BTreeMap;

use super::document::{Faults, Item, Node};

/// Characters that a contact's name or address may have.
const LONGEST: usize = 200;

/// Names and addresses, free but for what cannot be one.
pub(super) fn read(node: &Node<'_>, faults: &mut Faults<'_>) -> BTreeMap<String, String> {
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
