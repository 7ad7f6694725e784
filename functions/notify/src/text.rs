use crate::letter::{Block, Letter, Reference};

/// A letter as plain text.
pub(crate) fn of(letter: &Letter) -> String {
    let mut text = format!("{}\n", letter.greeting);
    for block in &letter.blocks {
        text.push('\n');
        write(&mut text, block);
    }
    text.push_str("\n-- \n");
    line(&mut text, "", &letter.signature);
    text
}

fn write(text: &mut String, block: &Block) {
    match block {
        Block::Say(words) => line(text, "", words),
        Block::Points(points) => {
            for point in points {
                line(text, "- ", point);
            }
        }
        Block::Part {
            heading,
            entries,
            more,
        } => {
            line(text, "", heading);
            for entry in entries {
                line(text, "- ", &entry.text);
                see(text, "  ", &entry.see);
            }
            if *more > 0 {
                line(text, "- ", &format!("and {more} more"));
            }
        }
        Block::Answer { words, link } => line(text, "", &format!("{words}: {link}")),
        Block::See(reference) => see(text, "", reference),
    }
}

fn see(text: &mut String, indent: &str, reference: &Reference) {
    if let Some(page) = &reference.page {
        line(text, indent, &format!("In the CRM: {page}"));
    }
    if let Some(again) = &reference.again {
        line(
            text,
            indent,
            &format!("Done already? Have it looked at again: {again}"),
        );
    }
    line(text, indent, &format!("The reasons: {}", reference.explain));
}

fn line(text: &mut String, before: &str, words: &str) {
    text.push_str(before);
    text.push_str(words);
    text.push('\n');
}
