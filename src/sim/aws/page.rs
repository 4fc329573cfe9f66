//! The opaque tokens with which lists are paged. They are bound to the list that they came from; they hold no list.

use std::fmt::Write as _;

/// A token for the rest of the list named `scope`, which goes on at `at`.
pub fn token(scope: &str, at: u64) -> String {
    let mut plain = format!("{at:012x}");
    let _ = write!(plain, "{:08x}", seal(scope, at));
    format!("AAEAA{}", plain.chars().rev().collect::<String>())
}

/// Where the list `scope` goes on, when `token` was made for exactly that list.
pub fn position(scope: &str, token: &str) -> Option<u64> {
    let plain: String = token.strip_prefix("AAEAA")?.chars().rev().collect();
    let (at, mark) = plain.split_at_checked(12)?;
    let at = u64::from_str_radix(at, 16).ok()?;
    (u32::from_str_radix(mark, 16).ok()? == seal(scope, at)).then_some(at)
}

fn seal(scope: &str, at: u64) -> u32 {
    crc32fast::hash(format!("{scope}\n{at}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_belongs_to_one_list() {
        let token = token("history /a", 51);
        assert_eq!(position("history /a", &token), Some(51));
        assert_eq!(position("history /b", &token), None);
        for bad in [
            "",
            "AAEAA",
            "x",
            "AAEAA000000000000",
            "AAEAAéééééééééééé12345678",
        ] {
            assert_eq!(position("history /a", bad), None, "{bad}");
        }
    }
}
