// A run that stops anywhere resumes to the same bytes, and only with the same facts.
#include "penjing/Recipes/Runner.h"

#include "penjing/Dialect/Penjing/ModelFiles.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Dialect/Penjing/RecipeHash.h"
#include "penjing/Support/Session.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "mlir/Transforms/Passes.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace penjing;

namespace {

/// Adds `step` to every element of every parameter, and fails when told to.
struct IncrementPass : public PassWrapper<IncrementPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(IncrementPass)
  IncrementPass() = default;
  IncrementPass(const IncrementPass &other) : PassWrapper(other) {}
  StringRef getArgument() const final { return "test-increment"; }
  StringRef getDescription() const final { return "adds to every parameter"; }
  Option<int> step{*this, "step", llvm::cl::desc("what to add"), llvm::cl::init(1)};
  Option<bool> fail{*this, "fail", llvm::cl::desc("fail at once"), llvm::cl::init(false)};

  void runOnOperation() override {
    auto session = getSession(&getContext());
    if (fail)
      return signalPassFailure();
    emitRemark(getOperation(), "test-increment", RemarkKind::Passed, "added");
    if (session->limits.fileBytes == uint64_t(step)) {
      session->requestCancel();
      return signalPassFailure();
    }
    for (auto param : getOperation().getOps<ParamOp>()) {
      auto now = ParameterBytes::of(param)->as<float>().vec();
      for (float &value : now)
        value = value * 3 + step;
      setParameterBytes(param, ArrayRef(reinterpret_cast<char *>(now.data()), now.size() * 4));
    }
  }
};

class RunnerTest : public testing::Test {
protected:
  static void SetUpTestSuite() {
    PassRegistration<IncrementPass>();
    registerTransformsPasses();
  }

  void SetUp() override {
    SmallString<128> folder;
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("penjing-runner", folder));
    temporary = folder.str().str();
    options.stateFolder = temporary + "/state";
    options.facts = {{"model", "m"}, {"seed", "0"}};
    options.afterStage = [&](unsigned stage, ModuleOp) -> llvm::Expected<llvm::json::Value> {
      asked.push_back(stage);
      return llvm::json::Value(int64_t(stage) * 10);
    };
    auto parsed = parseRecipe("test-increment{step=1}, test-increment{step=2}, test-increment{step=3}", "r.pj");
    ASSERT_TRUE(!!parsed);
    recipe = std::move(*parsed);
  }
  void TearDown() override { llvm::sys::fs::remove_directories(temporary); }

  /// Runs in a context of its own; `cancelAt` is the step at which it stops.
  RunResult run(MLIRContext &context, int cancelAt = 0) {
    context.loadDialect<PenjingDialect>();
    getSession(&context)->limits.fileBytes = cancelAt;
    handler.emplace(&context, [&](Diagnostic &d) { messages += d.str() + "\n"; });
    auto module = parseSourceString<ModuleOp>(
        "pj.param @w : tensor<2xf32> {role = #pj.role<weight>, value = dense<[1.0, 2.0]> : tensor<2xf32>}",
        ParserConfig(&context));
    auto result = runRecipe(std::move(module), recipe, options);
    if (result.module)
      bytes = writeBytecode(*result.module);
    handler.reset();
    return result;
  }

  std::string temporary, messages, bytes;
  std::optional<ScopedDiagnosticHandler> handler;
  std::vector<unsigned> asked;
  RunOptions options;
  Recipe recipe;
};

TEST_F(RunnerTest, RunsEveryStageAndKeepsItsStateForTheOutput) {
  MLIRContext context;
  auto result = run(context);
  EXPECT_EQ(result.status, RunStatus::Done) << messages;
  EXPECT_EQ(asked, (std::vector<unsigned>{0, 1, 2}));
  EXPECT_EQ(getRecipeHash(*result.module), recipe.hash);
  ASSERT_EQ(result.notes.size(), 3u);
  EXPECT_EQ(result.notes[2], llvm::json::Value(20));
  std::string expected = bytes;
  asked.clear();
  // The output could not be written: the finished run is there again.
  options.resume = true;
  MLIRContext again;
  auto second = run(again);
  EXPECT_EQ(second.status, RunStatus::Done) << messages;
  EXPECT_EQ(second.resumedAt, 3u);
  EXPECT_EQ(second.notes, result.notes);
  EXPECT_EQ(bytes, expected);
  EXPECT_TRUE(asked.empty());
  removeRunState(options.stateFolder);
  EXPECT_FALSE(llvm::sys::fs::exists(options.stateFolder));
}

