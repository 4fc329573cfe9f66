//! Whether a fenced block has its second fence. It reads no block.

/// Whether a fenced block, given from its first fence mark on, ends with a fence of its own.
pub(super) fn is_closed(block: &str) -> bool {
    let Some(mark) = block.chars().next().filter(|c| matches!(c, '`' | '~')) else {
        return true;
    };
    let length = block.chars().take_while(|c| *c == mark).count();
    let block = block.trim_end_matches('\n');
    let Some((_, last)) = block.rsplit_once('\n') else {
        return false;
    };
    let last = last.trim_start_matches([' ', '\t', '>']).trim_end();
    last.chars().count() >= length && last.chars().all(|c| c == mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_is_closed_by_one_of_its_kind_and_length() {
        for closed in [
            "```\na\n```\n",
            "````\na\n`````  \n",
            "~~~\n~~~",
            "```\n> a\n> ```",
            "```\n   ```\n\n",
            "plain",
        ] {
            assert!(is_closed(closed), "{closed}");
        }
        for open in [
            "```",
            "```\n",
            "```\na",
            "````\na\n```\n",
            "```\na\n~~~\n",
            "```sh\na ```\n",
        ] {
            assert!(!is_closed(open), "{open}");
        }
    }
}
