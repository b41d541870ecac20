//! The words we add to an archive ourselves, in the languages its readers speak.

/// The words of one language.
#[derive(Debug)]
pub(super) struct Words {
    /// The front page.
    pub(super) home: &'static str,
    /// The page with everything by date.
    pub(super) archive: &'static str,
    /// Photo albums.
    pub(super) albums: &'static str,
    /// The search page and its button.
    pub(super) search: &'static str,
    /// What can be searched.
    pub(super) search_hint: &'static str,
    /// No page has these words.
    pub(super) nothing_found: &'static str,
    /// Categories.
    pub(super) categories: &'static str,
    /// Tags.
    pub(super) tags: &'static str,
    /// Comments.
    pub(super) comments: &'static str,
    /// The older neighbour.
    pub(super) older: &'static str,
    /// The newer neighbour.
    pub(super) newer: &'static str,
    /// The way past the menu.
    pub(super) skip: &'static str,
    /// A picture of which nothing else is said.
    pub(super) picture: &'static str,
    /// A picture that the archive does not have.
    pub(super) picture_elsewhere: &'static str,
    /// A table.
    pub(super) table: &'static str,
    /// Closes the large picture.
    pub(super) close: &'static str,
    /// A post without a title.
    pub(super) untitled: &'static str,
    /// Posts without a date.
    pub(super) undated: &'static str,
    /// The page with addresses of the old home.
    pub(super) old_addresses: &'static str,
    /// Heading of the page that links to private things lead to.
    pub(super) not_public: &'static str,
    /// What it says.
    pub(super) not_public_text: &'static str,
    /// What stands above a private page.
    pub(super) private: &'static str,
    /// The front page of a blog of which nothing is public.
    pub(super) nothing_public: &'static str,
    /// The menu, for those who hear it.
    pub(super) menu: &'static str,
    /// What a reader without scripts does instead of searching.
    pub(super) without_script: &'static str,
}

/// Languages written from right to left.
const RIGHT_TO_LEFT: &[&str] = &["ar", "he", "fa", "ur", "yi", "ps", "sd", "ug", "dv"];

impl Words {
    /// The words for a BCP 47 tag; English where we know no better.
    pub(super) fn of(language: Option<&str>) -> &'static Self {
        Self::known(language).map_or(&ENGLISH, |(_, words)| words)
    }

    fn known(language: Option<&str>) -> Option<&'static (&'static str, Words)> {
        let key = key(language);
        WORDS.iter().find(|(known, _)| *known == key)
    }

    /// The language that these words are in.
    pub(super) fn language(language: Option<&str>) -> &'static str {
        Self::known(language).map_or("en", |(key, _)| key)
    }
}

/// The name of a language in our tables, from a BCP 47 tag.
fn key(language: Option<&str>) -> String {
    let tag = language
        .unwrap_or("en")
        .to_ascii_lowercase()
        .replace('_', "-");
    let traditional = ["zh-tw", "zh-hk", "zh-mo", "zh-hant"]
        .iter()
        .any(|prefix| tag.starts_with(prefix));
    match tag.split('-').next().unwrap_or_default() {
        "zh" if traditional => "zh-hant".to_owned(),
        "iw" => "he".to_owned(),
        first => first.to_owned(),
    }
}

/// A tag as pages carry it: what a source says is not always one.
pub(super) fn tag(language: Option<&str>) -> String {
    let tag = language.unwrap_or("en").replace('_', "-");
    let good = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let first = tag.split('-').next().unwrap_or_default();
    let named =
        (2..=3).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_alphabetic());
    if named && tag.split('-').all(good) {
        tag
    } else {
        "en".to_owned()
    }
}

/// `rtl` or `ltr`.
pub(super) fn direction(language: Option<&str>) -> &'static str {
    if RIGHT_TO_LEFT.contains(&key(language).as_str()) {
        "rtl"
    } else {
        "ltr"
    }
}

