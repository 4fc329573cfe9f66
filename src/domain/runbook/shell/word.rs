//! What a word comes to as far as it is known without running anything. It looks nothing up.

use super::{Piece, PieceKind, Quoting, Script, Simple, Word};

impl Word {
    /// The word, when it is nothing but text.
    pub fn fixed(&self) -> Option<String> {
        let mut out = String::new();
        for piece in &self.pieces {
            match &piece.kind {
                PieceKind::Text(text) => out.push_str(text),
                _ => return None,
            }
        }
        Some(out)
    }

    /// The word with `$NAME`, `$(…)` and `<blank>` where something is not known.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for piece in &self.pieces {
            match &piece.kind {
                PieceKind::Text(text) => out.push_str(text),
                PieceKind::Variable { name, .. } => {
                    out.push('$');
                    out.push_str(name);
                }
                PieceKind::Substitution(_) => out.push_str("$(…)"),
                PieceKind::Arithmetic(text) => {
                    out.push_str("$((");
                    out.push_str(text);
                    out.push_str("))");
                }
                PieceKind::Blank(name) => {
                    out.push('<');
                    out.push_str(name);
                    out.push('>');
                }
            }
        }
        out
    }

    /// The word with `stand_in` for every piece that is not text.
    pub fn text_with(&self, stand_in: &str) -> String {
        let text = |piece: &Piece| match &piece.kind {
            PieceKind::Text(text) => text.clone(),
            _ => stand_in.to_owned(),
        };
        self.pieces.iter().map(text).collect()
    }

    /// Whether the word begins with this text.
    pub fn starts_with(&self, prefix: &str) -> bool {
        matches!(self.pieces.first(), Some(Piece { kind: PieceKind::Text(text), .. }) if text.starts_with(prefix))
    }

    /// The variable that the whole word is.
    pub fn variable(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [
                Piece {
                    kind: PieceKind::Variable { name, .. },
                    ..
                },
            ] => Some(name),
            _ => None,
        }
    }

    /// The scripts of its `$(...)`.
    pub fn substitutions(&self) -> impl Iterator<Item = &Script> {
        self.pieces.iter().filter_map(|piece| match &piece.kind {
            PieceKind::Substitution(script) => Some(script),
            _ => None,
        })
    }

    /// The variables in it, with what follows the name in the braces.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pieces.iter().filter_map(|piece| match &piece.kind {
            PieceKind::Variable { name, operator } => Some((name.as_str(), operator.as_str())),
            _ => None,
        })
    }

    /// Whether any of it stands outside of quotes.
    pub fn is_bare(&self) -> bool {
        self.pieces.iter().any(|p| p.quoting == Quoting::None)
    }
}

impl Script {
    /// Every command, those of substitutions included, the outer before the inner.
    pub fn all(&self) -> Vec<&Simple> {
        let mut out = Vec::new();
        gather(self, &mut out);
        out
    }
}

fn gather<'a>(script: &'a Script, out: &mut Vec<&'a Simple>) {
    for command in &script.commands {
        out.push(command);
        for inner in command.every_word().flat_map(Word::substitutions) {
            gather(inner, out);
        }
    }
}

impl Simple {
    /// Its words, and those of its assignments and redirections.
    pub fn every_word(&self) -> impl Iterator<Item = &Word> {
        self.assignments
            .iter()
            .map(|assignment| &assignment.value)
            .chain(&self.words)
            .chain(self.redirects.iter().map(|redirect| &redirect.target))
    }
}
