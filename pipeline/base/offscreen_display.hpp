// A display for VTK rendering on machines without one. VTK 9.1 of Debian renders through X only and aborts
// without a DISPLAY; this starts Xvfb on demand and ends it with the object.
#pragma once

#include <sys/types.h>
#include <string>

namespace soleus {

class OffscreenDisplay {
 public:
  /// Uses $DISPLAY if set, else starts Xvfb. Never throws; see available().
  OffscreenDisplay();
  ~OffscreenDisplay();
  OffscreenDisplay(const OffscreenDisplay&) = delete;
  OffscreenDisplay& operator=(const OffscreenDisplay&) = delete;

  bool available() const { return available_; }
  /// Why it is not available, a sentence that says what to install.
  const std::string& reason() const { return reason_; }

 private:
  bool available_ = false;
  pid_t server_ = 0;
  std::string reason_;
};

}  // namespace soleus
