// Searches window.searchIndex, rows of [address, title, day, text]. No network, no library.
(function () {
  "use strict";
  var SHOWN = 100, AROUND = 90;
  var fold = function (text) { return text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase(); };
  var box = document.querySelector("form.search input");
  var outcome = document.getElementById("outcome");
  var list = document.getElementById("results");
  var rows = (window.searchIndex || []).map(function (row) {
    return { href: row[0], title: row[1] || row[2] || "–", day: row[2] || "", text: row[3], inTitle: fold(row[1]), inText: fold(row[3]) };
  });

  function matches(words) {
    return rows.map(function (row) {
      var score = 0;
      for (var i = 0; i < words.length; i++) {
        var titled = row.inTitle.indexOf(words[i]) >= 0;
        if (!titled && row.inText.indexOf(words[i]) < 0) return null;
        score += titled ? 10 : 1;
      }
      return { row: row, score: score };
    }).filter(Boolean).sort(function (a, b) { return b.score - a.score; });
  }

  function line(row, words) {
    var item = document.createElement("li");
    var day = document.createElement("time");
    day.textContent = day.dateTime = row.day;
    var link = document.createElement("a");
    link.href = row.href;
    link.dir = "auto";
    link.textContent = row.title;
    var where = document.createElement("p");
    where.dir = "auto";
    var at = Math.max(0, row.inText.indexOf(words[0]));
    var start = Math.max(0, at - AROUND);
    where.textContent = (start > 0 ? "…" : "") + row.text.slice(start, at + AROUND * 2) + (at + AROUND * 2 < row.text.length ? "…" : "");
    item.append(row.day ? day : document.createElement("span"), " ", link, where);
    return item;
  }

  function search() {
    var words = fold(box.value).split(/\s+/).filter(Boolean);
    var found = words.length ? matches(words) : [];
    list.replaceChildren.apply(list, found.slice(0, SHOWN).map(function (hit) { return line(hit.row, words); }));
    outcome.textContent = !words.length ? "" : found.length ? String(found.length) : outcome.dataset.nothing;
  }

  document.querySelector("form.search").addEventListener("submit", function (event) { event.preventDefault(); search(); });
  box.addEventListener("input", search);
  box.value = new URLSearchParams(location.search).get("q") || "";
  search();
})();
