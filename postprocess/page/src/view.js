// The 3D picture of one case, by vtk.js.
import '@kitware/vtk.js/Rendering/Profiles/Geometry';
import vtkActor from '@kitware/vtk.js/Rendering/Core/Actor';
import vtkColorTransferFunction from '@kitware/vtk.js/Rendering/Core/ColorTransferFunction';
import vtkDataArray from '@kitware/vtk.js/Common/Core/DataArray';
import vtkGenericRenderWindow from '@kitware/vtk.js/Rendering/Misc/GenericRenderWindow';
import vtkMapper from '@kitware/vtk.js/Rendering/Core/Mapper';
import vtkPlane from '@kitware/vtk.js/Common/DataModel/Plane';
import vtkPolyData from '@kitware/vtk.js/Common/DataModel/PolyData';
import { colour } from './colours.js';
import { unpackIndices, unpackValues } from './unpack.js';

const millimetres = 1000; // vtk.js picks near and far for scenes of about this size

function cells(triangles) {
  const list = new Uint32Array((triangles.length / 3) * 4);
  for (let k = 0, to = 0; k < triangles.length; k += 3) {
    list[to++] = 3;
    for (let n = 0; n < 3; n++) list[to++] = triangles[k + n];
  }
  return list;
}

/** A surface or lines with colours by scalars. */
function makePart() {
  const data = vtkPolyData.newInstance(), mapper = vtkMapper.newInstance(), actor = vtkActor.newInstance();
  const table = vtkColorTransferFunction.newInstance();
  mapper.setInputData(data);
  mapper.setLookupTable(table);
  mapper.setUseLookupTableScalarRange(true);
  mapper.setInterpolateScalarsBeforeMapping(false);
  actor.setMapper(mapper);
  return { data, mapper, actor, table };
}

function colourBy(part, { map, low, high }) {
  part.table.removeAllPoints();
  for (let k = 0; k <= 32; k++) part.table.addRGBPoint(low + (k / 32) * (high - low), ...colour(map, k / 32));
  part.table.setMappingRange(low, high);
}

function setScalars(part, values) {
  part.data.getPointData().setScalars(vtkDataArray.newInstance({ name: 'shown', values }));
  part.data.modified();
}

async function unpackSurface(packed) {
  const positions = (await unpackValues(packed.positions)).map((v) => v * millimetres);
  return { ...packed, cells: cells(await unpackIndices(packed.triangles)), positions };
}

function pointsAt(surface, k) {
  const size = 3 * surface.points, from = surface.moves ? k * size : 0;
  return surface.positions.subarray(from, from + size);
}

export class View {
  constructor(place, fields, theme) {
    this.fields = fields;
    this.shown = { slice: true, lines: true, cusps: true };
    this.window = vtkGenericRenderWindow.newInstance({ background: theme, listenWindowResize: true });
    this.window.setContainer(place);
    this.window.resize();
    this.renderer = this.window.getRenderer();
    this.wall = makePart();
    // Blended over the rest as the last thing drawn, its near side only: sorting translucent surfaces costs half of
    // the time of a frame without a graphics card.
    this.wall.actor.setForceOpaque(true);
    this.setTranslucent(true);
    this.plane = vtkPlane.newInstance();
    this.values = new Map();
  }

  /** What the first picture needs: wall, cusps and one field. */
  async load(field) {
    this.surface = await unpackSurface(this.fields.wall);
    this.wall.data.getPolys().setData(this.surface.cells);
    this.cusps = [];
    for (const packed of this.fields.cusps ?? []) {
      const part = makePart();
      part.surface = await unpackSurface(packed);
      part.data.getPolys().setData(part.surface.cells);
      part.mapper.setScalarVisibility(false);
      part.actor.getProperty().setColor(0.94, 0.89, 0.26);
      part.actor.getProperty().setSpecular(0.2);
      this.cusps.push(part);
    }
    await this.setField(field);
    for (const part of this.cusps) this.renderer.addActor(part.actor);
    this.renderer.addActor(this.wall.actor);
  }

  async loadBlood() {
    if (!this.fields.slice) return;
    const { slice, lines } = this.fields;
    this.slice = makePart();
    this.slice.mapper.setInterpolateScalarsBeforeMapping(true);
    this.slice.actor.getProperty().setLighting(false);
    this.slicePoints = (await unpackValues(slice.points)).map((v) => v * millimetres);
    this.slice.data.getPoints().setData(this.slicePoints, 3);
    this.sliceValues = { speed: await unpackValues(slice.speed), pressure: await unpackValues(slice.pressure) };
    this.lines = makePart();
    this.lines.actor.getProperty().setLighting(false);
    this.lines.actor.getProperty().setLineWidth(2);
    this.linePoints = (await unpackValues(lines.points)).map((v) => v * millimetres);
    this.lineSpeed = await unpackValues(lines.speed);
    this.lineLengths = await unpackIndices(lines.lengths);
    this.frameLines = await unpackIndices(lines.frame_lines);
    this.placePlane();
    this.renderer.addActor(this.slice.actor);
    this.renderer.addActor(this.lines.actor);
    this.renderer.removeActor(this.wall.actor);
    this.renderer.addActor(this.wall.actor);
  }

  /** The plane of the slice also cuts the wall open. */
  placePlane() {
    const p = this.slicePoints, at = (n) => [p[3 * n], p[3 * n + 1], p[3 * n + 2]];
    const o = at(0), a = at(1).map((v, d) => v - o[d]), b = at(this.fields.slice.columns).map((v, d) => v - o[d]);
    this.plane.setOrigin(o);
    this.normal = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
    const size = Math.hypot(...this.normal);
    this.normal = this.normal.map((v) => -v / size);
    this.along = a;
    this.plane.setNormal(...this.normal);
  }

