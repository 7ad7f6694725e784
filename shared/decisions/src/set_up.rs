//! A CRM's set-up against the model: what one side names and the other does not know.

use std::collections::{BTreeMap, BTreeSet};

use crm::{
    FieldMapping, FieldRef, FieldType, Holds, ObjectMapping, ObjectSetUp, PropertySetUp,
    RecordKind, SourceName,
};
use model::{Lifecycle, Mappings, OperatingModel, PIPELINE, Place, Which};

/// The most rules that are named of one field.
const MOST_RULES: usize = 4;

/// Something in which the two differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Whether rules of the model do not do what they say because of it. Else it is only told.
    pub breaks: bool,
    /// Where the model says it, if it does.
    pub place: Option<Place>,
    /// What differs.
    pub what: String,
    /// What follows.
    pub follows: String,
    /// How to put it right.
    pub fix: String,
}

/// What a CRM has told of its set-up.
#[derive(Debug, Clone, Default)]
pub struct SetUp {
    /// By kind of record.
    pub objects: BTreeMap<RecordKind, ObjectSetUp>,
    /// The ids of who can own records; none if that could not be read.
    pub owners: Option<BTreeSet<String>>,
    /// In which currency it reckons amounts, by its three letters; none if that could not be read.
    pub currency: Option<String>,
}

/// In what a CRM and the model differ; what breaks something stands first.
#[must_use]
pub fn differences(model: &OperatingModel, source: &SourceName, set_up: &SetUp) -> Vec<Difference> {
    let mappings = Mappings::of(model);
    let mut found = Vec::new();
    for (kind, object) in &set_up.objects {
        let Some(mapping) = mappings.get(source, *kind) else {
            continue;
        };
        let compared = Compared {
            model,
            mapping,
            object,
        };
        for field in &mapping.fields {
            if field.holds != FieldType::Account && !field.property.is_empty() {
                found.extend(compared.field(field));
            }
        }
        found.extend(compared.pipelines());
    }
    if let Some(owners) = &set_up.owners {
        found.extend(people(model, source, owners));
    }
    found.extend(currency(model, source, set_up));
    found.sort_by_key(|it| !it.breaks);
    found
}

/// Amounts that are reckoned in another currency than the model's figures.
fn currency(model: &OperatingModel, source: &SourceName, set_up: &SetUp) -> Option<Difference> {
    let (ours, theirs) = (&model.company.currency, set_up.currency.as_ref()?);
    let mappings = Mappings::of(model);
    let mapped = set_up
        .objects
        .keys()
        .filter_map(|kind| mappings.get(source, *kind));
    let fields = mapped.flat_map(|mapping| mapping.fields.iter().map(|it| (mapping.kind, it)));
    let money = fields.filter(|(_, it)| it.holds == FieldType::Money && !it.property.is_empty());
    let money: Vec<String> = money
        .map(|(kind, it)| format!("{kind}.{}", it.field))
        .collect();
    (!theirs.eq_ignore_ascii_case(ours) && !money.is_empty()).then(|| Difference {
        breaks: true,
        place: None,
        what: format!("{source} reckons amounts in {theirs}, and the model in {ours}"),
        follows: format!("{} are compared as if they were {ours}", money.join(", ")),
        fix: format!(
            "write `currency: {theirs}` into strategy.yaml and look through the model's amounts, or change the \
             company's currency in the CRM"
        ),
    })
}

struct Compared<'a> {
    model: &'a OperatingModel,
    mapping: &'a ObjectMapping,
    object: &'a ObjectSetUp,
}

