#include <gtest/gtest.h>

#include <filesystem>

#include "pipeline/app/documents.hpp"
#include "pipeline/base/files.hpp"

namespace soleus {
namespace {

const std::filesystem::path source = SOLEUS_SOURCE;

TEST(Documents, SchemaIsUpToDate) {
  EXPECT_EQ(read_file(source / "schema/soleus-case.schema.json"), case_schema())
      << "run: soleus schema --output schema/soleus-case.schema.json";
  EXPECT_EQ(read_file(source / "schema/soleus-phantom.schema.json"), phantom_schema())
      << "run: soleus schema --phantom --output schema/soleus-phantom.schema.json";
}

TEST(Documents, ConfigurationPageIsUpToDate) {
  EXPECT_EQ(read_file(source / "docs/configuration.md"), configuration_page())
      << "run: soleus docs --output docs/configuration.md";
}

}  // namespace
}  // namespace soleus
