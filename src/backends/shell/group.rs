//! The processes of a command: its session, and what slipped out of it. It starts none.

use std::time::Duration;

#[cfg(not(target_os = "linux"))]
use rustix::process::test_kill_process_group;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::process::Child;
use tokio::time::{Instant, sleep};

/// The variable by which a process of a command is known wherever it went.
pub(super) const MARKER: &str = "COALMINE_RUN";
/// How often a group that was asked to end is looked at.
const LOOK: Duration = Duration::from_millis(25);
/// How long what ends together with its command may take.
const SHORTLY: Duration = Duration::from_millis(100);

/// A process as far as it matters here.
struct Member {
    id: i32,
    /// Whether it is of the command's session: of its group, or of a group that job control made within it.
    in_group: bool,
}

/// The processes of one command. Those of its group are killed when it is dropped.
pub(super) struct Group {
    leader: Option<Pid>,
    run: String,
    ended: bool,
}

impl Group {
    pub(super) fn of(child: &Child, run: &str) -> Self {
        let id = child.id().and_then(|id| Pid::from_raw(id as i32));
        Self {
            leader: id,
            run: run.to_owned(),
            ended: false,
        }
    }

    fn signal(&self, signal: Signal) {
        let Some(leader) = self.leader else {
            return;
        };
        // Before the session has begun there is no group yet, only the process.
        if kill_process_group(leader, signal).is_err() {
            let _gone = kill_process(leader, signal);
        }
    }

    /// Asks every process of the group to end.
    pub(super) fn ask_to_end(&self) {
        self.signal(Signal::TERM);
    }

    /// Ends every process of the group.
    pub(super) fn kill(&self) {
        self.signal(Signal::KILL);
    }

    /// The processes that outlived the command. What only ends a moment later is none of them.
    pub(super) async fn outlived(&self, drained: bool) -> Vec<u32> {
        let members = self.members().await;
        if members.is_empty() || !drained {
            return ids(&members);
        }
        sleep(SHORTLY).await;
        ids(&self.members().await)
    }

    /// Ends what is left of the group: asks first, and kills what has not ended by then.
    pub(super) async fn end(&mut self, grace: Duration) {
        let (until, mut asked) = (Instant::now() + grace, false);
        loop {
            let mut members = self.members().await;
            members.retain(|member| member.in_group);
            if members.is_empty() {
                break;
            }
            if Instant::now() >= until {
                signal_each(&members, Signal::KILL);
                sleep(SHORTLY).await;
                break;
            }
            if !std::mem::replace(&mut asked, true) {
                signal_each(&members, Signal::TERM);
            }
            sleep(LOOK).await;
        }
        self.ended = true;
    }

    /// The processes that left the group and run on.
    pub(super) async fn still_running(&self) -> Vec<u32> {
        ids(&self.members().await)
    }

    async fn members(&self) -> Vec<Member> {
        let Some(leader) = self.leader else {
            return Vec::new();
        };
        let (leader, run) = (leader.as_raw_nonzero().get(), self.run.clone());
        let looked = tokio::task::spawn_blocking(move || members(leader, &run));
        looked.await.unwrap_or_default()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if !self.ended {
            self.kill();
        }
    }
}

/// Each by its own id: the leader is reaped by now, and its id may soon be somebody else's.
fn signal_each(members: &[Member], signal: Signal) {
    for id in members.iter().filter_map(|member| Pid::from_raw(member.id)) {
        let _gone = kill_process(id, signal);
    }
}

fn ids(members: &[Member]) -> Vec<u32> {
    members.iter().map(|member| member.id as u32).collect()
}

/// The processes of a session, and those that bear the run's mark elsewhere.
#[cfg(target_os = "linux")]
fn members(leader: i32, run: &str) -> Vec<Member> {
    let mark = format!("{MARKER}={run}");
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    ids.filter_map(|id| {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // The program's name stands in parentheses and may hold anything.
        let mut fields = stat.rsplit(')').next()?.split_whitespace();
        let state = fields.next()?;
        let _parent = fields.next()?;
        let group: i32 = fields.next()?.parse().ok()?;
        let session: i32 = fields.next()?.parse().ok()?;
        if matches!(state, "Z" | "X") {
            return None;
        }
        let in_group = group == leader || session == leader;
        let is_marked = || {
            std::fs::read(format!("/proc/{id}/environ")).is_ok_and(|all| {
                all.split(|byte| *byte == 0)
                    .any(|one| one == mark.as_bytes())
            })
        };
        (in_group || is_marked()).then_some(Member { id, in_group })
    })
    .collect()
}

/// Without `/proc` only the group can be asked, and only whether it is there: its leader stands for it.
#[cfg(not(target_os = "linux"))]
fn members(leader: i32, _run: &str) -> Vec<Member> {
    let alive = Pid::from_raw(leader).is_some_and(|group| test_kill_process_group(group).is_ok());
    // A negative id is a group to `kill`.
    alive
        .then_some(Member {
            id: leader,
            in_group: true,
        })
        .into_iter()
        .collect()
}
