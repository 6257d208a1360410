// The session on its dialect: data and models by name, cancellation, remarks
// from many threads in one order.
#include "penjing/Support/Session.h"

#include "penjing/Support/Locations.h"

#include "ErrorText.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <thread>

using namespace penjing;
using namespace penjing::test;
using namespace mlir;
using testing::HasSubstr;

namespace {
/// Stands for the real dialect: the room below it must not include it.
class StandInDialect : public Dialect {
public:
  explicit StandInDialect(MLIRContext *context)
      : Dialect("pj", context, TypeID::get<StandInDialect>()) {
    addInterfaces<SessionInterface>();
  }
  static StringRef getDialectNamespace() { return "pj"; }
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(StandInDialect)
};
} // namespace

TEST(Session, HangsOnTheDialect) {
  MLIRContext context;
  EXPECT_EQ(getSession(&context), nullptr);
  context.loadDialect<StandInDialect>();
  ASSERT_NE(getSession(&context), nullptr);
  auto session = std::make_shared<Session>();
  session->seed = 42;
  setSession(&context, session);
  EXPECT_EQ(getSession(&context)->seed, 42u);
}

TEST(Session, FindsDataByName) {
  TemporaryFolder folder;
  writeFile(folder / "a.npz", "1");
  Session session;
  EXPECT_EQ(errorText(session.findData("train")),
            "requires data named \"train\", but the session has none, and \".\" no such file");
  session.bindData("train", folder / "a.npz");
  session.bindData("probe", {{"x", Array(ElementKind::U8, {3})}});
  EXPECT_EQ(session.findData("train")->path, folder / "a.npz");
  EXPECT_EQ(session.findData("probe")->arrays.size(), 1u);
  EXPECT_EQ(errorText(session.findData("other")),
            "requires data named \"other\", but the session has \"probe\", "
            "\"train\", and \".\" no such file");
  session.setDataRoot(folder.path);
  EXPECT_EQ(readFile(session.findData("a.npz")->path), "1");
  EXPECT_THAT(errorText(session.findData("/etc/passwd")),
              HasSubstr("requires a path inside"));
}

TEST(Session, KeepsModelsAndTheCancelFlag) {
  Session session;
  EXPECT_EQ(session.findModel("input"), nullptr);
  session.bindModel("input", "bytes");
  EXPECT_EQ(session.findModel("input")->bytecode, "bytes");
  EXPECT_EQ(session.findModel("input")->hash.size(), 64u);
  EXPECT_FALSE(session.isCancelled());
  session.requestCancel();
  EXPECT_TRUE(session.isCancelled());
  session.clearCancel();
  EXPECT_FALSE(session.isCancelled());
  session.progress().finish("nothing", "listens");
}

TEST(Remarks, ComeOutSortedWhateverTheThreads) {
  RemarkStream stream;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i)
        stream.add({"pj-pack",
                    RemarkKind::Passed,
                    "node" + std::to_string(i),
                    "Conv",
                    "m",
                    "packed",
                    {{"thread", t}},
                    0});
    });
  for (std::thread &thread : threads)
    thread.join();
  stream.beginStage();
  stream.add({"pj-a", RemarkKind::Missed, "", "", "", "kept", {}, 0});
  std::vector<Remark> sorted = stream.sorted();
  ASSERT_EQ(sorted.size(), 201u);
  EXPECT_EQ(sorted[0].node, "node0");
  EXPECT_EQ(sorted[3].values[0].second, llvm::json::Value(3));
  EXPECT_EQ(sorted[4].node, "node1");
  EXPECT_EQ(sorted[200].pass, "pj-a");
}

TEST(Remarks, JsonGoesRound) {
  RemarkStream stream;
  stream.beginStage();
  stream.add({"pj-pack",
              RemarkKind::Missed,
              "fc",
              "Gemm",
              "m.onnx",
              "kept @fc dense",
              {{"microseconds", 3.5}, {"kernel", "dense"}},
              0});
  RemarkStream restored;
  ASSERT_EQ(errorText(restored.fromJson(stream.toJson())), "no error");
  EXPECT_EQ(restored.toJson(), stream.toJson());
  EXPECT_EQ(restored.sorted()[0].stage, 1u);
  EXPECT_EQ(errorText(restored.fromJson(llvm::json::Array{1})),
            "requires a remark to be an object");
  EXPECT_EQ(
      errorText(restored.fromJson(llvm::json::Array{llvm::json::Object{}})),
      "requires a remark to have the text \"pass\"");
  llvm::json::Array wrong = stream.toJson();
  (*wrong[0].getAsObject())["kind"] = "failed";
  EXPECT_EQ(errorText(restored.fromJson(wrong)),
            "requires a remark of kind passed, missed or analysis, but got "
            "\"failed\"");
}

TEST(Remarks, NameTheNodeAndShowWhenAsked) {
  MLIRContext context;
  context.loadDialect<StandInDialect>();
  OwningOpRef<ModuleOp> module =
      ModuleOp::create(nodeLocation(&context, {"conv1", "Conv", "m.onnx", 3}));
  std::string shown;
  ScopedDiagnosticHandler handler(
      &context, [&](Diagnostic &diagnostic) { shown += diagnostic.str(); });
  emitRemark(*module, "pj-prune", RemarkKind::Passed, "pruned",
             {{"share", 0.5}});
  EXPECT_EQ(shown, "");
  getSession(&context)->remarksAsDiagnostics = true;
  emitRemark(*module, "pj-prune", RemarkKind::Passed, "pruned again");
  EXPECT_EQ(shown, "pj-prune: pruned again");
  std::vector<Remark> remarks = getSession(&context)->remarks().sorted();
  ASSERT_EQ(remarks.size(), 2u);
  EXPECT_EQ(remarks[0].node, "conv1");
  EXPECT_EQ(remarks[0].op, "Conv");
  EXPECT_EQ(remarks[0].file, "m.onnx");
}
