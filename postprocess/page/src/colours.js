// Colour maps with even steps in lightness (viridis, cividis), which colour-blind people can read, and a
// diverging one (vik) for signed values; a field's name and unit in words.
const stops = {
  viridis: ['#440154', '#482878', '#3e4989', '#31688e', '#26828e', '#1f9e89', '#35b779', '#6ece58', '#b5de2b', '#fde725'],
  cividis: ['#00224e', '#123570', '#3b496c', '#575d6d', '#707173', '#8a8678', '#a59c74', '#c3b369', '#e1cc55', '#fee838'],
  diverging: ['#001261', '#033e7d', '#1e6f9d', '#71a8c4', '#c9dde7', '#ece5e0', '#e2c2ab', '#cc9068', '#ac5325', '#590008'],
};

/** [r, g, b] from 0 to 1 at a place from 0 to 1. */
export function colour(map, place) {
  const list = stops[map];
  const x = Math.min(Math.max(place, 0), 1) * (list.length - 1);
  const k = Math.min(Math.floor(x), list.length - 2);
  const part = (hex, n) => parseInt(hex.slice(1 + 2 * n, 3 + 2 * n), 16) / 255;
  return [0, 1, 2].map((n) => part(list[k], n) + (x - k) * (part(list[k + 1], n) - part(list[k], n)));
}

export function gradient(map) {
  return `linear-gradient(to right, ${stops[map].join(', ')})`;
}

const known = {
  pressure: { label: 'Pressure', unit: 'mmHg', perSi: 1 / 133.322387415 },
  speed: { label: 'Velocity', unit: 'cm/s', perSi: 100 },
  velocity: { label: 'Velocity', unit: 'cm/s', perSi: 100 },
  wall_shear_stress: { label: 'Wall shear stress', unit: 'Pa', perSi: 1 },
  traction: { label: 'Traction', unit: 'Pa', perSi: 1 },
  age: { label: 'Age of blood', unit: 's', perSi: 1 },
  blood_age: { label: 'Age of blood', unit: 's', perSi: 1 },
};

export function words(name) {
  return known[name] ?? { label: name.replaceAll('_', ' '), unit: '', perSi: 1 };
}

/** Map and limits [SI] of a field: even about zero where it has both signs. */
export function scale(name, ranges) {
  const low = Math.min(...ranges.map((r) => r.low));
  const high = Math.max(...ranges.map((r) => r.high));
  if (low < 0 && high > 0) {
    const most = Math.max(-low, high);
    return { map: 'diverging', low: -most, high: most };
  }
  return { map: name === 'speed' ? 'viridis' : 'cividis', low, high: high > low ? high : low + 1 };
}
