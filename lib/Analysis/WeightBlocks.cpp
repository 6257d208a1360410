// Blocks of a weight: a consecutive output channels x b consecutive input
// channels at one tap, aligned at multiples of a and b.
#include "penjing/Analysis/WeightBlocks.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace penjing;

std::string BlockShape::str() const { return llvm::formatv("{0}x{1}", outputs, inputs).str(); }

llvm::Expected<BlockShape> penjing::parseBlockShape(llvm::StringRef option, llvm::StringRef text) {
  BlockShape shape;
  auto [outputs, inputs] = text.split('x');
  auto isSide = [](llvm::StringRef side, int64_t &value) {
    return !side.getAsInteger(10, value) && value >= 1 && value <= 256;
  };
  if (isSide(outputs, shape.outputs) && isSide(inputs, shape.inputs))
    return shape;
  return llvm::createStringError(
      llvm::formatv("requires option \"{0}\" to be a block such as 16x4 with sides from 1 to 256, "
                    "but got \"{1}\"",
                    option, text)
          .str());
}

WeightBlocks::WeightBlocks(const Layer &layer, BlockShape shape)
    : layer(layer), shape(shape), outputBlocks(llvm::divideCeil(layer.outputs, shape.outputs)),
      inputBlocks(llvm::divideCeil(layer.inputs, shape.inputs)) {}

void WeightBlocks::elements(int64_t index, llvm::SmallVectorImpl<int64_t> &positions) const {
  positions.clear();
  int64_t tap = index % layer.taps, inputBlock = index / layer.taps % inputBlocks,
          outputBlock = index / layer.taps / inputBlocks;
  int64_t outputEnd = std::min(layer.outputs, (outputBlock + 1) * shape.outputs);
  int64_t inputEnd = std::min(layer.inputs, (inputBlock + 1) * shape.inputs);
  for (int64_t o = outputBlock * shape.outputs; o < outputEnd; ++o)
    for (int64_t i = inputBlock * shape.inputs; i < inputEnd; ++i)
      positions.push_back(layer.element(o, i, tap));
}

double WeightBlocks::score(int64_t index, llvm::ArrayRef<float> weights) const {
  llvm::SmallVector<int64_t> positions;
  elements(index, positions);
  // |w| exactly, where a root of a square could lose the last bit.
  if (positions.size() == 1)
    return std::fabs(double(weights[positions.front()]));
  double squares = 0;
  for (int64_t position : positions)
    squares += double(weights[position]) * weights[position];
  return std::sqrt(squares / double(positions.size()));
}

ZeroShare penjing::countZeros(const Layer &layer, BlockShape shape, llvm::ArrayRef<float> weights) {
  WeightBlocks blocks(layer, shape);
  int64_t zeroBlocks = 0;
  for (int64_t b = 0, e = blocks.count(); b < e; ++b)
    zeroBlocks += blocks.score(b, weights) == 0;
  ZeroShare share;
  if (blocks.count())
    share.blocks = double(zeroBlocks) / double(blocks.count());
  if (!weights.empty())
    share.weights = double(llvm::count(weights, 0.0f)) / double(weights.size());
  return share;
}
