#!/usr/bin/env python3
"""Draws the valves of docs/valves.md: each disease and repair as the mesh stage builds it, from three sides.

    xvfb-run -a scripts/valve-pictures.py docs/images/valves.png

Needs Debian's python3-vtk9. Meshes go to runs/valve-pictures/NAME.
"""
import argparse
import pathlib
import subprocess
import sys

import vtk

from vtk_pictures import actor_of, label, look, place, read, save, window_of

ROOT = pathlib.Path(__file__).resolve().parent.parent
CASE = ROOT / "configs/validation/valve-conditions.yaml"
MESHES = ROOT / "runs/valve-pictures"
DILATED = {"condition.kind": "dilated", "condition.annulus": "1.4", "condition.widening": "3 mm"}
PROLAPSED = {"condition.kind": "prolapsed", "condition.free_edge": "1.45"}
VALVES = [
    ("healthy", {}), ("prolapsed (first cusp)", {**PROLAPSED, "condition.cusp": "first"}),
    ("torn (first cusp)", {"condition.kind": "torn", "condition.angle": "60 deg", "condition.cusp": "first"}),
    ("shortened", {"condition.kind": "shortened", "condition.shortening": "0.6"}),
    ("thickened", {"condition.kind": "thickened", "condition.thickening": "8"}),
    ("dilated", DILATED), ("absent", {"condition.kind": "absent"}),
    ("internal valvuloplasty of prolapsed cusps", {**PROLAPSED, "repair.kind": "internal_valvuloplasty",
                                                   "repair.reefing": "0.3"}),
    ("external valvuloplasty of the dilated vein", {**DILATED, "repair.kind": "external_valvuloplasty"}),
    ("banding of the dilated vein", {**DILATED, "repair.kind": "banding", "repair.diameter": "0.8"}),
    ("neovalve, one cusp", {"condition.kind": "absent", "repair.kind": "neovalve", "repair.cusps": "1"}),
    ("neovalve, two cusps", {"condition.kind": "absent", "repair.kind": "neovalve", "repair.cusps": "2"}),
    ("transplant", {"condition.kind": "absent", "repair.kind": "transplant"}),
    ("agger", {"agger.thickness": "3", "agger.width": "1.5 mm"}),
]
VIEWS = [((0, 0, 1), (0, 1, 0)), ((1, 0, 0), (0, 0, 1)), ((0, 1, 0), (0, 0, 1))]  # from where, what is up
THICK_M = 80e-6  # thicker is drawn darker
COLUMNS, TILE, LABEL = 2, 220, 26


def mesh(program, number, settings):
    folder = MESHES / str(number)
    command = [program, "mesh", str(CASE), "--output", str(folder)]
    for key, value in settings.items():
        command += ["--set", f"geometry.valves.popliteal.{key}={value}"]
    subprocess.run(command, check=True, capture_output=True)
    cusps = folder / "mesh/valves.vtp"
    return read(folder / "mesh/lumen.vtp"), read(cusps) if cusps.exists() else None


def part(data, name, low, high):
    keep = vtk.vtkThreshold()
    keep.SetInputData(data)
    keep.SetInputArrayToProcess(0, 0, 0, vtk.vtkDataObject.FIELD_ASSOCIATION_CELLS, name)
    keep.SetLowerThreshold(low)
    keep.SetUpperThreshold(high)
    surface = vtk.vtkGeometryFilter()
    surface.SetInputConnection(keep.GetOutputPort())
    surface.Update()
    return surface.GetOutput()


def clipped(data, axis, low, high):
    for side, place in ((1, low), (-1, high)):
        plane = vtk.vtkPlane()
        plane.SetOrigin(*(place if k == axis else 0 for k in range(3)))
        plane.SetNormal(*(side if k == axis else 0 for k in range(3)))
        clip = vtk.vtkClipPolyData()
        clip.SetInputData(data)
        clip.SetClipFunction(plane)
        clip.Update()
        data = clip.GetOutput()
    return data


def edges(data, color):
    rim = vtk.vtkFeatureEdges()
    rim.SetInputData(data)
    rim.FeatureEdgesOff()
    rim.NonManifoldEdgesOff()
    rim.ColoringOff()
    rim.Update()
    return actor_of(rim.GetOutput(), color, line=2)


def picture(renderer, lumen, cusps, view, middle):
    (direction, up) = view
    wall = clipped(part(lumen, "cap", -1, -1), 2, middle[2] - 0.0105, middle[2] + 0.0105)
    renderer.AddActor(actor_of(wall, (0.86, 0.72, 0.72), 0.35))
    if cusps is not None:
        names = ((0.85, 0.62, 0.25), (0.33, 0.42, 0.66))
        for number, color in enumerate(names):
            cusp = part(cusps, "cusp", number, number)
            if not cusp.GetNumberOfCells():
                continue
            renderer.AddActor(edges(cusp, (0.35, 0.12, 0.1)))
            renderer.AddActor(actor_of(part(cusp, "thickness", 0, THICK_M), color))
            renderer.AddActor(actor_of(part(cusp, "thickness", THICK_M, 1), [0.55 * c for c in color]))
    look(renderer, middle, [middle[k] + 0.1 * direction[k] for k in range(3)], up, 0.0075 if direction[2] else 0.0105)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("picture", type=pathlib.Path)
    options.add_argument("--program", default=str(ROOT / "build/release/bin/soleus"))
    asked = options.parse_args()
    rows = -(-len(VALVES) // COLUMNS)
    size = COLUMNS * len(VIEWS) * TILE, rows * (TILE + LABEL)
    window = window_of(size, 0)
    for number, (name, settings) in enumerate(VALVES):
        lumen, cusps = mesh(asked.program, number, settings)
        if number == 0:
            healthy = cusps
        bounds = (cusps or healthy).GetBounds()
        middle = [0.5 * (bounds[2 * k] + bounds[2 * k + 1]) for k in range(3)]
        left, top = (number % COLUMNS) * len(VIEWS) * TILE, (number // COLUMNS) * (TILE + LABEL)
        label(place(window, left, top, len(VIEWS) * TILE, LABEL), name, 6)
        for k, view in enumerate(VIEWS):
            part_of_window = place(window, left + k * TILE, top + LABEL, TILE, TILE)
            part_of_window.SetUseDepthPeeling(True)
            picture(part_of_window, lumen, cusps, view, middle)
    save(window, asked.picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
