// Looks at unpacked archives in Chromium, from disk and from a server: every page, at the width of a telephone and of a desk, light and
// dark. A broken picture, a word of the console, a request to anywhere else, a page wider than the window, or a violation that axe-core
// sees is a failure; so is a link that leads nowhere, a lightbox that needs script, and a search that does not find.
//
//   node check.mjs [--every | --some N] [--pictures DIR] FOLDER...
//
// --every: every page in every form. --some: N pages of each archive, from all over it; its links are all followed. Without these each page is seen from disk and from the server once, in one of the four forms by turns.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { createReadStream, existsSync, mkdirSync, statSync } from 'node:fs';
import { basename, extname, join, normalize, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brokenNames, pagesOf } from './links.mjs';
import { driveSearch } from './search.mjs';

const tools = createRequire(join(process.env.REHOME_BROWSER_TOOLS ?? import.meta.dirname, 'package.json'));
const { chromium } = tools('playwright-core');
const axeSource = tools.resolve('axe-core/axe.min.js');

const words = process.argv.slice(2);
const every = words.includes('--every');
const picturesAt = words.includes('--pictures') ? words[words.indexOf('--pictures') + 1] : null;
const some = words.includes('--some') ? Number(words[words.indexOf('--some') + 1]) : Infinity;
const folders = words.filter((word, at) => !word.startsWith('--') && !['--pictures', '--some'].includes(words[at - 1])).map((word) => resolve(word));

const FORMS = [
  { name: 'desk', width: 1280, height: 900, scheme: 'light' },
  { name: 'phone-dark', width: 360, height: 720, scheme: 'dark' },
  { name: 'desk-dark', width: 1280, height: 900, scheme: 'dark' },
  { name: 'phone', width: 360, height: 720, scheme: 'light' },
];
const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.json': 'application/json', '.xml': 'application/xml', '.png': 'image/png', '.jpg': 'image/jpeg', '.gif': 'image/gif', '.webp': 'image/webp', '.svg': 'image/svg+xml' };

/** A server of files and nothing else, as anybody's. */
function serve(folder) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://x').pathname);
    let file = normalize(join(folder, path));
    if (existsSync(file) && statSync(file).isDirectory()) file = join(file, 'index.html');
    if (!file.startsWith(folder) || !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  return new Promise((ready) => server.listen(0, '127.0.0.1', () => ready(server)));
}

/** Keeps what a page says and asks for. */
function listen(page, base, wrongs) {
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && wrongs.push(`the console says: ${message.text()}`));
  page.on('pageerror', (error) => wrongs.push(`script fell: ${error.message}`));
  page.on('requestfailed', (request) => wrongs.push(`${request.url()} could not be had`));
  page.on('response', (response) => response.status() >= 400 && wrongs.push(`${response.url()} answers ${response.status()}`));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(base) && !url.startsWith('data:') && !url.startsWith('blob:')) wrongs.push(`it asks ${url}`);
  });
}

/** What is wrong with the page that is open, in the form it has now. */
async function look(page, rules) {
  const wrongs = await page.evaluate(async () => {
    const found = [];
    const images = [...document.images];
    for (const image of images) image.loading = 'eager';
    await Promise.all(images.map((image) => image.decode().catch(() => found.push(`picture ${image.getAttribute('src')} does not show`))));
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth + 1) found.push(`it is ${root.scrollWidth} wide in a window of ${root.clientWidth}`);
    return found;
  });
  if (!(await page.evaluate(() => 'axe' in window))) await page.addScriptTag({ path: axeSource });
  const violations = await page.evaluate(async (only) => {
    const options = only ? { runOnly: { type: 'rule', values: only } } : {};
    const result = await window.axe.run(document, { ...options, resultTypes: ['violations'] });
    return result.violations.map((violation) => `axe: ${violation.id}: ${violation.help}: ${violation.nodes[0].html.slice(0, 160)}`);
  }, rules);
  return wrongs.concat(violations);
}

async function visit(page, address, form, wrongs) {
  await page.setViewportSize({ width: form.width, height: form.height });
  await page.emulateMedia({ colorScheme: form.scheme });
  await page.goto(address, { waitUntil: 'load' });
  wrongs.push(...(await look(page, null)));
}

/** The pages that are looked at: those beside no other of their kind, and others from all over the archive. */
function chosen(pages) {
  const step = Math.max(1, Math.ceil(pages.length / some));
  return pages.filter((page, at) => at % step === 0 || (some >= 8 && !page.includes('/')));
}

