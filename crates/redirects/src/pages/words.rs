//! What the pages say, language by language. A new language is an entry in [`LANGUAGES`].

/// The words of one language.
#[derive(Debug)]
pub struct Words {
    /// Its tag, as `lang` and `Content-Language` want it.
    pub tag: &'static str,
    /// `ltr` or `rtl`.
    pub direction: &'static str,
    pub(super) closed: (&'static str, &'static str),
    pub(super) gone: (&'static str, &'static str),
    pub(super) unknown: (&'static str, &'static str),
    pub(super) waiting: (&'static str, &'static str),
    pub(super) nearest: &'static str,
    pub(super) search: &'static str,
    pub(super) search_button: &'static str,
    pub(super) yours: &'static str,
    pub(super) portal: &'static str,
    pub(super) begin: &'static str,
    pub(super) start: &'static str,
}

/// All languages; the first is spoken when none of a visitor's is here.
pub const LANGUAGES: &[Words] = &[
    Words {
        tag: "en",
        direction: "ltr",
        closed: (
            "This is where it used to live",
            "The service that kept this blog has closed. Many of its blogs have moved and carry on at a new home.",
        ),
        gone: (
            "What was here has been deleted",
            "It was taken away for good and will not come back. If you keep a link to it, you can remove it.",
        ),
        unknown: (
            "There is nothing at this address",
            "The address may have been cut or mistyped, or the page never moved with its blog.",
        ),
        waiting: (
            "This blog is about to move",
            "It cannot be read here right now. Please come back a little later: the same address will lead you to it.",
        ),
        nearest: "The nearest page that we know:",
        search: "Find a blog by its old name",
        search_button: "Search",
        yours: "Was this your blog?",
        portal: "See what became of it, and what you can still do",
        begin: "Would you like to write a blog?",
        start: "Start a new one here",
    },
    Words {
        tag: "zh-Hans",
        direction: "ltr",
        closed: (
            "它曾经住在这里",
            "存放这个博客的服务已经关闭。许多博客已搬到新家并继续更新。",
        ),
        gone: (
            "这里的内容已被删除",
            "它已被永久移除，不会恢复。如果您保存了指向它的链接，可以把链接删掉。",
        ),
        unknown: (
            "这个地址没有内容",
            "地址可能不完整或输入有误，也可能这个页面没有随博客一起搬走。",
        ),
        waiting: (
            "这个博客即将搬家",
            "目前无法在这里阅读。请稍后再来：同一个地址会带您找到它。",
        ),
        nearest: "我们所知的最接近的页面：",
        search: "用原来的名称查找博客",
        search_button: "查找",
        yours: "这是您的博客吗？",
        portal: "看看它的现状，以及您还可以做什么",
        begin: "想写博客吗？",
        start: "在这里新建一个",
    },
    Words {
        tag: "zh-Hant",
        direction: "ltr",
        closed: (
            "它曾經住在這裡",
            "存放這個部落格的服務已經關閉。許多部落格已搬到新家並繼續更新。",
        ),
        gone: (
            "這裡的內容已被刪除",
            "它已被永久移除，不會恢復。如果您保存了指向它的連結，可以把連結刪掉。",
        ),
        unknown: (
            "這個網址沒有內容",
            "網址可能不完整或輸入有誤，也可能這個頁面沒有隨部落格一起搬走。",
        ),
        waiting: (
            "這個部落格即將搬家",
            "目前無法在這裡閱讀。請稍後再來：同一個網址會帶您找到它。",
        ),
        nearest: "我們所知最接近的頁面：",
        search: "用原來的名稱尋找部落格",
        search_button: "尋找",
        yours: "這是您的部落格嗎？",
        portal: "看看它的現況，以及您還可以做什麼",
        begin: "想寫部落格嗎？",
        start: "在這裡新建一個",
    },
    Words {
        tag: "ar",
        direction: "rtl",
        closed: (
            "هنا كانت تعيش هذه المدونة",
            "أُغلقت الخدمة التي كانت تحفظ هذه المدونة. انتقلت مدونات كثيرة إلى بيت جديد وما زالت مستمرة هناك.",
        ),
        gone: (
            "حُذف ما كان هنا",
            "أُزيل نهائيًا ولن يعود. إذا كنت تحتفظ برابط إليه فيمكنك حذفه.",
        ),
        unknown: (
            "لا يوجد شيء في هذا العنوان",
            "ربما كان العنوان ناقصًا أو مكتوبًا بشكل خاطئ، أو أن الصفحة لم تنتقل مع مدونتها.",
        ),
        waiting: (
            "هذه المدونة على وشك الانتقال",
            "لا يمكن قراءتها هنا الآن. يُرجى العودة بعد قليل: العنوان نفسه سيقودك إليها.",
        ),
        nearest: "أقرب صفحة نعرفها:",
        search: "ابحث عن مدونة باسمها القديم",
        search_button: "بحث",
        yours: "هل كانت هذه مدونتك؟",
        portal: "اعرف ما حدث لها وما يمكنك فعله الآن",
        begin: "هل تود كتابة مدونة؟",
        start: "ابدأ مدونة جديدة هنا",
    },
    Words {
        tag: "es",
        direction: "ltr",
        closed: (
            "Aquí es donde vivía",
            "El servicio que alojaba este blog ha cerrado. Muchos de sus blogs se han mudado y siguen en una nueva casa.",
        ),
        gone: (
            "Lo que había aquí se ha eliminado",
            "Se retiró de forma definitiva y no volverá. Si conserva un enlace, puede quitarlo.",
        ),
        unknown: (
            "No hay nada en esta dirección",
            "Puede que la dirección esté cortada o mal escrita, o que la página no se mudara con su blog.",
        ),
        waiting: (
            "Este blog está a punto de mudarse",
            "Ahora mismo no se puede leer aquí. Vuelva un poco más tarde: la misma dirección le llevará hasta él.",
        ),
        nearest: "La página más cercana que conocemos:",
        search: "Buscar un blog por su nombre antiguo",
        search_button: "Buscar",
        yours: "¿Era su blog?",
        portal: "Vea qué ha sido de él y qué puede hacer todavía",
        begin: "¿Le gustaría escribir un blog?",
        start: "Empiece uno nuevo aquí",
    },
    Words {
        tag: "de",
        direction: "ltr",
        closed: (
            "Hier hat es einmal gewohnt",
            "Der Dienst, bei dem dieses Blog lag, ist geschlossen. Viele seiner Blogs sind umgezogen und leben an einem neuen Ort weiter.",
        ),
        gone: (
            "Was hier stand, ist gelöscht",
            "Es wurde endgültig entfernt und kommt nicht wieder. Wenn Sie einen Link darauf haben, können Sie ihn löschen.",
        ),
        unknown: (
            "Unter dieser Adresse gibt es nichts",
            "Vielleicht ist die Adresse abgeschnitten oder falsch geschrieben, oder die Seite ist nicht mit ihrem Blog umgezogen.",
        ),
        waiting: (
            "Dieses Blog zieht gerade um",
            "Im Augenblick kann man es hier nicht lesen. Kommen Sie bitte etwas später wieder: dieselbe Adresse führt Sie dann hin.",
        ),
        nearest: "Die nächste Seite, die wir kennen:",
        search: "Ein Blog nach seinem alten Namen suchen",
        search_button: "Suchen",
        yours: "War das Ihr Blog?",
        portal: "Sehen Sie nach, was daraus geworden ist und was Sie noch tun können",
        begin: "Möchten Sie ein Blog schreiben?",
        start: "Hier ein neues beginnen",
    },
    Words {
        tag: "fr",
        direction: "ltr",
        closed: (
            "C’est ici qu’il habitait",
            "Le service qui hébergeait ce blog a fermé. Beaucoup de ses blogs ont déménagé et continuent ailleurs.",
        ),
        gone: (
            "Ce qui se trouvait ici a été supprimé",
            "Cela a été retiré définitivement et ne reviendra pas. Si vous gardez un lien vers cette page, vous pouvez l’enlever.",
        ),
        unknown: (
            "Il n’y a rien à cette adresse",
            "L’adresse est peut-être coupée ou mal écrite, ou la page n’a pas suivi son blog.",
        ),
        waiting: (
            "Ce blog est sur le point de déménager",
            "On ne peut pas le lire ici pour le moment. Revenez un peu plus tard : la même adresse vous y conduira.",
        ),
        nearest: "La page la plus proche que nous connaissons :",
        search: "Chercher un blog par son ancien nom",
        search_button: "Chercher",
        yours: "Était-ce votre blog ?",
        portal: "Voyez ce qu’il est devenu et ce que vous pouvez encore faire",
        begin: "Envie d’écrire un blog ?",
        start: "Commencez-en un nouveau ici",
    },
    Words {
        tag: "ja",
        direction: "ltr",
        closed: (
            "ここは以前ブログがあった場所です",
            "このブログのサービスは終了しました。多くのブログは新しい場所へ引っ越して続いています。",
        ),
        gone: (
            "ここにあったものは削除されました",
            "完全に取り除かれており、元に戻ることはありません。リンクをお持ちの場合は、削除していただけます。",
        ),
        unknown: (
            "このアドレスには何もありません",
            "アドレスが途中で切れているか間違っているか、ページがブログと一緒に引っ越さなかったのかもしれません。",
        ),
        waiting: (
            "このブログはまもなく引っ越します",
            "今はここで読むことができません。しばらくしてからもう一度お越しください。同じアドレスで開けるようになります。",
        ),
        nearest: "分かっている中で最も近いページ：",
        search: "以前の名前でブログを探す",
        search_button: "検索",
        yours: "あなたのブログでしたか？",
        portal: "ブログの現状と、今できることを見る",
        begin: "ブログを書いてみませんか？",
        start: "ここで新しく始める",
    },
    Words {
        tag: "pt",
        direction: "ltr",
        closed: (
            "Era aqui que ele morava",
            "O serviço que guardava este blog foi encerrado. Muitos de seus blogs se mudaram e continuam em uma nova casa.",
        ),
        gone: (
            "O que estava aqui foi excluído",
            "Foi retirado definitivamente e não voltará. Se você guarda um link, pode removê-lo.",
        ),
        unknown: (
            "Não há nada neste endereço",
            "O endereço pode estar cortado ou digitado errado, ou a página não se mudou com o blog.",
        ),
        waiting: (
            "Este blog está prestes a se mudar",
            "No momento não é possível lê-lo aqui. Volte um pouco mais tarde: o mesmo endereço levará você até ele.",
        ),
        nearest: "A página mais próxima que conhecemos:",
        search: "Procurar um blog pelo nome antigo",
        search_button: "Procurar",
        yours: "Este blog era seu?",
        portal: "Veja o que aconteceu com ele e o que ainda pode fazer",
        begin: "Gostaria de escrever um blog?",
        start: "Comece um novo aqui",
    },
];
