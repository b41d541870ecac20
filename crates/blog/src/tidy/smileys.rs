//! Smiley pictures of Spaces (`/rte/emoticons/smile_cry.gif`) and Live Writer (`wlEmoticon-smile`) become characters. A smiley we
//! do not know becomes its own alternative text.

use super::{For, notes::Notes};
use crate::body::tree::{Element, Node, replace};
use crate::codes::tidy::SMILEYS;

pub(super) fn run(nodes: &mut Vec<Node>, _purpose: For, notes: &mut Notes) {
    replace(nodes, &mut |element| match smiley_name(&element) {
        Some(name) => {
            notes.name(&SMILEYS, &name);
            Ok(vec![Node::Text(character(&name, &element))])
        }
        None => Err(element),
    });
}

/// The bare name of the smiley that a picture shows: `cry` for `smile_cry.gif`.
fn smiley_name(element: &Element) -> Option<String> {
    if element.name != "img" {
        return None;
    }
    let class = element.get("class").unwrap_or_default();
    let from_class = class
        .split_ascii_whitespace()
        .find_map(|class| class.strip_prefix("wlEmoticon-"));
    let src = element.get("src").unwrap_or_default();
    let path = src.split(['?', '#']).next().unwrap_or_default();
    let file = path.rsplit('/').next().unwrap_or_default();
    let lower = path.to_ascii_lowercase();
    let from_address = (lower.contains("/rte/emoticons/") || file.starts_with("wlEmoticon-"))
        .then(|| file.split(['.', '[']).next().unwrap_or_default());
    let name = from_class.or(from_address)?;
    let name = name.to_ascii_lowercase().replace("wlemoticon-", "");
    let bare: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let bare = bare
        .strip_prefix("smile")
        .filter(|rest| !rest.is_empty())
        .unwrap_or(&bare);
    (!bare.is_empty()).then(|| bare.to_owned())
}

fn character(name: &str, element: &Element) -> String {
    if let Some((_, character)) = CHARACTERS.iter().find(|(known, _)| *known == name) {
        return (*character).to_owned();
    }
    match element
        .get("alt")
        .map(str::trim)
        .filter(|alt| !alt.is_empty())
    {
        Some(alt) => alt.to_owned(),
        None => format!("({name})"),
    }
}

