// write_page FILE.html RUN ...: a page of run folders.
#include <exception>
#include <iostream>
#include <vector>

#include "postprocess/page.hpp"

int main(int count, char** words) try {
  if (count < 3) {
    std::cerr << "write_page FILE.html RUN ...: give a file and at least one run folder.\n";
    return 1;
  }
  std::vector<soleus::PageCase> cases;
  for (int k = 2; k < count; ++k) cases.push_back(soleus::read_page_case(words[k]));
  soleus::write_page(cases, words[1]);
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
