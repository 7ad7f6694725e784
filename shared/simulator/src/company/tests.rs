use std::task::{Context, Poll, Waker};

use engine::{
    ATTEMPTS, CycleError, Failure,
    webhooks::{Body, Request},
};
use testkit::{at, example_rules};

use super::*;
use crate::{
    fault::{Fault, Peer},
    functions::{Answer, Failed},
    ports::SIGNATURE,
    process::Job,
};

fn story(faults: Vec<FaultKind>) -> Story {
    let (from, until) = (at("2026-11-23T08:00:00Z"), at("2026-11-24T08:00:00Z"));
    let faults = faults.into_iter();
    Story {
        seed: 1,
        from,
        until,
        actions: Vec::new(),
        faults: faults.map(|kind| Fault { from, until, kind }).collect(),
    }
}

fn company(story: &Story) -> Company<'_> {
    let revisions =
        Revisions::of(&example_rules(), story.from, crate::revisions::Strain::All).expect("rules");
    Company::new(story, &revisions, None)
}

/// A process to which nothing was done, and which lost so many races.
fn process(lost_races: u32) -> Process {
    Process {
        function: Function::SlaTimers,
        job: Job::Batch(Vec::new()),
        run: Box::pin(async { Answer::default() }),
        until: Timestamp::MAX,
        started: at("2026-11-23T08:00:00Z"),
        in_sight: false,
        turn: Turn {
            lost_races,
            ..Turn::default()
        },
    }
}

#[test]
fn that_a_call_is_slow_explains_no_failure() {
    let story = story(vec![FaultKind::Slow {
        peer: Peer::Store,
        rate: 1000,
        seconds: 60,
    }]);
    let company = company(&story);
    let mut inside = company.world.lock();
    let longest = (0..20).map(|_| inside.length(Peer::Store)).max();
    assert!(longest > Some(SignedDuration::from_secs(1)), "{longest:?}");
    assert_eq!(inside.turn.faults, 0);
}

#[test]
fn lost_races_explain_only_what_says_that_every_one_was_lost() {
    let outrun = Failure::from(CycleError::Outrun(ATTEMPTS));
    let other = Failure::everybody("the table is away");
    for (races, why, noted) in [
        (ATTEMPTS, &outrun, 0),
        (ATTEMPTS, &other, 1),
        (0, &outrun, 1),
    ] {
        let story = story(Vec::new());
        let mut company = company(&story);
        company.failed(&process(races), None, why);
        let failed = company.ending.failed.len();
        assert_eq!(failed, noted, "{races} races, {why}");
    }
}

#[test]
fn a_command_and_a_stream_that_fail_for_no_reason_are_noted() {
    for job in [Job::Command(0), Job::Stream(Vec::new())] {
        let story = story(Vec::new());
        let mut company = company(&story);
        let why = Failure::everybody("nothing was done to it");
        let failed = Failed { why, next: None };
        let answer = Answer {
            results: vec![Err(failed)],
        };
        let process = Process { job, ..process(0) };
        company.ended(process, answer);
        assert_eq!(company.ending.failed.len(), 1);
    }
}

#[test]
fn a_signature_may_be_refused_only_once_the_secret_was_changed() {
    for (faults, excused) in [(Vec::new(), false), (vec![FaultKind::SecretChanged], true)] {
        let story = story(faults);
        let company = company(&story);
        let source = company.first.rules.model.sources.keys().next();
        let request = Request {
            method: "POST".to_owned(),
            host: "fairlead.invalid".to_owned(),
            path: format!("/webhooks/{}", source.expect("a source")),
            headers: [(SIGNATURE.to_owned(), "another".to_owned())].into(),
            body: Body::Bytes(b"[]".to_vec()),
            ..Request::default()
        };
        let mut run = company.first.answer(request, story.from);
        let mut context = Context::from_waker(Waker::noop());
        let Poll::Ready(answer) = run.as_mut().poll(&mut context) else {
            panic!("a signature is refused before anybody is called");
        };
        let mut results = answer.results.into_iter();
        let refused = results.find_map(Result::err).expect("a refusal").why;
        let waits = matches!(refused, Failure::Waits { .. });
        assert_eq!(waits, excused, "{refused:?}");
        assert_eq!(matches!(refused, Failure::Everybody { .. }), !excused);
    }
}
