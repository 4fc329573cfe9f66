//! The command lines that do the same as a plan, for a POSIX shell and the AWS CLI of either major version. It runs none.

use crate::domain::lever::AliasState;
use crate::domain::rollout::RolloutSpec;

/// Puts a word into quotes that a POSIX shell takes literally, where it needs any.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_/.:=@%+,-".contains(&b);
    if !word.is_empty() && word.bytes().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// `--region` and `--profile`, as far as the config names them.
fn place(spec: &RolloutSpec) -> String {
    let option = |name: &str, value: &Option<String>| {
        value
            .as_ref()
            .map_or_else(String::new, |value| format!(" --{name} {}", quoted(value)))
    };
    option("region", &spec.region) + &option("profile", &spec.profile)
}

/// Writes a parameter.
pub(crate) fn put_parameter(name: &str, text: &str, spec: &RolloutSpec) -> String {
    // A parameter that exists keeps its tier.
    format!(
        "aws ssm put-parameter --name {} --type String --overwrite --value {}{}",
        quoted(name),
        quoted(text),
        place(spec)
    )
}

/// Replaces a file as a whole.
pub(crate) fn put_file(path: &str, text: &str) -> String {
    let beside = quoted(&format!("{path}.new"));
    format!(
        "printf %s {} > {beside} && mv {beside} {}",
        quoted(text),
        quoted(path)
    )
}

/// Merges variables (`null` removes one) into a function's environment without showing any other value: they go from one `aws`
/// to the next through a pipe, never through a command line. Nothing is written when they cannot be read, and RevisionId guards
/// against a change in between.
pub(crate) fn merge_variables(
    function: &str,
    revision: &str,
    changes: &serde_json::Value,
    spec: &RolloutSpec,
) -> String {
    /// Reads the environment, fails when it holds no variables because they could not be decrypted, and prints the merged one.
    const MERGE: &str = "import json,sys; e=json.load(sys.stdin); v=dict(e[\"Variables\"]) if e else {}; \
        c=json.loads(sys.argv[1]); v.update(c); \
        print(json.dumps({\"Variables\":{k:w for k,w in v.items() if w is not None}}))";
    let (function, place) = (quoted(function), place(spec));
    format!(
        "env=$(aws lambda get-function-configuration --function-name {function} --query Environment --output json{place} \
         | python3 -c {} {}) \
         && printf %s \"$env\" | aws lambda update-function-configuration --function-name {function} --revision-id {} \
         --environment file:///dev/stdin --query LastUpdateStatus{place}",
        quoted(MERGE),
        quoted(&changes.to_string()),
        quoted(revision)
    )
}

/// Publishes `$LATEST` and points an alias at the new version.
pub(crate) fn publish_and_repoint(
    function: &str,
    revision: &str,
    alias: &AliasState,
    spec: &RolloutSpec,
) -> String {
    let (function, place) = (quoted(function), place(spec));
    let routing = if alias.routing.is_empty() {
        ""
    } else {
        " --routing-config AdditionalVersionWeights={}"
    };
    format!(
        "version=$(aws lambda publish-version --function-name {function} --revision-id {} --query Version --output text{place}) \
         && aws lambda update-alias --function-name {function} --name {} --function-version \"$version\" --revision-id {}{routing}{place}",
        quoted(revision),
        quoted(&alias.name),
        quoted(&alias.revision.0)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_they_must_be() {
        for (word, quoted_word) in [
            (
                "/audio-transcription/partial-results/config",
                "/audio-transcription/partial-results/config",
            ),
            ("", "''"),
            ("a b", "'a b'"),
            ("it's", r"'it'\''s'"),
            ("$(rm -rf /)`x`", "'$(rm -rf /)`x`'"),
            ("a\nb", "'a\nb'"),
            ("~", "'~'"),
            ("é", "'é'"),
        ] {
            assert_eq!(quoted(word), quoted_word);
        }
    }
}
