//! What somebody who is signed in answers on a page: what the links of mails take, by the same rights and with the same
//! events, and only by a form of their own session.

use contracts::{
    ApprovalAnswered, DecisionDraft, EventData, ExceptionAnswered, ExceptionAsked, Function,
    HandOffAnswered, Indexes, Notice, ReminderAnswer, ReminderAnswered, Resting,
    state::{BreakerState, GateState, HeldMove, Hold, HoldAnswer},
};
use store::{Store, Transaction, Versioned, audit_put, put_state};

use super::{
    answers::{asked, id, says, standing_at},
    excepted::lacking,
    others::handed,
    reminding::{forgotten, idle, said_done},
    *,
};

const DEAL: &str = "answer?of=opportunity%3A5";

impl Tested {
    /// The page on which somebody answers.
    async fn answers(&self, person: &str) -> (String, Answer) {
        let cookie = self.signed_in(person).await;
        let page = self.ask(("GET", DEAL), &cookie, "").await;
        (cookie, page)
    }

    /// Somebody opens the page and presses a button of the question that says this.
    pub(super) async fn presses(&self, person: &str, question: &str, rest: &str) -> Answer {
        let (cookie, page) = self.answers(person).await;
        let form = form_below(&page, question);
        let form = format!("{form}&{rest}");
        self.ask(("POST", DEAL), &cookie, form.trim_end_matches('&'))
            .await
    }

    fn given(&self) -> Vec<EventData> {
        self.bus.took().into_iter().map(|it| it.data).collect()
    }

    /// Writes a state that is there otherwise.
    async fn replaced<T: store::ItemState>(&self, key: Key, state: &T, indexes: Indexes) {
        let found = self.store.get(std::slice::from_ref(&key)).await.unwrap();
        let before = found.into_iter().flatten().next().unwrap();
        let before = Versioned::<T>::read(before).unwrap();
        let put = put_state(key, state, Some(&before), indexes);
        let transaction = Transaction {
            puts: vec![put],
            checks: Vec::new(),
        };
        self.store.commit(transaction).await.unwrap();
    }

    /// What stage-gates told of the deal, as a decision of its own.
    async fn told(&self, (minute, to): (i64, &str), notice: Notice) {
        let then = at("2026-11-23T11:00:00Z") + SignedDuration::from_mins(minute);
        let name = format!("told at {minute}");
        let upon = testkit::history::first(&name, &id(), then);
        let draft = DecisionDraft {
            outcome: name,
            emits: vec![EventData::NoticeRequested {
                to: PersonId::new(to),
                notice,
            }],
            ..DecisionDraft::default()
        };
        let decided = testkit::history::decide(Function::StageGates, &upon, 8, then, draft);
        let transaction = Transaction {
            puts: vec![audit_put(decided)],
            checks: Vec::new(),
        };
        self.store.commit(transaction).await.unwrap();
    }
}

/// What the first form below some words of a page sends.
fn form_below(page: &Answer, words: &str) -> String {
    assert_eq!(page.status, 200, "{}", page.body);
    let below = page.body.split_once(words);
    let below = below.unwrap_or_else(|| panic!("{words}: {}", page.body)).1;
    let value = |name: &str| {
        let (_, rest) = below
            .split_once(&format!("name=\"{name}\" value=\""))
            .unwrap_or_else(|| panic!("{name}: {below}"));
        rest.split_once('"').unwrap().0.to_owned()
    };
    let (shown, token, what) = (value("shown"), value("token"), value("what"));
    format!("shown={shown}&token={token}&what={what}")
}

const REMINDED: &str = "You are reminded of:";

