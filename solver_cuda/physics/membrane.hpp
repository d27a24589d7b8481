// What stretching a thin elastic sheet in its plane costs, and the stress that follows. Plane stress; C is
// the right Cauchy-Green tensor of the middle surface, E = (C - 1)/2, in the sheet's own axes at rest, of
// which the first runs along the fibres. REFERENCES: [1] Holzapfel, Nonlinear Solid Mechanics (Wiley 2000),
// ch. 6: neo-Hookean solids, incompressible in plane stress. [2] Fung, Biomechanics: Mechanical Properties of
// Living Tissues (Springer 1993), ch. 7, the exponential law; its form in plane for heart valves: May-Newman
// & Yin, J. Biomech. Eng. 120, 38 (1998).
#pragma once

#include <cmath>

#include "pipeline/base/artifacts/sheet_material.hpp"
#include "pipeline/base/hd.hpp"

namespace soleus {

/// A symmetric tensor in the plane of a sheet.
struct PlaneTensor {
  double xx = 0, yy = 0, xy = 0;

  SOLEUS_HD PlaneTensor& operator+=(const PlaneTensor& b) {
    return xx += b.xx, yy += b.yy, xy += b.xy, *this;
  }
  SOLEUS_HD double trace() const { return xx + yy; }
  SOLEUS_HD double determinant() const { return xx * yy - xy * xy; }
};
SOLEUS_HD inline double contract(const PlaneTensor& a, const PlaneTensor& b) {
  return a.xx * b.xx + a.yy * b.yy + 2 * a.xy * b.xy;
}
SOLEUS_HD inline PlaneTensor operator*(const PlaneTensor& a, double s) {
  return {a.xx * s, a.yy * s, a.xy * s};
}

/// Strain energy per area [J/m2] and the second Piola-Kirchhoff stress times thickness [N/m].
struct SheetStress {
  double energy_j_m2;
  PlaneTensor tension_n_m;
};

SOLEUS_HD inline PlaneTensor strain(const PlaneTensor& c) {
  return {0.5 * (c.xx - 1), 0.5 * (c.yy - 1), 0.5 * c.xy};
}

/// E h / (1 - nu^2) [(1 - nu) E + nu tr(E) 1].
SOLEUS_HD inline SheetStress st_venant_kirchhoff(const SheetMaterial& m, const PlaneTensor& c) {
  const PlaneTensor e = strain(c);
  const double stiffness = m.young_pa * m.thickness_m / (1 - m.poisson * m.poisson),
               all_round = stiffness * m.poisson * e.trace(), alone = stiffness * (1 - m.poisson);
  const PlaneTensor s{alone * e.xx + all_round, alone * e.yy + all_round, alone * e.xy};
  return {0.5 * contract(s, e), s};
}

/// W = mu/2 (tr C + 1/det C - 3) [1], mu = E/3.
SOLEUS_HD inline SheetStress neo_hookean(const SheetMaterial& m, const PlaneTensor& c) {
  const double mu = m.young_pa * m.thickness_m / 3, det = c.determinant(), back = 1 / (det * det);
  return {0.5 * mu * (c.trace() + 1 / det - 3),
          {mu * (1 - c.yy * back), mu * (1 - c.xx * back), mu * c.xy * back}};
}

/// W = c/2 (exp Q - 1), Q = a1 E11^2 + a2 E22^2 + 2 a3 E11 E22 + 2 a4 E12^2 [2]; beyond the largest Q that is
/// followed W goes on in line with Q.
SOLEUS_HD inline SheetStress fung(const SheetMaterial& m, const PlaneTensor& c) {
  const PlaneTensor e = strain(c);
  const FungExponents& a = m.fung;
  const PlaneTensor q{a.along * e.xx + a.both * e.yy, a.across * e.yy + a.both * e.xx, a.shear * e.xy};
  const double all = contract(q, e), followed = std::fmin(all, a.stiffens_to);
  const double stiffness = m.young_pa * m.thickness_m, grown = std::exp(followed);
  return {0.5 * stiffness * (grown * (1 + all - followed) - 1), q * (stiffness * grown)};
}

SOLEUS_HD inline SheetStress sheet_stress(const SheetMaterial& m, const PlaneTensor& c) {
  if (m.law == MembraneLaw::st_venant_kirchhoff) return st_venant_kirchhoff(m, c);
  return m.law == MembraneLaw::neo_hookean ? neo_hookean(m, c) : fung(m, c);
}

/// Largest change of tension per strain [N/m]; of Fung's law, which stiffens, up to a strain along the
/// stiffer axis.
SOLEUS_HD inline double stiffness_n_m(const SheetMaterial& m, double of_strain) {
  const double modulus = m.young_pa * m.thickness_m;
  if (m.law == MembraneLaw::st_venant_kirchhoff) return modulus / (1 - m.poisson * m.poisson);
  if (m.law == MembraneLaw::neo_hookean) return modulus / 0.75;
  const double a = std::fmax(m.fung.along, m.fung.across), q = a * of_strain * of_strain;
  return modulus * (a * (1 + 2 * q) + std::fabs(m.fung.both)) * std::exp(q);
}

}  // namespace soleus
