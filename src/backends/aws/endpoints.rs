//! The endpoints that environment and profile name, service by service: a blank one names none, and one that is no URL is told of
//! before the SDK meets it. It opens no connection.

use aws_config::SdkConfig;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

use super::check_endpoint;
use crate::ports::PortResult;

/// The services that are called, as the SDK names them in variables and profiles.
const SERVICES: [&str; 5] = ["SSM", "Lambda", "CloudWatch", "CloudWatch Logs", "STS"];

/// The settings of another configuration, without those that are blank.
#[derive(Debug)]
struct Named(SdkConfig);

impl LoadServiceConfig for Named {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let found = self.0.service_config()?.load_config(key);
        found.filter(|text| !text.trim().is_empty())
    }
}

/// The configuration without blank endpoints: `AWS_ENDPOINT_URL=` means AWS, and makes the SDK panic.
pub(super) fn named(config: SdkConfig) -> SdkConfig {
    let mut builder = config.to_builder();
    if config
        .endpoint_url()
        .is_some_and(|url| url.trim().is_empty())
    {
        builder.set_endpoint_url(None);
    }
    builder.service_config(Named(config)).build()
}

/// Every endpoint that is named is a URL.
///
/// # Errors
/// The first that is none.
pub(super) fn check(config: &SdkConfig) -> PortResult<()> {
    if let Some(url) = config.endpoint_url() {
        check_endpoint(url)?;
    }
    for service in SERVICES {
        let key = ServiceConfigKey::builder()
            .service_id(service)
            .env("AWS_ENDPOINT_URL")
            .profile("endpoint_url")
            .build();
        let found = match (config.service_config(), key) {
            (Some(settings), Ok(key)) => settings.load_config(key),
            _ => None,
        };
        if let Some(url) = found {
            check_endpoint(&url)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Says(&'static str, &'static str);

    impl LoadServiceConfig for Says {
        fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
            (key.service_id() == self.0).then(|| self.1.to_owned())
        }
    }

    fn config(service: &'static str, url: &'static str) -> SdkConfig {
        SdkConfig::builder()
            .service_config(Says(service, url))
            .build()
    }

    #[test]
    fn a_blank_endpoint_is_none_and_another_service_s_says_nothing() {
        for blank in ["", " ", "\t"] {
            let general = config("none", "").to_builder().endpoint_url(blank).build();
            assert_eq!(named(general).endpoint_url(), None);
            assert!(check(&named(config("SSM", blank))).is_ok());
        }
        let kept = named(
            config("none", "")
                .to_builder()
                .endpoint_url("http://x")
                .build(),
        );
        assert_eq!(kept.endpoint_url(), Some("http://x"));
    }

    #[test]
    fn an_endpoint_that_is_no_url_is_told_of() {
        for service in SERVICES {
            for wrong in ["nonsense", "ftp://x", "http://"] {
                assert!(
                    check(&named(config(service, wrong))).is_err(),
                    "{service} {wrong}"
                );
            }
            assert!(check(&named(config(service, "https://x:1"))).is_ok());
        }
    }
}
