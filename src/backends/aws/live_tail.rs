//! Keeps Live Tail's host prefix away from an overridden endpoint, where no such host exists. It opens no session.

use aws_config::SdkConfig;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::endpoint::EndpointPrefix;
use aws_smithy_runtime_api::client::interceptors::context::BeforeSerializationInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use aws_types::service_config::ServiceConfigKey;

/// Takes the prefix (`stream-`) away, so that `127.0.0.1` does not become `stream-127.0.0.1`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoHostPrefix;

#[dyn_dispatch_hint]
impl Intercept for NoHostPrefix {
    fn name(&self) -> &'static str {
        "NoHostPrefix"
    }

    fn modify_before_serialization(
        &self,
        _context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        cfg.interceptor_state().unset::<EndpointPrefix>();
        Ok(())
    }
}

/// Whether CloudWatch Logs is reached elsewhere than at AWS: by option, environment or profile, for it or for all services.
pub(super) fn has_override(config: &SdkConfig) -> bool {
    let own = ServiceConfigKey::builder()
        .service_id("CloudWatch Logs")
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build();
    let for_logs = match (config.service_config(), own) {
        (Some(service_config), Ok(key)) => service_config.load_config(key).is_some(),
        _ => false,
    };
    for_logs || config.endpoint_url().is_some()
}
