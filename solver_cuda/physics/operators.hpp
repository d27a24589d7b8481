// The collision operators as types, so that a loop over cells can be a template over them.
#pragma once

#include "solver_cuda/physics/cumulant.hpp"
#include "solver_cuda/physics/regularized.hpp"

namespace soleus {

template <class Model>
struct Trt {
  template <class L, class V, class R>
  SOLEUS_HD void collide(V (&f)[L::Q], const Relaxation<R>& p) const {
    collide_trt<L, Model>(f, p);
  }
};

template <class Model>
struct Regularized {
  template <class L, class V, class R>
  SOLEUS_HD void collide(V (&f)[L::Q], const Relaxation<R>& p) const {
    collide_regularized<L, Model>(f, p);
  }
};

template <class Model>
struct Cumulant {
  template <class L, class V, class R>
  SOLEUS_HD void collide(V (&f)[L::Q], const Relaxation<R>& p) const {
    collide_cumulant<L, Model>(f, p);
  }
};

}  // namespace soleus
