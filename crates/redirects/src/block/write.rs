//! Writing a blog.

use super::{
    CHUNK, CHUNK_BYTES, CHUNK_SIGN, Form, HEAD, HOST, NUMBERS_END, Order, SEE, TOMBSTONE, checksum,
    push_varint, text_order, zigzag,
};
use crate::{
    name::Sought,
    record::{Entry, Fate, Key, Record, Target},
    target,
    words::Writer,
};

/// A key of the index and its value.
pub(crate) type Pair = (Vec<u8>, Vec<u8>);

/// The blog's head and chunks, the chunks behind the head and in the order of their keys.
///
/// What no answer may be made of is left out: a new address that is no sound web address becomes the blog's base.
pub(crate) fn write(record: &Record, writer: &Writer) -> Vec<Pair> {
    let name = record.names.first().map(crate::name::Name::key);
    let name = name.as_ref().map_or(&[][..], |key| key.as_bytes());
    let base = if target::is_base(&record.base) {
        record.base.as_str()
    } else {
        ""
    };
    let chunks = chunks(record, base, writer);
    let mut pairs = vec![sealed(
        name.to_vec(),
        HEAD,
        &head(record, base, writer, &chunks),
    )];
    for chunk in chunks.iter().skip(1) {
        let mut key = name.to_vec();
        key.push(CHUNK_SIGN);
        chunk.first.push(&mut key);
        pairs.push(sealed(key, CHUNK, &chunk.body()));
    }
    pairs
}

/// “Look under `name`.”
pub(crate) fn see(alias: &[u8], name: &[u8]) -> Pair {
    sealed(alias.to_vec(), SEE, name)
}

/// “Blogs stand on this host.”
pub(crate) fn host_mark(host: &[u8]) -> Pair {
    sealed(host.to_vec(), HOST, &[])
}

/// “Nobody has this name any more.”
pub(crate) fn tombstone(name: &[u8]) -> Pair {
    sealed(name.to_vec(), TOMBSTONE, &[])
}

fn sealed(key: Vec<u8>, kind: u8, body: &[u8]) -> Pair {
    let mut rest = Vec::with_capacity(body.len() + 1);
    rest.push(kind);
    rest.extend_from_slice(body);
    let mut value = checksum(&Sought::of(&key), &rest).to_vec();
    value.append(&mut rest);
    (key, value)
}

fn head(record: &Record, base: &str, writer: &Writer, chunks: &[Chunk]) -> Vec<u8> {
    let mut head = Vec::new();
    let (fate, day) = match record.fate {
        Fate::Final => (0, None),
        Fate::UndoableUntil(day) => (1, Some(day)),
        Fate::Waiting => (2, None),
        Fate::Gone => (3, None),
    };
    let more = u64::from(chunks.len() > 1);
    push_varint(fate << 1 | more, &mut head);
    if let Some(day) = day {
        push_varint(u64::from(day), &mut head);
    }
    push_varint(record.names.len() as u64 - 1, &mut head);
    for name in record.names.iter().skip(1) {
        push_run(name.key().as_bytes(), &mut head);
    }
    let mut code = Vec::new();
    writer.write(base.as_bytes(), &mut code);
    push_run(&code, &mut head);
    if let Some(first) = chunks.first() {
        head.extend(first.body());
    }
    head
}