impl Compared<'_> {
    fn field(&self, field: &FieldMapping) -> Vec<Difference> {
        let (object, property) = (&self.mapping.object, &field.property);
        let Some(there) = self.object.properties.get(property) else {
            let near = self.called(field);
            let fix = match near {
                Some(near) => format!("map `{near}`, which has that label, or make `{property}` in the CRM"),
                None => "make it there (`fairlead crm setup` says what it holds), let our app read it, or map another"
                    .to_owned(),
            };
            return vec![self.breaks(
                field,
                format!("{object} have no property `{property}`"),
                fix,
            )];
        };
        let mut found = Vec::new();
        if !fits(field.holds, there) {
            let what = format!(
                "`{property}` of {object} holds {}, and the field is declared as {}",
                there.holds, field.holds
            );
            let fix = "declare the field as what it holds, or map another property";
            found.push(self.breaks(field, what, fix.to_owned()));
            return found;
        }
        if let Some(options) = &there.options {
            found.extend(self.options(field, options));
        }
        found
    }

    /// The values of a field of which there is a list on both sides.
    fn options(&self, field: &FieldMapping, options: &BTreeMap<String, String>) -> Vec<Difference> {
        let (object, property) = (&self.mapping.object, &field.property);
        let mut found = Vec::new();
        let stages = field.holds == FieldType::Stage;
        let what = if stages { "stage" } else { "value" };
        let ours: BTreeSet<&str> = match (field.values.is_empty(), stages) {
            (false, _) => field.values.keys().map(String::as_str).collect(),
            (true, true) => self.stages().collect(),
            (true, false) => field.allowed.iter().map(String::as_str).collect(),
        };
        for text in ours.iter().filter(|text| !options.contains_key(**text)) {
            let what = format!("`{property}` of {object} has no {what} `{text}`");
            let near = options
                .iter()
                .find(|(_, label)| label.eq_ignore_ascii_case(text));
            let fix = match near {
                Some((id, _)) => format!("write `{id}`, which is the id of what has that label"),
                None => "write the id that the CRM has for it, or make it there".to_owned(),
            };
            found.push(self.breaks(field, what, fix));
        }
        let closed = stages || field.holds == FieldType::OneOf;
        if !closed || field.otherwise.is_some() {
            return found;
        }
        let elsewhere = self.stages_left_alone();
        let unknown = options.iter().filter(|(text, _)| {
            let alone = stages && elsewhere.contains(text.as_str());
            !alone && !ours.contains(text.as_str())
        });
        let unknown: Vec<String> = unknown
            .map(|(id, label)| format!("{label} ({id})"))
            .collect();
        if !unknown.is_empty() {
            let follows = if stages {
                "a record that stands there is not judged"
            } else {
                "such a value counts as none"
            };
            let count = match unknown.len() {
                1 => format!("one {what}"),
                count => format!("{count} {what}s"),
            };
            let (listed, kind) = (unknown.join(", "), self.mapping.kind);
            found.push(Difference {
                breaks: false,
                place: self.place(field),
                what: format!("the model does not know of {count} of `{property}`: {listed}"),
                follows: follows.to_owned(),
                fix: format!(
                    "add what is meant to be judged to `values` of {kind}.{}",
                    field.field
                ),
            });
        }
        found
    }

    /// The names of all stages of the kind, in the CRM's words.
    fn stages(&self) -> impl Iterator<Item = &str> {
        let journeys = self.model.lifecycles.values();
        let of_kind = journeys.filter(|journey| journey.record == self.mapping.kind);
        of_kind.flat_map(|journey| journey.stages.iter().map(|stage| stage.name.as_str()))
    }

    /// The pipelines of the CRM that the journeys of this kind name, each with its journey.
    fn wanted(&self) -> BTreeMap<String, &Lifecycle> {
        let mapped = self.mapping.field(PIPELINE);
        let spelled = |pipeline: &str| {
            let spelled = mapped.map(|field| field.in_crm_words(pipeline).to_owned());
            spelled.unwrap_or_else(|| pipeline.to_owned())
        };
        let journeys = self.model.lifecycles.values();
        let of_kind = journeys.filter(|it| it.record == self.mapping.kind);
        let wanted = of_kind.filter_map(|journey| match &journey.which {
            Which::Pipeline(pipeline) => Some((spelled(pipeline), journey)),
            Which::All | Which::When(_) => None,
        });
        wanted.collect()
    }

    /// The stages of pipelines that are on no journey of the model.
    fn stages_left_alone(&self) -> BTreeSet<&str> {
        let wanted = self.wanted();
        let others = self.object.pipelines.iter();
        let others = others.filter(|it| !wanted.is_empty() && !wanted.contains_key(&it.id));
        others
            .flat_map(|it| it.stages.iter().map(|(id, _)| id.as_str()))
            .collect()
    }

    /// Pipelines that one side names.
    fn pipelines(&self) -> Vec<Difference> {
        let wanted = self.wanted();
        if wanted.is_empty() {
            return Vec::new();
        }
        let there = self.object.pipelines.iter();
        let there: BTreeMap<&str, &str> = there
            .map(|it| (it.id.as_str(), it.label.as_str()))
            .collect();
        let missing = wanted.iter();
        let missing = missing.filter(|(pipeline, _)| !there.contains_key(pipeline.as_str()));
        let missing = missing.map(|(pipeline, journey)| Difference {
            breaks: true,
            place: Some(journey.place),
            what: format!("{} have no pipeline `{pipeline}`", self.mapping.object),
            follows: format!("no record is ever on the journey {}", journey.name),
            fix: "write the id of a pipeline of the CRM, or make it there".to_owned(),
        });
        let alone = there.iter().filter(|(id, _)| !wanted.contains_key(**id));
        let alone = alone.map(|(id, label)| Difference {
            breaks: false,
            place: None,
            what: format!("the pipeline {label} ({id}) is on no journey of the model"),
            follows: "its records are left alone".to_owned(),
            fix: format!("add a journey `pipeline: {id}` if they are to be judged"),
        });
        missing.chain(alone).collect()
    }

    /// A property that has the field's name as its label.
    fn called(&self, field: &FieldMapping) -> Option<&str> {
        let words = field.field.replace('_', " ");
        let mut all = self.object.properties.iter();
        let found = all.find(|(_, there)| there.label.eq_ignore_ascii_case(&words));
        found.map(|(name, _)| name.as_str())
    }

    fn place(&self, field: &FieldMapping) -> Option<Place> {
        let fields = self.model.records.get(&self.mapping.kind)?;
        Some(fields.get(&field.field)?.place)
    }

    fn breaks(&self, field: &FieldMapping, what: String, fix: String) -> Difference {
        let name = FieldRef::new(self.mapping.kind, field.field.as_str());
        Difference {
            breaks: true,
            place: self.place(field),
            what: format!("{what} ({name})"),
            follows: read_by(self.model, &name),
            fix,
        }
    }
}

