//! A few stories of each kind; `make seeds` plays many.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and reads the stories that are kept"
)]

use std::path::Path;

use contracts::AuditRecord;
use jiff::SignedDuration;
use simulator::{Action, ActionKind, Fault, FaultKind, Planted, Players, Story, shrink};
use testkit::{at, example_rules};

fn players() -> Players {
    Players::strained(&example_rules(), at("2026-11-23T00:00:00Z")).expect("rules")
}

/// Nothing is wrong in a story, or it says what.
fn holds(players: &Players, story: &Story, name: &str) {
    let found = players.play(story);
    let violations: Vec<String> = found.violations.iter().map(ToString::to_string).collect();
    assert!(violations.is_empty(), "{name}:\n{}", violations.join("\n"));
    assert!(found.calls > 0, "{name}: nothing was called");
}

#[test]
fn everything_holds_in_the_first_stories() {
    let players = players();
    for seed in 1..=25 {
        holds(&players, &players.story(seed), &format!("seed {seed}"));
    }
}

/// Each was found by a seed, shortened, and is kept.
#[test]
fn what_was_found_once_stays_right() {
    let players = players();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories");
    let mut played = 0;
    for entry in std::fs::read_dir(folder).expect("the stories") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a story");
        let story: Story = serde_json::from_str(&text).expect("a story");
        holds(&players, &story, &path.display().to_string());
        played += 1;
    }
    assert!(played >= 5, "{played} stories");
}

#[test]
fn the_same_seed_is_the_same_story_to_the_byte() {
    let players = players();
    for seed in [3, 20] {
        let story = players.story(seed);
        assert_eq!(story, players.story(seed));
        let [one, two] = [(), ()].map(|()| players.ending(&story));
        assert_eq!(format!("{:?}", one.items), format!("{:?}", two.items));
        assert_eq!(format!("{:?}", one.mails), format!("{:?}", two.mails));
        assert_eq!((one.calls, one.now), (two.calls, two.now));
    }
}

/// A story says by itself how it is played: it can be written down and read again.
#[test]
fn a_story_reads_back_as_it_was_written() {
    let players = players();
    for seed in 1..=40 {
        let story = players.story(seed);
        let text = serde_json::to_string(&story).expect("JSON");
        assert_eq!(
            serde_json::from_str::<Story>(&text).expect("a story"),
            story
        );
    }
}

#[test]
fn a_deployment_taken_back_loses_nothing_and_who_decides_behind_it_says_so() {
    let players = players();
    for by_cloud in [true, false] {
        let mut behind = 0;
        for seed in 1..=15 {
            let mut story = players.story(seed);
            let is_change = |it: &&Action| matches!(it.what, ActionKind::Set { .. });
            let change = story.actions.iter().find(is_change).expect("a change");
            // It is over while what came of the change is on its way.
            story.faults = vec![Fault {
                from: change.at - SignedDuration::from_mins(8),
                until: change.at + SignedDuration::from_secs(8),
                kind: FaultKind::TakenBack { by_cloud },
            }];
            holds(
                &players,
                &story,
                &format!("seed {seed}, by the cloud: {by_cloud}"),
            );
            let items = players.ending(&story).items;
            let audits = items.iter().filter(|item| item.key.is_audit());
            let audits = audits.map(|item| item.body.read::<AuditRecord>().expect("an audit"));
            behind += audits.filter(|audit| audit.ahead.is_some()).count();
        }
        // What somebody takes back gets a number of its own, and nothing is ahead of that.
        assert_eq!(behind > 0, by_cloud, "{behind} decisions");
    }
}

/// Whether the invariant that is meant to finds the planted fault.
fn finds(players: &Players, story: &Story) -> bool {
    let meant = players.planted.expect("a planted fault").found_by();
    let found = players.play(story).violations;
    found.iter().any(|violation| violation.invariant == meant)
}

/// A story that is kept, in which it must be found: few seeds take an owner off and change something else later.
#[test]
fn a_lead_that_is_routed_again_after_its_owner_was_taken_off_is_found() {
    // By a model that leaves such a lead to whoever took the owner off.
    let mut model = testkit::example_model();
    model.reroute.clear();
    let rules = testkit::rules(model);
    let mut players = Players::new(&rules, at("2026-11-23T00:00:00Z")).expect("rules");
    let file = "tests/stories/owner-taken-off-by-hand.json";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = std::fs::read_to_string(path).expect("a story");
    let story: Story = serde_json::from_str(&text).expect("a story");
    players.planted = Some(Planted::RemovalForgotten);
    assert!(finds(&players, &story));
}

