//! An input of which every opening is noted, so that a file or an answer that kills the program is left out after the second time.

use crate::{
    Bundle, Error,
    bundle::{DEATHS_MAX, Hand},
};
use blog::{
    Finding, Secret, Severity,
    address::without_keys,
    codes,
    doors::{Answer, Call, Entry, Input, InputForm, ReadError},
};
use jiff::Timestamp;
use std::{cell::RefCell, collections::BTreeSet, io::Read, rc::Rc};

/// The input of one reading.
pub(super) struct Noted<'a> {
    input: &'a mut dyn Input,
    bundle: &'a Bundle,
    hand: Rc<RefCell<Hand>>,
    left_out: BTreeSet<String>,
}

impl<'a> Noted<'a> {
    pub(super) fn new(
        input: &'a mut dyn Input,
        bundle: &'a Bundle,
        hand: Rc<RefCell<Hand>>,
    ) -> Self {
        Self {
            input,
            bundle,
            hand,
            left_out: BTreeSet::new(),
        }
    }

    /// What was left out.
    pub(super) fn findings(&self) -> impl Iterator<Item = Finding> + '_ {
        self.left_out.iter().map(|place| {
            let sentence = "The program died twice while it read this; it was left out unread.";
            let mut finding = Finding::new(&codes::transfer::KILLED_A_RUN, sentence).at(place);
            finding.severity = Severity::Lost;
            finding
        })
    }

    fn note(&mut self, place: &str, version: Option<String>) -> Result<(), ReadError> {
        let unreadable = |error| unreadable(place, &error);
        let mut hand = self.hand.borrow_mut();
        let task = hand.opens(place, version);
        if self.bundle.deaths(&task) < Some(DEATHS_MAX) {
            return hand.begin(&task).map_err(unreadable);
        }
        self.left_out.insert(place.to_owned());
        hand.rest().map_err(unreadable)?;
        Err(ReadError::LeftOut {
            place: place.to_owned(),
            what: "the program died twice while it read it, so it is left out".to_owned(),
        })
    }
}

fn unreadable(place: &str, error: &Error) -> ReadError {
    ReadError::Unreadable {
        place: place.to_owned(),
        what: error.to_string(),
    }
}

impl Input for Noted<'_> {
    fn open(&mut self, name: &str) -> Result<Box<dyn Read + '_>, ReadError> {
        self.note(name, self.input.version(name))?;
        self.input.open(name)
    }

    fn ask(&mut self, call: &Call<'_>) -> Result<Answer, ReadError> {
        let place = without_keys(call.address);
        self.note(&place, None)?;
        // A folder may be a web archive, whose records are unpacked here; who else is asked is waited for.
        if self.input.form() == InputForm::Folder {
            return self.input.ask(call);
        }
        let (input, mut hand) = (&mut *self.input, self.hand.borrow_mut());
        hand.meanwhile(|| input.ask(call))
            .map_err(|error| unreadable(&place, &error))?
    }

    fn version(&self, name: &str) -> Option<String> {
        self.input.version(name)
    }

    fn label(&self) -> &str {
        self.input.label()
    }

    fn form(&self) -> InputForm {
        self.input.form()
    }

    fn now(&self) -> Timestamp {
        self.input.now()
    }

    fn entries(&mut self) -> Result<Vec<Entry>, ReadError> {
        self.input.entries()
    }

    fn captured(&self, name: &str) -> Option<Timestamp> {
        self.input.captured(name)
    }

    fn entries_where(&mut self, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<Entry>, ReadError> {
        self.input.entries_where(wanted)
    }

    fn option(&self, name: &str) -> Option<&str> {
        self.input.option(name)
    }

    fn secret(&self, name: &str) -> Option<&Secret> {
        self.input.secret(name)
    }
}
