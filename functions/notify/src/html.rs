use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::letter::{Bar, Block, Entry, Letter, Point, Reference, Tone};

/// Colours for mail clients that know a dark mode; the others keep the inline ones, or turn them by themselves.
const DARK: &str = "@media (prefers-color-scheme: dark){\
    .ground{background:#17181a!important}.sheet{background:#222427!important}\
    .ink{color:#f1f2f4!important}.faint{color:#b4b8be!important}.line{border-color:#3b3f45!important}\
    .bad{color:#ff9b8f!important}.open{color:#f0c069!important}.link{color:#9cc4ff!important}\
    .quiet{background:#33373c!important}.track{background:#3b3f45!important}}\
    @media (max-width:480px){.pad{padding-left:16px!important;padding-right:16px!important}}";

const INK: &str = "#1c1e21";
const FAINT: &str = "#5a5f66";
const FONT: &str = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

/// A letter as HTML. Every text is escaped by `maud`. Tables and inline styles, since mail clients know little else.
pub(crate) fn of(letter: &Letter) -> String {
    let ground = "margin:0;padding:0;background:#f0f1f3";
    let sheet = format!(
        "width:100%;max-width:600px;background:#ffffff;{FONT};font-size:15px;line-height:1.5;color:{INK}"
    );
    // Where somebody is asked something, to answer is what they do first.
    let asks = letter
        .blocks
        .iter()
        .any(|it| matches!(it, Block::Answer { .. }));
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                meta name="color-scheme" content="light dark";
                meta name="supported-color-schemes" content="light dark";
                title { (letter.subject) }
                style { (PreEscaped(DARK)) }
            }
            body.ground style=(ground) {
                div style="display:none;max-height:0;overflow:hidden" { (letter.preview) }
                table.ground role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f0f1f3" {
                    tr { td align="center" style="padding:16px 0" {
                        table.sheet role="presentation" width="600" cellpadding="0" cellspacing="0" border="0" style=(sheet) {
                            tr { td.pad.ink style=(format!("padding:24px 28px 8px;color:{INK}")) { (letter.greeting) } }
                            @for block in &letter.blocks { (markup(block, asks)) }
                            tr { td.pad.faint.line style=(format!("padding:16px 28px 24px;color:{FAINT};font-size:13px")) {
                                (letter.signature)
                            } }
                        }
                    } }
                }
            }
        }
    };
    page.into_string()
}

fn row(content: &Markup) -> Markup {
    let style = format!("padding:6px 28px;color:{INK}");
    html! { tr { td.pad.ink style=(style) { (content) } } }
}

fn markup(block: &Block, asks: bool) -> Markup {
    match block {
        Block::Say(words) => row(&html! { (words) }),
        Block::Heading(words) => heading(words, Tone::Plain),
        Block::Points(points) => row(&html! {
            ul style="margin:0;padding-left:20px" {
                @for point in points { li style="padding:2px 0" { (point) } }
            }
        }),
        Block::Part {
            heading,
            tone,
            entries,
            more,
        } => html! {
            (self::heading(heading, *tone))
            @for entry in entries { (self::entry(entry)) }
            @if let Some(more) = more {
                tr { td.pad.faint style=(format!("padding:8px 28px;color:{FAINT}")) {
                    (more.words)
                    @if let Some(link) = &more.link { ": " a.link href=(link) style="color:#174a96" { "see all" } }
                } }
            }
        },
        Block::List {
            heading,
            tone,
            points,
        } => html! {
            (self::heading(heading, *tone))
            @for point in points {
                tr { td.pad.ink style=(format!("padding:0 28px;color:{INK}")) { (self::point(point)) } }
            }
        },
        Block::Answer { words, link } => row(&html! {
            table role="presentation" cellpadding="0" cellspacing="0" border="0" {
                tr { (button(link, words, None, true)) }
            }
        }),
        Block::Bars { heading, bars } => html! {
            (self::heading(heading, Tone::Plain))
            (row(&html! {
                table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" {
                    @for bar in bars { (self::bar(bar)) }
                }
            }))
        },
        Block::See(reference) => row(&see(reference, !asks)),
    }
}

fn heading(words: &str, tone: Tone) -> Markup {
    let (class, colour) = colour(tone);
    let style = format!("padding:20px 28px 4px;font-size:18px;font-weight:bold;color:{colour}");
    html! { tr { td.pad.(class) style=(style) { h2 style="margin:0;font-size:18px" { (words) } } } }
}

/// The class by which a dark mode knows a colour, and the colour; each has a contrast of 4.5 on its ground.
const fn colour(tone: Tone) -> (&'static str, &'static str) {
    match tone {
        Tone::Bad => ("bad", "#b3261e"),
        Tone::Open => ("open", "#8a5a00"),
        Tone::Plain => ("ink", INK),
    }
}

