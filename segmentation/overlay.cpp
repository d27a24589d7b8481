#include "segmentation/overlay.hpp"
namespace soleus::segmentation { void save_overlays(const Image&, const Labels&, const std::filesystem::path&) {} }
