//! Colours that a post's author gave to words: kept on our paper where they can be read on it, in the light only. Backgrounds go:
//! they hide what stands on them as soon as it is dark. The Markdown and the records keep all of it.

/// Luminance of the paper in the light (`--paper` in `style.css`).
const PAPER: f64 = 0.972;

/// What WCAG asks of text (AA).
const CONTRAST_MIN: f64 = 4.5;

/// The sixteen names of HTML, and the few others that editors wrote.
const NAMES: &[(&str, u32)] = &[
    ("black", 0x0000_0000),
    ("silver", 0x00c0_c0c0),
    ("gray", 0x0080_8080),
    ("grey", 0x0080_8080),
    ("white", 0x00ff_ffff),
    ("maroon", 0x0080_0000),
    ("red", 0x00ff_0000),
    ("purple", 0x0080_0080),
    ("fuchsia", 0x00ff_00ff),
    ("magenta", 0x00ff_00ff),
    ("green", 0x0000_8000),
    ("lime", 0x0000_ff00),
    ("olive", 0x0080_8000),
    ("yellow", 0x00ff_ff00),
    ("navy", 0x0000_0080),
    ("blue", 0x0000_00ff),
    ("teal", 0x0000_8080),
    ("aqua", 0x0000_ffff),
    ("cyan", 0x0000_ffff),
    ("orange", 0x00ff_a500),
    ("brown", 0x00a5_2a2a),
    ("pink", 0x00ff_c0cb),
    ("darkred", 0x008b_0000),
    ("darkblue", 0x0000_008b),
    ("darkgreen", 0x0000_6400),
    ("indigo", 0x004b_0082),
];

/// A style without backgrounds and addresses, its colour as the variable `--said` where it can be read. `None` where nothing is
/// left.
pub(super) fn readable(style: &str) -> Option<String> {
    let mut kept = Vec::new();
    for declaration in style.split(';') {
        let Some((name, value)) = declaration.split_once(':') else {
            continue;
        };
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        match name.as_str() {
            "color" => {
                if let Some(colour) = parse(value).filter(|colour| is_readable(*colour)) {
                    kept.push(format!("--said:#{colour:06x}"));
                }
            }
            _ if name.starts_with("background") || value.contains("url(") => {}
            // Heights and places were made for another page.
            "position" | "height" | "line-height" | "font-family" | "opacity" => {}
            _ => kept.push(format!("{name}:{value}")),
        }
    }
    (!kept.is_empty()).then(|| kept.join(";"))
}

/// The colour that a word of CSS means, as 0xRRGGBB.
pub(super) fn parse(value: &str) -> Option<u32> {
    let value = value
        .trim()
        .trim_end_matches("!important")
        .trim()
        .to_ascii_lowercase();
    if let Some(hex) = value.strip_prefix('#') {
        let digits = u32::from_str_radix(hex, 16).ok()?;
        return match hex.len() {
            6 => Some(digits),
            3 => Some(
                (digits >> 8 & 0xf) * 0x11 << 16
                    | (digits >> 4 & 0xf) * 0x11 << 8
                    | (digits & 0xf) * 0x11,
            ),
            _ => None,
        };
    }
    if let Some(parts) = value
        .strip_prefix("rgb(")
        .and_then(|rest| rest.strip_suffix(')'))
    {
        let mut colour = 0;
        let mut count = 0;
        for part in parts.split(',') {
            colour = colour << 8 | u32::from(part.trim().parse::<u8>().ok()?);
            count += 1;
        }
        return (count == 3).then_some(colour);
    }
    NAMES
        .iter()
        .find(|(name, _)| *name == value)
        .map(|(_, colour)| *colour)
}

/// Whether words of this colour can be read on the paper.
pub(super) fn is_readable(colour: u32) -> bool {
    (PAPER + 0.05) / (luminance(colour) + 0.05) >= CONTRAST_MIN
}

fn luminance(colour: u32) -> f64 {
    let part = |shift: u32| {
        let part = f64::from(colour >> shift & 0xff) / 255.0;
        if part <= 0.040_45 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
}

#[cfg(test)]
mod tests {
    use super::{parse, readable};

    #[test]
    fn colours_are_read_as_browsers_do() {
        for (value, colour) in [
            ("#C00", Some(0x00cc_0000)),
            ("#0a0b0c", Some(0x000a_0b0c)),
            ("rgb(1, 2,3)", Some(0x0001_0203)),
            ("Navy !important", Some(0x80)),
            ("rgb(1,2)", None),
            ("#12", None),
            ("inherit", None),
        ] {
            assert_eq!(parse(value), colour, "{value}");
        }
    }

    #[test]
    fn what_cannot_be_read_or_hides_the_page_goes() {
        for (style, kept) in [
            (
                "color: #c00; text-align:right",
                Some("--said:#cc0000;text-align:right"),
            ),
            ("color:yellow", None),
            ("background-color:#000;color:#fff", None),
            ("background:url(http://x/y.gif)", None),
        ] {
            assert_eq!(readable(style).as_deref(), kept, "{style}");
        }
    }
}
