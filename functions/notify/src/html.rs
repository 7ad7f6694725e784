use maud::{DOCTYPE, Markup, html};

use crate::letter::{Block, Letter, Reference};

/// A letter as HTML. Every text is escaped by `maud`.
pub(crate) fn of(letter: &Letter) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                title { (letter.subject) }
            }
            body style="font-family: sans-serif; font-size: 15px; line-height: 1.5; color: #1c1e21; max-width: 40em" {
                p { (letter.greeting) }
                @for block in &letter.blocks { (markup(block)) }
                p style="color: #65686c" { (letter.signature) }
            }
        }
    };
    page.into_string()
}

fn markup(block: &Block) -> Markup {
    match block {
        Block::Say(words) => html! { p { (words) } },
        Block::Points(points) => html! {
            ul { @for point in points { li { (point) } } }
        },
        Block::Part {
            heading,
            entries,
            more,
        } => html! {
            h3 { (heading) }
            @if !entries.is_empty() {
                ul {
                    @for entry in entries {
                        li { (entry.text) br; (see(&entry.see)) }
                    }
                    @if *more > 0 { li { "and " (more) " more" } }
                }
            }
        },
        Block::Answer { words, link } => html! { p { a href=(link) { (words) } } },
        Block::See(reference) => html! { p { (see(reference)) } },
    }
}

fn see(reference: &Reference) -> Markup {
    html! {
        @if let Some(page) = &reference.page {
            a href=(page) { "Open in the CRM" }
            " · "
        }
        @if let Some(again) = &reference.again {
            a href=(again) { "Done already? Have it looked at again" }
            " · "
        }
        "The reasons: " code { (reference.explain) }
    }
}
