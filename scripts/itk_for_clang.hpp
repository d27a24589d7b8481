// For scripts/lint.sh only: Debian's ITK was configured for GCC, and its first header refuses every other
// compiler. clang-tidy reads that header as GCC would, all others as clang.
#if defined(__cplusplus) && __has_include(<itk_compiler_detection.h>)
#pragma push_macro("__clang__")
#pragma push_macro("__GNUC__")
#undef __clang__
#undef __GNUC__
#define __GNUC__ 12
#include <itk_compiler_detection.h>
#pragma pop_macro("__GNUC__")
#pragma pop_macro("__clang__")
#endif
