use decisions::shown::{moment, name_of};
use maud::{Markup, html};

use super::{audit, name::Name, numbers, operate, reader::Reader, team};
use crate::page::{framed, page};

/// What stands around the content of a page: where else one can go, and who is signed in.
pub(crate) struct Frame {
    name: String,
    at: String,
    here: Name,
    to: Vec<(Name, &'static str)>,
    token: String,
}

impl Frame {
    /// For a reader: only what there is for them to see.
    pub(crate) fn of<S>(reader: &Reader<'_, S>, here: Name) -> Self {
        let leads = !team::people(reader).is_empty();
        let operates = operate::may(reader.rules, reader.person);
        let counts = !numbers::theirs(reader.rules, reader.person).is_empty();
        let to = [
            (Name::Mine, "Yours", true),
            (Name::Team, "Your team's", leads),
            (Name::Pools, "Pools", true),
            (Name::Queues, "Queues", true),
            (Name::Numbers, "Numbers", counts),
            (Name::Audit, "Audit", audit::may(reader)),
            (Name::Operate, "Operation", operates),
        ];
        let to = to.into_iter().filter(|(_, _, there)| *there);
        Self {
            name: name_of(&reader.rules.model, reader.person),
            at: moment(reader.now, reader.rules.zone_of(reader.person)),
            here,
            to: to.map(|(name, label, _)| (name, label)).collect(),
            token: reader.token.clone(),
        }
    }

    pub(crate) fn page(&self, title: &str, content: &Markup) -> String {
        let above = html! {
            nav aria-label="Pages" {
                @for (name, label) in &self.to {
                    @if *name == self.here {
                        b aria-current="page" { (label) }
                    } @else {
                        a href=(name.path()) { (label) }
                    }
                }
            }
        };
        framed(
            title,
            &above,
            &html! {
                (content)
                footer {
                    form method="post" action=(Name::SignOut.path()) {
                        input type="hidden" name="token" value=(self.token);
                        p.small { "For " (self.name) ", as of " (self.at) "." }
                        button.quiet type="submit" { "Sign out" }
                    }
                }
            },
        )
    }
}

/// A page that is not shown.
pub(crate) fn refused(why: &str) -> String {
    page(
        "Not possible",
        &html! { p { (why) } p { a href=(Name::Mine.path()) { "What is yours to do" } } },
    )
}
