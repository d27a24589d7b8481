// What charts share: size, letters, and the way into a file.
#pragma once

#include <filesystem>
#include <map>
#include <string>

class vtkContextView;
class vtkRenderWindow;  // NOLINT(cppcoreguidelines-virtual-class-destructor)
class vtkTextProperty;  // NOLINT(cppcoreguidelines-virtual-class-destructor)

namespace soleus {

inline constexpr int chart_width = 1600, chart_height = 900;
/// Drawn larger and averaged: smooth lines and letters without multisampling hardware.
inline constexpr int chart_oversampling = 2;

void style_text(vtkTextProperty& text, int size, bool bold);
/// White, of the size above times the oversampling.
void prepare(vtkContextView& view);
/// Renders and writes a PNG with text chunks, of the size above. Throws ResourceError.
void write_png(vtkRenderWindow& window, const std::map<std::string, std::string>& texts,
               const std::filesystem::path& file);
void write_png(vtkContextView& view, const std::map<std::string, std::string>& texts,
               const std::filesystem::path& file);

}  // namespace soleus