/// The rules that read a field, and what becomes of them.
pub(crate) fn read_by(model: &OperatingModel, field: &FieldRef) -> String {
    let lineage = model.lineage(&field.to_string());
    let readers = lineage.map_or_else(Vec::new, |it| it.readers);
    let mut names: Vec<String> = readers
        .iter()
        .take(MOST_RULES)
        .map(|it| format!("{} {}", it.what, it.name))
        .collect();
    if readers.len() > MOST_RULES {
        names.push(format!("{} more", readers.len() - MOST_RULES));
    }
    match names.is_empty() {
        true => "no rule reads it".to_owned(),
        false => format!("what reads it finds no value: {}", names.join(", ")),
    }
}

/// Whether what a property holds can be read as what a field is declared to hold.
fn fits(holds: FieldType, there: &PropertySetUp) -> bool {
    match holds {
        FieldType::Number | FieldType::Integer | FieldType::Money => {
            matches!(there.holds, Holds::Number | Holds::Text)
        }
        FieldType::Boolean => matches!(there.holds, Holds::Boolean | Holds::Text),
        FieldType::Date | FieldType::Timestamp => matches!(there.holds, Holds::Time | Holds::Text),
        FieldType::OneOf | FieldType::Stage | FieldType::Person => {
            matches!(there.holds, Holds::Text | Holds::Boolean)
        }
        FieldType::Text | FieldType::Account => true,
    }
}

/// People that one side names.
fn people(
    model: &OperatingModel,
    source: &SourceName,
    owners: &BTreeSet<String>,
) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut known = BTreeSet::new();
    for (person, it) in &model.people {
        let Some(id) = it.crm.get(source) else {
            continue;
        };
        known.insert(id);
        if !owners.contains(id) && it.left.is_none() {
            found.push(Difference {
                breaks: true,
                place: Some(it.place),
                what: format!(
                    "{person} has the id {id}, and nobody of that id can own a record in {source}"
                ),
                follows: "the CRM refuses them as an owner, and the next of their pool is asked"
                    .to_owned(),
                fix: "write the id of their user as an owner, or `left: DATE` if they have gone"
                    .to_owned(),
            });
        }
    }
    let strangers = owners.iter().filter(|id| !known.contains(id)).count();
    if strangers > 0 {
        found.push(Difference {
            breaks: false,
            place: None,
            what: format!(
                "{strangers} of those who can own records in {source} are not in people.yaml"
            ),
            follows: "what they own is nobody's team's, and they get no mail".to_owned(),
            fix: format!("add who sells with their `{source}:` id"),
        });
    }
    found
}
