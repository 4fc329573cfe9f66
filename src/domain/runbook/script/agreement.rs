//! The two readers of shell text on one corpus: the one that understands commands and the one that says how each byte is quoted must see the
//! same quotes, comments and ends. What they may differ in is written down here, and nowhere else.

use proptest::prelude::*;

use super::quoting::{self, Quote};
use crate::domain::runbook::shell::{DoubtKind, PieceKind, Quoting, Script, Word, read_text};

/// Shell text of all sorts, each closed and read the same by every shell.
pub(crate) const CORPUS: &[&str] = &[
    "echo one two",
    "echo 'a b' \"c d\" e\\ f",
    "echo 'it'\\''s' \"it's\"",
    "echo \"a $B ${C:-d} `e f` $(g \"h i\") $((1 + 2))\"",
    "echo $'a\\'b' 'c'",
    "echo $'\\x61ws' $'\\141' tail",
    "echo $\"a 'b' c\"",
    "echo a # a 'comment'\necho b",
    "echo a#b 'c#d' \"e # f\" # g \"h",
    "# only a comment with 'a quote\"\necho x",
    "cat <<EOF\na 'b \"c $D\nEOF\necho 'after'",
    "cat <<'EOF'\na 'b \"c $D\nEOF\necho \"after\"",
    "cat <<-EOF\n\ta 'b\n\tEOF\necho 'after'",
    "cat <<A <<B\none'\nA\ntwo\"\nB\necho 'after'",
    "cat <<< 'a b'",
    "if [ -f 'x' ]; then echo \"y\"; fi",
    "for i in 'a' \"b\"; do echo \"$i\"; done",
    "case \"$x\" in 'a'|b) echo 'c' ;; *) echo \"d\" ;; esac",
    "f() { echo 'a'; }\nf",
    "( cd 'a' && ls ) | grep \"b\"",
    "{ echo 'a'; } > \"b\" 2>&1",
    "diff <(ls 'a') <(ls \"b\")",
    "X=\"$(cat <<EOF\na 'b\nEOF\n)\" echo 'c'",
    "aws lambda update-function-configuration \\\n  --environment \"Variables={A=b,C='d'}\" \\\n  --x 'y'",
    "echo `date '+%s'` 'x'",
    "echo \"`date \\\"+%s\\\"`\" 'x'",
    "echo ${A:-'b c'} 'd'",
    "echo \"${A:-\"b c\"}\" 'd'",
    "echo \"${A:-'b}\" c 'd'",
    "echo $(( 1 << 2 )) 'a'",
    "(( x = 1 << 2 )); echo 'a'",
    "echo $(echo \"$(echo 'a' # b 'c\n)\") 'd'",
    "echo 'a\nb' \"c\nd\"",
    "echo a\\\nb 'c'",
    "echo \\# 'a' \\' \\\" \"\\\"\" \"\\$X\" b",
    "echo ;# 'a\necho 'b'",
    "echo a&&echo 'b'||echo \"c\"",
    "VAR='a b' OTHER=\"c\" cmd 'd'",
    "arr=('a b' \"c\")\necho 'd'",
    "[[ \"$a\" =~ ^'b' ]] && echo 'c'",
    "echo '<a>' \"<b>\" <c>",
    "echo \"caf\u{e9} '\u{2019}'\" '\u{65e5}\u{672c}'",
    "trap 'rm -f \"$x\"' EXIT\necho 'y'",
    "echo '' \"\" 'a'\"b\"c",
    "printf '%s\\n' \"$@\" | while read -r l; do echo \"'$l'\"; done",
    "echo \"$(case a in a) echo 'b' ;; esac)\" 'c'",
    "X=$(case a in (a|b) echo 'b' ;; *) echo \"(\" ;; esac; ls 'd')",
    "case a in a) case b in b) echo 'x' ;; esac ;; esac; echo 'y'",
    "echo \"$(grep -c case 'a')\" case 'b' esac",
    "echo $$ $${A} \"$$\" $$'a\\' 'b'",
];

/// Pieces of which texts are made that may be closed or not.
const PIECES: &[&str] = &[
    "echo ", "a", " ", "\n", "'", "\"", "`", "\\", "$", "$(", ")", "${A}", "#", " # ", ";", "|",
    "&& ", "<<E\n", "E\n", "$'", "é", "'b c'", "\"d $E\"", "$((1))", "<(", "\\\n",
];

fn is_open(script: &Script) -> bool {
    script
        .doubts
        .iter()
        .any(|doubt| doubt.kind == DoubtKind::Unclosed)
}

/// Where the readers differ, in words.
fn disagreement(text: &str) -> Option<String> {
    let bytes = quoting::read(text);
    let script = read_text(text, 1);
    if bytes.open.is_some() != is_open(&script) {
        return Some(format!(
            "closed or not: by bytes {:?}, by words {:?}",
            bytes.open, script.doubts
        ));
    }
    if bytes.open.is_some() {
        // What is never closed is never run.
        return None;
    }
    words(&script)
        .into_iter()
        .flat_map(|word| pieces(text, word, &bytes.quotes))
        .next()
}