fn entry(entry: &Entry) -> Markup {
    let style = format!("padding:12px 28px;border-top:1px solid #e1e3e6;color:{INK}");
    html! {
        tr { td.pad.ink.line style=(style) {
            strong style="font-size:16px" { (entry.name) }
            @if !entry.stands.is_empty() {
                span.faint style=(format!("color:{FAINT}")) { " · " (entry.stands) }
            }
            @for point in &entry.points { (self::point(point)) }
            @for to_do in &entry.to_do { div style="padding-top:4px" { (to_do) } }
            (see(&entry.see, true))
        } }
    }
}

fn point(point: &Point) -> Markup {
    let (class, colour) = colour(point.tone);
    html! {
        div class=(class) style=(format!("padding-top:4px;color:{colour}")) {
            @if point.new { strong { "New: " } }
            (point.text)
        }
    }
}

fn bar(bar: &Bar) -> Markup {
    let fill = match bar.tone {
        Tone::Bad => "#c9463d",
        Tone::Open => "#d39a2b",
        Tone::Plain => "#3f7fd1",
    };
    let long = bar.long.min(100);
    let rest = 100_u32.saturating_sub(long);
    html! {
        tr {
            td.ink width="38%" style=(format!("padding:4px 8px 4px 0;color:{INK}")) { (bar.name) }
            td width="44%" style="padding:4px 0" {
                table.track role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#e1e3e6" {
                    tr {
                        @if long > 0 {
                            td width=(format!("{long}%")) height="12" style=(format!("background:{fill};font-size:1px;line-height:12px")) { (PreEscaped("&nbsp;")) }
                        }
                        @if rest > 0 {
                            td width=(format!("{rest}%")) height="12" style="font-size:1px;line-height:12px" { (PreEscaped("&nbsp;")) }
                        }
                    }
                }
            }
            td.ink width="18%" align="right" style=(format!("padding:4px 0 4px 8px;color:{INK}")) { (bar.said) }
        }
    }
}

fn see(reference: &Reference, first: bool) -> Markup {
    let buttons = [
        (&reference.page, "Open in the CRM", None, first),
        (&reference.why, "Why?", None, false),
        (
            &reference.later,
            "Done or later?",
            Some("Say that it is done, be reminded later, or say that it is not yours"),
            false,
        ),
        (
            &reference.again,
            "Done already?",
            Some("Have it looked at again"),
            false,
        ),
    ];
    let buttons = buttons.into_iter();
    let mut buttons = buttons
        .filter_map(|(at, words, title, first)| Some((at.as_deref()?, words, title, first)))
        .peekable();
    html! {
        @if buttons.peek().is_some() {
            table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin-top:8px" {
                tr { @for (at, words, title, first) in buttons { (button(at, words, title, first)) } }
            }
        }
        @if let Some(explain) = &reference.explain {
            div.faint style=(format!("padding-top:6px;color:{FAINT};font-size:13px")) {
                "The reasons: " code { (explain) }
            }
        }
    }
}

/// A button as a table cell: padding and ground on the cell, which every client draws.
fn button(at: &str, words: &str, title: Option<&str>, first: bool) -> Markup {
    let (class, ground, ink) = match first {
        true => (None, "#1f5fbf", "#ffffff"),
        false => (Some("quiet"), "#e9ebee", "#174a96"),
    };
    let link = (!first).then_some("link");
    let style =
        format!("background:{ground};border-radius:6px;padding:8px 10px;white-space:nowrap");
    let text = format!("color:{ink};text-decoration:none;font-size:13px;font-weight:bold");
    html! {
        td class=[class] style=(style) { a class=[link] href=(at) title=[title] style=(text) { (words) } }
        td width="8" { (PreEscaped("&nbsp;")) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test may panic")]

    use super::*;

    /// Each on the ground on which it stands: in the light, and as a dark mode has it.
    #[test]
    fn every_colour_can_be_read_as_wcag_aa_asks() {
        let tones = [Tone::Bad, Tone::Open, Tone::Plain].map(|tone| colour(tone).1);
        let light = tones.into_iter().chain([INK, FAINT, "#174a96"]);
        let light = light.map(|ink| (ink, "#ffffff"));
        let buttons = [("#ffffff", "#1f5fbf"), ("#174a96", "#e9ebee")];
        for (ink, ground) in light.chain(buttons) {
            let contrast = testkit::contrast(ink, ground);
            assert!(contrast >= 4.5, "{ink} on {ground}: {contrast}");
        }
        let of = |class: &str| {
            let (_, rest) = DARK.split_once(&format!(".{class}{{")).expect(class);
            let (_, rest) = rest.split_once(':').expect("a colour");
            rest.split('!').next().expect("its end")
        };
        let on_sheet = ["ink", "faint", "bad", "open", "link"].map(|ink| (ink, "sheet"));
        for (ink, ground) in on_sheet.into_iter().chain([("link", "quiet")]) {
            let contrast = testkit::contrast(of(ink), of(ground));
            assert!(contrast >= 4.5, "{ink} on {ground}: {contrast}");
        }
    }
}