  /** Looks straight at the slice, the vein from left to right. */
  look() {
    const camera = this.renderer.getActiveCamera();
    const b = this.wall.data.getBounds(), middle = [0, 1, 2].map((d) => (b[2 * d] + b[2 * d + 1]) / 2);
    const n = this.normal ?? [0, -1, 0];
    const a = this.along ?? [0, 0, 1];
    const up = [n[1] * a[2] - n[2] * a[1], n[2] * a[0] - n[0] * a[2], n[0] * a[1] - n[1] * a[0]];
    camera.setFocalPoint(...middle);
    camera.setPosition(...middle.map((v, d) => v - 100 * n[d] + 12 * up[d] / Math.hypot(...up)));
    camera.setViewUp(...up);
    this.renderer.resetCamera();
    // resetCamera leaves room for a ball about the vein; as seen from here its length alone has to fit.
    const [wide, high] = this.window.getApiSpecificRenderWindow().getSize();
    const tangent = Math.tan((camera.getViewAngle() * Math.PI) / 360) * Math.min(wide / high, 6);
    const length = Math.hypot(b[1] - b[0], b[3] - b[2], b[5] - b[4]);
    camera.dolly((camera.getDistance() * tangent) / (0.56 * length));
    this.renderer.resetCameraClippingRange();
  }

  async setField(name) {
    this.field = name;
    const packed = this.surface.fields?.[name];
    if (packed && !this.values.has(name)) this.values.set(name, await unpackValues(packed));
    this.wall.mapper.setScalarVisibility(Boolean(packed));
  }

  setScales(wall, slice, lines) {
    if (wall) colourBy(this.wall, wall);
    if (this.slice) colourBy(this.slice, slice);
    if (this.lines) colourBy(this.lines, lines);
  }

  setTranslucent(on) {
    this.wall.actor.getProperty().setOpacity(on ? 0.3 : 1);
    this.wall.actor.getProperty().setBackfaceCulling(on);
  }

  /** Half the pixels in each direction, while things move on a machine without a graphics card. */
  setCoarse(on) {
    if (this.coarse === on) return;
    this.coarse = on;
    const box = this.window.getContainer().getBoundingClientRect(), ratio = devicePixelRatio * (on ? 0.5 : 1);
    this.window.getApiSpecificRenderWindow().setSize(Math.max(1, Math.floor(box.width * ratio)), Math.max(1, Math.floor(box.height * ratio)));
  }

  setCut(on) {
    this.wall.mapper.removeAllClippingPlanes();
    if (on && this.slice) this.wall.mapper.addClippingPlane(this.plane);
  }

  setTheme(background) { this.renderer.setBackground(...background); }

  /** Nearest stored frame to a time [s]. */
  frameAt(time) {
    let best = 0;
    this.fields.times.forEach((t, k) => { if (Math.abs(t - time) < Math.abs(this.fields.times[best] - time)) best = k; });
    return best;
  }

  show(time, sliceField) {
    const k = this.frameAt(time);
    for (const part of [{ ...this.wall, surface: this.surface }, ...this.cusps])
      if (part.surface.moves || !part.data.getNumberOfPoints()) {
        part.data.getPoints().setData(pointsAt(part.surface, k), 3);
        part.data.getPoints().modified();
        part.data.modified();
      }
    const values = this.values.get(this.field), n = this.surface.points;
    if (values) setScalars(this.wall, values.subarray(k * n, (k + 1) * n));
    for (const part of this.cusps) part.actor.setVisibility(this.shown.cusps);
    if (!this.slice) return;
    this.slice.actor.setVisibility(this.shown.slice);
    this.lines.actor.setVisibility(this.shown.lines);
    if (this.shown.slice) this.showSlice(k, sliceField);
    if (this.shown.lines) this.showLines(k);
  }

  showSlice(k, field) {
    const { columns, rows } = this.fields.slice, size = columns * rows;
    const values = this.sliceValues[field].subarray(k * size, (k + 1) * size), list = [];
    for (let j = 0; j + 1 < rows; j++)
      for (let i = 0; i + 1 < columns; i++) {
        const c = j * columns + i;
        // NaN, outside the blood, makes the sum NaN.
        const sum = values[c] + values[c + 1] + values[c + columns] + values[c + columns + 1];
        if (sum === sum) list.push(4, c, c + 1, c + columns + 1, c + columns);
      }
    this.slice.data.getPolys().setData(Uint32Array.from(list));
    setScalars(this.slice, values);
  }

  showLines(k) {
    let line = 0, from = 0;
    for (let f = 0; f < k; f++) for (let n = 0; n < this.frameLines[f]; n++) from += this.lineLengths[line++];
    const list = [];
    let count = 0;
    for (let n = 0; n < this.frameLines[k]; n++) {
      const length = this.lineLengths[line++];
      list.push(length);
      for (let p = 0; p < length; p++) list.push(count++);
    }
    this.lines.data.getPoints().setData(this.linePoints.subarray(3 * from, 3 * (from + count)), 3);
    this.lines.data.getLines().setData(Uint32Array.from(list));
    setScalars(this.lines, this.lineSpeed.subarray(from, from + count));
  }

  render() { this.window.getRenderWindow().render(); }
  resize() { this.window.resize(); }
  get camera() { return this.renderer.getActiveCamera(); }
  onMove(call) { this.camera.onModified(call); }
  follow(other) {
    const c = other.camera;
    this.camera.set({ position: c.getPosition(), focalPoint: c.getFocalPoint(), viewUp: c.getViewUp(), viewAngle: c.getViewAngle() });
    this.renderer.resetCameraClippingRange();
  }
}
