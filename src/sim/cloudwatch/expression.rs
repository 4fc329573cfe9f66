//! Metric math: the syntax of expressions, and what they compute over time series. It reads no request.

pub mod compute;
pub mod functions;
mod gaps;
pub mod lexer;
pub mod operators;
pub mod search;
pub mod series;
pub mod syntax;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop here")]
mod tests;
