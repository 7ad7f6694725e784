//! What somebody may decide, and what the model asks them: all that names them, with its line.

use crm::PersonId;
use model::{AllAway, AllFull, Destination, NobodyWorking, OperatingModel, Place, Recipient};

/// One thing that is somebody's to decide or to answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Has {
    /// What it is, after their name: `leads the team dach_sales`.
    pub what: String,
    /// Where the model says so.
    pub place: Place,
}

/// What somebody may decide by a right of the model.
#[must_use]
pub fn rights_of(model: &OperatingModel, person: &PersonId) -> Vec<Has> {
    let all = model.decision_rights.iter();
    let theirs = all.filter(|(_, right)| right.people.contains(person));
    theirs
        .map(|(name, right)| {
            let mut acts = acts(model, name);
            let approves = model.approvals.values().any(|it| {
                let mut levels = it.by.iter();
                levels.any(|level| level.right == *name)
            });
            if right.never_own_records || approves {
                acts.push("never of their own".to_owned());
            }
            Has {
                what: format!("{name}: {}", acts.join("; ")),
                place: right.place,
            }
        })
        .collect()
}

/// What it takes a right to do.
fn acts(model: &OperatingModel, right: &str) -> Vec<String> {
    let mut acts = Vec::new();
    if let Some(terms) = model.exceptions.as_ref().filter(|it| it.right == right) {
        acts.push(format!(
            "may grant exceptions of {} at the most, and end them",
            terms.at_most
        ));
    }
    let journeys = model.lifecycles.iter();
    let held = journeys.filter(|(_, it)| it.when_turned_back.right.as_deref() == Some(right));
    let held: Vec<&str> = held.map(|(name, _)| name.as_str()).collect();
    if !held.is_empty() {
        acts.push(format!(
            "may answer for moves that are held: {}",
            held.join(", ")
        ));
    }
    let approvals = model.approvals.iter();
    let levels = approvals.flat_map(|(name, it)| it.by.iter().map(move |level| (name, level)));
    for (name, level) in levels.filter(|(_, level)| level.right == right) {
        acts.push(match &level.up_to {
            None => format!("may give the approval {name}"),
            Some((limit, field)) => {
                format!("may give the approval {name} up to {limit} of {field}")
            }
        });
    }
    let reviews = model.reviews.iter();
    let decides = reviews.filter(|(_, it)| it.decides.iter().any(|it| it == right));
    let decides: Vec<&str> = decides.map(|(name, _)| name.as_str()).collect();
    if !decides.is_empty() {
        acts.push(format!(
            "may record what was decided in the review {}",
            decides.join(", ")
        ));
    }
    acts
}

/// What else the model asks of somebody by their name, by their team, or as the lead of one.
#[must_use]
pub fn asked_of(model: &OperatingModel, person: &PersonId) -> Vec<Has> {
    let mut asked = Asked {
        model,
        person,
        found: Vec::new(),
    };
    asked.people();
    asked.numbers();
    asked.responses();
    asked.work();
    asked.journeys();
    asked.found
}

struct Asked<'a> {
    model: &'a OperatingModel,
    person: &'a PersonId,
    found: Vec<Has>,
}

