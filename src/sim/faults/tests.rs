#![expect(clippy::unwrap_used, reason = "a test may stop here")]
//! The grammar of faults, and when they strike.

use super::*;

fn fault(text: &str) -> Fault {
    text.parse().unwrap()
}

fn wrong(text: &str) -> (usize, String) {
    let error = text.parse::<Fault>().unwrap_err();
    (error.column, error.what)
}

#[test]
fn a_fault_says_where_what_how_long_how_often_and_how_likely() {
    let parsed = fault("ssm:PutParameter=delay:1500,for=2.5,times=3,rate=0.25");
    assert_eq!(
        (parsed.service.as_str(), parsed.operation.as_str()),
        ("ssm", "PutParameter")
    );
    assert_eq!(parsed.kind, Kind::Delay(Duration::from_millis(1500)));
    assert_eq!(
        (parsed.lasts, parsed.times, parsed.rate),
        (Some(2500), Some(3), 0.25)
    );
    assert_eq!(fault("*:Get*=applied-timeout").kind, Kind::AppliedTimeout);
    assert_eq!(fault("ssm:PutParameter=timeout").kind, Kind::Blackhole);
}

#[test]
fn what_is_wrong_is_named_with_its_column_and_the_nearest_word() {
    assert_eq!(
        wrong("ssn:PutParameter=reset"),
        (1, "no service `ssn`; did you mean `ssm`?".to_owned())
    );
    let near = "no operation `PutParametr` in ssm; did you mean `PutParameter`?".to_owned();
    assert_eq!(wrong("ssm:PutParametr=reset"), (5, near));
    assert_eq!(
        wrong("ssm:*=throtle"),
        (7, "no kind `throtle`; did you mean `throttle`?".to_owned())
    );
    assert_eq!(
        wrong("ssm:*=reset,tims=3"),
        (13, "no limit `tims`; did you mean `times`?".to_owned())
    );
    assert_eq!(
        wrong("ssm:*=reset,times=0"),
        (19, "`0` is not a whole number above 0".to_owned())
    );
    assert_eq!(wrong("ssm:*=reset,rate=1.5").0, 18);
    assert_eq!(wrong("ssm:*=reset,for=-1").0, 17);
    assert_eq!(wrong("ssm:*=delay:soon").0, 13);
    assert_eq!(wrong("ssm:*=delay").0, 12);
    assert_eq!(wrong("ssm:*").0, 6);
    assert_eq!(wrong("ssm=reset").0, 4);
    assert_eq!(wrong("").0, 1);
    assert_eq!(wrong("é:*=reset").0, 1);
    assert_eq!(wrong("ssm:*=").0, 7);
    let place = "`kms` happens to lambda:GetFunctionConfiguration only".to_owned();
    assert_eq!(wrong("ssm:GetParameter=kms"), (18, place));
}

#[test]
fn a_fault_strikes_what_it_names_and_nothing_else() {
    let mut faults = Faults::new(1);
    faults.arm(fault("ssm:Put*=reset"), 0);
    assert_eq!(faults.strike("ssm", "PutParameter", 0), [Kind::Reset]);
    assert!(faults.strike("ssm", "GetParameter", 0).is_empty());
    assert!(faults.strike("logs", "PutLogEvents", 0).is_empty());
    faults.clear();
    assert!(faults.strike("ssm", "PutParameter", 0).is_empty());
}

#[test]
fn a_fault_ends_by_its_time_and_by_its_number() {
    let mut faults = Faults::new(1);
    faults.arm(fault("*:*=503,for=10"), 1_000);
    assert_eq!(
        faults.strike("sts", "GetCallerIdentity", 10_999),
        [Kind::Unavailable]
    );
    assert!(faults.strike("sts", "GetCallerIdentity", 11_000).is_empty());
    faults.arm(fault("*:*=500,times=2"), 0);
    assert_eq!(faults.texts(0), ["*:*=500,times=2"]);
    let struck = (0..4)
        .filter(|_| !faults.strike("sts", "GetCallerIdentity", 0).is_empty())
        .count();
    assert_eq!(struck, 2);
    assert!(faults.texts(0).is_empty());
}

#[test]
fn delays_add_to_the_first_other_fault() {
    let mut faults = Faults::new(1);
    for text in [
        "ssm:*=delay:5",
        "ssm:*=throttle,times=1",
        "ssm:*=denied",
        "*:*=delay:7",
    ] {
        faults.arm(fault(text), 0);
    }
    let delay = |ms| Kind::Delay(Duration::from_millis(ms));
    assert_eq!(
        faults.strike("ssm", "GetParameter", 0),
        [delay(5), Kind::Throttle, delay(7)]
    );
    assert_eq!(
        faults.strike("ssm", "GetParameter", 0),
        [delay(5), Kind::Denied, delay(7)]
    );
}

#[test]
fn a_rate_is_a_share_and_the_same_seed_draws_the_same() {
    let draw = |seed| {
        let mut faults = Faults::new(seed);
        faults.arm(fault("ssm:*=500,rate=0.3"), 0);
        (0..1000)
            .map(|_| faults.strike("ssm", "GetParameter", 0).len())
            .collect::<Vec<_>>()
    };
    assert_eq!(draw(7), draw(7));
    let share = draw(7).iter().sum::<usize>();
    assert!((200..400).contains(&share), "{share} of 1000");
    let mut never = Faults::new(1);
    never.arm(fault("ssm:*=500,rate=0"), 0);
    assert!((0..100).all(|_| never.strike("ssm", "GetParameter", 0).is_empty()));
}
