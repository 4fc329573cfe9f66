//! One log line of the simulated service, as small numbers until somebody reads it.

/// A log line of the simulated service.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {}

impl Line {
    /// The JSON text that the service would have logged.
    pub fn render(&self) -> String {
        String::new()
    }
}
