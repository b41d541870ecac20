//! Placing pictures and files, one call each. WordPress makes the smaller copies itself.

use super::super::wordpress::names::{file_name, wordpress_type};
use super::super::wordpress::sums::Sums;
use super::lookup::Route;
use super::posts::wire_date;
use super::seen::Seen;
use super::stamp::{Stamp, stamped, sum};
use super::{Opened, copies, done, refused, text_only};
use blog::doors::{MediaThing, Outcome, Placed, Placement, Stand, WriteError};
use pictures::Made;
use serde_json::{Value, json};
use std::fs::File;
use std::io::Read;

/// Longest file that is sent: it is held in memory, and few hosts take more in one upload.
const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Places the media of a batch.
pub(super) fn place(
    home: &mut Opened,
    media: &[(usize, &Placement, &MediaThing)],
    answers: &mut [Option<Placed>],
) -> Result<(), WriteError> {
    let marks: Vec<_> = media
        .iter()
        .map(|(_, placement, _)| placement.mark.clone())
        .collect();
    let there = home.lookup.look(&home.calls, &marks)?;
    for ((at, placement, thing), there) in media.iter().zip(there) {
        let upload = Upload {
            placement,
            thing,
            mark: home.lookup.name(&placement.mark),
        };
        answers[*at] = Some(match there.into_iter().next() {
            Some(seen) if seen.stamp.print == placement.fingerprint => {
                // A run that was killed sent the picture and not its copies.
                if home.copies.is_some() && copies::are_missing(&seen.value) {
                    copies::ask_for(&home.calls, seen.id)?;
                }
                done(&placement.mark, Outcome::Unchanged, &seen)
            }
            Some(seen) if seen.is_edited() => done(&placement.mark, Outcome::Conflict, &seen),
            Some(seen) if upload.is_in(&seen) => upload.update(home, &seen)?,
            // WordPress changes no file: other bytes, or a name that is to tell less, are another attachment.
            Some(seen) => {
                home.delete(&seen)?;
                let placed = upload.create(home)?;
                let outcome = match placed.outcome {
                    Outcome::Created => Outcome::Updated,
                    other => other,
                };
                Placed { outcome, ..placed }
            }
            None => upload.create(home)?,
        });
    }
    Ok(())
}

struct Upload<'a> {
    placement: &'a Placement,
    thing: &'a MediaThing,
    mark: String,
}