/// Every word, those of substitutions included. The word that ends a here-document is none: it is compared, not run.
fn words(script: &Script) -> Vec<&Word> {
    let mut all = Vec::new();
    for command in script.all() {
        all.extend(command.assignments.iter().map(|set| &set.value));
        all.extend(&command.words);
        let files = command
            .redirects
            .iter()
            .filter(|redirect| redirect.op == "<<<" || !redirect.op.starts_with("<<"));
        all.extend(files.map(|redirect| &redirect.target));
    }
    all
}

/// Where the pieces of a word are quoted otherwise than the bytes that they stand in.
fn pieces<'a>(
    text: &'a str,
    word: &'a Word,
    quotes: &'a [Quote],
) -> impl Iterator<Item = String> + 'a {
    let fixed = |kind: &PieceKind| matches!(kind, PieceKind::Text(_));
    let texts = word.pieces.iter().filter(move |piece| fixed(&piece.kind));
    texts.filter_map(move |piece| {
        let seen = quotes.get(piece.at.clone())?;
        let odd = seen.iter().find(|quote| !is_same(piece.quoting, **quote))?;
        let at = text.get(piece.at.clone());
        Some(format!(
            "{at:?}: {:?} by words, {odd:?} by bytes",
            piece.quoting
        ))
    })
}

fn is_same(by_words: Quoting, by_bytes: Quote) -> bool {
    match by_words {
        Quoting::Single => by_bytes == Quote::Single,
        // What stands in double quotes in backquotes in double quotes is anybody's guess, and is refused where it matters.
        Quoting::Double => matches!(by_bytes, Quote::Double | Quote::Escaped | Quote::Murky),
        Quoting::None => matches!(by_bytes, Quote::Plain | Quote::Escaped | Quote::Murky),
    }
}

#[test]
fn the_readers_agree_on_the_corpus() {
    let all: Vec<String> = CORPUS
        .iter()
        .filter_map(|text| Some(format!("{text:?}: {}", disagreement(text)?)))
        .collect();
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn the_corpus_is_closed() {
    for text in CORPUS {
        assert_eq!(quoting::read(text).open, None, "{text}");
        assert!(!is_open(&read_text(text, 1)), "{text}");
    }
}

/// Sessions: what is run of them is what was judged.
#[test]
fn the_readers_agree_on_what_was_typed() {
    for text in [
        "$ aws x\n{ \"a\": 1 }\n$ ls \\\n>  -la\ntotal 0\n",
        "[ana@host ~]$ ls -la\ntotal 0\nana@host:~$ pwd\n/home\n",
        "% ls\na b\n% pwd\n",
        "# systemctl restart x\n# ls\n",
        "$ echo 'a' # b\n# words\n",
        "make test\n",
    ] {
        for lang in ["console", "terminal"] {
            let judged = crate::domain::runbook::shell::read(&super::Command {
                lang: lang.to_owned(),
                text: text.to_owned(),
                line: 1,
            });
            let run = read_text(&super::prompt::without(text, lang), 1);
            let told = |script: &Script| -> Vec<Vec<String>> {
                let words = script.all().into_iter();
                words
                    .map(|command| command.words.iter().map(Word::text).collect())
                    .collect()
            };
            assert_eq!(told(&judged), told(&run), "{text}");
            assert!(!told(&run).is_empty(), "{text}");
        }
    }
}

proptest! {
    #[test]
    fn the_readers_agree_on_what_is_put_together(
        places in proptest::collection::vec(0..CORPUS.len(), 1..5),
        joints in proptest::collection::vec(0..4_usize, 5),
    ) {
        let mut text = String::new();
        for (place, joint) in places.iter().zip(&joints) {
            let one = CORPUS.get(*place).copied().unwrap_or_default();
            let (before, after) = match joint {
                0 => ("", ""),
                1 => ("( ", ")\n"),
                2 => ("X=$( ", ")\n"),
                _ => ("if true; then\n", "fi\n"),
            };
            text.extend([before, one, "\n", after]);
        }
        let found = disagreement(&text);
        prop_assert!(found.is_none(), "{text}\n{found:?}");
    }

    /// Of what is broken it is enough that both say so, and that what one calls closed the other reads alike.
    #[test]
    fn the_readers_agree_on_pieces(places in proptest::collection::vec(0..PIECES.len(), 0..14)) {
        let text: String = places.iter().filter_map(|at| PIECES.get(*at).copied()).collect();
        let bytes = quoting::read(&text);
        let script = read_text(&text, 1);
        if bytes.open.is_none() && script.doubts.is_empty() {
            let found = disagreement(&text);
            prop_assert!(found.is_none(), "{text:?}\n{found:?}");
        }
        prop_assert_eq!(bytes.quotes.len(), text.len());
    }
}
