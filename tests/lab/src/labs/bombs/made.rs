//! The bombs.

use super::ways::Way;
use flate2::{Compression, Crc, write::GzEncoder, write::ZlibEncoder};
use std::io::Write;

/// A bomb.
pub(super) struct Bomb {
    pub(super) name: &'static str,
    pub(super) way: Way,
    pub(super) make: fn() -> Vec<u8>,
    /// What must stand in the words about it.
    pub(super) says: &'static str,
}

const fn bomb(name: &'static str, way: Way, says: &'static str, make: fn() -> Vec<u8>) -> Bomb {
    Bomb {
        name,
        way,
        make,
        says,
    }
}

/// All of them.
pub(super) fn all() -> Vec<Bomb> {
    [html(), markup(), pictures(), packed(), others()]
        .into_iter()
        .flatten()
        .collect()
}

fn html() -> Vec<Bomb> {
    vec![
        bomb(
            "5,000 boxes inside each other",
            Way::Html,
            "TID-020",
            || boxes(5_000),
        ),
        bomb(
            "20,000 boxes inside each other",
            Way::Html,
            "TID-020",
            || boxes(20_000),
        ),
        bomb(
            "100,000 boxes inside each other",
            Way::Html,
            "TID-021",
            || boxes(100_000),
        ),
        bomb(
            "a million attributes on one element",
            Way::Html,
            "TID-021",
            || {
                let attributes: String = (0..1_000_000).map(|at| format!(" a{at}")).collect();
                format!("<p{attributes}>x</p>").into_bytes()
            },
        ),
        bomb("attributes on many elements", Way::Html, "TID-0", || {
            b"<p a b c d e f g h i j>x".repeat(25_000)
        }),
        bomb("10,000 cells in a table", Way::Html, "bytes", || {
            let row = format!("<tr>{}</tr>", "<td>x</td>".repeat(100));
            format!("<table>{}</table>", row.repeat(100)).into_bytes()
        }),
        bomb("text between rows", Way::Html, "bytes", || {
            b"<table>x".repeat(40_000)
        }),
        bomb("tables inside each other", Way::Html, "TID-020", || {
            b"<table><tr><td>".repeat(30_000)
        }),
        bomb("bold that never ends", Way::Html, "TID-021", || {
            b"<b>".repeat(200_000)
        }),
        bomb("links that never end", Way::Html, "TID-02", || {
            b"<a href=x><p>".repeat(60_000)
        }),
        bomb(
            "fonts that open again in every paragraph",
            Way::Html,
            "TID-021",
            || {
                let fonts: String = (0..200).map(|size| format!("<font size={size}>")).collect();
                (fonts + &"<p>x</p>".repeat(60_000)).into_bytes()
            },
        ),
        bomb("fonts that pile up", Way::Html, "TID-02", || {
            (0..60_000)
                .map(|size| format!("<p><font size={size}>x</p>"))
                .collect::<String>()
                .into_bytes()
        }),
        bomb("nothing but brackets", Way::Html, "bytes", || {
            b"[a".repeat(1 << 20)
        }),
        bomb("nothing but references", Way::Html, "bytes", || {
            b"&amp;".repeat(1 << 20)
        }),
        bomb("remarks that never end", Way::Html, "bytes", || {
            b"<!--".repeat(1 << 20)
        }),
        bomb("ends of remarks", Way::Html, "bytes", || {
            [b"<!--".as_slice(), &b"--x".repeat(1 << 20)].concat()
        }),
        bomb("scripts that never end", Way::Html, "bytes", || {
            b"<script></scrip".repeat(200_000)
        }),
        bomb("20,000 tags", Way::Html, "TID-002", || {
            (0..20_000)
                .map(|at| format!("<a rel=\"clubhouseTag\" href=\"x\">t{at}</a>, "))
                .collect::<String>()
                .into_bytes()
        }),
        bomb("a style of 300,000 wishes", Way::Html, "bytes", || {
            format!("<p style='{}'>x</p>", "color:red;".repeat(300_000)).into_bytes()
        }),
        bomb("drawings inside drawings", Way::Html, "bytes", || {
            b"<svg><math><mi>".repeat(20_000)
        }),
        bomb("lists inside lists", Way::Html, "TID-020", || {
            b"<ul><li>".repeat(50_000)
        }),
        bomb("4 million line ends", Way::Html, "bytes", || {
            b"x\n".repeat(2 << 20)
        }),
        bomb("140,000 breaks", Way::Html, "TID-023", || {
            b"x<br>".repeat(140_000)
        }),
        bomb("250,000 breaks", Way::Html, "TID-021", || {
            b"x<br>".repeat(250_000)
        }),
    ]
}

