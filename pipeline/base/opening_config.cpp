#include "pipeline/base/opening_config.hpp"

#include <fmt/format.h>

#include <array>

namespace soleus {
namespace {

constexpr std::array<std::string_view, 4> opening_names{"pressure", "flow", "velocity", "closed"};
constexpr std::array<std::string_view, 3> passage_names{"both", "in", "out"};
constexpr std::array<std::string_view, 2> profile_names{"parabolic", "uniform"};

}  // namespace

void describe(Fields& f, OpeningConfig& o) {
  f.text({"name", "Name of the opening in all results, for example popliteal_outlet.", true}, o.name);
  f.vector({"near", "A point (LPS) near the opening: the nearest open end of the lumen gets this name."},
           o.near_m, Dimension::length);
  f.text({"end", "Analytic shapes: start or end; of a bifurcation start, left or right."}, o.end);
  f.choice({"kind", "What is prescribed: pressure, flow, velocity, or closed (a wall)."}, o.kind,
           opening_names);
  f.quantity({"pressure", "Kind pressure: mean pressure, without the hydrostatic part."}, o.pressure_pa,
             Dimension::pressure);
  f.text({"vessel",
          "Kind pressure: vessel of the section limb that the opening leads to, for example popliteal. It "
          "has its pressure, and gives and takes what flows; the limb's own ways between two such vessels "
          "are left out. Several openings may lead to one vessel, such as those of the posterior tibial and "
          "the peroneal veins, which the limb has as one."},
         o.vessel);
  f.quantity({"beyond",
              "Vessel: length of vein that goes on behind the opening until the limb's vessel. Waves run on "
              "into it, and its blood has to be sped up; 0 m: the vessel's pressure is right at the opening, "
              "and waves come back from there. Left out: 20 cm."},
             o.beyond_m, Dimension::length, {.min = 0, .max = 10});
  f.choice({"passage",
            "Kind pressure: which way blood may pass; in (to the lumen) and out are those of an ideal valve, "
            "which shuts at once."},
           o.passage, passage_names);
  f.quantity({"flow", "Kind flow: volume flow, positive into the lumen."}, o.flow_m3_s, Dimension::flow);
  f.quantity({"velocity", "Kind velocity: mean velocity, positive into the lumen."}, o.velocity_m_s,
             Dimension::velocity);
  f.choice({"profile", "Shape of the velocity over the opening, for flow and velocity."}, o.profile,
           profile_names);
  f.section({"waveform", "Factor over time on the pressure, flow or velocity."}, o.waveform);
  if (o.passage != OneWay::both && o.kind != OpeningKind::pressure)
    f.fault("passage", "only an opening of kind pressure may be a valve; use passage: both.");
  if (!o.vessel.empty() && (o.kind != OpeningKind::pressure || o.pressure_pa != 0))
    f.fault("vessel", "the limb gives the pressure; leave out kind and pressure, or vessel.");
  if (o.vessel.empty() && o.beyond_m)
    f.fault("beyond",
            "only an opening that leads to a vessel of the limb has vein behind it; write vessel, "
            "for example vessel: popliteal, or leave it out.");
  if (!o.near_m && o.end.empty())
    f.fault("name", "an opening needs its place: near (a point) or, for analytic shapes, end.");
  if (!o.end.empty() && o.end != "start" && o.end != "end" && o.end != "left" && o.end != "right")
    f.fault("end", fmt::format("'{}' is not one of start, end, left, right.", o.end));
}

}  // namespace soleus
