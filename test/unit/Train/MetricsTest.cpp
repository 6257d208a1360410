// Accuracy, mean loss and confusion on batches counted by hand; ties and NaN
// in the logits.
#include "penjing/Train/Metrics.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace penjing;

TEST(Metrics, CountsBatches) {
  Metrics metrics(3);
  metrics.addBatch({1, 2, 0, /**/ 5, 5, 1, /**/ 0, 0, 1}, {1, 1, 2});
  EXPECT_EQ(metrics.samples(), 3u);
  EXPECT_EQ(metrics.correct(), 2u);
  EXPECT_DOUBLE_EQ(metrics.accuracy(), 2.0 / 3);
  EXPECT_EQ(metrics.confusion(1, 0), 1u)
      << "of equal logits the first is the prediction";
  EXPECT_EQ(metrics.confusion(2, 2), 1u);
  metrics.addLoss(1, 3);
  metrics.addLoss(3, 1);
  EXPECT_DOUBLE_EQ(metrics.meanLoss(), 1.5);
}

TEST(Metrics, NaNPredictsNothing) {
  Metrics metrics(2);
  metrics.addBatch({1, std::nanf("")}, {0});
  EXPECT_EQ(metrics.correct(), 0u);
  EXPECT_EQ(indexOfLargest({}), -1);
  EXPECT_EQ(Metrics(2).accuracy(), 0);
}
