// Entry points: the public function that sets the floating-point environment
// around a body.
#include "penjing/Codegen/EntryPoint.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
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

func::FuncOp penjing::wrapEntryPoint(func::FuncOp body, StringRef name,
                                     const Target &target) {
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
  Value saved = control.read();
  control.write(control.defined());
  auto call = func::CallOp::create(builder, body, entry.getArguments());
  control.write(saved);
  Value result =
      call.getNumResults()
          ? call.getResult(0)
          : arith::ConstantOp::create(builder, builder.getI32IntegerAttr(0))
                .getResult();
  func::ReturnOp::create(builder, result);
  return entry;
}
