// Channel rules: how channels flow through each op.
#include "penjing/Analysis/Channels.h"

using namespace mlir;
using namespace penjing;

namespace {

template <typename Op, typename Rule>
struct ChannelModel : public ChannelOpInterface::ExternalModel<ChannelModel<Op, Rule>, Op> {
  void tieChannels(Operation *op, ChannelTies &ties) const { Rule::tie(cast<Op>(op), ties); }
  void updateSizes(Operation *op) const { Rule::update(cast<Op>(op)); }
};

struct KeepsSizes {
  static void update(Operation *) {}
};

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// Operands and results of one shape, index by index; vectors along `axis`.
struct Pointwise : KeepsSizes {
  static void tie(Operation *op, ChannelTies &ties) {
    for (Value result : op->getResults())
      ties.tieAll(op->getOperand(0), result);
  }
};

/// NumPy's broadcasting: equal sizes are tied; an index that is repeated serves
/// many channels and stays.
struct Broadcasting : KeepsSizes {
  static void tie(Operation *op, ChannelTies &ties) {
    Value result = op->getResult(0);
    for (Value operand : op->getOperands()) {
      unsigned offset = typeOf(result).getRank() - typeOf(operand).getRank();
      for (unsigned dim = 0; dim < typeOf(operand).getRank(); ++dim) {
        if (typeOf(operand).getDimSize(dim) == typeOf(result).getDimSize(dim + offset))
          ties.tie(operand, dim, result, dim + offset);
        else
          ties.pin(operand, dim, "it is broadcast");
      }
    }
  }
};

struct UseRule : KeepsSizes {
  static void tie(UseOp op, ChannelTies &ties) {
    ties.tieAll(SymbolTable::lookupNearestSymbolFrom(op, op.getParamAttr()), op.getResult());
  }
};

struct MaskedRule : KeepsSizes {
  static void tie(MaskedOp op, ChannelTies &ties) {
    ties.tieAll(op.getWeight(), op.getResult());
    ties.tieAll(op.getMask(), op.getResult());
  }
};

struct FakeQuantizeRule : KeepsSizes {
  static void tie(FakeQuantizeOp op, ChannelTies &ties) {
    ties.tieAll(op.getInput(), op.getResult());
    if (auto axis = op.getAxis()) {
      ties.tie(op.getScale(), 0, op.getResult(), *axis);
      ties.tie(op.getZero(), 0, op.getResult(), *axis);
    }
  }
};

unsigned channelDim(Layout layout) { return layout == Layout::NCHW ? 1 : 3; }

/// Ties the batch and pins the image.
void tieImage(Value input, Value result, Layout layout, ChannelTies &ties) {
  ties.tie(input, 0, result, 0);
  for (unsigned dim = 1; dim < 4; ++dim) {
    if (dim == channelDim(layout))
      continue;
    ties.pin(input, dim, "it is a place in the image");
    ties.pin(result, dim, "it is a place in the image");
  }
}

struct ConvRule {
  static void tie(ConvOp op, ChannelTies &ties) {
    unsigned channel = channelDim(op.getLayout());
    Value x = op.getInput(), w = op.getWeight(), y = op.getResult();
    tieImage(x, y, op.getLayout(), ties);
    ties.pin(w, 2, "it is a tap");
    ties.pin(w, 3, "it is a tap");
    ties.tie(w, 0, y, channel);
    if (op.getBias())
      ties.tie(op.getBias(), 0, y, channel);
    int64_t groups = op.getGroups(), inputs = typeOf(x).getDimSize(channel);
    if (groups == 1)
      return ties.tie(x, channel, w, 1);
    if (groups != inputs) {
      for (Value value : {x, y})
        ties.pin(value, channel, "a grouped convolution keeps its groups");
      return ties.pin(w, "a grouped convolution keeps its groups");
    }
    // Depthwise: an input channel goes with all outputs made from it.
    ties.pin(w, 1, "a depthwise convolution has one input channel a group");
    int64_t multiplier = typeOf(y).getDimSize(channel) / inputs;
    for (int64_t c = 0; c < inputs; ++c)
      for (int64_t m = 0; m < multiplier; ++m)
        ties.tie(x, channel, c, y, channel, c * multiplier + m);
  }
  static void update(ConvOp op) {
    if (op.getGroups() > 1 && typeOf(op.getWeight()).getDimSize(1) == 1)
      op.setGroups(typeOf(op.getInput()).getDimSize(channelDim(op.getLayout())));
  }
};

struct MatmulRule : KeepsSizes {
  static void tie(MatmulOp op, ChannelTies &ties) {
    Value a = op.getA(), b = op.getB(), y = op.getResult();
    unsigned rankA = typeOf(a).getRank(), rankB = typeOf(b).getRank(), rankY = typeOf(y).getRank();
    unsigned rows = op.getTransposeA() ? rankA - 1 : rankA - 2, innerA = 2 * rankA - 3 - rows;
    unsigned columns = op.getTransposeB() ? rankB - 2 : rankB - 1, innerB = 2 * rankB - 3 - columns;
    ties.tie(a, rows, y, rankY - 2);
    ties.tie(a, innerA, b, innerB);
    ties.tie(b, columns, y, rankY - 1);
    if (op.getBias())
      ties.tie(op.getBias(), 0, y, rankY - 1);
    // Leading dimensions broadcast.
    for (Value operand : {a, b}) {
      unsigned rank = typeOf(operand).getRank();
      for (unsigned dim = 0; dim + 2 < rank; ++dim) {
        unsigned other = dim + rankY - rank;
        if (typeOf(operand).getDimSize(dim) == typeOf(y).getDimSize(other))
          ties.tie(operand, dim, y, other);
        else
          ties.pin(operand, dim, "it is broadcast");
      }
    }
  }
};

template <typename Op> struct PoolRule : KeepsSizes {
  static void tie(Op op, ChannelTies &ties) {
    tieImage(op.getInput(), op.getResult(), op.getLayout(), ties);
    unsigned channel = channelDim(op.getLayout());
    ties.tie(op.getInput(), channel, op.getResult(), channel);
  }
};

struct BatchNormRule : KeepsSizes {
  static void tie(BatchNormOp op, ChannelTies &ties) {
    ties.tieAll(op.getInput(), op.getResult());
    for (Value vector : op->getOperands().drop_front())
      ties.tie(vector, 0, op.getResult(), op.getAxis());
  }
};

struct SoftmaxRule : KeepsSizes {
  static void tie(SoftmaxOp op, ChannelTies &ties) {
    ties.tieAll(op.getInput(), op.getResult());
    ties.pin(op.getResult(), op.getAxis(), "a softmax sums over it");
  }
};

struct ReduceSumRule : KeepsSizes {
  static void tie(ReduceSumOp op, ChannelTies &ties) {
    unsigned to = 0;
    for (unsigned dim = 0; dim < typeOf(op.getInput()).getRank(); ++dim) {
      bool summed = llvm::is_contained(op.getAxes(), int64_t(dim));
      if (summed) {
        ties.pin(op.getInput(), dim, "a sum runs over it");
        to += op.getKeepDims();
      } else {
        ties.tie(op.getInput(), dim, op.getResult(), to++);
      }
    }
    if (op.getKeepDims())
      for (int64_t axis : op.getAxes())
        ties.pin(op.getResult(), axis, "a sum runs over it");
  }
};

struct TransposeRule : KeepsSizes {
  static void tie(TransposeOp op, ChannelTies &ties) {
    for (auto [to, from] : llvm::enumerate(op.getPermutation()))
      ties.tie(op.getInput(), from, op.getResult(), to);
  }
};

struct PadRule : KeepsSizes {
  static void tie(PadOp op, ChannelTies &ties) {
    for (unsigned dim = 0; dim < typeOf(op.getInput()).getRank(); ++dim) {
      if (op.getLow()[dim] == 0 && op.getHigh()[dim] == 0) {
        ties.tie(op.getInput(), dim, op.getResult(), dim);
        continue;
      }
      ties.pin(op.getInput(), dim, "it is padded");
      ties.pin(op.getResult(), dim, "it is padded");
    }
  }
};

struct SliceRule : KeepsSizes {
  static void tie(SliceOp op, ChannelTies &ties) {
    for (unsigned dim = 0; dim < typeOf(op.getInput()).getRank(); ++dim) {
      if (op.getSizes()[dim] == -1) {
        ties.tie(op.getInput(), dim, op.getResult(), dim);
        continue;
      }
      ties.pin(op.getInput(), dim, "a slice is cut from it");
      ties.pin(op.getResult(), dim, "a slice is cut from it");
    }
  }
};

struct ConcatRule : KeepsSizes {
  static void tie(ConcatOp op, ChannelTies &ties) {
    Value y = op.getResult();
    int64_t offset = 0;
    for (Value x : op.getInputs()) {
      for (unsigned dim = 0; dim < typeOf(x).getRank(); ++dim) {
        if (dim != op.getAxis()) {
          ties.tie(x, dim, y, dim);
          continue;
        }
        if (typeOf(x).isDynamicDim(dim))
          continue;
        for (int64_t i = 0; i < typeOf(x).getDimSize(dim); ++i)
          ties.tie(x, dim, i, y, dim, offset + i);
        offset += typeOf(x).getDimSize(dim);
      }
    }
  }
};

/// Dimensions of both sides are matched in runs of equal products. A run of one
/// dimension on a side: an index of the outermost dimension on the other owns a
/// block of it (flattening channels x places into features). What is inside
/// such a block stays.
struct ReshapeRule {
  static void tie(ReshapeOp op, ChannelTies &ties) {
    Value x = op.getInput(), y = op.getResult();
    auto from = typeOf(x).getShape(), to = typeOf(y).getShape();
    size_t i = 0, j = 0;
    while (i < from.size() || j < to.size()) {
      // A dynamic dimension that both sides have passes as it is.
      if (i < from.size() && j < to.size() && ShapedType::isDynamic(from[i]) && ShapedType::isDynamic(to[j])) {
        ++i, ++j;
        continue;
      }
      size_t endI = i, endJ = j;
      int64_t left = 1, right = 1;
      bool some = extend(from, endI, left);
      some |= extend(to, endJ, right);
      if (!some)
        return pinRest(x, i, y, j, ties);
      while (left != right)
        if (!(left < right ? extend(from, endI, left) : extend(to, endJ, right)))
          return pinRest(x, i, y, j, ties);
      tieRun(x, i, endI, y, j, endJ, ties);
      i = endI, j = endJ;
    }
  }
  static void update(ReshapeOp op) {
    SmallVector<int64_t> shape(op.getShape());
    for (auto [dim, size] : llvm::enumerate(shape))
      if (size > 0)
        size = typeOf(op.getResult()).getDimSize(dim);
    op.setShape(shape);
  }

private:
  static bool extend(ArrayRef<int64_t> shape, size_t &end, int64_t &product) {
    if (end == shape.size() || ShapedType::isDynamic(shape[end]))
      return false;
    product *= shape[end++];
    return true;
  }
  static void pinRest(Value x, size_t i, Value y, size_t j, ChannelTies &ties) {
    for (; i < size_t(typeOf(x).getRank()); ++i)
      ties.pin(x, i, "a reshape mixes it");
    for (; j < size_t(typeOf(y).getRank()); ++j)
      ties.pin(y, j, "a reshape mixes it");
  }
  /// Dimensions [begin, end) of one side against the single dimension of the other.
  static void tieBlocks(Value many, size_t begin, size_t end, Value one, size_t dim, ChannelTies &ties) {
    size_t outer = begin;
    while (outer + 1 < end && typeOf(many).getDimSize(outer) == 1)
      ties.pin(many, outer++, "it is the only index");
    int64_t channels = typeOf(many).getDimSize(outer);
    int64_t block = channels ? typeOf(one).getDimSize(dim) / channels : 0;
    for (int64_t c = 0; c < channels; ++c)
      for (int64_t k = 0; k < block; ++k)
        ties.tie(many, outer, c, one, dim, c * block + k);
    for (size_t inner = outer + 1; inner < end; ++inner)
      ties.pin(many, inner, "a reshape mixes it");
  }
  static void tieRun(Value x, size_t i, size_t endI, Value y, size_t j, size_t endJ, ChannelTies &ties) {
    if (endI > i && endJ - j == 1)
      return tieBlocks(x, i, endI, y, j, ties);
    if (endJ > j && endI - i == 1)
      return tieBlocks(y, j, endJ, x, i, ties);
    for (; i < endI; ++i)
      ties.pin(x, i, "a reshape mixes it");
    for (; j < endJ; ++j)
      ties.pin(y, j, "a reshape mixes it");
  }
};

template <typename Op, typename Rule> void attach(MLIRContext *context) {
  Op::template attachInterface<ChannelModel<Op, Rule>>(*context);
}

template <typename Rule, typename... Ops> void attachAll(MLIRContext *context) {
  (attach<Ops, Rule>(context), ...);
}

} // namespace

