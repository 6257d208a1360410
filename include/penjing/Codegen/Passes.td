// Passes from kernel ops to the LLVM dialect: outlining, expansion
// into loops, math functions.
#ifndef PENJING_CODEGEN_PASSES_TD
#define PENJING_CODEGEN_PASSES_TD

include "mlir/Pass/PassBase.td"

def OutlineKernels : Pass<"pjk-outline-kernels", "::mlir::ModuleOp"> {
  let summary = "Move each distinct kernel op into a function of its own";
  let description = [{
    Every `pjk.contract`, `pjk.map` and `pjk.reduce` becomes a call of an
    internal function; ops equal in everything but their operands share one.
    The functions' pointers are `noalias`, `nonnull` and aligned as known: offsets into one
    arena would otherwise keep the accumulators' stores in the inner loop.
    Operands that are the same SSA value become one parameter, so that an op
    in place stays correct.

    Assumes that operands of one op that are different SSA values do not
    overlap where one of them is written.

    Functions are named by the op's hint, sizes, leaf and tile.

    ```mlir
    func.func @main(%x: !llvm.ptr, %y: !llvm.ptr) {
      pjk.map "relu" ins(%x) -> %y dims [<"i" parallel 64 [1, 1]>] {
      ^bb0(%0: f32):
        %zero = arith.constant 0.0 : f32
        %1 = arith.cmpf ogt, %0, %zero : f32
        %2 = arith.select %1, %0, %zero : f32
        pjk.yield %2 : f32
      }
      return
    }
    ```
    becomes
    ```mlir
    func.func @main(%x: !llvm.ptr, %y: !llvm.ptr) {
      call @relu_64(%x, %y) : (!llvm.ptr, !llvm.ptr) -> ()
      return
    }
    ```
  }];
  let dependentDialects = ["::mlir::func::FuncDialect",
                           "::mlir::LLVM::LLVMDialect"];
  let statistics = [
    Statistic<"kernels", "kernels", "distinct kernels">,
    Statistic<"calls", "calls", "kernel ops replaced by calls">];
}

def LowerKernels : Pass<"pjk-lower-kernels", "::mlir::ModuleOp"> {
  let summary = "Expand kernel ops into loops over vectors";
  let description = [{
    A contraction becomes a nest of `scf.for` whose innermost loop carries
    parallel tile x vector tile accumulators as loop-carried values; maps and
    reductions become loops over vectors where strides allow and over scalars
    elsewhere. Memory is read and written by `llvm.load` and `llvm.store` at
    constant offsets. Regions are cloned on vectors.

    Assumes a known leaf that the target has. Kernels outside outlined
    functions are expanded where they stand.

    ```mlir
    func.func @relu(%x: !llvm.ptr, %y: !llvm.ptr) {
      pjk.map ins(%x) -> %y dims [<"i" parallel 64 [1, 1]>] {
      ^bb0(%0: f32):
        %zero = arith.constant 0.0 : f32
        %1 = arith.cmpf ogt, %0, %zero : f32
        %2 = arith.select %1, %0, %zero : f32
        pjk.yield %2 : f32
      }
      return
    }
    ```
    becomes, for vectors of 8,
    ```mlir
    scf.for %i = %c0 to %c64 step %c8 : i64 {
      …
      %0 = llvm.load %x_i {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
      %1 = arith.cmpf ogt, %0, %zero : vector<8xf32>
      %2 = arith.select %1, %0, %zero : vector<8xi1>, vector<8xf32>
      llvm.store %2, %y_i {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
    }
    ```
  }];
  let options = [
    Option<"target", "target", "std::string", "\"x86-64-v3\"",
           "Name of the target description">];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::LLVM::LLVMDialect",
                           "::mlir::math::MathDialect",
                           "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect"];
}

def ExpandMath : Pass<"pjk-expand-math", "::mlir::ModuleOp"> {
  let summary = "Replace math functions by polynomials that need no library";
  let description = [{
    `math.exp`, `log`, `tanh` and `erf` on f32, scalar or vector,
    become `arith` ops: multiplications, additions, at most one division, so
    that the bits are the same on every target, and at most 2 units in the
    last place from the true value. `math.rsqrt` becomes 1 / sqrt. `math.fma`
    becomes a multiplication and an addition where the target has no fused
    form; `math.roundeven` stays where the target has an instruction for it.

    Why: an object has no undefined symbols. Assumes the environment that
    entry points set, where subnormals are zero.

    ```mlir
    func.func @f(%0: vector<16xf32>) -> vector<16xf32> {
      %1 = math.exp %0 : vector<16xf32>
      return %1 : vector<16xf32>
    }
    ```
  }];
  let options = [
    Option<"target", "target", "std::string", "\"x86-64-v3\"",
           "Name of the target description">];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect"];
}

#endif // PENJING_CODEGEN_PASSES_TD
