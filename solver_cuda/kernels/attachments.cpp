#include "solver_cuda/kernels/attachments.hpp"

namespace soleus {

Attachments::Attachments(const Wall& wall) : motion_(wall.motion()) {
  if (motion_.still()) return;
  const std::vector<Sheet>& sheets = wall.geometry().sheets;
  for (std::size_t s = 0; s < sheets.size(); ++s) {
    if (sheets[s].valve.empty()) continue;
    for (const int n : sheets[s].held) {
      const Vec3& x = sheets[s].rest.points_m[std::size_t(n)];
      held_.push_back({s, std::size_t(n), x, motion_.coordinates(x)});
    }
  }
}

void Attachments::lead(std::vector<ImmersedSheet>& sheets, const MotionInstant& then, double within_s) const {
  for (const Held& h : held_) {
    Shell& shell = sheets[h.sheet].shell;
    const Vec3 way = motion_.moved_position(h.rest_m, h.at, then) - shell.x_m[h.node];
    shell.v_m_s[h.node] = way / within_s;
  }
}

}  // namespace soleus
