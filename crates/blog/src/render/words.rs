//! The few words we add to a blog ourselves, in the languages its readers speak.

/// The words of one language.
pub(super) struct Words {
    /// Title of the guestbook page.
    pub(super) guestbook: &'static str,
    /// What stands on it.
    pub(super) guestbook_sentence: &'static str,
    /// An album without title.
    pub(super) album: &'static str,
    /// A list without title.
    pub(super) list: &'static str,
    /// Title of the blogroll page.
    pub(super) links: &'static str,
    /// A line without title.
    pub(super) untitled: &'static str,
}

impl Words {
    /// The words for a BCP 47 tag; English where we know no better.
    pub(super) fn of(language: Option<&str>) -> &'static Self {
        let tag = language
            .unwrap_or_default()
            .to_ascii_lowercase()
            .replace('_', "-");
        let traditional = ["zh-tw", "zh-hk", "zh-mo", "zh-hant"]
            .iter()
            .any(|prefix| tag.starts_with(prefix));
        let wanted = match tag.split('-').next().unwrap_or_default() {
            "zh" if traditional => "zh-hant",
            "iw" => "he",
            first => first,
        };
        WORDS
            .iter()
            .find(|(language, _)| *language == wanted)
            .map_or(&ENGLISH, |(_, words)| words)
    }
}

/// One line of the table.
const fn words(
    guestbook: &'static str,
    guestbook_sentence: &'static str,
    album: &'static str,
    list: &'static str,
    links: &'static str,
    untitled: &'static str,
) -> Words {
    Words {
        guestbook,
        guestbook_sentence,
        album,
        list,
        links,
        untitled,
    }
}

static ENGLISH: Words = words(
    "Guestbook",
    "Notes that visitors left here. New ones are welcome.",
    "Photo album",
    "List",
    "Links",
    "Untitled",
);

static WORDS: &[(&str, Words)] = &[
    (
        "zh",
        words(
            "留言板",
            "这里是访客的留言，欢迎继续留言。",
            "相册",
            "列表",
            "链接",
            "无标题",
        ),
    ),
    (
        "zh-hant",
        words(
            "留言簿",
            "這裡是訪客的留言，歡迎繼續留言。",
            "相簿",
            "清單",
            "連結",
            "無標題",
        ),
    ),
    (
        "ja",
        words(
            "ゲストブック",
            "訪問者からのメッセージです。新しい書き込みもお待ちしています。",
            "アルバム",
            "リスト",
            "リンク",
            "無題",
        ),
    ),
    (
        "ko",
        words(
            "방명록",
            "방문자들이 남긴 글입니다. 새 글도 환영합니다.",
            "사진 앨범",
            "목록",
            "링크",
            "제목 없음",
        ),
    ),
    (
        "ar",
        words(
            "سجل الزوار",
            "رسائل تركها الزوار هنا. نرحب برسائل جديدة.",
            "ألبوم صور",
            "قائمة",
            "روابط",
            "بلا عنوان",
        ),
    ),
    (
        "he",
        words(
            "ספר אורחים",
            "הודעות שהשאירו מבקרים. הודעות חדשות יתקבלו בברכה.",
            "אלבום תמונות",
            "רשימה",
            "קישורים",
            "ללא כותרת",
        ),
    ),
    (
        "de",
        words(
            "Gästebuch",
            "Einträge, die Besucher hier hinterlassen haben. Neue sind willkommen.",
            "Fotoalbum",
            "Liste",
            "Links",
            "Ohne Titel",
        ),
    ),
    (
        "fr",
        words(
            "Livre d’or",
            "Messages laissés par les visiteurs. Les nouveaux sont les bienvenus.",
            "Album photo",
            "Liste",
            "Liens",
            "Sans titre",
        ),
    ),
    (
        "es",
        words(
            "Libro de visitas",
            "Mensajes que dejaron los visitantes. Los nuevos son bienvenidos.",
            "Álbum de fotos",
            "Lista",
            "Enlaces",
            "Sin título",
        ),
    ),
    (
        "pt",
        words(
            "Livro de visitas",
            "Mensagens deixadas pelos visitantes. Novas mensagens são bem-vindas.",
            "Álbum de fotos",
            "Lista",
            "Links",
            "Sem título",
        ),
    ),
    (
        "it",
        words(
            "Libro degli ospiti",
            "Messaggi lasciati dai visitatori. I nuovi sono benvenuti.",
            "Album fotografico",
            "Elenco",
            "Link",
            "Senza titolo",
        ),
    ),
    (
        "nl",
        words(
            "Gastenboek",
            "Berichten die bezoekers hier achterlieten. Nieuwe zijn welkom.",
            "Fotoalbum",
            "Lijst",
            "Links",
            "Zonder titel",
        ),
    ),
    (
        "cs",
        words(
            "Kniha hostů",
            "Vzkazy, které zde zanechali návštěvníci. Nové jsou vítány.",
            "Fotoalbum",
            "Seznam",
            "Odkazy",
            "Bez názvu",
        ),
    ),
    (
        "pl",
        words(
            "Księga gości",
            "Wpisy pozostawione przez gości. Nowe są mile widziane.",
            "Album ze zdjęciami",
            "Lista",
            "Odnośniki",
            "Bez tytułu",
        ),
    ),
    (
        "ru",
        words(
            "Гостевая книга",
            "Записи, которые оставили посетители. Новые записи приветствуются.",
            "Фотоальбом",
            "Список",
            "Ссылки",
            "Без названия",
        ),
    ),
    (
        "tr",
        words(
            "Ziyaretçi defteri",
            "Ziyaretçilerin bıraktığı notlar. Yenilerini bekleriz.",
            "Fotoğraf albümü",
            "Liste",
            "Bağlantılar",
            "Başlıksız",
        ),
    ),
    (
        "sv",
        words(
            "Gästbok",
            "Meddelanden som besökare har lämnat här. Nya är välkomna.",
            "Fotoalbum",
            "Lista",
            "Länkar",
            "Utan titel",
        ),
    ),
];
