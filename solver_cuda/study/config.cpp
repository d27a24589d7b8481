#include "solver_cuda/study/config.hpp"

namespace soleus::study {

void describe(Fields& f, MeasurementConfig& c) {
  f.choice({"figure", "What was measured, by the name that figures.json gives it; docs/limb.md defines each.",
            true},
           c.figure, measured_names);
  f.text({"value", "As measured, with its unit: 110 mL, 26 mmHg, 55 %.", true}, c.value);
  f.text({"uncertainty",
          "Of the value, one standard deviation, with its unit: how far a second measurement of the same leg "
          "would lie from the first. It decides what the value weighs.",
          true},
         c.uncertainty);
}

void describe(Fields& f, ParameterConfig& c) {
  f.text({"name", "In the tables; left out: the first of its keys."}, c.name);
  f.texts(
      {"keys",
       "Numbers of the limb that take its value, such as limb.muscle_pressure, limb.veins.soleus.capacity "
       "or limb.paths.popliteal.leak; several take the same. Veins and paths need not stand in the case.",
       true},
      c.keys);
  f.text({"from", "The least value that it may take, with its unit.", true}, c.from);
  f.text(
      {"to",
       "The largest one. From ten times `from` on the parameter is searched by its logarithm, so that each "
       "factor counts alike.",
       true},
      c.to);
  f.text({"start",
          "Where the search begins; left out: what the case says, or the middle between the bounds "
          "where it says nothing or more than they allow."},
         c.start);
}

void describe(Fields& f, CalibrationConfig& c) {
  f.list({"measured", "Figures of the person under the protocol of the case, each once.", true}, c.measured);
  f.list({"parameters", "What may be changed.", true}, c.parameters);
  f.integer({"starts",
             "Searches: the first from where the parameters start, the others from the best of the samples."},
            c.starts, {.min = 1, .max = 100});
  f.integer({"samples",
             "Points of a Sobol sequence between the bounds that are looked at first; 0: eight for each "
             "parameter, none with a single search."},
            c.samples, {.min = 0, .max = 100000});
}

}  // namespace soleus::study
