//! What the servers of these stories know, and how one is started.

use redirects::server::{Server, settings::Settings};
use redirects::{Closure, IndexError, Know, Known, Moved, Standing};
use std::sync::{Arc, Mutex};

pub(crate) const NEW: &str = "https://ana.example.org/2007/02/garden/";
pub(crate) const HOST: &str = "ana.spaces.example";

/// Knows one path for each kind of answer.
pub(crate) struct Few;

impl Know for Few {
    fn know(&self, host: &str, path_and_query: &str) -> Result<Known, IndexError> {
        let moved = |standing| {
            Known::Moved(Moved {
                target: NEW.to_owned(),
                standing,
                feed: false,
            })
        };
        if !self.serves(host)? {
            return Ok(Known::Foreign);
        }
        Ok(match path_and_query.split('?').next().unwrap_or("") {
            "/final" => moved(Standing::Final),
            "/undoable" => moved(Standing::Undoable),
            "/gone" => Known::Gone {
                what: Closure::Item,
                standing: Standing::Final,
            },
            "/waiting" => Known::Waiting,
            "/closed" => Known::Closed,
            "/damaged" => return Err(IndexError::Damaged("flipped")),
            _ => Known::Unknown {
                nearest: Some(NEW.to_owned()),
            },
        })
    }

    fn serves(&self, host: &str) -> Result<bool, IndexError> {
        let host = host.split(':').next().unwrap_or("");
        Ok(host == HOST || host.ends_with(".wild.example") || host == "demand.example")
    }

    fn generation(&self) -> u64 {
        7
    }
}

/// Settings for a server on free ports of the loopback.
pub(crate) fn settings(more: &str) -> Settings {
    let text = format!("listen = [\"127.0.0.1:0\"]\nadmin = \"127.0.0.1:0\"\nworkers = 2\n{more}");
    Settings::read(&text).expect("settings")
}

/// A server, and what it told its operator.
pub(crate) fn serve(settings: &Settings) -> (Server, Arc<Mutex<Vec<String>>>) {
    let said = Arc::new(Mutex::new(Vec::new()));
    let say = {
        let said = said.clone();
        Arc::new(move |what: &str| said.lock().expect("no panic").push(what.to_owned()))
    };
    let server = Server::start(settings, Arc::new(Few), say).expect("a server");
    (server, said)
}
