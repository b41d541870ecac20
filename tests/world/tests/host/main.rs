//! The sample host, asked from outside. What all its tests share stands here.

mod faults;
mod interfaces;
mod pages;
mod pictures;

use quick_xml::Reader;
use quick_xml::events::Event;
use world::spaces::{Faults, Host, fixtures_folder, load_all};

const GARDEN: &str = "anas-garden.spaces.live.com";
const GARDEN_CID: &str = "5C41A9E07D2B36F";

fn samples(faults: Faults) -> Host {
    Host::start(
        load_all(&fixtures_folder()).expect("the fixtures load"),
        faults,
    )
}

fn page(host: &Host, name: &str, target: &str) -> String {
    let reply = host.get(name, target).expect("an answer");
    assert_eq!(reply.status, 200, "{name}{target}");
    reply.text()
}

fn entry_target(number: u64, query: &str) -> String {
    format!("/blog/cns!{GARDEN_CID}!{number}.entry{query}")
}

/// Reads the whole of an XML document; gives the names of its elements in order.
fn elements(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let (mut names, mut open) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(tag) => {
                open.push(());
                names.push(tag.name().as_ref().to_owned());
            }
            Event::Empty(tag) => names.push(tag.name().as_ref().to_owned()),
            Event::End(_) => {
                open.pop().expect("a start for every end");
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "every element is closed");
    names
}
