//! The bucket rule: which sessions a flag treats. It says who should be treated, never who was.

use sha2::{Digest, Sha256};

use super::{Comparison, Flag};
use crate::domain::Percent;

/// The bucket of a session, 0 to 99: SHA-256 of the id's UTF-8 bytes, the first four bytes big-endian, modulo 100.
pub fn bucket(session_id: &str) -> u8 {
    let digest = Sha256::digest(session_id.as_bytes());
    let head = digest
        .iter()
        .take(4)
        .fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte));
    (head % 100) as u8
}

/// Whether the flag treats sessions of this bucket. Listed users are not known by their bucket and do not count here.
pub fn is_treated(flag: &Flag, bucket: u8, comparison: Comparison) -> bool {
    flag.enabled && bucket < edge(flag.rollout_percentage, comparison).get()
}

/// The share of sessions that the flag treats: 0 when it is disabled. Listed users come on top of it.
pub fn exposed(flag: &Flag, comparison: Comparison) -> Percent {
    if flag.enabled {
        edge(flag.rollout_percentage, comparison)
    } else {
        Percent::ZERO
    }
}

/// The first bucket that is not treated; 100 where all are.
fn edge(percentage: Percent, comparison: Comparison) -> Percent {
    match comparison {
        Comparison::Below => percentage,
        Comparison::BelowOrEqual => Percent::new(percentage.get() + 1).unwrap_or(Percent::FULL),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn flag(enabled: bool, percentage: u8) -> Flag {
        Flag {
            enabled,
            rollout_percentage: Percent::new(percentage).unwrap_or_default(),
            listed: Vec::new(),
        }
    }

    /// Vectors whose digests are published: NIST FIPS 180-2 ("abc", the 448-bit message) and the empty message.
    #[test]
    fn the_bucket_is_taken_from_published_digests() {
        let published = [
            ("", 0xe3b0_c442_u32),
            ("abc", 0xba78_16bf),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                0x248d_6a61,
            ),
            ("golden-eagle-427", 0x2aa6_2215),
        ];
        for (id, head) in published {
            assert_eq!(u32::from(bucket(id)), head % 100, "{id}");
        }
        assert_eq!(bucket("golden-eagle-427"), 73);
    }

    #[test]
    fn the_percentage_is_where_treatment_ends() {
        assert!(is_treated(&flag(true, 10), 9, Comparison::Below));
        assert!(!is_treated(&flag(true, 10), 10, Comparison::Below));
        assert!(is_treated(&flag(true, 10), 10, Comparison::BelowOrEqual));
        assert!(is_treated(&flag(true, 0), 0, Comparison::BelowOrEqual));
        assert!(!is_treated(&flag(true, 0), 0, Comparison::Below));
        assert!(is_treated(&flag(true, 100), 99, Comparison::BelowOrEqual));
        assert!(!is_treated(&flag(false, 100), 0, Comparison::BelowOrEqual));
    }

    proptest! {
        #[test]
        fn exposure_is_the_number_of_treated_buckets(enabled: bool, percentage in 0_u8..=100, or_equal: bool) {
            let comparison = if or_equal { Comparison::BelowOrEqual } else { Comparison::Below };
            let flag = flag(enabled, percentage);
            let treated = (0..100).filter(|b| is_treated(&flag, *b, comparison)).count();
            prop_assert_eq!(usize::from(exposed(&flag, comparison).get()), treated);
        }

        #[test]
        fn every_id_has_a_bucket(id in "\\PC*") {
            prop_assert!(bucket(&id) < 100);
        }
    }
}
