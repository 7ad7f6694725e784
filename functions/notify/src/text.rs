use crate::letter::{Block, Entry, Letter, Reference};

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
        Block::Heading(words) => line(text, "", &format!("== {words}")),
        Block::Points(points) => {
            for point in points {
                line(text, "- ", point);
            }
        }
        Block::Part {
            heading,
            entries,
            more,
            ..
        } => {
            line(text, "", heading);
            for entry in entries {
                self::entry(text, entry);
            }
            if let Some(more) = more {
                line(text, "- ", &more.words);
                if let Some(link) = &more.link {
                    line(text, "  all of them: ", link);
                }
            }
        }
        Block::Bars { heading, bars } => {
            line(text, "", heading);
            for bar in bars {
                line(text, "- ", &format!("{}: {}", bar.name, bar.said));
            }
        }
        Block::List {
            heading, points, ..
        } => {
            line(text, "", heading);
            for point in points {
                let new = if point.new { "New: " } else { "" };
                line(text, "- ", &format!("{new}{}", point.text));
            }
        }
        Block::Answer { words, link } => line(text, "", &format!("{words}: {link}")),
        Block::See(reference) => see(text, "", reference),
    }
}

fn entry(text: &mut String, entry: &Entry) {
    let stands = match entry.stands.as_str() {
        "" => String::new(),
        stands => format!(" ({stands})"),
    };
    line(text, "- ", &format!("{}{stands}", entry.name));
    for point in &entry.points {
        let new = if point.new { "New: " } else { "" };
        line(text, "  ", &format!("{new}{}", point.text));
    }
    for to_do in &entry.to_do {
        line(text, "  ", to_do);
    }
    see(text, "  ", &entry.see);
}

fn see(text: &mut String, indent: &str, reference: &Reference) {
    let said = [
        ("In the CRM", &reference.page),
        ("Why", &reference.why),
        ("Done, to be reminded later, or not yours", &reference.later),
        ("Done already? Have it looked at again", &reference.again),
        ("The reasons", &reference.explain),
    ];
    for (words, at) in said {
        if let Some(at) = at {
            line(text, indent, &format!("{words}: {at}"));
        }
    }
}

fn line(text: &mut String, before: &str, words: &str) {
    text.push_str(before);
    text.push_str(words);
    text.push('\n');
}