fn markup() -> Vec<Bomb> {
    vec![
        bomb("a feed 100,000 deep", Way::Feed, "", || {
            feed(&"<a>".repeat(100_000))
        }),
        bomb("a feed with 400,000 attributes", Way::Feed, "", || {
            let attributes: String = (0..400_000).map(|at| format!(" a{at}='1'")).collect();
            feed(&format!("<item{attributes}></item>"))
        }),
        bomb("a billion laughs", Way::Feed, "items", || {
            let mut dtd = "<!ENTITY a0 \"ha\">".to_owned();
            for at in 1..30 {
                dtd.push_str(&format!("<!ENTITY a{at} \"&a{};&a{};\">", at - 1, at - 1));
            }
            format!("<?xml version=\"1.0\"?><!DOCTYPE rss [{dtd}]><rss version=\"2.0\"><channel><title>&a29;</title><item><title>&a29;</title><description>&a29;</description></item></channel></rss>").into_bytes()
        }),
        bomb("an entity from elsewhere", Way::Feed, "items", || {
            b"<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><rss version=\"2.0\"><channel><title>t</title><item><title>&x;</title></item></channel></rss>".to_vec()
        }),
        bomb("8 MiB of text in one element", Way::Feed, "items", || {
            feed(&format!(
                "<item><description>{}</description></item>",
                "x".repeat(8 << 20)
            ))
        }),
        bomb("a name of a megabyte", Way::Feed, "", || {
            feed(&format!("<item><{}/></item>", "a".repeat(1 << 20)))
        }),
        bomb("CDATA without end", Way::Feed, "", || {
            feed(&format!(
                "<item><description><![CDATA[{}",
                "]]".repeat(1 << 20)
            ))
        }),
        bomb("lists in lists in an answer", Way::Rpc, "", || {
            format!(
                "<methodResponse><params><param><value>{}",
                "<array><data><value>".repeat(50_000)
            )
            .into_bytes()
        }),
        bomb("150,000 values in an answer", Way::Rpc, "", || {
            format!("<methodResponse><params><param><value><array><data>{}</data></array></value></param></params></methodResponse>", "<value><i4>1</i4></value>".repeat(150_000)).into_bytes()
        }),
    ]
}

fn boxes(count: usize) -> Vec<u8> {
    format!("{}x{}", "<div>".repeat(count), "</div>".repeat(count)).into_bytes()
}

fn feed(items: &str) -> Vec<u8> {
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title>{items}</channel></rss>").into_bytes()
}

fn pictures() -> Vec<Bomb> {
    let too_large = "more than can be made smaller here";
    vec![
        bomb("a PNG of 60,000 x 60,000", Way::Picture, too_large, || {
            png(60_000, 60_000, 2, &[])
        }),
        bomb("a PNG of 30,001 x 1", Way::Picture, too_large, || {
            png(30_001, 1, 2, &[])
        }),
        bomb("a PNG of 10,001 x 10,000", Way::Picture, too_large, || {
            png(10_001, 10_000, 2, &[])
        }),
        bomb(
            "a PNG of 10,000 x 10,000 that holds nothing",
            Way::Picture,
            "image/png",
            || png(10_000, 10_000, 2, &[]),
        ),
        bomb(
            "a PNG with 64 MiB of packed text",
            Way::Picture,
            "image/png",
            || {
                let text = [b"Comment\0\0".as_slice(), &zlib(64 << 20)].concat();
                png(20, 20, 2, &[(b"zTXt", text)])
            },
        ),
        bomb(
            "a PNG with 2,000 packed texts",
            Way::Picture,
            "image/png",
            || {
                let text = [b"Comment\0\0".as_slice(), &zlib(1 << 20)].concat();
                png(20, 20, 2, &vec![(b"zTXt", text); 2000])
            },
        ),
        bomb(
            "a PNG with a colour profile of 64 MiB",
            Way::Picture,
            "image/png",
            || {
                let profile = [b"p\0\0".as_slice(), &zlib(64 << 20)].concat();
                png(20, 20, 2, &[(b"iCCP", profile)])
            },
        ),
        bomb("a GIF of 65,535 x 65,535", Way::Picture, too_large, || {
            gif(65_535, 65_535, 1)
        }),
        bomb(
            "a GIF with 100,000 pictures",
            Way::Picture,
            "image/gif",
            || gif(8, 8, 100_000),
        ),
        bomb("a JPEG of 65,500 x 65,500", Way::Picture, too_large, || {
            jpeg(65_500, 65_500)
        }),
        bomb(
            "a WebP of 16,384 x 16,384",
            Way::Picture,
            "image/webp",
            webp,
        ),
    ]
}

