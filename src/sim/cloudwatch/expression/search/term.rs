//! The grammar of search terms: `(a OR b) AND MetricName="c" NOT d`. Matching stands in the parent.

use super::{Term, tokens};

/// How deep brackets and NOT may nest.
const NESTING: usize = 32;

/// Parses a search term that is not empty, or says what is wrong with it.
pub(super) fn parse(text: &str) -> Result<Term, String> {
    let words = split(text)?;
    let mut parser = Parser {
        words: &words,
        next: 0,
        depth: 0,
    };
    let term = parser.any(None)?;
    if parser.next < words.len() {
        return Err("the search term has a bracket too many".to_owned());
    }
    Ok(term)
}

#[derive(Clone, Debug, PartialEq)]
enum Word {
    Open,
    Close,
    Is,
    Plain(String),
    Quoted(String),
}

fn split(text: &str) -> Result<Vec<Word>, String> {
    let mut words = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            c if c.is_whitespace() => {}
            '(' => words.push(Word::Open),
            ')' => words.push(Word::Close),
            '=' => words.push(Word::Is),
            '"' => {
                let mut quoted = String::new();
                loop {
                    match chars.next() {
                        Some('\\') => quoted.extend(chars.next()),
                        Some('"') => break,
                        Some(c) => quoted.push(c),
                        None => return Err("a quoted search term is not closed".to_owned()),
                    }
                }
                words.push(Word::Quoted(quoted));
            }
            c => {
                let mut plain = String::from(c);
                while let Some(c) =
                    chars.next_if(|c| !c.is_whitespace() && !matches!(c, '(' | ')' | '=' | '"'))
                {
                    plain.push(c);
                }
                words.push(Word::Plain(plain));
            }
        }
    }
    Ok(words)
}

struct Parser<'a> {
    words: &'a [Word],
    next: usize,
    depth: usize,
}

impl Parser<'_> {
    fn takes(&mut self, keyword: &str) -> bool {
        let found = matches!(self.words.get(self.next), Some(Word::Plain(word)) if word == keyword);
        self.next += usize::from(found);
        found
    }

    fn any(&mut self, property: Option<&str>) -> Result<Term, String> {
        let mut terms = vec![self.all(property)?];
        while self.takes("OR") {
            terms.push(self.all(property)?);
        }
        Ok(Term::Any(terms))
    }

    fn all(&mut self, property: Option<&str>) -> Result<Term, String> {
        let mut terms = vec![self.one(property)?];
        loop {
            let ends = match self.words.get(self.next) {
                None | Some(Word::Close) => true,
                Some(Word::Plain(word)) => word == "OR",
                _ => false,
            };
            if ends {
                return Ok(Term::All(terms));
            }
            self.takes("AND");
            terms.push(self.one(property)?);
        }
    }

    fn one(&mut self, property: Option<&str>) -> Result<Term, String> {
        if self.depth > NESTING {
            return Err("the search term is nested too deep".to_owned());
        }
        if self.takes("NOT") {
            self.depth += 1;
            let term = self.one(property);
            self.depth -= 1;
            return Ok(Term::Not(Box::new(term?)));
        }
        let word = self
            .words
            .get(self.next)
            .ok_or("the search term ends too early")?
            .clone();
        self.next += 1;
        let (text, quoted) = match word {
            Word::Open => return self.group(property),
            Word::Close => return Err("the search term has an unexpected bracket".to_owned()),
            Word::Is => return Err("the search term has an unexpected '='".to_owned()),
            Word::Plain(keyword) if matches!(keyword.as_str(), "AND" | "OR") => {
                return Err(format!("the search term has an unexpected {keyword}"));
            }
            Word::Plain(text) => (text, false),
            Word::Quoted(text) => (text, true),
        };
        if property.is_none() && self.words.get(self.next) == Some(&Word::Is) {
            self.next += 1;
            return self.value(&text);
        }
        let property = property.map(str::to_owned);
        Ok(if quoted {
            Term::Exact { property, text }
        } else {
            Term::Partial {
                property,
                tokens: tokens(&text),
                text,
            }
        })
    }

    /// What stands after `Property=`: one text, or alternatives in brackets.
    fn value(&mut self, property: &str) -> Result<Term, String> {
        match self.words.get(self.next) {
            Some(Word::Open | Word::Plain(_) | Word::Quoted(_)) => self.one(Some(property)),
            _ => Err(format!("nothing stands after {property}=")),
        }
    }

    fn group(&mut self, property: Option<&str>) -> Result<Term, String> {
        self.depth += 1;
        let term = self.any(property)?;
        self.depth -= 1;
        if self.words.get(self.next) != Some(&Word::Close) {
            return Err("a bracket in the search term is not closed".to_owned());
        }
        self.next += 1;
        Ok(term)
    }
}
