//! Every page, as a browser is given it. Here it is looked at as HTML; `make test-pages` opens it in a browser.

use contracts::state::{BreakerState, Hold};
use testkit::opportunity;

use super::{
    answers::{asked, id, says},
    excepted::lacking,
    list::{list, with_deals},
    others::handed,
    reminding::{forgotten, idle, said_done},
    why::{of_history, page_asked},
    *,
};

/// The most that a page may weigh, in bytes.
const MOST: usize = 100_000;

/// A page by its name, what it was answered with, and something that it says.
type Page = (&'static str, Answer, &'static str);

fn look(pages: Vec<Page>) {
    for (name, answer, said) in pages {
        assert!(
            answer.body.contains(said),
            "{name}: {said}\n{}",
            answer.body
        );
        let wrong = testkit::wrong_with(&answer.body, MOST);
        assert!(wrong.is_empty(), "{name}: {wrong:?}\n{}", answer.body);
        testkit::show(&format!("views-{name}"), &answer.headers, &answer.body);
    }
}

#[tokio::test]
async fn why() {
    let mut told = of_history().await;
    told.views = told.views.with_record_pages(busy::record_pages());
    let waits = asked(25, None).await;
    let no = asked(25, Some(&says("maya", false))).await;
    let why = async |tested: &Tested| page_asked(tested, "opportunity:5", "").await;
    look(vec![
        (
            "why-lead",
            page_asked(&told, "lead:42", "").await,
            "What happens next",
        ),
        (
            "why-differ",
            page_asked(&told, "lead:42", "whom=maya").await,
            "It would go to Maya",
        ),
        (
            "why-deal",
            page_asked(&told, "opportunity:9", "").await,
            "for want of",
        ),
        ("why-approval", why(&waits).await, "asked of Jonas Brandt"),
        ("why-refused", why(&no).await, "was refused by Maya Ortiz"),
    ]);
}

#[tokio::test]
async fn links() {
    let tested = Tested::busy().await;
    let of = |record: &'static str| move |link: &mut Link| link.record = Some(record_id(record));
    let late = tested.link(of("lead:101")).await;
    let shown = tested.get(&late).await;
    let sent = tested.call("POST", &late, &form_of(&shown), NOW).await;
    let gone = tested.call("GET", &late, "", "2026-12-24T12:00:00Z").await;
    let person = |link: &mut Link| link.person = PersonId::new("ben");
    let other = tested.get(&tested.link(person).await).await;
    let deal = tested.get(&tested.link(of("opportunity:501")).await).await;
    look(vec![
        ("link-late", shown, "Look at it again"),
        ("link-deviates", deal, "Close date is past"),
        ("link-sent", sent, "reads it in the CRM again"),
        ("link-expired", gone, "too old"),
        ("link-not-theirs", other, "The record is not yours"),
        (
            "link-unreadable",
            tested.get("/views/nonsense").await,
            "Not possible",
        ),
    ]);
}

#[tokio::test]
async fn answers() {
    let tested = asked(25, None).await;
    let link = tested.approves("jonas", 1).await;
    let shown = tested.get(&link).await;
    let yes = tested.post(&link, "answer=yes").await;
    let bare = tested.post(&link, "answer=no").await;
    let no = asked(25, Some(&says("maya", false))).await;
    let settled = no.get(&no.approves("jonas", 1).await).await;
    let changed = asked(28, None).await;
    let lapsed = changed.get(&changed.approves("jonas", 1).await).await;
    let mut hold = Hold::begins(at(NOW));
    hold.moves = 3;
    let state = BreakerState {
        hold: Some(hold),
        ..BreakerState::default()
    };
    put(&tested.store, Key::breaker(&PersonId::new("ben")), &state).await;
    let held = |link: &mut Link| {
        link.person = PersonId::new("olga");
        link.record = Some(id());
        link.action = LinkAction::Hold {
            of: PersonId::new("ben"),
        };
    };
    let held = tested.get(&tested.link(held).await).await;
    let (over, _) = handed().await;
    let taking = |link: &mut Link| {
        link.person = PersonId::new("nina");
        link.record = Some(id());
        link.action = LinkAction::HandOff {
            clock: "won.hand_off".to_owned(),
            instance: 1,
        };
    };
    let taking = over.get(&over.link(taking).await).await;
    look(vec![
        ("approve", shown, "Give the approval"),
        ("approve-given", yes, "your yes is on its way"),
        ("approve-no-reason", bare, "Say in a few words why"),
        ("approve-settled", settled, "It was refused already"),
        ("approve-lapsed", lapsed, "A value has changed"),
        ("held", held, "are held"),
        ("hand-off", taking, "It was handed to customer success"),
    ]);
}