/** All pages of an archive from one base. Answers how many were seen in how many forms. */
async function walk(browser, folder, base, shift, failures) {
  // With the policy of the page itself axe could not be brought in; the archive has none.
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const pages = chosen(pagesOf(folder));
  let seen = 0;
  let next = 0;
  const hand = async () => {
    const page = await context.newPage();
    let wrongs = [];
    listen(page, base, { push: (...more) => wrongs.push(...more) });
    for (let at = next++; at < pages.length; at = next++) {
      const path = pages[at].split('/').map(encodeURIComponent).join('/');
      const forms = every ? FORMS : [FORMS[(at + shift) % FORMS.length]];
      for (const form of forms) {
        wrongs = [];
        await visit(page, base + path, form, wrongs);
        seen += 1;
        failures.push(...new Set(wrongs.map((wrong) => `${basename(folder)}/${pages[at]} (${form.name}, ${base.slice(0, 4)}): ${wrong}`)));
      }
    }
    await page.close();
  };
  await Promise.all(Array.from({ length: 3 }, hand));
  await context.close();
  return seen;
}

/** Opens and closes the first picture of an album where no script runs. */
async function lightbox(browser, folder, base) {
  const albums = pagesOf(folder).filter((page) => page.startsWith('albums/'));
  if (albums.length === 0) return [];
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const wrongs = [];
  for (const album of albums) {
    await page.goto(base + album.split('/').map(encodeURIComponent).join('/'));
    const photo = page.locator('.gallery a').first();
    if ((await photo.count()) === 0) continue;
    const box = page.locator('.lightbox').first();
    if (await box.isVisible()) wrongs.push(`${album}: a picture is open before anybody asked`);
    await photo.click();
    if (!(await box.isVisible())) wrongs.push(`${album}: the picture does not open without script`);
    const close = box.locator('a.close');
    if ((await close.count()) === 1) await close.click();
    if (await box.isVisible()) wrongs.push(`${album}: the picture does not close without script`);
  }
  await context.close();
  return wrongs.map((wrong) => `${basename(folder)}/${wrong}`);
}

/** Pictures for people: the front page and a long post in every form, and as it is printed. */
async function photograph(browser, folder, base) {
  const page = await browser.newPage();
  const posts = pagesOf(folder).filter((path) => path.startsWith('posts/'));
  const album = pagesOf(folder).find((path) => path.startsWith('albums/'));
  const chosen = ['index.html', 'search.html', posts[Math.floor(posts.length / 2)], album].filter(Boolean);
  mkdirSync(picturesAt, { recursive: true });
  for (const path of chosen) {
    const name = join(picturesAt, `${basename(folder)}-${path.replace(/[^a-z0-9]+/gi, '-')}`);
    for (const form of FORMS) {
      await visit(page, base + path.split('/').map(encodeURIComponent).join('/'), form, []);
      await page.screenshot({ path: `${name}-${form.name}.png`, fullPage: form.name.startsWith('desk') });
    }
    await page.emulateMedia({ media: 'print', colorScheme: 'light' });
    await page.screenshot({ path: `${name}-print.png`, fullPage: true });
    await page.emulateMedia({ media: null });
  }
  await page.close();
}

const browser = await chromium.launch({ executablePath: process.env.REHOME_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--allow-file-access-from-files'] });
let bad = 0;
for (const folder of folders) {
  const begun = Date.now();
  const failures = [];
  const { broken, count } = brokenNames(folder, pagesOf(folder));
  failures.push(...broken.map((wrong) => `${basename(folder)}/${wrong}`));
  const server = await serve(folder);
  const disk = `${pathToFileURL(folder).href}/`;
  const http = `http://127.0.0.1:${server.address().port}/`;
  let seen = await walk(browser, folder, disk, 0, failures);
  seen += await walk(browser, folder, http, 2, failures);
  failures.push(...(await lightbox(browser, folder, disk)));
  let searched = 0;
  for (const base of [disk, http]) {
    const found = await driveSearch(browser, base);
    searched += found.searched;
    failures.push(...found.wrongs.map((wrong) => `${basename(folder)}/search.html (${base.slice(0, 4)}): ${wrong}`));
  }
  if (picturesAt) await photograph(browser, folder, disk);
  server.close();
  bad += failures.length;
  const seconds = Math.round((Date.now() - begun) / 1000);
  console.log(`${basename(folder)}: ${pagesOf(folder).length} pages seen ${seen} times, ${count} links, ${searched} searches, ${failures.length} wrong, ${seconds} s`);
  failures.slice(0, 20).forEach((failure) => console.log(`  ${failure}`));
}
await browser.close();
process.exit(bad > 0 ? 1 : 0);
