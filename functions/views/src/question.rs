//! What is asked on the page of a link, and the forms by which it is answered.

use decisions::shown::{LONGEST_REASON, capital};
use jiff::civil::Date;
use maud::{Markup, html};

/// A question, and whether it can be answered now.
pub(crate) struct Asking {
    /// The question, in a sentence.
    pub(crate) question: String,
    /// The values that it is about.
    pub(crate) values: Vec<String>,
    /// How it is answered.
    pub(crate) forms: Forms,
    /// What comes of the answers.
    pub(crate) follows: &'static str,
    /// Why it cannot be answered (any more), for people; none if it can.
    pub(crate) settled: Option<String>,
}

/// How something is answered.
pub(crate) enum Forms {
    /// To agree, or to refuse.
    Answer {
        /// The buttons of both.
        buttons: (&'static str, &'static str),
        /// Whether to refuse it takes a reason.
        reasoned: bool,
    },
    /// To ask, with a reason.
    Ask,
    /// That it is done; that it can wait until a day, or is not theirs, with a reason; or to ask for an exception.
    Remind {
        /// The first day on which they can be reminded again, and the last.
        days: (Date, Date),
        /// Who would be asked for an exception; none: it cannot be asked for.
        ask: Option<String>,
    },
    /// Until a day, with a reason; or not, with a reason.
    Until {
        /// The first day that can be meant, and the last.
        days: (Date, Date),
    },
}

impl Asking {
    /// The question, with the forms of its answers, which all send what is hidden in them.
    pub(crate) fn markup(&self, hidden: &Markup) -> Markup {
        html! {
            p { (self.question) }
            @if !self.values.is_empty() {
                ul { @for value in &self.values { li { (value) } } }
            }
            @if let Some(settled) = &self.settled {
                p { (settled) }
            } @else {
                (self.forms.markup(hidden))
                p { (self.follows) }
            }
        }
    }
}

impl Forms {
    fn markup(&self, sent: &Markup) -> Markup {
        let hidden = |answer: &str| {
            html! {
                (sent)
                input type="hidden" name="answer" value=(answer);
            }
        };
        let reason = |why: &str| {
            html! {
                label { (why) ", in a few words"
                    input type="text" name="reason" required maxlength=(LONGEST_REASON);
                }
            }
        };
        match self {
            Self::Answer { buttons, reasoned } => html! {
                form method="post" {
                    (hidden("yes"))
                    p { button type="submit" { (buttons.0) } }
                }
                form method="post" {
                    (hidden(if *reasoned { "no" } else { "back" }))
                    @if *reasoned { (reason("Why not")) }
                    p { button.quiet type="submit" { (buttons.1) } }
                }
            },
            Self::Ask => html! {
                form method="post" {
                    (hidden("ask"))
                    (reason("Why"))
                    p { button type="submit" { "Ask for an exception" } }
                }
            },
            Self::Remind { days, ask } => html! {
                form method="post" {
                    (hidden("yes"))
                    p { button type="submit" { "It is done" } }
                }
                form method="post" {
                    (hidden("until"))
                    label { "Remind me on"
                        input type="date" name="until" required min=(days.0) max=(days.1);
                    }
                    (reason("Why"))
                    p { button.quiet type="submit" { "Snooze it" } }
                }
                form method="post" {
                    (hidden("no"))
                    (reason("Whose it is, or why it is not yours"))
                    p { button.quiet type="submit" { "It is not mine" } }
                }
                @if let Some(who) = ask {
                    form method="post" {
                        (hidden("ask"))
                        (reason(&format!("Why {who} should excuse it for a time")))
                        p { button.quiet type="submit" { "Ask for an exception" } }
                    }
                }
            },
            Self::Until { days } => html! {
                form method="post" {
                    (hidden("until"))
                    label { "Until the end of"
                        input type="date" name="until" required min=(days.0) max=(days.1);
                    }
                    (reason("Why"))
                    p { button type="submit" { "Grant the exception" } }
                }
                form method="post" {
                    (hidden("no"))
                    (reason("Why not"))
                    p { button.quiet type="submit" { "Refuse it" } }
                }
            },
        }
    }
}

/// What every form sends: when it was shown, and what shows that our page has sent it.
pub(crate) fn hidden(shown: &str, token: &str) -> Markup {
    html! {
        input type="hidden" name="shown" value=(shown);
        input type="hidden" name="token" value=(token);
    }
}

/// A text as a sentence.
pub(crate) fn sentence(text: &str) -> String {
    format!("{}.", capital(text))
}