#[tokio::test]
async fn exceptions() {
    let tested = lacking(None).await;
    let ask = tested.asks("anna").await;
    let shown = tested.get(&ask).await;
    let bare = tested.post(&ask, "answer=ask").await;
    let sent = tested.post(&ask, "answer=ask&reason=they+decide+in+December");
    let sent = sent.await;
    let grant = tested.excepts("carla").await;
    let granting = tested.get(&grant).await;
    let undated = tested.post(&grant, "answer=until&until=soon&reason=x");
    let undated = undated.await;
    look(vec![
        ("exception-ask", shown, "it lacks the following"),
        ("exception-no-reason", bare, "Say in a few words why"),
        ("exception-asked", sent, "is on its way"),
        (
            "exception-grant",
            granting,
            "As long as it lasts what is excepted counts as met",
        ),
        ("exception-no-day", undated, "Say until which day"),
    ]);
}

#[tokio::test]
async fn reminders() {
    let tested = forgotten(Vec::new()).await;
    let link = tested.reminds("anna", idle()).await;
    let shown = tested.get(&link).await;
    let done = tested.post(&link, "answer=yes").await;
    let bare = tested.post(&link, "answer=no&reason=").await;
    let late = tested
        .post(&link, "answer=until&until=2027-01-30&reason=x")
        .await;
    let again = forgotten(vec![said_done()]).await;
    let again = again.get(&again.reminds("anna", idle()).await).await;
    let over = Tested::new().await;
    let deal = opportunity("5", at(NOW)).owner("anna");
    keep(&over.store, deal.build()).await;
    let over = over.get(&over.reminds("anna", idle()).await).await;
    let signed_in = forgotten(Vec::new()).await.opened();
    let cookie = signed_in.signed_in("anna").await;
    let deal = ("GET", "answer?of=opportunity:5");
    let page = signed_in.ask(deal, &cookie, "").await;
    let snoozed = "answer=until&until=2026-11-30&reason=x";
    let sent = signed_in.presses("anna", "You are reminded of", snoozed);
    let sent = sent.await;
    look(vec![
        ("answer", page, "Snooze it"),
        ("answer-sent", sent, "What else waits on it"),
        ("remind", shown, "Snooze it"),
        ("remind-done", done, "thank you"),
        ("remind-no-reason", bare, "Say in a few words why"),
        ("remind-too-late", late, "within the next 30"),
        ("remind-again", again, "the CRM does not show it"),
        ("remind-over", over, "open any more"),
    ]);
}

#[tokio::test]
async fn lists() {
    let (some, many) = (with_deals(12).await, with_deals(230).await);
    look(vec![
        (
            "list",
            list(&some, "ben", "seller", "").await,
            "12 to put right",
        ),
        (
            "list-company",
            list(&some, "carla", "executive", "").await,
            "Ben Huber",
        ),
        (
            "list-many",
            list(&many, "ben", "seller", "page=2").await,
            "Page 2 of 3",
        ),
        (
            "list-empty",
            list(&some, "anna", "seller", "").await,
            "Nothing is open",
        ),
    ]);
}

#[tokio::test]
async fn signing_in() {
    let (open, off) = (Tested::open().await, Tested::new().await);
    let (unknown, _) = open
        .comes_back(|it| it["email"] = "eve@x.example".into())
        .await;
    let anna = open.signed_in("anna").await;
    let mine = open.ask(("GET", "mine"), &anna, "").await;
    let (_, token) = mine.body.split_once("name=\"token\" value=\"").unwrap();
    let token = format!("token={}", token.split_once('"').unwrap().0);
    let not_begun = open.ask(("GET", "signed-in"), "", "").await;
    let out = open.ask(("POST", "sign-out"), &anna, &token).await;
    look(vec![
        (
            "signing-in-off",
            off.get("/views/mine").await,
            "switched off",
        ),
        (
            "signing-in-unknown",
            unknown,
            "nobody with your mail address",
        ),
        ("signing-in-not-begun", not_begun, "Begin again"),
        ("signed-out", out, "You are signed out"),
    ]);
}

#[tokio::test]
async fn pages() {
    let tested = Tested::busy().await;
    let mut pages = Vec::new();
    for (shown, person, name, said) in [
        ("mine", "anna", "mine", "Kranich Software"),
        ("mine-empty", "tom", "mine", "None."),
        ("team", "jonas", "team", "Ben Huber"),
        ("team-none", "anna", "team", "nobody reports to you"),
        ("pools", "anna", "pools", "Anna Vogel"),
        ("queues", "olga", "queues", "Big deal"),
        ("operate", "olga", "operate", "The minute"),
        ("numbers", "carla", "numbers", "Below the floor"),
        (
            "numbers-behind",
            "carla",
            "numbers?of=sql_integrity&is=n",
            "All numbers",
        ),
        ("numbers-not-theirs", "anna", "numbers", "not yours to see"),
        ("audit", "carla", "audit", "Exceptions in force"),
        ("record", "anna", "record?of=lead:101", "How it stands"),
        (
            "record-none",
            "anna",
            "record?of=lead:999",
            "no such record",
        ),
    ] {
        let cookie = tested.signed_in(person).await;
        pages.push((shown, tested.ask(("GET", name), &cookie, "").await, said));
    }
    look(pages);
}
