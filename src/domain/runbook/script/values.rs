//! Placeholders become variables: the script names them, the environment holds their values, and no value is ever part of the text.

use super::quoting::{self, Quote, Reading};
use super::{NotRunnable, code, line_at};

/// Bytes that a value may have.
const LONGEST: usize = 32 * 1024;
/// Variables that steer the shell, the programs or the pin on account and region, and hence never hold a filled-in value.
const RESERVED: &[&str] = &[
    "PATH",
    "HOME",
    "LANG",
    "USER",
    "LOGNAME",
    "TZ",
    "TERM",
    "TMPDIR",
    "PAGER",
    "SHELL",
    "PWD",
    "OLDPWD",
    "IFS",
    "ENV",
    "CDPATH",
    "PS1",
    "PS2",
    "PS4",
    "OPTIND",
    "OPTARG",
    "OPTIONS",
    "HOSTNAME",
    "UID",
    "EUID",
    "PPID",
    "RANDOM",
    "SECONDS",
    "LINENO",
    "EDITOR",
    "VISUAL",
    "NO_COLOR",
    "FUNCNAME",
    "PIPESTATUS",
    "SHELLOPTS",
    "BASHOPTS",
    "GLOBIGNORE",
    "POSIXLY_CORRECT",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "KUBECONFIG",
    "NODE_OPTIONS",
    "PROMPT_COMMAND",
    "DIRSTACK",
    "GROUPS",
    "REPLY",
    "COLUMNS",
    "LINES",
];
const RESERVED_PREFIXES: &[&str] = &[
    "AWS_",
    "LD_",
    "DYLD_",
    "BASH",
    "GIT_",
    "PYTHON",
    "PERL",
    "RUBY",
    "LC_",
    "COALMINE_",
    "MALLOC_",
    "SSH_",
    "JAVA_",
    "_JAVA",
    "NODE_",
];

/// A text with its placeholders replaced.
pub(super) struct Filling {
    pub(super) text: String,
    pub(super) values: Vec<(String, String)>,
    pub(super) faults: Vec<NotRunnable>,
}

/// A place of a placeholder: its bytes, and whose it is.
struct Place {
    from: usize,
    to: usize,
    of: usize,
}

/// Replaces every placeholder of `filled`: `(as written, value)`. `$NAME` and `${NAME}` keep their name, others get one.
pub(super) fn fill(text: &str, filled: &[(String, String)]) -> Filling {
    let bad = filled
        .iter()
        .filter_map(|(written, value)| bad_value(written, value));
    let mut faults: Vec<NotRunnable> = bad.collect();
    let places = find(text, filled);
    let masked = mask(text, &places, filled);
    let reading = quoting::read(&masked);
    let names = names(filled, &masked);
    let (mut out, mut done) = (String::with_capacity(text.len()), 0);
    for place in &places {
        let Some(((written, _), name)) = filled.get(place.of).zip(names.get(place.of)) else {
            continue;
        };
        let quote = reading
            .quotes
            .get(place.from)
            .copied()
            .unwrap_or(Quote::Plain);
        let original = text.get(place.from..place.to).unwrap_or_default();
        out.push_str(text.get(done..place.from).unwrap_or_default());
        done = place.to;
        if matches!(quote, Quote::Comment | Quote::Escaped) {
            out.push_str(original);
            continue;
        }
        if let Err(why) = may_stand(written, quote, (&masked, &reading), place.from) {
            let instead = "run it yourself, or mend the runbook";
            faults.push(NotRunnable::new(line_at(text, place.from), why, instead));
        }
        let pieces = match quote {
            Quote::Plain => ["\"$", name, "\""],
            _ if variable(written).is_some() => ["", original, ""],
            _ => ["${", name, "}"],
        };
        out.extend(pieces);
    }
    out.push_str(text.get(done..).unwrap_or_default());
    let used = |index: &usize| {
        let variable = filled
            .get(*index)
            .is_some_and(|(written, _)| is_variable(written, text));
        variable || places.iter().any(|place| place.of == *index)
    };
    let values = (0..filled.len())
        .filter(used)
        .filter_map(|index| Some((names.get(index)?.clone(), filled.get(index)?.1.clone())))
        .collect();
    Filling {
        text: out,
        values,
        faults,
    }
}

fn bad_value(written: &str, value: &str) -> Option<NotRunnable> {
    let fault =
        |why: &str, instead: &str| Some(NotRunnable::new(0, format!("{written} {why}"), instead));
    if value.is_empty() {
        fault("has no value", "fill it in")
    } else if value.contains('\0') {
        fault("has a NUL character in its value", "leave it out")
    } else if value.len() > LONGEST {
        fault("has a value that is too long", "put it into a file")
    } else if variable(written).is_some_and(is_reserved) {
        fault(
            "steers the shell or its programs, and is not filled in",
            "run it yourself",
        )
    } else {
        None
    }
}

