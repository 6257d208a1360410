// RUN: penjing-opt %s --pj-choose-weight-forms=target=x86-64-v4 --pj-assign-layouts=target=x86-64-v4 --pj-choose-kernels=target=x86-64-v4 --split-input-file | FileCheck %s

module attributes {pj.form = #pj.form<scheduled>, pj.version = 1 : i32} {
  // CHECK-LABEL: func.func @float_uses_fma
  func.func @float_uses_fma(%x: tensor<4x4xf32>, %w: tensor<4x32xf32>) -> tensor<4x32xf32> {
    // CHECK: pj.matmul {{.*}}pj.kernel = #pj.kernel<"fma", lanes = 16, tiles = [{{.*}}], dense, "{{.*}}">
    %0 = pj.matmul %x, %w : (tensor<4x4xf32>, tensor<4x32xf32>) -> tensor<4x32xf32>
    return %0 : tensor<4x32xf32>
  }
}

// -----

module attributes {pj.form = #pj.form<scheduled>, pj.version = 1 : i32} {
  pj.param @half : tensor<2x16xf32> {role = #pj.role<weight>, value = dense<[[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]]> : tensor<2x16xf32>}
  // CHECK-LABEL: func.func @zero_blocks_are_skipped
  func.func @zero_blocks_are_skipped(%x: tensor<4x2xf32>) -> tensor<4x16xf32> {
    %w = pj.use @half : tensor<2x16xf32>
    // CHECK: pj.matmul {{.*}}block, "as asked">
    %0 = pj.matmul %x, %w {pj.kernel = #pj.kernel<"fma", lanes = 16, tiles = [1], block, "as asked">} : (tensor<4x2xf32>, tensor<2x16xf32>) -> tensor<4x16xf32>
    return %0 : tensor<4x16xf32>
  }
}

// -----

module attributes {pj.form = #pj.form<scheduled>, pj.version = 1 : i32} {
  pj.param @full : tensor<2x16xf32> {role = #pj.role<weight>, value = dense<1.0> : tensor<2x16xf32>}
  // CHECK-LABEL: func.func @a_full_weight_stays_dense
  func.func @a_full_weight_stays_dense(%x: tensor<4x2xf32>) -> tensor<4x16xf32> {
    %w = pj.use @full : tensor<2x16xf32>
    // CHECK: pj.matmul {{.*}}dense, "no zeros to skip">
    %0 = pj.matmul %x, %w : (tensor<4x2xf32>, tensor<2x16xf32>) -> tensor<4x16xf32>
    return %0 : tensor<4x16xf32>
  }
}
