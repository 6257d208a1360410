// Passes that schedule a module for one target.
#ifndef PENJING_TRANSFORMS_SCHEDULE_PASSES_TD
#define PENJING_TRANSFORMS_SCHEDULE_PASSES_TD

include "mlir/Pass/PassBase.td"

def SplitSamples : Pass<"pj-split-samples", "::mlir::ModuleOp"> {
  let summary = "Compute a batch of unknown size sample by sample";
  let description = [{
    A dimension with a name that leads tensors becomes 1, and the function says
    in `pj.samples` which of its arguments and results step from sample to
    sample: the compiled function has a loop, and its memory does not depend on
    the number of samples.

    Assumes one named dimension that is the first of every tensor it occurs in,
    and ops that do not mix samples; otherwise the pass fails and says which op does.

    ```mlir
    module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
      func.func @main(%x: tensor<?x4xf32, #pj.dims<[N] -> [N]>> {pj.name = "x"})
          -> (tensor<?x4xf32, #pj.dims<[N] -> [N]>> {pj.name = "y"})
          attributes {pj.dims = ["N"]} {
        %y = pj.relu %x : (tensor<?x4xf32, #pj.dims<[N] -> [N]>>)
            -> tensor<?x4xf32, #pj.dims<[N] -> [N]>>
        return %y : tensor<?x4xf32, #pj.dims<[N] -> [N]>>
      }
    }
    ```
    becomes
    ```mlir
    func.func @main(%x: tensor<1x4xf32> {pj.name = "x"}) -> (tensor<1x4xf32> {pj.name = "y"})
        attributes {pj.samples = [true, true]} {
      %y = pj.relu %x : (tensor<1x4xf32>) -> tensor<1x4xf32>
      return %y : tensor<1x4xf32>
    }
    ```
  }];
}

def ShiftSigned : Pass<"pj-shift-signed", "::mlir::ModuleOp"> {
  let summary = "Store signed activations as unsigned ones where the target multiplies those";
  let description = [{
    A value of 8-bit signed integers with zero point z is the same as one of
    unsigned integers with zero point z + 128. Where the target's fastest leaf
    takes unsigned by signed bytes, all values between the ops change to that;
    weights and every result stay what they are.

    Assumes the packed form and no quantized arguments or results; otherwise it
    changes nothing.

    ```mlir
    // penjing-opt --pj-shift-signed=target=x86-64-v4-vnni
    module attributes {pj.form = #pj.form<packed>, pj.version = 1 : i32} {
      func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
        %q = pj.quantize %x : (tensor<4xf32>) -> tensor<4x!quant.uniform<i8:f32, 0.5:-3>>
        %y = pj.dequantize %q : (tensor<4x!quant.uniform<i8:f32, 0.5:-3>>) -> tensor<4xf32>
        return %y : tensor<4xf32>
      }
    }
    ```
    becomes
    ```mlir
    %q = pj.quantize %x : (tensor<4xf32>) -> tensor<4x!quant.uniform<u8:f32, 0.5:125>>
    %y = pj.dequantize %q : (tensor<4x!quant.uniform<u8:f32, 0.5:125>>) -> tensor<4xf32>
    ```
  }];
  let options = [Option<"target", "target", "std::string", "\"x86-64-v3\"",
                        "Name of the target description">];
  let dependentDialects = ["::penjing::PenjingDialect"];
}

