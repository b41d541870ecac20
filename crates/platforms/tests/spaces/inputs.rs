//! Inputs made of the sample host: asked over the wire, or its download.

use crate::NOW;
use blog::{
    Secret,
    doors::{Answer, Call, Entry, Input, InputForm, ReadError},
};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use world::spaces::Host;

/// Status, location, type and body of an answer.
type Raw = (u16, Option<String>, Option<String>, Vec<u8>);

/// An input that asks the sample host whatever the address says.
pub(crate) struct Wire {
    label: String,
    to: SocketAddr,
    pub(crate) options: HashMap<&'static str, String>,
    pub(crate) secrets: HashMap<&'static str, Secret>,
    pub(crate) asked: Vec<String>,
}

impl Wire {
    pub(crate) fn to(host: &Host, label: String) -> Self {
        Self {
            label,
            to: host.address,
            options: HashMap::new(),
            secrets: HashMap::new(),
            asked: Vec::new(),
        }
    }

    fn once(&self, call: &Call<'_>, address: &str) -> std::io::Result<Raw> {
        let (scheme, rest) = address.split_once("://").expect("an absolute address");
        let slash = rest.find(['/', '?']).unwrap_or(rest.len());
        let (host, target) = rest.split_at(slash);
        let target = target.split('#').next().unwrap_or("");
        let slash = if target.starts_with('/') { "" } else { "/" };
        let target = target.replace(' ', "%20");
        let mut stream = TcpStream::connect(self.to)?;
        let body = call.body.unwrap_or(b"");
        let mut head = format!(
            "{} {slash}{target} HTTP/1.0\r\nHost: {host}\r\nX-Forwarded-Proto: {scheme}\r\nContent-Length: {}\r\n",
            call.method,
            body.len()
        );
        for (name, value) in call.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        stream.write_all(format!("{head}\r\n").as_bytes())?;
        stream.write_all(body)?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        let end = bytes
            .windows(4)
            .position(|w| w == b"\r\n\r\n")
            .ok_or_else(|| std::io::Error::other("no head"))?;
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|s| s.parse().ok())
            .ok_or_else(|| std::io::Error::other("no status"))?;
        let header = |name: &str| {
            head.lines()
                .find_map(|line| {
                    line.split_once(':')
                        .filter(|(known, _)| known.eq_ignore_ascii_case(name))
                })
                .map(|(_, value)| value.trim().to_owned())
        };
        let body = bytes[end + 4..].to_vec();
        let announced: usize = header("content-length")
            .and_then(|l| l.parse().ok())
            .unwrap_or(body.len());
        if body.len() < announced {
            return Err(std::io::Error::other("the answer was cut"));
        }
        Ok((status, header("location"), header("content-type"), body))
    }
}

impl Input for Wire {
    fn label(&self) -> &str {
        &self.label
    }
    fn form(&self) -> InputForm {
        InputForm::Address
    }
    fn now(&self) -> Timestamp {
        NOW.parse().expect("a time")
    }
    fn entries(&mut self) -> Result<Vec<Entry>, ReadError> {
        Ok(Vec::new())
    }
    fn open(&mut self, name: &str) -> Result<Box<dyn Read + '_>, ReadError> {
        Err(ReadError::Unreadable {
            place: name.to_owned(),
            what: "no files".to_owned(),
        })
    }
    fn ask(&mut self, call: &Call<'_>) -> Result<Answer, ReadError> {
        let mut address = call.address.to_owned();
        for _ in 0..5 {
            self.asked.push(address.clone());
            let unreachable = |error: std::io::Error| ReadError::Unreachable {
                place: "the host".to_owned(),
                what: error.to_string(),
            };
            let (status, location, media_type, body) =
                self.once(call, &address).map_err(unreachable)?;
            match location {
                Some(to) if (300..400).contains(&status) => address = to,
                _ => {
                    return Ok(Answer {
                        status,
                        address,
                        media_type,
                        body,
                    });
                }
            }
        }
        Err(ReadError::Unreachable {
            place: "the host".to_owned(),
            what: "goes in circles".to_owned(),
        })
    }
    fn option(&self, name: &str) -> Option<&str> {
        self.options.get(name).map(String::as_str)
    }
    fn secret(&self, name: &str) -> Option<&Secret> {
        self.secrets.get(name)
    }
}

/// The zip of the host.
#[derive(Default)]
pub(crate) struct Files {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) options: HashMap<&'static str, String>,
}

impl Files {
    /// The download of the host's first Space.
    pub(crate) fn of(host: &Host) -> Self {
        let home = host.spaces()[0].home();
        let mut wire = Wire::to(host, home.clone());
        let address = format!("{home}/migration/space.zip");
        let zip = wire.ask(&Call::get(&address)).expect("an answer");
        assert_eq!(zip.status, 200, "{address}");
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip.body)).expect("a zip");
        let mut files = BTreeMap::new();
        for at in 0..archive.len() {
            let mut file = archive.by_index(at).expect("a file");
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).expect("readable");
            let name = file.name().expect("a name").into_owned();
            files.insert(name, bytes);
        }
        Self {
            files,
            options: HashMap::new(),
        }
    }
}

impl Input for Files {
    fn label(&self) -> &str {
        "space.zip"
    }
    fn form(&self) -> InputForm {
        InputForm::Zip
    }
    fn now(&self) -> Timestamp {
        NOW.parse().expect("a time")
    }
    fn entries(&mut self) -> Result<Vec<Entry>, ReadError> {
        Ok(self
            .files
            .iter()
            .map(|(name, bytes)| Entry {
                name: name.clone(),
                bytes: bytes.len() as u64,
            })
            .collect())
    }
    fn open(&mut self, name: &str) -> Result<Box<dyn Read + '_>, ReadError> {
        let bytes = self.files.get(name).ok_or_else(|| ReadError::Unreadable {
            place: name.to_owned(),
            what: "missing".to_owned(),
        })?;
        Ok(Box::new(bytes.as_slice()))
    }
    fn ask(&mut self, _call: &Call<'_>) -> Result<Answer, ReadError> {
        Err(ReadError::Unreachable {
            place: "nowhere".to_owned(),
            what: "a zip asks nobody".to_owned(),
        })
    }
    fn option(&self, name: &str) -> Option<&str> {
        self.options.get(name).map(String::as_str)
    }
    fn secret(&self, _name: &str) -> Option<&Secret> {
        None
    }
}
