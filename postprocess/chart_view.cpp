#include "postprocess/chart_view.hpp"

#include <vtkContextView.h>
#include <vtkImageResize.h>
#include <vtkNew.h>
#include <vtkPNGWriter.h>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>
#include <vtkTextProperty.h>
#include <vtkUnsignedCharArray.h>
#include <vtkWindowToImageFilter.h>

#include "pipeline/base/files.hpp"

namespace soleus {

void style_text(vtkTextProperty& text, int size, bool bold) {
  constexpr double ink = 40 / 255.0;
  text.SetFontFamilyToArial();
  text.SetFontSize(size * chart_oversampling);
  text.SetBold(bold);
  text.SetItalic(false);
  text.SetColor(ink, ink, ink);
}

void prepare(vtkContextView& view) {
  view.GetRenderWindow()->SetOffScreenRendering(1);
  view.GetRenderWindow()->SetMultiSamples(0);
  view.GetRenderWindow()->SetSize(chart_width * chart_oversampling, chart_height * chart_oversampling);
  view.GetRenderer()->SetBackground(1, 1, 1);
}

void write_png(vtkContextView& view, const std::map<std::string, std::string>& texts,
               const std::filesystem::path& file) {
  view.Render();
  write_png(*view.GetRenderWindow(), texts, file);
}

void write_png(vtkRenderWindow& window, const std::map<std::string, std::string>& texts,
               const std::filesystem::path& file) {
  window.Render();
  vtkNew<vtkWindowToImageFilter> shot;
  shot->SetInput(&window);
  shot->ReadFrontBufferOff();
  vtkNew<vtkImageResize> smaller;
  smaller->SetInputConnection(shot->GetOutputPort());
  smaller->SetOutputDimensions(chart_width, chart_height, 1);
  vtkNew<vtkPNGWriter> png;
  png->SetInputConnection(smaller->GetOutputPort());
  for (const auto& [key, value] : texts) png->AddText(key.c_str(), value.c_str());
  png->WriteToMemoryOn();
  png->Write();
  const vtkUnsignedCharArray* bytes = png->GetResult();
  auto* data = const_cast<vtkUnsignedCharArray*>(bytes);
  write_file(file,
             {reinterpret_cast<const char*>(data->GetPointer(0)), std::size_t(data->GetNumberOfValues())});
}

}  // namespace soleus
