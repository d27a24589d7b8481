#include "symbols.hpp"

#include <cxxabi.h>
#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "arena.hpp"
#include "block.hpp"

namespace soleus::cuda_emulation {
namespace {

struct Symbols {
  std::map<std::uintptr_t, std::string> functions;  // mangled, by address in the running program
  struct Shared {
    std::uintptr_t offset;  // in the program's thread-local storage
    std::size_t size;
  };
  std::vector<Shared> shared;
  std::uintptr_t dynamic_shared_offset = 0;
};

/// Where the program was put in memory, against the addresses in its file.
std::uintptr_t load_offset() {
  std::uintptr_t offset = 0;
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* out) {
        *static_cast<std::uintptr_t*>(out) = info->dlpi_addr;
        return 1;  // the program comes first
      },
      &offset);
  return offset;
}

void add(Symbols& symbols, const ElfW(Sym) & symbol, const char* name, std::uintptr_t offset) {
  const auto type = ELF64_ST_TYPE(symbol.st_info);
  if (symbol.st_shndx == SHN_UNDEF) return;
  if (type == STT_FUNC) symbols.functions.emplace(symbol.st_value + offset, name);
  // The tag is the one in keywords.hpp.
  if (type != STT_TLS || std::string_view(name).find("B11cuda_shared") == std::string_view::npos) return;
  if (std::string_view(name).starts_with("_ZN6soleus21dynamic_shared_memoryB"))
    symbols.dynamic_shared_offset = symbol.st_value;
  else
    symbols.shared.push_back({symbol.st_value, symbol.st_size});
}

void read_table(Symbols& symbols, const char* file) {
  const auto* header = reinterpret_cast<const ElfW(Ehdr)*>(file);
  const auto* sections = reinterpret_cast<const ElfW(Shdr)*>(file + header->e_shoff);
  const std::uintptr_t offset = load_offset();
  for (int i = 0; i < header->e_shnum; ++i) {
    if (sections[i].sh_type != SHT_SYMTAB) continue;
    const auto* table = reinterpret_cast<const ElfW(Sym)*>(file + sections[i].sh_offset);
    const char* names = file + sections[sections[i].sh_link].sh_offset;
    for (std::size_t k = 0; k < sections[i].sh_size / sizeof(ElfW(Sym)); ++k)
      add(symbols, table[k], names + table[k].st_name, offset);
  }
}

const Symbols& symbols() {
  static const Symbols* const all = [] {
    auto* found = new Symbols;
    const int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    struct stat about {};
    if (file < 0 || fstat(file, &about) != 0) return found;
    const auto size = std::size_t(about.st_size);
    void* bytes = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
    close(file);
    if (bytes == MAP_FAILED) return found;
    read_table(*found, static_cast<const char*>(bytes));
    munmap(bytes, size);
    return found;
  }();
  return *all;
}

std::string readable(const std::string& mangled) {
  int status = 0;
  char* text = abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status);
  std::string name = status == 0 ? text : mangled;
  std::free(text);
  return name;
}

}  // namespace

const char* kernel_name(const void* kernel) {
  static std::map<const void*, std::string> known;  // callers hold the device's lock
  const auto [place, is_new] = known.try_emplace(kernel);
  if (is_new) {
    const auto function = symbols().functions.find(reinterpret_cast<std::uintptr_t>(kernel));
    place->second = function == symbols().functions.end()
                        ? fmt::format("kernel at {}", kernel)
                        : fmt::format("kernel {}", readable(function->second));
  }
  return place->second.c_str();
}

void unset_static_shared_memory() {
  const Symbols& s = symbols();
  unsigned char* storage = dynamic_shared_memory - s.dynamic_shared_offset;
  for (const auto& variable : s.shared) std::memset(storage + variable.offset, unset, variable.size);
}

}  // namespace soleus::cuda_emulation
