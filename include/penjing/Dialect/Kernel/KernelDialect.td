// The kernel dialect: what one kernel computes, on pointers with constant
// strides, below every notion of a network.
#ifndef PENJING_DIALECT_KERNEL_KERNELDIALECT_TD
#define PENJING_DIALECT_KERNEL_KERNELDIALECT_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Kernel_Dialect : Dialect {
  let name = "pjk";
  let cppNamespace = "::penjing::kernel";
  let summary = "One kernel each: contraction, elementwise map, reduction";
  let description = [{
    Three ops, `pjk.contract`, `pjk.map` and `pjk.reduce`, and the terminator
    of their regions. All of them

    * work on `!llvm.ptr` operands, whose elements are addressed by one
      constant stride per dimension, counted in elements of that operand: a
      convolution, its stride, dilation, groups and both of its gradients are
      only strides. There is no padding: the buffer has a halo, or the op
      covers the interior only;
    * have every size static, so that each op can become one function;
    * compute on scalars in their regions; the lowering clones a region on
      vectors. Regions hold ops of `arith` and `math` without memory or
      integer division.

    Dimensions are listed in the order of the loop nest, outermost first;
    reduction loops run inside all others whatever their place in the list.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect",
                           "::mlir::arith::ArithDialect"];
  let useDefaultAttributePrinterParser = 1;
  let extraClassDeclaration = [{
    void registerAttributes();
  }];
}

class Kernel_Op<string mnemonic, list<Trait> traits = []>
    : Op<Kernel_Dialect, mnemonic, traits>;

/// A pointer of address space 0.
def Kernel_Pointer : Type<
    CPred<"::llvm::isa<::mlir::LLVM::LLVMPointerType>($_self)">,
    "pointer", "::mlir::LLVM::LLVMPointerType">,
    BuildableType<
        "::mlir::LLVM::LLVMPointerType::get($_builder.getContext())">;

#endif // PENJING_DIALECT_KERNEL_KERNELDIALECT_TD
