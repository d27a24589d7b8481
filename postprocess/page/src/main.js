// The page: its controls, the slider of time and what hangs on it.
import { gradient, scale, words } from './colours.js';
import { addPlots } from './plots.js';
import { View } from './view.js';

const at = (id) => document.getElementById(id);
const cases = JSON.parse(at('data').textContent).cases;
const drawn = cases.filter((c) => c.fields?.wall);
const views = [];
let moveCursors = () => {}, times = [], playing = 0;

const isDark = () => {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
};
const background = () => (isDark() ? [0.115, 0.137, 0.16] : [0.953, 0.96, 0.97]);

function addLegend(title, name, { map, low, high }) {
  const { label, unit, perSi } = words(name), legend = document.createElement('div');
  legend.className = 'legend';
  const add = (kind, text) => { const node = document.createElement(kind); node.textContent = text; legend.append(node); return node; };
  add('b', `${title}: ${label}${unit ? ` (${unit})` : ''}`);
  add('span', Number((low * perSi).toPrecision(3)));
  add('i', '').style.background = gradient(map);
  add('span', Number((high * perSi).toPrecision(3)));
  at('legends').append(legend);
}

/** The same colours in all cases: limits over all of them. */
function setScales() {
  const field = at('field').value, slice = at('slice-field').value;
  const ranges = (find) => drawn.map((c) => find(c.fields)).filter(Boolean);
  const ofWall = ranges((f) => f.wall.fields?.[field]), ofSlice = ranges((f) => f.slice?.[slice]), ofLines = ranges((f) => f.lines?.speed);
  at('legends').replaceChildren();
  const wall = ofWall.length ? scale(field, ofWall) : null;
  const blood = ofSlice.length ? scale(slice, ofSlice) : null, lines = ofLines.length ? scale('speed', ofLines) : null;
  if (wall) addLegend('Wall', field, wall);
  if (blood) addLegend('Slice', slice, blood);
  if (lines) addLegend('Streamlines', 'speed', lines);
  for (const view of views) view.setScales(wall, blood, lines);
}

function show() {
  const time = times[Number(at('frame').value)] ?? 0;
  at('now').textContent = `${time.toFixed(2)} s`;
  at('frame').setAttribute('aria-valuetext', `${time.toFixed(2)} seconds`);
  moveCursors(time);
  for (const view of views) {
    view.show(time, at('slice-field').value);
    view.render();
  }
}

/** While it moves: with half the pixels where a frame takes more than 1/20 s; sharp again when it rests. */
let lastMove = 0, slow = false, resting = 0;
function move() {
  const now = performance.now(), took = now - lastMove;
  lastMove = now;
  if (took < 400) slow = slow || took > 50;
  for (const v of views) v.setCoarse(slow);
  show();
  clearTimeout(resting);
  resting = setTimeout(() => { for (const v of views) v.setCoarse(false); show(); }, 400);
}

function step(by) {
  const count = times.length;
  at('frame').value = (Number(at('frame').value) + by + count) % count;
  move();
}

function play(on) {
  clearInterval(playing);
  playing = on ? setInterval(() => step(1), 80) : 0;
  at('play').textContent = on ? 'Pause' : 'Play';
  at('play').setAttribute('aria-pressed', String(on));
}

function linkCameras() {
  let leading = false;
  for (const view of views)
    view.onMove(() => {
      if (leading) return;
      leading = true;
      for (const other of views) if (other !== view) { other.follow(view); other.render(); }
      leading = false;
    });
}

function listen() {
  addEventListener('resize', () => {
    for (const v of views) v.resize();
    views[0].look();
    show();
  });
  at('frame').addEventListener('input', move);
  at('play').addEventListener('click', () => play(!playing));
  at('field').addEventListener('change', async () => {
    await Promise.all(views.map((v) => v.setField(at('field').value)));
    setScales();
    show();
  });
  at('slice-field').addEventListener('change', () => { setScales(); show(); });
  for (const part of ['slice', 'lines', 'cusps'])
    at(part).addEventListener('change', () => { for (const v of views) v.shown[part] = at(part).checked; show(); });
  at('translucent').addEventListener('change', () => { for (const v of views) v.setTranslucent(at('translucent').checked); show(); });
  at('clip').addEventListener('change', () => { for (const v of views) v.setCut(at('clip').checked); show(); });
  at('beside').addEventListener('change', () => {
    document.querySelectorAll('.view').forEach((v, n) => { v.hidden = n > 0 && !at('beside').checked; v.style.display = v.hidden ? 'none' : ''; });
    for (const v of views) v.resize();
    show();
  });
  document.addEventListener('keydown', (e) => {
    if (e.target.matches('select, button, input:not([type=range]), summary') || e.ctrlKey || e.metaKey || e.altKey) return;
    const by = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (by) step(by);
    else if (e.key === ' ') play(!playing);
    else return;
    e.preventDefault();
  });
  addEventListener('beforeprint', () => {
    document.querySelectorAll('.view').forEach((place, n) => {
      views[n].setCoarse(false);
      views[n].render();
      place.querySelector('img').src = place.querySelector('canvas').toDataURL('image/png'); // in the same turn: the buffer is not kept
    });
  });
}

function listenToTheme() {
  at('theme').hidden = false;
  const repaint = () => { for (const v of views) { v.setTheme(background()); v.render(); } };
  at('theme').addEventListener('click', () => { document.documentElement.dataset.theme = isDark() ? 'light' : 'dark'; repaint(); });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
}

function addView(c) {
  const place = document.createElement('div'), heading = document.createElement('h2');
  place.className = 'view';
  heading.textContent = c.name;
  const still = document.createElement('img');
  still.alt = `3D picture of ${c.name}`;
  place.append(heading, still);
  at('views').append(place);
  const canvasPlace = document.createElement('div');
  canvasPlace.style.cssText = 'position:absolute;inset:0';
  place.append(canvasPlace);
  const view = new View(canvasPlace, c.fields, background());
  views.push(view);
}

async function start() {
  listenToTheme();
  at('viewer').hidden = false;
  moveCursors = addPlots(at('plots'), cases);
  if (!drawn.length) { at('controls').hidden = true; at('time').hidden = true; return; }
  document.body.classList.add('with-viewer');
  at('beside-label').hidden = drawn.length < 2;
  const names = [...new Set(drawn.flatMap((c) => Object.keys(c.fields.wall.fields ?? {})))];
  const first = ['pressure', 'wall_shear_stress'].filter((n) => names.includes(n));
  for (const name of [...new Set([...first, ...names])]) at('field').add(new Option(words(name).label, name));
  drawn.forEach(addView);
  for (const v of views) v.resize(); // each next view took room from those before
  times = drawn.map((c) => c.fields.times).reduce((a, b) => (b.length > a.length ? b : a));
  at('frame').max = times.length - 1;
  for (const v of views) await v.load(at('field').value);
  for (const v of views) await v.loadBlood();
  setScales();
  show();
  views[0].look();
  for (const v of views.slice(1)) v.follow(views[0]);
  linkCameras();
  listen();
  show();
  document.body.dataset.ready = String(Math.round(performance.now())); // ms from the opening of the page
}

start();
