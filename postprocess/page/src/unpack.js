// Arrays as postprocess/page_pack.cpp packs them: base64 of deflated bytes.

async function bytes(base64) {
  const deflated = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const stream = new Blob([deflated]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Values of {from, to, data} as floats; NaN where there is none. */
export async function unpackValues(packed) {
  const all = await bytes(packed.data);
  const count = all.length / 2;
  const step = packed.to > packed.from ? (packed.to - packed.from) / 65534 : 1;
  const values = new Float32Array(count);
  for (let k = 0; k < count; k++) {
    const q = all[k] + 256 * all[count + k];
    values[k] = q === 65535 ? NaN : packed.from + q * step;
  }
  return values;
}

export async function unpackIndices(base64) {
  return new Uint32Array((await bytes(base64)).buffer);
}
