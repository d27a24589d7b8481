#!/usr/bin/env python3
"""Draws the flow through a valve in the plane along the vein and across its cusps, at some times of a run.

    xvfb-run -a scripts/valve-flow-picture.py runs/valve-lurie docs/images/valve-flow.png --times 0.3 0.6 0.9 1.1

Needs Debian's python3-vtk9, and a case like configs/validation/valve-lurie.yaml: the vein along z, the cusps' plane x, z.
"""
import argparse
import pathlib
import re
import sys

import vtk

WIDTH, HEIGHT, LABEL, BAR = 325, 760, 30, 110
FASTEST_M_S = 0.5  # colours end there
BELOW_M, ABOVE_M = 6e-3, 12e-3  # of the cusps as they were built


def read(reader, file):
    reader.SetFileName(str(file))
    reader.Update()
    return reader.GetOutput()


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


def shown(data, colors=None, color=(0, 0, 0), width=1.0):
    mapper = vtk.vtkPolyDataMapper()
    mapper.SetInputData(data)
    if colors:
        mapper.SetLookupTable(colors)
        mapper.SetScalarModeToUsePointFieldData()
        mapper.SelectColorArray("speed")
        mapper.UseLookupTableScalarRangeOn()
    else:
        mapper.ScalarVisibilityOff()
    actor = vtk.vtkActor()
    actor.SetMapper(mapper)
    actor.GetProperty().SetColor(color)
    actor.GetProperty().SetLineWidth(width)
    actor.GetProperty().LightingOff()
    return actor


def color_map():
    colors = vtk.vtkColorTransferFunction()
    colors.SetColorSpaceToLab()
    for place, rgb in ((0, (0.96, 0.96, 0.93)), (0.25, (0.62, 0.79, 0.88)), (0.6, (0.19, 0.51, 0.74)),
                       (1, (0.03, 0.19, 0.42))):
        colors.AddRGBPoint(place * FASTEST_M_S, *rgb)
    return colors


def picture(renderer, run, time, span):
    when, file = nearest(run / "solve", "volume", time)
    section = in_plane(cut(read(vtk.vtkXMLUnstructuredGridReader(), file)))
    box = section.GetBounds()
    low, high = (0, box[2], span[0]), (0, box[3], span[1])
    renderer.AddActor(shown(section, colors=color_map()))
    renderer.AddActor(shown(streamlines(section, low, high), color=(0.25, 0.25, 0.25)))
    for number in (1, 2):
        name = f"sheet-{run_valve(run)}-{number}"
        sheet = cut(read(vtk.vtkXMLPolyDataReader(), nearest(run / "solve", name, time)[1]))
        renderer.AddActor(shown(sheet, color=(0.85, 0.33, 0.1), width=4))
    renderer.AddActor(shown(cut(read(vtk.vtkXMLPolyDataReader(), run / "mesh/lumen.vtp")), width=2))
    camera = renderer.GetActiveCamera()
    camera.ParallelProjectionOn()
    middle = 0.5 * (span[0] + span[1])
    camera.SetFocalPoint(0, 0, middle)
    camera.SetPosition(0.1, 0, middle)
    camera.SetViewUp(0, 0, 1)
    camera.SetParallelScale(0.5 * (span[1] - span[0]))
    renderer.ResetCameraClippingRange()
    return f"{when:.2f} s"


def run_valve(run):
    return next((run / "solve").glob("sheet-*-1.pvd")).stem[len("sheet-"):-2]


def place(window, column, bottom, height, size, width=WIDTH):
    renderer = vtk.vtkRenderer()
    renderer.SetBackground(1, 1, 1)
    renderer.SetViewport(column * WIDTH / size[0], bottom / size[1], (column * WIDTH + width) / size[0],
                         (bottom + height) / size[1])
    window.AddRenderer(renderer)
    return renderer


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("run", type=pathlib.Path)
    options.add_argument("picture", type=pathlib.Path)
    options.add_argument("--times", type=float, nargs="+", required=True, metavar="SECONDS")
    asked = options.parse_args()
    cusps = read(vtk.vtkXMLPolyDataReader(), asked.run / "mesh/valves.vtp").GetBounds()
    span = cusps[4] - BELOW_M, cusps[5] + ABOVE_M
    size = WIDTH * len(asked.times) + BAR, HEIGHT + LABEL
    window = vtk.vtkRenderWindow()
    window.SetOffScreenRendering(1)
    window.SetMultiSamples(8)
    window.SetSize(*size)
    for column, time in enumerate(asked.times):
        text = picture(place(window, column, 0, HEIGHT, size), asked.run, time, span)
        label = vtk.vtkTextActor()
        label.SetInput(text)
        label.GetTextProperty().SetColor(0, 0, 0)
        label.GetTextProperty().SetFontSize(18)
        label.SetPosition(WIDTH // 2 - 25, 6)
        place(window, column, HEIGHT, LABEL, size).AddViewProp(label)
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
    place(window, len(asked.times), 0, HEIGHT + LABEL, size, BAR).AddViewProp(bar)
    window.Render()
    image = vtk.vtkWindowToImageFilter()
    image.SetInput(window)
    image.ReadFrontBufferOff()
    writer = vtk.vtkPNGWriter()
    writer.SetFileName(str(asked.picture))
    writer.SetInputConnection(image.GetOutputPort())
    writer.Write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