/// One line of the table, in the order of the fields.
const fn words(words: [&'static str; 25]) -> Words {
    let [
        home,
        archive,
        albums,
        search,
        search_hint,
        nothing_found,
        categories,
        tags,
        comments,
        older,
        newer,
        skip,
        picture,
        picture_elsewhere,
        table,
        close,
        untitled,
        undated,
        old_addresses,
        not_public,
        not_public_text,
        private,
        nothing_public,
        menu,
        without_script,
    ] = words;
    Words {
        home,
        archive,
        albums,
        search,
        search_hint,
        nothing_found,
        categories,
        tags,
        comments,
        older,
        newer,
        skip,
        picture,
        picture_elsewhere,
        table,
        close,
        untitled,
        undated,
        old_addresses,
        not_public,
        not_public_text,
        private,
        nothing_public,
        menu,
        without_script,
    }
}

static ENGLISH: Words = words([
    "Home",
    "Archive",
    "Albums",
    "Search",
    "Search all posts and pages",
    "Nothing was found.",
    "Categories",
    "Tags",
    "Comments",
    "Older",
    "Newer",
    "Skip to the text",
    "Picture",
    "A picture that is elsewhere",
    "Table",
    "Close",
    "Untitled",
    "Without a date",
    "Old addresses",
    "Not for everyone",
    "What this link led to was not for everyone. It may be in the private part of this archive, which its owner can unlock.",
    "Not for everyone",
    "Nothing in this blog was for everyone.",
    "Menu",
    "Searching needs JavaScript. Without it, the archive lists everything:",
]);

static WORDS: &[(&str, Words)] = &[
    (
        "en",
        words([
            "Home",
            "Archive",
            "Albums",
            "Search",
            "Search all posts and pages",
            "Nothing was found.",
            "Categories",
            "Tags",
            "Comments",
            "Older",
            "Newer",
            "Skip to the text",
            "Picture",
            "A picture that is elsewhere",
            "Table",
            "Close",
            "Untitled",
            "Without a date",
            "Old addresses",
            "Not for everyone",
            "What this link led to was not for everyone. It may be in the private part of this archive, which its owner can unlock.",
            "Not for everyone",
            "Nothing in this blog was for everyone.",
            "Menu",
            "Searching needs JavaScript. Without it, the archive lists everything:",
        ]),
    ),
    (
        "zh",
        words([
            "首页",
            "归档",
            "相册",
            "搜索",
            "搜索所有文章和页面",
            "没有找到。",
            "分类",
            "标签",
            "评论",
            "较早",
            "较新",
            "跳到正文",
            "图片",
            "不在此处的图片",
            "表格",
            "关闭",
            "无标题",
            "无日期",
            "旧地址",
            "未公开",
            "此链接指向的内容未向所有人公开。它可能在本存档的私密部分中，由主人解锁。",
            "未公开",
            "此博客没有公开的内容。",
            "菜单",
            "搜索需要 JavaScript。没有它也可以查看归档：",
        ]),
    ),
    (
        "zh-hant",
        words([
            "首頁",
            "彙整",
            "相簿",
            "搜尋",
            "搜尋所有文章和頁面",
            "沒有找到。",
            "分類",
            "標籤",
            "回應",
            "較舊",
            "較新",
            "跳到正文",
            "圖片",
            "不在此處的圖片",
            "表格",
            "關閉",
            "無標題",
            "無日期",
            "舊網址",
            "未公開",
            "此連結指向的內容並未向所有人公開。它可能在本典藏的私密部分中，由主人解鎖。",
            "未公開",
            "此部落格沒有公開的內容。",
            "選單",
            "搜尋需要 JavaScript。沒有它也可以查看彙整：",
        ]),
    ),
    (
        "ja",
        words([
            "ホーム",
            "アーカイブ",
            "アルバム",
            "検索",
            "すべての記事とページを検索",
            "見つかりませんでした。",
            "カテゴリー",
            "タグ",
            "コメント",
            "前の記事",
            "次の記事",
            "本文へ移動",
            "画像",
            "ここにない画像",
            "表",
            "閉じる",
            "無題",
            "日付なし",
            "旧アドレス",
            "非公開",
            "このリンク先は一般公開されていませんでした。所有者が開けるこのアーカイブの非公開部分にあるかもしれません。",
            "非公開",
            "このブログに一般公開されたものはありません。",
            "メニュー",
            "検索には JavaScript が必要です。アーカイブにはすべての記事があります：",
        ]),
    ),
    (
        "ko",
        words([
            "홈",
            "보관함",
            "앨범",
            "검색",
            "모든 글과 페이지 검색",
            "찾지 못했습니다.",
            "카테고리",
            "태그",
            "댓글",
            "이전 글",
            "다음 글",
            "본문으로 건너뛰기",
            "사진",
            "여기에 없는 사진",
            "표",
            "닫기",
            "제목 없음",
            "날짜 없음",
            "옛 주소",
            "비공개",
            "이 링크의 내용은 모두에게 공개되지 않았습니다. 주인이 열 수 있는 이 보관본의 비공개 부분에 있을 수 있습니다.",
            "비공개",
            "이 블로그에는 공개된 글이 없습니다.",
            "메뉴",
            "검색에는 JavaScript가 필요합니다. 보관함에서 모두 볼 수 있습니다:",
        ]),
    ),
    (
        "ar",
        words([
            "الرئيسية",
            "الأرشيف",
            "الألبومات",
            "بحث",
            "ابحث في كل التدوينات والصفحات",
            "لم يُعثر على شيء.",
            "التصنيفات",
            "الوسوم",
            "التعليقات",
            "الأقدم",
            "الأحدث",
            "تخطَّ إلى النص",
            "صورة",
            "صورة ليست هنا",
            "جدول",
            "إغلاق",
            "بلا عنوان",
            "بلا تاريخ",
            "العناوين القديمة",
            "ليس للجميع",
            "ما يقود إليه هذا الرابط لم يكن للجميع. قد يكون في الجزء الخاص من هذا الأرشيف الذي يفتحه صاحبه.",
            "ليس للجميع",
            "لا شيء في هذه المدونة كان للجميع.",
            "القائمة",
            "البحث يحتاج إلى JavaScript. ومن دونه يعرض الأرشيف كل شيء:",
        ]),
    ),
    (
        "he",
        words([
            "דף הבית",
            "ארכיון",
            "אלבומים",
            "חיפוש",
            "חיפוש בכל הרשומות והדפים",
            "לא נמצא דבר.",
            "קטגוריות",
            "תגיות",
            "תגובות",
            "ישן יותר",
            "חדש יותר",
            "דילוג לטקסט",
            "תמונה",
            "תמונה שאינה כאן",
            "טבלה",
            "סגירה",
            "ללא כותרת",
            "ללא תאריך",
            "כתובות ישנות",
            "לא לכולם",
            "מה שהקישור הזה הוביל אליו לא היה לכולם. ייתכן שהוא בחלק הפרטי של הארכיון, שבעליו יכול לפתוח.",
            "לא לכולם",
            "דבר בבלוג הזה לא היה לכולם.",
            "תפריט",
            "החיפוש דורש JavaScript. בלעדיו הארכיון מציג הכול:",
        ]),
    ),
    (
        "de",
        words([
            "Startseite",
            "Archiv",
            "Alben",
            "Suche",
            "Alle Beiträge und Seiten durchsuchen",
            "Nichts gefunden.",
            "Kategorien",
            "Schlagwörter",
            "Kommentare",
            "Älter",
            "Neuer",
            "Zum Text springen",
            "Bild",
            "Ein Bild, das anderswo ist",
            "Tabelle",
            "Schließen",
            "Ohne Titel",
            "Ohne Datum",
            "Alte Adressen",
            "Nicht für alle",
            "Wohin dieser Link führte, war nicht für alle. Es ist vielleicht im privaten Teil dieses Archivs, den die Besitzerin oder der Besitzer öffnen kann.",
            "Nicht für alle",
            "Nichts in diesem Blog war für alle.",
            "Menü",
            "Die Suche braucht JavaScript. Ohne es zeigt das Archiv alles:",
        ]),
    ),
    (
        "fr",
        words([
            "Accueil",
            "Archives",
            "Albums",
            "Recherche",
            "Chercher dans tous les billets et pages",
            "Rien n’a été trouvé.",
            "Catégories",
            "Étiquettes",
            "Commentaires",
            "Plus ancien",
            "Plus récent",
            "Aller au texte",
            "Image",
            "Une image qui est ailleurs",
            "Tableau",
            "Fermer",
            "Sans titre",
            "Sans date",
            "Anciennes adresses",
            "Pas pour tout le monde",
            "Ce à quoi menait ce lien n’était pas pour tout le monde. Il se trouve peut-être dans la partie privée de cette archive, que son propriétaire peut ouvrir.",
            "Pas pour tout le monde",
            "Rien dans ce blog n’était pour tout le monde.",
            "Menu",
            "La recherche demande JavaScript. Sans lui, les archives montrent tout :",
        ]),
    ),
    (
        "es",
        words([
            "Inicio",
            "Archivo",
            "Álbumes",
            "Buscar",
            "Buscar en todas las entradas y páginas",
            "No se encontró nada.",
            "Categorías",
            "Etiquetas",
            "Comentarios",
            "Más antiguo",
            "Más reciente",
            "Saltar al texto",
            "Imagen",
            "Una imagen que está en otro lugar",
            "Tabla",
            "Cerrar",
            "Sin título",
            "Sin fecha",
            "Direcciones antiguas",
            "No es para todos",
            "Lo que había en este enlace no era para todos. Puede estar en la parte privada de este archivo, que su dueño puede abrir.",
            "No es para todos",
            "Nada en este blog era para todos.",
            "Menú",
            "La búsqueda necesita JavaScript. Sin él, el archivo lo muestra todo:",
        ]),
    ),
    (
        "pt",
        words([
            "Início",
            "Arquivo",
            "Álbuns",
            "Pesquisar",
            "Pesquisar todos os posts e páginas",
            "Nada foi encontrado.",
            "Categorias",
            "Etiquetas",
            "Comentários",
            "Mais antigo",
            "Mais recente",
            "Saltar para o texto",
            "Imagem",
            "Uma imagem que está noutro lugar",
            "Tabela",
            "Fechar",
            "Sem título",
            "Sem data",
            "Endereços antigos",
            "Não é para todos",
            "Aquilo a que este link levava não era para todos. Pode estar na parte privada deste arquivo, que o dono pode abrir.",
            "Não é para todos",
            "Nada neste blog era para todos.",
            "Menu",
            "A pesquisa precisa de JavaScript. Sem ele, o arquivo mostra tudo:",
        ]),
    ),
    (
        "it",
        words([
            "Home",
            "Archivio",
            "Album",
            "Cerca",
            "Cerca in tutti gli articoli e le pagine",
            "Nessun risultato.",
            "Categorie",
            "Tag",
            "Commenti",
            "Meno recente",
            "Più recente",
            "Vai al testo",
            "Immagine",
            "Un’immagine che è altrove",
            "Tabella",
            "Chiudi",
            "Senza titolo",
            "Senza data",
            "Vecchi indirizzi",
            "Non per tutti",
            "Ciò a cui portava questo link non era per tutti. Può essere nella parte privata di questo archivio, che il proprietario può aprire.",
            "Non per tutti",
            "Niente in questo blog era per tutti.",
            "Menu",
            "La ricerca richiede JavaScript. Senza, l’archivio mostra tutto:",
        ]),
    ),
    (
        "nl",
        words([
            "Start",
            "Archief",
            "Albums",
            "Zoeken",
            "Zoek in alle berichten en pagina’s",
            "Niets gevonden.",
            "Categorieën",
            "Tags",
            "Reacties",
            "Ouder",
            "Nieuwer",
            "Naar de tekst",
            "Afbeelding",
            "Een afbeelding die elders is",
            "Tabel",
            "Sluiten",
            "Zonder titel",
            "Zonder datum",
            "Oude adressen",
            "Niet voor iedereen",
            "Waar deze link naartoe leidde was niet voor iedereen. Het staat misschien in het privédeel van dit archief, dat de eigenaar kan openen.",
            "Niet voor iedereen",
            "Niets in dit blog was voor iedereen.",
            "Menu",
            "Zoeken heeft JavaScript nodig. Zonder toont het archief alles:",
        ]),
    ),
    (
        "cs",
        words([
            "Domů",
            "Archiv",
            "Alba",
            "Hledat",
            "Hledat ve všech článcích a stránkách",
            "Nic nebylo nalezeno.",
            "Rubriky",
            "Štítky",
            "Komentáře",
            "Starší",
            "Novější",
            "Přeskočit k textu",
            "Obrázek",
            "Obrázek, který je jinde",
            "Tabulka",
            "Zavřít",
            "Bez názvu",
            "Bez data",
            "Staré adresy",
            "Ne pro každého",
            "To, kam odkaz vedl, nebylo pro každého. Možná je v soukromé části tohoto archivu, kterou může vlastník otevřít.",
            "Ne pro každého",
            "Nic v tomto blogu nebylo pro každého.",
            "Nabídka",
            "Hledání potřebuje JavaScript. Bez něj archiv ukáže vše:",
        ]),
    ),
    (
        "pl",
        words([
            "Strona główna",
            "Archiwum",
            "Albumy",
            "Szukaj",
            "Szukaj we wszystkich wpisach i stronach",
            "Nic nie znaleziono.",
            "Kategorie",
            "Tagi",
            "Komentarze",
            "Starsze",
            "Nowsze",
            "Przejdź do tekstu",
            "Obraz",
            "Obraz, który jest gdzie indziej",
            "Tabela",
            "Zamknij",
            "Bez tytułu",
            "Bez daty",
            "Stare adresy",
            "Nie dla wszystkich",
            "To, dokąd prowadził ten odnośnik, nie było dla wszystkich. Może być w prywatnej części tego archiwum, którą może otworzyć właściciel.",
            "Nie dla wszystkich",
            "Nic w tym blogu nie było dla wszystkich.",
            "Menu",
            "Wyszukiwanie wymaga JavaScriptu. Bez niego archiwum pokazuje wszystko:",
        ]),
    ),
    (
        "ru",
        words([
            "Главная",
            "Архив",
            "Альбомы",
            "Поиск",
            "Искать во всех записях и страницах",
            "Ничего не найдено.",
            "Рубрики",
            "Метки",
            "Комментарии",
            "Раньше",
            "Позже",
            "Перейти к тексту",
            "Изображение",
            "Изображение, которое находится в другом месте",
            "Таблица",
            "Закрыть",
            "Без названия",
            "Без даты",
            "Старые адреса",
            "Не для всех",
            "То, куда вела эта ссылка, было не для всех. Возможно, оно в закрытой части этого архива, которую может открыть владелец.",
            "Не для всех",
            "В этом блоге ничего не было для всех.",
            "Меню",
            "Для поиска нужен JavaScript. Без него всё есть в архиве:",
        ]),
    ),
    (
        "tr",
        words([
            "Ana sayfa",
            "Arşiv",
            "Albümler",
            "Ara",
            "Tüm yazılarda ve sayfalarda ara",
            "Hiçbir şey bulunamadı.",
            "Kategoriler",
            "Etiketler",
            "Yorumlar",
            "Daha eski",
            "Daha yeni",
            "Metne geç",
            "Resim",
            "Başka yerde olan bir resim",
            "Tablo",
            "Kapat",
            "Başlıksız",
            "Tarihsiz",
            "Eski adresler",
            "Herkese açık değil",
            "Bu bağlantının gösterdiği içerik herkese açık değildi. Sahibinin açabileceği özel bölümde olabilir.",
            "Herkese açık değil",
            "Bu blogda herkese açık bir şey yoktu.",
            "Menü",
            "Arama için JavaScript gerekir. Onsuz her şey arşivdedir:",
        ]),
    ),
    (
        "sv",
        words([
            "Hem",
            "Arkiv",
            "Album",
            "Sök",
            "Sök i alla inlägg och sidor",
            "Inget hittades.",
            "Kategorier",
            "Taggar",
            "Kommentarer",
            "Äldre",
            "Nyare",
            "Hoppa till texten",
            "Bild",
            "En bild som finns på annat håll",
            "Tabell",
            "Stäng",
            "Utan titel",
            "Utan datum",
            "Gamla adresser",
            "Inte för alla",
            "Det som länken ledde till var inte för alla. Det kan finnas i den privata delen av arkivet, som ägaren kan öppna.",
            "Inte för alla",
            "Inget i den här bloggen var för alla.",
            "Meny",
            "Sökningen behöver JavaScript. Utan det visar arkivet allt:",
        ]),
    ),
];

#[cfg(test)]
mod tests {
    use super::{Words, direction, tag};

    #[test]
    fn words_follow_the_language_of_the_blog() {
        assert_eq!(Words::of(Some("zh-CN")).search, "搜索");
        assert_eq!(Words::of(Some("zh_TW")).search, "搜尋");
        assert_eq!(Words::of(Some("tlh")).search, "Search");
        assert_eq!(
            (direction(Some("ar-EG")), direction(Some("de"))),
            ("rtl", "ltr")
        );
        assert_eq!(Words::language(Some("tlh")), "en");
    }

    #[test]
    fn what_is_no_language_tag_never_reaches_a_page() {
        assert_eq!(tag(Some("zh_CN")), "zh-CN");
        for bad in ["\"><script>", "", "english language", "x"] {
            assert_eq!(tag(Some(bad)), "en");
        }
    }
}
