//! Words as the last part of an address.

use deunicode::deunicode;

/// `text` in letters and digits that every file system and web server takes, words parted by hyphens, at most `max` of them.
/// Other scripts are spelled out (`春天` is `chun-tian`). Empty where nothing is left.
#[must_use]
pub fn slug(text: &str, max: usize) -> String {
    let mut slug = String::new();
    for character in deunicode(text).chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') && character != '\'' {
            slug.push('-');
        }
        if slug.len() >= max {
            break;
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn every_script_becomes_letters_that_travel() {
        for (text, wanted) in [
            ("  Ana's garden: Été & Über! ", "anas-garden-ete-uber"),
            ("春天", "chun-tian"),
            ("../../etc/passwd", "etc-passwd"),
            ("…", ""),
            ("", ""),
        ] {
            assert_eq!(slug(text, 60), wanted, "{text}");
        }
        assert_eq!(slug(&"ab ".repeat(50), 8), "ab-ab-ab");
    }
}
