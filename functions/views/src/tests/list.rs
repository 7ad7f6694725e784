//! The page that shows everything that a digest has for somebody.

use contracts::Indexes;
use store::{Store, Transaction, put_state};

use super::*;

/// Deals of ben's that are past their close date, as deviation-watch keeps them.
pub(super) async fn with_deals(many: usize) -> Tested {
    let tested = Tested::new().await;
    for number in 0..many {
        let id = record_id(&format!("opportunity:{number}"));
        let deal = testkit::opportunity(&id.id, at(NOW))
            .text("name", &format!("Deal {number} <of> ben"))
            .owner("ben");
        keep(&tested.store, deal.build()).await;
        let state = deviating(
            "close_date_passed",
            Severity::High,
            at("2026-11-10T10:00:00Z"),
        );
        let indexes = Indexes {
            person: Some("ben".to_owned()),
            ..Indexes::default()
        };
        let put = put_state::<_, ()>(Key::deviations(&id), &state, None, indexes);
        let transaction = Transaction {
            puts: vec![put],
            checks: Vec::new(),
        };
        tested.store.commit(transaction).await.unwrap();
    }
    tested
}

pub(super) async fn list(tested: &Tested, person: &str, digest: &str, query: &str) -> Answer {
    let path = tested
        .link(|link| {
            link.person = PersonId::new(person);
            link.record = None;
            link.action = LinkAction::List {
                digest: digest.to_owned(),
            };
        })
        .await;
    let request = Request {
        method: "GET".to_owned(),
        path,
        query: query.to_owned(),
        ..Request::default()
    };
    tested.views.answer(request, at(NOW)).await
}

#[tokio::test]
async fn all_that_is_open_stands_there_and_each_says_why_in_one_click() {
    let tested = with_deals(12).await;
    let page = list(&tested, "ben", "seller", "").await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("12 to put right."), "{}", page.body);
    assert_eq!(page.body.matches("Close date is past: since").count(), 12);
    assert!(page.body.contains("Deal 3 &lt;of&gt; ben"));
    let (_, rest) = page.body.split_once("<a href=\"").unwrap();
    let (address, _) = rest.split_once('"').unwrap();
    let why = tested.get(&format!("/views/{address}")).await;
    assert_eq!(why.status, 200, "{}", why.body);
    assert!(why.body.contains("Deal "), "{}", why.body);
}

#[tokio::test]
async fn more_than_a_hundred_are_on_several_pages_of_less_than_a_hundred_kilobytes() {
    let tested = with_deals(230).await;
    let mut seen = 0;
    for (query, said) in [
        ("", "Page 1 of 3: 230 records."),
        ("page=2", "href=\"?page=3\""),
        ("page=3", "Page 3 of 3"),
    ] {
        let page = list(&tested, "ben", "seller", query).await;
        assert!(page.body.contains(said), "{query}: {}", page.body);
        assert!(page.body.len() < 100_000, "{}", page.body.len());
        seen += page.body.matches("Close date is past: since").count();
    }
    assert_eq!(seen, 230);
    let nonsense = list(&tested, "ben", "seller", "page=99999999999999999999").await;
    assert!(nonsense.body.contains("Page 1 of 3"));
}

/// Ben's are carla's to see, who gets what is the company's; anna's own list has none of them.
#[tokio::test]
async fn whose_work_it_shows_the_digest_says() {
    let tested = with_deals(2).await;
    let company = list(&tested, "carla", "executive", "").await;
    assert!(company.body.contains("2 to put right."), "{}", company.body);
    assert!(company.body.contains("Ben Huber"), "{}", company.body);
    let own = list(&tested, "anna", "seller", "").await;
    assert!(own.body.contains("Nothing is open."), "{}", own.body);
}

#[tokio::test]
async fn who_does_not_get_the_digest_any_more_sees_nothing() {
    let tested = with_deals(2).await;
    for (person, digest) in [
        ("ben", "executive"),
        ("ben", "weekly"),
        ("stranger", "seller"),
    ] {
        let page = list(&tested, person, digest, "").await;
        assert!(matches!(page.status, 403 | 404), "{}", page.status);
        assert!(!page.body.contains("Deal "), "{}", page.body);
    }
    let ben = PersonId::new("ben");
    let revoked = revoke(
        &contracts::state::LinksState::default(),
        &ben,
        None,
        at(NOW),
    );
    testkit::put(&tested.store, Key::links(), &revoked.links).await;
    assert_eq!(list(&tested, "ben", "seller", "").await.status, 410);
}
