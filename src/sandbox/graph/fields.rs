//! `fields=id,children{id}`: what a client wants to know of a node.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::sandbox::graph::call::Call;
use crate::sandbox::graph::refusal::Refusal;

/// What can be known of something.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Its type, as Graph's error messages name it.
    pub(crate) kind: &'static str,
    /// What is told if nothing is asked for.
    pub(crate) usual: &'static [&'static str],
    pub(crate) id: String,
    /// What there is to ask for; null is left out.
    pub(crate) fields: Vec<(&'static str, Value)>,
    pub(crate) edges: Vec<(&'static str, Vec<Node>)>,
}

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Fields(Vec<(String, Option<Fields>)>);

impl Node {
    /// Puts `value` in the place of the null of a field.
    pub(crate) fn set(&mut self, name: &'static str, value: Value) {
        self.fields.retain(|(it, _)| *it != name);
        self.fields.push((name, value));
    }

    /// Tells what `call` asks for.
    pub(crate) fn tell(&self, call: &Call) -> Result<Value, Refusal> {
        let text = call.params.text("fields")?.unwrap_or_default();
        let fields = Fields::parse(&text)
            .ok_or_else(|| call.params.refuse("Syntax error in the fields parameter"))?;
        self.pick(call, &fields)
    }

    /// Whether `call` asks for anything.
    pub(crate) fn is_asked_for(call: &Call) -> bool {
        call.params
            .text("fields")
            .is_ok_and(|text| text.is_some_and(|text| !text.is_empty()))
    }

    fn pick(&self, call: &Call, fields: &Fields) -> Result<Value, Refusal> {
        // What there usually is to tell, some do not have.
        let usual = self.usual.iter().filter(|name| self.has(name));
        let usual = Fields(usual.map(|name| ((*name).to_owned(), None)).collect());
        let fields = if fields.0.is_empty() { &usual } else { fields };
        let mut told = Map::new();
        for (name, inner) in &fields.0 {
            if let Some(value) = self.value(call, name, inner.as_ref())? {
                told.insert(name.clone(), value);
            }
        }
        // It is told whether or not it is asked for; an attachment has none.
        if !self.id.is_empty() {
            told.insert("id".to_owned(), json!(self.id));
        }
        Ok(Value::Object(told))
    }

    fn has(&self, name: &str) -> bool {
        let mut names = self.fields.iter().map(|(it, _)| *it);
        let mut edges = self.edges.iter().map(|(it, _)| *it);
        name == "id" || names.any(|it| it == name) || edges.any(|it| it == name)
    }

    fn value(
        &self,
        call: &Call,
        name: &str,
        inner: Option<&Fields>,
    ) -> Result<Option<Value>, Refusal> {
        if name == "id" {
            return Ok(Some(json!(self.id)));
        }
        if let Some((_, value)) = self.fields.iter().find(|(it, _)| *it == name) {
            return Ok(Some(value.clone()).filter(|value| !value.is_null()));
        }
        let Some((_, nodes)) = self.edges.iter().find(|(it, _)| *it == name) else {
            return Err(call.params.refuse(format!(
                "Tried accessing nonexisting field ({name}) on node type ({})",
                self.kind
            )));
        };
        let empty = Fields::default();
        let told: Result<Vec<Value>, Refusal> = nodes
            .iter()
            .map(|node| node.pick(call, inner.unwrap_or(&empty)))
            .collect();
        Ok((!nodes.is_empty()).then_some(json!({ "data": told? })))
    }
}

impl Fields {
    fn parse(text: &str) -> Option<Self> {
        let mut rest = text;
        let fields = Self::parse_list(&mut rest)?;
        rest.is_empty().then_some(fields)
    }

    /// Parses up to the end or a brace that closes.
    fn parse_list(rest: &mut &str) -> Option<Self> {
        let mut fields = Vec::new();
        loop {
            let end = rest.find([',', '{', '}']).unwrap_or(rest.len());
            // A modifier, such as `.limit(5)`, is taken and does nothing.
            let name = rest[..end].split('.').next().unwrap_or_default().trim();
            *rest = &rest[end..];
            let mut inner = None;
            if let Some(after) = rest.strip_prefix('{') {
                *rest = after;
                inner = Some(Self::parse_list(rest)?);
                *rest = rest.strip_prefix('}')?;
            }
            if !name.is_empty() {
                fields.push((name.to_owned(), inner));
            }
            match rest.strip_prefix(',') {
                Some(after) => *rest = after,
                None => return Some(Self(fields)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::sandbox::graph::fields::Fields;

    fn plain(names: &[&str]) -> Fields {
        Fields(names.iter().map(|it| ((*it).to_owned(), None)).collect())
    }

    #[test]
    fn fields_may_have_fields_of_their_own() {
        assert_eq!(Fields::parse(""), Some(Fields::default()));
        assert_eq!(
            Fields::parse("id, caption"),
            Some(plain(&["id", "caption"]))
        );
        let nested = Fields::parse("children.limit(5){id,alt_text},id").unwrap();
        let expected = vec![
            ("children".to_owned(), Some(plain(&["id", "alt_text"]))),
            ("id".to_owned(), None),
        ];
        assert_eq!(nested, Fields(expected));
        assert_eq!(Fields::parse("a{b"), None);
        assert_eq!(Fields::parse("a}"), None);
    }
}
