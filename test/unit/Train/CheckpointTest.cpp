// Checkpoints go out and in, and one of another run is refused by the fact
// that differs.
#include "penjing/Train/Checkpoint.h"

#include "penjing/Support/OutputFile.h"
#include "penjing/Support/Safetensors.h"

#include "ErrorText.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace penjing;
using namespace penjing::test;
using testing::HasSubstr;

static Checkpoint sample() {
  Checkpoint checkpoint;
  checkpoint.identity = {"m", "r", "d", "x86-64-v4", 3, 2};
  checkpoint.position = {4, 120};
  checkpoint.values = {
      {"fc.w", Array::from<float>(ElementKind::F32, {2}, {1, 2})}};
  checkpoint.optimizer = {
      {"fc.w.momentum", Array::from<float>(ElementKind::F32, {2}, {3, 4})}};
  checkpoint.notes = {{"loss", "0x1.8p-1"}};
  return checkpoint;
}

TEST(Checkpoint, GoesOutAndIn) {
  TemporaryFolder folder;
  Checkpoint saved = sample();
  ASSERT_EQ(errorText(saveCheckpoint(folder / "c", saved)), "no error");
  auto loaded = loadCheckpoint(folder / "c", saved.identity);
  ASSERT_TRUE(bool(loaded)) << llvm::toString(loaded.takeError());
  EXPECT_EQ(loaded->position.epoch, 4u);
  EXPECT_EQ(loaded->position.step, 120u);
  EXPECT_EQ(loaded->notes, saved.notes);
  ASSERT_EQ(loaded->values.size(), 1u);
  EXPECT_EQ(loaded->values[0].name, "fc.w");
  EXPECT_EQ(loaded->values[0].array.valueAt(1), 2);
  ASSERT_EQ(loaded->optimizer.size(), 1u);
  EXPECT_EQ(loaded->optimizer[0].name, "fc.w.momentum");
}

TEST(Checkpoint, OfAnotherRunIsRefusedByName) {
  TemporaryFolder folder;
  std::string path = folder / "c";
  ASSERT_EQ(errorText(saveCheckpoint(path, sample())), "no error");
  auto refusal = [&](auto change) {
    RunIdentity identity = sample().identity;
    change(identity);
    return errorText(loadCheckpoint(path, identity));
  };
  EXPECT_EQ(refusal([](RunIdentity &i) { i.seed = 9; }),
            "requires the seed of the run that \"" + path +
                "\" continues, but it had \"3\" and this run has \"9\"; start "
                "without --resume to "
                "train anew");
  EXPECT_THAT(refusal([](RunIdentity &i) { i.model = "x"; }),
              HasSubstr("requires the model of"));
  EXPECT_THAT(refusal([](RunIdentity &i) { i.recipe = "x"; }),
              HasSubstr("requires the recipe of"));
  EXPECT_THAT(refusal([](RunIdentity &i) { i.data = "x"; }),
              HasSubstr("requires the data of"));
  EXPECT_THAT(refusal([](RunIdentity &i) { i.level = "x"; }),
              HasSubstr("requires the level of"));
  EXPECT_THAT(refusal([](RunIdentity &i) { i.threads = 1; }),
              HasSubstr("requires the threads of"));
}

TEST(Checkpoint, OtherFilesAreRefused) {
  TemporaryFolder folder;
  Safetensors other;
  auto write = [&] {
    std::string bytes;
    llvm::raw_string_ostream os(bytes);
    llvm::cantFail(writeSafetensors(other, os));
    llvm::cantFail(writeOutputFile(folder / "c", bytes));
    return errorText(loadCheckpoint(folder / "c", {}));
  };
  EXPECT_THAT(
      write(),
      HasSubstr(
          "requires a checkpoint of format \"penjing-checkpoint-1\", but"));
  other.metadata = {{"format", "penjing-checkpoint-1"},
                    {"seed", "0"},
                    {"threads", "1"},
                    {"epoch", "two"}};
  EXPECT_THAT(
      write(),
      HasSubstr("requires a checkpoint with its epoch and step, but \""));
  EXPECT_THAT(errorText(loadCheckpoint(folder / "none", {})),
              HasSubstr("cannot read"));
}
