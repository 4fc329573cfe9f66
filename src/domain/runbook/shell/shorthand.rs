//! The short form that the AWS command line takes for structures: `Key=value,Other={A=1,B=[x,y]}`. It knows no service's members.

/// A value in the short form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Short {
    /// Text.
    Text(String),
    /// `[a,b]`, or `a,b` after a key.
    List(Vec<Short>),
    /// `{A=1,B=2}`, or the whole.
    Map(Vec<(String, Short)>),
}

impl Short {
    /// The member of this name.
    pub(crate) fn member(&self, name: &str) -> Option<&Short> {
        match self {
            Self::Map(members) => members.iter().find(|(key, _)| key == name).map(|(_, v)| v),
            _ => None,
        }
    }

    /// The text that it is.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// How deep values may nest.
const DEPTH: usize = 16;

/// Reads a structure in the short form.
///
/// # Errors
/// What was expected and what came, as the command line says it.
pub(crate) fn parse(text: &str) -> Result<Short, String> {
    let mut cursor = Cursor {
        rest: text,
        depth: 0,
    };
    let mut members: Vec<(String, Short)> = Vec::new();
    loop {
        cursor.blanks();
        let (key, value) = cursor.pair()?;
        if members.iter().any(|(known, _)| *known == key) {
            return Err(format!("Second instance of key \"{key}\" encountered"));
        }
        members.push((key, value));
        if cursor.rest.is_empty() {
            return Ok(Short::Map(members));
        }
        cursor.expect(',')?;
    }
}

struct Cursor<'t> {
    rest: &'t str,
    depth: usize,
}

impl Cursor<'_> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn expect(&mut self, wanted: char) -> Result<(), String> {
        self.blanks();
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                Ok(())
            }
            None => Err(self.instead_of(wanted)),
        }
    }

    fn instead_of(&self, wanted: char) -> String {
        match self.peek() {
            Some(c) => format!("Expected: '{wanted}', received: '{c}'"),
            None => format!("Expected: '{wanted}', received: 'EOF'"),
        }
    }

    fn key(&mut self) -> String {
        let fits = |c: &char| c.is_ascii_alphanumeric() || "-_.#/:".contains(*c);
        let key: String = self.rest.chars().take_while(fits).collect();
        self.rest = self.rest.get(key.len()..).unwrap_or_default();
        key
    }

    /// `Key=value`; at the top a value may be a list without brackets.
    fn pair(&mut self) -> Result<(String, Short), String> {
        let key = self.key();
        if let Some(rest) = self.rest.strip_prefix('@') {
            self.rest = rest;
        }
        self.expect('=')?;
        self.blanks();
        let value = match self.peek() {
            Some('{' | '[') => self.nested()?,
            _ => self.listed()?,
        };
        Ok((key, value))
    }

    /// One value, or several with commas between; what follows a comma and has a `=` is the next pair.
    fn listed(&mut self) -> Result<Short, String> {
        let first = self.scalar(true)?;
        let mut all = vec![Short::Text(first)];
        while self.rest.starts_with(',') && !self.begins_pair() {
            let Some(rest) = self.rest.strip_prefix(',') else {
                break;
            };
            self.rest = rest.trim_start();
            if self.rest.is_empty() {
                return Err("Expected: '<second>', received: '<none>'".to_owned());
            }
            all.push(Short::Text(self.scalar(false)?));
        }
        Ok(match all.len() {
            1 => all.remove(0),
            _ => Short::List(all),
        })
    }

    fn begins_pair(&self) -> bool {
        let after = self.rest.get(1..).unwrap_or_default().trim_start();
        let mut ahead = Self {
            rest: after,
            depth: 0,
        };
        let key = ahead.key();
        !key.is_empty() && ahead.rest.trim_start_matches('@').starts_with('=')
    }

    fn scalar(&mut self, first: bool) -> Result<String, String> {
        match self.peek() {
            Some(quote @ ('\'' | '"')) => self.quoted(quote),
            _ => Ok(self.bare(first)),
        }
    }

    fn quoted(&mut self, quote: char) -> Result<String, String> {
        let mut out = String::new();
        let mut escaped = false;
        for (at, c) in self.rest.char_indices().skip(1) {
            if escaped {
                if c != quote && c != '\\' {
                    out.push('\\');
                }
                out.push(c);
                escaped = false;
            } else if c == '\\' {
                escaped = true;
            } else if c == quote {
                self.rest = self.rest.get(at + 1..).unwrap_or_default();
                return Ok(out);
            } else {
                out.push(c);
            }
        }
        Err(format!("Expected: '{quote}', received: 'EOF'"))
    }

    fn bare(&mut self, first: bool) -> String {
        let mut out = String::new();
        let mut chars = self.rest.char_indices().peekable();
        let mut end = self.rest.len();
        while let Some((at, c)) = chars.next() {
            let stops = match c {
                ',' | '"' | '\'' => true,
                ']' | '}' => first && at > 0,
                '=' => at == 0 || !first,
                _ => false,
            };
            let escaped = c == '\\' && chars.peek().is_some_and(|(_, next)| *next == ',');
            if escaped {
                chars.next();
                out.push(',');
                continue;
            }
            if stops {
                end = at;
                break;
            }
            out.push(c);
        }
        self.rest = self.rest.get(end..).unwrap_or_default();
        out.trim_end().to_owned()
    }

    /// `{...}`, `[...]` or one value, as they stand in brackets.
    fn nested(&mut self) -> Result<Short, String> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err("it nests too deep".to_owned());
        }
        let value = match self.peek() {
            Some('{') => self.map(),
            Some('[') => self.list(),
            _ => self.scalar(true).map(Short::Text),
        };
        self.depth -= 1;
        value
    }

    fn map(&mut self) -> Result<Short, String> {
        self.expect('{')?;
        let mut members = Vec::new();
        loop {
            self.blanks();
            if self.peek() == Some('}') {
                break;
            }
            let key = self.key();
            if let Some(rest) = self.rest.strip_prefix('@') {
                self.rest = rest;
            }
            self.expect('=')?;
            self.blanks();
            let value = self.nested()?;
            members.push((key, value));
            self.blanks();
            if self.peek() != Some('}') {
                self.expect(',')?;
            }
        }
        self.expect('}')?;
        Ok(Short::Map(members))
    }

    fn list(&mut self) -> Result<Short, String> {
        self.expect('[')?;
        let mut items = Vec::new();
        loop {
            self.blanks();
            if self.peek() == Some(']') {
                break;
            }
            items.push(self.nested()?);
            self.blanks();
            if self.peek() != Some(']') {
                self.expect(',')?;
            }
        }
        self.expect(']')?;
        Ok(Short::List(items))
    }
}