#[tokio::test]
async fn a_seller_snoozes_does_and_hands_back_on_the_page_of_what_is_theirs() {
    let tested = forgotten(Vec::new()).await.opened();
    let said = |answer| {
        EventData::ReminderAnswered(ReminderAnswered {
            of: BTreeSet::from([idle()]),
            by: PersonId::new("anna"),
            answer,
        })
    };
    for (wrong, words) in [
        (
            "answer=until&until=2027-01-30&reason=x",
            "within the next 30",
        ),
        ("answer=until&reason=x", "as the page shows it"),
        ("answer=no&reason=+", "Say in a few words why"),
        ("answer=ask&reason=", "Say in a few words why"),
        ("answer=back", "as the page shows it"),
        ("", "as the page shows it"),
    ] {
        let page = tested.presses("anna", REMINDED, wrong).await;
        assert_eq!(page.status, 400, "{wrong}");
        assert!(page.body.contains(words), "{wrong}: {}", page.body);
    }
    assert_eq!(tested.given(), []);
    for answer in [
        "answer=until&until=2026-11-30&reason=their+board+meets",
        "answer=no&reason=a+partner+has+it",
        "answer=yes",
        "answer=ask&reason=they+decide+in+December",
    ] {
        let page = tested.presses("anna", REMINDED, answer).await;
        assert_eq!(page.status, 200, "{answer}: {}", page.body);
    }
    let given = tested.given();
    let until = at("2026-11-29T23:00:00Z");
    let reason = "their board meets".to_owned();
    assert_eq!(given[0], said(ReminderAnswer::Snoozed { until, reason }));
    let reason = "a partner has it".to_owned();
    assert_eq!(given[1], said(ReminderAnswer::NotMine { reason }));
    assert_eq!(given[2], said(ReminderAnswer::Done));
    assert!(matches!(given[3], EventData::RecordNoticed { .. }));
    let wish = ExceptionAsked {
        of: BTreeSet::from(["no_contact".to_owned()]),
        by: PersonId::new("anna"),
        reason: "they decide in December".to_owned(),
    };
    assert_eq!(given[4..], [EventData::ExceptionAsked(wish)]);
    // Whoever leads them may as well, and whoever has nothing to do with it learns nothing of it.
    let page = tested.presses("jonas", REMINDED, "answer=yes").await;
    assert_eq!(page.status, 200, "{}", page.body);
    let (_, ben) = tested.answers("ben").await;
    assert_eq!(ben.status, 404, "{}", ben.body);
}

#[tokio::test]
async fn the_same_form_sent_twice_is_one_happening() {
    let tested = forgotten(Vec::new()).await.opened();
    let (cookie, page) = tested.answers("anna").await;
    let form = format!("{}&answer=yes", form_below(&page, REMINDED));
    for _ in 0..2 {
        let sent = tested.ask(("POST", DEAL), &cookie, &form).await;
        assert_eq!(sent.status, 200, "{}", sent.body);
    }
    let ids: Vec<EventId> = tested.bus.took().into_iter().map(|it| it.id).collect();
    assert_eq!(ids.len(), 4);
    assert_eq!(ids[..2], ids[2..]);
}

#[tokio::test]
async fn only_a_form_of_the_same_session_counts() {
    let tested = forgotten(Vec::new()).await.opened();
    let (cookie, page) = tested.answers("anna").await;
    let form = format!("{}&answer=yes", form_below(&page, REMINDED));
    let jonas = tested.signed_in("jonas").await;
    let (_, token) = form.split_once("&token=").unwrap();
    let token = token.split_once('&').unwrap().0;
    for (who, sent, status) in [
        ("", form.clone(), 303),
        (jonas.as_str(), form.clone(), 400),
        (cookie.as_str(), form.replace(token, "x"), 400),
        (cookie.as_str(), "answer=yes".to_owned(), 400),
        (
            cookie.as_str(),
            format!("shown=1&token={token}&what=x&answer=yes"),
            400,
        ),
    ] {
        let answer = tested.ask(("POST", DEAL), who, &sent).await;
        assert_eq!(answer.status, status, "{sent}: {}", answer.body);
    }
    // A question that nobody has asked is told to be over.
    let (start, _) = form.split_once("&what=").unwrap();
    let other = format!("{start}&what=38e1e3beb411c3507cf27b099573bc13&answer=yes");
    let answer = tested.ask(("POST", DEAL), &cookie, &other).await;
    assert!(
        answer.body.contains("not asked any more"),
        "{}",
        answer.body
    );
    assert_eq!(tested.given(), []);
}

