"""Opens this run in ParaView (5.11 or newer): velocity streamlines, pressure, wall shear stress on the moving wall.

    paraview --script=open_in_paraview.py              look, turn, play
    pvbatch open_in_paraview.py --screenshot out.png   a picture without a window
        --time T         the instant in seconds (default: the fastest one)
        --size W H       pixels (default 1800 1000)

Data are in metres and in patient space: x to the patient's left, y to the back, z to the head.
"""
import argparse
import json
import math
import os
import sys

from paraview import simple as pv

# Places relative to this file; written by soleus.
# RUN
SOLVE = "../solve"
VOLUME = "volume.pvd"
WALL = "wall.pvd"
GEOMETRY = "../mesh/geometry.json"

STREAMLINE_SEEDS = 120  # spread over the lumen
SEEDS_PER_OPENING = 24
INK = [0.1, 0.1, 0.1]


def here():
    """The folder of this script. ParaView's window runs a script without telling it its own name."""
    if "__file__" in globals():
        return os.path.dirname(os.path.abspath(__file__))
    try:
        with open("/proc/self/cmdline", encoding="utf-8") as file:
            words = file.read().replace("=", "\0").split("\0")
    except OSError:
        words = []
    for word in words:
        if os.path.basename(word) == "open_in_paraview.py":
            return os.path.dirname(os.path.abspath(word))
    return os.getcwd()


def path(*parts):
    return os.path.normpath(os.path.join(here(), *parts))


