// The nodes near the wall and what the wall is for them: distance and velocity.
#pragma once

#include <vector>

#include "solver_cuda/geometry/voxelize.hpp"
#include "solver_cuda/scales.hpp"

namespace soleus {

/// Rebuilt when the wall has moved a cell, updated when it has moved a fiftieth of a cell (0.03 cells where
/// its distance is sampled) or every twenty steps: between updates the links keep their cut and their
/// velocity, those of the middle of the interval, so that the wall is never further than half of that from
/// where it should be, and not on one side. Where its distance is sampled, an update passes by what has moved
/// less than a hundredth of a cell.
class NearWall {
 public:
  NearWall(const Wall& wall, const Lattice& lattice, const Scales& scales);

  /// Signed distance [m] and wall velocity [m/s] of the band's nodes at a time; `areas` of a tube law's
  /// stations.
  void update(double time_s, const StationAreas* areas = nullptr);
  /// How long [s] this may stand for the wall, until its next update.
  double interval_s() const { return interval_s_; }
  const MotionInstant& now() const { return at_.now; }  // of the last update

  std::vector<Node> band;          // ascending
  std::vector<float> distance_m;   // [band] negative inside
  std::vector<Vec3> velocity_m_s;  // [band], empty while the wall stands still
  double max_speed_m_s = 0;
  /// Index into band, -1 outside it.
  std::int32_t slot(Node n) const { return band_.index(n); }
  const NodeSet& band_nodes() const { return band_; }
  /// Keeps of the band only what lies near the wall: at first it is every node that the wall can ever pass,
  /// so that the first classification sees them all.
  void narrow();
  /// Of all that is kept here.
  std::size_t bytes() const;
  /// To or from a checkpoint; loaded() has to follow the latter.
  template <class Archive>
  void serialize(Archive& a) {
    a(band, distance_m, velocity_m_s, gradient_, good_until_s_, max_speed_m_s, cell_at_rest_m_, interval_s_,
      last_update_s_, moved_since_band_m_, moved_since_all_m_);
  }
  void loaded(const StationAreas* areas);

  /// Volume inside the wall and the caps [m3]: whole nodes inside, and the nodes at the wall by their share.
  double fluid_volume_m3() const;
  /// Exact: of an analytic shape or a still wall.
  double distance_at(const Vec3& x, const MotionInstant& now) const { return wall_.distance(x, now); }
  /// Velocity [m/s] of the wall where it cuts the link between two band nodes, q from the fluid one; `solid`
  /// is -1 outside the band. It jumps where a moving end meets a still wall: there the solid node decides.
  Vec3 link_velocity(std::size_t fluid, std::int32_t solid, double q) const {
    if (velocity_m_s.empty()) return {};
    if (solid < 0) return velocity_m_s[fluid];
    if (wall_.motion().ends_only()) return velocity_m_s[solid];
    return velocity_m_s[fluid] * (1 - q) + velocity_m_s[solid] * q;
  }
  /// The sampled distance may be refined at the cut point (analytic shapes, still walls).
  bool exact() const { return wall_.geometry().shape.has_value() || wall_.motion().still(); }

 private:
  /// For the velocity: when it holds, and a little before and after.
  struct Around {
    MotionInstant before, now, after;
    double apart_s = 0;  // before and after
    bool operator==(const Around&) const = default;
  };

  const Wall& wall_;
  const Lattice& lattice_;
  Scales scales_;
  std::vector<float> rest_m_;                       // [nodes] sampled phi0 of a moving surface
  std::vector<CenterlineCoordinates> coordinates_;  // [lattice.reachable] of a moving surface
  // [band] of the distance, where branches are blended, as it was when all distances were last evaluated; 0
  // until it is asked for.
  std::vector<Vec3> gradient_;
  std::vector<double> good_until_s_;  // [band] what is known of the wall there, unless it is exact
  NodeSet band_;
  Around at_;                  // the last update
  double cell_at_rest_m_ = 0;  // what a cell across the most squeezed section was at rest
  bool band_built_ = false;
  double interval_s_ = 0, last_update_s_ = 0;
  // By the wall, since the band was built and since all its distances were last evaluated.
  double moved_since_band_m_ = 0, moved_since_all_m_ = 0;

  void rebuild_band(double time_s);
  double distance(Node n, const MotionInstant& now) const;
  Vec3 wall_velocity(std::size_t k, const Around& at);
  Vec3 level_set_velocity(std::size_t k, const CenterlineCoordinates& s, const Around& at);
  /// In which the wall moves so far, twenty steps at most [s].
  double time_for(double move_m, double speed_m_s) const;
  double reach_m() const;  // from the wall, at rest, of what links need to know
  void evaluate_distances(double time_s);
  bool good(std::size_t k, double time_s) const { return !exact() && time_s < good_until_s_[k]; }
  void evaluate_velocity(std::size_t k, double time_s);
  void evaluate_velocities(double time_s);
  double sampled_rest(const Vec3& x, int tile) const;
  Around around(double time_s, const StationAreas* areas) const;
};

/// What the kernels at the wall look at.
struct WallView {
  const Lattice& lattice;
  const Wall& wall;
  const NearWall& near;
  const Scales& scales;
};

}  // namespace soleus
