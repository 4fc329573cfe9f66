//! Who the console acts as: STS names the caller, the credentials name their end and source. It refreshes nothing by itself.

use async_trait::async_trait;

use super::aws::Connection;
use super::clock::timestamp;
use super::error::port_error;
use crate::domain::identity::Identity;
use crate::ports::{Caller, ErrorKind, PortError, PortResult};

const WHAT: &str = "sts:GetCallerIdentity";

/// The caller behind a connection.
#[derive(Clone, Debug)]
pub struct StsCaller {
    connection: Connection,
    client: aws_sdk_sts::Client,
}

impl StsCaller {
    /// The caller behind `connection`.
    pub fn new(connection: &Connection) -> Self {
        Self {
            client: connection.sts(),
            connection: connection.clone(),
        }
    }
}

#[async_trait]
impl Caller for StsCaller {
    async fn identify(&self) -> PortResult<Identity> {
        let answer = self
            .client
            .get_caller_identity()
            .send()
            .await
            .map_err(|error| port_error(WHAT, error))?;
        let (Some(account), Some(arn)) = (answer.account, answer.arn) else {
            return Err(PortError {
                kind: ErrorKind::Invalid,
                what: WHAT.to_owned(),
                text: "the answer names no account or no ARN".to_owned(),
                hint: "check the endpoint, and whether a proxy changes answers".to_owned(),
            });
        };
        self.connection.remember_arn(&arn);
        let chain = self.connection.credentials();
        let (expires_at, source) = match chain.current().await {
            Ok(held) => (held.expiry().map(timestamp), chain.source_of(&held)),
            Err(needed) => {
                return Err(PortError {
                    kind: ErrorKind::Credentials,
                    what: WHAT.to_owned(),
                    text: needed.text,
                    hint: needed.hint,
                });
            }
        };
        Ok(Identity {
            account,
            arn,
            expires_at,
            source,
        })
    }
}
