// Batches: which samples, in which order, placed how, in which layout. Every
// random number is addressed, so a batch depends on (seed, epoch, sample) only.
#include "penjing/Train/BatchFeeder.h"

#include "penjing/Support/Philox.h"

#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <cmath>

using namespace penjing;
using llvm::createStringError;
using llvm::formatv;

SampleSplit penjing::splitSamples(uint32_t size, double fraction,
                                  uint64_t seed) {
  std::vector<uint32_t> order =
      Philox(seed, RandomPurpose::Validation).permutation(size);
  auto held = uint32_t(std::nearbyint(fraction * size));
  SampleSplit split;
  split.validation.assign(order.begin(), order.begin() + held);
  split.training.assign(order.begin() + held, order.end());
  llvm::sort(split.validation);
  llvm::sort(split.training);
  return split;
}

std::vector<uint32_t> penjing::epochOrder(llvm::ArrayRef<uint32_t> samples,
                                          uint64_t seed, uint32_t epoch) {
  std::vector<uint32_t> order = Philox(seed, RandomPurpose::Shuffle, epoch)
                                    .permutation(uint32_t(samples.size()));
  for (uint32_t &position : order)
    position = samples[position];
  return order;
}

namespace {
enum class Order { ChannelsFirst, ChannelsLast };

/// How channel, row and column lie in the dimensions of a sample.
struct Geometry {
  int64_t channels, rows, columns;
  int64_t channelStride, rowStride, columnStride;
};
} // namespace

static Geometry geometryOf(llvm::ArrayRef<int64_t> shape, Order order) {
  switch (shape.size()) {
  case 1:
    return {1, 1, shape[0], 0, 0, 1};
  case 2:
    return {1, shape[0], shape[1], 0, shape[1], 1};
  default:
    if (order == Order::ChannelsFirst)
      return {shape[0], shape[1], shape[2], shape[1] * shape[2], shape[2], 1};
    return {shape[2], shape[0], shape[1], 1, shape[1] * shape[2], shape[2]};
  }
}

static bool sameImage(const Geometry &a, const Geometry &b) {
  return a.channels == b.channels && a.rows == b.rows && a.columns == b.columns;
}

static llvm::Error ambiguous(llvm::ArrayRef<int64_t> shape) {
  return createStringError(
      formatv("requires a shape that shows where its channels are, but got "
              "{0}, which may be channels first or last",
              shapeText(shape)));
}

/// How samples of shape `data` are laid out, and how the model wants them.
static llvm::Expected<std::pair<Geometry, Geometry>>
matchShapes(llvm::ArrayRef<int64_t> data, SampleLayout layout,
            llvm::ArrayRef<int64_t> model, bool needsImage) {
  auto refuse = [&] {
    return createStringError(
        formatv("requires samples of the input's shape {0}, but the data has "
                "{1}",
                shapeText(model), shapeText(data)));
  };
  if (model.empty() || model.size() > 3)
    return refuse();
  bool known = layout == SampleLayout::ChannelsFirst;
  // Data in the very shape of the model needs no interpretation, unless an
  // image is to be moved.
  if (!known && data == model) {
    if (needsImage && data.size() == 3 && data[0] == data[2])
      return ambiguous(data);
    Order order = data.size() == 3 && data[2] < data[0] ? Order::ChannelsLast
                                                        : Order::ChannelsFirst;
    return std::make_pair(geometryOf(data, order), geometryOf(model, order));
  }
  std::vector<std::pair<Geometry, Geometry>> matches;
  for (Order from : {Order::ChannelsFirst, Order::ChannelsLast}) {
    if (from == Order::ChannelsLast && (known || data.size() != 3))
      continue;
    Geometry source = geometryOf(data, from);
    if (model.size() == 3) {
      for (Order to : {Order::ChannelsFirst, Order::ChannelsLast})
        if (sameImage(source, geometryOf(model, to)))
          matches.push_back({source, geometryOf(model, to)});
      continue;
    }
    // Without a dimension of channels there is one channel, in rows of columns.
    Geometry target = geometryOf(model, Order::ChannelsFirst);
    if (source.channels == 1 && model.size() == 1 &&
        model[0] == source.rows * source.columns)
      target = {1, source.rows, source.columns, 0, source.columns, 1};
    if (sameImage(source, target))
      matches.push_back({source, target});
  }
  if (matches.empty())
    return refuse();
  // Two matches are harmless where they copy the same elements to the same
  // places.
  auto moves = [](const std::pair<Geometry, Geometry> &m) {
    const Geometry &a = m.first, &b = m.second;
    return std::make_tuple(
        a.channels, a.rows, a.columns, a.channels > 1 ? a.channelStride : 0,
        a.rows > 1 ? a.rowStride : 0, a.columns > 1 ? a.columnStride : 0,
        a.channels > 1 ? b.channelStride : 0, a.rows > 1 ? b.rowStride : 0,
        a.columns > 1 ? b.columnStride : 0);
  };
  for (const auto &match : matches)
    if (moves(match) != moves(matches.front()))
      return ambiguous(model);
  return matches.front();
}