fn push_run(bytes: &[u8], out: &mut Vec<u8>) {
    push_varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

/// Some pages that follow each other.
struct Chunk {
    first: Order,
    numbers: u64,
    numbered: Vec<u8>,
    texts: Vec<u8>,
    last_number: u64,
    last_tag: u8,
    last_day: i64,
}

impl Chunk {
    fn new(first: Order) -> Self {
        Self {
            first,
            numbers: 0,
            numbered: Vec::new(),
            texts: Vec::new(),
            last_number: 0,
            last_tag: 0,
            last_day: 0,
        }
    }

    fn body(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(self.len() + 2);
        push_varint(self.numbers, &mut body);
        body.extend_from_slice(&self.numbered);
        body.extend_from_slice(&self.texts);
        body
    }

    fn len(&self) -> usize {
        self.numbered.len() + self.texts.len()
    }

    fn push(&mut self, entry: &Entry, base: &str, writer: &Writer) {
        let shape = shape(&entry.target, base);
        match &entry.key {
            Key::Number(number, thing) => {
                let tag = *thing as u8 | (shape.form as u8) << 2;
                let same = u64::from(tag == self.last_tag);
                let delta = number - self.last_number;
                push_varint(delta << 1 | same, &mut self.numbered);
                if same == 0 {
                    self.numbered.push(tag);
                }
                self.numbers += 1;
                self.last_number = *number;
                self.last_tag = tag;
                push_shape(&shape, &mut self.last_day, writer, &mut self.numbered);
            }
            Key::Text(text) => {
                let mut code = Vec::new();
                writer.write(text.as_bytes(), &mut code);
                push_run(&code, &mut self.texts);
                self.texts.push((shape.form as u8) << 2);
                push_shape(&shape, &mut self.last_day, writer, &mut self.texts);
            }
        }
    }
}

fn push_shape(shape: &Shape, last_day: &mut i64, writer: &Writer, out: &mut Vec<u8>) {
    if shape.form.has_day() {
        push_varint(zigzag(shape.day - *last_day), out);
        *last_day = shape.day;
    }
    if shape.form.has_text() {
        let mut code = Vec::new();
        writer.write(&shape.text, &mut code);
        push_run(&code, out);
    }
}

/// How a new address is to be written.
struct Shape {
    form: Form,
    day: i64,
    text: Vec<u8>,
}

fn shape(target: &Target, base: &str) -> Shape {
    let address = match target {
        Target::At(address) if target::is_sound(address) => address,
        Target::At(_) | Target::Home => return bare(Form::Home),
        Target::Gone => return bare(Form::Gone),
    };
    let Some(rest) = address.strip_prefix(base).filter(|_| !base.is_empty()) else {
        return Shape {
            form: Form::Whole,
            day: 0,
            text: address.as_bytes().to_vec(),
        };
    };
    if rest.is_empty() {
        return bare(Form::Home);
    }
    if let Some((form, day, slug)) = target::dated(rest)
        && let Some(text) = target::slug_bytes(slug)
    {
        let form = if form { Form::Day } else { Form::Month };
        return Shape { form, day, text };
    }
    match rest.strip_suffix('/').and_then(target::slug_bytes) {
        Some(text) => Shape {
            form: Form::Slug,
            day: 0,
            text,
        },
        None => Shape {
            form: Form::Below,
            day: 0,
            text: format!("/{rest}").into_bytes(),
        },
    }
}

fn bare(form: Form) -> Shape {
    Shape {
        form,
        day: 0,
        text: Vec::new(),
    }
}

/// The texts that [`write`] will write with words, for learning them.
pub(crate) fn texts_of(record: &Record, hear: &mut dyn FnMut(&[u8])) {
    hear(record.base.as_bytes());
    for entry in &record.entries {
        hear(&shape(&entry.target, &record.base).text);
        if let Key::Text(text) = &entry.key {
            hear(text.as_bytes());
        }
    }
}

fn chunks(record: &Record, base: &str, writer: &Writer) -> Vec<Chunk> {
    let mut entries: Vec<(u64, u32, &Entry)> = record
        .entries
        .iter()
        .filter_map(|entry| match &entry.key {
            Key::Number(number, _) => (*number < NUMBERS_END).then_some((*number, 0, entry)),
            Key::Text(text) => Some((u64::MAX, text_order(text), entry)),
        })
        .collect();
    entries.sort_by(|a, b| {
        let by_text = || match (&a.2.key, &b.2.key) {
            (Key::Text(a), Key::Text(b)) => a.cmp(b),
            _ => std::cmp::Ordering::Equal,
        };
        (a.0, a.1).cmp(&(b.0, b.1)).then_with(by_text)
    });
    // What comes first stays: a ledger names the best address of a page first.
    entries.dedup_by(|later, first| match (&later.2.key, &first.2.key) {
        (Key::Number(a, _), Key::Number(b, _)) => a == b,
        (a, b) => a == b,
    });
    let mut chunks: Vec<Chunk> = Vec::new();
    let mut last = Order::Number(0);
    for (number, order, entry) in entries {
        let at = if number == u64::MAX {
            Order::Text(order)
        } else {
            Order::Number(number)
        };
        // Texts of the same order stay together: a look-up asks one chunk only.
        let full = chunks
            .last()
            .is_none_or(|chunk| chunk.len() >= CHUNK_BYTES && last != at);
        if full {
            chunks.push(Chunk::new(at));
        }
        if let Some(chunk) = chunks.last_mut() {
            chunk.push(entry, base, writer);
        }
        last = at;
    }
    chunks
}
