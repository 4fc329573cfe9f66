//! Running a command of a runbook: behind the same gate as an order, written down before and after. It starts no process itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::{Notify, mpsc};
use tokio::time::{sleep, timeout};

use super::{Account, Executor};
use crate::app::Msg;
use crate::domain::journal::Entry;
use crate::domain::runbook::RunbookEvent;
use crate::domain::runbook::command::{CommandOrder, CommandReport, OutputChunk};
use crate::domain::runbook::script::show::printable;
use crate::ports::CommandListener;

/// How long commands may take to end when the console does.
const PARTING: Duration = Duration::from_secs(5);
/// How often it is looked whether they have.
const LOOK: Duration = Duration::from_millis(20);
/// How long the question whose account this is may take.
const WHOSE: Duration = Duration::from_secs(3);

/// The commands that run now, each with the wish to stop it.
#[derive(Default)]
pub(super) struct Commands(Mutex<HashMap<String, Arc<Notify>>>);

impl Commands {
    fn with<T>(&self, act: impl FnOnce(&mut HashMap<String, Arc<Notify>>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn stop(&self, run: &str) {
        self.with(|all| all.get(run).map(|stop| stop.notify_one()));
    }
}

/// Passes on what a command writes.
struct Told {
    run: String,
    messages: mpsc::Sender<Msg>,
}

#[async_trait]
impl CommandListener for Told {
    async fn output(&self, chunk: OutputChunk) {
        let run = self.run.clone();
        // The loop is gone only when the console ends.
        drop(self.messages.send(Msg::CommandOutput { run, chunk }).await);
    }
}

impl Executor {
    /// Ends every command that runs, and waits until that is written down; for a while.
    pub async fn stop_commands(&self) {
        self.commands
            .with(|all| all.values().for_each(|stop| stop.notify_one()));
        let ended = async {
            while self.commands.with(|all| !all.is_empty()) {
                sleep(LOOK).await;
            }
        };
        // What takes longer is killed with the console.
        drop(timeout(PARTING, ended).await);
    }

    /// The gate of commands.
    pub(super) async fn run_command(&self, order: &CommandOrder) -> CommandReport {
        if self.read_only {
            return CommandReport::not_started("this console is read-only");
        }
        let Some(shell) = &self.shell else {
            return CommandReport::not_started("this console runs no commands");
        };
        let stop = Arc::new(Notify::new());
        let wish = Arc::clone(&stop);
        self.commands
            .with(|all| all.insert(order.run.clone(), stop));
        let report = match self.may_begin(order).await {
            Err(why) => CommandReport::not_started(why),
            Ok(journal_fault) => {
                let told = Arc::new(Told {
                    run: order.run.clone(),
                    messages: self.messages.clone(),
                });
                let stop = Box::pin(async move { wish.notified().await });
                let report = shell.run(order, stop, told).await;
                let ended = self.append(Entry::Runbook {
                    event: Box::new(ended(order, &report)),
                });
                let fault = ended.await.err().map(|fault| fault.to_string());
                CommandReport {
                    journal_fault: fault.or(journal_fault),
                    ..report
                }
            }
        };
        self.commands.with(|all| all.remove(&order.run));
        report
    }

    /// Writes the command down. Answers why that failed, where it may begin all the same.
    async fn may_begin(&self, order: &CommandOrder) -> Result<Option<String>, String> {
        if let Account::Other(what) = self.whose(None, WHOSE).await {
            return Err(format!("{what}; nothing was started"));
        }
        if let Some(what) = &order.may_raise {
            self.may_raise(what).await?;
        }
        let sha256 = order.script.sha256.clone();
        let trusted = RunbookEvent::Trusted {
            sha256: sha256.clone(),
        };
        let begun = RunbookEvent::CommandBegun {
            run: order.run.clone(),
            step: order.step.clone(),
            sha256,
            script: order.script.text.clone(),
        };
        let events = order.trusts.then_some(trusted).into_iter().chain([begun]);
        for event in events {
            let written = self.append(Entry::Runbook {
                event: Box::new(event),
            });
            match written.await {
                Ok(()) => {}
                Err(fault) if self.without_journal => return Ok(Some(fault.to_string())),
                Err(fault) => return Err(format!("the journal takes nothing: {fault}")),
            }
        }
        Ok(None)
    }
}

fn ended(order: &CommandOrder, report: &CommandReport) -> RunbookEvent {
    let tail: Vec<String> = report.tail.lines().map(printable).collect();
    RunbookEvent::CommandEnded {
        run: order.run.clone(),
        end: report.end.clone(),
        took: report.took,
        bytes: report.bytes,
        output_sha256: report.output_sha256.clone(),
        tail: tail.join("\n"),
        leftover: report.leftover.clone(),
    }
}
