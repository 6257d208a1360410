// The C header: legal in C99 and C++17 whatever the model's names are.
#include "penjing/Emit/Header.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

using namespace penjing;

namespace {

HeaderFacts tinyFacts() {
  HeaderFacts facts;
  facts.model = "tiny";
  facts.target = "x86-64-v4";
  facts.recipeHash = "abc";
  facts.inputs = {{"input", ElementKind::F32, {-1, 1, 28, 28}}};
  facts.outputs = {{"logits", ElementKind::F32, {-1, 10}}};
  facts.hasSamples = true;
  facts.arenaBytes = 4096;
  return facts;
}

TEST(HeaderTest, StatesPrototypeShapesAndSizes) {
  auto text = writeHeader(tinyFacts());
  ASSERT_TRUE(!!text);
  for (const char *part : {"int tiny(const float *input, float *logits, int64_t samples, void *arena);",
                           "#define TINY_ARENA_BYTES 4096u", "#define TINY_CPU_UNSUPPORTED 1",
                           "input: input 'input', samples x 1 x 28 x 28", "#define TINY_RECIPE_SHA256 \"abc\"",
                           "#define TINY_TARGET \"x86-64-v4\""})
    EXPECT_NE(text->find(part), std::string::npos) << part;
  EXPECT_EQ(text->find("STACK"), std::string::npos);
}

TEST(HeaderTest, NamesOfAnyTextBecomeIdentifiers) {
  EXPECT_EQ(cIdentifier("serving_default/x:0"), "serving_default_x_0");
  EXPECT_EQ(cIdentifier("7"), "t7");
  EXPECT_EQ(cIdentifier("__x"), "x");
  EXPECT_EQ(cIdentifier("class"), "class_");
  EXPECT_EQ(cIdentifier(""), "t");
}

TEST(HeaderTest, CompilersTakeItWithoutWarnings) {
  auto facts = tinyFacts();
  facts.inputs = {{"a/b", ElementKind::U8, {3}}, {"a.b", ElementKind::Bool, {}},
                  {"ends */ the comment \\", ElementKind::I64, {2}}, {"int", ElementKind::F64, {2}}};
  facts.stackBytes = 128;
  auto text = writeHeader(facts);
  ASSERT_TRUE(!!text);
  llvm::SmallString<128> header;
  ASSERT_FALSE(llvm::sys::fs::createTemporaryFile("penjing-header", "h", header));
  std::error_code code;
  llvm::raw_fd_ostream(header, code) << *text;
  auto gcc = llvm::sys::findProgramByName("gcc");
  ASSERT_TRUE(!!gcc);
  for (std::pair<const char *, const char *> language : {std::pair("c", "-std=c99"), std::pair("c++", "-std=c++17")})
    EXPECT_EQ(llvm::sys::ExecuteAndWait(*gcc, {"gcc", language.second, "-Wall", "-Wextra", "-Werror", "-pedantic",
                                               "-fsyntax-only", "-x", language.first, header}),
              0)
        << *text;
  llvm::sys::fs::remove(header);
}

TEST(HeaderTest, RefusesWhatCHasNot) {
  auto facts = tinyFacts();
  facts.model = "2tiny";
  EXPECT_EQ(llvm::toString(writeHeader(facts).takeError()),
            "requires a model name that is a C identifier, but got '2tiny'");
  facts = tinyFacts();
  facts.inputs[0].element = ElementKind::BF16;
  EXPECT_EQ(llvm::toString(writeHeader(facts).takeError()),
            "requires an element type that C has, but 'input' has another");
}

} // namespace
