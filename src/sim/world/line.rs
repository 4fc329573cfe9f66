//! One log line of the simulated service, as small numbers until somebody reads it. It knows no stream and no store.

use super::digits::{write_hex, write_time, write_version};
use super::names::{PARAMETER, SessionId};

/// What a line is about. Only the kinds that `speaks_of_partial_result` names contain the words `partial result`,
/// and only sessions that are treated write those.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A partial result went to the listeners: stability, age in milliseconds.
    PartialForwarded,
    /// A final result went to the listeners: age in milliseconds.
    FinalForwarded,
    /// The rate limit dropped one: results per second.
    Dropped,
    /// A partial result that never became final was sent out: age in milliseconds.
    Orphaned,
    /// The same words came twice and were held back: similarity.
    Duplicate,
    /// The final text differs from what was said before: similarity.
    Discrepancy,
    /// The handler threw: which exception.
    Failure,
    /// No results for ten seconds and more: how long in milliseconds.
    TranscribeUnhealthy,
    /// Results came again.
    TranscribeResumed,
    /// The language has no stability scores; written once per session.
    NoStability,
    /// The flag could not be read; the environment decides.
    SsmError,
    /// The flag was read and is not valid; the last good one stays.
    FlagInvalid,
    /// Lambda's own line when an invocation begins: the published version, 0 for `$LATEST`.
    Start,
    /// Lambda's own line when it ends.
    End,
    /// Lambda's own account of it: duration in milliseconds, memory in megabytes.
    Report,
}

impl Kind {
    /// Whether the line's text holds the words `partial result`.
    pub fn speaks_of_partial_result(self) -> bool {
        matches!(self, Self::PartialForwarded | Self::Dropped)
    }
}

/// A log line of the simulated service.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// When it was written, in milliseconds.
    pub at: i64,
    /// The session that it belongs to.
    pub session: SessionId,
    /// What the request id is made from.
    pub request: u32,
    /// A fraction that belongs to the kind: stability, similarity, a rate.
    pub share: f32,
    /// A whole number that belongs to the kind: milliseconds, or which exception.
    pub amount: u32,
    /// What it is about.
    pub kind: Kind,
}

const EXCEPTIONS: [&str; 4] = [
    "TypeError: '<' not supported between instances of 'NoneType' and 'float' at partial_result_processor.py:214",
    "ClientError: An error occurred (ProvisionedThroughputExceededException) when calling the UpdateItem operation",
    "KeyError: 'Alternatives' at transcription_event_handler.py:97",
    "TimeoutError: Task timed out after 30.00 seconds",
];

impl Line {
    /// The text that the service would have logged: JSON, or Lambda's own plain lines.
    pub fn render(&self) -> String {
        let mut out = String::with_capacity(256);
        match self.kind {
            Kind::Start => {
                out.push_str("START RequestId: ");
                self.write_request(&mut out);
                out.push_str(" Version: ");
                write_version(&mut out, u64::from(self.amount));
                out.push('\n');
            }
            Kind::End => {
                out.push_str("END RequestId: ");
                self.write_request(&mut out);
                out.push('\n');
            }
            Kind::Report => self.write_report(&mut out),
            _ => self.write_json(&mut out),
        }
        out
    }

