// Batches: layouts, augmentation against hand-made images, determinism and the
// validation split.
#include "penjing/Train/BatchFeeder.h"

#include "ErrorText.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <numeric>
#include <set>

using namespace penjing;
using namespace penjing::test;

/// `samples` images whose elements count up from 1.
static Dataset counting(std::vector<int64_t> shape,
                        SampleLayout layout = SampleLayout::Unknown,
                        ElementKind kind = ElementKind::U8) {
  Dataset data;
  Array x(ElementKind::U8, shape);
  for (uint64_t i = 0; i < x.size(); ++i)
    x.data<uint8_t>()[i] = uint8_t(i + 1);
  data.x = x.convertedTo(kind);
  data.layout = layout;
  data.labels.resize(shape[0]);
  std::iota(data.labels.begin(), data.labels.end(), 0);
  return data;
}

static std::vector<float> firstSample(const Dataset &data,
                                      std::vector<int64_t> input) {
  auto feeder = BatchFeeder::create(data, input, ElementKind::F32, {}, 0);
  EXPECT_TRUE(bool(feeder)) << llvm::toString(feeder.takeError());
  std::vector<float> out(feeder->sampleBytes() / 4);
  feeder->fill({0}, reinterpret_cast<char *>(out.data()));
  return out;
}