#[tokio::test]
async fn whoever_is_asked_approves_and_finds_what_was_answered_meanwhile() {
    let tested = asked(25, None).await.opened();
    const QUESTION: &str = "It needs an approval: discount.";
    let (cookie, open) = tested.answers("jonas").await;
    let form = form_below(&open, QUESTION);
    let yes = tested.presses("jonas", QUESTION, "answer=yes").await;
    assert!(yes.body.contains("your yes is on its way"), "{}", yes.body);
    let expected = EventData::ApprovalAnswered(ApprovalAnswered {
        reason: None,
        ..says("jonas", true)
    });
    assert_eq!(tested.given(), [expected]);
    // Whose record it is sees it, and is not asked.
    let (_, anna) = tested.answers("anna").await;
    assert!(!anna.body.contains(QUESTION), "{}", anna.body);
    // Maya was faster: the page that was opened before shows what she said, and takes nothing.
    let no = asked(25, Some(&says("maya", false))).await.opened();
    let cookie_of_no = no.signed_in("jonas").await;
    assert_eq!(cookie, cookie_of_no, "the same session, by the same key");
    let sent = format!("{form}&answer=yes");
    let late = no.ask(("POST", DEAL), &cookie_of_no, &sent).await;
    assert!(
        late.body.contains("It was refused already"),
        "{}",
        late.body
    );
    assert_eq!(no.given(), []);
}

#[tokio::test]
async fn what_is_handed_over_is_taken_over_by_the_team_alone() {
    let (tested, _) = handed().await;
    let tested = tested.opened();
    const QUESTION: &str = "It was handed to customer success.";
    let taken = tested.presses("nina", QUESTION, "answer=yes").await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    let expected = EventData::HandOffAnswered(HandOffAnswered {
        clock: "won.hand_off".to_owned(),
        instance: 1,
        by: PersonId::new("nina"),
        refused: None,
    });
    assert_eq!(tested.given(), [expected]);
    let (_, anna) = tested.answers("anna").await;
    assert!(!anna.body.contains(QUESTION), "{}", anna.body);
}

/// Whoever is of the team finds what its lead has not taken over yet.
#[tokio::test]
async fn what_is_handed_to_the_team_is_seen_by_all_of_it() {
    let piece = "nina:  { name: Nina Falk, ";
    let mate = "otto: { name: Otto Lind, email: otto@northwind.example, team: customer_success, reports_to: nina, \
                crm: { hubspot: \"11051\" } }\n  ";
    let model = testkit::example_with("people.yaml", piece, &format!("{mate}{piece}"));
    let (tested, clocks) = handed().await;
    let tested = Tested {
        views: tested.views.with_rules(testkit::rules(model)),
        ..tested
    };
    let tested = tested.opened();
    let nina = Indexes {
        person: Some("nina".to_owned()),
        ..Indexes::default()
    };
    tested.replaced(Key::clocks(&id()), &clocks, nina).await;
    for (person, seen) in [("otto", true), ("anna", false)] {
        let cookie = tested.signed_in(person).await;
        let page = tested.ask(("GET", "mine"), &cookie, "").await;
        let said = "Handed to your team: 1";
        assert_eq!(page.body.contains(said), seen, "{person}: {}", page.body);
    }
    let taken = tested.presses("otto", "It was handed to customer success.", "answer=yes");
    assert_eq!(taken.await.status, 200);
}