    /// The severity that the service gives it; Lambda's own lines have none.
    pub fn level(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Start | Kind::End | Kind::Report => None,
            Kind::Failure => Some("ERROR"),
            Kind::PartialForwarded | Kind::FinalForwarded | Kind::TranscribeResumed => Some("INFO"),
            _ => Some("WARN"),
        }
    }

    fn write_json(&self, out: &mut String) {
        out.push_str("{\"timestamp\":\"");
        write_time(out, self.at);
        out.push_str("\",\"level\":\"");
        out.push_str(self.level().unwrap_or("INFO"));
        out.push_str("\",\"session_id\":\"");
        self.session.write(out);
        out.push_str("\",\"message\":\"");
        out.push_str(self.message());
        out.push('"');
        self.write_details(out);
        out.push_str(",\"request_id\":\"");
        self.write_request(out);
        out.push_str("\"}");
    }

    fn message(&self) -> &'static str {
        match self.kind {
            Kind::PartialForwarded => "partial result forwarded",
            Kind::FinalForwarded => "final result forwarded",
            Kind::Dropped => "Rate limit: dropping partial result",
            Kind::Orphaned => "Flushing orphaned result",
            Kind::Duplicate => "duplicate text detected, not synthesized again",
            Kind::Discrepancy => "discrepancy between partial and final text",
            Kind::Failure => "unhandled exception while processing audio",
            Kind::TranscribeUnhealthy => {
                "Transcribe service appears unhealthy, falling back to final-only mode"
            }
            Kind::TranscribeResumed => "Transcribe results resumed, leaving final-only mode",
            Kind::NoStability => {
                "stability scores unavailable for this language, using a 3-second timeout"
            }
            Kind::SsmError => "Error fetching parameter from SSM, using environment variables",
            Kind::FlagInvalid => "invalid feature flag document, keeping the last good one",
            Kind::Start | Kind::End | Kind::Report => "",
        }
    }

    fn write_details(&self, out: &mut String) {
        match self.kind {
            Kind::PartialForwarded => {
                member(out, "stability", &format_args!("{:.2}", self.share));
                member(out, "age_ms", &self.amount);
            }
            Kind::FinalForwarded | Kind::Orphaned => member(out, "age_ms", &self.amount),
            Kind::Dropped => member(out, "rate", &format_args!("{:.1}", self.share)),
            Kind::Duplicate | Kind::Discrepancy => {
                member(out, "similarity", &format_args!("{:.2}", self.share));
            }
            Kind::Failure => {
                let text = EXCEPTIONS
                    .get(self.amount as usize % EXCEPTIONS.len())
                    .copied();
                member(
                    out,
                    "exception",
                    &format_args!("\"{}\"", text.unwrap_or_default()),
                );
            }
            Kind::TranscribeUnhealthy => member(out, "silent_ms", &self.amount),
            Kind::SsmError | Kind::FlagInvalid => {
                member(out, "parameter", &format_args!("\"{PARAMETER}\""));
            }
            Kind::TranscribeResumed
            | Kind::NoStability
            | Kind::Start
            | Kind::End
            | Kind::Report => {}
        }
    }

    fn write_report(&self, out: &mut String) {
        use std::fmt::Write as _;
        out.push_str("REPORT RequestId: ");
        self.write_request(out);
        let billed = self.amount + 1;
        let fraction = self.request % 100;
        let (milliseconds, used) = (self.amount, 160 + self.request % 70);
        // Writing to a String cannot fail.
        writeln!(
            out,
            "\tDuration: {milliseconds}.{fraction:02} ms\tBilled Duration: {billed} ms\tMemory Size: 512 MB\tMax Memory Used: {used} MB\t"
        )
        .unwrap_or_default();
    }

    fn write_request(&self, out: &mut String) {
        let mix =
            u64::from(self.request).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d;
        let tail = mix.rotate_left(29).wrapping_mul(0xd6e8_feb8_6659_fd93);
        write_hex(out, u64::from(self.request), 8);
        out.push('-');
        write_hex(out, mix >> 48, 4);
        out.push_str("-4");
        write_hex(out, mix >> 20, 3);
        out.push_str("-a");
        write_hex(out, mix >> 4, 3);
        out.push('-');
        write_hex(out, tail >> 8, 12);
    }
}

fn member(out: &mut String, name: &str, value: &dyn std::fmt::Display) {
    use std::fmt::Write as _;
    // Writing to a String cannot fail.
    write!(out, ",\"{name}\":{value}").unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [(Kind, &str); 15] = [
        (Kind::PartialForwarded, "partial result forwarded"),
        (Kind::FinalForwarded, "final result forwarded"),
        (Kind::Dropped, "Rate limit: dropping partial result"),
        (Kind::Orphaned, "Flushing orphaned result"),
        (Kind::Duplicate, "duplicate"),
        (Kind::Discrepancy, "discrepancy between partial and final"),
        (Kind::Failure, "\"level\":\"ERROR\""),
        (
            Kind::TranscribeUnhealthy,
            "Transcribe service appears unhealthy",
        ),
        (Kind::TranscribeResumed, "Transcribe results resumed"),
        (Kind::NoStability, "stability scores unavailable"),
        (Kind::SsmError, "Error fetching parameter from SSM"),
        (Kind::FlagInvalid, "invalid feature flag document"),
        (Kind::Start, " Version: "),
        (Kind::End, "END RequestId: "),
        (Kind::Report, "\tBilled Duration: 5 ms\t"),
    ];

    #[test]
    fn the_runbooks_words_are_there_and_the_marker_nowhere_else() {
        for (kind, words) in KINDS {
            for amount in 0..5 {
                let session = SessionId::REGULARS[0];
                let line = Line {
                    at: 0,
                    session,
                    request: 7,
                    share: 0.5,
                    amount,
                    kind,
                };
                let text = line.render();
                assert!(amount != 4 || text.contains(words), "{text}");
                assert_eq!(
                    text.contains("partial result"),
                    kind.speaks_of_partial_result()
                );
                let json: Result<serde_json::Value, _> = serde_json::from_str(&text);
                assert_eq!(json.is_ok(), line.level().is_some(), "{text}");
            }
        }
    }
}
