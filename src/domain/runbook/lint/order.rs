//! The order of a rollback: traffic first, capacity last, and no stop at the first failure.

use std::sync::LazyLock;

use regex::Regex;

use super::Findings;
use super::ground::{Fence, Ground};
use crate::domain::runbook::shell::{AwsCall, Invocation, Word};

#[expect(
    clippy::expect_used,
    reason = "the pattern is a constant, and a test reads it"
)]
static ROLLBACK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\broll(?:s|ing)?[ _-]?back|\brevert|\bemergency|\bkill[ -]?switch|\bback ?out\b",
    )
    .expect("a pattern")
});

/// Services and their operations that move traffic.
const ROUTES: [(&str, &[&str]); 7] = [
    (
        "elbv2",
        &[
            "modify-rule",
            "modify-listener",
            "set-rule-priorities",
            "deregister-targets",
            "register-targets",
        ],
    ),
    ("route53", &["change-resource-record-sets"]),
    ("lambda", &["update-alias"]),
    ("apigateway", &["update-stage"]),
    ("apigatewayv2", &["update-stage", "update-integration"]),
    ("appmesh", &["update-route"]),
    ("cloudfront", &["update-distribution"]),
];

/// What a command does to a service.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Does {
    /// Takes the last capacity away.
    Empties,
    /// Moves traffic.
    Routes,
}

/// Capacity to zero, and the traffic moved only later in the same procedure.
pub(super) fn capacity_before_routing(ground: &Ground<'_>, found: &mut Findings) {
    for fences in ground.fences.chunk_by(|a, b| a.section == b.section) {
        let done: Vec<(u32, Does)> = fences.iter().flat_map(steps).collect();
        let first_route = done.iter().position(|(_, does)| *does == Does::Routes);
        let empties = |(_, (_, does)): &(usize, &(u32, Does))| *does == Does::Empties;
        for (place, (line, _)) in done.iter().enumerate().filter(empties) {
            let later = first_route.filter(|route| *route > place);
            if let Some((route, _)) = later.and_then(|route| done.get(route)) {
                found.hit(
                    *line,
                    format!("It takes the capacity to zero while traffic still goes there; that is moved only in line {route}: an outage in between, and for good when that command fails."),
                    "Move the traffic first, see it gone, and take the capacity away last.",
                );
            }
        }
    }
}

fn steps(fence: &Fence<'_>) -> Vec<(u32, Does)> {
    let of = |invocation: &Invocation| {
        let does = match AwsCall::of(invocation) {
            Some(call) => of_aws(&call),
            None => of_kubectl(invocation),
        };
        does.map(|does| (invocation.line, does))
    };
    fence.invocations.iter().filter_map(of).collect()
}

fn of_aws(call: &AwsCall) -> Option<Does> {
    let zero = |name: &str| call.text(name).is_some_and(|value| value == "0");
    let empties = match (call.service.as_str(), call.operation.as_str()) {
        ("ecs", "update-service") => zero("desired-count"),
        ("autoscaling", "set-desired-capacity") => zero("desired-capacity"),
        ("autoscaling", "update-auto-scaling-group") => {
            zero("desired-capacity") || zero("max-size")
        }
        ("application-autoscaling", "register-scalable-target") => zero("max-capacity"),
        ("lambda", "put-function-concurrency") => zero("reserved-concurrent-executions"),
        ("ecs", "delete-service") | ("autoscaling", "delete-auto-scaling-group") => true,
        _ => false,
    };
    if empties {
        return Some(Does::Empties);
    }
    let routes = ROUTES.iter().any(|(service, operations)| {
        *service == call.service && operations.contains(&call.operation.as_str())
    });
    routes.then_some(Does::Routes)
}

fn of_kubectl(invocation: &Invocation) -> Option<Does> {
    if invocation.program != "kubectl" {
        return None;
    }
    let texts = invocation.texts();
    let has = |word: &str| texts.iter().any(|text| text == word);
    if has("scale")
        && (has("--replicas=0")
            || texts
                .windows(2)
                .any(|pair| pair[0] == "--replicas" && pair[1] == "0"))
    {
        return Some(Does::Empties);
    }
    let kind = ["service", "svc", "ingress", "virtualservice", "httproute"];
    let routes = has("patch")
        && texts.iter().any(|text| {
            kind.iter()
                .any(|k| text == k || text.starts_with(&format!("{k}/")))
        });
    routes.then_some(Does::Routes)
}

/// `set -e` in a script that rolls back.
pub(super) fn set_e(ground: &Ground<'_>, found: &mut Findings) {
    for fence in &ground.fences {
        let Some(line) = stops_at_failure(fence) else {
            continue;
        };
        if !rolls_back(ground, fence) || acts(fence, line) < 2 {
            continue;
        }
        found.hit(
            line,
            "The script stops at the first command that fails: everything after it, the flag and the notification as well, is not done, and nothing says so.",
            "Let each step run and remember what failed: step || failed=1, and exit with it at the end; `coalmine` goes on after a failed step and reports each.",
        );
    }
}

/// The line from which on the script stops at a failure.
fn stops_at_failure(fence: &Fence<'_>) -> Option<u32> {
    let texts = |invocation: &Invocation| invocation.texts();
    let mut set = None;
    for invocation in fence.invocations.iter().filter(|i| !i.inner) {
        let words = texts(invocation);
        match invocation.program.as_str() {
            "set" => {
                let on = words
                    .iter()
                    .any(|w| w.starts_with('-') && !w.starts_with("--") && w.contains('e'))
                    || words
                        .windows(2)
                        .any(|pair| pair[0] == "-o" && pair[1] == "errexit");
                let off = words.iter().any(|w| w.starts_with('+') && w.contains('e'));
                if off {
                    return None;
                }
                if on {
                    set = set.or(Some(invocation.line));
                }
            }
            // Whoever traps failures has thought of them.
            "trap"
                if words
                    .iter()
                    .any(|w| matches!(w.as_str(), "ERR" | "EXIT" | "0")) =>
            {
                return None;
            }
            _ => {}
        }
    }
    let first = fence.script.comments.first();
    let shebang = first.filter(|c| {
        c.text.starts_with('!')
            && c.text
                .split_whitespace()
                .any(|w| w.starts_with('-') && w.contains('e'))
    });
    set.or(shebang.map(|comment| comment.line))
}

fn rolls_back(ground: &Ground<'_>, fence: &Fence<'_>) -> bool {
    let says = |text: &str| ROLLBACK.is_match(text);
    says(fence.step)
        || says(&ground.titles(fence.section))
        || fence
            .script
            .comments
            .iter()
            .any(|comment| says(&comment.text))
        || fence
            .invocations
            .iter()
            .filter(|i| i.program == "echo")
            .any(|i| i.args.iter().map(Word::text).any(|text| says(&text)))
}

/// How many commands after a line do something.
fn acts(fence: &Fence<'_>, line: u32) -> usize {
    const QUIET: [&str; 12] = [
        "echo", "printf", "set", "cd", "export", "sleep", "source", ".", "exit", "true", ":",
        "read",
    ];
    fence
        .invocations
        .iter()
        .filter(|i| !i.inner && i.line > line && !QUIET.contains(&i.program.as_str()))
        .count()
}
