//! The nearest known name to a mistyped one. It corrects nothing by itself.

/// The candidate nearest to `name`, when it is near enough to be meant: at most a third of its length apart in edits, letter case
/// aside (two neighbouring letters that changed places are one edit).
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = name.to_lowercase().chars().take(64).collect();
    candidates
        .into_iter()
        .map(|candidate| {
            let letters: Vec<char> = candidate.to_lowercase().chars().take(64).collect();
            (
                distance(&wanted, &letters),
                letters.len().max(wanted.len()),
                candidate,
            )
        })
        .filter(|(edits, length, _)| *edits <= (length / 3).max(1))
        .min_by_key(|(edits, _, _)| *edits)
        .map(|(_, _, candidate)| candidate)
}

/// Edits between two words: insert, delete, replace, swap of neighbours.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut left_before = None;
    for (row, &l) in left.iter().enumerate() {
        let mut line = vec![row + 1];
        let mut right_before = None;
        let mut corner = row;
        for (column, &r) in right.iter().enumerate() {
            let up = last.get(column + 1).copied().unwrap_or(usize::MAX - 1);
            let beside = line.last().copied().unwrap_or(usize::MAX - 1);
            let mut cost = (corner + usize::from(l != r)).min(up + 1).min(beside + 1);
            if left_before == Some(r) && right_before == Some(l) {
                let swapped = column.checked_sub(1).and_then(|c| before.get(c));
                cost = cost.min(swapped.map_or(cost, |c| c + 1));
            }
            corner = up;
            line.push(cost);
            right_before = Some(r);
        }
        before = std::mem::replace(&mut last, line);
        left_before = Some(l);
    }
    last.last().copied().unwrap_or(left.len())
}
