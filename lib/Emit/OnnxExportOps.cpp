// Export rules of all ops but quantization: one ONNX node each, but for
// products and masks that ONNX writes with several.
#include "OnnxExporter.h"

#include "penjing/Support/Locations.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::onnx_out;

static SmallVector<int64_t> list(ArrayRef<int64_t> values) { return SmallVector<int64_t>(values); }

/// The op type of the ONNX node the op came from.
static std::string originalOp(Operation *op) {
  auto origins = nodeOrigins(op->getLoc());
  return origins.empty() ? "" : origins.front().op;
}

bool Exporter::exportElementwise(Operation *op) {
  auto plain = [&](StringRef onnxOp) {
    std::vector<std::string> inputs;
    for (Value operand : op->getOperands())
      inputs.push_back(name(operand));
    emit(op, onnxOp, std::move(inputs));
    return true;
  };
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case([&](AddOp) { return plain(originalOp(op) == "Sum" ? "Sum" : "Add"); })
      .Case([&](SubOp) { return plain("Sub"); })
      .Case([&](MulOp) { return plain("Mul"); })
      .Case([&](DivOp) { return plain("Div"); })
      .Case([&](ReluOp) { return plain("Relu"); })
      .Case([&](ExpOp) { return plain("Exp"); })
      .Case([&](LogOp) { return plain("Log"); })
      .Case([&](SqrtOp) { return plain("Sqrt"); })
      .Case([&](SigmoidOp) { return plain("Sigmoid"); })
      .Case([&](TanhOp) { return plain("Tanh"); })
      .Case([&](NegOp) { return plain("Neg"); })
      .Case([&](SelectOp) { return plain("Where"); })
      .Case([&](ClipOp clip) {
        Type element = getElementTypeOrSelf(clip.getType());
        std::vector<std::string> inputs{name(clip.getInput())};
        auto bound = [&](const std::optional<APFloat> &value, StringRef suffix) {
          inputs.push_back(value ? scalar(nodeWish(op) + suffix.str(), element, value->convertToDouble()) : "");
        };
        bound(clip.getMin(), "_min");
        if (clip.getMax())
          bound(clip.getMax(), "_max");
        if (inputs.back().empty())
          inputs.pop_back();
        emit(op, "Clip", std::move(inputs));
        return true;
      })
      .Case([&](CompareOp compare) {
        static constexpr StringLiteral kOps[] = {"Equal", "Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"};
        std::vector<std::string> inputs{name(compare.getLhs()), name(compare.getRhs())};
        StringRef onnxOp = kOps[unsigned(compare.getPredicate())];
        if (compare.getPredicate() != ComparePredicate::NE)
          emit(op, onnxOp, std::move(inputs));
        else
          emit(op, "Not", {emitStep(op, "_equal", onnxOp, std::move(inputs))});
        return true;
      })
      .Case([&](CastOp cast) {
        int32_t type = dataType(cast.getTo());
        if (!type)
          emitError(op) << "requires an element type that ONNX has, but got " << cast.getTo();
        emit(op, "Cast", {name(cast.getInput())}, {{"to", int64_t(type)}});
        return true;
      })
      .Case([&](SoftmaxOp softmax) {
        emit(op, "Softmax", {name(softmax.getInput())}, {{"axis", int64_t(softmax.getAxis())}});
        return true;
      })
      .Case([&](BatchNormOp norm) {
        if (norm.getAxis() != 1)
          emitError(op) << "requires channels at axis 1 for ONNX, but got axis " << norm.getAxis();
        std::vector<std::string> inputs;
        for (Value operand : op->getOperands())
          inputs.push_back(name(operand));
        emit(op, "BatchNormalization", std::move(inputs),
             {{"epsilon", float(norm.getEpsilon().convertToDouble())},
              {"momentum", float(norm.getMomentum().convertToDouble())}});
        return true;
      })
      .Default(false);
}

