// Entry points: the public function that sets the floating-point environment
// around a body.
#include "penjing/Codegen/EntryPoint.h"

#include "ProcessorCheck.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;
using namespace penjing;

namespace {

/// Reads and writes the control register of one architecture.
class ControlRegister {
public:
  ControlRegister(ImplicitLocOpBuilder &builder, const Target &target)
      : builder(builder), aarch64(target.isAArch64()) {
    if (aarch64)
      return;
    Value one = arith::ConstantOp::create(builder, builder.getI32IntegerAttr(1));
    slot = LLVM::AllocaOp::create(
        builder, LLVM::LLVMPointerType::get(builder.getContext()),
        builder.getI32Type(), one, /*alignment=*/4);
  }

  Value read() {
    if (aarch64)
      return LLVM::CallIntrinsicOp::create(
                 builder, builder.getI64Type(),
                 builder.getStringAttr("llvm.aarch64.get.fpcr"), ValueRange())
          .getResult(0);
    LLVM::CallIntrinsicOp::create(
        builder, builder.getStringAttr("llvm.x86.sse.stmxcsr"),
        ValueRange(slot));
    return LLVM::LoadOp::create(builder, builder.getI32Type(), slot, 4);
  }

  void write(Value value) {
    if (aarch64) {
      LLVM::CallIntrinsicOp::create(
          builder, builder.getStringAttr("llvm.aarch64.set.fpcr"),
          ValueRange(value));
      return;
    }
    LLVM::StoreOp::create(builder, value, slot, 4);
    LLVM::CallIntrinsicOp::create(
        builder, builder.getStringAttr("llvm.x86.sse.ldmxcsr"),
        ValueRange(slot));
  }

  /// What our numbers are defined in: round to nearest even, subnormals
  /// flushed on both sides, exceptions masked.
  Value defined() {
    // FPCR.FZ; MXCSR: FTZ, DAZ and the six exception masks.
    TypedAttr bits = aarch64
                         ? TypedAttr(builder.getI64IntegerAttr(1 << 24))
                         : TypedAttr(builder.getI32IntegerAttr(0x9fc0));
    return arith::ConstantOp::create(builder, bits);
  }

private:
  ImplicitLocOpBuilder &builder;
  bool aarch64;
  Value slot;
};

} // namespace

/// The body's status, run in the defined environment.
static Value callDefined(ImplicitLocOpBuilder &builder,
                         ControlRegister &control, func::FuncOp body,
                         ValueRange arguments) {
  Value saved = control.read();
  control.write(control.defined());
  auto call = func::CallOp::create(builder, body, arguments);
  control.write(saved);
  if (call.getNumResults())
    return call.getResult(0);
  return arith::ConstantOp::create(builder, builder.getI32IntegerAttr(0));
}

func::FuncOp penjing::wrapEntryPoint(func::FuncOp body, StringRef name,
                                     const Target &target,
                                     std::optional<int32_t> unsupported) {
  MLIRContext *context = body.getContext();
  ImplicitLocOpBuilder builder(body.getLoc(), context);
  builder.setInsertionPointAfter(body);
  auto type = builder.getFunctionType(body.getArgumentTypes(),
                                      builder.getI32Type());
  auto entry = func::FuncOp::create(builder, name, type);
  entry.setPublic();
  body.setPrivate();
  body->setAttr("llvm.linkage",
                LLVM::LinkageAttr::get(context, LLVM::Linkage::Internal));
  body->setAttr("passthrough", builder.getArrayAttr(
                                   {builder.getStringAttr("noinline"),
                                    builder.getStringAttr("nounwind")}));

  builder.setInsertionPointToStart(entry.addEntryBlock());
  ControlRegister control(builder, target);
  if (!unsupported || target.requirement.cpuid.empty()) {
    func::ReturnOp::create(
        builder, callDefined(builder, control, body, entry.getArguments()));
    return entry;
  }
  // Nothing before the check may use what the check is for.
  entry->setAttr("passthrough", baselinePassthrough(builder));
  Value supported = checkProcessor(
      builder, body->getParentOfType<ModuleOp>(), target.requirement);
  auto choice = scf::IfOp::create(
      builder, supported,
      [&](OpBuilder &inner, Location) {
        ImplicitLocOpBuilder::InsertionGuard guard(builder);
        builder.restoreInsertionPoint(inner.saveInsertionPoint());
        scf::YieldOp::create(builder, callDefined(builder, control, body,
                                                  entry.getArguments()));
      },
      [&](OpBuilder &inner, Location loc) {
        Value status = arith::ConstantOp::create(
            inner, loc, inner.getI32IntegerAttr(*unsupported));
        scf::YieldOp::create(inner, loc, status);
      });
  func::ReturnOp::create(builder, choice.getResult(0));
  return entry;
}