TEST(BatchFeeder, ConvertsTheLayout) {
  Dataset cifar = counting({2, 2, 1, 3}, SampleLayout::ChannelsFirst);
  EXPECT_EQ(firstSample(cifar, {2, 1, 3}),
            (std::vector<float>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(firstSample(cifar, {1, 3, 2}),
            (std::vector<float>{1, 4, 2, 5, 3, 6}));
  Dataset grey = counting({1, 1, 2, 3}, SampleLayout::ChannelsFirst);
  for (std::vector<int64_t> input :
       {std::vector<int64_t>{1, 2, 3}, {2, 3, 1}, {2, 3}, {6}})
    EXPECT_EQ(firstSample(grey, input), (std::vector<float>{1, 2, 3, 4, 5, 6}));
  Dataset last = counting({1, 1, 3, 2}); // an npz whose channels are last
  EXPECT_EQ(firstSample(last, {2, 1, 3}),
            (std::vector<float>{1, 3, 5, 2, 4, 6}));
  EXPECT_EQ(firstSample(last, {1, 3, 2}),
            (std::vector<float>{1, 2, 3, 4, 5, 6}));
  Dataset square = counting({1, 3, 3, 3});
  EXPECT_EQ(firstSample(square, {3, 3, 3})[5], 6);
}

TEST(BatchFeeder, RefusesWhatIsAmbiguousOrDoesNotFit) {
  auto refusal = [](const Dataset &data, std::vector<int64_t> input,
                    Augmentation augmentation = {},
                    ElementKind kind = ElementKind::F32) {
    return errorText(BatchFeeder::create(data, input, kind, augmentation, 0));
  };
  Dataset known = counting({1, 3, 3, 3}, SampleLayout::ChannelsFirst);
  EXPECT_EQ(refusal(known, {3, 3, 3}),
            "requires a shape that shows where its channels are, but got "
            "3x3x3, which may be channels first or last");
  Dataset loose = counting({1, 3, 3, 3});
  EXPECT_EQ(refusal(loose, {3, 3, 3}), "no error");
  EXPECT_NE(refusal(loose, {3, 3, 3}, {true, 0}), "no error");
  EXPECT_EQ(refusal(counting({1, 3, 2, 2}, SampleLayout::ChannelsFirst), {12}),
            "requires samples of the input's shape 12, but the data has 3x2x2");
  EXPECT_NE(refusal(loose, {}), "no error");
  EXPECT_NE(refusal(loose, {3, 3, 3, 1}), "no error");
  EXPECT_EQ(refusal(counting({1, 8}), {8}, {true, 0}),
            "requires images to flip or shift, but the data has samples of 8");
  EXPECT_EQ(refusal(counting({1, 4, 5}), {4, 5}, {false, 4}),
            "requires a shift smaller than the image of 4x5, but got 4");
  EXPECT_EQ(refusal(loose, {3, 3, 3}, {}, ElementKind::F64),
            "requires an input of f32 or u8, but got f64");
  EXPECT_EQ(refusal(counting({1, 8}, SampleLayout::Unknown, ElementKind::F32),
                    {8}, {}, ElementKind::U8),
            "requires an input of f32 for data of f32, but got u8");
}

TEST(BatchFeeder, AugmentsAsDrawn) {
  Dataset data = counting({64, 1, 2, 3}, SampleLayout::ChannelsFirst);
  auto feeder =
      BatchFeeder::create(data, {1, 2, 3}, ElementKind::U8, {true, 1}, 5);
  ASSERT_TRUE(bool(feeder));
  std::set<std::string> kinds;
  for (uint32_t sample = 0; sample < 40; ++sample) {
    std::string out(6, '?');
    feeder->fillAugmented({sample}, 3, out.data());
    // Some flip and some crop must explain the result.
    bool explained = false;
    uint8_t base = uint8_t(sample * 6 + 1);
    for (bool flip : {false, true})
      for (int down = -1; down <= 1; ++down)
        for (int right = -1; right <= 1; ++right) {
          std::string expected;
          for (int y = 0; y < 2; ++y)
            for (int x = 0; x < 3; ++x) {
              int row = y + down, column = x + right;
              bool inside = row >= 0 && row < 2 && column >= 0 && column < 3;
              if (flip)
                column = 2 - column;
              expected += inside ? char(base + row * 3 + column) : char(0);
            }
          if (expected == out) {
            explained = true;
            kinds.insert(std::to_string(flip) + std::to_string(down) +
                         std::to_string(right));
          }
        }
    EXPECT_TRUE(explained) << sample;
  }
  EXPECT_GT(kinds.size(), 10u) << "all of the 18 placements are likely";
}

TEST(BatchFeeder, BatchesDependOnSeedEpochAndSampleOnly) {
  Dataset data = counting({20, 1, 4, 4}, SampleLayout::ChannelsFirst);
  auto image = [&](uint64_t seed, uint32_t epoch,
                   std::vector<uint32_t> samples) {
    auto feeder =
        BatchFeeder::create(data, {1, 4, 4}, ElementKind::U8, {true, 2}, seed);
    std::string out(samples.size() * 16, 0);
    feeder->fillAugmented(samples, epoch, out.data());
    return out;
  };
  std::vector<uint32_t> all(20);
  std::iota(all.begin(), all.end(), 0);
  EXPECT_EQ(image(1, 0, {3, 7}).substr(16), image(1, 0, {7}));
  EXPECT_NE(image(1, 0, all), image(1, 1, all));
  EXPECT_NE(image(1, 0, all), image(2, 0, all));
  EXPECT_EQ(image(1, 0, all), image(1, 0, all));
}

TEST(BatchFeeder, LabelsFollowTheSamples) {
  Dataset data = counting({9, 4});
  auto feeder = BatchFeeder::create(data, {4}, ElementKind::F32, {}, 0);
  int32_t labels[2];
  feeder->fillLabels({8, 3}, labels);
  EXPECT_EQ(labels[0], 8);
  EXPECT_EQ(labels[1], 3);
}

TEST(SampleSplit, HoldsOutTheSameSamples) {
  SampleSplit split = splitSamples(100, 0.1, 7);
  EXPECT_EQ(split.validation.size(), 10u);
  EXPECT_EQ(split.training.size(), 90u);
  EXPECT_TRUE(std::is_sorted(split.training.begin(), split.training.end()));
  EXPECT_EQ(splitSamples(100, 0.1, 7).validation, split.validation);
  EXPECT_NE(splitSamples(100, 0.1, 8).validation, split.validation);
  std::set<uint32_t> together(split.training.begin(), split.training.end());
  together.insert(split.validation.begin(), split.validation.end());
  EXPECT_EQ(together.size(), 100u);
  EXPECT_TRUE(splitSamples(100, 0, 7).validation.empty());
}

TEST(SampleSplit, EpochsPermuteTheTrainingSamples) {
  std::vector<uint32_t> samples = {2, 3, 5, 7, 11, 13};
  std::vector<uint32_t> first = epochOrder(samples, 1, 0),
                        second = epochOrder(samples, 1, 1);
  EXPECT_NE(first, second);
  std::sort(first.begin(), first.end());
  EXPECT_EQ(first, samples);
}