impl Upload<'_> {
    fn file_name(&self) -> String {
        let thing = self.thing;
        file_name(
            &thing.file_name,
            &thing.hash,
            &thing.media_type,
            thing.open.is_some(),
        )
    }

    /// Whether `seen` holds the file under the name it shall have. The name follows from the bytes; WordPress may add to its end.
    fn is_in(&self, seen: &Seen) -> bool {
        let name = self.file_name();
        let stem = name
            .rsplit_once('.')
            .map_or(name.as_str(), |(stem, _)| stem);
        let address = seen.text_at("source_url");
        let there = address.rsplit('/').next().unwrap_or_default();
        there.starts_with(stem)
    }

    fn create(&self, home: &mut Opened) -> Result<Placed, WriteError> {
        let mark = &self.placement.mark;
        let file = match self.read() {
            Ok(file) => file,
            Err(remark) => return Ok(refused(mark, remark)),
        };
        let mut fields = self.whole(home);
        // A name of its own, so that no picture takes the address that a post of the same title is to have.
        fields.push(("slug", format!("media-{}", self.mark)));
        if self.thing.open.is_none() {
            fields.push(("status", "private".to_owned()));
        }
        let made = self.copies(home, &file.bytes);
        if made.is_some() {
            fields.push(("generate_sub_sizes", "false".to_owned()));
        }
        let boundary = format!("rehome-{}", self.mark);
        let body = form(
            &boundary,
            &fields,
            &self.file_name(),
            wordpress_type(&self.thing.media_type),
            &file.bytes,
        );
        drop(file.bytes);
        let media_type = format!("multipart/form-data; boundary={boundary}");
        let answer = home
            .calls
            .send(&self.place(None), &body, &media_type, Some(&file.md5))?;
        match answer {
            Err(refusal) => Ok(refused(mark, refusal.remark)),
            Ok(value) => {
                let mut seen = self.seen(home, &value)?;
                home.lookup.made(&seen);
                if let Some(made) = made {
                    copies::send(&home.calls, seen.id, &self.file_name(), &made)?;
                    let route = format!("{}/{}", Route::Media.path(), seen.id);
                    let value = home.calls.get(&route, "context=edit")?;
                    seen = self.seen(home, &value)?;
                    home.lookup.made(&seen);
                }
                self.settle(home, seen, Outcome::Created)
            }
        }
    }

    /// Smaller copies, where the site takes them.
    fn copies(&self, home: &Opened, bytes: &[u8]) -> Option<Made> {
        let maker = home.copies.as_ref()?;
        let is_wanted = self.thing.media_type.starts_with("image/") && copies::is_worth_it(bytes);
        let (made, _) = is_wanted.then(|| maker.copies(bytes, &self.thing.hash))?;
        made.filter(|made| made.main.is_some() || !made.sizes.is_empty())
    }

    fn update(&self, home: &mut Opened, seen: &Seen) -> Result<Placed, WriteError> {
        let fields = self.whole(home);
        let mut body: Value = fields
            .into_iter()
            .map(|(name, text)| (name.to_owned(), Value::from(text)))
            .collect();
        // WordPress reads the word for posts, and stores its own word for open attachments.
        body["status"] = if self.thing.open.is_some() {
            "publish"
        } else {
            "private"
        }
        .into();
        match home.calls.post(&(self.place(Some(seen.id)), body))? {
            Err(refusal) => Ok(refused(&self.placement.mark, refusal.remark)),
            Ok(value) => {
                let seen = self.seen(home, &value)?;
                self.settle(home, seen, Outcome::Updated)
            }
        }
    }

    /// A text that WordPress changed on its way gets the stamp of what became of it; what is to be seen by nobody is looked at.
    fn settle(
        &self,
        home: &mut Opened,
        seen: Seen,
        outcome: Outcome,
    ) -> Result<Placed, WriteError> {
        let mark = &self.placement.mark;
        let mut now = seen;
        if self.thing.open.is_none() && now.text_at("status") != "private" {
            home.delete(&now)?;
            return Ok(refused(
                mark,
                "the new home listed it although it is not public; it was taken away again"
                    .to_owned(),
            ));
        }
        if now.is_edited() {
            let text = now.restamped(&self.stamp(now.sum()));
            if let Ok(value) = home
                .calls
                .post(&(self.place(Some(now.id)), json!({ "description": text })))?
            {
                now = self.seen(home, &value)?;
            }
        }
        home.ids.insert(mark.clone(), now.id);
        Ok(done(mark, outcome, &now))
    }

    fn place(&self, id: Option<u64>) -> String {
        let id = id.map(|id| format!("/{id}")).unwrap_or_default();
        format!("{}{id}?context=edit", Route::Media.path())
    }

    fn stamp(&self, sum: String) -> Stamp {
        Stamp {
            mark: self.mark.clone(),
            print: self.placement.fingerprint.clone(),
            sum: Some(sum),
            left: Stand::default(),
        }
    }

    fn seen(&self, home: &Opened, value: &Value) -> Result<Seen, WriteError> {
        Seen::of(Route::Media, value, &home.blog_word, &self.mark).ok_or_else(super::stamp_was_lost)
    }

    fn whole(&self, home: &Opened) -> Vec<(&'static str, String)> {
        let thing = self.thing;
        let caption = text_only(&thing.caption, &home.blog_word);
        let state = if thing.open.is_some() {
            "open"
        } else {
            "private"
        };
        let sum = sum(&[&thing.title, "", &caption, &thing.alt, state]);
        vec![
            ("title", thing.title.clone()),
            ("caption", caption),
            ("alt_text", thing.alt.clone()),
            (
                "description",
                stamped("", &home.blog_word, &self.stamp(sum)),
            ),
            ("date_gmt", wire_date(thing.date_utc)),
        ]
    }

    fn read(&self) -> Result<Whole, String> {
        let unreadable =
            |error: std::io::Error| format!("its file in the bundle cannot be read ({error})");
        let mut file = File::open(&self.thing.file).map_err(unreadable)?;
        let sums = Sums::of(&mut file).map_err(unreadable)?;
        if sums.bytes != self.thing.bytes || sums.blake3 != self.thing.hash {
            return Err(
                "its file in the bundle is damaged: it is not what was packed; pack it again"
                    .to_owned(),
            );
        }
        if sums.bytes > FILE_BYTES_MAX {
            return Err(format!(
                "its {} bytes are more than can be sent without the plugin ({FILE_BYTES_MAX})",
                sums.bytes
            ));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(sums.bytes).unwrap_or(0));
        file.read_to_end(&mut bytes).map_err(unreadable)?;
        Ok(Whole {
            bytes,
            md5: sums.md5,
        })
    }
}

/// A file in memory.
struct Whole {
    bytes: Vec<u8>,
    md5: String,
}

/// Fields and a file as a form (RFC 7578).
pub(super) fn form(
    boundary: &str,
    fields: &[(&str, String)],
    name: &str,
    media_type: &str,
    file: &[u8],
) -> Vec<u8> {
    let mut body = Vec::with_capacity(file.len() + 4096);
    for (field, text) in fields {
        let part = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{text}\r\n"
        );
        body.extend_from_slice(part.as_bytes());
    }
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {media_type}\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(file);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    body
}
