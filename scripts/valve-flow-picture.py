#!/usr/bin/env python3
"""Draws the flow through a valve in the plane along the vein and across its cusps, at some times of a run.

    xvfb-run -a scripts/valve-flow-picture.py runs/valve-lurie docs/images/valve-flow.png --times 0.2 0.5 0.9 1.2

Needs Debian's python3-vtk9, and a case like configs/validation/valve-lurie.yaml: the vein along z, the cusps' plane x, z.
"""
import argparse
import pathlib
import re
import sys

import vtk

from vtk_pictures import actor_of, label, look, place, read, save, window_of

WIDTH, HEIGHT, LABEL, BAR = 325, 760, 30, 110
FASTEST_M_S = 0.5  # colours end there
BELOW_M, ABOVE_M = 6e-3, 12e-3  # of the cusps as they were built


def frames(folder, name):
    """(time, file) of a .pvd"""
    found = re.findall(r'timestep="([^"]+)".*?file="([^"]+)"', (folder / f"{name}.pvd").read_text())
    return [(float(time), folder / file) for time, file in found]


def nearest(folder, name, time):
    return min(frames(folder, name), key=lambda frame: abs(frame[0] - time))


def cut(data):
    plane = vtk.vtkPlane()
    plane.SetNormal(1, 0, 0)
    cutter = vtk.vtkCutter()
    cutter.SetCutFunction(plane)
    cutter.SetInputData(data)
    cutter.Update()
    return cutter.GetOutput()


def in_plane(section):
    """The section with its velocity in the plane as vectors and its speed as scalars."""
    points = vtk.vtkCellDataToPointData()
    points.SetInputData(section)
    points.Update()
    section = points.GetOutput()
    old = section.GetPointData().GetArray("velocity")
    flat, speed = vtk.vtkDoubleArray(), vtk.vtkDoubleArray()
    flat.SetNumberOfComponents(3)
    flat.SetName("in_plane"), speed.SetName("speed")
    for k in range(old.GetNumberOfTuples()):
        u = old.GetTuple3(k)
        flat.InsertNextTuple3(0, u[1], u[2])
        speed.InsertNextValue((u[1] ** 2 + u[2] ** 2) ** 0.5)
    section.GetPointData().AddArray(flat)
    section.GetPointData().AddArray(speed)
    section.GetPointData().SetActiveVectors("in_plane")
    section.GetPointData().SetActiveScalars("speed")
    return section


def streamlines(section, low, high):
    seeds = vtk.vtkPoints()
    spacing = 1e-3
    for j in range(int((high[1] - low[1]) / spacing)):
        for k in range(int((high[2] - low[2]) / spacing)):
            seeds.InsertNextPoint(low[0], low[1] + (j + 0.5) * spacing, low[2] + (k + 0.5) * spacing)
    source = vtk.vtkPolyData()
    source.SetPoints(seeds)
    tracer = vtk.vtkStreamTracer()
    tracer.SetInputData(section)
    tracer.SetSourceData(source)
    tracer.SetInterpolatorTypeToCellLocator()
    tracer.SurfaceStreamlinesOn()
    tracer.SetIntegrationDirectionToBoth()
    tracer.SetMaximumPropagation(4e-3)
    tracer.SetInitialIntegrationStep(0.1)
    tracer.Update()
    return tracer.GetOutput()


def by_speed(data):
    shown = actor_of(data, (0, 0, 0), line=1)
    mapper = shown.GetMapper()
    mapper.ScalarVisibilityOn()
    mapper.SetLookupTable(color_map())
    mapper.SetScalarModeToUsePointFieldData()
    mapper.SelectColorArray("speed")
    mapper.UseLookupTableScalarRangeOn()
    return shown


def color_map():
    colors = vtk.vtkColorTransferFunction()
    colors.SetColorSpaceToLab()
    for place, rgb in ((0, (0.96, 0.96, 0.93)), (0.25, (0.62, 0.79, 0.88)), (0.6, (0.19, 0.51, 0.74)),
                       (1, (0.03, 0.19, 0.42))):
        colors.AddRGBPoint(place * FASTEST_M_S, *rgb)
    return colors


def picture(renderer, run, time, span):
    when, file = nearest(run / "solve", "volume", time)
    section = in_plane(cut(read(file)))
    box = section.GetBounds()
    low, high = (0, box[2], span[0]), (0, box[3], span[1])
    renderer.AddActor(by_speed(section))
    renderer.AddActor(actor_of(streamlines(section, low, high), (0.25, 0.25, 0.25), line=1))
    for number in (1, 2):
        name = f"sheet-{run_valve(run)}-{number}"
        sheet = cut(read(nearest(run / "solve", name, time)[1]))
        renderer.AddActor(actor_of(sheet, (0.85, 0.33, 0.1), line=4))
    renderer.AddActor(actor_of(cut(read(run / "mesh/lumen.vtp")), (0, 0, 0), line=2))
    middle = 0.5 * (span[0] + span[1])
    look(renderer, (0, 0, middle), (0.1, 0, middle), (0, 0, 1), 0.5 * (span[1] - span[0]))
    return f"{when:.2f} s"


def run_valve(run):
    return next((run / "solve").glob("sheet-*-1.pvd")).stem[len("sheet-"):-2]


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("run", type=pathlib.Path)
    options.add_argument("picture", type=pathlib.Path)
    options.add_argument("--times", type=float, nargs="+", required=True, metavar="SECONDS")
    asked = options.parse_args()
    cusps = read(asked.run / "mesh/valves.vtp").GetBounds()
    span = cusps[4] - BELOW_M, cusps[5] + ABOVE_M
    size = WIDTH * len(asked.times) + BAR, HEIGHT + LABEL
    window = window_of(size, 8)
    for column, time in enumerate(asked.times):
        text = picture(place(window, column * WIDTH, LABEL, WIDTH, HEIGHT), asked.run, time, span)
        label(place(window, column * WIDTH, 0, WIDTH, LABEL), text, WIDTH // 2 - 25)
    bar = vtk.vtkScalarBarActor()
    bar.SetLookupTable(color_map())
    bar.SetTitle("m/s")
    bar.SetNumberOfLabels(3)
    bar.SetLabelFormat("%.2f")
    for style in (bar.GetTitleTextProperty(), bar.GetLabelTextProperty()):
        style.SetColor(0, 0, 0), style.SetFontSize(18), style.ShadowOff(), style.ItalicOff(), style.BoldOff()
    bar.UnconstrainedFontSizeOn()
    bar.SetPosition(0.1, 0.3)
    bar.SetWidth(0.6), bar.SetHeight(0.4)
    place(window, len(asked.times) * WIDTH, 0, BAR, HEIGHT + LABEL).AddViewProp(bar)
    save(window, asked.picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
