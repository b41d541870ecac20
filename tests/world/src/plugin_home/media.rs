//! Pictures and files: one body with a head and all bytes, or in pieces beforehand.

use super::site::{Reply, Site, Sort, Thing, refusal, text};
use md5::{Digest, Md5};
use serde_json::{Value, json};

impl Site {
    /// `POST /media`: 4 bytes of length, the head, the files.
    pub(super) fn media(&mut self, body: &[u8]) -> Reply {
        let Some((head, mut bytes)) = head_of(body) else {
            return refusal(
                400,
                "rehome_bad_request",
                "the body is cut",
                json!({ "field": "body" }),
            );
        };
        if let Some(reply) = self.shut_out(&head) {
            return reply;
        }
        let items = head["media"].as_array().cloned().unwrap_or_default();
        let mut parts = Vec::new();
        for item in &items {
            match self.parts(item, &mut bytes) {
                Some(files) => parts.push(files),
                None => {
                    return refusal(
                        400,
                        "rehome_bad_request",
                        "the body is cut",
                        json!({ "field": "body" }),
                    );
                }
            }
        }
        let blog = text(&head, "blog");
        let answers: Vec<Value> = items
            .iter()
            .zip(parts)
            .map(|(item, files)| self.keep(blog, item, files))
            .collect();
        self.look_for_secrets();
        (200, json!({ "media": answers }))
    }

    /// The files of one item, cut from the front of `bytes`: name of the size, bytes, width, height.
    fn parts(&mut self, item: &Value, bytes: &mut &[u8]) -> Option<Vec<Part>> {
        let mut cut = |length: &Value| -> Option<Vec<u8>> {
            let length = usize::try_from(length.as_u64()?).ok()?;
            let (piece, rest) = bytes.split_at_checked(length)?;
            *bytes = rest;
            Some(piece.to_vec())
        };
        let number = |of: &Value, name: &str| of[name].as_u64().unwrap_or(0);
        let main = match item["upload"].as_str() {
            Some(upload) => self.uploads.remove(upload)?,
            None => cut(&item["bytes"])?,
        };
        let mut parts = vec![(
            "full".to_owned(),
            main,
            number(item, "width"),
            number(item, "height"),
        )];
        let original = match &item["original"] {
            Value::Null => None,
            original => Some(("original".to_owned(), cut(&original["bytes"])?, 0, 0)),
        };
        for size in item["sizes"].as_array().into_iter().flatten() {
            let piece = cut(&size["bytes"])?;
            parts.push((
                text(size, "name").to_owned(),
                piece,
                number(size, "width"),
                number(size, "height"),
            ));
        }
        parts.extend(original);
        Some(parts)
    }

    fn keep(&mut self, blog: &str, item: &Value, parts: Vec<Part>) -> Value {
        let sum = parts
            .first()
            .map(|(_, bytes, _, _)| hex(&Md5::digest(bytes)));
        if sum.as_deref() != item["md5"].as_str() {
            return json!({ "mark": item["mark"], "outcome": "refused", "remark": "its bytes are not those that were sent" });
        }
        let mut answer = self.make(blog, Sort::Media, item);
        let Some(id) = answer["id"].as_u64() else {
            return answer;
        };
        if matches!(text(&answer, "outcome"), "created" | "updated") {
            let (stem, extension) = text(item, "file_name")
                .rsplit_once('.')
                .unwrap_or(("file", "bin"));
            let mut files = Vec::new();
            for (name, bytes, width, height) in parts {
                let end = if name == "full" {
                    String::new()
                } else {
                    format!("-{name}")
                };
                let address = format!("{}/files/{id}/{stem}{end}.{extension}", self.home);
                self.files.insert(address.clone(), bytes);
                files.push((name, address, width, height));
            }
            if let Some(thing) = self.things.get_mut(&id) {
                thing.address = files.first().map(|file| file.1.clone()).unwrap_or_default();
                thing.files = files;
            }
        }
        let thing = &self.things[&id];
        answer["address"] = thing.address.as_str().into();
        answer["page"] = format!("{}/attachment/{id}/", self.home).into();
        answer["sizes"] = self.sizes(thing);
        answer
    }

    pub(super) fn sizes(&self, thing: &Thing) -> Value {
        let word = |(name, address, width, height): &(String, String, u64, u64)| json!({ "name": name, "address": address, "width": width, "height": height });
        thing.files.iter().map(word).collect()
    }

    /// `POST /chunk`.
    pub(super) fn chunk(&mut self, upload: &str, offset: u64, body: &[u8]) -> Reply {
        let pending = self.uploads.entry(upload.to_owned()).or_default();
        if pending.len() as u64 != offset {
            let data = json!({ "bytes": pending.len() });
            return refusal(409, "rehome_bad_request", "another offset is due", data);
        }
        pending.extend_from_slice(body);
        (200, json!({ "bytes": pending.len() }))
    }
}

type Part = (String, Vec<u8>, u64, u64);

fn head_of(body: &[u8]) -> Option<(Value, &[u8])> {
    let (length, rest) = body.split_at_checked(4)?;
    let length = u32::from_be_bytes(length.try_into().ok()?) as usize;
    let (head, bytes) = rest.split_at_checked(length)?;
    Some((serde_json::from_slice(head).ok()?, bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