def Fuse : Pass<"pj-fuse", "::mlir::ModuleOp"> {
  let summary = "Gather ops that one kernel can compute, and enter the scheduled form";
  let description = [{
    A convolution or matrix product takes the elementwise ops behind it as its
    epilogue (activation, residual, requantization) as long as each has one use; chains of
    elementwise ops become one kernel too. Values from outside are read by the kernel.

    Assumes static shapes (`pj-split-samples`). Results do not change.

    ```mlir
    module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
      func.func @main(%x: tensor<1x4xf32>, %w: tensor<4x8xf32>) -> tensor<1x8xf32> {
        %0 = pj.matmul %x, %w : (tensor<1x4xf32>, tensor<4x8xf32>) -> tensor<1x8xf32>
        %1 = pj.relu %0 : (tensor<1x8xf32>) -> tensor<1x8xf32>
        return %1 : tensor<1x8xf32>
      }
    }
    ```
    becomes
    ```mlir
    %0 = pj.fused : tensor<1x8xf32> {
      %1 = pj.matmul %x, %w : (tensor<1x4xf32>, tensor<4x8xf32>) -> tensor<1x8xf32>
      %2 = pj.relu %1 : (tensor<1x8xf32>) -> tensor<1x8xf32>
      pj.yield %2 : tensor<1x8xf32>
    }
    return %0 : tensor<1x8xf32>
    ```
  }];
  let options = [Option<"keepOps", "keep-ops", "bool", "false",
                        "Only enter the form: every op stays a kernel of its own">];
  let statistics = [Statistic<"fused", "fused", "number of ops that joined another's kernel">];
  let dependentDialects = ["::penjing::PenjingDialect"];
}

def ChooseWeightForms : Pass<"pj-choose-weight-forms", "::mlir::ModuleOp"> {
  let summary = "Choose for every constant weight whether its kernel skips zeros";
  let description = [{
    A weight that is known runs dense, in blocks (a block is a vector of outputs or
    two, at one group of inputs) or unstructured (single elements of a float32 weight;
    the vectors then lie along points of the activations). The target's time model
    gives microseconds for each form, copies into another layout included, and the
    fastest is taken. A sparse form within 2 % of it is taken where it is at least 1.5
    times smaller; `prefer=size` takes the smallest form, whatever it costs. The
    choice stands in `pj.kernel`, whose one tile is the width of a block in vectors, and
    a remark gives both times, the share of zeros
    and the share from which on the sparse form wins. The numbers do not change.
    A `pj.kernel` that stands on an op already is kept.

    Assumes the scheduled form without layouts (`pj-fuse`).

    ```mlir
    module attributes {pj.form = #pj.form<scheduled>, pj.version = 1 : i32} {
      pj.param @w : tensor<64x16xf32> {role = #pj.role<weight>, value = dense<0.0> : tensor<64x16xf32>}
      func.func @main(%x: tensor<1x64xf32>) -> tensor<1x16xf32> {
        %w = pj.use @w : tensor<64x16xf32>
        %0 = pj.matmul %x, %w : (tensor<1x64xf32>, tensor<64x16xf32>) -> tensor<1x16xf32>
        return %0 : tensor<1x16xf32>
      }
    }
    ```
  }];
  let options = [
    Option<"target", "target", "std::string", "\"x86-64-v3\"", "Name of the target description">,
    Option<"prefer", "prefer", "std::string", "\"speed\"", "What the choice is for: speed or size">,
    Option<"requireSparse", "require-sparse", "bool", "false",
           "Fail where a weight with zeros stays dense">];
  let dependentDialects = ["::penjing::PenjingDialect", "::penjing::kernel::KernelDialect"];
}

def AssignLayouts : Pass<"pj-assign-layouts", "::mlir::ModuleOp"> {
  let summary = "Choose the order in memory of every value";
  let description = [{
    Images get their channels last and a halo as wide as their consumers read;
    weights that are read from the caller get their output channels last; rows
    are padded to whole vectors of the target. An unstructured weight
    (`pj-choose-weight-forms`) gets its activations with consecutive points last. Reshapes and transposes become
    views where nothing has to move. Copies (`pj.relayout`) are added where the
    caller's layout differs. The result stands in `pj.placements`, and no type changes.

    Assumes the scheduled form (`pj-fuse`).

    ```mlir
    module attributes {pj.form = #pj.form<scheduled>, pj.version = 1 : i32} {
      func.func @main(%x: tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32> {
        %0 = pj.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
            : (tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32>
        return %0 : tensor<1x3x4x4xf32>
      }
    }
    ```
    becomes, channels last within and the caller's order in the result,
    ```mlir
    %0 = pj.max_pool %x {kernel = array<i64: 2, 2>, pj.placements = [#pj.placement<arena strides[48, 1, 12, 3]>], …
    %1 = pj.relayout %0 {pj.placements = [#pj.placement<result at 0 strides[48, 16, 4, 1]>]} : tensor<1x3x4x4xf32>
    return %1 : tensor<1x3x4x4xf32>
    ```
  }];
  let options = [Option<"target", "target", "std::string", "\"x86-64-v3\"",
                        "Name of the target description">];
  let statistics = [Statistic<"copies", "copies", "number of copies between layouts">];
  let dependentDialects = ["::penjing::PenjingDialect"];
}

