//! Which capabilities a server lists and which verbs it knows, where it was told so.
//!
//! A protocol says what follows from its state ([`Offer::list`]); what it was told prevails.

/// What a server was told about its capabilities and verbs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Offer {
    /// In place of the capabilities that follow from the rest.
    exact: Option<Vec<String>>,
    /// In place of those with the same keyword, else in addition to them.
    changed: Vec<String>,
    hidden: Vec<String>,
    missing_verbs: Vec<String>,
}

impl Offer {
    /// Lists exactly these capabilities.
    pub(crate) fn fix(&mut self, capabilities: Vec<String>) {
        self.exact = Some(capabilities);
    }

    /// Lists this capability, in place of one with the same keyword if there is one.
    pub(crate) fn change(&mut self, capability: String) {
        self.changed.push(capability);
    }

    /// Does not list this capability.
    pub(crate) fn hide(&mut self, keyword: &str) {
        self.hidden.push(keyword.to_owned());
    }

    /// Does not know this verb, and does not list it.
    pub(crate) fn remove(&mut self, verb: &str) {
        self.missing_verbs.push(verb.to_owned());
        self.hide(verb);
    }

    /// Whether this verb is known, as far as it depends on what was told.
    pub(crate) fn knows(&self, verb: &str) -> bool {
        !holds(&self.missing_verbs, verb)
    }

    /// Whether this capability may be listed, as far as it depends on what was hidden.
    pub(crate) fn shows(&self, keyword: &str) -> bool {
        !holds(&self.hidden, keyword)
    }

    /// The capabilities to list: the exact ones if there are any, else those that follow from the server's state (`own`), changed as
    /// told, without the hidden ones.
    pub(crate) fn list(&self, own: Vec<String>) -> Vec<String> {
        if let Some(exact) = &self.exact {
            return exact.clone();
        }
        let mut list = own;
        for changed in &self.changed {
            match list.iter_mut().find(|line| is(line, keyword(changed))) {
                Some(line) => line.clone_from(changed),
                None => list.push(changed.clone()),
            }
        }
        list.retain(|line| self.shows(keyword(line)));
        list
    }
}

/// The parameters of this capability, if it is listed; empty if it has none.
pub(crate) fn find<'a>(list: &'a [String], name: &str) -> Option<&'a str> {
    let line = list.iter().find(|line| is(line, name))?;
    Some(line.split_once(' ').map_or("", |(_, rest)| rest))
}

fn keyword(line: &str) -> &str {
    line.split(' ').next().unwrap_or_default()
}

fn is(line: &str, name: &str) -> bool {
    keyword(line).eq_ignore_ascii_case(name)
}

fn holds(names: &[String], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(told: impl FnOnce(&mut Offer)) -> Vec<String> {
        let mut offer = Offer::default();
        told(&mut offer);
        offer.list(["TOP", "SASL PLAIN", "Size 10"].map(str::to_owned).to_vec())
    }

    #[test]
    fn nothing_told() {
        assert_eq!(list(|_| {}), ["TOP", "SASL PLAIN", "Size 10"]);
    }

    #[test]
    fn a_change_replaces_in_place_or_is_appended() {
        let told = list(|offer| {
            offer.change("EXPIRE 60".to_owned());
            offer.change("sasl LOGIN".to_owned());
            offer.change("EXPIRE NEVER".to_owned());
        });
        assert_eq!(told, ["TOP", "sasl LOGIN", "Size 10", "EXPIRE NEVER"]);
    }

    #[test]
    fn what_is_hidden_is_hidden_whoever_lists_it() {
        let told = list(|offer| {
            offer.change("EXPIRE 60".to_owned());
            for keyword in ["expire", "SIZE", "nobody has it"] {
                offer.hide(keyword);
            }
        });
        assert_eq!(told, ["TOP", "SASL PLAIN"]);
    }

    #[test]
    fn an_exact_list_wins() {
        let told = list(|offer| {
            offer.fix(vec!["TOP".to_owned(), "b c".to_owned()]);
            offer.change("EXPIRE 60".to_owned());
            offer.hide("TOP");
        });
        assert_eq!(told, ["TOP", "b c"]);
        assert_eq!(list(|offer| offer.fix(vec![])), [""; 0]);
    }

    #[test]
    fn a_verb_that_is_missing_is_not_listed() {
        let mut offer = Offer::default();
        offer.remove("top");
        offer.hide("UIDL");
        assert!(!offer.knows("TOP") && !offer.shows("TOP"));
        assert!(offer.knows("UIDL") && !offer.shows("UIDL"));
        assert_eq!(offer.list(vec!["TOP".to_owned()]), [""; 0]);
    }

    #[test]
    fn parameters_are_found() {
        let listed = ["SIZE 10 20", "DSN"].map(str::to_owned);
        assert_eq!(find(&listed, "size"), Some("10 20"));
        assert_eq!(find(&listed, "DSN"), Some(""));
        assert_eq!(find(&listed, "SIZ"), None);
    }
}
