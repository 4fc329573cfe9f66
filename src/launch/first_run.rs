//! What a person sees who starts the console for the first time: where a configuration was looked for, and three ways to go on. It starts
//! none of them.

use std::io::IsTerminal;
use std::path::PathBuf;

use color_eyre::Report;

use crate::config::ConfigError;
use crate::headless::{code, tell};

/// Answers the exit code when there is no configuration and a person at a terminal was told what to do about it.
pub(super) fn welcome(error: &Report) -> Option<u8> {
    let Some(ConfigError::NotFound { searched }) = error.downcast_ref() else {
        return None;
    };
    let somebody = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    somebody.then(|| {
        for line in lines(searched) {
            tell(crate::text::sanitize(line).as_str());
        }
        code::USAGE
    })
}

fn lines(searched: &[PathBuf]) -> Vec<String> {
    let mut lines = vec![
        "coalmine: no config found, so there is no rollout to watch yet.".to_owned(),
        String::new(),
        "It was looked for here (and --config FILE or $COALMINE_CONFIG name another file):"
            .to_owned(),
    ];
    lines.extend(searched.iter().map(|path| format!("  {}", path.display())));
    lines.extend(
        [
            "",
            "Three ways to go on:",
            "  coalmine demo --scenario latency   see it at work: a simulated rollout goes wrong; no AWS account is needed",
            "  coalmine init                      write a commented ./coalmine.toml, and print the IAM policies that it needs",
            "  coalmine --env prod                watch the built-in rollout as it is deployed in an account of yours, without",
            "                                     a file (--parameter-name NAME names its flag, --profile and --region the place)",
            "",
            "coalmine doctor tells what this machine has: credentials, region, terminal. coalmine --help has the rest.",
        ]
        .map(ToOwned::to_owned),
    );
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_was_tried_and_every_way_on() {
        let text = lines(&[
            PathBuf::from("coalmine.toml"),
            PathBuf::from("/h/.config/coalmine/config.toml"),
        ])
        .join("\n");
        for words in [
            "  coalmine.toml\n",
            "/h/.config/coalmine/config.toml",
            "coalmine demo",
            "coalmine init",
            "--env prod",
            "doctor",
        ] {
            assert!(text.contains(words), "{words}:\n{text}");
        }
        assert!(text.lines().all(|line| line.chars().count() <= 120));
    }
}
