//! The severity that a line names, by member or by word. It knows no colour.

use super::super::Level;

/// Words of a line that are looked at.
const WORDS: usize = 10;
/// Bytes of a line that are looked at.
const BYTES: usize = 512;

/// Whether a member of this name holds the level.
pub(super) fn is_name(name: &str) -> bool {
    const NAMES: [&str; 11] = [
        "level",
        "levelname",
        "severity",
        "loglevel",
        "log_level",
        "log.level",
        "lvl",
        "levelName",
        "severity_text",
        "severityText",
        "@level",
    ];
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The level that a JSON value means: a word, or the numbers of pino and bunyan (30 is info).
pub(super) fn of_value(json: &str) -> Option<Level> {
    match json.parse::<f64>() {
        Ok(number) => match number {
            n if n < 30.0 => Some(Level::Debug),
            n if n < 40.0 => Some(Level::Info),
            n if n < 50.0 => Some(Level::Warn),
            _ => Some(Level::Error),
        },
        Err(_) => of_word(&serde_json::from_str::<String>(json).ok()?),
    }
}

/// The level that plain text names near its beginning: `ERROR`, `[warn]`, `level=info`; also what a dying Lambda says.
pub(super) fn in_text(line: &str) -> Option<Level> {
    let mut end = line.len().min(BYTES);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    let head = line.get(..end).unwrap_or_default();
    let named = head
        .split(|c: char| c.is_whitespace() || matches!(c, '|' | ',' | ';'))
        .filter(|word| !word.is_empty())
        .take(WORDS)
        .find_map(of_token);
    let dying = [
        "Task timed out after",
        "Traceback (most recent call last)",
        "Runtime.ExitError",
        "Status: timeout",
        "Status: error",
    ];
    if named.is_some() {
        return named;
    }
    if dying.iter().any(|words| head.contains(words)) {
        return Some(Level::Error);
    }
    platform(head).or_else(|| of_glog(head))
}

/// What Lambda itself writes about every invocation tells nothing new.
fn platform(head: &str) -> Option<Level> {
    const BEGINNINGS: [&str; 5] = [
        "START RequestId: ",
        "END RequestId: ",
        "REPORT RequestId: ",
        "INIT_START ",
        "EXTENSION\t",
    ];
    BEGINNINGS
        .iter()
        .any(|words| head.starts_with(words))
        .then_some(Level::Debug)
}

/// The level of one of Lambda's own JSON lines: of its type, and of how the invocation ended.
pub(super) fn of_platform(kind: &str, line: &str) -> Option<Level> {
    kind.starts_with("platform.").then(|| {
        let ended = |how: &str| line.contains(&format!("\"status\":\"{how}\""));
        if ended("timeout") || ended("error") || ended("failure") {
            Level::Error
        } else {
            Level::Debug
        }
    })
}

/// The letter that glog and klog begin with: `E1120 21:18:04.120001`.
fn of_glog(head: &str) -> Option<Level> {
    let (letter, rest) = head.split_at_checked(1)?;
    let stamp = rest.as_bytes().get(..5)?;
    let digits = stamp.iter().take(4).all(u8::is_ascii_digit);
    if !digits || stamp.last() != Some(&b' ') {
        return None;
    }
    Some(match letter {
        "I" => Level::Info,
        "W" => Level::Warn,
        "E" | "F" => Level::Error,
        _ => return None,
    })
}

fn of_token(token: &str) -> Option<Level> {
    if let Some((name, value)) = token.split_once('=')
        && is_name(name)
    {
        return of_word(value.trim_matches('"'));
    }
    let bare = token.trim_matches(['[', ']', '(', ')', '<', '>', ':']);
    let marked = bare.len() < token.len();
    // A word in small letters is prose unless brackets or a colon set it apart.
    let set_apart = marked || !bare.bytes().any(|b| b.is_ascii_lowercase());
    set_apart.then(|| of_word(bare)).flatten()
}

fn of_word(word: &str) -> Option<Level> {
    Some(match word.to_ascii_uppercase().as_str() {
        "TRACE" | "DEBUG" | "VERBOSE" => Level::Debug,
        "INFO" | "INFORMATION" | "NOTICE" => Level::Info,
        "WARN" | "WARNING" => Level::Warn,
        "ERROR" | "ERR" | "FATAL" | "CRITICAL" | "SEVERE" | "PANIC" | "ALERT" | "EMERGENCY" => {
            Level::Error
        }
        _ => return None,
    })
}