/// Whether a value may stand here; why not, in words.
fn may_stand(
    written: &str,
    quote: Quote,
    (masked, reading): (&str, &Reading),
    at: usize,
) -> Result<(), String> {
    let place = match quote {
        Quote::Single | Quote::RawHeredoc => "inside of single quotes, where nothing is replaced",
        Quote::Parameter => "inside of ${…}",
        Quote::Arithmetic => "inside of $((…)), where its value would be read as an expression",
        Quote::Murky => {
            "inside of backquotes in double quotes, where quoting means nothing certain"
        }
        Quote::Plain | Quote::Double | Quote::Heredoc | Quote::Escaped | Quote::Comment => {
            return match code::reader(masked, reading, at) {
                Some(program) => Err(format!(
                    "{program} would read the value of {written} as code"
                )),
                None => Ok(()),
            };
        }
    };
    Err(format!("{written} stands {place}"))
}

/// The variable's name, when a placeholder is written as one: `$NAME` or `${NAME}`.
fn variable(written: &str) -> Option<&str> {
    let rest = written.strip_prefix('$')?;
    let name = rest
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .unwrap_or(rest);
    is_name(name).then_some(name)
}

fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether a placeholder is a variable of the script: written as one, or a bare name that the script expands.
fn is_variable(written: &str, text: &str) -> bool {
    variable(written).is_some()
        || is_name(written)
            && (text.contains(&format!("${written}")) || text.contains(&format!("${{{written}")))
}

fn is_reserved(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    RESERVED.contains(&upper.as_str())
        || RESERVED_PREFIXES
            .iter()
            .any(|prefix| upper.starts_with(prefix))
}

/// A name for each placeholder: its own, or one made of its words that the script does not use.
fn names(filled: &[(String, String)], masked: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(filled.len());
    for (written, _) in filled {
        if let Some(name) = variable(written) {
            names.push(name.to_owned());
            continue;
        }
        if is_variable(written, masked) {
            names.push(written.clone());
            continue;
        }
        let base = made_of(written);
        let is_free =
            |name: &String| !is_reserved(name) && !has_word(masked, name) && !names.contains(name);
        // The last ones begin as no reserved name does.
        let later = (2..).map(|number: u32| format!("VALUE_{number}_{base}"));
        let first = [
            base.clone(),
            format!("{base}_VALUE"),
            format!("VALUE_{base}"),
        ];
        let name = first
            .into_iter()
            .chain(later)
            .find(is_free)
            .unwrap_or_default();
        names.push(name);
    }
    names
}

fn made_of(written: &str) -> String {
    let upper: String = written
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                ' '
            }
        })
        .collect();
    let name = upper.split_whitespace().collect::<Vec<_>>().join("_");
    let name: String = name.chars().take(40).collect();
    match name.bytes().next() {
        None => "VALUE".to_owned(),
        Some(byte) if byte.is_ascii_digit() => format!("VALUE_{name}"),
        Some(_) => name,
    }
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word)
        .any(|(at, _)| is_whole(text, at, at + word.len()))
}

fn is_whole(text: &str, from: usize, to: usize) -> bool {
    let part =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let bytes = text.as_bytes();
    !part(from.checked_sub(1).and_then(|at| bytes.get(at))) && !part(bytes.get(to))
}

/// Where the placeholders stand, in order and without overlaps: a longer one goes before a shorter one inside of it.
fn find(text: &str, filled: &[(String, String)]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    let mut order: Vec<usize> = (0..filled.len()).collect();
    order.sort_by_key(|of| {
        std::cmp::Reverse(filled.get(*of).map_or(0, |(written, _)| written.len()))
    });
    for of in order {
        let Some((written, _)) = filled.get(of).filter(|(written, _)| !written.is_empty()) else {
            continue;
        };
        let forms =
            match variable(written).or_else(|| is_variable(written, text).then_some(written)) {
                Some(name) => vec![format!("${{{name}}}"), format!("${name}")],
                None => vec![written.clone()],
            };
        for form in forms {
            for (from, _) in text.match_indices(&form) {
                let to = from + form.len();
                let bare = form
                    .bytes()
                    .next_back()
                    .is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                let cut = bare && !is_whole(text, from, to);
                let taken = places
                    .iter()
                    .any(|place| from < place.to && place.from < to);
                if !cut && !taken {
                    places.push(Place { from, to, of });
                }
            }
        }
    }
    places.sort_by_key(|place| place.from);
    places
}

/// The text with placeholders that are no variables blotted out, so that what stands in them is no grammar.
fn mask(text: &str, places: &[Place], filled: &[(String, String)]) -> String {
    let (mut out, mut done) = (String::with_capacity(text.len()), 0);
    for place in places {
        let is_variable = filled
            .get(place.of)
            .is_some_and(|(written, _)| is_variable(written, text));
        if is_variable {
            continue;
        }
        out.push_str(text.get(done..place.from).unwrap_or_default());
        out.extend(std::iter::repeat_n('x', place.to - place.from));
        done = place.to;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}
