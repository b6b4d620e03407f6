//! [`Struct`]: named members.

use super::Value;

/// The members of a `struct`, in their order.
///
/// A name that comes twice stands there twice; the last one counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Struct(Vec<(String, Value)>);

impl Struct {
    /// Without members.
    pub fn new() -> Self {
        Self::default()
    }

    /// The member of this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let found = self.0.iter().rfind(|(other, _)| other == name);
        found.map(|(_, value)| value)
    }

    /// Adds a member at the end.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.0.push((name.into(), value.into()));
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names and values, in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl<N: Into<String>, V: Into<Value>> FromIterator<(N, V)> for Struct {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(members: I) -> Self {
        let members = members.into_iter();
        Self(
            members
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

impl IntoIterator for Struct {
    type Item = (String, Value);
    type IntoIter = std::vec::IntoIter<(String, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_a_name_counts_and_all_are_kept() {
        let members: Struct = [("a", 1), ("b", 2), ("a", 3)].into_iter().collect();
        assert_eq!(members.get("a"), Some(&Value::Int(3)));
        assert_eq!(members.iter().count(), 3);
        assert_eq!(members.get("c"), None);
    }
}