llvm::Expected<BatchFeeder>
BatchFeeder::create(const Dataset &data, llvm::ArrayRef<int64_t> inputShape,
                    ElementKind inputElement, Augmentation augmentation,
                    uint64_t seed) {
  auto match = matchShapes(data.sampleShape(), data.layout, inputShape,
                           augmentation.any());
  if (!match)
    return match.takeError();
  bool pixels = data.x.kind() == ElementKind::U8;
  if (inputElement != ElementKind::F32 &&
      !(pixels && inputElement == ElementKind::U8))
    return createStringError(formatv("requires an input of f32{0}, but got {1}",
                                     pixels ? " or u8" : " for data of f32",
                                     elementName(inputElement)));
  BatchFeeder feeder(data);
  const Geometry &source = match->first, &target = match->second;
  if (augmentation.any() && source.rows == 1)
    return createStringError(
        formatv("requires images to flip or shift, but the data has samples "
                "of {0}",
                shapeText(data.sampleShape())));
  if (augmentation.shift >= std::min(source.rows, source.columns))
    return createStringError(
        formatv("requires a shift smaller than the image of {0}x{1}, but got "
                "{2}",
                source.rows, source.columns, augmentation.shift));
  feeder.element = inputElement;
  feeder.augmentation = augmentation;
  feeder.seed = seed;
  feeder.channels = source.channels;
  feeder.rows = source.rows;
  feeder.columns = source.columns;
  feeder.sampleSize = source.channels * source.rows * source.columns;
  feeder.from = {source.channelStride, source.rowStride, source.columnStride};
  feeder.to = {target.channelStride, target.rowStride, target.columnStride};
  return feeder;
}

BatchFeeder::Placement BatchFeeder::placementOf(uint32_t sample,
                                                uint32_t epoch) const {
  // Four numbers are reserved per sample; the fourth is free.
  Philox random(seed, RandomPurpose::Augment, epoch);
  uint64_t index = uint64_t(sample) * 4;
  Placement placement{false, 0, 0};
  if (augmentation.flip)
    placement.flip = random.bits(index) >> 31;
  if (augmentation.shift) {
    // bits, not below: the same block serves all three numbers.
    uint64_t choices = 2 * uint64_t(augmentation.shift) + 1;
    auto draw = [&](uint64_t i) {
      return int64_t(random.bits(i) * choices >> 32) -
             int64_t(augmentation.shift);
    };
    placement.down = draw(index + 1);
    placement.right = draw(index + 2);
  }
  return placement;
}

template <typename From, typename To>
void BatchFeeder::copySample(uint32_t sample, Placement placement,
                             To *out) const {
  const From *in = data->x.data<From>() + sample * sampleSize;
  for (int64_t c = 0; c < channels; ++c)
    for (int64_t y = 0; y < rows; ++y) {
      To *line = out + c * to.channel + y * to.row;
      int64_t row = y + placement.down;
      const From *source = in + c * from.channel + row * from.row;
      for (int64_t x = 0; x < columns; ++x) {
        int64_t column = x + placement.right;
        if (placement.flip)
          column = columns - 1 - column;
        bool inside = row >= 0 && row < rows && column >= 0 && column < columns;
        line[x * to.column] = inside ? To(source[column * from.column]) : To(0);
      }
    }
}

void BatchFeeder::dispatch(uint32_t sample, Placement placement,
                           char *out) const {
  if (element == ElementKind::U8)
    copySample<uint8_t>(sample, placement, reinterpret_cast<uint8_t *>(out));
  else if (data->x.kind() == ElementKind::U8)
    copySample<uint8_t>(sample, placement, reinterpret_cast<float *>(out));
  else
    copySample<float>(sample, placement, reinterpret_cast<float *>(out));
}

void BatchFeeder::fill(llvm::ArrayRef<uint32_t> samples, char *out) const {
  for (uint32_t sample : samples) {
    dispatch(sample, {false, 0, 0}, out);
    out += sampleBytes();
  }
}

void BatchFeeder::fillAugmented(llvm::ArrayRef<uint32_t> samples,
                                uint32_t epoch, char *out) const {
  for (uint32_t sample : samples) {
    dispatch(sample, placementOf(sample, epoch), out);
    out += sampleBytes();
  }
}

void BatchFeeder::fillLabels(llvm::ArrayRef<uint32_t> samples,
                             int32_t *out) const {
  for (uint32_t sample : samples)
    *out++ = data->labels[sample];
}