/// A PNG that claims its size; its pixels are missing.
fn png(width: u32, height: u32, colours: u8, chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = Vec::new();
    head.extend(width.to_be_bytes());
    head.extend(height.to_be_bytes());
    head.extend([8, colours, 0, 0, 0]);
    chunk(&mut file, b"IHDR", &head);
    for (name, bytes) in chunks {
        chunk(&mut file, name, bytes);
    }
    chunk(&mut file, b"IDAT", &zlib(1 << 10));
    chunk(&mut file, b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, name: &[u8; 4], bytes: &[u8]) {
    let mut sum = Crc::new();
    sum.update(name);
    sum.update(bytes);
    file.extend((bytes.len() as u32).to_be_bytes());
    file.extend(name);
    file.extend(bytes);
    file.extend(sum.sum().to_be_bytes());
}

fn gif(width: u16, height: u16, pictures: usize) -> Vec<u8> {
    let mut file = b"GIF89a".to_vec();
    file.extend(width.to_le_bytes());
    file.extend(height.to_le_bytes());
    file.extend([0x80, 0, 0, 0, 0, 0, 255, 255, 255]);
    for _ in 0..pictures {
        file.push(0x2C);
        file.extend([0, 0, 0, 0]);
        file.extend(width.to_le_bytes());
        file.extend(height.to_le_bytes());
        file.extend([0, 2, 2, 0x44, 0x01, 0]);
    }
    file.push(0x3B);
    file
}

fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut file = vec![0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8];
    file.extend(height.to_be_bytes());
    file.extend(width.to_be_bytes());
    file.extend([3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
    file.extend([
        0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0, 1, 2, 3, 0xFF, 0xD9,
    ]);
    file
}

fn webp() -> Vec<u8> {
    let side = (16_384_u32 - 1).to_le_bytes();
    let mut file = b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0".to_vec();
    file.extend(&side[..3]);
    file.extend(&side[..3]);
    file.extend([0; 16]);
    file
}

fn packed() -> Vec<Bomb> {
    vec![
        bomb(
            "a gigabyte in a megabyte of answer",
            Way::Gzip,
            "16 MiB",
            || gzip(1 << 30),
        ),
        bomb(
            "exactly as much as is allowed",
            Way::Gzip,
            "16777216 bytes",
            || gzip(16 << 20),
        ),
        bomb("a zip entry of 256 MiB", Way::Zip, "", || {
            zip(&[("rss.xml", 256 << 20)], 0)
        }),
        bomb("20,000 entries", Way::Zip, "", || zip(&[], 20_000)),
        bomb("entries that share their bytes", Way::Zip, "", overlapping),
    ]
}

fn zlib(bytes: usize) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::fast());
    zeros(bytes, &mut packer);
    packer.finish().unwrap_or_default()
}

fn gzip(bytes: usize) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    zeros(bytes, &mut packer);
    packer.finish().unwrap_or_default()
}

fn zeros(bytes: usize, to: &mut impl Write) {
    let piece = vec![0; bytes.min(1 << 20)];
    for _ in 0..bytes / piece.len().max(1) {
        // Into memory.
        let _ = to.write_all(&piece);
    }
}

