// write_page FILE.html RUN ...: a page of run folders. write_page --made-up FOLDER: fields of two runs, for a
// test.
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "postprocess/page.hpp"
#include "tests/postprocess/synthetic_fields.hpp"

int main(int count, char** words) try {
  if (count < 3) {
    std::cerr << "write_page FILE.html RUN ...: give a file and at least one run folder.\n";
    return 1;
  }
  if (words[1] == std::string("--made-up")) {
    for (const double squeeze : {0.35, 0.15}) {
      const auto run = std::filesystem::path(words[2]) / (squeeze > 0.2 ? "much" : "little");
      soleus::CurvedVein vein;
      vein.squeeze = squeeze;
      soleus::write_fields(vein, run);
    }
    return 0;
  }
  std::vector<soleus::PageCase> cases;
  for (int k = 2; k < count; ++k) cases.push_back(soleus::read_page_case(words[k]));
  soleus::write_page(cases, words[1]);
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
