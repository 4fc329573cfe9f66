//! Filter patterns of CloudWatch Logs: terms, regular expressions, JSON conditions and space-delimited columns.
//! It judges one message at a time and knows neither groups nor time.

use crate::sim::aws::ServiceError;

mod columns;
mod expr;
mod json;
mod scan;
mod terms;
#[cfg(test)]
mod tests;

/// The longest pattern that the service takes, in characters.
const LONGEST: usize = 1024;

/// A parsed filter pattern.
#[derive(Debug)]
pub struct Pattern(Kind);

#[derive(Debug)]
enum Kind {
    All,
    Terms(terms::Terms),
    Regex(regex::Regex),
    Json(json::Conditions),
    Columns(columns::Columns),
}

impl Pattern {
    /// Parses a pattern; an empty one matches every message.
    ///
    /// Fails with `InvalidParameterException` ("Invalid filter pattern: ...") on wrong syntax.
    pub fn parse(pattern: &str) -> Result<Self, ServiceError> {
        if pattern.chars().count() > LONGEST {
            return Err(invalid(&format!(
                "Member must have length less than or equal to {LONGEST}"
            )));
        }
        let text = pattern.trim();
        let kind = match text.chars().next() {
            None => Kind::All,
            Some('{') => Kind::Json(json::Conditions::parse(text).map_err(|why| invalid(&why))?),
            Some('[') => Kind::Columns(columns::Columns::parse(text).map_err(|why| invalid(&why))?),
            Some('%') => Kind::Regex(expr::standalone_regex(text).map_err(|why| invalid(&why))?),
            Some(_) => Kind::Terms(terms::Terms::parse(text).map_err(|why| invalid(&why))?),
        };
        Ok(Self(kind))
    }

    /// Whether the message satisfies the pattern.
    pub fn matches(&self, message: &str) -> bool {
        match &self.0 {
            Kind::All => true,
            Kind::Terms(terms) => terms.matches(message),
            Kind::Regex(regex) => regex.is_match(message),
            Kind::Json(conditions) => conditions.matches(message),
            Kind::Columns(columns) => columns.matches(message),
        }
    }
}

fn invalid(why: &str) -> ServiceError {
    ServiceError::new(
        "InvalidParameterException",
        format!("Invalid filter pattern: {why}"),
    )
}