def ChooseKernels : Pass<"pj-choose-kernels", "::mlir::ModuleOp"> {
  let summary = "Choose leaf and tiles of every contraction";
  let description = [{
    The leaf is the target's fastest for the element types; tiles fill its
    registers. The form of the weight is what `pj-choose-weight-forms` has asked for,
    else dense. The choice stands in `pj.kernel`.

    Assumes layouts (`pj-assign-layouts`).

    ```mlir
    // penjing-opt --pj-assign-layouts --pj-choose-kernels
    module attributes {pj.form = #pj.form<scheduled>, pj.version = 1 : i32} {
      func.func @main(%x: tensor<1x4xf32>, %w: tensor<4x8xf32>) -> tensor<1x8xf32> {
        %0 = pj.matmul %x, %w : (tensor<1x4xf32>, tensor<4x8xf32>) -> tensor<1x8xf32>
        return %0 : tensor<1x8xf32>
      }
    }
    ```
    becomes
    ```mlir
    %0 = pj.matmul %x, %w {pj.kernel = #pj.kernel<"fma", lanes = 8, tiles = […], dense, "no constant weight">, …
    return %0 : tensor<1x8xf32>
    ```
  }];
  let options = [Option<"target", "target", "std::string", "\"x86-64-v3\"",
                        "Name of the target description">,
                 Option<"requireInt8", "require-int8", "bool", "false",
                        "Fail where a layer with a constant weight is computed in float">];
  let dependentDialects = ["::penjing::PenjingDialect", "::penjing::kernel::KernelDialect"];
}

def PlanMemory : Pass<"pj-plan-memory", "::mlir::ModuleOp"> {
  let summary = "Give every value a place in one arena";
  let description = [{
    Values that are alive at the same time lie apart; others share memory. An
    elementwise op works in place where its operand dies. The offset stands in each
    placement, the arena's bytes in `pj.arena` on the function.

    Assumes layouts (`pj-assign-layouts`).

    ```mlir
    // penjing-opt --pj-assign-layouts --pj-plan-memory
    module attributes {pj.form = #pj.form<scheduled>, pj.version = 1 : i32} {
      func.func @main(%x: tensor<1x4xf32>, %w: tensor<4x8xf32>) -> tensor<1x8xf32> {
        %0 = pj.matmul %x, %w : (tensor<1x4xf32>, tensor<4x8xf32>) -> tensor<1x8xf32>
        %1 = pj.matmul %0, %w {transpose_b} : (tensor<1x8xf32>, tensor<4x8xf32>) -> tensor<1x4xf32>
        %2 = pj.matmul %1, %w : (tensor<1x4xf32>, tensor<4x8xf32>) -> tensor<1x8xf32>
        return %2 : tensor<1x8xf32>
      }
    }
    ```
    becomes
    ```mlir
    func.func @main(%x: tensor<1x4xf32>, %w: tensor<4x8xf32>) -> tensor<1x8xf32> attributes {pj.arena = …
      %0 = pj.matmul %x, %w {pj.placements = [#pj.placement<arena at …
      %1 = pj.relayout %w {pj.placements = [#pj.placement<arena at …
      %2 = pj.matmul %0, %1 {pj.placements = [#pj.placement<arena at …
      %3 = pj.matmul %2, %w {pj.placements = [#pj.placement<result at 0 …
      return %3 : tensor<1x8xf32>
    }
    ```
  }];
  let dependentDialects = ["::penjing::PenjingDialect"];
}

#endif // PENJING_TRANSFORMS_SCHEDULE_PASSES_TD
