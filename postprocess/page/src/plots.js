// Curves over time as SVG, with a cursor at the time that is shown in 3D.
const space = 'http://www.w3.org/2000/svg';
const width = 480, height = 150, left = 46, right = 8, top = 8, bottom = 20;
const strokes = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];
const dashes = ['', '6 3', '2 3', '8 3 2 3'];

function draw(parent, kind, attributes, text) {
  const node = document.createElementNS(space, kind);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  parent.append(node);
  return node;
}

function path(time, values, x, y) {
  let d = '', pen = 'M';
  values.forEach((v, k) => {
    if (v === null) { pen = 'M'; return; }
    d += `${pen}${x(time[k]).toFixed(1)} ${y(v).toFixed(1)}`;
    pen = 'L';
  });
  return d;
}

/** One plot of all cases that have a curve of this title; returns what moves its cursor to a time [s]. */
function addPlot(place, title, sets, until) {
  const all = sets.flatMap((s) => s.plot.lines.flatMap((l) => l.values.filter((v) => v !== null)));
  let low = Math.min(0, ...all), high = Math.max(0, ...all);
  if (high === low) high = low + 1;
  const x = (t) => left + (t / until) * (width - left - right);
  const y = (v) => height - bottom - ((v - low) / (high - low)) * (height - top - bottom);
  const box = document.createElement('div');
  box.className = 'plot';
  const heading = document.createElement('h3');
  heading.textContent = `${title} (${sets[0].plot.unit})`;
  box.append(heading);
  const svg = draw(box, 'svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': heading.textContent });
  for (const v of [low, 0, high]) {
    draw(svg, 'line', { class: 'axis', x1: left, x2: width - right, y1: y(v), y2: y(v) });
    draw(svg, 'text', { x: left - 4, y: y(v) + 4, 'text-anchor': 'end' }, Number(v.toPrecision(3)));
  }
  for (const t of [0, until / 2, until]) {
    const anchor = t === 0 ? 'start' : t === until ? 'end' : 'middle';
    draw(svg, 'text', { x: x(t), y: height - 5, 'text-anchor': anchor }, `${Number(t.toPrecision(3))} s`);
  }
  const names = document.createElement('div');
  names.className = 'names';
  sets.forEach((s, c) => s.plot.lines.forEach((line, k) => {
    const stroke = strokes[(c * s.plot.lines.length + k) % strokes.length];
    draw(svg, 'path', { d: path(s.time, line.values, x, y), fill: 'none', stroke, 'stroke-width': 1.6, 'stroke-dasharray': dashes[c % dashes.length] });
    const name = document.createElement('span');
    name.textContent = `\u2014 ${sets.length > 1 ? `${s.name}: ` : ''}${line.name}`;
    name.style.color = stroke;
    names.append(name);
  }));
  box.append(names);
  const cursor = draw(svg, 'line', { class: 'cursor', y1: top, y2: height - bottom });
  place.append(box);
  return (t) => { cursor.setAttribute('x1', x(t)); cursor.setAttribute('x2', x(t)); };
}

export function addPlots(place, cases) {
  const titles = [...new Set(cases.flatMap((c) => c.curves.plots.map((p) => p.title)))];
  const until = Math.max(1e-9, ...cases.map((c) => c.curves.time.at(-1) ?? 0));
  const movers = titles.map((title) => {
    const sets = cases
      .map((c) => ({ name: c.name, time: c.curves.time, plot: c.curves.plots.find((p) => p.title === title) }))
      .filter((s) => s.plot);
    return addPlot(place, title, sets, until);
  });
  return (t) => movers.forEach((move) => move(t));
}
