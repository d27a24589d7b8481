#include "postprocess/page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "pipeline/base/files.hpp"
#include "tests/postprocess/synthetic_run.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class Page : public ::testing::Test {
 protected:
  fs::path run = fs::temp_directory_path() / ("soleus_page_" + std::to_string(::getpid()));
  void SetUp() override { fs::create_directories(run / "solve"); }
  void TearDown() override { fs::remove_all(run); }

  PageCase made_up(const std::string& name) const {
    const Flow flow = breathing_flow({});
    return {name, "A lumen that breathes.", run / "solve", run / "report", flow, measure(flow)};
  }
  std::string page_of(const std::vector<PageCase>& cases) const {
    write_page(cases, run / "report.html");
    return read_file(run / "report.html");
  }
};

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

TEST_F(Page, TitleThatIsAScriptStaysText) {
  const std::string page = page_of({made_up("</script><script>alert(1)</script>@DATA@")});

  EXPECT_THAT(page, Not(HasSubstr("<script>alert(1)")));
  EXPECT_THAT(page, HasSubstr("&lt;/script&gt;&lt;script&gt;alert(1)"));
  EXPECT_EQ(count(page, "</script>"), 2U) << "the data and the viewer, nothing else";
}

TEST_F(Page, LoadsNothing) {
  const std::string page = page_of({made_up("calf")});

  for (const char* load : {"src=\"http", "href=\"http", "url(http", "@import", "<link", "<iframe"})
    EXPECT_THAT(page, Not(HasSubstr(load)));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, HasSubstr("Research use only. Not a medical device."));
}

TEST_F(Page, ShowsFiguresInTheUnitsOfAClinicAndWhereTheyComeFrom) {
  const std::string page = page_of({made_up("calf")});

  EXPECT_THAT(page, HasSubstr("<td>10 mL</td>"));  // ejected
  EXPECT_THAT(page, HasSubstr("Case hash 1f00, soleus 0.1.0"));
  EXPECT_THAT(page, HasSubstr("\"unit\":\"mL/min\""));
}

TEST_F(Page, TwoCasesStandSideBySide) {
  const std::string page = page_of({made_up("before"), made_up("after")});

  EXPECT_EQ(count(page, "<section class=\"case\">"), 2U);
  EXPECT_THAT(page, HasSubstr("<title>before, after - Soleus report</title>"));
}

TEST_F(Page, RunThatStoppedHalfWaySaysSo) {
  const std::string page = page_of({read_page_case(run)});

  EXPECT_THAT(page, HasSubstr("This run stopped before its end"));
}

TEST_F(Page, SaysWhenItHasNoViewer) {
  const std::string page = page_of({made_up("calf")});

  EXPECT_EQ(page.find("Built without npm") == std::string::npos, page_has_viewer());
}

}  // namespace
}  // namespace soleus
