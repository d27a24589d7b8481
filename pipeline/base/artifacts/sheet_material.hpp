// What a thin elastic sheet is made of.
#pragma once

#include "pipeline/base/hd.hpp"

namespace soleus {

class Fields;

enum class MembraneLaw { st_venant_kirchhoff, neo_hookean, fung };

/// Exponents of Fung's law, no units: of stretch along the fibres, across them, of both together, and of
/// shear.
struct FungExponents {
  double along = 0, across = 0, both = 0, shear = 0;
  /// From this value of the exponential's argument on the sheet stiffens no more; set by how stiff a sheet
  /// the time step bears.
  double stiffens_to = 1e30;
};

struct SheetMaterial {
  MembraneLaw law = MembraneLaw::neo_hookean;
  double thickness_m = 0;
  double young_pa = 0;   // at small strains; in Fung's law the factor c of its energy
  double poisson = 0.5;  // of St Venant-Kirchhoff's law; the others do not change volume
  FungExponents fung{};
  double density_kg_m3 = 0;
  /// Modulus that bends the sheet, E / (1 - nu^2) [Pa]: tissue in layers may give way more easily to bending
  /// than its stretching says.
  double bending_pa = 0;

  /// D = E h^3 / (12 (1 - nu^2)) [N m].
  SOLEUS_HD double bending_stiffness_nm() const {
    return bending_pa * thickness_m * thickness_m * thickness_m / 12;
  }
};

void describe(Fields& f, SheetMaterial& c);
/// All but the thickness, where that is known from elsewhere.
void describe_elasticity(Fields& f, SheetMaterial& c);

/// Of a valve's cusps, whose thickness is theirs. Soft until they are stretched by a tenth, then stiff, more
/// so along their free edges: form after May-Newman & Yin (J. Biomech. Eng. 120, 38, 1998); the numbers are
/// estimates, a modulus of 0.3 MPa at rest.
struct CuspMaterial {
  SheetMaterial elastic{.law = MembraneLaw::fung,
                        .young_pa = 5e3,
                        .fung = {.along = 60, .across = 15, .both = 5, .shear = 15},
                        .density_kg_m3 = 1070,
                        .bending_pa = 0.3e6};
};
void describe(Fields& f, CuspMaterial& c);

}  // namespace soleus