/// The example's deviations with steps that move and set at once, as far as their gates let them.
fn hasty() -> Players {
    let mut model = testkit::example_model();
    let lost = model.deviations["no_contact"].steps[1].clone();
    for (name, rule) in &mut model.deviations {
        if rule.record == crm::RecordKind::Opportunity && name != "no_contact" {
            rule.acts = model::Acts::Act;
            rule.steps = vec![model::DeviationStep {
                after: None,
                after_previous: false,
                ..lost.clone()
            }];
        }
    }
    Players::new(&testkit::rules(model), at("2026-11-23T00:00:00Z")).expect("rules")
}

#[test]
fn everything_holds_where_steps_move_records_at_once() {
    let players = hasty();
    let mut moved = 0;
    for seed in 1..=25 {
        let story = players.story(seed);
        holds(&players, &story, &format!("seed {seed}"));
        let written = players.ending(&story).written;
        moved += written
            .iter()
            .filter(|it| it.field == "loss_reason")
            .count();
    }
    assert!(moved > 0, "no step moved a record");
}

#[test]
fn a_step_that_is_taken_again_is_found() {
    let mut players = hasty();
    players.planted = Some(Planted::StepsForgotten);
    let mut stories = (1..=100).map(|seed| players.story(seed));
    assert!(stories.any(|story| finds(&players, &story)));
}

/// Two journeys of deals and pipelines that are none of the model's business; what is won is followed.
fn of_several_journeys() -> Players {
    let files = testkit::broken_models::changed_model("journeys");
    let model = testkit::model_of(&files.into_iter().collect());
    Players::new(&testkit::rules(model), at("2026-11-23T00:00:00Z")).expect("rules")
}

#[test]
fn everything_holds_on_several_journeys() {
    let players = of_several_journeys();
    let mut followed = 0;
    for seed in 1..=25 {
        let story = players.story(seed);
        holds(&players, &story, &format!("seed {seed}"));
        let records = players.ending(&story).records;
        let follows = |held: &&simulator::Held| held.fields.contains_key("follows");
        followed += records.values().filter(follows).count();
    }
    assert!(followed > 0, "nothing followed");
}

#[test]
fn a_record_that_follows_twice_is_found() {
    let mut players = players();
    players.planted = Some(Planted::CreatedTwice);
    let mut stories = (1..=100).map(|seed| players.story(seed));
    assert!(stories.any(|story| finds(&players, &story)));
}

#[test]
fn a_trade_of_which_nobody_hears_is_found() {
    let mut players = players();
    players.planted = Some(Planted::AccountsForgotten);
    let mut stories = (1..=100).map(|seed| players.story(seed));
    assert!(stories.any(|story| finds(&players, &story)));
}

/// Most stories have a night, and a deal with a day that nobody has changed since the one before.
#[test]
fn a_night_in_which_nothing_is_counted_is_found() {
    let mut players = players();
    players.planted = Some(Planted::NightSkipped);
    let mut stories = (1..=50).map(|seed| players.story(seed));
    assert!(stories.any(|story| finds(&players, &story)));
}

/// Most stories close a lead, or give one to another.
#[test]
fn an_open_count_that_is_not_given_back_is_found() {
    let mut players = players();
    players.planted = Some(Planted::CountKept);
    let mut stories = (1..=50).map(|seed| players.story(seed));
    assert!(stories.any(|story| finds(&players, &story)));
}

/// The quickest to be found of the planted faults; `make seeds-planted` plants all.
#[test]
fn a_planted_fault_is_found_and_its_story_shortened() {
    let mut players = players();
    players.planted = Some(Planted::DeadlineForgotten);
    let fails = |story: &Story| finds(&players, story);
    let mut stories = (1..=200).map(|seed| players.story(seed));
    let story = stories.find(fails).expect("a seed that finds it");
    let things = |story: &Story| story.actions.len() + story.faults.len();
    let before = things(&story);
    let short = shrink(story, fails);
    assert!(
        things(&short) * 2 < before,
        "{} of {before} left",
        things(&short)
    );
    assert!(fails(&short));
}
