// RUN: penjing-opt %s --pj-assign-layouts=target=x86-64-v4 --split-input-file | FileCheck %s

module attributes {pj.form = #pj.form<scheduled>, pj.version = 1 : i32} {
  // CHECK-LABEL: func.func @channels_last_with_halo
  func.func @channels_last_with_halo(%x: tensor<1x3x8x8xf32>, %w: tensor<16x3x3x3xf32>) -> tensor<1x16x8x8xf32> {
    // The weight, read from the caller: output channels last.
    // CHECK-DAG: pj.relayout %arg1 {pj.placements = [#pj.placement<arena strides[1, 16, 144, 48]>]}
    // The image: three channels stay three, a halo of one.
    // CHECK-DAG: pj.relayout %arg0 {pj.placements = [#pj.placement<arena strides[300, 1, 30, 3] low[0, 0, 1, 1] high[0, 0, 1, 1]>]}
    // CHECK: pj.conv {{.*}}pj.placements = [#pj.placement<arena strides[1024, 1, 128, 16]>]
    %0 = pj.conv %x, %w {pads = array<i64: 1, 1, 1, 1>} : (tensor<1x3x8x8xf32>, tensor<16x3x3x3xf32>) -> tensor<1x16x8x8xf32>
    // CHECK: pj.relayout {{.*}}#pj.placement<result at 0 strides[1024, 64, 8, 1]>
    return %0 : tensor<1x16x8x8xf32>
  }
}

// -----

module attributes {pj.form = #pj.form<scheduled>, pj.version = 1 : i32} {
  // CHECK-LABEL: func.func @flatten_moves_nothing
  func.func @flatten_moves_nothing(%x: tensor<1x16x2x2xf32>, %w: tensor<64x8xf32>) -> tensor<1x8xf32> {
    %0 = pj.max_pool %x {kernel = array<i64: 1, 1>} : (tensor<1x16x2x2xf32>) -> tensor<1x16x2x2xf32>
    // CHECK: pj.reshape {{.*}}#pj.placement<alias>
    %1 = pj.reshape %0 {shape = array<i64: 1, 64>} : (tensor<1x16x2x2xf32>) -> tensor<1x64xf32>
    // CHECK: pj.matmul {{.*}}#pj.placement<result at 0 strides[8, 1]>
    %2 = pj.matmul %1, %w : (tensor<1x64xf32>, tensor<64x8xf32>) -> tensor<1x8xf32>
    return %2 : tensor<1x8xf32>
  }
}
