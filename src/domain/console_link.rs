//! Where the AWS console shows a thing: addresses with the encodings that its pages expect, for each partition. It opens nothing.

use std::fmt::Write as _;
use std::time::Duration;

use super::Timestamp;

/// A page of the AWS console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleLink {
    /// What it shows, in a few words.
    pub what: String,
    /// The address.
    pub url: String,
}

/// The console of a region; `None` where that region's partition has no console that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Console<'a> {
    region: &'a str,
    host: &'static str,
}

impl<'a> Console<'a> {
    /// The console of this region.
    pub fn of(region: &'a str) -> Option<Self> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if region.is_empty() || !region.chars().all(plain) {
            return None;
        }
        let host = if region.starts_with("cn-") {
            "console.amazonaws.cn"
        } else if region.starts_with("us-gov-") {
            "console.amazonaws-us-gov.com"
        } else if region.starts_with("us-iso") || region.starts_with("eu-iso") {
            return None;
        } else {
            "console.aws.amazon.com"
        };
        Some(Self { region, host })
    }

    fn page(self, what: impl Into<String>, path: &str) -> ConsoleLink {
        let Self { region, host } = self;
        ConsoleLink {
            what: what.into(),
            url: format!("https://{region}.{host}/{path}"),
        }
    }

    /// A parameter of Parameter Store, by name or ARN.
    pub fn parameter(self, name: &str) -> ConsoleLink {
        // The ARN leaves the first slash to its resource type.
        let name = name.split_once(":parameter").map_or(name, |(_, name)| name);
        let path = format!(
            "systems-manager/parameters/{}/description?region={}&tab=Table",
            twice(name),
            self.region
        );
        self.page(format!("parameter {name}"), &path)
    }

    /// The history of a parameter.
    pub fn parameter_history(self, name: &str) -> ConsoleLink {
        let name = name.split_once(":parameter").map_or(name, |(_, name)| name);
        let path = format!(
            "systems-manager/parameters/{}/history?region={}&tab=Table",
            twice(name),
            self.region
        );
        self.page(format!("history of {name}"), &path)
    }

    /// An alarm.
    pub fn alarm(self, name: &str) -> ConsoleLink {
        let path = format!(
            "cloudwatch/home?region={}#alarmsV2:alarm/{}",
            self.region,
            once(name)
        );
        self.page(format!("alarm {name}"), &path)
    }

    /// A function, by name or ARN.
    pub fn function(self, name: &str) -> ConsoleLink {
        let name = match name.split_once(":function:") {
            Some((_, rest)) => rest.split(':').next().unwrap_or(rest),
            None => name,
        };
        let path = format!(
            "lambda/home?region={}#/functions/{}",
            self.region,
            once(name)
        );
        self.page(format!("function {name}"), &path)
    }

    /// A log group around an instant: its events from `around` before it to `around` after it.
    pub fn logs(self, group: &str, at: Timestamp, around: Duration) -> ConsoleLink {
        let around = i64::try_from(around.as_millis()).unwrap_or(i64::MAX);
        let start = at.as_millis().saturating_sub(around);
        let end = at.as_millis().saturating_add(around);
        let path = format!(
            "cloudwatch/home?region={}#logsV2:log-groups/log-group/{}/log-events$3Fstart$3D{start}$26end$3D{end}",
            self.region,
            dollars(&twice(group))
        );
        self.page(format!("log group {group} at {at}"), &path)
    }

    /// Metrics on one graph, the last three hours: namespace, name, dimensions, statistic and period of each.
    pub fn metrics(self, what: &str, rows: &[MetricRow<'_>]) -> ConsoleLink {
        let mut graph = String::from("~(view~'timeSeries~stacked~false~metrics~(");
        for row in rows {
            let _ = write!(graph, "~(~'{}~'{}", sheet(row.namespace), sheet(row.name));
            for (name, value) in row.dimensions {
                let _ = write!(graph, "~'{}~'{}", sheet(name), sheet(value));
            }
            let seconds = row.period.as_secs().max(1);
            let _ = write!(graph, "~(stat~'{}~period~{seconds}))", sheet(row.stat));
        }
        let _ = write!(
            graph,
            ")~region~'{}~start~'-PT3H~end~'P0D)",
            sheet(self.region)
        );
        let path = format!(
            "cloudwatch/home?region={}#metricsV2:graph={graph}",
            self.region
        );
        self.page(format!("metric {what}"), &path)
    }
}

/// One metric of a graph.
#[derive(Clone, Copy, Debug)]
pub struct MetricRow<'a> {
    /// The namespace.
    pub namespace: &'a str,
    /// The metric's name.
    pub name: &'a str,
    /// Its dimensions.
    pub dimensions: &'a [(String, String)],
    /// The statistic.
    pub stat: &'a str,
    /// The period.
    pub period: Duration,
}

