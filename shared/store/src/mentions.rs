//! Whether a text stands somewhere in what is written as JSON, found without writing it.

use std::fmt::{self, Display, Write as _};

use serde::{
    Serialize,
    ser::{
        Error as _, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
        SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
    },
};

/// Whether a text stands in a value or name of what is written as JSON. The names of its own fields count for nothing:
/// they stand in our code.
///
/// # Errors
/// If it cannot be written as JSON: where a name is no text and no number.
pub fn mentions<T: Serialize + ?Sized>(value: &T, text: &str) -> Result<bool, fmt::Error> {
    let mut search = Search {
        text,
        found: false,
        said: String::new(),
        in_name: false,
    };
    match value.serialize(&mut search) {
        Ok(()) => Ok(search.found),
        Err(NoJson) => Err(fmt::Error),
    }
}

struct Search<'t> {
    text: &'t str,
    found: bool,
    /// What is only told as it is written.
    said: String,
    /// Whether this is a name, which nothing stands in.
    in_name: bool,
}

/// It cannot be written as JSON.
#[derive(Debug)]
struct NoJson;

impl Display for NoJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it cannot be written as JSON")
    }
}

impl std::error::Error for NoJson {}

impl serde::ser::Error for NoJson {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

impl Search<'_> {
    fn see(&mut self, text: &str) {
        self.found |= text.contains(self.text);
    }

    /// Nothing stands in a name but one text or number.
    fn nested(&mut self) -> Result<&mut Self, NoJson> {
        if self.in_name {
            return Err(NoJson::custom("a name is a text"));
        }
        Ok(self)
    }
}

/// What holds no text.
macro_rules! nothing {
    ($($name:ident($($what:ty),*);)*) => {
        $(fn $name(self, $(_: $what),*) -> Result<(), NoJson> { Ok(()) })*
    };
}

/// What holds others.
macro_rules! nested {
    ($($name:ident($($what:ty),*);)*) => {
        $(fn $name(self, $(_: $what),*) -> Result<Self, NoJson> { self.nested() })*
    };
}

impl Serializer for &mut Search<'_> {
    type Ok = ();
    type Error = NoJson;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    nothing! {
        serialize_bool(bool);
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_i128(i128);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
        serialize_u128(u128);
        serialize_f32(f32);
        serialize_f64(f64);
        serialize_bytes(&[u8]);
        serialize_none();
        serialize_unit();
        serialize_unit_struct(&'static str);
        serialize_unit_variant(&'static str, u32, &'static str);
    }

    nested! {
        serialize_seq(Option<usize>);
        serialize_tuple(usize);
        serialize_tuple_struct(&'static str, usize);
        serialize_tuple_variant(&'static str, u32, &'static str, usize);
        serialize_map(Option<usize>);
        serialize_struct(&'static str, usize);
        serialize_struct_variant(&'static str, u32, &'static str, usize);
    }

    fn serialize_char(self, it: char) -> Result<(), NoJson> {
        self.see(it.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, it: &str) -> Result<(), NoJson> {
        self.see(it);
        Ok(())
    }

    fn collect_str<T: Display + ?Sized>(self, it: &T) -> Result<(), NoJson> {
        let mut said = std::mem::take(&mut self.said);
        said.clear();
        let written = write!(said, "{it}");
        self.see(&said);
        self.said = said;
        written.map_err(NoJson::custom)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, it: &T) -> Result<(), NoJson> {
        it.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        it: &T,
    ) -> Result<(), NoJson> {
        it.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        it: &T,
    ) -> Result<(), NoJson> {
        it.serialize(self.nested()?)
    }
}

/// What stands in others, one after the other.
macro_rules! each {
    ($($of:ident: $name:ident($($what:ty),*);)*) => {
        $(impl $of for &mut Search<'_> {
            type Ok = ();
            type Error = NoJson;

            fn $name<T: Serialize + ?Sized>(&mut self, $(_: $what,)* it: &T) -> Result<(), NoJson> {
                it.serialize(&mut **self)
            }

            fn end(self) -> Result<(), NoJson> {
                Ok(())
            }
        })*
    };
}

each! {
    SerializeSeq: serialize_element();
    SerializeTuple: serialize_element();
    SerializeTupleStruct: serialize_field();
    SerializeTupleVariant: serialize_field();
    SerializeStruct: serialize_field(&'static str);
    SerializeStructVariant: serialize_field(&'static str);
}

impl SerializeMap for &mut Search<'_> {
    type Ok = ();
    type Error = NoJson;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), NoJson> {
        self.in_name = true;
        name.serialize(&mut **self)?;
        self.in_name = false;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, it: &T) -> Result<(), NoJson> {
        it.serialize(&mut **self)
    }

    fn end(self) -> Result<(), NoJson> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_is_found_in_values_and_names_and_in_what_is_only_written() {
        let mentions = |value: &serde_json::Value| mentions(value, "secret");
        for there in [
            serde_json::json!({ "a": [1, { "b": "a secret." }] }),
            serde_json::json!({ "the secret": 1 }),
            serde_json::json!("secret"),
        ] {
            assert_eq!(mentions(&there), Ok(true), "{there}");
        }
        assert_eq!(
            mentions(&serde_json::json!({ "a": ["se", "cret"] })),
            Ok(false)
        );
        let written = jiff::civil::date(2026, 11, 28);
        assert_eq!(super::mentions(&Some(written), "2026-11"), Ok(true));
    }

    #[test]
    fn what_has_a_list_for_a_name_is_no_json() {
        let named = BTreeMap::from([((1, 2), "secret")]);
        assert!(serde_json::to_string(&named).is_err());
        assert_eq!(mentions(&named, "secret"), Err(fmt::Error));
    }

    proptest! {
        #[test]
        fn it_is_found_where_the_text_of_it_holds_it(names in prop::collection::btree_map("[a-c]{0,3}", prop::collection::vec("[a-c]{0,3}", 0..3), 0..4)) {
            let text = serde_json::to_string(&names).unwrap();
            prop_assert_eq!(mentions(&names, "ab"), Ok(text.contains("ab")));
        }
    }
}