TEST_F(RunnerTest, RemovesNothingButItsState) {
  MLIRContext first, second;
  run(first, 3);
  std::string mine = options.stateFolder + "/thesis.tex";
  std::error_code code;
  llvm::raw_fd_ostream(mine, code) << "x";
  llvm::raw_fd_ostream(options.stateFolder + "/.stage-1.mlirbc.penjing-0a1b2c3d", code) << "x";
  llvm::raw_fd_ostream(options.stateFolder + "/stage-2-0123456789abcdef.safetensors", code) << "x";
  removeRunState(options.stateFolder);
  llvm::sys::fs::directory_iterator it(options.stateFolder, code), end;
  ASSERT_NE(it, end);
  EXPECT_EQ(it->path(), mine);
  EXPECT_EQ(it.increment(code), end);
  // Without a position there is nothing to resume.
  options.resume = true;
  EXPECT_EQ(run(second).resumedAt, 0u);
}

TEST_F(RunnerTest, ResumesToTheSameBytes) {
  MLIRContext whole, first, second;
  ASSERT_EQ(run(whole).status, RunStatus::Done);
  std::string expected = bytes;
  asked.clear();
  EXPECT_EQ(run(first, 3).status, RunStatus::Cancelled);
  EXPECT_TRUE(llvm::sys::fs::exists(options.stateFolder + "/position.json"));
  options.resume = true;
  auto result = run(second);
  EXPECT_EQ(result.status, RunStatus::Done) << messages;
  EXPECT_EQ(result.resumedAt, 2u);
  EXPECT_EQ(asked, (std::vector<unsigned>{0, 1, 2}));
  ASSERT_EQ(result.notes.size(), 3u);
  EXPECT_EQ(result.notes[0], llvm::json::Value(0));
  EXPECT_EQ(bytes, expected);
  EXPECT_EQ(getSession(&second)->remarks().sorted().size(), 3u);
}

TEST_F(RunnerTest, ResumeWithoutStateStartsAnew) {
  MLIRContext context;
  options.resume = true;
  auto result = run(context);
  EXPECT_EQ(result.status, RunStatus::Done) << messages;
  EXPECT_EQ(result.resumedAt, 0u);
}

TEST_F(RunnerTest, RefusesAnotherModelSeedOrDamagedState) {
  MLIRContext first, second, third;
  run(first, 3);
  options.resume = true;
  options.facts[1].second = "7";
  EXPECT_EQ(run(second).status, RunStatus::Failed);
  EXPECT_NE(messages.find("requires the seed of the interrupted run ('0') to resume, but got '7'; run without --resume to start anew"),
            std::string::npos)
      << messages;
  options.facts[1].second = "0";
  std::error_code code;
  llvm::raw_fd_ostream(options.stateFolder + "/position.json", code) << "{";
  EXPECT_EQ(run(third).status, RunStatus::Failed);
  EXPECT_NE(messages.find("' is damaged; remove its folder to start anew"), std::string::npos) << messages;
}

TEST_F(RunnerTest, NamesTheStageThatFailed) {
  MLIRContext context;
  auto parsed = parseRecipe("cse,\ntest-increment{fail}", "r.pj");
  ASSERT_TRUE(!!parsed) << llvm::toString(parsed.takeError());
  recipe = std::move(*parsed);
  EXPECT_EQ(run(context).status, RunStatus::Failed);
  EXPECT_NE(messages.find("recipe 'r.pj' failed at line 2 in 'test-increment'"), std::string::npos) << messages;
}

TEST_F(RunnerTest, RefusesAStateFolderThatIsAFile) {
  MLIRContext context;
  std::error_code code;
  llvm::raw_fd_ostream(temporary + "/file", code) << "x";
  options.stateFolder = temporary + "/file/state";
  EXPECT_EQ(run(context).status, RunStatus::Failed);
  EXPECT_NE(messages.find("requires a folder for the state, but '"), std::string::npos) << messages;
}

TEST_F(RunnerTest, RefusesAStateBehindTheRecipesEnd) {
  MLIRContext first, second;
  run(first, 3);
  auto shorter = parseRecipe("test-increment", "r.pj");
  ASSERT_TRUE(!!shorter);
  recipe = std::move(*shorter);
  options.resume = true;
  EXPECT_EQ(run(second).status, RunStatus::Failed);
  EXPECT_NE(messages.find("requires a state within the recipe's 1 stages, but got stage 2"), std::string::npos)
      << messages;
}

} // namespace
