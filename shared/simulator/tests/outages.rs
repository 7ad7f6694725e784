//! What is there for nobody for twelve hours loses nothing: whatever came meanwhile waits, and is dealt with after.
#![allow(clippy::expect_used, clippy::panic, reason = "a test may panic")]

use jiff::SignedDuration;
use simulator::{Fault, FaultKind, Peer, Players, Story};
use testkit::{at, example_rules};

/// How many stories of each kind are played.
const STORIES: u64 = 30;

const TWELVE_HOURS: SignedDuration = SignedDuration::from_hours(12);

fn players() -> Players {
    Players::strained(&example_rules(), at("2026-11-23T00:00:00Z")).expect("rules")
}

/// From just before the first thing that happens.
fn from_the_beginning(story: &Story, kind: FaultKind, lasts: SignedDuration) -> Fault {
    let first = story.actions.first().expect("an action").at;
    let from = first - SignedDuration::from_secs(5);
    Fault {
        from,
        until: from + lasts,
        kind,
    }
}

/// Everything holds and nothing is a dead letter; how many events were handled.
fn nothing_is_lost(players: &Players, story: &Story, name: &str) -> u64 {
    let found = players.play(story);
    let violations: Vec<String> = found.violations.iter().map(ToString::to_string).collect();
    assert!(violations.is_empty(), "{name}:\n{}", violations.join("\n"));
    let dead = players.ending(story).dead;
    assert!(dead.is_empty(), "{name}: {dead:?}");
    found.calls
}

fn outage(name: &str, faults: impl Fn(&Story) -> Vec<Fault>) {
    let players = players();
    let mut calls = 0;
    for seed in 1..=STORIES {
        let mut story = players.story(seed);
        story.faults = faults(&story);
        calls += nothing_is_lost(&players, &story, &format!("{name}, seed {seed}"));
    }
    assert!(calls > 20 * STORIES, "{name}: {calls} calls");
}

#[test]
fn the_crm_is_away() {
    let away = FaultKind::Fails {
        peer: Peer::Crm,
        rate: 1000,
    };
    outage("the CRM is away", |story| {
        vec![from_the_beginning(story, away.clone(), TWELVE_HOURS)]
    });
}

#[test]
fn mail_is_away() {
    let away = FaultKind::Fails {
        peer: Peer::Mail,
        rate: 1000,
    };
    outage("mail is away", |story| {
        vec![from_the_beginning(story, away.clone(), TWELVE_HOURS)]
    });
}

#[test]
fn the_token_is_wrong() {
    outage("the token is wrong", |story| {
        vec![from_the_beginning(
            story,
            FaultKind::TokenRefused,
            TWELVE_HOURS,
        )]
    });
}

#[test]
fn the_secret_of_webhooks_is_changed_twice() {
    outage("the secret is changed twice", |story| {
        let middle = story
            .actions
            .get(story.actions.len() / 2)
            .expect("an action")
            .at;
        let change = |from| Fault {
            from,
            until: story.until,
            kind: FaultKind::SecretChanged,
        };
        let first = from_the_beginning(story, FaultKind::SecretChanged, TWELVE_HOURS).from;
        let first = first + SignedDuration::from_secs(6);
        vec![
            change(first),
            change(middle.max(first + SignedDuration::from_mins(1))),
        ]
    });
}
