// Layers of a space become ops of the network, with parameters of the shapes
// that were chosen.
#include "Instantiation.h"

#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Dialect/Penjing/Spaces.h"

using namespace mlir;
using namespace penjing;

FailureOr<int64_t> Instantiation::number(Operation *layer, RankedTensorType type, unsigned dim,
                                         const SizeBindings &sizes) {
  AffineExpr size = sizes.size(type, dim);
  auto value = size ? constantSize(size) : std::nullopt;
  if (value && *value > 0)
    return *value;
  return layer->emitOpError() << "requires a positive number as size of dimension " << dim << " of " << type
                              << " once all choices are made, but got "
                              << (size ? scope.str(size) : std::string("a name that stands for nothing"));
}

std::string Instantiation::layerName(StringRef name, const Frame &frame) {
  std::string base = qualifiedName(frame.instance, StringAttr::get(module.getContext(), name)).str();
  unsigned count = layerNames[base]++;
  return count ? base + "_" + std::to_string(count) : base;
}

Location Instantiation::location(Operation *layer, StringRef name) {
  Location kind = NameLoc::get(builder.getStringAttr(layer->getName().stripDialect()), layer->getLoc());
  return NameLoc::get(builder.getStringAttr(name), kind);
}

Value Instantiation::parameter(Operation *layer, const Twine &name, ArrayRef<int64_t> shape, Type element,
                               Role role, InitializerKind init, int64_t fanIn) {
  auto type = RankedTensorType::get(shape, element);
  constexpr uint64_t kMaxBytes = uint64_t(1) << 32;
  std::optional<uint64_t> bytes = getStorageBytes(type);
  if (!bytes || *bytes > kMaxBytes) {
    layer->emitOpError() << "requires parameters of at most " << kMaxBytes << " bytes, but got " << type;
    return {};
  }
  OpBuilder before(parameters);
  std::string unique = name.str();
  for (unsigned suffix = 1; module.lookupSymbol(unique); ++suffix)
    unique = (name + "_" + Twine(suffix)).str();
  bool statistics = role == Role::RunningMean || role == Role::RunningVariance;
  auto initializer = InitializerAttr::get(builder.getContext(), init, fanIn, builder.getF64FloatAttr(2.2360679774997898));
  auto param = ParamOp::create(before, layer->getLoc(), unique, type, role, /*trainable=*/!statistics,
                               /*value=*/ElementsAttr(), initializer, /*sym_visibility=*/StringAttr());
  return UseOp::create(builder, layer->getLoc(), type, param.getSymName());
}

LogicalResult Instantiation::write(ConvLayerOp layer, Frame &frame) {
  Value input = frame.values.lookup(layer.getInput());
  auto actual = cast<RankedTensorType>(input.getType()), declared = cast<RankedTensorType>(layer.getType());
  auto channels = number(layer, actual, 1, frame.sizes), filters = number(layer, declared, 1, frame.sizes);
  if (failed(channels) || failed(filters))
    return failure();
  SmallVector<int64_t> kernel;
  for (Attribute size : layer.getKernel()) {
    auto name = dyn_cast<FlatSymbolRefAttr>(size);
    auto found = name ? module.lookupSymbol<SizeOp>(name.getValue()) : SizeOp();
    kernel.push_back(found ? found.getOptions()[answer(frame, name.getValue())] : cast<IntegerAttr>(size).getInt());
  }
  std::string name = layerName(layer.getName(), frame);
  Type element = declared.getElementType();
  int64_t groups = layer.getDepthwise() ? *channels : 1, inputs = *channels / groups;
  int64_t fanIn = inputs * kernel[0] * kernel[1];
  Value weight = parameter(layer, name + ".weight", {*filters, inputs, kernel[0], kernel[1]}, element, Role::Weight,
                           InitializerKind::KaimingUniform, fanIn);
  Value bias = layer.getBias() ? parameter(layer, name + ".bias", {*filters}, element, Role::Bias,
                                           InitializerKind::KaimingUniform, fanIn)
                               : Value();
  if (!weight || (layer.getBias() && !bias))
    return failure();
  int64_t top = (kernel[0] - 1) / 2, left = (kernel[1] - 1) / 2;
  auto conv = ConvOp::create(builder, location(layer, name), declared, input, weight, bias, layer.getStrides(),
                             ArrayRef<int64_t>{1, 1}, ArrayRef<int64_t>{top, left, top, left}, groups, Layout::NCHW);
  frame.values[layer.getResult()] = conv.getResult();
  return inferTypes(conv);
}

LogicalResult Instantiation::write(LinearLayerOp layer, Frame &frame) {
  Value input = frame.values.lookup(layer.getInput());
  auto actual = cast<RankedTensorType>(input.getType()), declared = cast<RankedTensorType>(layer.getType());
  auto inputs = number(layer, actual, 1, frame.sizes), outputs = number(layer, declared, 1, frame.sizes);
  if (failed(inputs) || failed(outputs))
    return failure();
  std::string name = layerName(layer.getName(), frame);
  Type element = declared.getElementType();
  Value weight = parameter(layer, name + ".weight", {*outputs, *inputs}, element, Role::Weight,
                           InitializerKind::KaimingUniform, *inputs);
  Value bias = layer.getNoBias() ? Value()
                                 : parameter(layer, name + ".bias", {*outputs}, element, Role::Bias,
                                             InitializerKind::KaimingUniform, *inputs);
  if (!weight || (!layer.getNoBias() && !bias))
    return failure();
  auto product = MatmulOp::create(builder, location(layer, name), declared, input, weight, bias,
                                  /*transpose_a=*/false, /*transpose_b=*/true);
  frame.values[layer.getResult()] = product.getResult();
  return inferTypes(product);
}

LogicalResult Instantiation::write(BatchNormLayerOp layer, Frame &frame) {
  Value input = frame.values.lookup(layer.getInput());
  auto actual = cast<RankedTensorType>(input.getType());
  auto channels = number(layer, actual, 1, frame.sizes);
  if (failed(channels))
    return failure();
  std::string name = layerName(layer.getName(), frame);
  auto add = [&](StringRef suffix, Role role, InitializerKind init) {
    return parameter(layer, name + suffix, {*channels}, actual.getElementType(), role, init);
  };
  Value scale = add(".scale", Role::NormScale, InitializerKind::Ones);
  Value shift = add(".shift", Role::NormShift, InitializerKind::Zeros);
  Value mean = add(".mean", Role::RunningMean, InitializerKind::Zeros);
  Value variance = add(".variance", Role::RunningVariance, InitializerKind::Ones);
  auto norm = BatchNormOp::create(builder, location(layer, name), actual, input, scale, shift, mean, variance,
                                  layer.getEpsilonAttr(), layer.getMomentumAttr(), builder.getI32IntegerAttr(1));
  frame.values[layer.getResult()] = norm.getResult();
  return inferTypes(norm);
}

LogicalResult Instantiation::write(ZerosLikeOp op, Frame &frame) {
  Value input = frame.values.lookup(op.getInput());
  auto type = cast<RankedTensorType>(input.getType());
  auto one = RankedTensorType::get(SmallVector<int64_t>(type.getRank(), 1), type.getElementType());
  Value zero = ConstantOp::create(builder, op.getLoc(), cast<ElementsAttr>(builder.getZeroAttr(one)));
  auto spread = BroadcastOp::create(builder, op.getLoc(), type, zero, input);
  zeros.insert(spread.getResult());
  frame.values[op.getResult()] = spread.getResult();
  return inferTypes(spread);
}