/// Percent-encoding of everything but letters, digits and `-_.~`.
fn once(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The same twice, as pages want it that take names with slashes out of their path.
fn twice(text: &str) -> String {
    once(&once(text))
}

/// CloudWatch's fragments have `$` where an address has `%`.
fn dollars(text: &str) -> String {
    text.replace('%', "$")
}

/// Text inside of CloudWatch's notation for graphs: what is no letter, digit, `_`, `-` or `.` is written in hexadecimal digits.
fn sheet(text: &str) -> String {
    let mut out = String::new();
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) => {
                out.push(char::from(byte));
            }
            Ok(b'$') => out.push('!'),
            Ok(byte) => {
                let _ = write!(out, "*{byte:02x}");
            }
            Err(_) => {
                let _ = write!(out, "**{unit:04x}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]

    use super::*;

    fn us() -> Console<'static> {
        Console::of("us-east-1").unwrap()
    }

    #[test]
    fn every_partition_has_its_own_host() {
        let url = |region| Console::of(region).map(|console| console.alarm("a").url);
        assert_eq!(
            url("eu-west-1").unwrap(),
            "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/a"
        );
        assert!(
            url("cn-north-1")
                .unwrap()
                .starts_with("https://cn-north-1.console.amazonaws.cn/")
        );
        assert!(
            url("us-gov-west-1")
                .unwrap()
                .starts_with("https://us-gov-west-1.console.amazonaws-us-gov.com/")
        );
        for none in ["us-iso-east-1", "us-isob-east-1", "", "x.evil.com/", "a b"] {
            assert_eq!(url(none), None, "{none}");
        }
    }

    #[test]
    fn a_log_group_is_encoded_twice_with_dollars() {
        let at = Timestamp::from_millis(1_800_000_000_000);
        let link = us().logs("/aws/lambda/audio processor$x", at, Duration::from_mins(5));
        assert_eq!(
            link.url,
            "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/$252Faws$252Flambda$252Faudio$2520processor$2524x/log-events$3Fstart$3D1799999700000$26end$3D1800000300000"
        );
    }

    #[test]
    fn a_parameter_is_named_by_its_name_whichever_way_it_was_given() {
        let by_name = us().parameter("/a/b c");
        let by_arn = us().parameter("arn:aws:ssm:us-east-1:123456789012:parameter/a/b c");
        assert_eq!(by_name, by_arn);
        assert_eq!(
            by_name.url,
            "https://us-east-1.console.aws.amazon.com/systems-manager/parameters/%252Fa%252Fb%2520c/description?region=us-east-1&tab=Table"
        );
        assert!(
            us().parameter_history("/a")
                .url
                .contains("/%252Fa/history?")
        );
    }

    #[test]
    fn a_function_is_named_without_account_and_version() {
        for name in [
            "f",
            "arn:aws:lambda:us-east-1:123456789012:function:f",
            "arn:aws-cn:lambda:cn-north-1:123456789012:function:f:live",
            "123456789012:function:f",
        ] {
            assert!(us().function(name).url.ends_with("#/functions/f"), "{name}");
        }
    }

    #[test]
    fn a_graph_names_every_metric_with_its_dimensions() {
        let dimensions = [("FunctionName".to_owned(), "audio-processor".to_owned())];
        let row = MetricRow {
            namespace: "AWS/Lambda",
            name: "Errors",
            dimensions: &dimensions,
            stat: "Sum",
            period: Duration::from_mins(1),
        };
        assert_eq!(
            us().metrics("errors", &[row]).url,
            "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#metricsV2:graph=~(view~'timeSeries~stacked~false~metrics~(~(~'AWS*2fLambda~'Errors~'FunctionName~'audio-processor~(stat~'Sum~period~60)))~region~'us-east-1~start~'-PT3H~end~'P0D)"
        );
    }

    #[test]
    fn a_hostile_name_stays_inside_of_its_place() {
        let hostile = "a/../b?x=1#y%2F'~(\")\n\u{1b}[31m世 &";
        let at = Timestamp::from_millis(0);
        let dimensions = [(hostile.to_owned(), hostile.to_owned())];
        let row = MetricRow {
            namespace: hostile,
            name: hostile,
            dimensions: &dimensions,
            stat: "p95",
            period: Duration::ZERO,
        };
        for link in [
            us().alarm(hostile),
            us().parameter(hostile),
            us().function(hostile),
            us().logs(hostile, at, Duration::ZERO),
            us().metrics("x", &[row]),
        ] {
            let (head, name) = link
                .url
                .split_once("region=us-east-1")
                .unwrap_or((&link.url, ""));
            let all = format!("{head}{name}");
            assert!(
                all.is_ascii() && !all.contains(|c: char| c.is_control() || c == ' ' || c == '"'),
                "{all}"
            );
            assert!(link.url.matches('#').count() <= 1, "{}", link.url);
            assert!(link.url.matches('?').count() <= 1, "{}", link.url);
            assert!(!link.url.contains("/../"), "{}", link.url);
        }
    }
}
