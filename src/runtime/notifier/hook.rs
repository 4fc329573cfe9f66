//! The command of the person's own that is told of a change: its words as they are, no shell, a time limit, its output unread. It never
//! waits where the console waits.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::sync::mpsc;

use super::Notice;
use crate::app::Msg;

/// How long the command may run.
const LIMIT: Duration = Duration::from_secs(10);

/// A command that is told of changes, one at a time.
#[derive(Clone, Debug)]
pub struct Hook {
    program: String,
    arguments: Vec<String>,
    limit: Duration,
    state: Arc<State>,
    messages: mpsc::Sender<Msg>,
}

#[derive(Debug, Default)]
struct State {
    runs: AtomicBool,
    /// Whether its failure was shown: once is enough.
    failed: AtomicBool,
}

impl Hook {
    /// The program and its arguments; `None` where none is configured. What goes wrong is told by `messages`.
    pub fn new(command: &[String], messages: mpsc::Sender<Msg>) -> Option<Self> {
        let (program, arguments) = command.split_first()?;
        Some(Self {
            program: program.clone(),
            arguments: arguments.to_vec(),
            limit: LIMIT,
            state: Arc::default(),
            messages,
        })
    }

    /// The same with another time limit.
    #[must_use]
    pub fn within(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// Starts it, unless it still runs since the last time.
    pub fn tell(&self, notice: &Notice) {
        if self.state.runs.swap(true, Ordering::SeqCst) {
            self.complain("the one before still runs: this change was not handed on");
            return;
        }
        let (hook, notice) = (self.clone(), notice.clone());
        tokio::spawn(async move {
            if let Err(why) = hook.run(&notice).await {
                hook.complain(&why);
            }
            hook.state.runs.store(false, Ordering::SeqCst);
        });
    }

    async fn run(&self, notice: &Notice) -> Result<(), String> {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .env("COALMINE_NOTICE_TITLE", clean(&notice.title))
            .env("COALMINE_NOTICE_TEXT", clean(&notice.text))
            .env("COALMINE_ROLLOUT", clean(&notice.rollout))
            .env("COALMINE_ENVIRONMENT", clean(&notice.environment))
            .env("COALMINE_VERDICT", clean(&notice.verdict))
            .env(
                "COALMINE_EXPOSURE",
                notice
                    .exposure
                    .map_or_else(String::new, |percent| percent.to_string()),
            )
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("it did not start: {error}"))?;
        let group = child.id();
        let json = serde_json::to_vec(notice).unwrap_or_default();
        let stdin = child.stdin.take();
        let fed = async {
            if let Some(mut stdin) = stdin {
                // One that does not read is told by its environment.
                drop(stdin.write_all(&json).await);
            }
            child.wait().await
        };
        match tokio::time::timeout(self.limit, fed).await {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(status)) => Err(format!("it ended with {status}")),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => {
                end_group(group);
                Err(format!(
                    "it ran longer than {} s and was ended",
                    self.limit.as_secs()
                ))
            }
        }
    }

    fn complain(&self, why: &str) {
        if !self.state.failed.swap(true, Ordering::SeqCst) {
            let text = format!("notify_command {}: {why}; said once", self.program);
            // A console whose messages are full has worse to tell.
            drop(self.messages.try_send(Msg::NotifyFailed(text)));
        }
    }
}

/// Ends the command and whatever it started.
fn end_group(leader: Option<u32>) {
    let leader = leader.and_then(|id| i32::try_from(id).ok());
    if let Some(leader) = leader.and_then(Pid::from_raw) {
        // It may have ended by itself just now.
        let _ = kill_process_group(leader, Signal::KILL);
    }
}

/// An environment takes no NUL.
fn clean(text: &str) -> String {
    text.replace('\0', " ")
}
