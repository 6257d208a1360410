// The pass from the scheduled form to the kernel dialect.
#ifndef PENJING_CONVERSION_PENJINGTOKERNELS_PASSES_TD
#define PENJING_CONVERSION_PENJINGTOKERNELS_PASSES_TD

include "mlir/Pass/PassBase.td"

def ToKernels : Pass<"pj-to-kernels", "::mlir::ModuleOp"> {
  let summary = "Write the kernels of a scheduled module";
  let description = [{
    The entry function becomes `ENTRY_body` on pointers: its values are places in
    one arena, its ops `pjk.contract`, `pjk.map` and `pjk.reduce`. Known weights
    are packed as their kernels read them and become, with all other
    constants, one section `ENTRY_constants`. Parameters without a value are read
    through a table of pointers.

    With `tables` the function takes tables of pointers to inputs, outputs and
    parameters, the arena and the number of samples; without, one pointer per input
    and output, the number of samples where there are any, and the arena.

    Assumes a planned module (`pj-plan-memory`).

    ```mlir
    // penjing-opt --pj-assign-layouts --pj-plan-memory --pj-to-kernels
    module attributes {pj.form = #pj.form<scheduled>, pj.version = 1 : i32} {
      func.func @main(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
        %0 = pj.relu %x : (tensor<1x4xf32>) -> tensor<1x4xf32>
        return %0 : tensor<1x4xf32>
      }
    }
    ```
    becomes
    ```mlir
    func.func private @main_body(%x: !llvm.ptr, %y: !llvm.ptr, %arena: !llvm.ptr) {
      pjk.map "relu" ins(%x) -> %y dims [<"i" parallel 4 [1, 1]>] {
      ^bb0(%0: f32):
        %zero = arith.constant 0.0 : f32
        %positive = arith.cmpf ogt, %0, %zero : f32
        %1 = arith.select %positive, %0, %zero : f32
        pjk.yield %1 : f32
      }
      return
    }
    ```
  }];
  let options = [
    Option<"target", "target", "std::string", "\"x86-64-v3\"", "Name of the target description">,
    Option<"tables", "tables", "bool", "false", "Take tables of pointers instead of pointers">];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
                           "::penjing::kernel::KernelDialect"];
}

#endif // PENJING_CONVERSION_PENJINGTOKERNELS_PASSES_TD