#[cfg(test)]
#[expect(clippy::panic, reason = "a test may stop here")]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        parse(text).err().unwrap_or_default()
    }

    #[test]
    fn what_the_command_line_takes_is_taken() {
        let found = parse("Variables={A=false, B=a b,C='x,y',D=\"q\\\"\",E=[1,2]}");
        let Ok(found) = found else {
            panic!("{found:?}")
        };
        let variables = found.member("Variables");
        let text = |name: &str| variables.and_then(|v| v.member(name)).and_then(Short::text);
        assert_eq!(text("A"), Some("false"));
        assert_eq!(text("B"), Some("a b"));
        assert_eq!(text("C"), Some("x,y"));
        assert_eq!(text("D"), Some("q\""));
        for text in [
            "Name=FunctionName,Value=audio",
            "Variables={}",
            "Type=forward,TargetGroupArn=arn:aws:x:1/2",
            "Key=a,Values=b,c,Other=d",
            "Variables={URL=https://a/?b=c}",
            "a=",
            "Value=,Name=x",
        ] {
            assert!(parse(text).is_ok(), "{text}: {:?}", parse(text));
        }
        assert_eq!(
            parse("Values=b,c,Other=d")
                .ok()
                .and_then(|s| s.member("Values").cloned()),
            Some(Short::List(vec![
                Short::Text("b".to_owned()),
                Short::Text("c".to_owned())
            ]))
        );
    }

    #[test]
    fn what_it_refuses_is_refused_in_its_words() {
        assert_eq!(
            refused("Variables={\n  \"A\":\"false\"}"),
            "Expected: '=', received: '\"'"
        );
        assert_eq!(
            refused("Variables={A:false}"),
            "Expected: '=', received: '}'"
        );
        assert_eq!(refused("Variables={A=1"), "Expected: ',', received: 'EOF'");
        assert_eq!(refused("{\"A\":1}"), "Expected: '=', received: '{'");
        assert_eq!(refused("Name=x,Value='y"), "Expected: ''', received: 'EOF'");
        assert!(refused("a=1,a=2").contains("Second instance"));
        assert!(refused("").contains("EOF"));
        assert!(!refused(&"a={a=".repeat(99)).is_empty());
    }
}
