// Whole networks, compiled and interpreted: the article's, over samples, and with
// every op's result.
#include "CompiledHarness.h"

#include "llvm/Support/MemoryBuffer.h"
#include "gtest/gtest.h"

using namespace penjing;
using namespace penjing::test;

static std::string article(const char *name) {
  auto file = llvm::MemoryBuffer::getFile(std::string(PENJING_SOURCE_DIR "/examples/article-cnn/") + name);
  EXPECT_TRUE(bool(file));
  return file ? (*file)->getBuffer().str() : "";
}

static Comparison comparison(ParameterSource parameters, bool everyResult, int64_t samples) {
  Comparison c;
  c.exact = false;
  c.tolerance = 2e-5;
  c.parameters = parameters;
  c.everyResult = everyResult;
  c.samples = samples;
  return c;
}

TEST(Networks, ArticleOverSamples) {
  expectAgreement(article("article.mlir"), comparison(ParameterSource::Constants, false, 3));
}
TEST(Networks, ArticleWithArguments) {
  expectAgreement(article("article.mlir"), comparison(ParameterSource::Arguments, false, 2));
}
TEST(Networks, ArticleWithEveryResult) {
  expectAgreement(article("article.mlir"), comparison(ParameterSource::Constants, true, 2));
}

TEST(Networks, TrainingStepOfArticle) {
  Comparison c = comparison(ParameterSource::Arguments, false, 1);
  c.pipeline = "pj-training-step{batch=6 label-smoothing=0.1}";
  expectAgreement(article("article.mlir"), c);
}
TEST(Networks, TrainingStepWithTeacher) {
  Comparison c = comparison(ParameterSource::Arguments, false, 1);
  c.pipeline = "pj-training-step{batch=4 beta=0.5 temperature=4}";
  expectAgreement(article("article.mlir"), c);
}
TEST(Networks, ArticleOnEveryLevel) {
  for (const char *target : {"x86-64", "x86-64-v3"}) {
    Comparison c = comparison(ParameterSource::Constants, false, 2);
    c.target = target;
    if (runsHere(llvm::cantFail(findTarget(target))))
      expectAgreement(article("article.mlir"), c);
  }
}
