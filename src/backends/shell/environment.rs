//! Which variables a command may see. It reads no environment.

use std::ffi::OsString;

/// Variables that a command may see.
const ALLOWED: &[&str] = &[
    "PATH",
    "HOME",
    "LANG",
    "LANGUAGE",
    "USER",
    "LOGNAME",
    "SHELL",
    "TZ",
    "TMPDIR",
    "SSH_AUTH_SOCK",
    "KUBECONFIG",
    "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME",
    "XDG_RUNTIME_DIR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "all_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "VIRTUAL_ENV",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_ENDPOINT_URL",
    "AWS_CA_BUNDLE",
    "AWS_STS_REGIONAL_ENDPOINTS",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
];
/// Variables that sign in to AWS.
const SIGN_IN: &[&str] = &[
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];

/// The variables that a command may see.
pub(super) fn allowed(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
    signs_in: bool,
) -> Vec<(OsString, OsString)> {
    let may_see = |name: &OsString| {
        name.to_str().is_some_and(|name| {
            ALLOWED.contains(&name)
                || name.starts_with("LC_")
                || signs_in && SIGN_IN.contains(&name)
        })
    };
    variables
        .into_iter()
        .filter(|(name, _)| may_see(name))
        .collect()
}

/// What keeps programs from asking, paging and painting.
pub(super) fn quiet() -> impl Iterator<Item = (OsString, OsString)> {
    [
        ("TERM", "dumb"),
        ("PAGER", "cat"),
        ("GIT_PAGER", "cat"),
        ("AWS_PAGER", ""),
        ("AWS_CLI_AUTO_PROMPT", "off"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("DEBIAN_FRONTEND", "noninteractive"),
        ("NO_COLOR", "1"),
    ]
    .into_iter()
    .map(|(name, value)| (name.into(), value.into()))
}
