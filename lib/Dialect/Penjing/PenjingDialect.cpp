// The dialect `pj`: registration, the checks of its module and function
// attributes, and its version in bytecode.
#include "penjing/Dialect/Penjing/Penjing.h"

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/NamedDimensions.h"
#include "penjing/Dialect/Penjing/RecipeHash.h"
#include "penjing/Support/Session.h"

#include "mlir/Bytecode/BytecodeImplementation.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace penjing;

#include "penjing/Dialect/Penjing/PenjingDialect.cpp.inc"

#define GET_OP_CLASSES
#include "penjing/Dialect/Penjing/PenjingOps.cpp.inc"

namespace {

struct PenjingDialectVersion : public DialectVersion {
  explicit PenjingDialectVersion(int64_t version) : version(version) {}
  int64_t version;
};

/// Writes the dialect's version, and refuses files of a later one. Attributes
/// and ops keep the default encoding.
struct PenjingBytecodeInterface : public BytecodeDialectInterface {
  explicit PenjingBytecodeInterface(Dialect *dialect) : BytecodeDialectInterface(dialect) {}

  void writeVersion(DialectBytecodeWriter &writer) const override {
    writer.writeVarInt(PenjingDialect::kVersion);
  }

  std::unique_ptr<DialectVersion> readVersion(DialectBytecodeReader &reader) const override {
    uint64_t version;
    if (failed(reader.readVarInt(version)))
      return nullptr;
    if (version > uint64_t(PenjingDialect::kVersion)) {
      reader.emitError() << "requires dialect version up to " << PenjingDialect::kVersion
                         << ", but got " << version << "; a newer release wrote this file";
      return nullptr;
    }
    return std::make_unique<PenjingDialectVersion>(version);
  }
};

LogicalResult verifyModuleForm(ModuleOp module, NamedAttribute attribute) {
  auto form = dyn_cast<FormAttr>(attribute.getValue());
  if (!form)
    return module.emitError() << "requires 'pj.form' to be a form attribute, but got "
                              << attribute.getValue();
  auto refuse = [&](Operation *op) {
    return op->emitOpError() << "may not stand in a module of form '"
                             << stringifyForm(form.getValue()) << "'";
  };
  bool integer = form.getValue() == Form::Packed || form.getValue() == Form::Scheduled;
  auto result = module.walk([&](Operation *op) -> WalkResult {
    if (op->hasTrait<penjing::OpTrait::OnlySpace>() && form.getValue() != Form::Float)
      return refuse(op);
    // A training step of decided form is scheduled as it is.
    if (op->hasTrait<penjing::OpTrait::OnlyDecided>() && form.getValue() != Form::Decided &&
        form.getValue() != Form::Scheduled)
      return refuse(op);
    if (op->hasTrait<penjing::OpTrait::OnlyPackedOrScheduled>() && !integer)
      return refuse(op);
    if (op->hasTrait<penjing::OpTrait::OnlyScheduled>() && form.getValue() != Form::Scheduled)
      return refuse(op);
    auto param = dyn_cast<ParamOp>(op);
    if (!param)
      return WalkResult::advance();
    if (isQuantized(param.getTensorType()) && !integer)
      return refuse(op);
    // A scheduled parameter without a value is read from the caller's memory.
    if (form.getValue() == Form::Packed && !param.getValueAttr())
      return op->emitOpError() << "requires a value in a module of form '"
                               << stringifyForm(form.getValue()) << "'; run pj-calibrate or pj-train first";
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

LogicalResult verifyDimensionNames(Operation *op, NamedAttribute attribute) {
  auto function = dyn_cast<FunctionOpInterface>(op);
  auto names = dyn_cast<ArrayAttr>(attribute.getValue());
  if (!function || !names || !llvm::all_of(names, llvm::IsaPred<StringAttr>))
    return op->emitError() << "requires 'pj.dims' to be an array of strings on a function, but got "
                           << attribute.getValue();
  llvm::SmallDenseSet<Attribute> declared;
  for (Attribute name : names)
    if (!declared.insert(name).second)
      return op->emitError() << "requires distinct names in 'pj.dims', but got " << name << " twice";
  return success();
}

} // namespace

void PenjingDialect::initialize() {
  registerAttributes();
  addOperations<
#define GET_OP_LIST
#include "penjing/Dialect/Penjing/PenjingOps.cpp.inc"
      >();
  addInterfaces<PenjingBytecodeInterface, SessionInterface>();
}

LogicalResult PenjingDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  StringRef name = attribute.getName();
  if (name == kFormAttr) {
    if (auto module = dyn_cast<ModuleOp>(op))
      return verifyModuleForm(module, attribute);
    return op->emitError() << "requires 'pj.form' to stand on a module, but got it on '"
                           << op->getName() << "'";
  }
  if (name == kVersionAttr) {
    auto version = dyn_cast<IntegerAttr>(attribute.getValue());
    if (!version || version.getInt() < 1 || version.getInt() > kVersion)
      return op->emitError() << "requires dialect version 1 to " << kVersion << ", but got "
                             << attribute.getValue();
    return success();
  }
  if (name == kRecipeAttr)
    return verifyRecipeHash(op, attribute.getValue());
  if (name == PlacementAttr::kName)
    return verifyPlacements(op, attribute.getValue());
  if (name == KernelAttr::kName && !isa<KernelAttr>(attribute.getValue()))
    return op->emitError() << "requires '" << KernelAttr::kName << "' to be a kernel, but got "
                           << attribute.getValue();
  if (name == kDimsAttr)
    return verifyDimensionNames(op, attribute);
  return success();
}

LogicalResult PenjingDialect::verifyRegionArgAttribute(Operation *op, unsigned regionIndex,
                                                       unsigned argIndex, NamedAttribute attribute) {
  if (attribute.getName() == kNameAttr && !isa<StringAttr>(attribute.getValue()))
    return op->emitError() << "requires 'pj.name' to be a string, but got " << attribute.getValue();
  // Checked here and not with `pj.dims`: a function without that attribute
  // declares nothing, and its arguments must then be static.
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (!function)
    return success();
  auto type = dyn_cast<RankedTensorType>(function.getArgument(argIndex).getType());
  auto dims = type ? dyn_cast_or_null<DimsAttr>(type.getEncoding()) : DimsAttr();
  if (!dims)
    return success();
  auto declared = op->getAttrOfType<ArrayAttr>(kDimsAttr);
  for (StringAttr symbol : dims.getSymbols())
    if (!declared || !llvm::is_contained(declared, symbol))
      return op->emitError() << "requires dimension '" << symbol.getValue() << "' of argument "
                             << argIndex << " to be declared in 'pj.dims'";
  return success();
}

Operation *PenjingDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type,
                                               Location loc) {
  auto elements = dyn_cast<ElementsAttr>(value);
  if (!elements || elements.getType() != type)
    return nullptr;
  return ConstantOp::create(builder, loc, elements);
}

bool penjing::isQuantized(Type type) {
  return isa<quant::QuantizedType>(getElementTypeOrSelf(type));
}

Type penjing::getExpressedElementType(Type type) {
  Type element = getElementTypeOrSelf(type);
  if (auto quantized = dyn_cast<quant::QuantizedType>(element))
    return quantized.getExpressedType();
  return element;
}

bool penjing::areCompatibleResultTypes(TypeRange inferred, TypeRange actual) {
  if (inferred.size() != actual.size())
    return false;
  for (auto [want, have] : llvm::zip(inferred, actual)) {
    if (want == have)
      continue;
    auto wantTensor = dyn_cast<RankedTensorType>(want);
    auto haveTensor = dyn_cast<RankedTensorType>(have);
    if (!wantTensor || !haveTensor || wantTensor.getShape() != haveTensor.getShape() ||
        wantTensor.getEncoding() != haveTensor.getEncoding() ||
        getExpressedElementType(want) != getExpressedElementType(have))
      return false;
  }
  return true;
}
