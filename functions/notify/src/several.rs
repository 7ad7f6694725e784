//! Several letters to one person as one.

use crate::letter::{Block, Letter};

/// How many letters stand whole in one mail; of those after them it says the subject, and asks what they ask.
const MOST_WHOLE: usize = 12;

/// How many letters one mail names.
const MOST_NAMED: usize = 100;

/// All of these in one letter, of each of which is said whether it asks for an answer; none of none. What asks comes
/// first.
pub(crate) fn in_one(mut letters: Vec<(Letter, bool)>) -> Option<Letter> {
    if letters.len() < 2 {
        return letters.pop().map(|(letter, _)| letter);
    }
    letters.sort_by_key(|(_, asks)| !asks);
    let subject = subject(&letters);
    let count = letters.len();
    let mut one = Letter {
        subject,
        preview: String::new(),
        greeting: String::new(),
        blocks: vec![Block::Say(format!(
            "{count} things happened within minutes, so they stand in one mail."
        ))],
        signature: String::new(),
    };
    let mut short = Vec::new();
    for (index, (letter, asks)) in letters.into_iter().enumerate() {
        if index == 0 {
            one.preview.clone_from(&letter.preview);
            one.greeting.clone_from(&letter.greeting);
            one.signature.clone_from(&letter.signature);
        }
        if index < MOST_WHOLE {
            one.blocks.push(Block::Heading(letter.subject));
            one.blocks.extend(letter.blocks);
        } else if index >= MOST_NAMED {
            break;
        } else if asks {
            one.blocks.push(Block::Heading(letter.subject));
            let answers = letter.blocks.into_iter();
            let answers = answers.filter(|it| matches!(it, Block::Answer { .. }));
            one.blocks.extend(answers);
        } else {
            short.push(letter.subject);
        }
    }
    if !short.is_empty() {
        one.blocks.push(Block::Heading("And besides".to_owned()));
        if let Some(more) = count.checked_sub(MOST_NAMED).filter(|more| *more > 0) {
            short.push(format!("and {more} more"));
        }
        one.blocks.push(Block::Points(short));
    }
    Some(one)
}

/// `New lead: Ada Lovelace, and 3 more`.
fn subject(letters: &[(Letter, bool)]) -> String {
    let first = letters.first().map_or("", |(letter, _)| &letter.subject);
    format!("{first}, and {} more", letters.len().saturating_sub(1))
}
