//! Commands of a runbook as processes of a session of their own: started, watched, stopped, counted. It asks nobody and writes
//! nothing down.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

mod become_command;
mod environment;
mod group;
mod lookup;
mod tap;

pub use become_command::{ENTRY, become_command};
use group::Group;
use lookup::look_up;
use tap::Tap;

use crate::domain::runbook::CommandEnd;
use crate::domain::runbook::command::{CommandOrder, CommandReport};
use crate::ports::{CommandListener, Shell, Stop};

/// How long a command may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(3);
/// How long what it left behind may hold its output open.
const DRAIN: Duration = Duration::from_millis(500);

/// The shell of this machine.
#[derive(Clone, Debug)]
pub struct SystemShell {
    /// The program that becomes the command: this one, which begins a session first.
    launcher: PathBuf,
    environment: Vec<(OsString, OsString)>,
}

impl SystemShell {
    /// A shell whose commands get of these variables only those that a command may see. With `signs_in`, the variables that sign in
    /// to AWS are among them: the console itself signs in with them.
    pub fn new(
        launcher: PathBuf,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
        signs_in: bool,
    ) -> Self {
        Self {
            launcher,
            environment: environment::allowed(variables, signs_in),
        }
    }

    /// The same with a variable more, such as the key of a rehearsal.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.into(), value.into()));
        self
    }

    /// The whole environment of a command, later ones first in rank.
    fn environment(&self, order: &CommandOrder) -> Vec<(OsString, OsString)> {
        let given = order.pins.iter().chain(&order.script.values);
        let given = given.map(|(name, value)| (name.into(), value.into()));
        let marker = (group::MARKER.into(), order.run.clone().into());
        let all = self.environment.iter().cloned().chain(environment::quiet());
        all.chain(given).chain([marker]).collect()
    }

    fn start(&self, order: &CommandOrder) -> Result<Child, String> {
        let cwd = order.cwd.as_ref().map(PathBuf::from);
        if let Some(cwd) = cwd.as_ref().filter(|cwd| !cwd.is_dir()) {
            return Err(format!("the directory {} is not there", cwd.display()));
        }
        let argv = order.script.mode.argv(&order.script.text);
        let Some((program, arguments)) = argv.split_first() else {
            return Err("there is nothing to run".to_owned());
        };
        let environment = self.environment(order);
        let path = environment.iter().rfind(|(name, _)| name == "PATH");
        let path = path.map(|(_, value)| value.as_os_str());
        let program = look_up(program, path, cwd.as_deref())?;
        let mut command = Command::new(&self.launcher);
        command
            .arg(ENTRY)
            .arg(std::process::id().to_string())
            .arg(program)
            .args(arguments)
            .env_clear()
            .envs(environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        if let Some(cwd) = cwd {
            command.current_dir(cwd);
        }
        command
            .spawn()
            .map_err(|error| format!("it could not be started: {error}"))
    }
}

#[async_trait]
impl Shell for SystemShell {
    async fn run(
        &self,
        order: &CommandOrder,
        stop: Stop,
        listener: Arc<dyn CommandListener>,
    ) -> CommandReport {
        let mut child = match self.start(order) {
            Ok(child) => child,
            Err(why) => return CommandReport::not_started(why),
        };
        let begun = Instant::now();
        let mut group = Group::of(&child, &order.run);
        let tap = Tap::new();
        let mut readers = tap.read(&mut child);
        let teller = tokio::spawn(Arc::clone(&tap).tell(listener));
        let end = watch(&mut child, &group, (stop, order.limit)).await;
        let took = begun.elapsed();
        // What it left behind may hold the pipes open for ever.
        let drained = timeout(DRAIN, async {
            while readers.join_next().await.is_some() {}
        })
        .await;
        let leftover = group.outlived(drained.is_ok()).await;
        group.end(GRACE).await;
        readers.shutdown().await;
        let running = group.still_running().await;
        tap.close();
        let _told = timeout(GRACE, teller).await;
        let (bytes, output_sha256, tail) = tap.sum();
        CommandReport {
            end,
            took,
            bytes,
            output_sha256,
            tail,
            leftover,
            running,
            journal_fault: None,
        }
    }
}

/// Waits for the command, the person or the clock, whichever comes first; the latter two end it.
async fn watch(child: &mut Child, group: &Group, (stop, limit): (Stop, Duration)) -> CommandEnd {
    let early = tokio::select! {
        biased;
        status = child.wait() => return ended(status),
        () = stop => CommandEnd::Stopped,
        () = sleep(limit) => CommandEnd::TimedOut,
    };
    group.ask_to_end();
    if timeout(GRACE, child.wait()).await.is_err() {
        group.kill();
        let _gone = timeout(GRACE, child.wait()).await;
    }
    early
}

fn ended(status: std::io::Result<std::process::ExitStatus>) -> CommandEnd {
    use std::os::unix::process::ExitStatusExt;
    match status {
        Ok(status) => match (status.code(), status.signal()) {
            (Some(code), _) => CommandEnd::Exited(code),
            (None, Some(signal)) => CommandEnd::Signalled(signal),
            (None, None) => CommandEnd::Unknown,
        },
        Err(_) => CommandEnd::Unknown,
    }
}
