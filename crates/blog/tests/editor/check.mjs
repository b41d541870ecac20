// Parses each file with the editor's own packages and counts blocks that it calls invalid. Exit status 1 if there is one.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { JSDOM } from "jsdom";

const dom = new JSDOM("<!doctype html><body></body>", { url: "http://localhost/", pretendToBeVisual: true });
const borrowed = Object.getOwnPropertyNames(dom.window).filter((name) => !(name in globalThis));
for (const name of borrowed) globalThis[name] = dom.window[name];
globalThis.window = dom.window;
globalThis.document = dom.window.document;
globalThis.self = dom.window;
for (const name of ["MutationObserver", "Node", "HTMLElement", "DOMParser", "Event", "CustomEvent", "URL", "Blob", "File"]) {
  globalThis[name] = dom.window[name] ?? globalThis[name];
}
dom.window.matchMedia = () => ({ matches: false, addListener() {}, removeListener() {}, addEventListener() {}, removeEventListener() {} });
globalThis.matchMedia = dom.window.matchMedia;
globalThis.ResizeObserver ??= class { observe() {} unobserve() {} disconnect() {} };
dom.window.ResizeObserver = globalThis.ResizeObserver;
globalThis.IntersectionObserver ??= class { observe() {} unobserve() {} disconnect() {} };
dom.window.CSS = globalThis.CSS = { supports: () => false, escape: (text) => text };

const quiet = ["log", "info", "warn", "error", "groupCollapsed", "groupEnd", "debug"];
const said = Object.fromEntries(quiet.map((name) => [name, console[name]]));
for (const name of quiet) console[name] = () => {};

// The classic block registers only where the classic editor is.
dom.window.wp = globalThis.wp = { oldEditor: {} };
const require = createRequire(import.meta.url);
const { parse } = require("@wordpress/blocks");
const { registerCoreBlocks } = require("@wordpress/block-library");
registerCoreBlocks();

const count = {};
let invalid = 0;
const walk = (blocks, file) => {
  for (const block of blocks) {
    count[block.name] = (count[block.name] ?? 0) + 1;
    if (!block.isValid || block.name === "core/missing") {
      invalid += 1;
      const reason = (block.validationIssues ?? []).map((issue) => issue.args?.slice(0, 4).join(" ")).join("; ");
      said.log(`${file}: ${block.name}: ${(block.originalContent ?? "").slice(0, 300)}\n    ${reason.slice(0, 400)}`);
    }
    walk(block.innerBlocks, file);
  }
};
const files = process.argv.slice(2);
for (const file of files) walk(parse(readFileSync(file, "utf8")), file);
said.log(JSON.stringify(count));
said.log(`${files.length} files, ${Object.values(count).reduce((sum, each) => sum + each, 0)} blocks, ${invalid} invalid`);
process.exit(invalid ? 1 : 0);