#[tokio::test]
async fn an_exception_is_asked_for_where_a_move_was_turned_back_and_granted_where_it_was_asked() {
    let tested = lacking(None).await.opened();
    const LACKS: &str = "For the stage sql it lacks the following.";
    const ASKS: &str = "Anna Vogel asks for an exception from the following.";
    let (_, before) = tested.answers("anna").await;
    assert!(!before.body.contains(LACKS), "{}", before.body);
    let back = Notice::GateNotMet {
        from: "discovery".to_owned(),
        to: "sql".to_owned(),
        unmet: vec!["budget".to_owned()],
        mode: model::GateMode::TurnBack,
    };
    tested.told((1, "anna"), back).await;
    let reason = "they+decide+in+December";
    let page = tested
        .presses("anna", LACKS, &format!("answer=ask&reason={reason}"))
        .await;
    assert_eq!(page.status, 200, "{}", page.body);
    let wish = ExceptionAsked {
        of: BTreeSet::from(["sql.budget".to_owned()]),
        by: PersonId::new("anna"),
        reason: "they decide in December".to_owned(),
    };
    assert_eq!(tested.given(), [EventData::ExceptionAsked(wish.clone())]);
    let asked = Notice::ExceptionAsked(wish.clone());
    tested.told((2, "carla"), asked).await;
    let grants = "answer=until&until=2026-12-01&reason=well+known";
    let page = tested.presses("carla", ASKS, grants).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let granted = ExceptionAnswered {
        of: wish.of.clone(),
        by: PersonId::new("carla"),
        asked_by: PersonId::new("anna"),
        until: Some(at("2026-12-01T23:00:00Z")),
        reason: "well known".to_owned(),
    };
    let given = tested.given();
    assert_eq!(given[1], EventData::ExceptionAnswered(granted.clone()));
    // Nobody else was asked; and once it is answered, nobody is any more.
    for person in ["jonas", "anna"] {
        let (_, page) = tested.answers(person).await;
        assert!(!page.body.contains(ASKS), "{person}: {}", page.body);
        assert_eq!(page.body.contains(LACKS), person == "anna", "{}", page.body);
    }
    let answered = Notice::ExceptionAnswered(granted);
    tested.told((3, "anna"), answered).await;
    let (_, carla) = tested.answers("carla").await;
    assert!(!carla.body.contains(ASKS), "{}", carla.body);
}

#[tokio::test]
async fn what_is_held_of_somebody_is_let_stand_by_whoever_may() {
    let tested = lacking(None).await.opened();
    let of = PersonId::new("anna");
    let mut hold = Hold::begins(at(NOW));
    hold.moves = 3;
    let state = BreakerState {
        hold: Some(hold),
        ..BreakerState::default()
    };
    let waits = Indexes {
        person: Some(contracts::state::BREAKERS.to_owned()),
        ..Indexes::default()
    };
    tested.indexed(Key::breaker(&of), &state, waits).await;
    let gate = GateState {
        held: Some(HeldMove {
            to: "sql".to_owned(),
            at: at(NOW),
            since: at(NOW),
            of: of.clone(),
        }),
        ..standing_at("discovery")
    };
    let held = Indexes {
        person: Some(contracts::state::held_of(&of)),
        ..Indexes::default()
    };
    tested.replaced(Key::gate(&id()), &gate, held).await;
    let cookie = tested.signed_in("olga").await;
    let operate = tested.ask(("GET", "operate"), &cookie, "").await;
    let way = "Anna Vogel: 3 \u{b7} <a href=\"/views/answer?of=opportunity%3A5\">Answer</a>";
    assert!(operate.body.contains(way), "{}", operate.body);
    const QUESTION: &str = "3 moves of Anna Vogel are held";
    let page = tested.presses("olga", QUESTION, "answer=yes").await;
    assert_eq!(page.status, 200, "{}", page.body);
    let expected = contracts::HeldAnswered {
        of,
        by: PersonId::new("olga"),
        answer: HoldAnswer::LetStand,
    };
    assert_eq!(tested.given(), [EventData::HoldAnswered(expected)]);
    let (_, anna) = tested.answers("anna").await;
    assert!(!anna.body.contains(QUESTION), "{}", anna.body);
}

#[tokio::test]
async fn whoever_has_it_has_it_looked_at_again_and_sees_what_was_said() {
    let resting: Vec<Resting> = vec![said_done()];
    let tested = forgotten(resting).await.opened();
    let (_, page) = tested.answers("anna").await;
    let said = "You have said on Sun 22 Nov 2026";
    assert!(page.body.contains(said), "{}", page.body);
    let looked = tested.presses("anna", "What is open on it", "").await;
    assert_eq!(looked.status, 200, "{}", looked.body);
    let last = tested.given().pop();
    assert!(matches!(last, Some(EventData::RecordNoticed { .. })));
}
