// What the memory of this machine allows: the limit that a sweep over populations is held against.
#pragma once

namespace soleus {

/// Bytes per second that all threads together read and write when they update 19 streams of numbers in place,
/// as a step does with the populations of D3Q19 but without streaming and collision. Best of a few passes
/// over 320 MB.
double memory_bandwidth_bytes_s();

}  // namespace soleus
