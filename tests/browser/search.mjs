// Drives the search as a reader does: types a word, sees the post, opens it. Words of every script that the blog is written in.
const SCRIPTS = [
  { name: 'Latin', letters: /\p{Script=Latin}{5,}/u },
  { name: 'Arabic', letters: /\p{Script=Arabic}{3,}/u },
  { name: 'Han', letters: /\p{Script=Han}{2,}/u },
];

/** The newest rows of the index that have a word of each script in their text, with that word. */
async function wordsOf(page) {
  const rows = await page.evaluate(() => window.searchIndex ?? []);
  const found = [];
  for (const script of SCRIPTS) {
    for (const [address, title, , text] of rows) {
      const word = (title.match(script.letters) ?? text.match(script.letters))?.[0];
      if (word) {
        // Chinese has no spaces: two letters are a word.
        found.push({ script: script.name, address, word: script.name === 'Han' ? word.slice(0, 2) : word });
        break;
      }
    }
  }
  return { found, rows: rows.length };
}

/** Answers how many words were searched for, and what went wrong. */
export async function driveSearch(browser, base) {
  const page = await browser.newPage();
  const wrongs = [];
  await page.goto(`${base}search.html`);
  const { found, rows } = await wordsOf(page);
  for (const { script, address, word } of found) {
    await page.goto(`${base}search.html`);
    await page.getByRole('searchbox').pressSequentially(word);
    const link = page.locator(`#results a[href="${address}"]`);
    if ((await link.count()) !== 1) {
      const outcome = await page.locator('#outcome').textContent();
      // Only the first hundred of many are shown.
      if (Number(outcome) <= 100) wrongs.push(`${script} “${word}” does not find ${address} (it says “${outcome}”)`);
      continue;
    }
    await link.click();
    await page.waitForLoadState();
    const text = await page.locator('main').innerText();
    if (!text.normalize('NFKD').toLowerCase().includes(word.normalize('NFKD').toLowerCase())) wrongs.push(`“${word}” is not on ${page.url()}`);
    // By address, as a link from elsewhere would.
    await page.goto(`${base}search.html?q=${encodeURIComponent(word)}`);
    if ((await page.locator('#results li').count()) === 0) wrongs.push(`?q= does not find “${word}”`);
  }
  if (rows > 0) {
    await page.goto(`${base}search.html`);
    await page.getByRole('searchbox').fill('qzxwv nothing');
    if ((await page.locator('#results li').count()) !== 0) wrongs.push('it finds what is nowhere');
    if (!(await page.locator('#outcome').textContent())?.trim()) wrongs.push('it does not say that nothing was found');
  }
  await page.close();
  return { searched: found.length, wrongs };
}
