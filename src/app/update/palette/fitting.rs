//! How well what was typed fits a row of the palette. It orders nothing.

/// How well a row fits: every word must be found, in the name in order with gaps, else in the sentence as it stands.
pub(super) fn rank(words: &[String], (line, help, key): (&str, &str, &str)) -> Option<i32> {
    let help = help.to_lowercase();
    let mut sum = 0;
    for (place, word) in words.iter().enumerate() {
        let name = fuzzy(word, line).map(|score| score + 40 - 20 * i32::from(place > 0));
        let at = help.find(word.as_str()).map(|at| {
            let starts = help
                .get(..at)
                .is_some_and(|before| !before.ends_with(char::is_alphanumeric));
            10 + 10 * i32::from(starts)
        });
        let key = (key.to_lowercase() == *word).then_some(15);
        let exact = (line == word).then_some(1_000);
        sum += [name, at, key, exact].into_iter().flatten().max()?;
    }
    Some(sum)
}

/// Whether the letters of a word stand in a name in their order, and how well: neighbours and beginnings of words count more, gaps less.
fn fuzzy(word: &str, name: &str) -> Option<i32> {
    let name: Vec<char> = name.to_lowercase().chars().collect();
    let word: Vec<char> = word.replace('_', "-").chars().collect();
    let starts = (0..name.len()).filter(|at| word.first() == name.get(*at));
    starts
        .filter_map(|from| from_there(&word, &name, from))
        .max()
}

fn from_there(word: &[char], name: &[char], from: usize) -> Option<i32> {
    let (mut at, mut score, mut last) = (from, 0, None);
    for letter in word {
        while name.get(at)? != letter {
            at += 1;
        }
        let begins = at == 0 || name.get(at - 1).is_some_and(|c| !c.is_alphanumeric());
        let follows = last.is_some_and(|last| last + 1 == at);
        score += 1 + 4 * i32::from(follows) + 6 * i32::from(begins) + 6 * i32::from(at == 0);
        last = Some(at);
        at += 1;
    }
    Some(score - (name.len() as i32) / 4)
}
