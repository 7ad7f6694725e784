//! A story as text: narrow, aligned, for people. Nothing here reads or prints anything.

mod consequence;
mod decision;
mod head;
mod page;
mod words;

use std::collections::BTreeMap;

use contracts::Reason;
use story::{Chapter, Story};

use super::reader::Reader;
use page::{Page, Style, WIDTH};

/// The story as text, of at most [`WIDTH`] columns.
#[must_use]
pub fn render(story: &Story, reader: &Reader, colours: bool) -> String {
    let mut page = Page::new(colours);
    head::add(&mut page, story, reader);
    if story.left_out > 0 {
        let count = story.left_out;
        let s = if count == 1 { "" } else { "s" };
        page.blank();
        page.plain(
            2,
            Style::Faint,
            &format!("… {count} earlier decision{s} left out (--last)"),
        );
    }
    for (number, chapter) in (1_usize..).zip(&story.chapters) {
        add_chapter(&mut page, number, chapter, story, reader);
    }
    if story.chapters.is_empty() {
        page.blank();
        page.plain(2, Style::Faint, "nothing has been decided about it yet");
    }
    page.into_text()
}

/// The reasons of a decision that was not made, and the facts that were looked at, as a story tells them.
pub fn reasons(
    reasons: &[Reason],
    facts: &BTreeMap<String, String>,
    reader: &Reader,
    colours: bool,
) -> String {
    let mut page = Page::new(colours);
    for reason in reasons {
        decision::add_reason(&mut page, 2, reason, reader);
    }
    decision::add_facts(&mut page, 2, facts);
    page.into_text()
}

fn add_chapter(page: &mut Page, number: usize, chapter: &Chapter, story: &Story, reader: &Reader) {
    let Some(first) = chapter.decisions.first() else {
        return;
    };
    let mut day = reader.day(first.audit.at);
    let id: String = chapter.correlation.as_str().chars().take(8).collect();
    page.blank();
    page.rule(
        &format!("{number} ── {day}"),
        &format!("began with event {id}"),
    );
    for decision in &chapter.decisions {
        let its_day = reader.day(decision.audit.at);
        if its_day != day {
            page.blank();
            page.plain(0, Style::Faint, &its_day);
            day = its_day;
        }
        decision::add(page, decision, story, reader);
    }
}

// The width is the page's promise; a test holds it for every golden story.
const _: () = assert!(WIDTH <= 100);
