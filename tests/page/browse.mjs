// browse.mjs MODULES PAGE [FOLDER]: opens a page in Chromium and uses it as a reader does. MODULES: a node_modules with
// playwright-core. Pictures go into FOLDER. Times are printed, not judged. Exit code 1: something is wrong.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import path from 'node:path';

const [modules, page_file, folder] = process.argv.slice(2);
const { chromium } = createRequire(path.resolve(modules, 'x.js'))('playwright-core');
const wrong = [];
const expect = (right, sentence) => { if (!right) wrong.push(sentence); };

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
page.on('console', (m) => { if (m.type() === 'error') wrong.push(`console: ${m.text()}`); });
page.on('pageerror', (e) => wrong.push(`script: ${e.message}`));
page.on('request', (r) => { if (!/^(file|data|blob):/.test(r.url())) wrong.push(`network: ${r.url()}`); });

const picture = async (name) => { if (folder) await page.screenshot({ path: path.join(folder, `${name}.png`) }); };

/** Different colours in the 3D picture: one or two when it is blank. */
const colours = () => page.evaluate(async () => {
  const canvas = [...document.querySelectorAll('.view canvas')][0];
  const copy = document.createElement('canvas');
  copy.width = canvas.width; copy.height = canvas.height;
  const pen = copy.getContext('2d');
  dispatchEvent(new Event('beforeprint')); // draws and keeps a still picture
  const still = document.querySelector('.view img');
  await still.decode();
  pen.drawImage(still, 0, 0);
  const seen = new Set(), all = new Uint32Array(pen.getImageData(0, 0, copy.width, copy.height).data.buffer);
  for (const c of all) seen.add(c);
  return seen.size;
});

await page.goto(pathToFileURL(path.resolve(page_file)).href);
await page.waitForFunction(() => document.body.dataset.ready, null, { timeout: 60000 });
console.log(`first picture after ${await page.evaluate(() => document.body.dataset.ready)} ms`);
expect((await colours()) > 50, 'the 3D picture is blank');
await picture('first');

const perSecond = await page.evaluate(async () => {
  const slider = document.getElementById('frame');
  const start = performance.now(), count = Number(slider.max) + 1;
  for (let k = 0; k < count; k++) {
    slider.value = k;
    slider.dispatchEvent(new Event('input'));
    await new Promise(requestAnimationFrame);
  }
  return (1000 * count) / (performance.now() - start);
});
console.log(`slider: ${perSecond.toFixed(1)} frames per second`);

const before = await page.$eval('#frame', (s) => s.value);
await page.focus('#frame');
await page.keyboard.press('ArrowLeft');
const stepped = await page.waitForFunction((was) => document.getElementById('frame').value !== was, before, { timeout: 5000 }).catch(() => null);
expect(stepped, 'the arrow keys do not step');
const fields = await page.$$eval('#field option', (all) => all.map((o) => o.value));
const legend = await page.textContent('#legends');
await page.selectOption('#field', fields.at(-1));
await page.waitForTimeout(300);
expect(fields.length < 2 || (await page.textContent('#legends')) !== legend, 'another field has the same legend');
await page.$eval('#frame', (s) => { s.value = Math.floor(s.max / 2); s.dispatchEvent(new Event('input')); });
await page.waitForTimeout(1200);
await picture('other-field');
await page.$eval('#frame', (s) => { s.value = Math.floor(s.max / 6); s.dispatchEvent(new Event('input')); });
await page.waitForTimeout(1200);
await picture('open');
if ((await page.$$('.view')).length > 1) {
  await page.click('#beside');
  expect((await page.$$('.view:visible')).length === 1, 'side by side cannot be switched off');
  await page.click('#beside');
}
expect((await page.$$('table.figures tr')).length > 0 || (await page.textContent('#cases')).includes('did not end'), 'no table of figures');
await page.click('#theme');
expect((await colours()) > 50, 'the dark 3D picture is blank');
await picture('dark');
await page.setViewportSize({ width: 900, height: 700 });
await page.waitForTimeout(300);
await picture('small');
if (folder) await page.pdf({ path: path.join(folder, 'print.pdf'), preferCSSPageSize: true });
await browser.close();
for (const sentence of wrong) console.error(sentence);
process.exit(wrong.length ? 1 : 0);
