// RUN: penjing-opt %s --pj-to-kernels --split-input-file --verify-diagnostics

module attributes {pj.form = #pj.form<scheduled>, pj.version = 1 : i32} {
  func.func @no_kernel(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
    // expected-error @below {{requires a kernel; run pj-choose-kernels first}}
    %0 = pj.matmul %x, %x {pj.placements = [#pj.placement<result at 0 strides [4, 1]>]} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
    return %0 : tensor<4x4xf32>
  }
}

// -----

module attributes {pj.form = #pj.form<scheduled>, pj.version = 1 : i32} {
  pj.param @w : tensor<4xf32> {role = #pj.role<weight>}
  // expected-error @below {{requires values for all parameters, but '@w' has none}}
  func.func @parameter_without_value() -> tensor<4xf32> {
    %w = pj.use @w : tensor<4xf32>
    return %w : tensor<4xf32>
  }
}

// -----

module attributes {pj.form = #pj.form<scheduled>, pj.version = 1 : i32} {
  func.func @foreign_op() -> tensor<4xf32> {
    // expected-error @below {{requires an op that has kernels, but got 'arith.constant'}}
    %0 = arith.constant dense<1.0> : tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}

// -----

module attributes {pj.form = #pj.form<scheduled>, pj.version = 1 : i32} {
  func.func @pool_of_merged_dimensions(%x: tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32> {
    %0 = pj.transpose %x {permutation = array<i64: 0, 1, 3, 2>, pj.placements = [#pj.placement<alias>]} : (tensor<1x4x4x2xf32>) -> tensor<1x4x2x4xf32>
    %1 = pj.reshape %0 {shape = array<i64: 1, 2, 4, 4>, pj.placements = [#pj.placement<alias>]} : (tensor<1x4x2x4xf32>) -> tensor<1x2x4x4xf32>
    // expected-error @below {{requires operands with one stride per dimension}}
    %2 = pj.max_pool %1 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pj.placements = [#pj.placement<result at 0 strides [8, 4, 2, 1]>]} : (tensor<1x2x4x4xf32>) -> tensor<1x2x2x2xf32>
    return %2 : tensor<1x2x2x2xf32>
  }
}

// -----

module attributes {pj.form = #pj.form<scheduled>, pj.version = 1 : i32} {
  func.func @operands_cut_apart(%x: tensor<2x3xf32>, %y: tensor<3x2xf32>) -> tensor<6xf32> {
    %0 = pj.transpose %x {permutation = array<i64: 1, 0>, pj.placements = [#pj.placement<alias>]} : (tensor<2x3xf32>) -> tensor<3x2xf32>
    %1 = pj.reshape %0 {shape = array<i64: 6>, pj.placements = [#pj.placement<alias>]} : (tensor<3x2xf32>) -> tensor<6xf32>
    %2 = pj.transpose %y {permutation = array<i64: 1, 0>, pj.placements = [#pj.placement<alias>]} : (tensor<3x2xf32>) -> tensor<2x3xf32>
    %3 = pj.reshape %2 {shape = array<i64: 6>, pj.placements = [#pj.placement<alias>]} : (tensor<2x3xf32>) -> tensor<6xf32>
    // expected-error @below {{requires operands whose dimensions are cut alike in memory}}
    %4 = pj.add %1, %3 {pj.placements = [#pj.placement<result at 0 strides [1]>]} : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xf32>
    return %4 : tensor<6xf32>
  }
}

// -----

module attributes {pj.form = #pj.form<scheduled>, pj.version = 1 : i32} {
  func.func @reshape_across_gaps(%x: tensor<3x2xf32>) -> tensor<2x3xf32> {
    %0 = pj.transpose %x {permutation = array<i64: 1, 0>, pj.placements = [#pj.placement<alias>]} : (tensor<3x2xf32>) -> tensor<2x3xf32>
    // expected-error @below {{requires an operand whose dimensions the result's can be cut from}}
    %1 = pj.reshape %0 {shape = array<i64: 3, 2>, pj.placements = [#pj.placement<result at 0 strides [2, 1]>]} : (tensor<2x3xf32>) -> tensor<3x2xf32>
    %2 = pj.reshape %1 {shape = array<i64: 2, 3>, pj.placements = [#pj.placement<alias>]} : (tensor<3x2xf32>) -> tensor<2x3xf32>
    return %2 : tensor<2x3xf32>
  }
}
