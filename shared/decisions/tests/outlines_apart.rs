//! What differs between two outlines leads from one to the other as the whole ones do.
#![allow(clippy::expect_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use contracts::{Made, state::Outline};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Outlines with every member there and away, and values alike and apart.
fn any_outline() -> impl Strategy<Value = Outline> {
    let name = "[a-c]";
    let value = (0_i64..3).prop_map(|it| json!({ "number": it.to_string() }));
    let texts = prop::collection::btree_map(name, "[xy]", 0..3);
    let names = prop::collection::btree_set(name, 0..3);
    let fields = prop::collection::btree_map(name, value, 0..4);
    let at = prop::option::of((0..3).prop_map(|hour| format!("2026-11-28T0{hour}:00:00Z")));
    let id = prop::option::of(
        (1_u8..3)
            .prop_map(|id| json!({ "source": "crm", "kind": "account", "id": id.to_string() })),
    );
    let counts = prop::collection::btree_map(name, 0_u32..2, 0..3);
    (
        fields.clone(),
        fields,
        texts,
        names,
        at,
        id,
        counts,
        any::<bool>(),
    )
        .prop_map(
            |(fields, of_account, texts, names, at, id, counts, archived)| {
                let changes = fields.iter().map(|(name, value)| {
                    let change =
                        json!({ "value": value, "at": "2026-11-28T00:00:00Z", "by": "unknown" });
                    (name.clone(), json!([change]))
                });
                let behaviour = at.as_ref().map(|at| json!({ "counts": counts, "next": at }));
                let account = id.clone().map(|id| {
                    json!({ "id": id, "fields": of_account, "counts": counts, "behaviour": behaviour })
                });
                let all = json!({
                    "sequence": 1, "created": "2026-11-01T00:00:00Z", "archived": archived,
                    "fields": fields, "history": changes.collect::<BTreeMap<String, Value>>(),
                    "last_reply": at, "found_at": at, "account": account, "merged_into": id,
                    "owner_in": texts.values().next(), "counts": counts, "personal": names,
                    "domains": texts, "behaviour": behaviour,
                });
                serde_json::from_value(all).expect("an outline")
            },
        )
}

proptest! {
    #[test]
    fn what_differs_leads_to_the_same_patch(one in any_outline(), other in any_outline()) {
        let json = |it: &Outline| serde_json::to_value(it).expect("JSON");
        let (short, other_short) = one.apart(&other);
        let patch = |from: &Outline, to: &Outline| Made::of(Some(&json(from)), &json(to));
        prop_assert_eq!(patch(&short, &other_short), patch(&one, &other));
    }
}