/// Names without `smile_`, underscores and hyphens. The spelling `embaressed` is the platform's own.
const CHARACTERS: &[(&str, &str)] = &[
    ("smile", "🙂"),
    ("regular", "🙂"),
    ("teeth", "😀"),
    ("openmouthedsmile", "😀"),
    ("openmouthed", "😀"),
    ("wink", "😉"),
    ("winkingsmile", "😉"),
    ("winking", "😉"),
    ("omg", "😮"),
    ("surprisedsmile", "😮"),
    ("surprised", "😮"),
    ("tongue", "😛"),
    ("tongueout", "😛"),
    ("smilewithtongueout", "😛"),
    ("withtongueout", "😛"),
    ("shades", "😎"),
    ("hotsmile", "😎"),
    ("hot", "😎"),
    ("angry", "😠"),
    ("angrysmile", "😠"),
    ("embaressed", "😳"),
    ("embarrassed", "😳"),
    ("embarrassedsmile", "😳"),
    ("confused", "😕"),
    ("confusedsmile", "😕"),
    ("sad", "🙁"),
    ("sadsmile", "🙁"),
    ("cry", "😢"),
    ("cryingface", "😢"),
    ("crying", "😢"),
    ("whatchutalkingabout", "😐"),
    ("disappointed", "😞"),
    ("disappointedsmile", "😞"),
    ("angel", "😇"),
    ("angelsmile", "😇"),
    ("devil", "😈"),
    ("devilsmile", "😈"),
    ("nerd", "🤓"),
    ("nerdsmile", "🤓"),
    ("sick", "🤢"),
    ("sicksmile", "🤢"),
    ("party", "🥳"),
    ("partysmile", "🥳"),
    ("sleepy", "😴"),
    ("sleepysmile", "😴"),
    ("sniff", "😪"),
    ("zipit", "🤐"),
    ("donttell", "🤐"),
    ("donttellanyone", "🤐"),
    ("donttellanyonesmile", "🤐"),
    ("secret", "🤫"),
    ("secrettelling", "🤫"),
    ("secrettellingsmile", "🤫"),
    ("thinking", "🤔"),
    ("thinkingsmile", "🤔"),
    ("eyeroll", "🙄"),
    ("eyerolling", "🙄"),
    ("eyerollingsmile", "🙄"),
    ("rollingeyes", "🙄"),
    ("sarcastic", "😏"),
    ("sarcasticsmile", "😏"),
    ("baringteeth", "😬"),
    ("baringteethsmile", "😬"),
    ("baredteeth", "😬"),
    ("baringteethgrrr", "😬"),
    ("lefthug", "🤗"),
    ("righthug", "🤗"),
    ("girlhug", "🤗"),
    ("guyhug", "🤗"),
    ("dudehug", "🤗"),
    ("laughing", "😄"),
    ("heart", "❤️"),
    ("redheart", "❤️"),
    ("brokenheart", "💔"),
    ("kiss", "💋"),
    ("redlips", "💋"),
    ("rose", "🌹"),
    ("redrose", "🌹"),
    ("wiltedrose", "🥀"),
    ("thumbsup", "👍"),
    ("yes", "👍"),
    ("thumbsdown", "👎"),
    ("no", "👎"),
    ("present", "🎁"),
    ("giftwithabow", "🎁"),
    ("gift", "🎁"),
    ("cake", "🎂"),
    ("birthdaycake", "🎂"),
    ("camera", "📷"),
    ("film", "🎬"),
    ("filmstrip", "🎬"),
    ("phone", "☎️"),
    ("telephone", "☎️"),
    ("telephonereceiver", "📞"),
    ("mobile", "📱"),
    ("mobilephone", "📱"),
    ("lightbulb", "💡"),
    ("idea", "💡"),
    ("coffee", "☕"),
    ("coffeecup", "☕"),
    ("beermug", "🍺"),
    ("beer", "🍺"),
    ("martini", "🍸"),
    ("martiniglass", "🍸"),
    ("clock", "🕒"),
    ("email", "📧"),
    ("envelope", "✉️"),
    ("moon", "🌙"),
    ("sleepinghalfmoon", "🌙"),
    ("sleepinghalf", "🌙"),
    ("star", "⭐"),
    ("sun", "☀️"),
    ("rainbow", "🌈"),
    ("cat", "🐱"),
    ("catface", "🐱"),
    ("kittycat", "🐱"),
    ("kittykay", "🐱"),
    ("dog", "🐶"),
    ("dogface", "🐶"),
    ("snail", "🐌"),
    ("blacksheep", "🐑"),
    ("sheep", "🐑"),
    ("soccer", "⚽"),
    ("soccerball", "⚽"),
    ("pizza", "🍕"),
    ("plate", "🍽️"),
    ("bowl", "🥣"),
    ("car", "🚗"),
    ("auto", "🚗"),
    ("airplane", "✈️"),
    ("plane", "✈️"),
    ("island", "🏝️"),
    ("islandwithapalmtree", "🏝️"),
    ("islandwithpalmtree", "🏝️"),
    ("computer", "💻"),
    ("umbrella", "☂️"),
    ("stormycloud", "⛈️"),
    ("stormy", "⛈️"),
    ("storm", "⛈️"),
    ("lightning", "⚡"),
    ("turtle", "🐢"),
    ("goat", "🐐"),
    ("cigarette", "🚬"),
    ("money", "💰"),
    ("girl", "👧"),
    ("boy", "👦"),
    ("guy", "👦"),
    ("bat", "🦇"),
    ("vampirebat", "🦇"),
    ("note", "🎵"),
    ("musicnote", "🎵"),
    ("music", "🎵"),
    ("fingerscrossed", "🤞"),
    ("crossedfingers", "🤞"),
    ("highfive", "🙏"),
    ("handcuffs", "🔗"),
    ("video", "📹"),
    ("bunny", "🐰"),
    ("dudehuggirl", "🤗"),
    ("peoplehugging", "🤗"),
    ("ghost", "👻"),
    ("pirate", "🏴‍☠️"),
    ("ninja", "🥷"),
    ("work", "👷"),
    ("punch", "👊"),
    ("peace", "✌️"),
];

#[cfg(test)]
mod tests {
    use crate::tidy::{For, tidy};

    #[test]
    fn smileys_become_characters_whatever_folder_they_stood_in() {
        let html = "<p>a<img src=\"http://shared.live.com/rte/emoticons/smile_cry.gif\">b\
            <img src=\"http://spaces.msn.com/mmm2005-08-03_15.21/rte/emoticons/rose.gif?x\">c\
            <img class=\"wlEmoticon wlEmoticon-winkingsmile\" alt=\"Winking smile\" src=\"http://h.example/x.png\">d\
            <img src=\"/rte/emoticons/47_47.gif\" alt=\"47\">e<img src=\"/rte/emoticons/smile_odd.gif\"></p>";
        let tidied = tidy(html, For::Post);
        assert_eq!(tidied.html, "<p>a😢b🌹c😉d47e(odd)</p>");
        assert!(
            tidied.findings[0]
                .sentence
                .contains("cry, rose, winkingsmile")
        );
    }
}
