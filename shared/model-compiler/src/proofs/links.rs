//! What fields have to do with each other, whatever conditions ask of them.

use std::collections::BTreeMap;

use crm::{FieldRef, RecordKind, Value};

use super::{
    circuit::{Circuit, Literal},
    fields::{Domain, Field},
    needs::Key,
};
use model::{Derived, Lifecycle, OperatingModel, PIPELINE, Which};

/// The fields of one record.
type Fields = BTreeMap<Key, Field>;

/// Requires of the fields what holds of those of every record.
pub(super) fn link(
    model: &OperatingModel,
    kind: RecordKind,
    circuit: &mut Circuit,
    fields: &Fields,
) {
    for (key, field) in fields {
        if let Some(Derived::DomainOf(source)) = model.derived.get(&key.field) {
            let source = Key {
                field: source.clone(),
                ..key.clone()
            };
            if let Some(source) = fields.get(&source) {
                // A text without an `@` has no domain, so the reverse need not be.
                circuit.require(&[!source.absent, field.absent]);
            }
        }
        if key.field == FieldRef::new(kind, "stage") {
            let at = Moment {
                kind,
                fields,
                moment: key.moment,
            };
            at.open(model, circuit, field);
            at.journeys(model, circuit, field);
        }
    }
}

struct Moment<'a> {
    kind: RecordKind,
    fields: &'a Fields,
    moment: usize,
}

impl Moment<'_> {
    fn field(&self, name: &str, moment: usize) -> Option<&Field> {
        self.fields.get(&Key {
            moment,
            field: FieldRef::new(self.kind, name),
            past: None,
        })
    }

    /// A record at a stage that closes is not open; of one at any stage it is known.
    fn open(&self, model: &OperatingModel, circuit: &mut Circuit, stage: &Field) {
        let Some((field, Domain::YesNo(open))) = self
            .field("open", self.moment)
            .map(|field| (field, &field.domain))
        else {
            return;
        };
        circuit.require(&[stage.absent, !field.absent]);
        for closed in model.stages(self.kind).filter(|stage| stage.closes) {
            let there = equals(circuit, stage, &closed.name);
            circuit.require(&[!*open, !there]);
        }
    }

    /// A record at a stage is on its journey, and in the pipeline of that, if the kind has several.
    fn journeys(&self, model: &OperatingModel, circuit: &mut Circuit, stage: &Field) {
        let journeys: Vec<&Lifecycle> = model.journeys(self.kind).collect();
        for journey in &journeys {
            let on_it = self.field("journey", self.moment).map(|field| {
                let equal = equals(circuit, field, &journey.name);
                circuit.and([equal, !field.absent])
            });
            let in_it = match (&journey.which, self.field(PIPELINE, 0)) {
                (Which::Pipeline(pipeline), Some(field)) if journeys.len() > 1 => {
                    let equal = equals(circuit, field, pipeline);
                    Some(circuit.and([equal, !field.absent]))
                }
                _ => None,
            };
            for each in &journey.stages {
                let there = equals(circuit, stage, &each.name);
                let there = circuit.and([there, !stage.absent]);
                for follows in on_it.iter().chain(&in_it) {
                    circuit.require(&[!there, *follows]);
                }
            }
            if let (Some(on_it), Some(in_it)) = (on_it, in_it) {
                circuit.require(&[!on_it, in_it]);
            }
        }
    }
}

fn equals(circuit: &mut Circuit, field: &Field, text: &str) -> Literal {
    field.equals(circuit, &Value::Text(text.to_owned()))
}
