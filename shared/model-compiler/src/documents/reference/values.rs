use crate::grammar::{Form, Names, Shape, spelling};
use crm::RecordKind;

/// Whether there is something to be said of what stands below.
pub(super) fn has_parts(shape: &Shape) -> bool {
    match shape {
        Shape::Mapping { .. } => true,
        Shape::List(inner) | Shape::MaybeEmpty(inner) => has_parts(inner),
        Shape::ByForm { mapping, .. } => mapping.is_some_and(has_parts),
        _ => false,
    }
}

/// What a value of this shape is, in words.
pub(super) fn in_words(shape: &Shape) -> String {
    if let Some(spelling) = spelling::of(shape) {
        let example = format!("`{}`", spelling.example);
        // Of a text an example says nothing, and of yes or no it says nothing new.
        let plain = matches!(shape, Shape::Text) || spelling.what.contains(&example);
        return if plain {
            spelling.what
        } else {
            format!("{}, such as {example}", spelling.what)
        };
    }
    match shape {
        Shape::Phrase(forms) => phrase(forms),
        Shape::List(inner @ Shape::Mapping { .. }) if has_parts(inner) => {
            "a list of mappings, see below".to_owned()
        }
        Shape::List(inner) => format!("a list; each entry is {}", in_words(inner)),
        Shape::MaybeEmpty(inner) => {
            format!(
                "a list, which may be empty; each entry is {}",
                in_words(inner)
            )
        }
        Shape::Condition => "a [condition](#conditions)".to_owned(),
        Shape::Catch => "a [condition](#conditions), `otherwise` or `unknown`".to_owned(),
        Shape::ByForm {
            value,
            list,
            mapping,
        } => {
            let forms = [value, list, mapping].into_iter().copied().flatten();
            let forms: Vec<String> = forms.map(in_words).collect();
            forms.join("<br>or ")
        }
        _ => "a mapping, see below".to_owned(),
    }
}

/// The forms of a phrase, each with what it says.
fn phrase(forms: &[Form]) -> String {
    if let [Form::Name(Names::Kind)] = forms {
        let kinds = RecordKind::ALL.map(|kind| format!("`{kind}`"));
        return kinds.join(", ");
    }
    let spoken = spelling::spoken(forms).into_iter();
    let lines = spoken.map(|it| match forms {
        [_] if !it.fixed => it.says,
        _ => format!("`{}`: {}", it.written, it.says),
    });
    lines.collect::<Vec<String>>().join("<br>")
}
