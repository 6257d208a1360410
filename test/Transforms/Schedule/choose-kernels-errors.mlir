// RUN: penjing-opt %s --pj-choose-kernels --split-input-file --verify-diagnostics

module attributes {pj.form = #pj.form<scheduled>, pj.version = 1 : i32} {
  func.func @double(%x: tensor<4x4xf64>) -> tensor<4x4xf64> {
    // expected-error @below {{requires element types that target 'x86-64-v3' multiplies, but got 'f64' and 'f64'}}
    %0 = pj.matmul %x, %x {pj.placements = [#pj.placement<result at 0 strides [4, 1]>]} : (tensor<4x4xf64>, tensor<4x4xf64>) -> tensor<4x4xf64>
    return %0 : tensor<4x4xf64>
  }
}

// -----

module attributes {pj.form = #pj.form<scheduled>, pj.version = 1 : i32} {
  func.func @columns_cut_apart(%x: tensor<4x4xf32>, %w: tensor<2x4x3xf32>) -> tensor<4x6xf32> {
    %0 = pj.transpose %w {permutation = array<i64: 1, 0, 2>, pj.placements = [#pj.placement<alias>]} : (tensor<2x4x3xf32>) -> tensor<4x2x3xf32>
    %1 = pj.reshape %0 {shape = array<i64: 4, 6>, pj.placements = [#pj.placement<alias>]} : (tensor<4x2x3xf32>) -> tensor<4x6xf32>
    // expected-error @below {{requires columns that the kernel can walk with its other operands}}
    %2 = pj.matmul %x, %1 {pj.placements = [#pj.placement<result at 0 strides [6, 1]>]} : (tensor<4x4xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
    return %2 : tensor<4x6xf32>
  }
}

// -----

// Laid out as if the weight were dense.
module attributes {pj.form = #pj.form<scheduled>, pj.version = 1 : i32} {
  pj.param @w : tensor<4x8xf32> {role = #pj.role<weight>, value = dense<1.0> : tensor<4x8xf32>}
  func.func @columns_last(%x: tensor<4x4xf32>) -> tensor<4x8xf32> {
    %w = pj.use @w : tensor<4x8xf32>
    // expected-error @below {{requires a layout with consecutive points last for an unstructured weight; run pj-assign-layouts behind pj-choose-weight-forms}}
    %0 = pj.matmul %x, %w {pj.kernel = #pj.kernel<"fma", lanes = 16, tiles = [1], unstructured, "">, pj.placements = [#pj.placement<result at 0 strides [8, 1]>]} : (tensor<4x4xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
    return %0 : tensor<4x8xf32>
  }
}

// -----

// expected-error @below {{requires a module of form 'scheduled', but got 'float'; run pj-fuse first}}
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @form(%x: tensor<4xf32>) -> tensor<4xf32> {
    return %x : tensor<4xf32>
  }
}