impl Asked<'_> {
    fn add(&mut self, what: String, place: Place) {
        let has = Has { what, place };
        if !self.found.contains(&has) {
            self.found.push(has);
        }
    }

    /// Whether this names them: by name or by their team. Owners and managers are whoever is.
    fn is(&self, who: &Recipient) -> bool {
        match who {
            Recipient::Person(named) => named == self.person,
            Recipient::Team(team) => {
                let person = self.model.people.get(self.person);
                person.is_some_and(|it| it.team.as_ref() == Some(team))
            }
            Recipient::Owner | Recipient::Manager => false,
        }
    }

    fn people(&mut self) {
        let model = self.model;
        for (name, team) in &model.teams {
            if team.lead == *self.person {
                self.add(format!("leads the team {name}"), team.place);
            }
        }
        let reports = model.people.iter();
        let reports = reports.filter(|(_, it)| it.reports_to.as_ref() == Some(self.person));
        let reports: Vec<&str> = reports.map(|(id, _)| id.as_str()).collect();
        if let (Some(known), false) = (model.people.get(self.person), reports.is_empty()) {
            let what = format!(
                "is the manager of {}: acts upon links in mails about their records",
                reports.join(", ")
            );
            self.add(what, known.place);
        }
    }

    fn numbers(&mut self) {
        let model = self.model;
        for (name, metric) in &model.metrics {
            if metric.owner == *self.person {
                self.add(format!("answers for the metric {name}"), metric.place);
            }
        }
        for (name, review) in &model.reviews {
            if review.chair == *self.person {
                self.add(format!("leads the review {name}"), review.place);
            } else if review.attends.iter().any(|it| self.is(it)) {
                self.add(format!("is in the review {name}"), review.place);
            }
        }
    }

    fn responses(&mut self) {
        let model = self.model;
        for (name, response) in &model.responses {
            let deviations = model.deviations.iter();
            let of = deviations.filter(|(_, rule)| rule.respond == *name);
            let of: Vec<&str> = of.map(|(name, _)| name.as_str()).collect();
            if of.is_empty() {
                continue;
            }
            let of = of.join(", ");
            if self.is(&response.by) {
                self.add(format!("answers the deviations {of}"), response.place);
            }
            if self.is(&response.escalate_to) {
                let what = format!("hears of the deviations {of} that were not resolved in time");
                self.add(what, response.place);
            }
        }
        for (name, rule) in &model.approvals {
            let last = rule.within.as_ref().map(|(_, last)| last);
            if last == Some(self.person) {
                let what = format!("is asked for the approval {name} when nobody answered in time");
                self.add(what, rule.place);
            }
        }
        for (name, rule) in &model.deviations {
            for step in &rule.steps {
                if step.tell.iter().any(|it| self.is(it)) {
                    self.add(format!("hears when {name} lasts"), step.place);
                }
            }
        }
    }

    /// Records that come to them: by pools, queues and rules.
    fn work(&mut self) {
        let (model, person) = (self.model, self.person);
        for (name, pool) in &model.pools {
            if pool.weights.contains_key(person) {
                self.add(
                    format!("gets records from the pool {name} in turn"),
                    pool.place,
                );
            }
            let whens = [
                (pool.nobody_working == NobodyWorking::Ask(person.clone())).then_some("works"),
                (pool.all_away == AllAway::Ask(person.clone())).then_some("is there"),
                (pool.all_full == AllFull::Ask(person.clone())).then_some("has room"),
            ];
            for when in whens.into_iter().flatten() {
                self.add(
                    format!("is asked when nobody of the pool {name} {when}"),
                    pool.place,
                );
            }
        }
        for (name, queue) in &model.queues {
            if self.is(&Recipient::Team(queue.team.clone())) {
                self.add(format!("may take from the queue {name}"), queue.place);
            }
            if queue.finally == Destination::Person(person.clone()) {
                let what = format!("gets what nobody has taken from the queue {name} in time");
                self.add(what, queue.place);
            }
        }
        for (kind, rules) in &model.routing {
            for rule in rules {
                if rule.to == Destination::Person(person.clone()) {
                    let what = format!("gets {} by the rule {}", kind.plural(), rule.rule);
                    self.add(what, rule.place);
                }
            }
        }
        for (kind, all) in &model.reroute {
            for again in all {
                let last = again.limit.as_ref().map(|it| &it.finally);
                if last.is_some_and(|it| self.is(it)) {
                    let what = format!("gets {} that were routed again too often", kind.plural());
                    self.add(what, again.place);
                }
            }
        }
    }

    /// What they hear of stages and of clocks.
    fn journeys(&mut self) {
        let model = self.model;
        for (name, clock) in &model.clocks {
            for step in &clock.when_late {
                if step.tell.as_ref().is_some_and(|it| self.is(it)) {
                    self.add(format!("hears when {name} is late"), step.place);
                }
                let last = step.reassign.as_ref().map(|it| &it.finally);
                if last.is_some_and(|it| self.is(it)) {
                    let what = format!("gets what {name} was late for too often");
                    self.add(what, step.place);
                }
            }
        }
        for (name, journey) in &model.lifecycles {
            if journey.when_turned_back.tell.iter().any(|it| self.is(it)) {
                let what = format!("hears of moves of {name} that are turned back");
                self.add(what, journey.place);
            }
            for stage in &journey.stages {
                let follows = stage.upon_entering.iter().chain(&stage.upon_leaving);
                for follow in follows {
                    if follow.tell.iter().any(|it| self.is(it)) {
                        self.add(format!("hears of the stage {}", stage.name), follow.place);
                    }
                }
            }
        }
    }
}
