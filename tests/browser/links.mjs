// Every page of an unpacked archive, and whether what it names is there: files, and places inside of pages. No browser is asked.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

const NAMES = /<(?!script)[a-z]+\b[^>]*?\b(?:href|src)="([^"]*)"/gi;
const IDS = /\bid="([^"]*)"/g;

/** The pages of a folder, by their path in it. Those for generators (`markdown/`) are none. */
export function pagesOf(folder) {
  const found = [];
  const walk = (at) => {
    for (const entry of readdirSync(join(folder, at), { withFileTypes: true })) {
      const path = at ? `${at}/${entry.name}` : entry.name;
      if (entry.isDirectory()) {
        if (path !== 'markdown') walk(path);
      } else if (entry.name.endsWith('.html')) {
        found.push(path);
      }
    }
  };
  walk('');
  return found.sort();
}

function decoded(text) {
  return text
    .replace(/&#x([0-9a-f]+);/gi, (_, digits) => String.fromCodePoint(parseInt(digits, 16)))
    .replace(/&#(\d+);/g, (_, digits) => String.fromCodePoint(Number(digits)))
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
}

/** What pages name and nobody has, a sentence each. */
export function brokenNames(folder, pages) {
  const texts = new Map();
  const ids = new Map();
  const textOf = (page) => {
    if (!texts.has(page)) texts.set(page, readFileSync(join(folder, page), 'utf8'));
    return texts.get(page);
  };
  const idsOf = (page) => {
    if (!ids.has(page)) ids.set(page, new Set([...textOf(page).matchAll(IDS)].map((found) => decoded(found[1]))));
    return ids.get(page);
  };
  const broken = [];
  let count = 0;
  for (const page of pages) {
    for (const [, raw] of textOf(page).matchAll(NAMES)) {
      const name = decoded(raw);
      if (/^[a-z][a-z0-9+.-]*:/i.test(name) || name.startsWith('//')) continue;
      count += 1;
      const [path, fragment] = name.split('#');
      const file = path ? normalize(join(folder, dirname(page), decodeURIComponent(path.split('?')[0]))) : join(folder, page);
      if (!file.startsWith(normalize(folder)) || !existsSync(file) || !statSync(file).isFile()) {
        broken.push(`${page} names ${name}, which is not there`);
      } else if (fragment && file.endsWith('.html') && !idsOf(relative(folder, file)).has(decodeURIComponent(fragment))) {
        broken.push(`${page} names ${name}, and there is no such place in it`);
      }
    }
  }
  return { broken, count };
}
