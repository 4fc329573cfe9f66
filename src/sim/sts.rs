//! Who the caller is, as the simulated account sees it: by the access key id alone. No signature is checked.

use super::aws::{ACCOUNT, OpResult, ServiceError};
use super::wire::map;

/// The operations that this service knows.
pub const OPERATIONS: &[&str] = &["GetCallerIdentity"];

/// Access keys that stand for somebody: key, ARN without its beginning, unique id.
const KNOWN: &[(&str, &str, &str)] = &[
    (
        "AKIACOALMINEONCALL",
        "sts::123456789012:assumed-role/oncall-operator/you",
        "AROACOALMINEONCALLRL:you",
    ),
    (
        "AKIACOALMINEDEPLOY",
        "sts::123456789012:assumed-role/deploy-pipeline/release",
        "AROACOALMINEDEPLOYRL:release",
    ),
    (
        "AKIACOALMINEVIEWER",
        "iam::123456789012:user/viewer",
        "AIDACOALMINEVIEWER00",
    ),
];

/// The caller of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The caller's ARN.
    pub arn: String,
    /// The unique id, as GetCallerIdentity answers it.
    pub user_id: String,
}

impl Caller {
    /// The caller with this access key id: one of the demo's people, else the IAM user of that name in small letters.
    pub fn of_key(key: &str) -> Self {
        if let Some((_, arn, id)) = KNOWN.iter().find(|(known, ..)| *known == key) {
            return Self {
                arn: format!("arn:aws:{arn}"),
                user_id: (*id).to_owned(),
            };
        }
        let arn = format!("arn:aws:iam::{ACCOUNT}:user/{}", key.to_ascii_lowercase());
        let id: String = key
            .to_ascii_uppercase()
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(16)
            .collect();
        Self {
            arn,
            user_id: format!("AIDA{id:0<16}"),
        }
    }

    /// The caller that an `Authorization` header names.
    pub fn of_header(authorization: Option<&str>) -> Result<Self, ServiceError> {
        let header = authorization
            .map(str::trim)
            .filter(|h| !h.is_empty())
            .ok_or_else(|| {
                ServiceError::new("MissingAuthenticationToken", "Missing Authentication Token")
                    .status(403)
            })?;
        let mut parts = header
            .strip_prefix("AWS4-HMAC-SHA256")
            .unwrap_or_default()
            .split(',');
        let credential = parts.find_map(|p| p.trim().strip_prefix("Credential="));
        let key = credential
            .and_then(|c| c.split('/').next())
            .filter(|k| !k.is_empty());
        key.map(Self::of_key).ok_or_else(|| {
            let text = format!(
                "Authorization header requires 'Credential' parameter. Authorization={header}"
            );
            ServiceError::new("IncompleteSignature", text)
        })
    }
}

/// Runs one operation of the service.
pub fn call(op: &str, caller: &Caller) -> OpResult {
    if op != "GetCallerIdentity" {
        let text = format!("Could not find operation {op} for version 2011-06-15");
        return Err(ServiceError::new("InvalidAction", text));
    }
    Ok(map([
        ("Arn", caller.arn.as_str().into()),
        ("UserId", caller.user_id.as_str().into()),
        ("Account", ACCOUNT.into()),
    ]))
}

/// The answer to credentials of another account than the simulated one.
pub fn stranger() -> super::wire::Value {
    map([
        ("Arn", "arn:aws:iam::210987654321:user/stranger".into()),
        ("UserId", "AIDASTRANGER00000000".into()),
        ("Account", "210987654321".into()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_access_key_says_who_it_is() {
        let header = |key: &str| {
            format!(
                "AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/ssm/aws4_request, SignedHeaders=host, Signature=00"
            )
        };
        let arn = |key: &str| Caller::of_header(Some(&header(key))).map(|c| c.arn);
        assert_eq!(
            arn("ana"),
            Ok("arn:aws:iam::123456789012:user/ana".to_owned())
        );
        assert_eq!(
            arn("AKIAXYZ"),
            Ok("arn:aws:iam::123456789012:user/akiaxyz".to_owned())
        );
        let role = "arn:aws:sts::123456789012:assumed-role/oncall-operator/you".to_owned();
        assert_eq!(arn("AKIACOALMINEONCALL"), Ok(role));
    }

    #[test]
    fn nobody_and_nonsense_are_refused() {
        let code = |header: Option<&str>| {
            Caller::of_header(header)
                .map_err(|e| (e.status, e.code))
                .err()
        };
        assert_eq!(code(None), Some((403, "MissingAuthenticationToken")));
        assert_eq!(code(Some("Bearer x")), Some((400, "IncompleteSignature")));
        assert_eq!(
            code(Some("AWS4-HMAC-SHA256 Credential=/x")),
            Some((400, "IncompleteSignature"))
        );
    }
}
