"""What the scripts share that draw with VTK: files in, windows of several pictures, a PNG out. Needs python3-vtk9."""
import vtk


def read(file):
    reader = vtk.vtkXMLPolyDataReader() if str(file).endswith(".vtp") else vtk.vtkXMLUnstructuredGridReader()
    reader.SetFileName(str(file))
    reader.Update()
    return reader.GetOutput()


def window_of(size, samples):
    window = vtk.vtkRenderWindow()
    window.SetOffScreenRendering(1)
    window.SetAlphaBitPlanes(1)
    window.SetMultiSamples(samples)
    window.SetSize(*size)
    return window


def place(window, left, top, width, height):
    """A white part of the window, in pixels from its upper left corner."""
    across, down = window.GetSize()
    renderer = vtk.vtkRenderer()
    renderer.SetBackground(1, 1, 1)
    renderer.SetViewport(left / across, 1 - (top + height) / down, (left + width) / across, 1 - top / down)
    window.AddRenderer(renderer)
    return renderer


def label(renderer, text, left):
    shown = vtk.vtkTextActor()
    shown.SetInput(text)
    shown.GetTextProperty().SetColor(0, 0, 0)
    shown.GetTextProperty().SetFontSize(18)
    shown.SetPosition(left, 5)
    renderer.AddViewProp(shown)


def look(renderer, focus, position, up, half_height):
    camera = renderer.GetActiveCamera()
    camera.ParallelProjectionOn()
    camera.SetFocalPoint(*focus)
    camera.SetPosition(*position)
    camera.SetViewUp(*up)
    camera.SetParallelScale(half_height)
    renderer.ResetCameraClippingRange()


def actor_of(data, color, opacity=1.0, line=None):
    """One colour over all of it; with `line` as lines so wide, without shading."""
    mapper = vtk.vtkPolyDataMapper()
    mapper.SetInputData(data)
    mapper.ScalarVisibilityOff()
    shown = vtk.vtkActor()
    shown.SetMapper(mapper)
    shown.GetProperty().SetColor(color)
    shown.GetProperty().SetOpacity(opacity)
    shown.GetProperty().SetSpecular(0.1)
    if line is not None:
        shown.GetProperty().SetLineWidth(line)
        shown.GetProperty().LightingOff()
    return shown


def save(window, file):
    window.Render()
    image = vtk.vtkWindowToImageFilter()
    image.SetInput(window)
    image.ReadFrontBufferOff()
    writer = vtk.vtkPNGWriter()
    writer.SetFileName(str(file))
    writer.SetInputConnection(image.GetOutputPort())
    writer.Write()