def read_json(*parts):
    try:
        with open(path(*parts), encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def open_series(name):
    """The reader of a .pvd series, None if the run did not write it."""
    if not name:
        return None
    file = path(SOLVE, name)
    if not os.path.exists(file):
        sys.exit(f"{file}: no such file. Keep this script in the report folder of its run and start it there.")
    reader = pv.PVDReader(registrationName=name, FileName=file)
    reader.UpdatePipeline()
    return reader


def has(source, array):
    return source is not None and source.PointData.GetArray(array) is not None


def series_maximum(metrics, quantity):
    """The largest value of a time series of the report, None if it is not there."""
    values = metrics.get("series", {}).get(quantity, {}).get("values", [])
    values = [v for v in values if v is not None]
    return max(values) if values else None


def fastest_time(metrics):
    series = metrics.get("series", {})
    times = series.get("time", {}).get("values", [])
    speeds = series.get("peak_velocity", {}).get("values", [])
    pairs = [(v, t) for v, t in zip(speeds, times) if v is not None]
    return max(pairs, key=lambda pair: pair[0])[1] if pairs else None


def range_over_time(source, array, component):
    """Range of an array over at most seven frames: all of them would read the whole run."""
    times = list(source.TimestepValues)
    chosen = times[:: max(1, len(times) // 6)] or [0.0]
    low, high = math.inf, -math.inf
    for time in chosen:
        source.UpdatePipeline(time)
        a, b = source.PointData.GetArray(array).GetRange(component)
        low, high = min(low, a), max(high, b)
    return low, high


def opening_seeds():
    """Points on a disc just inside each opening, from the mesh stage; empty if that folder is not there."""
    seeds = []
    for opening in read_json(GEOMETRY).get("openings", []):
        center, outward = opening.get("center_m"), opening.get("outward")
        radius = opening.get("radius_m")
        if not center or not outward or not radius:
            continue
        helper = [1.0, 0.0, 0.0] if abs(outward[0]) < 0.9 else [0.0, 1.0, 0.0]
        u = cross(outward, helper)
        length = math.sqrt(sum(c * c for c in u))
        u = [c / length for c in u]
        v = cross(outward, u)
        for n in range(SEEDS_PER_OPENING):  # sunflower: even over the disc
            r = 0.8 * radius * math.sqrt((n + 0.5) / SEEDS_PER_OPENING)
            a = n * math.pi * (3 - math.sqrt(5))
            seeds.append(
                [center[k] - 0.3 * radius * outward[k] + r * (math.cos(a) * u[k] + math.sin(a) * v[k]) for k in range(3)]
            )
    return seeds


def cross(a, b):
    return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]


def streamlines(volume, length):
    """Streamlines through points spread over the lumen, which a contracting wall needs, and through the openings."""
    spread = pv.MaskPoints(registrationName="seeds in the lumen", Input=volume)
    spread.RandomSampling = 1
    spread.MaximumNumberofPoints = STREAMLINE_SEEDS
    spread.GenerateVertices = 1
    spread.SingleVertexPerCell = 1
    seeds = spread
    points = opening_seeds()
    if points:
        # A polyline is the source that takes a list of points as it is; only its points matter.
        at_openings = pv.PolyLineSource(registrationName="seeds at the openings")
        at_openings.Points = [coordinate for point in points for coordinate in point]
        seeds = pv.AppendDatasets(registrationName="seeds", Input=[spread, at_openings])
    lines = pv.StreamTracerWithCustomSource(registrationName="streamlines", Input=volume, SeedSource=seeds)
    lines.Vectors = ["POINTS", "velocity"]
    lines.IntegrationDirection = "BOTH"
    lines.MaximumStreamlineLength = length
    return lines


def bounds(sources):
    b = [math.inf, -math.inf] * 3
    for source in sources:
        s = source.GetDataInformation().GetBounds()
        for axis in range(3):
            b[2 * axis] = min(b[2 * axis], s[2 * axis])
            b[2 * axis + 1] = max(b[2 * axis + 1], s[2 * axis + 1])
    return b


def place_camera(view, box):
    """From the front, head up; a vessel that runs from front to back is seen from the patient's left."""
    size = [box[2 * k + 1] - box[2 * k] for k in range(3)]
    center = [0.5 * (box[2 * k] + box[2 * k + 1]) for k in range(3)]
    towards = [1.0, 0.0, 0.0] if size[1] > 1.5 * max(size[0], size[2]) else [0.0, -1.0, 0.0]
    distance = 3 * math.sqrt(sum(s * s for s in size))
    view.CameraPosition = [center[k] + distance * towards[k] for k in range(3)]
    view.CameraFocalPoint = center
    view.CameraViewUp = [0.0, 0.0, 1.0]
    view.CameraParallelProjection = 1
    across = size[1] if towards[0] else size[0]
    width, height = view.ViewSize
    # Half the height of the picture in metres; room for the colour bar below and the title above.
    view.CameraParallelScale = max(0.5 * size[2] * 1.35, 0.5 * across * 1.15 * height / max(width, 1))
    view.CameraFocalPoint = [center[0], center[1], center[2] - 0.06 * view.CameraParallelScale]
    view.CameraPosition = [view.CameraPosition[0], view.CameraPosition[1], view.CameraFocalPoint[2]]


def prepare(view):
    view.UseColorPaletteForBackground = 0
    view.BackgroundColorMode = "Single Color"
    view.Background = [1.0, 1.0, 1.0]
    view.OrientationAxesLabelColor = INK
    view.OrientationAxesVisibility = 1


def heading(view, text):
    label = pv.Text(registrationName=text)
    label.Text = text
    shown = pv.Show(label, view)
    shown.WindowLocation = "Upper Center"
    shown.FontSize = 20
    shown.Bold = 1
    shown.Color = INK


def color(display, view, array, unit, limits, preset):
    pv.ColorBy(display, ("POINTS", array))
    table = pv.GetColorTransferFunction(array)
    table.ApplyPreset(preset, True)
    table.RescaleTransferFunction(*limits)
    table.AutomaticRescaleRangeMode = "Never"
    bar = pv.GetScalarBar(table, view)
    bar.Title = f"{array.replace('_', ' ')} ({unit})"
    bar.ComponentTitle = ""
    bar.TitleColor = bar.LabelColor = INK
    bar.TitleFontSize, bar.LabelFontSize = 18, 16
    bar.Orientation = "Horizontal"
    bar.WindowLocation = "Lower Center"
    bar.ScalarBarLength = 0.5
    bar.AutomaticLabelFormat = 0
    bar.LabelFormat = bar.RangeLabelFormat = "%-.3g"
    display.SetScalarBarVisibility(view, True)


def ghost(wall, view):
    """The wall as a faint hull around what is inside."""
    display = pv.Show(wall, view)
    display.ColorArrayName = [None, ""]
    display.DiffuseColor = display.AmbientColor = [0.75, 0.45, 0.45]
    display.Opacity = 0.15
    display.Specular = 0.0


def show_velocity(view, volume, wall, box, metrics):
    heading(view, "velocity")
    size = [box[2 * k + 1] - box[2 * k] for k in range(3)]
    lines = streamlines(volume, 3 * max(size))
    display = pv.Show(lines, view)
    display.RenderLinesAsTubes = 1
    display.LineWidth = 2
    display.Ambient = 0.3
    display.Specular = 0.0
    top = series_maximum(metrics, "peak_velocity") or range_over_time(volume, "velocity", -1)[1]
    color(display, view, "velocity", "m/s", (0, top or 1), "Viridis (matplotlib)")
    if wall is not None:
        ghost(wall, view)


def show_pressure(view, volume, wall):
    """Pressure on the wall, which lies half a cell outside the nodes: the mean of the nodes around each vertex."""
    heading(view, "pressure")
    shown = volume
    if wall is not None:
        shown = pv.PointDatasetInterpolator(registrationName="pressure on the wall", Input=volume, Source=wall)
        shown.Kernel = "GaussianKernel"
        shown.Kernel.KernelFootprint = "N Closest"
        shown.Kernel.NumberOfPoints = 8
        shown.Locator = "Static Point Locator"
        shown.PassPointArrays = 0
    display = pv.Show(shown, view)
    display.Representation = "Surface"
    low, high = range_over_time(volume, "pressure", 0)
    color(display, view, "pressure", "Pa", (low, high if high > low else low + 1), "Cool to Warm")


def show_wall(view, wall, metrics):
    heading(view, "wall shear stress")
    display = pv.Show(wall, view)
    # A few triangles near the caps carry the maximum; the scale ends where 95 % of the wall does.
    top = series_maximum(metrics, "wss_p95") or range_over_time(wall, "wall_shear_stress", -1)[1]
    color(display, view, "wall_shear_stress", "Pa", (0, top or 1), "Plasma (matplotlib)")
    display.Opacity = 0.9


def split(layout, count, wide):
    """`count` equal cells, one above the other for a wide object."""
    cells, cell = [], 0
    for left in range(count, 1, -1):
        cell = (layout.SplitVertical if wide else layout.SplitHorizontal)(cell, 1.0 / left)
        cells.append(cell)
        cell += 1
    return cells + [cell]


def show_time(view, reader):
    annotation = pv.AnnotateTimeFilter(registrationName="time", Input=reader)
    annotation.Format = "t = {time:.3f} s"
    shown = pv.Show(annotation, view)
    shown.WindowLocation = "Upper Left Corner"
    shown.FontSize = 18
    shown.Color = INK


def arguments():
    parser = argparse.ArgumentParser(description="Opens this run in ParaView.")
    parser.add_argument("--screenshot", metavar="PNG")
    parser.add_argument("--time", type=float)
    parser.add_argument("--size", type=int, nargs=2, default=[1800, 1000])
    return parser.parse_known_args()[0]


def main():
    options = arguments()
    metrics = read_json("metrics.json")
    pv._DisableFirstRenderCameraReset()
    volume, wall = open_series(VOLUME), open_series(WALL)
    sources = [s for s in (volume, wall) if s is not None]
    if not sources:
        sys.exit("This run wrote no fields: set output.volume or output.wall in the case and solve again.")
    box = bounds(sources)

    panels = []
    if has(volume, "velocity"):
        panels.append(lambda view: show_velocity(view, volume, wall, box, metrics))
    if has(volume, "pressure"):
        panels.append(lambda view: show_pressure(view, volume, wall))
    if has(wall, "wall_shear_stress"):
        panels.append(lambda view: show_wall(view, wall, metrics))
    if not panels:
        panels.append(lambda view: ghost(sources[-1], view))

    wide = max(box[1] - box[0], box[3] - box[2]) > box[5] - box[4]
    layout = pv.CreateLayout("soleus")
    cells = split(layout, len(panels), wide)
    share = [options.size[0], options.size[1] // len(panels)] if wide else [options.size[0] // len(panels), options.size[1]]
    views = []
    for cell, fill in zip(cells, panels):
        view = pv.CreateView("RenderView")
        layout.AssignView(cell, view)
        view.ViewSize = share
        prepare(view)
        fill(view)
        place_camera(view, box)
        views.append(view)
    for view in views[1:]:
        pv.AddCameraLink(views[0], view, f"camera {id(view)}")
    show_time(views[0], sources[0])

    scene = pv.GetAnimationScene()
    scene.UpdateAnimationUsingDataTimeSteps()
    times = list(sources[0].TimestepValues) or [0.0]
    wanted = options.time if options.time is not None else fastest_time(metrics)
    scene.AnimationTime = min(times, key=lambda t: abs(t - wanted)) if wanted is not None else times[-1]
    pv.SetActiveView(views[0])
    pv.RenderAllViews()
    if options.screenshot:
        pv.SaveScreenshot(options.screenshot, layout, ImageResolution=options.size)


main()
