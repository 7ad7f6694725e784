use contracts::{CrmWrite, EventData, Notice, state::RoutingStatus};
use decisions::{
    Next, RotationError, Staffing,
    routing::{ALREADY_OWNED, Rotations, Routed},
    stand,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::commands::{
    colours_are_wanted,
    explain::{reader::Reader, render},
    table::moment,
};

/// What would become of a record.
#[derive(Debug)]
pub struct Told {
    at: Timestamp,
    /// None if it is closed, or on no journey of the model.
    routed: Option<Routed>,
    /// What follows if what it waits for does not come.
    otherwise: Option<Routed>,
    /// Whose turn it is in the pool that gives it.
    turn: Option<Next>,
}

impl Told {
    /// With the turn of the pool that gives it, at once or once it has waited.
    ///
    /// # Errors
    /// If it was not read what a member of the pool has in hand.
    pub fn of(
        staffing: &Staffing,
        at: Timestamp,
        routed: Option<Routed>,
        otherwise: Option<Routed>,
        rotations: &Rotations,
    ) -> Result<Self, RotationError> {
        let gives = otherwise.as_ref().or(routed.as_ref());
        let pool = gives.and_then(|it| it.routing.pool.as_ref());
        let pool = pool.and_then(|name| staffing.model.pools.get_key_value(name));
        let when = gives.map_or(at, |it| it.routing.at);
        let turn = match pool {
            Some((name, pool)) => {
                let rotation = rotations.get(name).cloned().unwrap_or_default();
                stand(name, pool, &rotation, staffing, when)?.next
            }
            None => None,
        };
        Ok(Self {
            at,
            routed,
            otherwise,
            turn,
        })
    }

    /// For people. `place` is the stack that was asked, if one was.
    pub fn text(&self, reader: &Reader, place: Option<&str>) -> String {
        let when = moment(self.at, &reader.zone);
        let pools = match place {
            Some(place) => format!("turns, absences and open leads as in {place}"),
            None => "the pools are fresh and everybody is there, but for what the record's file says; --live asks the running stack"
                .to_owned(),
        };
        let mut text = format!("{when}, {}\n{pools}\n\n", reader.zone_said);
        let Some(routed) = &self.routed else {
            text.push_str(
                "it would go to nobody: it is closed, or on no journey that the model knows\n",
            );
            return text;
        };
        text.push_str(&self.said(routed, reader));
        self.add_reasons(&mut text, routed, reader);
        if let Some(otherwise) = &self.otherwise {
            let said = self.said(otherwise, reader);
            let waits = routed.routing.waits.as_ref();
            let by_then = match waits.and_then(|waits| waits.queue.as_ref()) {
                Some(_) => "if nobody takes it by then",
                None => "if nothing of it comes by then",
            };
            text.push_str(&format!("\n{by_then}, {said}"));
            self.add_reasons(&mut text, otherwise, reader);
        }
        text
    }

    /// The reasons, and in place of the one that tells the pool in a sentence its three lines.
    fn add_reasons(&self, text: &mut String, routed: &Routed, reader: &Reader) {
        let pool = routed.routing.pool.as_ref().zip(self.turn.as_ref());
        let of_pool = pool.map(|(name, _)| format!("pools.{name}"));
        let mut reasons = routed.draft.reasons.clone();
        for reason in &mut reasons {
            if Some(&reason.rule) == of_pool.as_ref() {
                reason.note = None;
            }
        }
        let (told, facts) = match pool {
            Some(_) => (reasons, Default::default()),
            None => (reasons, routed.draft.facts.clone()),
        };
        let colours = colours_are_wanted();
        text.push_str(&render::reasons(&told, &facts, reader, colours));
        if let Some((_, turn)) = pool {
            text.push_str(&lines_of(turn));
            let facts = &routed.draft.facts;
            text.push_str(&render::reasons(&[], facts, reader, colours));
        }
    }

    fn said(&self, routed: &Routed, reader: &Reader) -> String {
        let routing = &routed.routing;
        let by = format!("by rule {}", routing.rule);
        let mut said = match (&routing.owner, &routing.pool, &routing.waits) {
            (Some(owner), ..) if routing.rule == ALREADY_OWNED => {
                format!("it stays with {owner}, who owns it: no rule is asked")
            }
            (Some(owner), Some(pool), _) => {
                format!("it would go to {owner}, of pool {pool}, {by}")
            }
            (Some(owner), None, _) => format!("it would go to {owner}, {by}"),
            (None, _, Some(waits)) => {
                let until = self.until(waits.until, reader);
                match (&waits.queue, &waits.person) {
                    (Some(queue), _) => {
                        format!("it would be in queue {queue} until {until}, {by}")
                    }
                    (None, Some(person)) => {
                        format!("it would wait for {person} until {until}, {by}")
                    }
                    (None, None) => {
                        let facts: Vec<String> =
                            waits.facts.iter().map(ToString::to_string).collect();
                        format!("it would wait for {} until {until}", facts.join(" and "))
                    }
                }
            }
            (None, ..) if routing.status == RoutingStatus::Left => {
                format!("it would be left without an owner, {by}")
            }
            (None, ..) => format!("it would go to nobody: {}", routed.draft.outcome),
        };
        if let Some(stage) = moved_to(routed) {
            said.push_str(&format!(", and be moved to {stage}"));
        }
        if let Some(due) = respond_by(routed) {
            let due = self.until(due, reader);
            said.push_str(&format!("; to be answered by {due}"));
        }
        said.push('\n');
        said
    }

    fn until(&self, at: Timestamp, reader: &Reader) -> String {
        let zone = &reader.zone;
        let day = |at: Timestamp| at.to_zoned(zone.clone()).date();
        if day(at) == day(self.at) {
            return at.to_zoned(zone.clone()).strftime("%H:%M").to_string();
        }
        moment(at, zone)
    }

    /// For programs.
    pub fn json(&self, live: bool) -> Value {
        let Some(routed) = &self.routed else {
            return json!({ "outcome": "not routed: it is closed, or on no journey that the model knows", "owner": null, "at": self.at, "live": live });
        };
        let waits = routed.routing.waits.as_ref();
        let waits = waits.map(|waits| {
            json!({
                "facts": waits.facts.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "person": waits.person,
                "queue": waits.queue,
                "until": waits.until,
                "else": self.otherwise.as_ref().map(decided),
            })
        });
        let turn = self.turn.as_ref().map(|turn| {
            json!({
                "person": turn.person,
                "asked": turn.asked,
                "owed": turn.owed,
                "because": turn.because,
            })
        });
        let mut told = decided(routed);
        if let Some(object) = told.as_object_mut() {
            let more = [
                ("waits", waits.unwrap_or_default()),
                ("turn", turn.unwrap_or_default()),
                ("at", json!(self.at)),
                ("live", json!(live)),
            ];
            object.extend(more.map(|(name, value)| (name.to_owned(), value)));
        }
        told
    }
}

/// A pool in three lines: who could be asked, what they are owed, and who is next for it.
pub fn lines_of(turn: &Next) -> String {
    let mut text = format!("    asked  {}\n", turn.asked);
    match (&turn.owed, &turn.because) {
        (Some(owed), Some(because)) => {
            text.push_str(&format!("    owed   {owed}, counting this one\n"));
            text.push_str(&format!("    so     {because}\n"));
        }
        _ => {
            let person = &turn.person;
            text.push_str(&format!(
                "    so     {person}, and it costs nobody's turn\n"
            ));
        }
    }
    text
}

fn decided(routed: &Routed) -> Value {
    json!({
        "outcome": routed.draft.outcome,
        "owner": routed.routing.owner,
        "rule": routed.routing.rule,
        "pool": routed.routing.pool,
        "moved_to": moved_to(routed),
        "respond_by": respond_by(routed),
        "reasons": routed.draft.reasons,
        "facts": routed.draft.facts,
    })
}

fn moved_to(routed: &Routed) -> Option<&str> {
    routed.draft.emits.iter().find_map(|event| match event {
        EventData::CrmWriteRequested {
            write: CrmWrite::Stage { to, .. },
        } => Some(to.as_str()),
        _ => None,
    })
}

fn respond_by(routed: &Routed) -> Option<Timestamp> {
    routed.draft.emits.iter().find_map(|event| match event {
        EventData::NoticeRequested {
            notice: Notice::LeadAssigned { respond_by, .. },
            ..
        } => *respond_by,
        _ => None,
    })
}