template <typename PoolOp> static std::vector<onnx_out::Attribute> poolAttributes(PoolOp pool) {
  std::vector<onnx_out::Attribute> attributes;
  if (pool.getCeilMode())
    attributes.push_back({"ceil_mode", int64_t(1)});
  attributes.push_back({"kernel_shape", list(pool.getKernel())});
  attributes.push_back({"pads", list(pool.getPads())});
  attributes.push_back({"strides", list(pool.getStrides())});
  return attributes;
}

bool Exporter::exportWindowed(Operation *op) {
  auto requireNchw = [&](Layout layout) {
    if (layout != Layout::NCHW)
      emitError(op) << "requires layout nchw for ONNX, but got " << stringifyLayout(layout);
  };
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case([&](ConvOp conv) {
        requireNchw(conv.getLayout());
        std::vector<std::string> inputs{name(conv.getInput()), name(conv.getWeight())};
        if (conv.getBias())
          inputs.push_back(exportBias(op, conv.getInput(), conv.getWeight(), conv.getBias()));
        auto weight = cast<RankedTensorType>(conv.getWeight().getType());
        emit(op, "Conv", std::move(inputs),
             {{"dilations", list(conv.getDilations())}, {"group", int64_t(conv.getGroups())},
              {"kernel_shape", list(weight.getShape().take_back(2))}, {"pads", list(conv.getPads())},
              {"strides", list(conv.getStrides())}});
        return true;
      })
      .Case([&](MaxPoolOp pool) {
        requireNchw(pool.getLayout());
        auto attributes = poolAttributes(pool);
        attributes.push_back({"dilations", list(pool.getDilations())});
        emit(op, "MaxPool", {name(pool.getInput())}, std::move(attributes));
        return true;
      })
      .Case([&](AveragePoolOp pool) {
        requireNchw(pool.getLayout());
        auto attributes = poolAttributes(pool);
        if (llvm::any_of(pool.getDilations(), [](int64_t d) { return d != 1; })) {
          requireOpset(19);
          attributes.push_back({"dilations", list(pool.getDilations())});
        }
        if (pool.getCountIncludePad())
          attributes.push_back({"count_include_pad", int64_t(1)});
        emit(op, "AveragePool", {name(pool.getInput())}, std::move(attributes));
        return true;
      })
      .Case([&](GlobalAveragePoolOp pool) {
        requireNchw(pool.getLayout());
        emit(op, "GlobalAveragePool", {name(pool.getInput())});
        return true;
      })
      .Case([&](MatmulOp matmul) {
        exportMatmul(matmul);
        return true;
      })
      .Default(false);
}

void Exporter::exportMatmul(MatmulOp op) {
  std::vector<std::string> inputs{name(op.getA()), name(op.getB())};
  int64_t rankA = cast<RankedTensorType>(op.getA().getType()).getRank();
  int64_t rankB = cast<RankedTensorType>(op.getB().getType()).getRank();
  bool plain = !op.getBias() && !op.getTransposeA() && !op.getTransposeB();
  if (rankA == 2 && rankB == 2 && (!plain || originalOp(op) == "Gemm")) {
    if (op.getBias())
      inputs.push_back(exportBias(op, op.getA(), op.getB(), op.getBias()));
    std::vector<onnx_out::Attribute> attributes;
    if (op.getTransposeA())
      attributes.push_back({"transA", int64_t(1)});
    if (op.getTransposeB())
      attributes.push_back({"transB", int64_t(1)});
    emit(op, "Gemm", std::move(inputs), std::move(attributes));
    return;
  }
  auto transposed = [&](std::string value, int64_t rank, StringRef suffix) {
    auto permutation = SmallVector<int64_t>(llvm::to_vector(llvm::seq<int64_t>(0, rank)));
    std::swap(permutation[rank - 1], permutation[rank - 2]);
    return emitStep(op, suffix, "Transpose", {value}, {{"perm", permutation}});
  };
  if (op.getTransposeA())
    inputs[0] = transposed(inputs[0], rankA, "_a");
  if (op.getTransposeB())
    inputs[1] = transposed(inputs[1], rankB, "_b");
  if (!op.getBias())
    return emit(op, "MatMul", std::move(inputs));
  std::string product = emitStep(op, "_product", "MatMul", std::move(inputs));
  emit(op, "Add", {product, exportBias(op, op.getA(), op.getB(), op.getBias())});
}

