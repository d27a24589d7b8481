// The exact rest shape of one cusp: a map of (u, v) into space.
#pragma once

#include <string>

#include "meshing/valve_frame.hpp"
#include "meshing/valve_shape.hpp"

namespace soleus {

/// u runs from -1 at one commissure to 1 at the other, v from 0 on the wall to 1 at the free edge.
class CuspSheet {
 public:
  /// `index`: which of the cusps of `v`. The arguments must outlive the sheet. Throws InputError where a ray
  /// towards the attachment meets no wall.
  CuspSheet(const Bvh& lumen, const ValveFrame& f, const ValveShape& v, std::size_t index, std::string name);

  Vec3 point(double u, double v) const;
  Vec3 attachment(double u) const;
  Vec3 free_edge(double u) const { return point(u, 1); }
  /// Unit vector from the wall into the sheet.
  Vec3 into(double u) const;
  /// Whether the attachment holds there: not where it is torn.
  bool attached(double u) const { return torn_part(u) <= 0; }
  /// The first commissure is at u = 1 of the first cusp and u = -1 of the second, so that the valve looks the
  /// same when it is turned by half a turn.
  bool first_commissure_is_last() const { return index_ == 0; }

 private:
  struct Across {
    double x = 0, y = 0;
  };
  double radius(double angle_rad, double z_m) const;
  /// 1 at a torn commissure, 0 where the tear ends, below 0 beyond.
  double torn_part(double u) const;
  double height_of_attachment(double u) const;
  double height_of_free_edge(double u) const;
  Across attachment_across(double u) const;
  Across target(double u, double z_m) const;
  double commissure_angle(double side) const;
  void find_sag();

  const Bvh& lumen_;
  const ValveFrame& frame_;
  const ValveShape& shape_;
  const CuspShape& cusp_;
  std::size_t index_;
  std::string name_;
  double reach_m_, fullness_;
  double middle_rad_ = 0, half_rad_ = 0;  // angles of the attachment: middle -+ half
  Across ends_[2];                        // across the vein, of the commissures u = -1 and u = 1
  double sag_m_ = 0, straight_part_ = 0;
};

}  // namespace soleus
