//! Records that are handed to another team: its time runs as a clock of whoever is to take them over, also where the
//! stage closes them. They are accepted, refused, or left lying; both sides hear of each.

use contracts::{
    CrmWrite, EventData, HandOffAccepted, HandOffMade, HandOffRefused, NotTakenOver, Notice,
    state::{Clock, HandOffAnswer, KeptHandOff, KeptTerms},
};
use crm::{Contacted, PersonId};
use jiff::Timestamp;
use model::{ClockTerms, HandingOver, Recipient};

use super::{
    context::Context,
    edges::{Moved, has_it},
    going_on::GoesOn,
};
use crate::{
    hand_offs::{is_of, may_answer, receiver},
    journey::Stands,
    people::recipients,
};

/// What somebody says of a hand-off.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// The clock of the hand-off.
    pub clock: &'a str,
    /// Which run of it.
    pub instance: u32,
    /// Who says so.
    pub by: &'a PersonId,
    /// Why they refuse it, in their words; none: they accept it.
    pub refused: Option<&'a str>,
    /// When.
    pub at: Timestamp,
}

impl Context<'_> {
    /// Whether a run of a hand-off is over with its record: it is gone, or on no journey any more.
    pub(super) fn is_gone(&self, at: Timestamp) -> bool {
        self.record.archived || self.facts(at).stands() == Stands::Outside
    }

    /// Whose a run of a hand-off is, of a record with this owner.
    pub(super) fn taker(
        &self,
        of: &HandingOver,
        owner: Option<&PersonId>,
        at: Timestamp,
    ) -> Option<PersonId> {
        receiver(self.staffing, &of.to, owner, at)
    }

    /// The record has entered a stage at which it is handed over.
    pub(super) fn hand_to_team(
        &mut self,
        name: &str,
        (terms, of): (&ClockTerms, &HandingOver),
        moved: &Moved<'_>,
    ) {
        let latest = self.book.clocks.get(name);
        let made = latest.is_some_and(|latest| latest.started >= moved.at);
        // What is not known to be another's business is handed over: somebody looks at it then.
        if made || has_it(terms, &self.facts(moved.at)) == Some(false) {
            return;
        }
        let owner = self.record.owner().or(moved.owner).cloned();
        let Some(to) = self.taker(of, owner.as_ref(), moved.at) else {
            return;
        };
        self.start(name, terms, &to, moved.at);
        let Some((clock, mut kept)) = self.take(name) else {
            return;
        };
        if clock.started != moved.at {
            return;
        }
        // Who moves it in the CRM need be nobody of the model; then it comes from whose it was.
        let gives = |who: &&PersonId| self.staffing.model.people.contains_key(*who) && **who != to;
        let owner = owner.as_ref().filter(gives);
        let from = moved.by.filter(gives).or(owner).cloned();
        kept.sequence = Some(moved.sequence);
        kept.policy.hand_off = Some(KeptHandOff {
            terms: of.clone(),
            from: from.clone(),
            answer: None,
            leaves_for: None,
        });
        let (instance, due) = (clock.instance, clock.due);
        self.put(name, clock, kept);
        self.emit(EventData::HandOffMade(HandOffMade {
            clock: name.to_owned(),
            instance,
            stage: of.stage.clone(),
            team: of.to.clone(),
            from: from.clone(),
            to: to.clone(),
            due,
        }));
        self.reason(
            name,
            format!("handed to {}, where {to} is to take it over", of.to),
        );
        let notice = Notice::HandedOver {
            stage: of.stage.clone(),
            team: of.to.clone(),
            instance,
            from: from.clone(),
            to: to.clone(),
            due,
        };
        for to in [to].into_iter().chain(from) {
            let notice = notice.clone();
            self.emit(EventData::NoticeRequested { to, notice });
        }
        self.answered_by_now(name, moved.at);
    }

    /// The record has left a stage at which it was handed over, and nobody has taken it over.
    pub(super) fn left_behind(&mut self, moved: &Moved<'_>) {
        for name in self.names() {
            let Some((clock, kept)) = self.take(&name) else {
                continue;
            };
            let here = kept.policy.hand_off.as_ref();
            let here = here.is_some_and(|it| it.terms.stage == moved.stage);
            if here && clock.status.is_open() && clock.started <= moved.at {
                let why = format!("it left {} before it was taken over", moved.stage);
                self.cancel(&name, clock, kept, (&why, moved.at));
            }
        }
    }

    /// The copy shows whose the record is: what is handed over is theirs to take, if they are of the team.
    pub(super) fn follow_taker(&mut self, at: Timestamp) {
        let owner = self.record.owner().cloned();
        for name in self.names() {
            let run = self.book.clocks.get(&name);
            let of = run.filter(|run| run.status.is_open()).and_then(hand_off_of);
            let Some(of) = of.map(|of| of.terms.clone()) else {
                continue;
            };
            self.pass_on(&name, &of, owner.as_ref(), at);
        }
    }

    /// A run of a hand-off is another's from now on, if it is.
    pub(super) fn pass_on(
        &mut self,
        name: &str,
        of: &HandingOver,
        owner: Option<&PersonId>,
        at: Timestamp,
    ) {
        let run = self.book.clocks.get(name);
        let now = run.map(|run| run.owner.clone());
        if let Some(to) = self.taker(of, owner, at)
            && now.is_some_and(|now| now != to)
        {
            self.hand_over(name, &to, at);
            self.tell_the_next(name, to);
        }
    }

    /// Whoever is to take it over now hears of it as the one before did.
    fn tell_the_next(&mut self, name: &str, to: PersonId) {
        let run = self.book.clocks.get(name);
        let told = run.and_then(|run| Some((hand_off_of(run)?.clone(), run.instance, run.due)));
        let Some((of, instance, due)) = told else {
            return;
        };
        let notice = Notice::HandedOver {
            stage: of.terms.stage,
            team: of.terms.to,
            instance,
            from: of.from,
            to: to.clone(),
            due,
        };
        self.emit(EventData::NoticeRequested { to, notice });
    }

    /// Whether a contact is of somebody who may not meet a run by it: of a hand-off, of anybody outside the team,
    /// and of nobody once the record is on its way elsewhere.
    pub(super) fn is_of_others(
        &self,
        clock: &Clock,
        kept: &KeptTerms,
        contact: &Contacted,
    ) -> bool {
        let hand_off = &kept.policy.hand_off;
        if hand_off.as_ref().is_some_and(|of| of.leaves_for.is_some()) {
            return true;
        }
        let Some(by) = &contact.by else { return false };
        match hand_off {
            Some(of) => !is_of(&self.staffing.model, &of.terms.to, by),
            None => *by != clock.owner,
        }
    }

    /// A hand-off has been accepted.
    pub(super) fn taken_over(&mut self, name: &str, by: Option<&PersonId>) {
        let run = self.book.clocks.get(name);
        let Some(instance) = run
            .filter(|run| hand_off_of(run).is_some())
            .map(|run| run.instance)
        else {
            return;
        };
        self.emit(EventData::HandOffAccepted(HandOffAccepted {
            clock: name.to_owned(),
            instance,
            by: by.cloned(),
        }));
    }

    /// Somebody says what becomes of a hand-off. What was answered before, or by somebody who may not, changes
    /// nothing.
    pub(super) fn answered(&mut self, answer: Answer<'_>) {
        let Some((clock, mut kept)) = self.take(answer.clock) else {
            return;
        };
        let Some(of) = kept.policy.hand_off.as_mut() else {
            return;
        };
        let may = of.leaves_for.is_none()
            && may_answer(self.staffing, &of.terms.to, answer.by, answer.at);
        if !clock.status.is_open() || clock.instance != answer.instance || !may {
            return;
        }
        of.answer = Some(HandOffAnswer {
            by: answer.by.clone(),
            at: answer.at,
            refused: answer.refused.map(str::to_owned),
        });
        let of = of.clone();
        match answer.refused {
            None => {
                self.put(answer.clock, clock, kept);
                self.taken_over(answer.clock, Some(answer.by));
                self.met(
                    answer.clock,
                    answer.at,
                    format!("{} took it over", answer.by),
                );
            }
            Some(reason) => self.refused(answer, (clock, kept), &of, reason),
        }
    }

    fn refused(
        &mut self,
        answer: Answer<'_>,
        (clock, kept): (Clock, KeptTerms),
        of: &KeptHandOff,
        reason: &str,
    ) {
        let name = answer.clock;
        self.emit(EventData::HandOffRefused(HandOffRefused {
            clock: name.to_owned(),
            instance: clock.instance,
            by: answer.by.clone(),
            reason: reason.to_owned(),
        }));
        let why = format!("{} refused it: {reason}", answer.by);
        let step = kept.steps.first();
        let stage = of.terms.refused_to.as_ref();
        let stage = stage
            .or(step.and_then(|step| step.move_to.as_ref()))
            .cloned();
        let asks = step.filter(|step| step.move_to.is_none());
        let asks = asks.and_then(|step| step.tell.clone());
        let told = clock.clone();
        self.cancel(name, clock, kept, (&why, answer.at));
        let refused = Some((answer.by.clone(), reason.to_owned()));
        self.not_taken_over(name, (&told, of, refused), (stage, asks), answer.at);
    }

    /// The time of a hand-off is up: what the model says of that, of the step that has come. The stage to which the
    /// record moves, if it does.
    pub(super) fn left_lying(
        &mut self,
        name: &str,
        (clock, of): (&Clock, &KeptHandOff),
        (step, stage, tell): (u32, Option<String>, Option<Recipient>),
        now: Timestamp,
    ) -> Option<String> {
        let asks = tell.filter(|_| stage.is_none());
        let (asked, moves_to) = self.not_taken_over(name, (clock, of, None), (stage, asks), now);
        for to in asked.into_iter().filter(|to| *to != clock.owner) {
            self.emit(EventData::ClockEscalated {
                clock: name.to_owned(),
                instance: clock.instance,
                step,
                to,
            });
        }
        moves_to
    }

    /// A record that was handed over did not arrive: it moves on, or somebody is asked, and both sides hear of it.
    /// Who is asked is returned, and where it moves. Where a gate does not let it move, whoever stands above the
    /// receiver is asked.
    fn not_taken_over(
        &mut self,
        name: &str,
        (clock, of, refused): (&Clock, &KeptHandOff, Option<(PersonId, String)>),
        (stage, asks): (Option<String>, Option<Recipient>),
        at: Timestamp,
    ) -> (Vec<PersonId>, Option<String>) {
        let goes_on = stage.map_or(GoesOn::Stays, |to| self.goes_on(of, to, at));
        let goes_on = self.unless_observed(name, of, goes_on, at);
        let asks = match &goes_on {
            GoesOn::To(_) => None,
            GoesOn::Not(_) => Some(Recipient::Manager),
            GoesOn::Stays => Some(asks.unwrap_or(Recipient::Manager)),
        };
        let owner = Some(&clock.owner);
        let asked = asks.map(|who| recipients(&who, owner, self.staffing, at));
        let asked = asked.unwrap_or_default();
        let (move_to, unmet) = match goes_on {
            GoesOn::To(stage) => (Some(stage), Vec::new()),
            GoesOn::Not(unmet) => (None, unmet),
            GoesOn::Stays => (None, Vec::new()),
        };
        self.say_what_follows(name, move_to.as_deref(), (&asked, &unmet));
        if let Some(to) = &move_to {
            let only_if = Some(of.terms.stage.clone());
            let write = CrmWrite::Stage {
                to: to.clone(),
                only_if,
            };
            self.emit(EventData::CrmWriteRequested { write });
        }
        let by = refused.as_ref().map(|(by, _)| by.clone());
        let receiver = Some(clock.owner.clone()).filter(|owner| Some(owner) != by.as_ref());
        let mut told: Vec<PersonId> = Vec::new();
        for who in asked.iter().cloned().chain(of.from.clone()).chain(receiver) {
            if !told.contains(&who) {
                told.push(who);
            }
        }
        let notice = Notice::NotTakenOver(NotTakenOver {
            stage: of.terms.stage.clone(),
            team: of.terms.to.clone(),
            from: of.from.clone(),
            to: clock.owner.clone(),
            due: clock.due,
            refused,
            move_to: move_to.clone(),
            asked: asked.clone(),
            unmet,
        });
        for to in told {
            let notice = notice.clone();
            self.emit(EventData::NoticeRequested { to, notice });
        }
        (asked, move_to)
    }

    fn say_what_follows(
        &mut self,
        name: &str,
        move_to: Option<&str>,
        (asked, unmet): (&[PersonId], &[String]),
    ) {
        if let Some(to) = move_to {
            self.reason(name, format!("not taken over: the record moves to {to}"));
            self.say(format!("moved to {to}"));
            return;
        }
        let names: Vec<&str> = asked.iter().map(PersonId::as_str).collect();
        let names = names.join(", ");
        let why = match unmet {
            [] => String::new(),
            unmet => format!(
                ", since its gate does not let it move on: {}",
                unmet.join(", ")
            ),
        };
        self.reason(name, format!("not taken over: {names} asked{why}"));
        self.say(format!("{names} asked"));
    }
}

/// The hand-off whose time a run is.
pub(super) fn hand_off_of(run: &Clock) -> Option<&KeptHandOff> {
    run.kept.as_ref()?.policy.hand_off.as_ref()
}