/// The axis of the Flatten that does what a reshape to rank 2 does.
static std::optional<int64_t> flattenAxis(ReshapeOp op) {
  auto input = cast<RankedTensorType>(op.getInput().getType());
  ArrayRef<int64_t> shape = op.getShape();
  if (shape.size() != 2 || op.getAllowZero())
    return std::nullopt;
  if (shape[0] == 0 && shape[1] == -1)
    return 1;
  auto product = [](ArrayRef<int64_t> sizes) {
    int64_t result = 1;
    for (int64_t size : sizes)
      result = ShapedType::isDynamic(size) || result < 0 ? -1 : result * size;
    return result;
  };
  // The form that importing a Flatten gives: one side written out.
  for (int64_t axis = 0; axis <= input.getRank(); ++axis) {
    int64_t front = product(input.getShape().take_front(axis)), back = product(input.getShape().drop_front(axis));
    if (axis != 1 && (back < 0 ? shape[0] == front && shape[1] == -1 : shape[0] == -1 && shape[1] == back))
      return axis;
  }
  return std::nullopt;
}

void Exporter::exportReshape(ReshapeOp op) {
  if (originalOp(op) == "Flatten")
    if (auto axis = flattenAxis(op))
      return emit(op, "Flatten", {name(op.getInput())}, {{"axis", *axis}});
  std::vector<onnx_out::Attribute> attributes;
  if (op.getAllowZero())
    attributes.push_back({"allowzero", int64_t(1)});
  emit(op, "Reshape", {name(op.getInput()), integers(nodeWish(op) + "_shape", op.getShape())}, std::move(attributes));
}

bool Exporter::exportShape(Operation *op) {
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case([&](ReshapeOp reshape) {
        exportReshape(reshape);
        return true;
      })
      .Case([&](TransposeOp transpose) {
        emit(op, "Transpose", {name(transpose.getInput())}, {{"perm", list(transpose.getPermutation())}});
        return true;
      })
      .Case([&](PadOp pad) {
        SmallVector<int64_t> pads(pad.getLow());
        llvm::append_range(pads, pad.getHigh());
        std::vector<std::string> inputs{name(pad.getInput()), integers(nodeWish(op) + "_pads", pads)};
        if (double value = pad.getValue().convertToDouble(); value != 0)
          inputs.push_back(scalar(nodeWish(op) + "_value", getElementTypeOrSelf(pad.getType()), value));
        emit(op, "Pad", std::move(inputs));
        return true;
      })
      .Case([&](ConcatOp concat) {
        std::vector<std::string> inputs;
        for (Value input : concat.getInputs())
          inputs.push_back(name(input));
        emit(op, "Concat", std::move(inputs), {{"axis", int64_t(concat.getAxis())}});
        return true;
      })
      .Case([&](SliceOp slice) {
        SmallVector<int64_t> starts, ends, axes, steps;
        for (auto [axis, size] : llvm::enumerate(slice.getSizes())) {
          if (size == -1) // a dynamic dimension is taken whole
            continue;
          int64_t step = slice.getStrides()[axis], start = slice.getOffsets()[axis];
          starts.push_back(start);
          ends.push_back(size ? start + (size - 1) * step + 1 : start);
          axes.push_back(axis);
          steps.push_back(step);
        }
        std::string wish = nodeWish(op);
        emit(op, "Slice", {name(slice.getInput()), integers(wish + "_starts", starts), integers(wish + "_ends", ends),
                           integers(wish + "_axes", axes), integers(wish + "_steps", steps)});
        return true;
      })
      .Case([&](ReduceSumOp reduce) {
        emit(op, "ReduceSum", {name(reduce.getInput()), integers(nodeWish(op) + "_axes", reduce.getAxes())},
             {{"keepdims", int64_t(reduce.getKeepDims())}});
        return true;
      })
      .Default(false);
}
