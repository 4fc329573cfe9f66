//! What a tired person should do next, for each trouble that needs more than a fixed sentence. It judges no error.

pub(super) fn denied_hint(what: &str, message: &str) -> String {
    let (action, resource) = match message.split_once("authorized to perform: ") {
        Some((_, rest)) => {
            let mut words = rest.split_whitespace();
            let action = words
                .next()
                .unwrap_or_default()
                .trim_end_matches([',', '.']);
            let resource = rest
                .split_once("on resource: ")
                .and_then(|(_, r)| r.split_whitespace().next());
            (action, resource)
        }
        None => (what.split_whitespace().next().unwrap_or(what), None),
    };
    let on = resource.map_or_else(String::new, |resource| format!(" on {resource}"));
    if message.contains("explicit deny") {
        return format!(
            "a policy denies {action}{on} explicitly: another role or account is needed"
        );
    }
    format!("this role lacks the IAM action {action}{on}; the other parts go on")
}

pub(super) fn not_found_hint(what: &str) -> String {
    match what.split_once(' ') {
        Some((_, name)) if name != name.trim() => {
            format!("the configured name has a space at its beginning or end: `{name}`")
        }
        Some((_, name)) => {
            format!(
                "`{name}` is not in this account and region: check its spelling and letter case, the region and the profile"
            )
        }
        None => "it is not in this account and region: check the name, the region and the profile"
            .to_owned(),
    }
}

pub(super) fn skew_hint(skew: Option<i64>) -> String {
    match skew {
        Some(minutes) if minutes > 0 => {
            format!(
                "this machine's clock is {minutes} min ahead of AWS: set it right (timedatectl, sntp)"
            )
        }
        Some(minutes) if minutes < 0 => {
            format!(
                "this machine's clock is {} min behind AWS: set it right (timedatectl, sntp)",
                -minutes
            )
        }
        _ => "AWS takes this machine's clock to be wrong: compare it with another one".to_owned(),
    }
}

pub(super) fn slow() -> String {
    "no answer in time: check the network and VPN; it is tried again".to_owned()
}