void penjing::registerChannelRules(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, PenjingDialect *) {
    attach<UseOp, UseRule>(context);
    attach<MaskedOp, MaskedRule>(context);
    attach<FakeQuantizeOp, FakeQuantizeRule>(context);
    attach<ConvOp, ConvRule>(context);
    attach<MatmulOp, MatmulRule>(context);
    attachAll<Broadcasting, AddOp, SubOp, MulOp, DivOp, CompareOp, SelectOp>(context);
    attachAll<Pointwise, ReluOp, ClipOp, ExpOp, LogOp, SqrtOp, SigmoidOp, TanhOp, NegOp, CastOp>(context);
    attach<MaxPoolOp, PoolRule<MaxPoolOp>>(context);
    attach<AveragePoolOp, PoolRule<AveragePoolOp>>(context);
    attach<GlobalAveragePoolOp, PoolRule<GlobalAveragePoolOp>>(context);
    attach<BatchNormOp, BatchNormRule>(context);
    attach<SoftmaxOp, SoftmaxRule>(context);
    attach<ReduceSumOp, ReduceSumRule>(context);
    attach<ReshapeOp, ReshapeRule>(context);
    attach<TransposeOp, TransposeRule>(context);
    attach<PadOp, PadRule>(context);
    attach<SliceOp, SliceRule>(context);
    attach<ConcatOp, ConcatRule>(context);
  });
}
