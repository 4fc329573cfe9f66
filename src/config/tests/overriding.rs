use super::*;

#[test]
fn overrides_choose_and_replace() {
    let config = parse("c", &(EXAMPLE.to_owned() + &small(""))).unwrap();
    let choose = |o: Overrides| overrides::apply(config.clone(), &o);
    let chosen = choose(Overrides {
        rollout: Some("a".into()),
        region: Some("eu-west-1".into()),
        ..Overrides::default()
    })
    .unwrap();
    assert_eq!(
        (chosen.rollouts.len(), chosen.rollouts[0].region.as_deref()),
        (1, Some("eu-west-1"))
    );
    let near = choose(Overrides {
        rollout: Some("partial-result".into()),
        ..Overrides::default()
    })
    .unwrap_err();
    assert!(
        near.to_string().contains("did you mean `partial-results`?"),
        "{near}"
    );
    let env = choose(Overrides {
        env: Some("dev".into()),
        parameter: Some("/x/y".into()),
        ..Overrides::default()
    })
    .unwrap();
    assert_eq!(env.rollouts[0].flag.source, FlagSource::Ssm("/x/y".into()));
    assert!(
        choose(Overrides {
            parameter: Some("/x".into()),
            ..Overrides::default()
        })
        .is_err(),
        "two rollouts"
    );
    assert!(
        choose(Overrides {
            env: Some("qa".into()),
            ..Overrides::default()
        })
        .is_err()
    );
}

#[test]
fn without_a_file_the_environment_names_everything() {
    let prod = without_file(Some("prod"), None).unwrap();
    assert_eq!(
        prod.flag.source,
        FlagSource::Ssm("/audio-transcription/partial-results/config".into())
    );
    assert_eq!(prod.signals.len(), 6);
    for dev in [
        without_file(Some("dev"), None).unwrap(),
        without_file(
            None,
            Some("/audio-transcription/dev/partial-results/config"),
        )
        .unwrap(),
    ] {
        assert_eq!(dev.environment.0, "dev");
        assert_eq!(
            dev.flag.source,
            FlagSource::Ssm("/audio-transcription/dev/partial-results/config".into())
        );
        assert_eq!(
            dev.fallback.as_ref().unwrap().function,
            "audio-processor-dev"
        );
        assert_eq!(
            dev.logs.as_ref().unwrap().groups,
            ["/aws/lambda/audio-processor-dev"]
        );
        let names: Vec<_> = dev.signals.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(
            names,
            ["error_rate", "complaints"],
            "nothing that would show another environment's calm"
        );
        assert!(
            dev.rules
                .iter()
                .all(|rule| names.contains(&rule.signal.as_str()))
        );
    }
    assert!(
        without_file(None, Some("/other"))
            .unwrap()
            .environment
            .is_prod(),
        "the careful guess"
    );
    assert!(without_file(Some("a b"), None).is_err());
    assert!(without_file(None, Some("/p:3")).is_err());
}
