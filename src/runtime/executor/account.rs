//! Whose account a write would go to, asked anew before every one. It sends no write.

use std::time::Duration;

use tokio::time::timeout;

use super::{Executor, refused};
use crate::domain::identity::Identity;
use crate::domain::plan::{Direction, Order, Outcome};
use crate::ports::PortResult;

/// How long the question may take before a lowering; it never blocks one for longer.
pub(super) const LOWERING: Duration = Duration::from_millis(500);
/// How long it may take before a raise.
const RAISE: Duration = Duration::from_secs(5);

/// What is known about the account that an order would go to.
pub(super) enum Account {
    /// It is the pinned one, or the order needs none.
    Ours,
    /// It is another one, in words.
    Other(String),
    /// It cannot be told, in words: what failed, and what to do.
    Unknown(String, String),
}

impl Executor {
    /// Who the caller is. The first account that is found is pinned.
    pub(super) async fn identify(&self) -> PortResult<Identity> {
        let identity = self.ports().await?.caller.identify().await?;
        self.pinned
            .lock()
            .await
            .get_or_insert_with(|| identity.account.clone());
        if let Ok(journal) = &self.journal {
            journal.identify(&identity.arn);
        }
        Ok(identity)
    }

    /// A different account blocks; one that cannot be told blocks a raise only.
    pub(super) async fn check_account(&self, order: &Order) -> Result<(), Outcome> {
        let raise = order.plan.direction == Direction::Raise;
        match self
            .account(order, if raise { RAISE } else { LOWERING })
            .await
        {
            Account::Other(what) => Err(refused(
                what,
                "sign in to the account of this rollout; nothing was sent",
            )),
            Account::Unknown(what, hint) if raise => Err(refused(what, hint)),
            Account::Ours | Account::Unknown(..) => Ok(()),
        }
    }

    /// Asks STS, for as long as `patience` lasts.
    pub(super) async fn account(&self, order: &Order, patience: Duration) -> Account {
        if !self
            .lever(order.plan.lever)
            .await
            .is_ok_and(|lever| lever.kind().is_in_aws())
        {
            return Account::Ours;
        }
        self.whose(order.account.as_deref(), patience).await
    }

    /// The same for whatever was ordered in this account.
    pub(super) async fn whose(&self, ordered: Option<&str>, patience: Duration) -> Account {
        let found = timeout(patience, async {
            self.ports().await?.caller.identify().await
        })
        .await;
        let identity = match found {
            Ok(Ok(identity)) => identity,
            Ok(Err(fault)) => {
                return Account::Unknown(format!("the caller is not known: {fault}"), fault.hint);
            }
            Err(_) => {
                return Account::Unknown(
                    "the caller is not known: sts:GetCallerIdentity gave no answer".to_owned(),
                    "a raise waits until it is; nothing was sent".to_owned(),
                );
            }
        };
        if let Ok(journal) = &self.journal {
            // Who may write is proven by who wrote.
            journal.identify(&identity.arn);
        }
        let mut pinned = self.pinned.lock().await;
        let ours = pinned.get_or_insert_with(|| identity.account.clone());
        if *ours != identity.account {
            return Account::Other(format!(
                "the credentials are of account {} now, not of {ours}",
                identity.account
            ));
        }
        match ordered {
            Some(ordered) if *ordered != identity.account => Account::Other(format!(
                "it was ordered in account {ordered}, and the credentials are of account {} now",
                identity.account
            )),
            _ => Account::Ours,
        }
    }
}
