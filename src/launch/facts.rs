//! What this machine offers, for `coalmine doctor`: terminal, configuration, paths. It connects to nothing.

use std::io::IsTerminal;

use color_eyre::eyre::Result;

use super::{Surroundings, themes};
use crate::cli::Global;
use crate::config::{ConfigError, Located, Via};
use crate::domain::rollout::RolloutSpec;
use crate::headless::doctor::{Fact, State};

/// Everything that can be told without a connection.
pub(super) fn facts(
    surroundings: &Surroundings,
    global: &Global,
    located: Result<Located, ConfigError>,
    (chosen, others): (&Result<RolloutSpec>, &[String]),
) -> Vec<Fact> {
    let mut facts = vec![
        Fact::ok("program", format!("coalmine {}", env!("CARGO_PKG_VERSION"))),
        Fact::ok("system", system()),
        terminal(global, surroundings),
        themes::fact(&themes::taste(global, surroundings)),
    ];
    facts.push(configuration(global, located, chosen));
    if let Ok(spec) = chosen {
        let text = format!("{} in {}", spec.name, spec.environment);
        let text = if others.is_empty() {
            text
        } else {
            let others = others.join(", ");
            format!("{text}; --rollout looks from another: {others}")
        };
        facts.push(Fact::ok("rollout", text));
    }
    let endpoint = global
        .endpoint_url
        .clone()
        .or_else(|| surroundings.aws.endpoint.clone());
    facts.push(match endpoint {
        Some(url) => Fact::warn("endpoint", url, "every call goes there instead of AWS"),
        None => Fact::ok("endpoint", "AWS".to_owned()),
    });
    facts.push(state_dir(surroundings));
    facts
}

fn system() -> String {
    let name = rustix::system::uname();
    format!(
        "{} {} {}",
        name.sysname().to_string_lossy(),
        name.release().to_string_lossy(),
        name.machine().to_string_lossy()
    )
}

fn terminal(global: &Global, surroundings: &Surroundings) -> Fact {
    let term = surroundings.term.as_deref();
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        return Fact::warn(
            "terminal",
            format!("none (TERM {})", term.unwrap_or("not set")),
            "the console needs one on stdin and stdout; the other commands need none",
        );
    }
    let size = crate::ui::terminal::size();
    let taste = themes::taste(global, surroundings);
    let (depth, glyphs) = (taste.depth, taste.glyphs);
    let text = format!(
        "{} {}x{}, colours {depth:?}, glyphs {glyphs:?}, links {}",
        term.unwrap_or("TERM not set"),
        size.width,
        size.height,
        if surroundings.follows_links {
            "yes"
        } else {
            "no"
        }
    );
    if size.width < 80 || size.height < 24 {
        Fact::warn(
            "terminal",
            text,
            "the console leaves things out below 80x24",
        )
    } else {
        Fact::ok("terminal", text)
    }
}

fn configuration(
    global: &Global,
    located: Result<Located, ConfigError>,
    chosen: &Result<RolloutSpec>,
) -> Fact {
    let bare = global.config.is_none()
        && (global.environment.is_some() || global.parameter_name.is_some());
    let place = match located {
        _ if bare => "none: the built-in rollout of --env or --parameter-name".to_owned(),
        Ok(located) => {
            let via = match located.via {
                Via::Flag => "--config",
                Via::Variable => "$COALMINE_CONFIG",
                Via::WorkingDirectory => "the working directory",
                Via::UserDirectory => "the user's directory",
            };
            format!("{} ({via})", located.path.display())
        }
        Err(_) => "none".to_owned(),
    };
    match chosen {
        Ok(_) => Fact::ok("config", place),
        Err(error) => {
            let state = match error.downcast_ref::<ConfigError>() {
                Some(ConfigError::NotFound { .. }) => State::Warn,
                _ => State::Broken,
            };
            Fact {
                name: "config",
                state,
                value: Some(place),
                hint: Some(error.to_string()),
            }
        }
    }
}

fn state_dir(surroundings: &Surroundings) -> Fact {
    let dir = match surroundings.state_dir() {
        Ok(dir) => dir,
        Err(error) => return Fact::broken("journal", error.to_string(), "set $COALMINE_STATE_DIR"),
    };
    let text = dir.display().to_string();
    let existing = dir.ancestors().find(|dir| dir.exists()).unwrap_or(&dir);
    match rustix::fs::access(existing, rustix::fs::Access::WRITE_OK) {
        Ok(()) => Fact::ok("journal", text),
        Err(error) => Fact::broken(
            "journal",
            format!("{text}: {error}"),
            "make it writable, or set $COALMINE_STATE_DIR: without a journal orders are refused",
        ),
    }
}
