// RUN: penjing-opt %s --pj-assign-layouts=target=x86-64-v4 --pj-choose-kernels=target=x86-64-v4 --split-input-file | FileCheck %s

module attributes {pj.form = #pj.form<scheduled>, pj.version = 1 : i32} {
  // CHECK-LABEL: func.func @float_uses_fma
  func.func @float_uses_fma(%x: tensor<4x4xf32>, %w: tensor<4x32xf32>) -> tensor<4x32xf32> {
    // CHECK: pj.matmul {{.*}}pj.kernel = #pj.kernel<"fma", lanes = 16, tiles = [{{.*}}], dense, "{{.*}}">
    %0 = pj.matmul %x, %w : (tensor<4x4xf32>, tensor<4x32xf32>) -> tensor<4x32xf32>
    return %0 : tensor<4x32xf32>
  }
}
