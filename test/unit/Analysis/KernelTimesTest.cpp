// The time model ranks kernels as they were measured: which form of a weight wins
// where, and by about how much.
#include "penjing/Analysis/KernelTimes.h"
#include "penjing/Target/Leaves.h"

#include "gtest/gtest.h"

using namespace penjing;

namespace {

class KernelTimes : public testing::Test {
protected:
  Target target = llvm::cantFail(findTarget("x86-64-v4-vnni"));

  /// 1x1 convolution 256 to 256 channels on 14x14.
  ContractionSizes pointwise{196, 256, 256, 256};
  /// 3x3 convolution of 64 channels on 56x56.
  ContractionSizes spatial{56 * 56, 64, 64 * 9, 64};
  /// Fully connected, one row.
  ContractionSizes connected{1, 128, 2048, 2048};

  double micros(const ContractionSizes &sizes, KernelForm form) { return 1e6 * kernelSeconds(sizes, form, target); }
  KernelForm dense() { return {"fma"}; }
  KernelForm integers() { return {"vpdpbusd", WeightForm::Dense, 1, 1, 1, 1, 1}; }
  KernelForm blocks(double stored, int64_t vectors = 1) { return {"fma", WeightForm::Block, stored, vectors}; }
  KernelForm elements(double stored, int64_t run) { return {"fma", WeightForm::Unstructured, stored, 1, run}; }
};

TEST_F(KernelTimes, denseLayersRunNearTheirLeafsRate) {
  double rate = 1e9 * target.findLeaf("fma")->rate;
  for (const ContractionSizes &sizes : {pointwise, spatial}) {
    double share = sizes.multiplyAdds() / rate / kernelSeconds(sizes, dense(), target);
    EXPECT_GT(share, 0.8);
    EXPECT_LT(share, 1.01);
  }
  EXPECT_LT(micros(spatial, integers()), micros(spatial, dense()) / 3);
}

TEST_F(KernelTimes, batchOneIsBoundByReadingTheWeights) {
  // 1 MB in float32 and a quarter of it in integers, from the second cache.
  EXPECT_NEAR(micros(connected, dense()), 7, 1.5);
  EXPECT_NEAR(micros(connected, integers()), 1.75, 0.5);
}

TEST_F(KernelTimes, lanesBeyondTheOutputsAreComputed) {
  ContractionSizes few = pointwise, whole = pointwise;
  few.outputs = 17;
  whole.outputs = 32;
  EXPECT_GT(micros(few, dense()), 0.9 * micros(whole, dense()));
}

TEST_F(KernelTimes, blocksTurnZerosIntoTime) {
  for (const ContractionSizes &sizes : {pointwise, spatial, connected}) {
    double whole = micros(sizes, dense());
    EXPECT_GT(micros(sizes, blocks(1)), whole);
    EXPECT_LT(micros(sizes, blocks(0.1)), whole / 4);
    double even = breakEven(sizes, dense(), blocks(1), target);
    EXPECT_GT(even, 0.02);
    EXPECT_LT(even, 0.45);
  }
}

TEST_F(KernelTimes, singleWeightsWinWhereBlocksHaveNoZeros) {
  double even = breakEven(pointwise, dense(), elements(1, 196), target);
  EXPECT_GT(even, 0.4);
  EXPECT_LT(even, 0.85);
  EXPECT_LT(micros(pointwise, elements(0.05, 196)), micros(pointwise, dense()) / 3);
  // One row at a time is slow, unless the weights come from memory.
  EXPECT_GT(micros(connected, elements(0.1, 1)), micros(connected, dense()));
  ContractionSizes large{1, 4096, 4096, 4096};
  EXPECT_LT(micros(large, elements(0.05, 1)), micros(large, dense()) / 2);
  // A copy of each side moves the break-even.
  EXPECT_GT(breakEven(pointwise, dense(), elements(1, 196), target, 10e-6), even);
  EXPECT_EQ(breakEven(pointwise, dense(), elements(1, 196), target, 1), 1);
}

TEST_F(KernelTimes, tablesCountInTheBytesStored) {
  EXPECT_DOUBLE_EQ(storedBytes(pointwise, dense(), target), 256 * 256 * 4);
  EXPECT_DOUBLE_EQ(storedBytes(pointwise, blocks(0.5), target), 256 * 256 * 4 / 2 + 256 * 256 / 16 / 2 * 4);
  EXPECT_DOUBLE_EQ(storedBytes(pointwise, elements(0.25, 196), target), 256 * 256 / 4 * 8);
}

TEST_F(KernelTimes, everyLeafOfATargetHasFacts) {
  for (const std::string &name : targetNames())
    for (const LeafRate &rate : llvm::cantFail(findTarget(name)).leaves) {
      LeafFacts facts = factsOfLeaf(rate.leaf);
      EXPECT_TRUE(facts.floats || facts.integers) << rate.leaf;
    }
  EXPECT_EQ(fastestLeaf(target, true)->leaf, "vpdpbusd");
  EXPECT_EQ(fastestLeaf(target, false)->leaf, "fma");
}

} // namespace