/// A zip of packed zeros, and of so many empty entries.
fn zip(packed: &[(&str, usize)], empty: usize) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in packed {
        let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), Compression::fast());
        zeros(*bytes, &mut packer);
        let body = packer.finish().unwrap_or_default();
        let mut sum = Crc::new();
        let piece = vec![0; 1 << 20];
        (0..bytes >> 20).for_each(|_| sum.update(&piece));
        let at = file.len();
        entry(
            &mut file,
            &mut directory,
            name,
            at,
            sum.sum(),
            &body,
            *bytes,
            true,
        );
    }
    for number in 0..empty {
        let at = file.len();
        entry(
            &mut file,
            &mut directory,
            &format!("{number}.txt"),
            at,
            0,
            &[],
            0,
            true,
        );
    }
    ended(file, &directory, packed.len() + empty)
}

/// 2,000 names for one megabyte.
fn overlapping() -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    let body = vec![b'x'; 1 << 20];
    for number in 0..2_000 {
        let name = format!("{number:04}.xml");
        entry(
            &mut file,
            &mut directory,
            &name,
            0,
            0,
            &body,
            body.len(),
            number == 0,
        );
    }
    ended(file, &directory, 2_000)
}

#[expect(clippy::too_many_arguments, reason = "the fields of a zip entry")]
fn entry(
    file: &mut Vec<u8>,
    directory: &mut Vec<u8>,
    name: &str,
    at: usize,
    sum: u32,
    body: &[u8],
    bytes: usize,
    write_body: bool,
) {
    let method: u16 = if body.len() == bytes { 0 } else { 8 };
    let mut fields = Vec::new();
    fields.extend([20, 0, 0, 0]);
    fields.extend(method.to_le_bytes());
    fields.extend([0, 0, 0x21, 0x28]);
    fields.extend(sum.to_le_bytes());
    fields.extend((body.len() as u32).to_le_bytes());
    fields.extend((bytes as u32).to_le_bytes());
    fields.extend((name.len() as u16).to_le_bytes());
    fields.extend([0, 0]);
    if write_body {
        file.extend(b"PK\x03\x04");
        file.extend(&fields);
        file.extend(name.as_bytes());
        file.extend(body);
    }
    directory.extend(b"PK\x01\x02\x14\0");
    directory.extend(&fields);
    directory.extend([0; 10]);
    directory.extend((at as u32).to_le_bytes());
    directory.extend(name.as_bytes());
}

fn ended(mut file: Vec<u8>, directory: &[u8], entries: usize) -> Vec<u8> {
    let at = file.len() as u32;
    file.extend(directory);
    // More than this need the larger directory; readers look for as many as there are.
    let count = (entries.min(0xFFFF) as u16).to_le_bytes();
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend(count);
    file.extend(count);
    file.extend((directory.len() as u32).to_le_bytes());
    file.extend(at.to_le_bytes());
    file.extend([0, 0]);
    file
}

fn others() -> Vec<Bomb> {
    vec![
        bomb("a date of brackets", Way::Date, "None", || {
            b"(".repeat(1 << 20)
        }),
        bomb("a date of figures", Way::Date, "None", || {
            b"1".repeat(1 << 20)
        }),
        bomb("a date of months", Way::Date, "None", || {
            b"01/02/".repeat(200_000)
        }),
        bomb("an export of one line", Way::Export, "", || {
            [
                b"TITLE: x\nAUTHOR: y\nDATE: 01/02/2008 03:04:05 AM\n-----\nBODY:\n".as_slice(),
                &b"x".repeat(8 << 20),
                b"\n-----\n--------\n",
            ]
            .concat()
        }),
        bomb("an export of separators", Way::Export, "", || {
            [
                b"TITLE: x\nAUTHOR: y\nDATE: 01/02/2008 03:04:05 AM\n".as_slice(),
                &b"-----\n--------\n".repeat(100_000),
            ]
            .concat()
        }),
        bomb("an export of 100,000 comments", Way::Export, "", || {
            [
                b"TITLE: x\nAUTHOR: y\nDATE: 01/02/2008 03:04:05 AM\n-----\nBODY:\nx\n".as_slice(),
                &b"-----\nCOMMENT:\nAUTHOR: z\nDATE: 01/02/2008 03:04:05 AM\nhi\n".repeat(100_000),
                b"-----\n--------\n",
            ]
            .concat()
        }),
    ]
}
