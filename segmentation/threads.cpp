#include <itkMultiThreaderBase.h>

#include "segmentation/segmentation.hpp"

namespace soleus {

void set_itk_threads(int threads) {
  itk::MultiThreaderBase::SetGlobalDefaultNumberOfThreads(static_cast<itk::ThreadIdType>(threads));
}

}  // namespace soleus
