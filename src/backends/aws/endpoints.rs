//! The endpoints that environment and profile name, service by service: a blank one names none. What is no URL is left to the call
//! that meets it: a wrong endpoint of one service keeps no other from being reached.

use aws_config::SdkConfig;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

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

    fn of_ssm(config: &SdkConfig) -> Option<String> {
        let key = ServiceConfigKey::builder()
            .service_id("SSM")
            .env("AWS_ENDPOINT_URL")
            .profile("endpoint_url")
            .build();
        config.service_config()?.load_config(key.ok()?)
    }

    #[test]
    fn a_blank_endpoint_is_none_and_another_service_s_says_nothing() {
        for blank in ["", " ", "\t"] {
            let general = config("none", "").to_builder().endpoint_url(blank).build();
            assert_eq!(named(general).endpoint_url(), None);
            assert_eq!(of_ssm(&named(config("SSM", blank))), None);
        }
        let own = named(config("SSM", "http://x"));
        assert_eq!(of_ssm(&own).as_deref(), Some("http://x"));
        let kept = named(
            config("none", "")
                .to_builder()
                .endpoint_url("http://x")
                .build(),
        );
        assert_eq!(kept.endpoint_url(), Some("http://x"));
    }
}
